"""年度审核: every member of a training year, what was done with them, and how they were graded (E1)."""

from __future__ import annotations

from datetime import date

from pydantic import ConfigDict
from pydantic import Field as Of

from domain import school
from domain.errors import Unknown
from domain.events.review import ReviewClosed, ReviewOpened
from domain.language import Grade, Measure, add_months
from domain.plan import Plan
from projections.coverage import Gap, departments, gaps_of
from projections.moment import Moment
from projections.names import Order
from projections.parts import measures as kinds
from projections.parts.evaluation import Tally, YearEntry, year_entry
from projections.parts.field import Field, label, named_in
from projections.parts.materials import Material, materials
from projections.parts.measures import MeasureEntry, measures
from projections.parts.training import AreaHours, training
from projections.shape import Shape, View, answered
from projections.trainee import Trainee, trainees


class TierMeasure(Shape):
    """What the tier is grown by: whether the year saw it, and in how many departments so far where that counts."""

    measure: Measure
    label: str
    done: bool
    departments: int | None
    departments_due: int | None


class PriorGrade(Field):
    """The grade of an earlier year; none where it was waived."""

    year: int
    grade: str | None
    grade_label: str | None


class YearMember(Shape):
    """One member's year. `reason` tells why there is no grade, `resolve_by` until when a deferred one is settled."""

    person_id: str
    name: str
    tier: str
    tier_label: str
    tier_label_en: str
    status: str
    status_label: str
    since: date
    tier_measure: TierMeasure
    measures: list[MeasureEntry]
    hours: float
    hours_by_area: list[AreaHours]
    materials: list[Material]
    summary: str | None
    tally: Tally | None
    proposed: str | None
    proposed_label: str | None
    comment: str | None
    grade: str | None
    grade_label: str | None
    confirmed_on: date | None
    resolved_from: str | None
    resolve_by: date | None
    acknowledged_on: date | None
    reason: str | None
    prior: list[PriorGrade]
    overdue: bool
    gaps: list[Gap]
    source: int
    sources: dict[str, int]


class YearlyReview(View):
    """Everybody who was on the roster at some time of the year, up to the day, tier by tier."""

    model_config = ConfigDict(serialize_by_alias=True)

    batch: str | None
    year: int
    from_: date | None = Of(serialization_alias="from")
    to: date | None
    opened_on: date | None
    closed_on: date | None
    members: list[YearMember]


def yearly_review(moment: Moment, year: int, batch: str | None = None, order: Order = Order.STROKES) -> YearlyReview:
    """The review of a training year, named by the calendar year in which it begins."""
    batch = moment.batch(batch)
    plan = moment.plan(batch) if batch else None
    if batch is None or plan is None:
        raise Unknown("当日还没有公布任何培养方案。", "No plan had been published by that day.")
    everybody = trainees(moment, batch)
    first, last = _bounds(plan, year, everybody)
    found = [trainee for trainee in everybody if _on_roster(trainee, first, min(last, moment.as_of))]
    tiers = {code: rank for rank, code in enumerate(plan.tiers)}
    members = sorted(
        (_member(trainee, year) for trainee in found),
        key=lambda m: (tiers.get(m.tier, len(tiers)), m.since, order.key(m.name)),
    )
    opened, closed = (moment.facts.one(batch, kind, str(year)) for kind in (ReviewOpened, ReviewClosed))
    return YearlyReview(
        batch=batch,
        year=year,
        from_=first,
        to=last,
        opened_on=opened.since if opened else None,
        closed_on=closed.since if closed else None,
        members=members,
        **answered(moment),
    )


def _bounds(plan: Plan, year: int, everybody: list[Trainee]) -> tuple[date, date]:
    """First and last day of one of the batch's training years, an extended member's included."""
    until = max([plan.cycle.ends_on, *(t.member.ends_on for t in everybody if t.member)])
    if year not in plan.years(until):
        known = [str(one) for one in plan.years(until)]
        raise Unknown(
            f"{year} 不是 {plan.batch} 的培养年度（有 {'、'.join(known)}）。要看另一批，请写明 batch。",
            f"{year} is no training year of {plan.batch} (they are {', '.join(known)}). Name another batch with batch.",
        )
    return plan.year_bounds(year)


