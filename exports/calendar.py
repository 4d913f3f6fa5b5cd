"""The timetable as a calendar (RFC 5545): each step from its first day to its last, and the days things fall due.

The same timetable gives the same bytes: an entry keeps its UID, so a calendar that reads it again moves what moved.
The archive's origin is part of it: one plan in two archives, practice and real, gives entries that stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event, vText

from exports.wording import words
from projections.timetable import Due, RoundLines, StepLine, Timetable

_DAY = timedelta(days=1)
_REMINDED = (7, 1)  # days ahead
_STEP_ENDS = "W"  # what is due by the end of a step is shown by the step
_TERM_ENDS = "E2"


def calendar(found: Timetable, language: str, origin: str) -> bytes:
    """All days of a batch. `origin` is that of the archive."""
    zh = language == "zh"
    made = Calendar()
    made.add("prodid", f"-//Tidui//timetable//{language.upper()}")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"{'梯队时间表' if zh else 'Tidui timetable'} {found.batch or ''}".rstrip())
    made.add("x-wr-timezone", "Asia/Shanghai")
    stamp = datetime.combine(found.as_of, time(), UTC)
    for event in _events(found, zh, origin):
        event.add("dtstamp", stamp)
        made.add_component(event)
    return bytes(made.to_ical())


class _Typed(vText):
    """Text as somebody typed it: the library's own takes a backslash before an N for a line break."""

    def to_ical(self) -> bytes:
        escaped = re.sub(r"[\\;,]", lambda one: "\\" + one[0], str(self))
        return escaped.replace("\n", "\\n").encode()


def _events(found: Timetable, zh: bool, origin: str) -> Iterator[Event]:
    for turn in found.rounds:
        for step in turn.steps:
            yield _step(found, turn, step, zh, origin)
    for due in found.due:
        if due.clause != _STEP_ENDS:
            yield _due(found, due, zh, origin)
    for task in found.tasks:
        yield _due(found, task, zh, origin)


def _step(found: Timetable, turn: RoundLines, step: StepLine, zh: bool, origin: str) -> Event:
    title = f"{turn.label}：{step.label}" if zh else f"{turn.label_en}: {step.label_en}"
    return _event(f"{found.batch}/{turn.round}/{step.step}@{origin}", title, _STEP_ENDS, step.starts_on, step.ends_on)


def _due(found: Timetable, due: Due, zh: bool, origin: str) -> Event:
    title = due.label if zh else due.label_en
    which = due.person_id if due.clause == _TERM_ENDS else f"{due.on}/{due.person_id or ''}"  # one term a person
    title += (f"（{due.name}）" if zh else f" ({due.name})") if due.name else ""
    event = _event(f"{found.batch}/{due.what}/{which}@{origin}", title, due.clause, due.on, due.on)
    day = words("zh" if zh else "en").date(due.on.isoformat())
    event.add("description", _Typed(f"{title}。截止{day}。" if zh else f"{title}. Due {day}."))
    for before in _REMINDED:
        event.add_component(_alarm(title, before))
    return event


def _alarm(title: str, before: int) -> Alarm:
    """At nine in the morning, so many days ahead: a whole day begins at midnight."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _Typed(title))
    alarm.add("trigger", timedelta(days=-before, hours=9))
    return alarm


def _event(uid: str, title: str, clause: str, first: date, last: date) -> Event:
    """Whole days; the end that a calendar is told is the first day after."""
    event = Event()
    event.add("uid", uid)
    event.add("summary", _Typed(title))
    event.add("categories", [clause])
    event.add("dtstart", first)
    event.add("dtend", last + _DAY)
    event.add("transp", "TRANSPARENT")
    return event
