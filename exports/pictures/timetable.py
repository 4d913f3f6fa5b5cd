"""时间安排: every step of every round, as planned and as it came; each round on days of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from exports.pictures.drawing import ALERT, DASHES, INK, PALE, SOFT, TONES, WIDTH, Drawing, Mark, fitted
from exports.pictures.picture import Picture, called
from exports.pictures.scale import Days
from exports.wording import Words
from projections.moment import Moment
from projections.timetable import RoundLines, StepLine, Timetable, timetable

_LEFT, _RIGHT, _ROW = 188, WIDTH - 90, 24
_TONE, _TINT = TONES[0]


class Course(Timetable):
    """A timetable with its batch's name."""

    name: str | None
    name_en: str | None


def course(moment: Moment, batch: str | None = None) -> Course:
    """The timetable of a batch, to be drawn."""
    found = timetable(moment, batch)
    plan = moment.plan(found.batch) if found.batch else None
    return Course(**dict(found), name=plan.name if plan else None, name_en=plan.name_en if plan else None)


def draw(sheet: Drawing, found: Course, say: Words) -> None:
    marks = [Mark(say["planned"], _TINT), Mark(say["actual"], _TONE)]
    moved = any(step.rescheduled for turn in found.rounds for step in turn.steps)
    sheet.legend(marks + ([Mark(say["first_planned"], "none", SOFT, "line")] if moved else []))
    for turn in found.rounds:
        _round(sheet, turn, found.as_of, say)


def _round(sheet: Drawing, turn: RoundLines, today: date, say: Words) -> None:
    days = _days(turn, today)
    sheet.text(0, sheet.y + 13, _heading(turn, say), size=13, fill=INK)
    sheet.y += 20
    high = len(turn.steps) * _ROW
    sheet.box(days.left, sheet.y, days.right - days.left, high, fill=PALE)
    for row, step in enumerate(turn.steps):
        _step(sheet, step, sheet.y + row * _ROW, days, today, say)
    if days.holds(today):
        sheet.line(days.after(today), sheet.y, days.after(today), sheet.y + high, stroke=ALERT)
    sheet.y += high
    sheet.foot((days(day), say.month_day(day)) for day in days.days())
    sheet.y += 8


def _days(turn: RoundLines, today: date) -> Days:
    """All that was planned or happened; a step under way lasts until the day shown."""
    shown = [day for step in turn.steps for day in (step.starts_on, step.ends_on, step.first_starts_on)]
    shown += [day for step in turn.steps for day in (step.first_ends_on, step.opened_on, step.closed_on) if day]
    shown += [today for step in turn.steps if step.opened_on and not step.closed_on]
    return Days(min(shown), max(shown), _LEFT, _RIGHT)


def _heading(turn: RoundLines, say: Words) -> str:
    first, last = turn.steps[0].starts_on, turn.steps[-1].ends_on
    return f"{called(turn, say)}　{say.period(first.isoformat(), last.isoformat())}"


def _step(sheet: Drawing, step: StepLine, y: float, days: Days, today: date, say: Words) -> None:
    sheet.text(14, y + 16, fitted(called(step, say), _LEFT - 22))
    _bar(sheet, days, step.starts_on, step.ends_on, y + 3, 18, fill=_TINT)
    if step.rescheduled:
        _bar(sheet, days, step.first_starts_on, step.first_ends_on, y + 3, 18, outline=SOFT)
    if step.opened_on:
        _bar(sheet, days, step.opened_on, step.closed_on or max(today, step.opened_on), y + 8, 8, fill=_TONE)
    sheet.text(_RIGHT + 8, y + 16, _variance(step, say), fill=ALERT if _late(step) else SOFT)


def _bar(
    sheet: Drawing,
    days: Days,
    first: date,
    last: date,
    y: float,
    high: float,
    *,
    fill: str = "none",
    outline: str = "none",
) -> None:
    dashes = DASHES if outline != "none" else ""
    sheet.box(days(first), y, days.after(last) - days(first), high, fill=fill, outline=outline, dashes=dashes)


def _late(step: StepLine) -> bool:
    return step.end_variance is not None and step.end_variance > 0


def _variance(step: StepLine, say: Words) -> str:
    """How the end came, against the plan."""
    if step.end_variance is None:
        return say["under_way" if step.opened_on else "not_begun"]
    if step.end_variance == 0:
        return say["in_time"]
    return say.phrase("days_late" if step.end_variance > 0 else "days_early", days=abs(step.end_variance))


def tell(found: Course, say: Words) -> Iterator[str]:
    for turn in found.rounds:
        for step in turn.steps:
            yield say.phrase(
                "told_step",
                round=called(turn, say),
                step=called(step, say),
                planned=say.period(step.starts_on.isoformat(), step.ends_on.isoformat()),
                actual=_actually(step, say),
            )


def _actually(step: StepLine, say: Words) -> str:
    if step.opened_on is None:
        return say["not_begun"]
    closed = step.closed_on.isoformat() if step.closed_on else None
    return say.phrase("actually", period=say.period(step.opened_on.isoformat(), closed))


PICTURE = Picture("timetable", Course, course, draw, tell)
