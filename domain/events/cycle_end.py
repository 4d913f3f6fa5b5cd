"""培养期满: exactly one outcome per member, and what follows from it (E2). Stream: the person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain.events.base import BatchId, Event, Fact, MembershipId, Recorded, RecordId, ResolutionId
from domain.events.person import PostHeld
from domain.language import Code, Line, Outcome, Text


class CycleAssessed(Event):
    """期满考察."""

    TOPIC = "cycle-assessed/1"
    CLAUSE = "E2"
    NEEDS_MEMBERSHIP = True

    batch: BatchId
    membership: MembershipId
    text: Text

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, CycleAssessed, self.membership, self, rec.day)


class OutcomeDecided(Event):
    """期满决定: promoted, advanced to a higher tier, extended or terminated."""

    TOPIC = "outcome-decided/1"
    CLAUSE = "E2"
    NEEDS_MEMBERSHIP = True
    WHILE_SUSPENDED = True

    batch: BatchId
    membership: MembershipId
    outcome: Outcome
    resolution: ResolutionId
    term_ends_on: date
    to_tier: Code | None = None
    to_batch: BatchId | None = None
    extended_to: date | None = None

    def takes_effect_on(self, decided_on: date) -> date:
        """The first day after the term, or the day of the decision where that is later (S5)."""
        return max(self.term_ends_on + timedelta(days=1), decided_on)

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, OutcomeDecided, f"{self.membership}/{self.term_ends_on}", self, rec.day)
        yield Fact(self.batch, OutcomeDecided, f"{self.membership}/{self.term_ends_on}", self, rec.day)


def post_record(membership: str) -> str:
    """The record of the post that a promotion out of a membership leads to."""
    return f"x-{membership.partition('-')[2]}"


class PromotionRecorded(Event):
    """提拔任用: the appointment that followed. The post is held from its day on; `record` names one told by itself."""

    TOPIC = "promotion-recorded/1"
    CLAUSE = "E2"
    AFTER_END = True

    batch: BatchId
    membership: MembershipId
    post: Line
    text: Text | None = None
    post_code: Code | None = None
    record: RecordId | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PromotionRecorded, self.membership, self, rec.day)
        if self.record is None:
            record = post_record(self.membership)
            held = PostHeld(record=record, post=self.post_code or "other", text=self.post)
            yield Fact(rec.stream, PostHeld, record, held, rec.day)


class DossierHandedOver(Event):
    """档案移交."""

    TOPIC = "dossier-handed-over/1"
    CLAUSE = "D1"
    AFTER_END = True

    batch: BatchId
    to: Line
    text: Text | None = None
