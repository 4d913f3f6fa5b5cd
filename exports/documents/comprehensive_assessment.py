"""综合考评表: the four things that a candidate is weighed by, and what came of it."""

from collections.abc import Mapping
from typing import Any

from domain.errors import Unknown
from domain.events.base import INITIAL_ROUND
from domain.plan import Plan
from exports.documents.document import Asked, Content, Sheet, personal
from exports.documents.people import candidates
from exports.paper import Model
from exports.wording import Words
from projections.parts.candidacy import candidacy
from projections.parts.field import named_in
from projections.trainee import Trainee


def _sheet(trainee: Trainee, asked: Asked) -> Sheet:
    course = candidacy(trainee, asked.round if asked.round or asked.person else INITIAL_ROUND)
    if not course.nominations:
        raise Unknown(f"{trainee.name}在这一轮没有推荐记录。", "That person was not nominated in that round.")
    settled = course.shortlist or course.conclusion
    tier = str(settled.value) if settled else course.nominations[-1].tier
    content = {
        "tier": tier,
        "tier_label": named_in(trainee.plan.tiers, tier),
        "candidacy": course.model_dump(mode="json", exclude={"votes"}),
    }
    assessed = course.conclusion or course.shortlist
    return Sheet(content, assessed.on if assessed else course.nominations[-1].on, introduced=True)


def _form(plan: Plan) -> Content:
    return {"conditions": [{"code": code, "text": named.label} for code, named in plan.conditions.items()]}


def _values(person: Model, say: Words) -> Mapping[str, Any]:
    del say
    return {"weighed": {one["kind"]: one for one in (person.get("candidacy") or {}).get("components") or ()}}


DOCUMENT = personal(
    "comprehensive-assessment",
    "后备干部人选综合考评表",
    "Comprehensive assessment",
    "R3",
    _sheet,
    _values,
    asks=("round",),
    everybody=candidates,
    form=_form,
)
