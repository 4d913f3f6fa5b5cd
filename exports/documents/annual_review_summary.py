"""年度审核汇总: every member's training year in a row, and what the grades come to."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from exports.documents.document import Asked, Content, collective
from exports.documents.people import named_on, review_of
from exports.paper import Model
from exports.pictures import drawn, part
from exports.wording import Words
from projections.hours import hours

_COUNTED = {"expected", "present", "issued", "returned", "valid", "invalid"}
_LEFT_OUT: dict[str, Any] = {
    "measures": True,
    "materials": True,
    "hours_by_area": True,
    "summary": True,
    "comment": True,
    "acknowledged_on": True,
    "tally": _COUNTED,
    "gaps": {"__all__": {"days_over", "clause", "due_on"}},
}


def _content(asked: Asked) -> Content:
    found = review_of(asked)
    day = min(found.to or asked.moment.as_of, asked.moment.as_of)
    names = named_on(asked.moment, day, [one.person_id for one in found.members])
    people = [
        one.model_dump(mode="json", exclude=_LEFT_OUT)
        | {"name": names[one.person_id], "day": day.isoformat()}
        | {"filed": sum(m.state == "present" for m in one.materials), "due": len(one.materials)}
        for one in found.members
    ]
    shown = asked.moment.back_on(day, lambda then: part(hours(then, found.batch, found.year, asked.order)))
    return {"year": found.year, "from": found.from_, "to": found.to, "people": people, "hours": shown}


def _values(content: Model, say: Words) -> Mapping[str, Any]:
    people = content.get("people") or []
    counted = Counter(one["grade"] for one in people if one["grade"])
    return {
        "counts": [(say[grade], count) for grade, count in counted.items()],
        "ungraded": len(people) - counted.total(),
        "studied": drawn("hours", content["hours"], say) if people else "",
    }


DOCUMENT = collective(
    "annual-review-summary",
    "后备干部年度考核情况汇总表",
    "Summary of the annual review",
    "E1",
    _content,
    _values,
    asks=("year",),
)
