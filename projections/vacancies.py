"""Open places: how many each tier lacks, why, for how long, and how far filling them has come (D3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain import school
from domain.events.batch import PlanAmended, PlanPublished, StepOpened
from domain.events.membership import SEAT
from domain.events.selection import Entrant
from domain.events.vacancy import (
    MotionConsented,
    MotionRaised,
    MotionRefused,
    VacancyCancelled,
    VacancyFilled,
    VacancyOpened,
)
from domain.facts import Row
from domain.glossary import label
from domain.language import Step, VacancyCause, VacancyStage
from domain.plan import Plan
from projections.moment import Moment
from projections.shape import Shape, View, answered

_UNDER_WAY = {
    Step.NOMINATE: VacancyStage.NOMINATING,
    Step.ASSESS: VacancyStage.ASSESSING,
    Step.DECIDE: VacancyStage.DECIDING,
}


class TierPlaces(Shape):
    """A tier's places. `gap` is what is missing to the target, `open` the vacancies still to be filled."""

    tier: str
    label: str
    label_en: str
    target: int
    active: int
    gap: int
    open: int


class VacancyLine(Shape):
    """One vacancy. Its age is counted to the day of the view, or to the day it was filled or cancelled."""

    vacancy: str
    tier: str
    label: str
    label_en: str
    cause: VacancyCause
    cause_label: str
    cause_label_en: str
    left_by: str | None
    left_by_name: str | None
    since: date
    age_days: int
    stage: VacancyStage
    stage_label: str
    stage_label_en: str
    stage_since: date
    motion: str | None
    filled_by: str | None
    filled_by_name: str | None
    source: int
    stage_source: int


class Vacancies(View):
    """The places of one batch."""

    batch: str | None
    tiers: tuple[TierPlaces, ...]
    vacancies: tuple[VacancyLine, ...]


@dataclass(frozen=True, slots=True)
class _Reached:
    """How far a vacancy has come, since when, and which event brought it there."""

    stage: VacancyStage
    since: date
    source: int
    motion: str | None = None
    filled_by: str | None = None


def vacancies(moment: Moment, batch: str | None = None) -> Vacancies:
    """Every vacancy of the batch until the day, the open ones first, then by day."""
    batch = moment.batch(batch)
    plan = moment.plan(batch) if batch else None
    if batch is None or plan is None:
        return Vacancies(batch=batch, tiers=(), vacancies=(), **answered(moment))
    moment.facts.read_ahead([batch], *_READ)
    members = school.members(moment.facts, batch)
    names = moment.names([member.person for member in members])
    held = {member.membership: member.person for member in members}
    lines = [_line(moment, plan, row, held, names) for row in moment.facts.all(batch, VacancyOpened)]
    lines.sort(key=lambda line: (line.stage in _CLOSED, line.since, line.source))
    tiers = tuple(_tier(plan, code, members, lines) for code in plan.tiers)
    return Vacancies(batch=batch, tiers=tiers, vacancies=tuple(lines), **answered(moment))


_CLOSED = (VacancyStage.FILLED, VacancyStage.CANCELLED)
_READ = (
    PlanPublished,
    PlanAmended,
    *SEAT,
    VacancyOpened,
    VacancyFilled,
    VacancyCancelled,
    MotionRaised,
    MotionConsented,
    MotionRefused,
    StepOpened,
    Entrant,
)


def _tier(plan: Plan, code: str, members: list[school.Member], lines: list[VacancyLine]) -> TierPlaces:
    tier = plan.tiers[code]
    active = sum(member.active and member.tier == code for member in members)
    return TierPlaces(
        tier=code,
        label=tier.label,
        label_en=tier.label_en,
        target=tier.target,
        active=active,
        gap=max(0, tier.target - active),
        open=sum(line.tier == code and line.stage not in _CLOSED for line in lines),
    )


def _line(
    moment: Moment, plan: Plan, row: Row[VacancyOpened], held: dict[str, str], names: dict[str, str]
) -> VacancyLine:
    opened, tier = row.value, plan.tiers.get(row.value.tier)
    reached = _reached(moment, row)
    left_by = held.get(opened.membership or "")
    filled_by = held.get(reached.filled_by or "")
    cause, stage = label(opened.cause), label(reached.stage)
    until = reached.since if reached.stage in _CLOSED else moment.as_of
    return VacancyLine(
        vacancy=opened.vacancy,
        tier=opened.tier,
        label=tier.label if tier else opened.tier,
        label_en=tier.label_en if tier else opened.tier,
        cause=opened.cause,
        cause_label=cause.zh,
        cause_label_en=cause.en,
        left_by=left_by,
        left_by_name=names[left_by] if left_by else None,
        since=row.since,
        age_days=(until - row.since).days,
        stage=reached.stage,
        stage_label=stage.zh,
        stage_label_en=stage.en,
        stage_since=reached.since,
        motion=reached.motion,
        filled_by=filled_by,
        filled_by_name=names[filled_by] if filled_by else None,
        source=row.source,
        stage_source=reached.source,
    )


def _reached(moment: Moment, opened: Row[VacancyOpened]) -> _Reached:
    facts, batch, vacancy = moment.facts, opened.value.batch, opened.value.vacancy
    motions = [row for row in facts.all(batch, MotionRaised) if vacancy in row.value.vacancies]
    motion = motions[-1] if motions else None
    filled = facts.one(batch, VacancyFilled, vacancy)
    if filled:
        key = motion.key if motion else None
        return _Reached(VacancyStage.FILLED, filled.since, filled.source, key, filled.value.membership)
    cancelled = facts.one(batch, VacancyCancelled, vacancy)
    if cancelled:
        return _Reached(VacancyStage.CANCELLED, cancelled.since, cancelled.source)
    if motion is None or facts.one(batch, MotionRefused, motion.key):
        return _Reached(VacancyStage.OPEN, opened.since, opened.source)
    return _under_way(moment, batch, motion)


def _under_way(moment: Moment, batch: str, motion: Row[MotionRaised]) -> _Reached:
    """The last thing that happened in the motion's round."""
    facts = moment.facts
    consented = facts.one(batch, MotionConsented, motion.key)
    if consented is None:
        return _Reached(VacancyStage.MOVED, motion.since, motion.source, motion.key)
    steps = [
        row for row in facts.all(batch, StepOpened) if row.value.round == motion.key and row.value.step in _UNDER_WAY
    ]
    if steps:
        last = steps[-1]
        return _Reached(_UNDER_WAY[last.value.step], last.since, last.source, motion.key)
    entrants = [row for row in facts.all(batch, Entrant) if row.key.startswith(f"{motion.key}/")]
    if entrants:
        return _Reached(VacancyStage.NOMINATING, entrants[0].since, entrants[0].source, motion.key)
    return _Reached(VacancyStage.CONSENTED, consented.since, consented.source, motion.key)
