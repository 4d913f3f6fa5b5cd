"""期满鉴定表: what the years came to, how somebody was assessed at the end, and what the committee decided."""

from datetime import date
from typing import Any

from domain.events.cycle_end import CycleAssessed
from domain.language import Outcome
from domain.plan import Plan
from exports.documents.document import Asked, Content, Sheet, personal
from exports.documents.people import last_of
from projections.parts.evaluation import years
from projections.parts.field import label
from projections.parts.training import training
from projections.parts.training_register import training_register
from projections.trainee import Trainee

_REGISTER = {"membership", "outcome", "promotion"}


def _sheet(trainee: Trainee, asked: Asked) -> Sheet:
    del asked
    register, assessed = training_register(trainee), _assessed(trainee)
    content = {
        "years": [_year(one.model_dump(mode="json")) for one in years(trainee)] if trainee.member else [],
        "studied": training(trainee).model_dump(mode="json", exclude={"sessions"}),
        "measures": [{"label": name, "count": count} for name, count in _counted(register.measures).items()],
        "assessed": assessed,
        "outcomes": _outcomes(),
        **register.model_dump(mode="json", include=_REGISTER),
    }
    settled = register.outcome.on if register.outcome else date.fromisoformat(assessed["on"]) if assessed else None
    return Sheet(content, settled or last_of(trainee), introduced=True)


def _year(entry: dict[str, Any]) -> dict[str, Any]:
    named = ("year", "from", "to", "grade", "grade_label", "confirmed_on", "absence_reason", "source", "sources")
    return {name: entry[name] for name in named}


def _counted(measures: list[Any]) -> dict[str, int]:
    names = [one.label for one in measures]
    return {name: names.count(name) for name in dict.fromkeys(names)}


def _assessed(trainee: Trainee) -> dict[str, Any] | None:
    row = trainee.facts.one(trainee.person, CycleAssessed, trainee.member.membership) if trainee.member else None
    return {"on": row.since.isoformat(), "text": row.value.text, "source": row.source} if row else None


def _outcomes() -> list[dict[str, str]]:
    return [{"code": outcome, "label": label("outcome", outcome)} for outcome in Outcome]


def _form(plan: Plan) -> Content:
    areas = [{"label": named.label} for named in plan.training.areas.values()]
    return {"years": [{"year": year} for year in plan.years()], "studied": {"areas": areas}, "outcomes": _outcomes()}


DOCUMENT = personal(
    "cycle-appraisal", "后备干部培养期满鉴定表", "Appraisal at the cycle's end", "E2", _sheet, form=_form
)
