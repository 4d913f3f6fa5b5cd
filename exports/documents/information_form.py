"""信息表: who somebody is, on one sheet."""

from collections.abc import Mapping
from typing import Any

from exports.documents.document import Asked, Sheet, personal
from exports.information_form import information_form as cells
from exports.paper import Model
from exports.wording import Words
from projections.parts.information_form import information_form
from projections.trainee import Trainee


def _sheet(trainee: Trainee, asked: Asked) -> Sheet:
    return Sheet(information_form(trainee).model_dump(mode="json"), asked.moment.as_of)


def _values(person: Model, say: Words) -> Mapping[str, Any]:
    return {"form": cells(person.get("fields") or [], say)}


DOCUMENT = personal("information-form", "后备干部信息表", "Information form", "D1", _sheet, _values)