def _on_roster(trainee: Trainee, first: date, last: date) -> bool:
    """On the roster and in training: after the planned end somebody is only overdue."""
    assert trainee.member is not None
    return trainee.member.on_roster(first, last) and trainee.last_day >= first


def _member(trainee: Trainee, year: int) -> YearMember:
    member = trainee.member
    assert member is not None
    first, last = trainee.plan.year_bounds(year)
    standing = {grade.year: grade for grade in school.grades(trainee.facts, trainee.person, trainee.batch)}
    entry = year_entry(trainee, year, standing.get(year))
    done = measures(trainee)
    studied = training(trainee, first, last)
    gaps = [gap for gap in gaps_of(trainee) if gap.year == year]
    kept = entry.model_dump(include=set(YearMember.model_fields) & set(YearEntry.model_fields) - {"tally"})
    return YearMember(
        person_id=trainee.person,
        name=trainee.name,
        tier=member.tier,
        tier_label=named_in(trainee.plan.tiers, member.tier),
        tier_label_en=trainee.plan.tiers[member.tier].label_en if member.tier in trainee.plan.tiers else member.tier,
        status=member.status,
        status_label=label("status", member.status),
        since=member.since,
        tier_measure=_tier_measure(trainee, year, done),
        measures=[one for one in done if in_year(trainee.plan, one, year)],
        hours=studied.total_hours,
        hours_by_area=studied.hours_by_area,
        materials=materials(trainee, year),
        tally=entry.tally,
        resolve_by=_resolve_by(trainee, standing.get(year)),
        reason=entry.absence_reason,
        prior=[_prior(standing[before]) for before in sorted(standing) if before < year],
        overdue=any(gap.clause == "E1" for gap in gaps),
        gaps=gaps,
        **kept,
    )


def _tier_measure(trainee: Trainee, year: int, done: list[MeasureEntry]) -> TierMeasure:
    assert trainee.member is not None
    plan, last = trainee.plan, trainee.plan.year_bounds(year)[1]
    tier = plan.tiers.get(trainee.member.tier, next(iter(plan.tiers.values())))
    measure = tier.measure
    seen = {one.kind for one in done if in_year(plan, one, year) and one.value is not None}
    needed = {
        Measure.PLACEMENT: {kinds.PLACEMENT},
        Measure.MENTORING: {kinds.MENTORING},
        Measure.SELF_DEVELOPMENT: {kinds.REQUIREMENT, kinds.GUIDE, kinds.PRACTICE},
    }[measure]
    counts = measure is Measure.PLACEMENT
    return TierMeasure(
        measure=measure,
        label=label("measure", measure),
        done=needed <= seen,
        departments=len(departments([one for one in done if one.start <= last])) if counts else None,
        departments_due=plan.training.departments if counts else None,
    )


def in_year(plan: Plan, entry: MeasureEntry, year: int) -> bool:
    """Placements and guides count in every year they reach into, everything else in its own."""
    first, last = plan.year_bounds(year)
    if entry.kind in (kinds.PLACEMENT, kinds.GUIDE):
        return entry.start <= last and (entry.end is None or entry.end >= first)
    return entry.year == year


def _resolve_by(trainee: Trainee, standing: school.StandingGrade | None) -> date | None:
    if standing is None or standing.grade is not Grade.DEFERRED:
        return None
    return add_months(standing.confirmed_on, trainee.plan.review.deferred_within_months)


def _prior(standing: school.StandingGrade) -> PriorGrade:
    return PriorGrade(
        value=standing.grade,
        label=f"{standing.year}年度",
        year=standing.year,
        grade=standing.grade,
        grade_label=label("grade", standing.grade) if standing.grade else None,
        source=standing.source,
    )
