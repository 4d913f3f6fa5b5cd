"""培训情况: study sessions with their hours, by area (M1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.events.training import AttendanceRecorded, StudySessionHeld
from domain.language import Attendance
from projections.parts.field import Field, label
from projections.shape import Shape
from projections.trainee import Trainee


class SessionEntry(Field):
    """A session that the trainee was counted in; `value` is the attendance."""

    on: date
    title: str
    areas: tuple[str, ...]
    area_label: str
    hours: float
    attended: bool


class AreaHours(Field):
    """Hours of the sessions in one area. An hour in two areas counts in both."""

    area: str
    hours: float


class Training(Shape):
    """Sessions in their order; the total counts every hour once, and rests on the last session counted."""

    sessions: list[SessionEntry]
    hours_by_area: list[AreaHours]
    total_hours: float
    sources: dict[str, int]


def training(trainee: Trainee, first: date = date.min, last: date = date.max) -> Training:
    """The sessions held from one day to another."""
    sessions = sorted(_sessions(trainee, first, last), key=lambda entry: (entry.on, entry.source))
    return Training(
        sessions=sessions,
        hours_by_area=[_area(trainee, code, sessions) for code in trainee.plan.training.areas],
        total_hours=_total(sessions),
        sources={"total_hours": _last(trainee, sessions)},
    )


def _sessions(trainee: Trainee, first: date, last: date) -> Iterator[SessionEntry]:
    areas = trainee.plan.training.areas
    attended = trainee.of_batch(AttendanceRecorded)
    sessions = trainee.facts.some(trainee.batch, StudySessionHeld, [row.key for row in attended])
    for row in attended:
        held = sessions.get(row.key)
        if held is None or not first <= held.since <= last:
            continue
        session = held.value
        made = trainee.moment.recorded(held.origin).event if held.origin != held.source else session
        counted = row.value.counted(session.hours, getattr(made, "hours", session.hours))
        places = ("on", "title", "areas", "area_label", *(("hours",) if counted != row.value.hours else ()))
        yield SessionEntry(
            value=row.value.attendance,
            label=label("attendance", row.value.attendance),
            on=held.since,
            title=session.title,
            areas=session.areas,
            area_label="、".join(areas[code].label if code in areas else code for code in session.areas),
            hours=counted,
            attended=row.value.attendance is Attendance.PRESENT,
            source=row.source,
            sources=dict.fromkeys(places, held.source),
        )


def _area(trainee: Trainee, code: str, sessions: list[SessionEntry]) -> AreaHours:
    counted = [entry for entry in sessions if code in entry.areas]
    hours = _total(counted)
    return AreaHours(
        value=hours,
        label=trainee.plan.training.areas[code].label,
        area=code,
        hours=hours,
        source=_last(trainee, counted),
    )


def _last(trainee: Trainee, sessions: list[SessionEntry]) -> int:
    """What a sum of hours rests on: the last session counted, or what made the trainee one."""
    start = trainee.member.started_source if trainee.member else trainee.registered["name"].source
    return max((max(entry.source, entry.sources.get("hours", 0)) for entry in sessions if entry.hours), default=start)


def _total(sessions: list[SessionEntry]) -> float:
    return sum((entry.hours for entry in sessions), 0.0)
