"""考核考察情况, year by year: summary, tally, and the one grade or the reasoned absence of one (E1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import ConfigDict
from pydantic import Field as Of

from domain import school
from domain.events.review import (
    AppraisalTallied,
    DeferredGradeResolved,
    GradeAcknowledged,
    GradeConfirmed,
    GradeProposed,
    SelfSummarySubmitted,
    Yearly,
)
from domain.facts import Row
from domain.language import Grade
from projections.parts.field import Field, label
from projections.parts.resolved import Resolved, resolved
from projections.shape import Shape
from projections.trainee import Trainee


class Tally(Shape):
    """The counts of the staff's appraisal."""

    expected: int
    present: int
    issued: int
    returned: int
    valid: int
    invalid: int
    excellent: int
    qualified: int
    deferred: int
    termination_recommended: int


class YearEntry(Field):
    """A training year of the member; `value` is the grade that stands."""

    model_config = ConfigDict(serialize_by_alias=True)

    year: int
    from_: date = Of(serialization_alias="from")
    to: date
    summary: str | None
    tally: Tally | None
    grade: str | None
    grade_label: str | None
    proposed: str | None
    proposed_label: str | None
    comment: str | None
    proposed_on: date | None
    confirmed_on: date | None
    resolved: Resolved | None
    resolved_from: str | None
    deferred_on: date | None
    acknowledged_on: date | None
    acknowledged_comment: str | None
    absence_reason: str | None


def years(trainee: Trainee) -> list[YearEntry]:
    """Every training year of the membership that has begun."""
    standing = {grade.year: grade for grade in school.grades(trainee.facts, trainee.person, trainee.batch)}
    return [year_entry(trainee, year, standing.get(year)) for year in trainee.years]


def year_entry(trainee: Trainee, year: int, standing: school.StandingGrade | None) -> YearEntry:
    """One year with each of its texts and where it comes from."""
    assert trainee.member is not None
    first, last = trainee.plan.year_bounds(year)
    values: dict[str, Any] = {}
    places: dict[str, int] = {}
    for kind, keys in _SAID.items():
        row = trainee.facts.one(trainee.person, kind, f"{trainee.batch}/{year}")
        values |= {key: read(row) if row else None for key, read in keys.items()}
        places |= dict.fromkeys(keys, row.source) if row else {}
    deferred = trainee.facts.one(trainee.person, GradeConfirmed, f"{trainee.batch}/{year}")
    if standing and standing.resolved_on and deferred:
        places["deferred_on"] = deferred.source
    return YearEntry(
        label=f"{year}年度",
        year=year,
        from_=first,
        to=last,
        **_grade(trainee, year, standing),
        resolved=_resolved(trainee, year),
        **values,
        source=standing.source if standing else max(places.values(), default=trainee.member.started_source),
        sources=places,
    )


# Which event says which keys of a year.
_SAID: dict[type[Yearly], dict[str, Callable[[Row[Any]], object]]] = {
    SelfSummarySubmitted: {"summary": lambda row: row.value.text},
    AppraisalTallied: {"tally": lambda row: Tally(**row.value.model_dump(exclude={"batch", "year"}))},
    GradeProposed: {
        "proposed": lambda row: row.value.grade,
        "proposed_label": lambda row: label("grade", row.value.grade),
        "proposed_on": lambda row: row.since,
        "comment": lambda row: row.value.comment,
    },
    GradeAcknowledged: {
        "acknowledged_on": lambda row: row.since,
        "acknowledged_comment": lambda row: row.value.comment,
    },
}


def _grade(trainee: Trainee, year: int, standing: school.StandingGrade | None) -> dict[str, Any]:
    grade = standing.grade if standing else None
    return {
        "value": grade,
        "grade": grade,
        "grade_label": label("grade", grade) if grade else None,
        "confirmed_on": (standing.resolved_on or standing.confirmed_on) if standing and grade else None,
        "resolved_from": Grade.DEFERRED if standing and standing.resolved_on else None,
        "deferred_on": standing.deferred_on if standing else None,
        "absence_reason": absence_reason(trainee, year) if standing and standing.waived else None,
    }


def _resolved(trainee: Trainee, year: int) -> Resolved | None:
    """The resolution that the standing grade rests on: the later one where the grade was deferred."""
    facts, person, key = trainee.facts, trainee.person, f"{trainee.batch}/{year}"
    later, confirmed = facts.one(person, DeferredGradeResolved, key), facts.one(person, GradeConfirmed, key)
    decision = later.value if later else confirmed.value if confirmed else None
    return resolved(trainee.moment, person, decision.resolution if decision else None)


def absence_reason(trainee: Trainee, year: int) -> str | None:
    """Why there is no grade: the reason in the envelope of the waiver."""
    waived = school.waiver(trainee.facts, trainee.person, trainee.batch, year)
    return trainee.envelope(waived).body.reason if waived else None
