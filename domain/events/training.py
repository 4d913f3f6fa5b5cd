"""培养措施: study, placements, mentoring, self-development, filed material (M1-M4, D1). Stream: the person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from domain.events.base import BatchId, Event, Fact, PersonId, Recorded, RecordId, SessionId
from domain.language import Attendance, Code, Line, Text

Hours = Annotated[float, Field(ge=0, le=200)]


class Training(Event):
    """Shared by everything that is done with an active trainee (H2)."""

    NEEDS_MEMBERSHIP = True

    batch: BatchId


class StudySessionHeld(Event):
    """组织学习. Nothing personal. Stream: the batch (M1)."""

    TOPIC = "study-session-held/1"
    CLAUSE = "M1"
    KEY = "session"

    session: SessionId
    batch: BatchId
    title: Line
    areas: tuple[Code, ...]
    hours: Hours
    place: Line | None = None
    speaker: Line | None = None


class AttendanceRecorded(Training):
    """学习考勤: what one trainee made of a session (M1)."""

    TOPIC = "attendance-recorded/1"
    CLAUSE = "M1"

    session: SessionId
    attendance: Attendance
    hours: Hours | None = None

    def counted(self, hours: float, first: float) -> float:
        """The hours that count: the session's as they stand, unless it says otherwise.

        The number that the session had when it was recorded (`first`) is the session's, copied.
        """
        if self.attendance is Attendance.PRESENT and self.hours in (None, first):
            return hours
        return self.hours or 0

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, AttendanceRecorded, self.session, self, rec.day)


class PlacementStarted(Training):
    """岗位锻炼开始 in a department (M2)."""

    TOPIC = "placement-started/1"
    CLAUSE = "M2"
    KEY = "record"

    record: RecordId
    department: Line
    role: Line


class PlacementEnded(Training):
    """岗位锻炼结束, with its appraisal (M2)."""

    TOPIC = "placement-ended/1"
    CLAUSE = "M2"

    record: RecordId
    appraisal: Text

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PlacementEnded, self.record, self, rec.day)


class MentorPaired(Training):
    """结对: one pairing per training year (M3)."""

    TOPIC = "mentor-paired/1"
    CLAUSE = "M3"
    KEY = "record"

    record: RecordId
    year: int
    mentor: PersonId
    mentor_post: Code
    other_post: Line | None = None
    goals: Text | None = None


class PairingClosed(Training):
    """结对结束 (M3)."""

    TOPIC = "pairing-closed/1"
    CLAUSE = "M3"

    record: RecordId
    summary: Text

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PairingClosed, self.record, self, rec.day)


class MentoringActivityRecorded(Training):
    """结对活动 within a pairing (M3)."""

    TOPIC = "mentoring-activity-recorded/1"
    CLAUSE = "M3"

    record: RecordId
    text: Text


class RequirementIssued(Training):
    """培养要求 from the Party organisation (M4)."""

    TOPIC = "requirement-issued/1"
    CLAUSE = "M4"

    year: int
    text: Text


class GuideAssigned(Training):
    """指导人 of one of the kinds the plan names (M4)."""

    TOPIC = "guide-assigned/1"
    CLAUSE = "M4"

    kind: Code
    guide: PersonId | None = None
    unit: Line | None = None
    other: Line | None = None


class PracticeRecorded(Training):
    """实践活动 of one of the kinds the plan names (M4)."""

    TOPIC = "practice-recorded/1"
    CLAUSE = "M4"

    kind: Code
    other: Line | None = None
    text: Text


class DocumentFiled(Training):
    """材料归档 (D1). Its file is the envelope's evidence."""

    TOPIC = "document-filed/1"
    CLAUSE = "D1"
    KEY = "record"
    NEEDS_MEMBERSHIP = True

    record: RecordId
    form: Code
    title: Line
    year: int


class DocumentAccepted(Training):
    """材料验收 (D1)."""

    TOPIC = "document-accepted/1"
    CLAUSE = "D1"

    record: RecordId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, DocumentAccepted, self.record, self, rec.day)
        yield Fact(rec.stream, DocumentReturned, self.record, None, rec.day)


class DocumentReturned(Training):
    """材料退回 (D1)."""

    TOPIC = "document-returned/1"
    CLAUSE = "D1"

    record: RecordId
    text: Text

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, DocumentReturned, self.record, self, rec.day)
        yield Fact(rec.stream, DocumentAccepted, self.record, None, rec.day)


class InspectionTalkHeld(Training):
    """考察谈话 (D1)."""

    TOPIC = "inspection-talk-held/1"
    CLAUSE = "D1"

    talker: PersonId
    text: Text
