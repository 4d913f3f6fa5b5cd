"""年度考核表: a member's training year on one sheet, from the summary to the grade."""

from collections.abc import Mapping
from typing import Any

from domain.errors import Unknown
from exports.documents.document import Asked, Sheet, personal
from exports.documents.people import members_of_year, year_of
from exports.paper import Model
from exports.wording import Words
from projections.parts.evaluation import years
from projections.parts.materials import materials
from projections.parts.measures import measures
from projections.parts.training import training
from projections.trainee import Trainee
from projections.yearly_review import in_year


def _sheet(trainee: Trainee, asked: Asked) -> Sheet:
    year = year_of(asked)
    entry = next((one for one in years(trainee) if one.year == year), None) if trainee.member else None
    if entry is None:
        raise Unknown(
            f"{trainee.name}没有{year}培养年度。请写明 year。", f"That person has no training year {year}: name one."
        )
    first, last = trainee.plan.year_bounds(year)
    done = [one.model_dump(mode="json") for one in measures(trainee) if in_year(trainee.plan, one, year)]
    content = {
        "year": entry.model_dump(mode="json"),
        "measures": done,
        "hours": training(trainee, first, last).total_hours,
        "materials": [one.model_dump(mode="json") for one in materials(trainee, year)],
    }
    return Sheet(content, entry.confirmed_on or last, introduced=True)


def _values(person: Model, say: Words) -> Mapping[str, Any]:
    filed = [one for one in person.get("materials") or () if one["state"] == "present"]
    return {"filed": say["pause"].join(dict.fromkeys(one["title"] or one["label"] for one in filed))}


DOCUMENT = personal(
    "annual-evaluation",
    "后备干部年度考核表",
    "Annual evaluation",
    "E1",
    _sheet,
    _values,
    asks=("year",),
    everybody=members_of_year,
)
