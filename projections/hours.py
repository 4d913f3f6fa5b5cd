"""Hours of study in a training year, member by member and area by area (M1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.plan import Plan
from projections.moment import Moment
from projections.names import Order
from projections.shape import Shape, View, answered
from projections.yearly_review import YearMember, yearly_review


class Area(Shape):
    """An area of study, as the plan calls it."""

    area: str
    label: str
    label_en: str


class Studied(Shape):
    """One member's hours. An hour in two areas counts in both, and once in the total."""

    person_id: str
    name: str
    hours: dict[str, float]
    total: float


class TierHours(Shape):
    """The members of a tier in that year, as the yearly review has them."""

    tier: str
    label: str
    label_en: str
    people: tuple[Studied, ...]


class Hours(View):
    """A training year, named by the calendar year in which it begins."""

    batch: str | None
    name: str | None
    name_en: str | None
    year: int | None
    starts_on: date | None
    ends_on: date | None
    areas: tuple[Area, ...]
    tiers: tuple[TierHours, ...]


def hours(moment: Moment, batch: str | None = None, year: int | None = None, order: Order = Order.STROKES) -> Hours:
    """The hours up to the day; by default of the training year that it falls in, or of the cycle's last."""
    batch = moment.batch(batch)
    plan = moment.plan(batch) if batch else None
    if batch is None or plan is None:
        none: dict[str, Any] = dict.fromkeys(("name", "name_en", "starts_on", "ends_on"))
        return Hours(batch=batch, year=year, areas=(), tiers=(), **none, **answered(moment))
    review = moment.once(yearly_review, _current(plan, moment.as_of) if year is None else year, batch, order)
    return Hours(
        batch=batch,
        name=plan.name,
        name_en=plan.name_en,
        year=review.year,
        starts_on=review.from_,
        ends_on=review.to,
        areas=tuple(Area(area=c, label=a.label, label_en=a.label_en) for c, a in plan.training.areas.items()),
        tiers=tuple(
            TierHours(
                tier=code,
                label=tier.label,
                label_en=tier.label_en,
                people=tuple(_studied(one) for one in review.members if one.tier == code),
            )
            for code, tier in plan.tiers.items()
        ),
        **answered(moment),
    )


def _current(plan: Plan, day: date) -> int:
    """The training year of a day, within the cycle."""
    years = plan.years()
    return min(max(plan.year_of(day), years[0]), years[-1])


def _studied(member: YearMember) -> Studied:
    by_area = {one.area: one.hours for one in member.hours_by_area}
    return Studied(person_id=member.person_id, name=member.name, hours=by_area, total=member.hours)
