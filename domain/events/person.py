"""What is on file of a person. Stream: the person. Earlier posts and honours are biography, never late entries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from domain.events.base import SCHOOL, Event, Fact, PersonId, Recorded, RecordId, Value
from domain.language import Code, LeavingCause, Line, Sha256, Text

Gender = Literal["male", "female"]
PartyStatus = Literal["member", "probationary", "league_member", "democratic_party", "none"]


class KnownPerson(Value):
    """Somebody on file, for finding people by name."""

    KIND = "known-person"

    name: Line
    subject: Line | None = None


class StaffNumber(Value):
    """Whose a staff number is, for finding people by it."""

    KIND = "staff-number"

    person: PersonId


class PersonRegistered(Event):
    """人员登记."""

    TOPIC = "person-registered/1"
    CLAUSE = "D1"
    KEY = "person"
    BIOGRAPHY = True
    AFTER_END = True
    WHILE_SUSPENDED = True

    person: PersonId
    name: Line
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
    staff_number: Line | None = None
    photo: Sha256 | None = None
    branch: Line | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PersonRegistered, "", self, rec.day)
        yield Fact(SCHOOL, KnownPerson, self.person, KnownPerson(name=self.name, subject=self.subject), rec.day)
        if self.staff_number:
            yield Fact(SCHOOL, StaffNumber, self.staff_number, StaffNumber(person=rec.stream), rec.day)


class PersonFactChanged(Event):
    """信息变更: one field of the registration, from a day on. For mistakes there is the correction."""

    TOPIC = "person-fact-changed/1"
    CLAUSE = "D1"
    BIOGRAPHY = True
    AFTER_END = True
    WHILE_SUSPENDED = True

    field: Code
    was: str | None
    now: str | None
    name: Line
    subject: Line | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PersonFactChanged, self.field, self, rec.day)
        yield Fact(SCHOOL, KnownPerson, rec.stream, KnownPerson(name=self.name, subject=self.subject), rec.day)
        if self.field == "staff_number":
            if self.was:
                yield Fact(SCHOOL, StaffNumber, self.was, None, rec.day)
            if self.now:
                yield Fact(SCHOOL, StaffNumber, self.now, StaffNumber(person=rec.stream), rec.day)


class PostHeld(Event):
    """任职: from its day on. `post` is a key of the plan, or other with a text."""

    TOPIC = "post-held/1"
    CLAUSE = "T1"
    KEY = "record"
    BIOGRAPHY = True
    AFTER_END = True
    WHILE_SUSPENDED = True

    record: RecordId
    post: Code
    text: Line | None = None
    unit: Line | None = None


class PostEnded(Event):
    """任职结束: its day is the first without the post."""

    TOPIC = "post-ended/1"
    CLAUSE = "T1"
    BIOGRAPHY = True
    AFTER_END = True
    WHILE_SUSPENDED = True

    record: RecordId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PostEnded, self.record, self, rec.day)


class HonourRecorded(Event):
    """获奖与荣誉."""

    TOPIC = "honour-recorded/1"
    CLAUSE = "S7"
    KEY = "record"
    BIOGRAPHY = True
    AFTER_END = True
    WHILE_SUSPENDED = True

    record: RecordId
    title: Line
    awarded_by: Line | None = None
    level: Line | None = None


class PersonLeft(Event):
    """离校."""

    TOPIC = "person-left/1"
    CLAUSE = "D3"
    AFTER_END = True
    WHILE_SUSPENDED = True

    cause: LeavingCause
    text: Text | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PersonLeft, "", self, rec.day)
