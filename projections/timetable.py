"""When each step was planned and when it came, in days; and what falls due next (W, R4, E1, E2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain import school
from domain.events.base import INITIAL_ROUND
from domain.events.batch import PlanAmended, PlanPublished, StepClosed, StepOpened, StepRescheduled
from domain.events.committee import ResultAnnounced
from domain.events.membership import SEAT, Seat
from domain.events.vacancy import MotionRaised, VacancyFilled
from domain.facts import Row
from domain.glossary import GLOSSARY, label
from domain.language import Grade, Origin, Step, add_months
from domain.plan import Plan
from projections.actual_days import Place, actual_days
from projections.coverage import open_dues
from projections.moment import Moment
from projections.names import by_strokes
from projections.shape import Shape, View, answered
from projections.trainee import trainees


class StepLine(Shape):
    """One step. `first_*` is the window before it was rescheduled; variances count days, later is positive."""

    step: Step
    label: str
    label_en: str
    starts_on: date
    ends_on: date
    rescheduled: bool
    first_starts_on: date
    first_ends_on: date
    opened_on: date | None
    closed_on: date | None
    start_variance: int | None
    end_variance: int | None
    source: int
    opened_source: int | None
    closed_source: int | None


class RoundLines(Shape):
    """The first selection of the batch, or the round of a motion."""

    round: str
    label: str
    label_en: str
    steps: tuple[StepLine, ...]


class Due(Shape):
    """Something that has a day, of the batch or of one trainee."""

    on: date
    days_left: int
    overdue: bool
    what: str
    label: str
    label_en: str
    clause: str
    person_id: str | None
    name: str | None


class Timetable(View):
    """The course of one batch."""

    batch: str | None
    rounds: tuple[RoundLines, ...]
    due: tuple[Due, ...]
    tasks: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class _Window:
    starts_on: date
    ends_on: date
    source: int


def timetable(moment: Moment, batch: str | None = None) -> Timetable:
    """Every round's steps, planned and actual, and the days that are still to come or were missed."""
    batch = moment.batch(batch)
    plan = moment.plan(batch) if batch else None
    if batch is None or plan is None:
        return Timetable(batch=batch, rounds=(), due=(), **answered(moment))
    moment.facts.read_ahead([batch], *_READ)
    rounds = tuple(_round(moment, plan, key) for key in [INITIAL_ROUND, *_motions(moment, batch)])
    due = sorted(_due(moment, plan, rounds), key=lambda entry: (entry.on, entry.what, by_strokes(entry.name or "")))
    tasks = sorted(_tasks(moment, batch), key=lambda entry: (entry.on, entry.what, by_strokes(entry.name or "")))
    return Timetable(batch=batch, rounds=rounds, due=tuple(due), tasks=tuple(tasks), **answered(moment))


_READ = (
    PlanPublished,
    PlanAmended,
    StepOpened,
    StepClosed,
    StepRescheduled,
    MotionRaised,
    VacancyFilled,
    ResultAnnounced,
    *SEAT,
)


def _motions(moment: Moment, batch: str) -> list[str]:
    return [row.key for row in moment.facts.all(batch, MotionRaised)]


def _round(moment: Moment, plan: Plan, key: str) -> RoundLines:
    named = GLOSSARY["origin.initial" if key == INITIAL_ROUND else "origin.supplement"]
    windows, days = _windows(moment, plan, key), actual_days(moment, plan.batch, key)
    steps = tuple(_step(moment, plan, key, step, windows[step], days) for step in Step if step in windows)
    return RoundLines(round=key, label=named.zh, label_en=named.en, steps=steps)


def _windows(moment: Moment, plan: Plan, key: str) -> dict[Step, _Window]:
    """The windows a round began with: the plan's own, or those of its motion."""
    if key == INITIAL_ROUND:
        published = moment.facts.one(plan.batch, PlanPublished)
        source = published.source if published else 0
        return {step: _Window(w.starts_on, w.ends_on, source) for step, w in plan.windows.items()}
    motion = moment.facts.one(plan.batch, MotionRaised, key)
    found = motion.value.windows if motion else ()
    return {w.step: _Window(w.starts_on, w.ends_on, motion.source) for w in found if motion}


def _step(
    moment: Moment, plan: Plan, key: str, step: Step, first: _Window, days: dict[Step, tuple[Place, Place]]
) -> StepLine:
    facts, batch, window = moment.facts, plan.batch, first
    for moved in facts.all(batch, StepRescheduled):
        if (moved.value.step, moved.value.round) == (step, key):
            window = _Window(moved.value.starts_on, moved.value.ends_on, moved.source)
    opened = _happened(facts.all(batch, StepOpened), step, key)
    closed = _happened(facts.all(batch, StepClosed), step, key)
    if step is Step.ANNOUNCE and key == INITIAL_ROUND and opened is None:
        opened = closed = _published(moment, batch)
    begun, last = days.get(step, (None, None))
    opened = opened or begun
    closed = closed or (last if _is_over(moment, window, step, days) else None)
    named = label(step)
    return StepLine(
        step=step,
        label=named.zh,
        label_en=named.en,
        starts_on=window.starts_on,
        ends_on=window.ends_on,
        rescheduled=window is not first,
        first_starts_on=first.starts_on,
        first_ends_on=first.ends_on,
        opened_on=opened[0] if opened else None,
        closed_on=closed[0] if closed else None,
        start_variance=(opened[0] - window.starts_on).days if opened else None,
        end_variance=(closed[0] - window.ends_on).days if closed else None,
        source=window.source,
        opened_source=opened[1] if opened else None,
        closed_source=closed[1] if closed else None,
    )


