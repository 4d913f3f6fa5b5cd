"""When the steps of a round came, by what was recorded of it: nominations, assessments, votes.

A step that somebody opened and closed has those days. One that nobody did, as in most supplements, took place all the
same: from the first to the last of its records.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.events.base import Value
from domain.events.committee import MeetingHeld, ResolutionReached
from domain.events.selection import (
    BallotHeld,
    CandidateNominated,
    CandidateShortlisted,
    ComprehensiveAssessmentCompleted,
    ConductAssessed,
    Entrant,
    StaffOpinionRecorded,
)
from domain.events.vacancy import MotionConsented
from domain.facts import Row
from domain.language import Matter, Step
from projections.moment import Moment

Place = tuple[date, int]

_NOMINATED: tuple[type[Value], ...] = (CandidateNominated,)
_ASSESSED: tuple[type[Value], ...] = (
    StaffOpinionRecorded,
    ConductAssessed,
    ComprehensiveAssessmentCompleted,
    CandidateShortlisted,
)


def actual_days(moment: Moment, batch: str, turn: str) -> dict[Step, tuple[Place, Place]]:
    """The first and the last record of each step of a round, with their days."""
    people = sorted({row.value.person for row in moment.facts.all(batch, Entrant) if row.key.startswith(f"{turn}/")})
    moment.facts.read_ahead(people, *_NOMINATED, *_ASSESSED, ResolutionReached)
    found = {
        Step.ANNOUNCE: list(_announced(moment, batch, turn)),
        Step.NOMINATE: [*_of(moment, people, batch, turn, _NOMINATED), *_ballots(moment, batch, turn)],
        Step.ASSESS: list(_of(moment, people, batch, turn, _ASSESSED)),
        Step.DECIDE: list(_decided(moment, people, batch, turn)),
    }
    return {step: (min(places), max(places)) for step, places in found.items() if places}


def _announced(moment: Moment, batch: str, turn: str) -> Iterator[Place]:
    """A supplement is under way once the committee has consented to its motion."""
    consented = moment.facts.one(batch, MotionConsented, turn)
    if consented:
        yield consented.since, consented.source


def _ballots(moment: Moment, batch: str, turn: str) -> Iterator[Place]:
    for row in moment.facts.all(batch, BallotHeld):
        if row.value.round == turn:
            yield row.since, row.source


def _of(moment: Moment, people: list[str], batch: str, turn: str, kinds: tuple[type[Value], ...]) -> Iterator[Place]:
    rows: Iterator[Row[Value]] = (row for who in people for kind in kinds for row in moment.facts.all(who, kind))
    for row in rows:
        if (getattr(row.value, "batch", None), getattr(row.value, "round", None)) == (batch, turn):
            yield row.since, row.source


def _decided(moment: Moment, people: list[str], batch: str, turn: str) -> Iterator[Place]:
    for row in (row for who in people for row in moment.facts.all(who, ResolutionReached)):
        vote = row.value
        if (vote.matter, vote.batch, vote.round) == (Matter.ADMISSION, batch, turn):
            held = moment.facts.one(batch, MeetingHeld, vote.meeting)
            yield (held.since, held.source) if held else (row.since, row.source)
