"""Who holds a place in which tier: the batch's members on a day, with what they were admitted under (T1-T3)."""

from __future__ import annotations

from datetime import date

from domain import school
from domain.events.base import Judged
from domain.events.batch import PlanAmended, PlanPublished
from domain.events.cycle_end import OutcomeDecided
from domain.events.membership import SEAT
from domain.events.selection import ExceptionGranted
from domain.glossary import label
from domain.language import Origin, Outcome, Status
from domain.plan import Tier
from projections.exceptions import ExceptionEntry, exceptions_of
from projections.moment import Moment
from projections.names import Order
from projections.shape import Shape, View, answered


class RosterMember(Shape):
    """One trainee. `source` is the event that gave the place, `status_source` the one its status comes from."""

    person_id: str
    name: str
    tier: str
    since: date
    origin: Origin
    origin_label: str
    origin_label_en: str
    status: Status
    status_label: str
    status_label_en: str
    status_since: date
    ends_on: date
    overdue: bool
    outcome: Outcome | None
    outcome_label: str | None
    exceptions: tuple[ExceptionEntry, ...]
    membership: str
    resolution: str
    source: int
    status_source: int
    ends_on_source: int


class RosterTier(Shape):
    """A tier with its target and its members, the longest-standing first."""

    tier: str
    label: str
    label_en: str
    target: int
    active: int
    members: tuple[RosterMember, ...]


class Roster(View):
    """The tiers of one batch. Without a plan known at the moment there are none."""

    batch: str | None
    name: str | None
    tiers: tuple[RosterTier, ...]


def roster(moment: Moment, batch: str | None = None, tier: str | None = None, order: Order = Order.STROKES) -> Roster:
    """The members at the end of the day: who ended on it is off, who is suspended or overdue is marked."""
    asked = batch or moment.batch()
    if asked:
        moment.facts.read_ahead([asked], PlanPublished, PlanAmended, *SEAT, OutcomeDecided)
    batch = moment.batch(asked)
    plan = moment.plan(batch) if batch else None
    if batch is None or plan is None:
        return Roster(batch=batch, name=None, tiers=(), **answered(moment))
    wanted = {tier: plan.tier(tier)} if tier is not None else plan.tiers
    places = [member for member in school.members(moment.facts, batch) if member.active and member.tier in wanted]
    names = moment.names([place.person for place in places])
    moment.facts.read_ahead([*names], Judged, ExceptionGranted)
    outcomes = {row.key: row.value.outcome for row in moment.facts.all(batch, OutcomeDecided)}
    people = [
        _member(moment, place, names[place.person], outcomes.get(f"{place.membership}/{place.ends_on}"))
        for place in places
    ]
    people.sort(key=lambda member: (member.since, order.key(member.name)))
    tiers = tuple(_tier(code, entry, people) for code, entry in wanted.items())
    return Roster(batch=batch, name=plan.name, tiers=tiers, **answered(moment))


def _tier(code: str, entry: Tier, people: list[RosterMember]) -> RosterTier:
    members = tuple(member for member in people if member.tier == code)
    return RosterTier(
        tier=code,
        label=entry.label,
        label_en=entry.label_en,
        target=entry.target,
        active=len(members),
        members=members,
    )


def _member(moment: Moment, place: school.Member, name: str, outcome: Outcome | None) -> RosterMember:
    origin, status = label(place.origin), label(place.status)
    return RosterMember(
        person_id=place.person,
        name=name,
        tier=place.tier,
        since=place.since,
        origin=place.origin,
        origin_label=origin.zh,
        origin_label_en=origin.en,
        status=place.status,
        status_label=status.zh,
        status_label_en=status.en,
        status_since=place.status_since,
        ends_on=place.ends_on,
        overdue=outcome is None and place.ends_on < moment.as_of,
        outcome=outcome,
        outcome_label=label(outcome).zh if outcome else None,
        exceptions=tuple(exceptions_of(moment, place.person, place.batch)),
        membership=place.membership,
        resolution=place.resolution,
        source=place.started_source,
        status_source=place.source,
        ends_on_source=place.term_source,
    )
