"""Putting people on file, their posts and honours, and their leaving (D1, T1, D3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from domain import registration, school, text
from domain.capacities import OFFICE
from domain.desk import Command, Desk, Happening, other_explained, repeated, strict
from domain.entry import hints
from domain.errors import Refusal, Unknown
from domain.events.base import PersonId, RecordId
from domain.events.person import (
    Gender,
    HonourRecorded,
    PartyStatus,
    PersonFactChanged,
    PersonRegistered,
    PostEnded,
    PostHeld,
    SameAs,
)
from domain.events.record import EventCorrected
from domain.facts import Facts, Reader
from domain.identity import find_person, identity, lookalikes, names, namesakes
from domain.language import CODE, Code, Line, Name, Number, Sha256, today


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

    same_as: Line | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        values = self.model_dump(mode="json", exclude={"same_as"})
        registration.check_possible(values, today(desk.now))
        desk.photo(self.photo)
        new = PersonRegistered(
            person=desk.new_id("p"),
            **self.model_dump(exclude={"same_as"}),
            same_as="new" if self.same_as == registration.NEW else None,
        )
        if self.same_as == registration.NEW:
            desk.reason("H1", "登记为另一人", "To register another person")
        person = self.on_file(desk.known)
        if person is None:
            registration.check_number(desk.known, new.person, self.staff_number, min(self.birth_date, desk.day))
            yield Happening(new.person, new)
        else:
            yield from self._completed(desk, person, values)

    def on_file(self, known: Facts) -> str | None:
        """Who on file is registered again; whoever asks is asked back where that is not certain."""
        if self.same_as == registration.NEW:
            return None
        if self.same_as:
            return find_person(known.on(), self.same_as)
        return registration.on_file(
            known, self.name, self.birth_date, self.model_dump(mode="json", exclude={"same_as"})
        )

    def _completed(self, desk: Desk, person: str, values: dict[str, Any]) -> Iterator[Happening]:
        """What the registration says that was not on file of the person; nothing when it was, all of it."""
        added, differing = registration.agreement(desk.latest, person, values)
        if differing:
            raise registration.otherwise(identity(desk.latest, person), differing)
        registered = desk.latest.one(person, PersonRegistered)
        if added and registered:
            registration.check_number(desk.known, person, added.get("staff_number"), registered.since)
            earlier, original = desk.known.correction(registered.origin), desk.known.recorded(registered.origin)
            assert original is not None
            amendment = EventCorrected(
                target=registered.origin,
                target_id=original.body.id,
                occurred_on=earlier.occurred_on if earlier else None,
                changes=(earlier.changes if earlier else {}) | added,
            )
            yield Happening(person, amendment, desk.request.reason or "再次登记，补入原登记没有的内容")


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
    same_as: SameAs = None

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
        self._check(desk, {name: entry.value for name, entry in current.items()} | {self.field: self.now})
        yield Happening(self.person, PersonFactChanged(field=self.field, was=was, now=self.now, same_as=self.same_as))

    def _check(self, desk: Desk, after: dict[str, Any]) -> None:
        """The registration as it would be must still be one, possible, and nobody else's."""
        becoming = strict(PersonRegistered, {"person": self.person, **after})
        registration.check_possible(after, today(desk.now), frozenset({self.field}))
        if self.field == "photo":
            desk.photo(self.now)
        if self.field == "staff_number":
            registration.check_number(desk.known, self.person, self.now, desk.day)
        if self.field in ("name", "birth_date"):
            self._check_namesakes(desk, becoming)

    def _check_namesakes(self, desk: Desk, becoming: PersonRegistered) -> None:
        keys = {text.key(becoming.name), *names(desk.known, self.person)}
        before = {one.person for one in lookalikes(desk.known, self.person)}
        alike_after = namesakes(desk.known, keys, becoming.birth_date, besides=self.person)
        found = [one for one in alike_after if one.person not in before]
        if found and self.same_as is None:
            raise registration.question(becoming.name, found)
        if found:
            desk.reason("H1", "与同名同日出生者并非一人", "Not the same as the namesake born on that day")


class RecordPost(Command):
    """Records a post that somebody took up on the day, named by its code in the plan or by what the plan calls it.

    Earlier posts count as experience (T1). Where it is not known since when, `since_unknown` says so.
    """

    CLAUSE = "T1"
    EVENT = PostHeld
    LABEL = ("登记任职", "Record a post")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "post": "homeroom_teacher", "unit": "高一年级部"}

    person: PersonId
    post: Line
    text: Line | None = None
    unit: Line | None = None
    since_unknown: bool = False

    def decide(self, desk: Desk) -> Iterator[Happening]:
        desk.person(self.person)
        post, since = known_post(desk.latest, self.post), None if self.since_unknown else desk.day
        other_explained(post, self.text, "职务", "post")
        same = [
            p
            for p in school.posts(desk.latest, self.person)
            if text.alike((p.post, p.text, p.unit, p.since), (post, self.text, self.unit, since))
            or (
                self.text and p.unit is None and text.alike((p.text, p.since), (f"{self.unit or ''}{self.text}", since))
            )
        ]
        if not same:
            held = PostHeld(
                record=desk.new_id("x"), post=post, text=self.text, unit=self.unit, since_unknown=self.since_unknown
            )
            yield Happening(self.person, held)


def known_post(facts: Reader, given: str) -> str:
    """The code of a post by its code, label or another name in a published plan; Unknown where no plan has it."""
    code = school.post_code(facts, given)
    if code is None:
        raise Unknown(
            f"方案没有“{given}”这一职务，可用：{'、'.join(school.post_labels(facts))}；都不是用 other 并写明。",
            f"No plan has a post {given}. Known: {', '.join(school.post_labels(facts))}; else say other, with a text.",
        )
    if not re.fullmatch(CODE, code):
        raise Unknown(
            f"还没有公布方案，职务“{given}”无从查考：请先公布方案，或用代码（如 homeroom_teacher）。",
            f"No plan is published, so the post {given} cannot be looked up: publish it first, or use a code.",
        )
    return code


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
        if held.since and desk.day < held.since:
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
        for row in desk.latest.all(self.person, HonourRecorded):
            if text.alike(row.value.title, self.title) and row.since == desk.day:
                return repeated(desk, row, awarded_by=self.awarded_by, level=self.level)
        yield Happening(
            self.person,
            HonourRecorded(record=desk.new_id("x"), title=self.title, awarded_by=self.awarded_by, level=self.level),
        )
