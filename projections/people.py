"""Everybody on file, found by part of a name; and what is on file of one of them (D1)."""

from __future__ import annotations

import unicodedata
from datetime import date

from domain import school
from domain.errors import Unknown
from domain.events.base import SCHOOL
from domain.events.person import (
    CODED,
    HonourRecorded,
    PersonLeft,
    PersonName,
    PersonNumber,
    PersonRegistered,
    PersonSubject,
    PostEnded,
    PostHeld,
)
from domain.facts import Row
from domain.glossary import Term, label, word
from domain.language import LeavingCause, Origin, Status
from domain.plan import Plan
from projections.moment import Moment
from projections.names import Order
from projections.shape import Shape, View, answered


class Place(Shape):
    """A membership: where somebody is, or was, in training."""

    batch: str
    tier: str
    label: str
    label_en: str
    since: date
    ends_on: date
    origin: Origin
    status: Status
    status_label: str
    status_label_en: str
    source: int


class PersonLine(Shape):
    """Somebody on file. Namesakes are told apart by subject and staff number."""

    person_id: str
    name: str
    staff_number: str | None
    subject: str | None
    left: bool
    place: Place | None
    source: int


class People(View):
    """Everybody on file, or those whose name or subject contains what was asked for."""

    search: str | None
    people: tuple[PersonLine, ...]


class RegisteredField(Shape):
    """One field of the registration, as it reads and with the event it comes from."""

    field: str
    label: str
    label_en: str
    value: str | None
    text: str | None
    text_en: str | None
    since: date
    source: int


class HeldPost(Shape):
    """A post with its first day, none where that is not known, and its first day without it where it has ended."""

    record: str
    post: str
    label: str
    label_en: str
    text: str | None
    unit: str | None
    since: date | None
    ended_on: date | None
    source: int


class Honour(Shape):
    """An honour on the day it was given."""

    title: str
    awarded_by: str | None
    level: str | None
    since: date
    source: int


class Leaving(Shape):
    """When and why somebody left the school."""

    cause: LeavingCause
    label: str
    label_en: str
    text: str | None
    since: date
    source: int


class Person(View):
    """What is on file of one person. Before the registration was known, or held, there is nothing."""

    person_id: str
    name: str | None
    fields: tuple[RegisteredField, ...]
    posts: tuple[HeldPost, ...]
    honours: tuple[Honour, ...]
    memberships: tuple[Place, ...]
    left: Leaving | None


def people(moment: Moment, search: str | None = None, order: Order = Order.STROKES) -> People:
    """By name; a search matches any part of it, of one character or two, or of a subject, or a whole staff number."""
    wanted = _plain(search or "")
    subjects = {row.key: row for row in moment.facts.all(SCHOOL, PersonSubject)}
    numbers = {row.key: row.value.staff_number for row in moment.facts.all(SCHOOL, PersonNumber)}
    rows = [(row, subjects.get(row.key)) for row in moment.facts.all(SCHOOL, PersonName)]
    rows = [row for row in rows if wanted in _plain(_searched(*row)) or wanted == _plain(numbers.get(row[0].key, ""))]
    moment.facts.read_ahead([name.key for name, _ in rows], PersonLeft)
    places = _places(moment)
    found = (_line(moment, name, subject, numbers.get(name.key), places.get(name.key)) for name, subject in rows)
    lines = tuple(sorted(found, key=lambda line: (order.key(line.name), line.person_id)))
    return People(search=search, people=lines, **answered(moment))


def person(moment: Moment, person_id: str) -> Person:
    """The registration with its changes, posts, honours and memberships; Unknown when nobody ever had this id."""
    facts = moment.facts
    registered = facts.one(person_id, PersonRegistered) is not None
    if not registered and moment.latest().one(person_id, PersonRegistered) is None:
        raise Unknown(f"没有登记人员 {person_id}。", f"Nobody is registered as {person_id}.")
    facts.read_ahead([person_id], PostHeld, PostEnded, HonourRecorded, PersonLeft)
    fields = tuple(_fields(school.registration(facts, person_id))) if registered else ()
    return Person(
        person_id=person_id,
        name=school.name_of(facts, person_id) if registered else None,
        fields=fields,
        posts=tuple(_post(moment, post) for post in school.posts(facts, person_id)),
        honours=tuple(_honour(row) for row in facts.all(person_id, HonourRecorded)),
        memberships=tuple(_place(moment, member) for member in school.members(facts, person_id)),
        left=_leaving(facts.one(person_id, PersonLeft)),
        **answered(moment),
    )


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _searched(name: Row[PersonName], subject: Row[PersonSubject] | None) -> str:
    return f"{name.value.name}\n{subject.value.subject if subject else ''}"


def _places(moment: Moment) -> dict[str, Place]:
    """Where each active member is; one active membership a person (H1)."""
    members = [m for batch in school.batches(moment.facts) for m in school.members(moment.facts, batch.key)]
    return {member.person: _place(moment, member) for member in members if member.active}


def _place(moment: Moment, member: school.Member) -> Place:
    plan, status = moment.plan(member.batch), label(member.status)
    tier = plan.tiers.get(member.tier) if plan else None
    return Place(
        batch=member.batch,
        tier=member.tier,
        label=tier.label if tier else member.tier,
        label_en=tier.label_en if tier else member.tier,
        since=member.since,
        ends_on=member.ends_on,
        origin=member.origin,
        status=member.status,
        status_label=status.zh,
        status_label_en=status.en,
        source=member.source,
    )


def _line(
    moment: Moment,
    name: Row[PersonName],
    subject: Row[PersonSubject] | None,
    number: str | None,
    place: Place | None,
) -> PersonLine:
    return PersonLine(
        person_id=name.key,
        name=name.value.name,
        staff_number=number,
        subject=subject.value.subject if subject else None,
        left=moment.facts.one(name.key, PersonLeft) is not None,
        place=place,
        source=max(name.source, subject.source if subject else 0),
    )


def _fields(registered: dict[str, school.Field]) -> list[RegisteredField]:
    return [_field(name, field) for name, field in registered.items()]


def _field(name: str, field: school.Field) -> RegisteredField:
    called = word("field", name)
    text = word(name, field.value) if name in CODED and field.value else Term(field.value or "", field.value or "")
    return RegisteredField(
        field=name,
        label=called.zh,
        label_en=called.en,
        value=field.value,
        text=text.zh or None,
        text_en=text.en or None,
        since=field.since,
        source=field.source,
    )


def _post(moment: Moment, held: school.Post) -> HeldPost:
    called = post_label(moment.last_plan(), held.post)
    return HeldPost(
        record=held.record,
        post=held.post,
        label=called.zh,
        label_en=called.en,
        text=held.text,
        unit=held.unit,
        since=held.since,
        ended_on=held.ended_on,
        source=held.source,
    )


def post_label(plan: Plan | None, code: str) -> Term:
    """What a plan calls a post; the code itself where there is no plan, or none that knows it."""
    named = plan.posts.get(code) if plan else None
    return Term(named.label, named.label_en) if named else Term(code, code)


def _honour(row: Row[HonourRecorded]) -> Honour:
    value = row.value
    return Honour(title=value.title, awarded_by=value.awarded_by, level=value.level, since=row.since, source=row.source)


def _leaving(row: Row[PersonLeft] | None) -> Leaving | None:
    if row is None:
        return None
    called = label(row.value.cause)
    return Leaving(
        cause=row.value.cause,
        label=called.zh,
        label_en=called.en,
        text=row.value.text,
        since=row.since,
        source=row.source,
    )
