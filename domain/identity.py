"""Who is meant, and whether two are one: people by name, staff number and birth date, compared by the stricter key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from domain import school, text
from domain.errors import Ambiguous, Unknown
from domain.events.base import SCHOOL
from domain.events.person import PersonName, PersonNumber, PersonRegistered
from domain.facts import Facts, Index, Reader
from domain.language import END_OF_TIME

NAME, STAFF = "name:", "staff:"


class Identity(NamedTuple):
    """By what people are told apart."""

    person: str
    name: str
    staff_number: str | None
    birth_date: date

    def __str__(self) -> str:
        number = f"工号 {self.staff_number}" if self.staff_number else f"无工号，{self.person}"
        return f"{self.name}（{number}，{self.birth_date.year} 年生）"

    @property
    def en(self) -> str:
        """The same in English."""
        number = f"staff number {self.staff_number}" if self.staff_number else f"no staff number, {self.person}"
        return f"{self.name} ({number}, born in {self.birth_date.year})"


def identity(facts: Reader, person: str) -> Identity:
    """Who somebody on file is."""
    number = facts.one(SCHOOL, PersonNumber, person)
    name = school.name_of(facts, person)
    return Identity(person, name, number.value.staff_number if number else None, school.birth_date(facts, person))


def by_number(facts: Index, number: str) -> list[str]:
    """Who has a staff number, in any spelling; one person, save in archives from before this was compared so."""
    return [row.key for row in facts.matching(SCHOOL, PersonNumber, text.key(number))]


class Holding(NamedTuple):
    """Somebody's staff number, from a day on; `until` is the first day without it."""

    person: str
    number: str
    since: date
    until: date

    def meets(self, other: Holding) -> bool:
        """Whether two people have one number on some day."""
        alike = self.person != other.person and text.key(self.number) == text.key(other.number)
        return alike and self.since < other.until and other.since < self.until


def holding(facts: Facts, person: str, number: str, since: date) -> Holding:
    """The number that somebody gets on a day, until the day from which another is on file already."""
    later = (row.since for row in facts.line(SCHOOL, PersonNumber, person) if row.since > since)
    return Holding(person, number, since, min(later, default=END_OF_TIME))


def holdings(facts: Facts, person: str) -> Iterator[Holding]:
    """The numbers that somebody has, or had."""
    line = facts.line(SCHOOL, PersonNumber, person)
    for row, until in zip(line, [*(row.since for row in line[1:]), END_OF_TIME], strict=False):
        if row.value is not None and row.since < until:
            yield Holding(person, row.value.staff_number, row.since, until)


def meeting(facts: Facts, one: Holding) -> Iterator[Holding]:
    """Who else has the number on some of its days."""
    for person in facts.keys(SCHOOL, PersonNumber, text.key(one.number)):
        yield from filter(one.meets, holdings(facts, person))


def by_name(facts: Index, name: str) -> list[str]:
    """Everybody who goes by a name, in any spelling."""
    return [row.key for row in facts.matching(SCHOOL, PersonName, text.key(name))]


def names(known: Facts, person: str) -> frozenset[str]:
    """The keys of the names that somebody goes by, or once went by."""
    return frozenset(text.key(row.value.name) for row in known.line(SCHOOL, PersonName, person) if row.value)


def namesakes(known: Facts, keys: Collection[str], born: date, besides: str = "") -> list[Identity]:
    """Who goes, or once went, by a name with one of the keys and was born on a day.

    That is the same person, unless somebody says otherwise.
    """
    people = {person for key in keys for person in known.keys(SCHOOL, PersonName, key)} - {besides}
    called = [person for person in sorted(people) if names(known, person) & set(keys)]
    found = [identity(known.on(), person) for person in called if known.on().one(person, PersonRegistered)]
    return [one for one in found if one.birth_date == born]


def lookalikes(known: Facts, person: str) -> list[Identity]:
    """Who else has one of somebody's names, and their birth date."""
    if known.on().one(person, PersonRegistered) is None:
        return []
    return namesakes(known, names(known, person), school.birth_date(known.on(), person), besides=person)


def find_person(facts: Index, given: str) -> str:
    """The id of who is meant by an id, `staff:` with a number, `name:` with a whole name, or either of them bare."""
    if given.startswith("p-"):
        return given
    if given.startswith(STAFF):
        found = by_number(facts, given.removeprefix(STAFF))
    elif given.startswith(NAME):
        found = by_name(facts, given.removeprefix(NAME))
    else:
        found = sorted({*by_number(facts, given), *by_name(facts, given)})
    if len(found) == 1:
        return found[0]
    raise _none(given) if not found else _several(given, [identity(facts, person) for person in found])


def _none(given: str) -> Unknown:
    called = given.removeprefix(NAME).removeprefix(STAFF)
    return Unknown(
        f"档案中没有叫“{called}”的人，也没有这个工号。可用 tidui people 查找。",
        f"Nobody on file has the name or staff number {called}; look with tidui people.",
    )


def _several(given: str, found: list[Identity]) -> Ambiguous:
    called = given.removeprefix(NAME).removeprefix(STAFF)
    return Ambiguous(
        f"“{called}”有 {len(found)} 人：{'、'.join(map(str, found))}。请用 staff:工号 写明是哪一位。",
        f"{called} may be any of {len(found)}: {'; '.join(one.en for one in found)}. Say which with staff:NUMBER.",
    )
