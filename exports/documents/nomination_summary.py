"""民主推荐汇总表: the counts of the ballot in the standard sentence, and who was nominated by whom with which votes."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from exports.documents.document import Asked, Content, collective
from exports.documents.people import introduced, round_of
from exports.paper import Model
from exports.wording import Words, percent
from projections.selection import Round


def _content(asked: Asked) -> Content:
    found = round_of(asked)
    day = _day(found)
    people = [
        introduced(asked, one, day) | _nominated(one.candidacy.model_dump(mode="json")) for one in found.candidates
    ]
    sources = Counter(one["source_label"] for person in people for one in person["nominations"])
    return {
        "round": found.label,
        "ballots": [one.model_dump(mode="json") for one in found.ballots],
        "sources": [{"label": source, "count": count} for source, count in sources.items()],
        "people": people,
    }


def _day(found: Round) -> date:
    """The day of the last ballot, else of the last nomination."""
    nominated = [by.on for one in found.candidates for by in one.candidacy.nominations]
    return max([ballot.on for ballot in found.ballots] or nominated)


def _nominated(candidacy: Model) -> dict[str, Any]:
    return {"nominations": candidacy["nominations"], "ballot": candidacy["ballot"]}


def _values(content: Model, say: Words) -> Mapping[str, Any]:
    del say
    shares = {one["person_id"]: percent(ballot["agree"], ballot["valid"]) for one, ballot in _counted(content)}
    return {"shares": shares}


def _counted(content: Model) -> list[tuple[Model, Model]]:
    return [(one, one["ballot"]) for one in content.get("people") or () if one["ballot"]]


DOCUMENT = collective(
    "nomination-summary", "民主推荐情况汇总表", "Summary of nominations", "R2", _content, _values, asks=("round",)
)
