"""Members' ages, or a round's candidates', against the limits of their tiers (T1-T3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from domain import school
from domain.language import Verdict, full_years
from domain.plan import Tier
from domain.rules import favourable
from projections.moment import Moment
from projections.roster import roster
from projections.selection import selection
from projections.shape import Shape, View, answered


class AgedPerson(Shape):
    """Full years on the day shown, and on the day that counts: the committee's, before it a forecast's.

    Who is not judged yet is so on the day shown.
    """

    person_id: str
    name: str
    age: int
    judged_on: date
    judged_age: int
    verdict: Verdict
    source: int


class TierAges(Shape):
    """A tier's rule: `at_most` so many years, or `around` them with a free and a caution band on either side."""

    tier: str
    label: str
    label_en: str
    kind: str
    years: int
    free: int
    caution: int
    people: tuple[AgedPerson, ...]


class Ages(View):
    """Tier by tier, the oldest first. `round` is the one whose candidates are shown."""

    batch: str | None
    name: str | None
    name_en: str | None
    round: str | None
    tiers: tuple[TierAges, ...]


class _One(NamedTuple):
    person: str
    name: str
    tier: str
    judged_on: date
    verdict: Verdict | None


def ages(
    moment: Moment, batch: str | None = None, round: str | None = None, days: Mapping[str, date] = MappingProxyType({})
) -> Ages:
    """The ages on the day; of a round's candidates where one is named, whose nomination stands.

    `days` gives people another day on which their name and age are shown.
    """
    batch = moment.batch(batch)
    plan = moment.plan(batch) if batch else None
    if batch is None or plan is None:
        return Ages(batch=batch, name=None, name_en=None, round=round, tiers=(), **answered(moment))
    shown = list(_members(moment, batch) if round is None else _candidates(moment, batch, round))
    tiers = tuple(
        _tier(moment, code, tier, [one for one in shown if one.tier == code], days) for code, tier in plan.tiers.items()
    )
    return Ages(batch=batch, name=plan.name, name_en=plan.name_en, round=round, tiers=tiers, **answered(moment))


def _members(moment: Moment, batch: str) -> Iterator[_One]:
    results = {member.membership: member.results for member in school.members(moment.facts, batch)}
    for tier in roster(moment, batch).tiers:
        for member in tier.members:
            judged = next((one for one in results.get(member.membership, ()) if one.rule.endswith(".age")), None)
            on, verdict = (judged.on, judged.verdict) if judged else (member.since, None)
            yield _One(member.person_id, member.name, tier.tier, on, verdict)


def _candidates(moment: Moment, batch: str, round: str) -> Iterator[_One]:
    for turn in selection(moment, batch, round).rounds:
        for one in turn.candidates:
            if not one.withdrawn:
                rules = favourable(one.candidacy.eligibility)
                rule = next((rule for rule in rules if rule.rule.endswith(".age")), None)
                on, verdict = (rule.on, Verdict(rule.verdict)) if rule else (moment.as_of, None)
                yield _One(one.person_id, one.name, one.tier, on, verdict)


def _tier(moment: Moment, code: str, tier: Tier, shown: list[_One], days: Mapping[str, date]) -> TierAges:
    people = [_aged(moment, tier, one, days.get(one.person)) for one in shown]
    return TierAges(
        tier=code,
        label=tier.label,
        label_en=tier.label_en,
        kind=tier.age.kind,
        years=tier.age.years,
        free=tier.age.free,
        caution=tier.age.caution,
        people=tuple(sorted(people, key=lambda one: (-one.age, one.name, one.person_id))),
    )


def _aged(moment: Moment, tier: Tier, one: _One, own: date | None) -> AgedPerson:
    born = school.registration(moment.facts, one.person)["birth_date"]
    day = date.fromisoformat(str(born.value))
    return AgedPerson(
        person_id=one.person,
        name=school.name_of(moment.on(own), one.person) if own else one.name,
        age=full_years(day, own or moment.as_of),
        judged_on=one.judged_on,
        judged_age=full_years(day, one.judged_on),
        verdict=one.verdict or tier.age.judge(day, one.judged_on).verdict,
        source=born.source,
    )
