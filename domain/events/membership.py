"""培养对象: who holds a place in a tier, from when to when (H1, H2). Stream: the person.

Every change is said twice: of the person, and of the batch, whose roster is one look at its own facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.events.base import (
    BatchId,
    CaseId,
    Event,
    Fact,
    MembershipId,
    Recorded,
    ResolutionId,
    VacancyId,
    Value,
)
from domain.language import Code, EndCause, Origin, Status, Text
from domain.rules import Judgement


class Seat(Value):
    """A place in a tier that somebody took."""

    KIND = "seat"

    person: str
    membership: MembershipId
    batch: BatchId
    tier: Code
    origin: Origin
    resolution: ResolutionId
    results: tuple[Judgement, ...] = ()


class SeatTerm(Value):
    """Until when the place is planned, the last day included."""

    KIND = "seat-term"

    ends_on: date


class SeatStatus(Value):
    """Whether the membership, while it lasts, is active or suspended."""

    KIND = "seat-status"

    status: Status


class SeatEnd(Value):
    """One end of the membership. Several may be on record: the one that comes first wins (S5)."""

    KIND = "seat-end"

    membership: MembershipId
    cause: EndCause
    resolution: ResolutionId | None = None


class SeatRestored(Value):
    """The membership stands again; ends from before count no longer (D2)."""

    KIND = "seat-restored"


# What a membership is put together from.
SEAT = (Seat, SeatTerm, SeatStatus, SeatEnd, SeatRestored)


def said_of_both(rec: Recorded, batch: str, key: str, value: Value, since: date | None = None) -> Iterator[Fact]:
    """The same value of the person's membership and of the batch's seat."""
    day = since or rec.day
    yield Fact(rec.stream, type(value), key, value, day)
    yield Fact(batch, type(value), key, value, day)


class MembershipStarted(Event):
    """列入培养 by a passed resolution (R4). It stands on what the rules said of the day of the vote: `results`."""

    TOPIC = "membership-started/1"
    CLAUSE = "R4"
    KEY = "membership"
    AFTER_END = True

    membership: MembershipId
    batch: BatchId
    tier: Code
    origin: Origin
    resolution: ResolutionId
    ends_on: date
    vacancy: VacancyId | None = None
    results: tuple[Judgement, ...] = ()

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        seat = Seat(
            person=rec.stream,
            membership=self.membership,
            batch=self.batch,
            tier=self.tier,
            origin=self.origin,
            resolution=self.resolution,
            results=self.results,
        )
        yield from said_of_both(rec, self.batch, self.membership, seat)
        yield from said_of_both(rec, self.batch, self.membership, SeatTerm(ends_on=self.ends_on))
        yield from said_of_both(rec, self.batch, self.membership, SeatStatus(status=Status.ACTIVE))

    def stands_after_close(self) -> bool:
        """Nobody is admitted to a closed batch."""
        return False


class MembershipSuspended(Event):
    """暂停培养: the place is kept (H2)."""

    TOPIC = "membership-suspended/1"
    CLAUSE = "H2"
    NEEDS_MEMBERSHIP = True
    WHILE_SUSPENDED = True

    membership: MembershipId
    batch: BatchId
    case: CaseId | None = None
    text: Text | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield self.fact(rec, rec.stream)
        yield from said_of_both(rec, self.batch, self.membership, SeatStatus(status=Status.SUSPENDED))


class MembershipResumed(Event):
    """恢复培养 (H2)."""

    TOPIC = "membership-resumed/1"
    CLAUSE = "H2"
    NEEDS_MEMBERSHIP = True
    WHILE_SUSPENDED = True

    membership: MembershipId
    batch: BatchId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield self.fact(rec, rec.stream)
        yield from said_of_both(rec, self.batch, self.membership, SeatStatus(status=Status.ACTIVE))


class MembershipExtended(Event):
    """延长培养期: a new end, in the same batch (E2)."""

    TOPIC = "membership-extended/1"
    CLAUSE = "E2"
    NEEDS_MEMBERSHIP = True

    membership: MembershipId
    batch: BatchId
    ends_on: date
    resolution: ResolutionId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield self.fact(rec, rec.stream)
        yield from said_of_both(rec, self.batch, self.membership, SeatTerm(ends_on=self.ends_on))


class MembershipEnded(Event):
    """结束培养. `effective_on` is the first day off the roster, in the future where the end is planned."""

    TOPIC = "membership-ended/1"
    CLAUSE = "E2"
    AFTER_END = True
    WHILE_SUSPENDED = True

    membership: MembershipId
    batch: BatchId
    cause: EndCause
    effective_on: date
    resolution: ResolutionId | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield self.fact(rec, rec.stream)
        end = SeatEnd(membership=self.membership, cause=self.cause, resolution=self.resolution)
        yield from said_of_both(rec, self.batch, f"{self.membership}/{rec.position}", end, self.effective_on)


class MembershipRestored(Event):
    """恢复培养资格 from the day of an upheld appeal (D2)."""

    TOPIC = "membership-restored/1"
    CLAUSE = "D2"
    AFTER_END = True

    membership: MembershipId
    batch: BatchId
    resolution: ResolutionId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield self.fact(rec, rec.stream)
        yield from said_of_both(rec, self.batch, self.membership, SeatStatus(status=Status.ACTIVE))
        yield from said_of_both(rec, self.batch, self.membership, SeatRestored())
