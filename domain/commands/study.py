"""组织学习: study sessions and who took part (M1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.capacities import UNIT
from domain.desk import Bundle, Command, Desk, Happening, Inputs, once, same_day
from domain.errors import Refusal, Unknown
from domain.events.base import BatchId, PersonId, SessionId
from domain.events.training import AttendanceRecorded, Hours, StudySessionHeld
from domain.facts import Facts, Row
from domain.language import Attendance, Code, Line
from domain.plan import pick


class HoldStudySession(Command):
    """Records a study session: what was studied, for how long, in which areas. Who came is attendance."""

    CLAUSE = "M1"
    EVENT = StudySessionHeld
    LABEL = ("组织学习", "Hold a study session")
    CAPACITIES = UNIT
    EXAMPLE = {"batch": "2024-second", "title": "师德师风专题学习", "areas": ["ethics"], "hours": 2, "place": "报告厅"}

    batch: BatchId
    title: Line
    areas: Annotated[tuple[Code, ...], Field(min_length=1)]
    hours: Annotated[float, Field(gt=0, le=200)]
    place: Line | None = None
    speaker: Line | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        plan = desk.plan(self.batch)
        for area in self.areas:
            pick(plan.training.areas, area, "学习领域", "area of study")
        if len(set(self.areas)) != len(self.areas):
            raise Refusal("M1", "学习领域有重复。", "An area of study is listed twice.")
        held = StudySessionHeld(session=desk.new_id("t"), **self.model_dump())
        if not same_day(desk, self.batch, held):
            yield Happening(self.batch, held)


class AttendanceLine(BaseModel):
    """One trainee's attendance; without hours they are the session's for who was present, else none."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    person: PersonId
    attendance: Attendance
    hours: Hours | None = None


class RecordAttendance(Command):
    """Records who took part in a session, on its day; one event per person."""

    CLAUSE = "M1"
    EVENT = AttendanceRecorded
    LABEL = ("学习考勤", "Record attendance")
    CAPACITIES = UNIT
    EXAMPLE = {
        "batch": "2024-second",
        "session": "t-0000000000000000",
        "lines": [
            {"person": "p-0000000000000000", "attendance": "present"},
            {"person": "p-1111111111111111", "attendance": "leave"},
        ],
    }

    batch: BatchId
    session: SessionId
    lines: Annotated[tuple[AttendanceLine, ...], Field(min_length=1)]

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:
        del known
        lines = [
            AttendanceLine(person=r.stream, attendance=r.event.attendance, hours=r.event.hours)
            for r in bundle
            if isinstance(r.event, AttendanceRecorded)
        ]
        return {"lines": tuple(lines)}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        held = desk.facts.one(self.batch, StudySessionHeld, self.session)
        if held is None:
            raise Unknown(f"{desk.day} 之前没有学习 {self.session}。", f"No session {self.session} by {desk.day}.")
        if held.since != desk.day:
            raise Refusal(
                "M1",
                f"学习在 {held.since}，考勤须记在当日。",
                f"The session was on {held.since}: so is its attendance.",
                value=desk.day,
                limit=held.since,
            )
        if len({line.person for line in self.lines}) != len(self.lines):
            raise Refusal("M1", "考勤名单有重复。", "Somebody is listed twice.")
        for line in self.lines:
            desk.member(line.person, self.batch)
            _check_hours(desk, line, held)
            recorded = AttendanceRecorded(
                batch=self.batch,
                session=self.session,
                attendance=line.attendance,
                hours=line.hours,
            )
            yield from once(desk, Happening(line.person, recorded), self.session)


def _check_hours(desk: Desk, line: AttendanceLine, held: Row[StudySessionHeld]) -> None:
    """No more hours than the session has, or had when it was recorded; none for who was absent."""
    made = desk.known.recorded(held.origin)
    most = max(held.value.hours, getattr(made.event, "hours", 0) if made else 0)
    if line.attendance is Attendance.ABSENT:
        most = 0
    if line.hours is not None and line.hours > most:
        raise Refusal(
            "M1",
            f"{line.person} 的学时 {line.hours} 多于应有的学时（本次 {most}，缺席为 0）。",
            f"{line.person}: {line.hours} hours are more than the session's {most}, or than an absence allows.",
            value=line.hours,
            limit=most,
        )
