"""What rests on what: by name, by course, by command (H3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.events.base import Event, Recorded
from domain.events.cycle_end import DossierHandedOver, OutcomeDecided, PromotionRecorded
from domain.events.disqualification import ConcernVerified, DisqualificationProposed, HearingWaived, PersonHeard
from domain.events.membership import MembershipEnded, MembershipExtended, MembershipStarted
from domain.events.person import PersonLeft, PersonReturned
from domain.events.review import DeferredGradeResolved, GradeAcknowledged, GradeConfirmed, GradeProposed
from domain.events.selection import (
    CandidateNominated,
    CandidateShortlisted,
    ComprehensiveAssessmentCompleted,
    ConductAssessed,
    EligibilityAssessed,
)
from domain.facts import Facts

# What rests on what without naming it: every later step of a row rests on the earlier ones, for the same keys.
COURSES: tuple[tuple[tuple[str, ...], tuple[tuple[type[Event], ...], ...]], ...] = (
    (
        ("batch", "round"),
        (
            (CandidateNominated,),
            (EligibilityAssessed, ConductAssessed, ComprehensiveAssessmentCompleted),
            (CandidateShortlisted,),
            (MembershipStarted,),
        ),
    ),
    (("batch", "year"), ((GradeProposed,), (GradeConfirmed,), (DeferredGradeResolved, GradeAcknowledged))),
    (("membership",), ((MembershipExtended,), (OutcomeDecided, MembershipEnded), (PromotionRecorded,))),
    (("batch",), ((MembershipEnded,), (DossierHandedOver,))),
    ((), ((PersonLeft,), (PersonReturned,))),
    (("case",), ((ConcernVerified,), (PersonHeard, HearingWaived), (DisqualificationProposed,))),
)


def rest(known: Facts, positions: Iterable[int]) -> set[int]:
    """Everything that rests on records, on what rests on them, and so on, each with all that its command recorded."""
    found, waiting = set[int](), [*positions]
    while waiting:
        for position in resting_on(known, waiting.pop()):
            recorded = known.recorded(position)
            assert recorded is not None
            more = set(known.bundle(recorded.body.correlation)) - found
            found |= more
            waiting += more
    return found - set(positions)


def resting_on(known: Facts, position: int) -> list[int]:
    """Positions of standing events that rest on an event: by name, by command, or by course."""
    target = known.standing(position)
    if target is None:
        return []
    found = set(known.dependents(position))
    for other in known.standing_in(target.stream):
        if other.position != position and _follows(target, other, known):
            found.add(other.position)
    found.update(_after_it(target, known))
    return sorted(found)


def _after_it(target: Recorded, known: Facts) -> Iterator[int]:
    """What the same command recorded next. Events of one type stand side by side, as on a list of attendance."""
    for position in known.bundle(target.body.correlation):
        other = known.standing(position)
        if position > target.position and other and type(other.event) is not type(target.event):
            yield position


def _follows(target: Recorded, other: Recorded, known: Facts) -> bool:
    """Whether `other`, in the same stream, rests on `target` without naming it."""
    event = target.event
    if event.KEY and event.key(target.position) == target.stream:
        return True
    if isinstance(event, MembershipStarted):
        return other.event.NEEDS_MEMBERSHIP and getattr(other.event, "batch", None) == event.batch
    for keys, steps in COURSES:
        rank = next((i for i, kinds in enumerate(steps) if isinstance(event, kinds)), None)
        if (
            rank is None
            or other.position < target.position
            or not isinstance(other.event, tuple(k for kinds in steps[rank + 1 :] for k in kinds))
        ):
            continue
        if all(getattr(other.event, key, None) in (getattr(event, key), None) for key in keys):
            return not _another(target, known)
    return False


def _another(target: Recorded, known: Facts) -> bool:
    """Whether a second nomination carries what follows when this one goes."""
    event = target.event
    return isinstance(event, CandidateNominated) and any(
        isinstance(o.event, CandidateNominated)
        and o.position != target.position
        and (o.event.batch, o.event.round) == (event.batch, event.round)
        for o in known.standing_in(target.stream)
    )
