"""The structure of a batch: age, gender, subject and Party branch, tier by tier, beside the whole staff (P0).

It shows and judges nothing. What is not on file counts as unknown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from statistics import mean
from typing import NamedTuple

from domain import school
from domain.events.base import SCHOOL
from domain.events.membership import SEAT
from domain.events.person import PersonFactChanged, PersonLeft, PersonName, PersonRegistered
from domain.glossary import Term, word
from domain.language import full_years
from domain.plan import Plan
from projections.moment import Moment
from projections.shape import Shape, View, answered

MEMBERS, STAFF, UNKNOWN = "members", "staff", "unknown"
ASPECTS = ("age", "gender", "subject", "branch")


class StructureGroup(Shape):
    """Whom a column counts: a tier, all members of the batch, or the whole staff on file."""

    group: str
    label: str
    label_en: str
    people: int
    mean_age: float | None


class StructureRow(Shape):
    """One value of an aspect, and how many there are of it in each group."""

    value: str
    label: str
    label_en: str
    counts: dict[str, int]


class StructureAspect(Shape):
    """What is counted; the rows of one aspect add up to the people of each group."""

    aspect: str
    label: str
    label_en: str
    rows: tuple[StructureRow, ...]


class Structure(View):
    """The panel. Ages are full years at the end of the day; who left the school is no longer staff."""

    batch: str | None
    name: str | None
    name_en: str | None
    groups: tuple[StructureGroup, ...]
    aspects: tuple[StructureAspect, ...]


class _One(NamedTuple):
    age: int | None
    values: Mapping[str, str | None]


def structure(moment: Moment, batch: str | None = None) -> Structure:
    """The members of a batch on the day, tier by tier and together, beside everybody on file who has not left."""
    batch = moment.batch(batch)
    plan = moment.plan(batch) if batch else None
    if batch is None or plan is None:
        return Structure(batch=batch, name=None, name_en=None, groups=(), aspects=(), **answered(moment))
    people = _people(moment, batch, plan)
    bands = plan.structure.bands()
    counts = {group: [_values(one, bands) for one in ones] for group, ones in people.items()}
    return Structure(
        batch=batch,
        name=plan.name,
        name_en=plan.name_en,
        groups=tuple(_group(plan, group, ones) for group, ones in people.items()),
        aspects=tuple(_aspect(aspect, counts, bands) for aspect in ASPECTS),
        **answered(moment),
    )


def _people(moment: Moment, batch: str, plan: Plan) -> dict[str, list[_One]]:
    moment.facts.read_ahead([batch], *SEAT)
    active = [member for member in school.members(moment.facts, batch) if member.active]
    known = [row.key for row in moment.facts.all(SCHOOL, PersonName)]
    everybody = sorted({*known, *(member.person for member in active)})
    moment.facts.read_ahead(everybody, PersonRegistered, PersonFactChanged, PersonLeft)
    found = {person: _one(moment, person) for person in everybody}
    groups = {code: [found[m.person] for m in active if m.tier == code] for code in plan.tiers}
    staff = [found[person] for person in known if moment.facts.one(person, PersonLeft) is None]
    return groups | {MEMBERS: [found[member.person] for member in active], STAFF: staff}


def _one(moment: Moment, person: str) -> _One:
    if moment.facts.one(person, PersonRegistered) is None:
        return _One(None, {})
    fields = school.registration(moment.facts, person)
    born = fields["birth_date"].value
    age = full_years(date.fromisoformat(born), moment.as_of) if born else None
    return _One(age, {name: fields[name].value for name in ASPECTS if name in fields})


def _values(one: _One, bands: Sequence[tuple[int, int | None]]) -> dict[str, str]:
    band = next(
        (b for b in bands if one.age is not None and b[0] <= one.age and (b[1] is None or one.age <= b[1])), None
    )
    values = {aspect: one.values.get(aspect) or UNKNOWN for aspect in ASPECTS}
    return values | {"age": _code(band) if band else UNKNOWN}


def _group(plan: Plan, group: str, ones: Sequence[_One]) -> StructureGroup:
    tier = plan.tiers.get(group)
    term = Term(tier.label, tier.label_en) if tier else word("structure_group", group)
    ages = [one.age for one in ones if one.age is not None]
    return StructureGroup(
        group=group,
        label=term.zh,
        label_en=term.en,
        people=len(ones),
        mean_age=round(mean(ages), 1) if ages else None,
    )


def _aspect(
    aspect: str, counts: Mapping[str, list[dict[str, str]]], bands: Iterable[tuple[int, int | None]]
) -> StructureAspect:
    columns = {group: Counter(values[aspect] for values in ones) for group, ones in counts.items()}
    term = word("field", aspect)
    return StructureAspect(
        aspect=aspect,
        label=term.zh,
        label_en=term.en,
        rows=tuple(
            StructureRow(
                value=value,
                label=shown.zh,
                label_en=shown.en,
                counts={group: column[value] for group, column in columns.items()},
            )
            for value, shown in _rows(aspect, columns, bands)
        ),
    )


def _rows(
    aspect: str, columns: Mapping[str, Counter[str]], bands: Iterable[tuple[int, int | None]]
) -> list[tuple[str, Term]]:
    """Bands and codes in their own order, all of them; texts by how many there are; unknown last, where there are."""
    total = sum(columns.values(), Counter())
    if aspect == "age":
        rows = [(_code(band), _band(band)) for band in bands]
    elif aspect == "gender":
        rows = [(code, word("gender", code)) for code in ("male", "female")]
    else:
        texts = sorted(
            total.keys() - {UNKNOWN}, key=lambda text: (-columns[STAFF][text], -columns[MEMBERS][text], text)
        )
        rows = [(text, Term(text, text)) for text in texts]
    return rows + ([(UNKNOWN, word("structure_value", UNKNOWN))] if total[UNKNOWN] else [])


def _code(band: tuple[int, int | None]) -> str:
    low, high = band
    return f"{low}-{'' if high is None else high}"


def _band(band: tuple[int, int | None]) -> Term:
    low, high = band
    if high is None:
        return Term(f"{low}岁及以上", f"{low} and over")
    if low == 0:
        return Term(f"{high}岁及以下", f"{high} and under")
    return Term(f"{low}—{high}岁", f"{low} to {high}")
