"""The way from nominated to admitted to outcome: how many went how far, tier by tier (R2-R4, E2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from domain import school
from domain.events.cycle_end import OutcomeDecided
from domain.events.membership import SEAT
from domain.glossary import Term, word
from domain.plan import Plan
from projections.moment import Moment
from projections.selection import Candidate, selection
from projections.shape import Shape, View, answered


class Station(StrEnum):
    """The stations of the way, in their order."""

    NOMINATED = "nominated"
    ASSESSED = "assessed"
    SHORTLISTED = "shortlisted"
    ADMITTED = "admitted"


class Way(Shape):
    """So many of a tier went from one station to another and came to this end."""

    tier: str
    first: Station
    last: Station
    end: str
    label: str
    label_en: str
    count: int


class Passed(Shape):
    """A station of the way as people call it."""

    station: Station
    label: str
    label_en: str


class WayTier(Shape):
    """A tier as the plan calls it."""

    tier: str
    label: str
    label_en: str


class Ways(View):
    """All rounds of a batch together. A person who was nominated in two rounds went two ways."""

    batch: str | None
    name: str | None
    name_en: str | None
    stations: tuple[Passed, ...]
    tiers: tuple[WayTier, ...]
    ways: tuple[Way, ...]


class _Gone(NamedTuple):
    tier: str
    first: Station
    last: Station
    end: tuple[str, str]  # the glossary's group, and its code


_LAST = {
    "nominated": Station.NOMINATED,
    "withdrawn": Station.NOMINATED,
    "assessed": Station.ASSESSED,
}
_READ = (*SEAT, OutcomeDecided)


def ways(moment: Moment, batch: str | None = None) -> Ways:
    """Every candidacy of the batch, and every place that was not come to by one."""
    batch = moment.batch(batch)
    plan = moment.plan(batch) if batch else None
    if batch is None or plan is None:
        none: dict[str, Any] = dict.fromkeys(("name", "name_en"))
        return Ways(batch=batch, stations=(), tiers=(), ways=(), **none, **answered(moment))
    counted = Counter(_gone(moment, batch))
    return Ways(
        batch=batch,
        name=plan.name,
        name_en=plan.name_en,
        stations=tuple(map(_passed, Station)),
        tiers=tuple(WayTier(tier=code, label=t.label, label_en=t.label_en) for code, t in plan.tiers.items()),
        ways=tuple(_way(gone, counted[gone]) for gone in sorted(counted, key=lambda gone: _rank(plan, gone))),
        **answered(moment),
    )


def _gone(moment: Moment, batch: str) -> Iterator[_Gone]:
    moment.facts.read_ahead([batch], *_READ)
    places = {member.membership: member for member in school.members(moment.facts, batch)}
    outcomes = {row.value.membership: str(row.value.outcome) for row in moment.facts.all(batch, OutcomeDecided)}
    for turn in selection(moment, batch).rounds:
        for one in turn.candidates:
            place = places.pop(one.membership, None) if one.membership else None
            yield _candidacy(one) if place is None else _place(place, Station.NOMINATED, outcomes)
    for place in places.values():
        yield _place(place, Station.ADMITTED, outcomes)


def _candidacy(one: Candidate) -> _Gone:
    last = _LAST.get(one.stage, Station.SHORTLISTED)
    return _Gone(one.tier, Station.NOMINATED, last, ("selection_stage", one.stage))


def _place(place: school.Member, first: Station, outcomes: dict[str, str]) -> _Gone:
    """What became of a place: why it ended, else what was decided at the cycle's end, else that it is held."""
    if place.cause is not None:
        end = ("end_cause", str(place.cause))
    elif place.membership in outcomes:
        end = ("outcome", outcomes[place.membership])
    else:
        end = ("status", str(place.status))
    return _Gone(place.tier, first, Station.ADMITTED, end)


def _rank(plan: Plan, gone: _Gone) -> tuple[int, int, str]:
    order = list(plan.tiers)
    known = order.index(gone.tier) if gone.tier in order else len(order)
    return list(Station).index(gone.last), known, f"{gone.first} {gone.end}"


def _way(gone: _Gone, count: int) -> Way:
    named: Term = word(*gone.end)
    return Way(
        tier=gone.tier,
        first=gone.first,
        last=gone.last,
        end=gone.end[1],
        label=named.zh,
        label_en=named.en,
        count=count,
    )


def _passed(station: Station) -> Passed:
    named = word("selection_stage", station)
    return Passed(station=station, label=named.zh, label_en=named.en)
