"""党委会讨论: meetings, recusals, a vote per person, announcement and public notice (R4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.events.base import (
    BatchId,
    CaseId,
    Event,
    Fact,
    MeetingId,
    PersonId,
    Recorded,
    RecordId,
    ResolutionId,
    Round,
)
from domain.language import Code, Count, Grade, Line, Matter, Outcome, Result, Text
from domain.rules import Judgement


class MeetingHeld(Event):
    """党委会召开. Stream: the batch."""

    TOPIC = "meeting-held/1"
    CLAUSE = "R4"
    KEY = "meeting"

    meeting: MeetingId
    batch: BatchId
    title: Line
    members: tuple[PersonId, ...]
    present: tuple[PersonId, ...]
    chair: PersonId
    on_leave: tuple[PersonId, ...] = ()

    def stands_after_close(self) -> bool:
        """Appeals and grades are decided after the end as well."""
        return True


class RecusalDeclared(Event):
    """回避: a member takes no part where this person is concerned. Stream: the person."""

    TOPIC = "recusal-declared/1"
    CLAUSE = "R4"
    AFTER_END = True
    WHILE_SUSPENDED = True

    meeting: MeetingId
    member: PersonId
    because: Text

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, RecusalDeclared, f"{self.meeting}/{self.member}", self, rec.day)


class ResolutionReached(Event):
    """决议: one per person, passed, failed or deferred. Stream: the person, or the batch where nobody is named.

    A vote on admission keeps what the rules of the tier said on its day (T1-T3): `results`. One on a disqualification
    or an appeal names its `case`, one on an appeal also what was put to the vote: `upheld`, or not.
    One on an extension names its last day.
    """

    TOPIC = "resolution-reached/1"
    CLAUSE = "R4"
    KEY = "resolution"
    AFTER_END = True
    WHILE_SUSPENDED = True

    resolution: ResolutionId
    meeting: MeetingId
    batch: BatchId
    matter: Matter
    result: Result
    entitled: Count
    agree: Count
    disagree: Count
    abstain: Count
    round: Round | None = None
    tier: Code | None = None
    year: int | None = None
    grade: Grade | None = None
    outcome: Outcome | None = None
    extended_to: date | None = None
    rule: Line | None = None
    case: CaseId | None = None
    upheld: bool | None = None
    en_bloc: bool = False
    text: Text | None = None
    results: tuple[Judgement, ...] = ()

    def stands_after_close(self) -> bool:
        """Of votes, what follows from an end, or belongs to a year before it."""
        return self.matter in (Matter.APPEAL, Matter.GRADE)


class ResultAnnounced(Event):
    """结果公布: what one meeting decided in one round, to whom, and how. Stream: the batch."""

    TOPIC = "result-announced/1"
    CLAUSE = "R4"

    batch: BatchId
    round: Round
    meeting: MeetingId
    channel: Line
    audience: Line | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, ResultAnnounced, f"{self.round}/{self.meeting}", self, rec.day)


class NoticeOpened(Event):
    """公示开始, where the plan has it. Stream: the batch."""

    TOPIC = "notice-opened/1"
    CLAUSE = "R4"

    batch: BatchId
    round: Round
    place: Line
    last_day: date

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, NoticeOpened, self.round, self, rec.day)


class ObjectionReceived(Event):
    """公示异议: holds this person back while it is open. Stream: the person."""

    TOPIC = "objection-received/1"
    CLAUSE = "R4"
    KEY = "record"
    AFTER_END = True

    record: RecordId
    batch: BatchId
    round: Round
    text: Text


class ObjectionResolved(Event):
    """异议处理 (R4)."""

    TOPIC = "objection-resolved/1"
    CLAUSE = "R4"
    AFTER_END = True

    record: RecordId
    upheld: bool
    text: Text

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, ObjectionResolved, self.record, self, rec.day)


class NoticeClosed(Event):
    """公示结束. Stream: the batch."""

    TOPIC = "notice-closed/1"
    CLAUSE = "R4"

    batch: BatchId
    round: Round

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, NoticeClosed, self.round, self, rec.day)
