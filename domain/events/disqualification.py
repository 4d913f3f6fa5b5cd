"""取消培养资格 (D2). Who raised a concern and what was said stays in the case; the person gets the decision."""

from __future__ import annotations

from collections.abc import Iterator

from domain.events.base import (
    SCHOOL,
    BatchId,
    CaseId,
    Event,
    Fact,
    MembershipId,
    PersonId,
    Recorded,
    ResolutionId,
    Value,
)
from domain.language import Code, Line, Text


def is_case(stream: str) -> bool:
    """Whether a stream is a case: what it holds is for those who handle it."""
    return stream.startswith("c-")


class KnownCase(Value):
    """That there is a case about somebody, and nothing of what was said in it."""

    KIND = "known-case"

    person: PersonId
    batch: BatchId


class Course(Event):
    """Shared by the steps of a case. Stream: the case; one of each kind stands."""

    case: CaseId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, type(self), "", self, rec.day)


class ConcernRaised(Course):
    """问题反映."""

    TOPIC = "concern-raised/1"
    CLAUSE = "D2"
    KEY = "case"

    person: PersonId
    batch: BatchId
    ground: Code
    other: Line | None = None
    raised_by: Line
    text: Text

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, ConcernRaised, "", self, rec.day)
        yield Fact(SCHOOL, KnownCase, self.case, KnownCase(person=self.person, batch=self.batch), rec.day)


class ConcernVerified(Course):
    """问题核实. For work failures: whether there was impact, and loss."""

    TOPIC = "concern-verified/1"
    CLAUSE = "D2"

    facts_found: Text
    impact: bool | None = None
    loss: bool | None = None


class ConcernUnfounded(Course):
    """问题不实."""

    TOPIC = "concern-unfounded/1"
    CLAUSE = "D2"

    text: Text


class PersonHeard(Course):
    """听取本人申辩."""

    TOPIC = "person-heard/1"
    CLAUSE = "D2"

    statement: Text


class HearingWaived(Course):
    """未听取申辩; the reason is the envelope's."""

    TOPIC = "hearing-waived/1"
    CLAUSE = "D2"


class DisqualificationProposed(Course):
    """提出取消资格 by the leading group."""

    TOPIC = "disqualification-proposed/1"
    CLAUSE = "D2"

    text: Text


class Decided(Event):
    """Shared by what follows a case on the person's own stream."""

    AFTER_END = True
    WHILE_SUSPENDED = True

    case: CaseId
    batch: BatchId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, type(self), self.case, self, rec.day)


class DisqualificationDecided(Decided):
    """取消培养资格决定: ground, facts, resolution."""

    TOPIC = "disqualification-decided/1"
    CLAUSE = "D2"

    membership: MembershipId
    ground: Code
    other: Line | None = None
    facts_found: Text
    resolution: ResolutionId


class DecisionNotified(Decided):
    """告知本人."""

    TOPIC = "decision-notified/1"
    CLAUSE = "D2"


class AppealLodged(Decided):
    """申诉."""

    TOPIC = "appeal-lodged/1"
    CLAUSE = "D2"

    text: Text


class AppealDecided(Decided):
    """申诉决定."""

    TOPIC = "appeal-decided/1"
    CLAUSE = "D2"

    upheld: bool
    text: Text
    resolution: ResolutionId


class DisqualificationRevoked(Decided):
    """撤销取消资格决定, after an upheld appeal."""

    TOPIC = "disqualification-revoked/1"
    CLAUSE = "D2"

    membership: MembershipId
    resolution: ResolutionId
