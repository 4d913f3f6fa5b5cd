"""The codes the software stores. Labels live in the glossary; tiers, posts and grounds in the plan.

Everything here is the language of the software itself, the same for every school and batch.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_ONE = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
END_OF_TIME = date(9999, 12, 31)


class Capacity(StrEnum):
    """In which role somebody records or reads."""

    OFFICE_CLERK = "office_clerk"
    LEADING_GROUP = "leading_group"
    COMMITTEE_SECRETARY = "committee_secretary"
    UNIT = "unit"
    MENTOR = "mentor"
    SELF = "self"
    DISCIPLINE_OFFICER = "discipline_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    OFFICE_HEAD = "office_head"
    COMMITTEE_MEMBER = "committee_member"
    GUIDE = "guide"


class Verdict(StrEnum):
    """What a rule says of a value."""

    OK = "ok"
    CAUTION = "caution"
    EXCEPTION = "exception"


class Grade(StrEnum):
    """The four opinions of a yearly evaluation (E1)."""

    EXCELLENT = "excellent"
    QUALIFIED = "qualified"
    DEFERRED = "deferred"
    TERMINATION_RECOMMENDED = "termination_recommended"


class Outcome(StrEnum):
    """The four measures at the end of the cycle (E2)."""

    PROMOTED = "promoted"
    ADVANCED = "advanced"
    EXTENDED = "extended"
    TERMINATED = "terminated"


class Finding(StrEnum):
    """How a basic condition stands (S1-S6)."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Origin(StrEnum):
    """How a membership came about."""

    INITIAL = "initial"
    SUPPLEMENT = "supplement"
    ADVANCED = "advanced"


class Status(StrEnum):
    """Where a membership stands."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class EndCause(StrEnum):
    """Why a membership ended."""

    DISQUALIFIED = "disqualified"
    LEFT_SCHOOL = "left_school"
    PROMOTED = "promoted"
    ADVANCED = "advanced"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"


class VacancyCause(StrEnum):
    """Why a place is open."""

    INITIAL = "initial"
    DISQUALIFIED = "disqualified"
    LEFT_SCHOOL = "left_school"
    PROMOTED = "promoted"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"


class VacancyStage(StrEnum):
    """How far the filling of a vacancy has come (D3)."""

    OPEN = "open"
    MOVED = "moved"
    CONSENTED = "consented"
    NOMINATING = "nominating"
    ASSESSING = "assessing"
    DECIDING = "deciding"
    FILLED = "filled"
    CANCELLED = "cancelled"


class Group(StrEnum):
    """Whose members are on a register (R4, O1)."""

    PARTY_COMMITTEE = "party_committee"
    LEADING_GROUP = "leading_group"


class Matter(StrEnum):
    """What the Party committee votes on."""

    ADMISSION = "admission"
    SUPPLEMENT = "supplement"
    GRADE = "grade"
    DISQUALIFICATION = "disqualification"
    APPEAL = "appeal"
    OUTCOME = "outcome"
    EXCEPTION = "exception"
    PLAN = "plan"
    EARLY_PROMOTION = "early_promotion"
    WITHDRAWAL = "withdrawal"
    TERMINATION = "termination"


class Result(StrEnum):
    """What came of a vote."""

    PASSED = "passed"
    FAILED = "failed"
    DEFERRED = "deferred"


class Step(StrEnum):
    """The steps of the plan's timetable (W)."""

    ANNOUNCE = "announce"
    NOMINATE = "nominate"
    ASSESS = "assess"
    DECIDE = "decide"


class Component(StrEnum):
    """The four things a comprehensive assessment weighs (R3)."""

    NOMINATION = "nomination"
    APPRAISAL = "appraisal"
    STAFF_OPINION = "staff_opinion"
    CONDUCT = "conduct"


class Measure(StrEnum):
    """The kind of training a tier is grown by (M2, M3, M4)."""

    PLACEMENT = "placement"
    MENTORING = "mentoring"
    SELF_DEVELOPMENT = "self_development"


class Departure(StrEnum):
    """How a record departs from what the rules come to, or how a limit it crosses is covered."""

    REFUSED = "refused"
    UNCOVERED = "uncovered"
    UNEXPLAINED = "unexplained"
    MISJUDGED = "misjudged"
    OTHERWISE = "otherwise"
    REPEATED = "repeated"
    BASELESS = "baseless"
    MISSING = "missing"
    LATE = "late"
    OUTDATED = "outdated"
    COVERED = "covered"


class Severity(StrEnum):
    """How much a finding weighs."""

    SERIOUS = "serious"
    MODERATE = "moderate"
    REMARK = "remark"


class LeavingCause(StrEnum):
    """Why a person left the school."""

    TRANSFERRED = "transferred"
    RESIGNED = "resigned"
    RETIRED = "retired"
    DIED = "died"
    OTHER = "other"


class BatchPhase(StrEnum):
    """How far a batch has come."""

    SELECTING = "selecting"
    TRAINING = "training"
    CONCLUDING = "concluding"
    CLOSED = "closed"


class Attendance(StrEnum):
    """How a trainee took part in a session."""

    PRESENT = "present"
    LEAVE = "leave"
    ABSENT = "absent"


class TextForm(Enum):
    """What form a text is brought to where it enters (`domain.text`); a mark on the types of fields."""

    TEXT = "text"
    LINE = "line"
    NAME = "name"
    NUMBER = "number"


_OneLine = StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), TextForm.TEXT]
Line = Annotated[str, _OneLine, TextForm.LINE]
Name = Annotated[str, _OneLine, TextForm.NAME]
Number = Annotated[str, _OneLine, TextForm.NUMBER]
CODE = r"^[a-z][a-z0-9_]{0,63}$"
Code = Annotated[str, StringConstraints(pattern=CODE)]
Clause = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{0,2}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=100_000)]


def today(now: datetime) -> date:
    """The calendar day in Shanghai at the moment `now`."""
    return now.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """The last microsecond of a Shanghai day, in UTC."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), SHANGHAI)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def full_years(born: date, on: date) -> int:
    """Age in completed years; a birthday counts on its day, 29 February on 1 March in common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@lru_cache(maxsize=1024)
def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or the month's last day where it has none; no later than time ends."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > END_OF_TIME.year:
        return END_OF_TIME
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
