"""How many places of each tier were taken from the cycle's start on, against the target (T1-T3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from typing import Any

from domain import school
from domain.events.batch import PlanAmended, PlanPublished
from domain.events.membership import SEAT
from domain.plan import Plan
from projections.moment import Moment
from projections.shape import Shape, View, answered


class Level(Shape):
    """A number that holds from this day on, until the next."""

    since: date
    count: int


class TierCourse(Shape):
    """A tier's target and the places taken, each change at the end of its day."""

    tier: str
    label: str
    label_en: str
    targets: tuple[Level, ...]
    taken: tuple[Level, ...]


class Headcount(View):
    """The tiers of a batch over its cycle. Nothing is told of the days after `as_of`."""

    batch: str | None
    name: str | None
    name_en: str | None
    starts_on: date | None
    ends_on: date | None
    tiers: tuple[TierCourse, ...]


def headcount(moment: Moment, batch: str | None = None) -> Headcount:
    """The course of every tier until the day. A suspended member keeps the place."""
    batch = moment.batch(batch)
    plan = moment.plan(batch) if batch else None
    if batch is None or plan is None:
        none: dict[str, Any] = dict.fromkeys(("name", "name_en", "starts_on", "ends_on"))
        return Headcount(batch=batch, tiers=(), **none, **answered(moment))
    moment.facts.read_ahead([batch], *SEAT)
    members = school.members(moment.facts, batch)
    plans = list(_plans(moment, batch))
    return Headcount(
        batch=batch,
        name=plan.name,
        name_en=plan.name_en,
        starts_on=plan.cycle.starts_on,
        ends_on=plan.cycle.ends_on,
        tiers=tuple(
            TierCourse(
                tier=code,
                label=tier.label,
                label_en=tier.label_en,
                targets=_targets(plans, code),
                taken=_taken([member for member in members if member.tier == code]),
            )
            for code, tier in plan.tiers.items()
        ),
        **answered(moment),
    )


def _plans(moment: Moment, batch: str) -> Iterator[tuple[date, Plan]]:
    """The plan as published, and after each amendment."""
    days = {row.since for row in moment.facts.all(batch, PlanPublished)}
    days |= {row.since for row in moment.facts.all(batch, PlanAmended)}
    for day in sorted(days):
        yield day, school.plan_in_force(moment.on(day), batch)


def _targets(plans: list[tuple[date, Plan]], tier: str) -> tuple[Level, ...]:
    levels = [Level(since=day, count=plan.tiers[tier].target) for day, plan in plans if tier in plan.tiers]
    return tuple(one for i, one in enumerate(levels) if i == 0 or one.count != levels[i - 1].count)


def _taken(members: list[school.Member]) -> tuple[Level, ...]:
    changes = Counter(member.since for member in members)
    changes.subtract(member.status_since for member in members if not member.active)
    days = sorted(day for day, change in changes.items() if change)
    counts = accumulate(changes[day] for day in days)
    return tuple(Level(since=day, count=count) for day, count in zip(days, counts, strict=True))
