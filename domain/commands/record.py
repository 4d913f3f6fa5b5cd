"""更正与撤销 (H3): any content of an event, its day included; never who recorded it or when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import ValidationError

from domain.commands.consequences import as_if, check_consequences
from domain.desk import Bundle, Command, Desk, Happening, Inputs, guard
from domain.errors import DependentsStand, Malformed, Refusal, Unknown
from domain.events.base import INITIAL_ROUND, Event, Recorded
from domain.events.cycle_end import DossierHandedOver, OutcomeDecided, PromotionRecorded
from domain.events.disqualification import (
    ConcernVerified,
    DisqualificationProposed,
    HearingWaived,
    PersonHeard,
)
from domain.events.membership import MembershipEnded, MembershipExtended, MembershipStarted
from domain.events.record import EventCorrected, EventWithdrawn
from domain.events.review import DeferredGradeResolved, GradeAcknowledged, GradeConfirmed, GradeProposed
from domain.events.selection import (
    CandidateNominated,
    CandidateShortlisted,
    ComprehensiveAssessmentCompleted,
    ConductAssessed,
    EligibilityAssessed,
)
from domain.events.signing import KEYS
from domain.facts import Facts
from domain.language import today

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
    (("case",), ((ConcernVerified,), (PersonHeard, HearingWaived), (DisqualificationProposed,))),
)


class _Amendment(Command):
    position: int

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:
        del known
        event = bundle[0].event
        assert isinstance(event, EventCorrected | EventWithdrawn)
        return {"position": event.target}

    def _original(self, desk: Desk) -> Recorded:
        original = desk.known.recorded(self.position)
        if original is None:
            raise Unknown(f"没有第 {self.position} 号记录。", f"There is no event at position {self.position}.")
        if original.stream == KEYS:
            raise Refusal(
                "H5",
                "更换签名密钥不能更正或撤销；如有需要，请再更换一次（tidui key rotate）。",
                "A change of the signing key is neither corrected nor withdrawn; change it again (tidui key rotate).",
            )
        return original

    def _refuse_dependents(self, positions: list[int], zh: str, en: str) -> None:
        if positions:
            raise DependentsStand(positions, zh, en)

    def _check_turn(self, known: Facts, standing: Recorded, becoming: Recorded) -> None:
        """What rests on an event keeps its ground, and comes after it, when the event counts otherwise."""
        dependents = resting_on(known, standing.position)
        if standing.event.turned_into(becoming.event):
            self._refuse_dependents(dependents, "这样会改变结果", "This turns the result")
        overtaken = [p for p in dependents if (other := known.standing(p)) and standing.day <= other.day < becoming.day]
        self._refuse_dependents(overtaken, "这样日期会晚于依据它的记录", "Its day would be later than what rests on it")


class CorrectEvent(_Amendment):
    """Corrects contents of an event or its day, with a reason. Earlier corrections of other fields stay."""

    CLAUSE = "H3"
    EVENT = EventCorrected
    LABEL = ("更正记录", "Correct an event")
    REASON_DUE = True
    EXAMPLE = {"position": 12, "changes": {"unit": "德育处"}}

    changes: dict[str, Any] = {}
    occurred_on: date | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        original = self._original(desk)
        standing = desk.known.standing(self.position)
        if isinstance(original.event, EventCorrected | EventWithdrawn):
            raise Refusal(
                "H3",
                f"请更正原记录 @{original.event.target}，或撤销这次更正。",
                f"Correct the original @{original.event.target}, or withdraw this amendment.",
            )
        if standing is None:
            raise Refusal("H3", "此记录已撤销。", "The event was withdrawn.")
        amendment = self._amendment(desk, original)
        corrected = self._applied(amendment, original)
        if (corrected.event, corrected.day) == (standing.event, standing.day):
            return
        self._check(desk, standing, corrected)
        check_consequences(desk, original, amendment)
        yield Happening(original.stream, amendment)

    def _amendment(self, desk: Desk, original: Recorded) -> EventCorrected:
        """The correction in full, so that the last one alone tells what the event counts as."""
        fixed = {original.event.KEY, "batch", "person"} & set(self.changes)
        if fixed:
            raise Refusal(
                "H3",
                f"“{'、'.join(map(str, fixed))}”是记录的标识，不能更正；请撤销后重新记录。",
                "The identity of an event is not corrected: withdraw it and record anew.",
            )
        earlier = desk.known.correction(self.position)
        changes = (earlier.changes if earlier else {}) | self.changes
        day = self.occurred_on or (earlier.occurred_on if earlier else None)
        return EventCorrected(target=self.position, target_id=original.body.id, occurred_on=day, changes=changes)

    def _applied(self, amendment: EventCorrected, original: Recorded) -> Recorded:
        try:
            return amendment.applied_to(original)
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
            raise Malformed(f"更正内容不合要求：{problems}", f"The correction is malformed: {problems}") from error

    def _check(self, desk: Desk, standing: Recorded, corrected: Recorded) -> None:
        if corrected.day > today(desk.now):
            raise Refusal("H4", f"{corrected.day} 还没有到。", f"{corrected.day} is still to come.")
        for kind, key in set(corrected.event.mentions()) - set(standing.event.mentions()):
            if key != INITIAL_ROUND and desk.known.maker(kind, key) is None:
                raise Refusal("H3", f"没有 {key} 的记录，不能改为它。", f"Nothing on record is {key}.")
        self._check_turn(desk.known, standing, corrected)
        if corrected.day != standing.day:
            guard(desk, Happening(standing.stream, corrected.event), corrected.day)


class WithdrawEvent(_Amendment):
    """Withdraws an event, with a reason: it counts as never recorded, and stays to be seen."""

    CLAUSE = "H3"
    EVENT = EventWithdrawn
    LABEL = ("撤销记录", "Withdraw an event")
    REASON_DUE = True
    EXAMPLE = {"position": 12}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        original = self._original(desk)
        if isinstance(original.event, EventWithdrawn):
            raise Refusal("H3", "撤销不能再撤销，请重新记录。", "A withdrawal is not withdrawn; record the event anew.")
        if desk.known.withdrawn(self.position):
            return
        amendment = EventWithdrawn(target=self.position, target_id=original.body.id)
        if isinstance(original.event, EventCorrected):
            original = self._uncorrected(desk, original.event, amendment)
        else:
            self._refuse_dependents(resting_on(desk.known, self.position), "此记录不能撤销", "It cannot be withdrawn")
        check_consequences(desk, original, amendment)
        yield Happening(original.stream, amendment)

    def _uncorrected(self, desk: Desk, correction: EventCorrected, amendment: EventWithdrawn) -> Recorded:
        """The event that a correction concerns, once it is sure that it may count without the correction."""
        standing, original = desk.known.standing(correction.target), desk.known.recorded(correction.target)
        becoming = as_if(desk, amendment).standing(correction.target)
        assert original is not None, "a correction has a target"
        if standing and becoming:
            self._check_turn(desk.known, standing, becoming)
        return original


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
