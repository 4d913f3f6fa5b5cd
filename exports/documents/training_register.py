"""培养登记表: the membership, what was done to grow somebody, and how it came out."""

from collections.abc import Mapping
from typing import Any

from domain.plan import Plan
from exports.documents.document import Asked, Content, Sheet, personal
from exports.documents.people import last_of
from exports.paper import Model
from exports.training_register import sections
from exports.wording import Words
from projections.parts.training import training
from projections.parts.training_register import training_register
from projections.trainee import Trainee


def _sheet(trainee: Trainee, asked: Asked) -> Sheet:
    del asked
    content = {
        "register": training_register(trainee).model_dump(mode="json"),
        "studied": training(trainee).model_dump(mode="json", exclude={"sessions"}),
    }
    return Sheet(content, last_of(trainee), introduced=True)


def _form(plan: Plan) -> Content:
    areas = [{"label": named.label} for named in plan.training.areas.values()]
    return {"studied": {"hours_by_area": areas}}


def _values(person: Model, say: Words) -> Mapping[str, Any]:
    return {"measures": sections((person.get("register") or {}).get("measures") or [], say)}


DOCUMENT = personal("training-register", "后备干部培养登记表", "Training register", "D1", _sheet, _values, form=_form)
