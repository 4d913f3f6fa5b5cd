"""Putting people on file, their posts and honours, and their leaving (D1, T1, D3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from domain import school
from domain.capacities import OFFICE
from domain.desk import Command, Desk, Happening, once, other_explained, strict
from domain.entry import hints
from domain.errors import Malformed, Refusal, Unknown
from domain.events.base import PersonId, RecordId
from domain.events.membership import MembershipEnded, SeatRestored
from domain.events.person import (
    Gender,
    HonourRecorded,
    PartyStatus,
    PersonFactChanged,
    PersonLeft,
    PersonRegistered,
    PostEnded,
    PostHeld,
)
from domain.events.vacancy import VacancyCancelled, VacancyOpened
from domain.facts import Facts
from domain.language import Code, EndCause, LeavingCause, Line, Name, Number, Sha256, Text, VacancyCause


class RegisterPerson(Command):
    """Puts a member of staff on file. The id is made here and names nobody."""

    CLAUSE = "D1"
    EVENT = PersonRegistered
    LABEL = ("登记人员", "Register a person")
    CAPACITIES = OFFICE
    EXAMPLE = {"name": "单晓珺", "gender": "female", "birth_date": "1988-02-29", "subject": "数学"}

    name: Name
    gender: Gender
    birth_date: date
    ethnicity: Line | None = None
    native_place: Line | None = None
    party_status: PartyStatus | None = None
    party_joined_on: date | None = None
    work_started_on: date | None = None
    education: Line | None = None
    degree: Line | None = None
    graduated_from: Line | None = None
    title: Line | None = None
    subject: Line | None = None
    staff_number: Number | None = None
    photo: Sha256 | None = None
    branch: Line | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if not date(1900, 1, 1) <= self.birth_date < desk.day:
            raise Malformed(f"出生日期 {self.birth_date} 不可能。", f"The birth date {self.birth_date} cannot be.")
        holder = school.number_holder(desk.latest, self.staff_number) if self.staff_number else None
        if holder:
            if school.name_of(desk.latest, holder) == self.name:
                return
            raise _number_taken(str(self.staff_number))
        new = desk.new_id("p")
        yield Happening(new, PersonRegistered(person=new, **self.model_dump()))


def _number_taken(number: str) -> Refusal:
    return Refusal(
        "H1",
        f"工号 {number} 已登记给另一人。",
        f"Staff number {number} is registered to somebody else.",
    )


class ChangePersonFact(Command):
    """Records that something about a person is different from a day on. A mistake is a correction instead."""

    CLAUSE = "D1"
    EVENT = PersonFactChanged
    LABEL = ("变更信息", "Change a personal fact")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "field": "title", "now": "高级教师"}

    person: PersonId
    field: Code
    now: str | None

    @classmethod
    def types(cls, data: Mapping[str, Any], known: Facts | None) -> Mapping[str, Any]:
        return {**super().types(data, known), "now": hints(PersonRegistered).get(str(data.get("field")))}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        current = school.registration(desk.facts, desk.person(self.person))
        if self.field not in current:
            raise Unknown(
                f"没有“{self.field}”这一项，可用：{'、'.join(current)}。",
                f"No field {self.field}. Known: {', '.join(current)}.",
            )
        was = current[self.field].value
        if was == self.now:
            return
        after: dict[str, Any] = {name: entry.value for name, entry in current.items()} | {self.field: self.now}
        self._check(desk, after)
        yield Happening(
            self.person,
            PersonFactChanged(field=self.field, was=was, now=self.now),
        )

    def _check(self, desk: Desk, after: dict[str, Any]) -> None:
        """The registration as it would be must still be one, and a staff number nobody else's."""
        strict(PersonRegistered, {"person": self.person, **after})
        if self.field == "staff_number" and self.now and school.number_holder(desk.latest, self.now):
            raise _number_taken(self.now)


class RecordPost(Command):
    """Records a post that somebody took up on the day; earlier posts count as experience (T1)."""

    CLAUSE = "T1"
    EVENT = PostHeld
    LABEL = ("登记任职", "Record a post")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "post": "homeroom_teacher", "unit": "高一年级部"}

    person: PersonId
    post: Code
    text: Line | None = None
    unit: Line | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        desk.person(self.person)
        other_explained(self.post, self.text, "职务", "post")
        same = [
            p
            for p in school.posts(desk.latest, self.person)
            if (p.post, p.text, p.unit, p.since) == (self.post, self.text, self.unit, desk.day)
            or (self.text and p.unit is None and (p.text, p.since) == (f"{self.unit or ''}{self.text}", desk.day))
        ]
        if not same:
            yield Happening(
                self.person, PostHeld(record=desk.new_id("x"), post=self.post, text=self.text, unit=self.unit)
            )


