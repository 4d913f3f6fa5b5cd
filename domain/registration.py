"""What a registration may say, and whether it is of somebody who is on file already (D1, H1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from domain import school, text
from domain.errors import Malformed, Refusal
from domain.events.person import CODED, PersonFactChanged
from domain.facts import Facts, Reader
from domain.glossary import Term, word
from domain.identity import (
    Holding,
    Identity,
    by_number,
    holding,
    holdings,
    identity,
    lookalikes,
    meeting,
    names,
    namesakes,
)
from domain.language import END_OF_TIME, full_years

# Who works at a school is of working age; nobody on file is older than people become. The plan has no say in this.
YOUNGEST, OLDEST = 16, 100
_DAYS = (("party_joined_on", "入党时间", "joining the Party"), ("work_started_on", "参加工作时间", "beginning work"))
NEW = "new"
Values = Mapping[str, Any]


class Agreement(NamedTuple):
    """How a registration agrees with somebody on file: what it adds, and where it says otherwise."""

    added: dict[str, Any]
    differing: dict[str, tuple[Any, Any]]


def check_possible(values: Values, on: date, of: frozenset[str] | None = None) -> None:
    """Refuse a registration that cannot be; where one field changes, only for what concerns it."""
    for field, zh, en in _impossible(values, on):
        if of is None or of & {field, "birth_date"}:
            raise Malformed(zh, en)


def _impossible(values: Values, on: date) -> Iterator[tuple[str, str, str]]:
    born = date.fromisoformat(str(values["birth_date"]))
    if born > on or not YOUNGEST <= full_years(born, on) <= OLDEST:
        yield (
            "birth_date",
            f"出生日期 {born} 不可能：教职工须在 {YOUNGEST} 至 {OLDEST} 岁之间。请核对年份。",
            f"The birth date {born} cannot be: staff are {YOUNGEST} to {OLDEST} years old. Mind the year.",
        )
    for field, zh, en in _DAYS:
        if (given := values.get(field)) and not born < (day := date.fromisoformat(str(given))) <= on:
            yield (
                field,
                f"{zh} {day} 不可能：须在出生日期 {born} 之后，且不晚于 {on}。",
                f"The day of {en}, {day}, cannot be: it is after the birth date {born} and not after {on}.",
            )


def agreement(facts: Reader, person: str, values: Values) -> Agreement:
    """What a registration says beside what is on file of somebody."""
    current = school.registration(facts, person)
    changed = {row.key for row in facts.all(person, PersonFactChanged)}
    added, differing = {}, {}
    for field, value in values.items():
        stands = current[field].value if field in current else None
        if value is None or text.key(str(value)) == text.key(str(stands)):
            continue
        if stands is None and field not in changed:
            added[field] = value
        else:
            differing[field] = (stands, value)
    return Agreement(added, differing)


def check_number(known: Facts, person: str, number: str | None, since: date) -> None:
    """A staff number is one person's on every day from the one on which somebody gets it (H1)."""
    if number:
        for other in meeting(known, holding(known, person, number, since)):
            raise number_held(other, identity(known.on(), other.person))


def check_numbers(was: Facts, now: Facts, person: str) -> None:
    """The same of what a change of what is on record comes to, and did not come to before."""
    for one in holdings(now, person):
        for other in meeting(now, one):
            if one not in holdings(was, person) or other not in holdings(was, other.person):
                raise number_held(other, identity(now.on(), other.person))


def number_held(other: Holding, holder: Identity) -> Refusal:
    """Somebody else has the number, or had it on some of the days."""
    if other.until == END_OF_TIME:
        return number_taken(other.number, holder)
    last = other.until - timedelta(days=1)
    return Refusal(
        "H1",
        f"工号 {other.number} 到 {last} 为止是{holder}的，同一天一个工号只属一人。登记时的工号自出生起算；"
        f"沿用他人用过的工号，请不带工号登记，再用 change-person-fact 自 {other.until} 或以后登记。",
        f"Until {last} staff number {other.number} was that of {holder.en}; on one day a number is one person's. "
        "In a registration it counts from birth: leave it out there, and tell it by change-person-fact "
        f"from {other.until} on.",
        value=other.number,
        limit=other.until,
    )