def _is_over(moment: Moment, window: _Window, step: Step, days: dict[Step, tuple[Place, Place]]) -> bool:
    """Whether a step that nobody closed has ended: its window has passed, or a later step has begun."""
    later = list(Step)[list(Step).index(step) + 1 :]
    return window.ends_on < moment.as_of or any(one in days for one in later)


def _happened(rows: list[Row[StepOpened]] | list[Row[StepClosed]], step: Step, key: str) -> tuple[date, int] | None:
    """The day a step began or ended, and where that is recorded."""
    found = ((row.since, row.source) for row in rows if (row.value.step, row.value.round) == (step, key))
    return next(found, None)


def _published(moment: Moment, batch: str) -> tuple[date, int] | None:
    """The announcement of the plan is its publication."""
    row = moment.facts.one(batch, PlanPublished)
    return (row.since, row.source) if row else None


def _due(moment: Moment, plan: Plan, rounds: tuple[RoundLines, ...]) -> Iterator[Due]:
    members = [m for m in school.members(moment.facts, plan.batch) if m.active]
    for line in (line for each in rounds for line in each.steps):
        if line.closed_on is None and line.ends_on >= moment.as_of:
            yield _entry(moment, line.ends_on, f"step.{line.step}", "W")
    yield from _announcements(moment, plan)
    _, year_ends = plan.year_bounds(plan.year_of(moment.as_of))
    if members and year_ends >= plan.cycle.starts_on:
        yield _entry(moment, year_ends, "term.training_year", "E1")
    names = moment.names([member.person for member in members])
    for member in members:
        yield _entry(moment, member.ends_on, "term.cycle_end", "E2", member.person, names[member.person])
        yield from _deferred(moment, plan, member, names[member.person])


def _announcements(moment: Moment, plan: Plan) -> Iterator[Due]:
    """A round's result is announced within so many days of the decision, and overdue until then (R4)."""
    facts, batch = moment.facts, plan.batch
    announced = {row.value.round for row in facts.all(batch, ResultAnnounced)}
    filled = {row.value.membership: row.key for row in facts.all(batch, VacancyFilled)}
    motions = facts.all(batch, MotionRaised)
    decided: dict[str, date] = {}
    for seat in facts.all(batch, Seat):
        vacancy = filled.get(seat.value.membership)
        key = next((motion.key for motion in motions if vacancy in motion.value.vacancies), INITIAL_ROUND)
        if seat.value.origin is not Origin.ADVANCED:
            decided.setdefault(key, seat.since)
    for key, on in decided.items():
        if key not in announced:
            yield _entry(moment, on + timedelta(days=plan.committee.announce_within_days), "term.announcement", "R4")


def _deferred(moment: Moment, plan: Plan, member: school.Member, name: str) -> Iterator[Due]:
    """A deferred grade is resolved within so many months of its confirmation (E1)."""
    for standing in school.grades(moment.facts, member.person, plan.batch):
        if standing.grade is Grade.DEFERRED:
            on = add_months(standing.confirmed_on, plan.review.deferred_within_months)
            yield _entry(moment, on, "grade.deferred", "E1", member.person, name)


# What is to be done for a trainee by a day; study and practice have no day but the year's end, which stands by itself.
_TASKS = {
    "material": ("归档：{0}", "File: {1}"),
    "pairing": ("{year}年度确定结对导师", "Pair with a mentor for {year}"),
    "requirement": ("{year}年度明确培养要求", "Issue the requirement for {year}"),
    "guide": ("{year}年度确定指导人", "Assign a guide for {year}"),
    "grade": ("{year}年度考核评定等次", "Grade for {year}"),
    "termination": ("{year}年度建议终止培养，提请党委会决定", "Decide on the recommendation of {year} to terminate"),
}


def _tasks(moment: Moment, batch: str) -> Iterator[Due]:
    """What the members still lack, with its day: forms, pairings, requirements, grades, the question after 建议终止."""
    for trainee in trainees(moment, batch):
        for due in open_dues(trainee):
            if due.code in _TASKS:
                zh, en = (text.format(*due.named, year=due.year) for text in _TASKS[due.code])
                yield Due(
                    on=due.until,
                    days_left=(due.until - moment.as_of).days,
                    overdue=due.until < moment.as_of,
                    what=".".join(filter(None, ("due", due.code, due.form, str(due.year)))),
                    label=zh,
                    label_en=en,
                    clause=due.clause,
                    person_id=trainee.person,
                    name=trainee.name,
                )


def _entry(moment: Moment, on: date, what: str, clause: str, person: str | None = None, name: str | None = None) -> Due:
    term = GLOSSARY[what]
    return Due(
        on=on,
        days_left=(on - moment.as_of).days,
        overdue=on < moment.as_of,
        what=what,
        label=term.zh,
        label_en=term.en,
        clause=clause,
        person_id=person,
        name=name,
    )
