"""年度考核: one standing grade, or one reasoned absence of it, per member and training year (E1)."""

from __future__ import annotations

from collections.abc import Iterator

from domain.events.base import BatchId, Event, Fact, Recorded, ResolutionId
from domain.language import Count, Grade, Text


class ReviewOpened(Event):
    """年度考核启动. Stream: the batch."""

    TOPIC = "review-opened/1"
    CLAUSE = "E1"

    batch: BatchId
    year: int

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, ReviewOpened, str(self.year), self, rec.day)


class ReviewClosed(Event):
    """年度考核结束. Stream: the batch."""

    TOPIC = "review-closed/1"
    CLAUSE = "E1"

    batch: BatchId
    year: int

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, ReviewClosed, str(self.year), self, rec.day)

    def stands_after_close(self) -> bool:
        """Grades of the last year may come after the end."""
        return True


class Yearly(Event):
    """Shared by what is said of one member in one training year. Stream: the person."""

    NEEDS_MEMBERSHIP = True
    WHILE_SUSPENDED = True

    batch: BatchId
    year: int

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, type(self), f"{self.batch}/{self.year}", self, rec.day)


class SelfSummarySubmitted(Yearly):
    """个人总结."""

    TOPIC = "self-summary-submitted/1"
    CLAUSE = "E1"
    WHILE_SUSPENDED = False

    text: Text


class AppraisalTallied(Yearly):
    """民主测评统计."""

    TOPIC = "appraisal-tallied/1"
    CLAUSE = "E1"

    expected: Count
    present: Count
    issued: Count
    returned: Count
    valid: Count
    invalid: Count
    excellent: Count
    qualified: Count
    deferred: Count
    termination_recommended: Count


class GradeProposed(Yearly):
    """评价意见建议 by the leading group."""

    TOPIC = "grade-proposed/1"
    CLAUSE = "E1"
    AFTER_END = True

    grade: Grade
    comment: Text


class GradeConfirmed(Yearly):
    """评价意见确定 by the Party committee."""

    TOPIC = "grade-confirmed/1"
    CLAUSE = "E1"
    AFTER_END = True

    grade: Grade
    resolution: ResolutionId


class GradeWaived(Yearly):
    """不予评定: the reasoned absence of a grade; the reason is the envelope's."""

    TOPIC = "grade-waived/1"
    CLAUSE = "E1"
    AFTER_END = True


class DeferredGradeResolved(Yearly):
    """暂缓评定的结果."""

    TOPIC = "deferred-grade-resolved/1"
    CLAUSE = "E1"
    AFTER_END = True

    grade: Grade
    resolution: ResolutionId


class GradeAcknowledged(Yearly):
    """本人确认 of the grade."""

    TOPIC = "grade-acknowledged/1"
    CLAUSE = "E1"
    AFTER_END = True

    comment: Text | None = None
