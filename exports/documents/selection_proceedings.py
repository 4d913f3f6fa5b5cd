"""选拔纪实表: every step of a round with its day, the body that took it and the document's number; then each
candidate's way through it (R1-R4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from domain.events.base import INITIAL_ROUND, Body, Event
from domain.events.batch import PlanPublished
from domain.events.committee import (
    MeetingHeld,
    NoticeClosed,
    NoticeOpened,
    ObjectionReceived,
    ObjectionResolved,
    RecusalDeclared,
    ResolutionReached,
    ResultAnnounced,
)
from domain.events.selection import (
    BallotHeld,
    CandidateNominated,
    CandidateShortlisted,
    ComprehensiveAssessmentCompleted,
    ConductAssessed,
    EligibilityAssessed,
    ExceptionGranted,
    NominationWithdrawn,
    PreferenceNoted,
    StaffOpinionRecorded,
)
from domain.events.vacancy import MotionConsented, MotionRaised, MotionRefused
from domain.facts import Row
from exports.documents.document import Asked, Content, collective
from exports.documents.people import named_on, round_of
from projections.parts.field import label
from projections.selection import Candidate, Round
from projections.sentences import Teller
from projections.timetable import StepLine, timetable

OFFICE, GROUP, COMMITTEE = "body_office", "body_group", "body_committee"

# Which body takes each step, in the order of the plan.
_BODIES: dict[type[Event], str] = {
    PlanPublished: COMMITTEE,
    MotionRaised: GROUP,
    CandidateNominated: OFFICE,
    NominationWithdrawn: OFFICE,
    BallotHeld: OFFICE,
    EligibilityAssessed: OFFICE,
    StaffOpinionRecorded: OFFICE,
    ConductAssessed: OFFICE,
    ComprehensiveAssessmentCompleted: GROUP,
    PreferenceNoted: GROUP,
    CandidateShortlisted: GROUP,
    MeetingHeld: COMMITTEE,
    RecusalDeclared: COMMITTEE,
    ResolutionReached: COMMITTEE,
    MotionConsented: COMMITTEE,
    MotionRefused: COMMITTEE,
    ExceptionGranted: COMMITTEE,
    ResultAnnounced: COMMITTEE,
    NoticeOpened: OFFICE,
    ObjectionReceived: OFFICE,
    ObjectionResolved: OFFICE,
    NoticeClosed: OFFICE,
}
_PLACE = {kind: place for place, kind in enumerate(_BODIES)}
_NAMED = {"nomination", "meeting", "resolution", "record"}


class _Step(NamedTuple):
    """What was recorded of the round, about a candidate or, where nobody is named, about the batch."""

    row: Row[Any]
    body: Body[Event]
    person: str | None


def _content(asked: Asked) -> Content:
    found, plan = round_of(asked), asked.standing_plan()
    steps = list(_of_round(found, _recorded(asked, plan.batch, found)))
    times = next((one for one in timetable(asked.moment, plan.batch).rounds if one.round == found.round), None)
    return {
        "round": found.label,
        "times": [_times(one) for one in times.steps] if times else [],
        "steps": list(_told(asked, steps)),
        "people": [_way(asked, one) for one in found.candidates],
    }


def _recorded(asked: Asked, batch: str, found: Round) -> Iterator[_Step]:
    facts, recorded = asked.moment.facts, asked.moment.recorded
    for kind in _BODIES:
        yield from (_Step(row, recorded(row.origin).body, None) for row in facts.all(batch, kind))
    for one in found.candidates:
        for kind in _BODIES:
            yield from (_Step(row, recorded(row.origin).body, one.person_id) for row in facts.all(one.person_id, kind))


def _of_round(found: Round, steps: Iterator[_Step]) -> Iterator[_Step]:
    """Those that name the round, and those that name something which was made in it."""
    everything, made = list(steps), set()
    for step in everything:
        if _is_of(found.round, step.row.value):
            made |= {step.row.key, *(key for kind, key in step.row.value.mentions() if kind in _NAMED)}
            yield step
    for step in everything:
        event = step.row.value
        if getattr(event, "round", None) is None and not _is_of(found.round, event):
            named = {step.row.key, *(key for kind, key in event.mentions() if kind in _NAMED)}
            if named & made:
                yield step


def _is_of(turn: str, event: Event) -> bool:
    if turn == INITIAL_ROUND and isinstance(event, PlanPublished):
        return True
    return turn in (getattr(event, "round", None), getattr(event, "motion", None))


def _told(asked: Asked, steps: Sequence[_Step]) -> Iterator[dict[str, Any]]:
    """One line for what the batch did; one for all candidates with whom the same was done on the same day."""
    teller, lines = Teller(asked.moment), dict[tuple[Any, ...], list[_Step]]()
    for step in sorted(steps, key=lambda one: (one.row.since, _PLACE[type(one.row.value)])):
        result = getattr(step.row.value, "result", None)
        alone = None if step.person else step.row.origin
        lines.setdefault((step.row.since, type(step.row.value), result, alone), []).append(step)
    for (day, kind, result, alone), together in lines.items():
        standing = asked.moment.standing(alone) if alone else None
        told = teller.tell(standing) if standing else None
        yield {
            "on": day.isoformat(),
            "label": label("event", kind.KIND) + (f"：{label('result', result)}" if result else ""),
            "body": _BODIES[kind],
            "text": told.zh if told else None,
            "text_en": told.en if told else None,
            "names": list(named_on(asked.moment, day, [step.person for step in together if step.person]).values()),
            "count": len(together),
            "documents": list(dict.fromkeys(step.body.document for step in together if step.body.document)),
        }


def _times(one: StepLine) -> dict[str, Any]:
    return {
        "label": one.label,
        "planned": [one.starts_on.isoformat(), one.ends_on.isoformat()],
        "actual": [day.isoformat() if day else None for day in (one.opened_on, one.closed_on)],
    }


def _way(asked: Asked, one: Candidate) -> dict[str, Any]:
    """How far a candidate came, with the day of each stage, under the name of the last."""
    votes, days = one.candidacy.votes, [by.on for by in one.candidacy.nominations]
    stages = (min(days, default=None), one.assessed_on, one.shortlisted_on, one.voted_on)
    return {
        "person_id": one.person_id,
        "name": named_on(asked.moment, max(filter(None, stages)), [one.person_id])[one.person_id],
        "tier_label": one.tier_label,
        "days": [day.isoformat() if day else None for day in stages],
        "votes": votes.model_dump(include={"agree", "disagree", "abstain"}) if votes else None,
        "stage_label": one.stage_label,
    }


DOCUMENT = collective(
    "selection-proceedings", "选拔工作纪实表", "Proceedings of a selection", "R4", _content, asks=("round",)
)