class EndPost(Command):
    """Records the first day on which somebody no longer held a post."""

    CLAUSE = "T1"
    EVENT = PostEnded
    LABEL = ("登记免职", "End a post")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "record": "x-0000000000000000"}

    person: PersonId
    record: RecordId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        held = next((p for p in school.posts(desk.latest, self.person) if p.record == self.record), None)
        if held is None:
            raise Unknown(f"此人没有任职记录 {self.record}。", f"This person has no post {self.record}.")
        if held.ended_on:
            return
        if desk.day < held.since:
            raise Refusal(
                "T1",
                f"该职务自 {held.since} 起，不能早于此日结束。",
                f"The post began on {held.since}.",
                value=desk.day,
                limit=held.since,
            )
        yield Happening(self.person, PostEnded(record=self.record))


class RecordHonour(Command):
    """Records an honour on the day it was given."""

    CLAUSE = "S7"
    EVENT = HonourRecorded
    LABEL = ("登记荣誉", "Record an honour")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "title": "南通市优秀班主任", "level": "市级"}

    person: PersonId
    title: Line
    awarded_by: Line | None = None
    level: Line | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        desk.person(self.person)
        if any(
            r.value.title == self.title and r.since == desk.day for r in desk.latest.all(self.person, HonourRecorded)
        ):
            return
        yield Happening(
            self.person,
            HonourRecorded(record=desk.new_id("x"), title=self.title, awarded_by=self.awarded_by, level=self.level),
        )


class RecordLeaving(Command):
    """Records that somebody left the school; an active membership ends and its place opens with it (D3).

    Told later than another end, or than records of days since, it is taken all the same: the first end wins (S5).
    """

    CLAUSE = "D3"
    EVENT = PersonLeft
    LABEL = ("登记离校", "Record a leaving")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "cause": "transferred", "text": "调往市教育局"}

    person: PersonId
    cause: LeavingCause
    text: Text | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._check_day(desk)
        left = list(once(desk, Happening(self.person, PersonLeft(cause=self.cause, text=self.text))))
        yield from left
        member = school.active_membership(desk.facts, self.person)
        if left and member and not ends_today(desk, member):
            yield from end_and_open(desk, member, EndCause.LEFT_SCHOOL, VacancyCause.LEFT_SCHOOL)

    def _check_day(self, desk: Desk) -> None:
        members = school.members(desk.latest, desk.person(self.person))
        if any(m.since > desk.day for m in members) or desk.known.days(self.person, SeatRestored)[-1:] > [desk.day]:
            raise Refusal(
                "H2",
                "此后才列入培养或恢复资格，离校日期不对。",
                "A membership starts, or is restored, after that day: check the day.",
            )


def ends_today(desk: Desk, member: school.Member) -> bool:
    """Whether the day is the last of the term and its outcome ends the membership: no other end comes before (S5)."""
    tomorrow = desk.known.on(desk.day + timedelta(days=1))
    return desk.day == member.ends_on and not next(
        m.active for m in school.members(tomorrow, member.person) if m.membership == member.membership
    )


def end_and_open(
    desk: Desk, member: school.Member, cause: EndCause, opens: VacancyCause, resolution: str | None = None
) -> Iterator[Happening]:
    """A membership ends on the day and its place opens, once, in one transaction (D2, D3)."""
    yield Happening(
        member.person,
        MembershipEnded(
            membership=member.membership,
            batch=member.batch,
            cause=cause,
            effective_on=desk.day,
            resolution=resolution,
        ),
    )
    cancelled = {row.key for row in desk.latest.all(member.batch, VacancyCancelled)}
    vacancies = desk.latest.all(member.batch, VacancyOpened)
    if any(row.value.membership == member.membership and row.key not in cancelled for row in vacancies):
        return
    yield Happening(
        member.batch,
        VacancyOpened(
            vacancy=desk.new_id("v"),
            batch=member.batch,
            tier=member.tier,
            cause=opens,
            membership=member.membership,
        ),
    )