def number_taken(number: str, holder: Identity) -> Refusal:
    """Somebody else has the number."""
    return Refusal(
        "H1",
        f"工号 {number} 已登记给{holder}，一个工号只属一人。请核对工号。",
        f"Staff number {number} is registered to {holder.en}; a number is one person's. Mind the number.",
        value=number,
    )


def check_namesakes(was: Facts, now: Facts, person: str) -> None:
    """No change makes two people look like one, where they did not before, unless it says that they are not one."""
    before = {one.person for one in lookalikes(was, person)}
    if found := [one for one in lookalikes(now, person) if one.person not in before]:
        raise question_of_change(identity(now.on(), person), found)


def question_of_change(one: Identity, found: list[Identity]) -> Refusal:
    """The same question, of a change of what is on record."""
    listed, listed_en = "、".join(map(str, found)), "; ".join(other.en for other in found)
    return Refusal(
        "H1",
        f"这样，{one}与在案的{listed}姓名（含曾用名）、出生日期相同，是同一人吗？"
        "是，请撤销重复的登记；不是，写 same_as 为 new（另一人；更正时写在 changes 里）并说明理由（reason）。",
        f"So {one.en} has a name, present or former, and the birth date of {listed_en} on file. The same person? "
        "Then withdraw the second registration; if not, give new as same_as (in a correction among its changes) "
        "and a reason.",
    )


def question(given: str, found: list[Identity]) -> Refusal:
    """Is it the same person? Answered by `same_as`."""
    listed, listed_en = "、".join(map(str, found)), "; ".join(one.en for one in found)
    return Refusal(
        "H1",
        f"{given}与在案的{listed}姓名（含曾用名）、出生日期相同，是同一人吗？是，请在 same_as（同一人）写其工号；"
        "不是，写 new（另一人）并说明理由（reason）。",
        f"{given}: a name, present or former, and the birth date are those of {listed_en} on file. The same person? "
        "Then give that staff number as same_as; if not, give new there and a reason.",
    )


def on_file(known: Facts, name: str, born: date, values: Values) -> str | None:
    """Who on file it certainly is, None for somebody new; a refusal where it may be one or the other."""
    facts, number, key = known.on(), values.get("staff_number"), text.key(name)
    for person in by_number(facts, number) if number else []:
        holder = identity(facts, person)
        if key not in names(known, person) or holder.birth_date != born:
            raise number_taken(str(number), holder)
        return person
    found = namesakes(known, {key}, born)
    if len(found) == 1 and not agreement(facts, found[0].person, values).differing:
        return found[0].person
    if found:
        raise question(f"{name}（{f'工号 {number}' if number else '无工号'}，{born.year} 年生）", found)
    return None


def otherwise(one: Identity, differing: Mapping[str, tuple[Any, Any]]) -> Refusal:
    """The registration says otherwise than what is on file of the same person."""
    listed = [(word("field", field), *(_said(field, value) for value in values)) for field, values in differing.items()]
    zh = "；".join(f"{field.zh}在案“{stands.zh}”，此次“{given.zh}”" for field, stands, given in listed)
    en = "; ".join(f"{field.en} on file “{stands.en}”, here “{given.en}”" for field, stands, given in listed)
    return Refusal(
        "D1",
        f"{one}已在案，与此不同：{zh}。有变动用 change-person-fact，登记有误用 correct-event，登记本身不改动在案信息。",
        f"{one.en} is on file otherwise: {en}. A change is told by change-person-fact, a mistake by correct-event.",
    )


def _said(field: str, value: Any) -> Term:
    """A value in words, a code by what it is called."""
    text = str(value or "")
    return word(field, text) if field in CODED else Term(text, text)
