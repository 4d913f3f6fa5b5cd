"""What is on file of a person. Stream: the person. Earlier posts and honours are biography, never late entries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, Self

from pydantic import model_validator

from domain import text
from domain.events.base import SCHOOL, Event, Fact, PersonId, Recorded, RecordId, Value
from domain.language import DAY_ONE, Code, LeavingCause, Line, Name, Number, Sha256, Text

Gender = Literal["male", "female"]
# Said to be another person than a namesake who was born on the same day.
SameAs = Literal["new"] | None
PartyStatus = Literal["member", "probationary", "league_member", "democratic_party", "none"]


class PersonName(Value):
    """The name a person on file goes by."""

    KIND = "person-name"

    name: str

    def search_key(self) -> str:
        return text.key(self.name)


class PersonSubject(Value):
    """What a person on file teaches."""

    KIND = "person-subject"

    subject: str


class PersonNumber(Value):
    """The staff number of a person on file."""

    KIND = "person-number"

    staff_number: str

    def search_key(self) -> str:
        return text.key(self.staff_number)


# Fields of a registration that hold codes, which the glossary knows.
CODED = frozenset({"gender", "party_status"})
# Fields of a registration that are listed and searched over everybody, and the kind of fact each stands as.
LISTED: dict[str, type[Value]] = {"name": PersonName, "subject": PersonSubject, "staff_number": PersonNumber}


def _listed(person: str, field: str, value: str | None, since: date) -> Fact:
    kind = LISTED[field]
    return Fact(SCHOOL, kind, person, kind.model_validate({field: value}) if value else None, since)


class PersonRegistered(Event):
    """人员登记: a person is there from their birth on, whenever they were put on file."""

    TOPIC = "person-registered/1"
    CLAUSE = "D1"
    KEY = "person"
    BIOGRAPHY = True
    AFTER_END = True
    WHILE_SUSPENDED = True

    person: PersonId
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
    same_as: SameAs = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        since = min(self.birth_date, rec.day)
        yield Fact(rec.stream, PersonRegistered, "", self, since)
        for field in LISTED:
            if value := getattr(self, field):
                yield _listed(rec.stream, field, value, since)


class PersonFactChanged(Event):
    """信息变更: one field of the registration, from a day on. For mistakes there is the correction.

    Records made before carry copies of name and subject, which nothing reads.
    """

    COPIES = frozenset({"was", "name", "subject"})
    TOPIC = "person-fact-changed/1"
    CLAUSE = "D1"
    BIOGRAPHY = True
    AFTER_END = True
    WHILE_SUSPENDED = True

    field: Code
    was: str | None
    now: str | None
    name: Line | None = None
    subject: Line | None = None
    same_as: SameAs = None

    @model_validator(mode="after")
    def _birth_date_is_a_day(self) -> Self:
        if self.field == "birth_date":
            date.fromisoformat(str(self.now))
        return self

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PersonFactChanged, self.field, self, rec.day)
        if self.field in LISTED:
            yield _listed(rec.stream, self.field, self.now, rec.day)


class PostHeld(Event):
    """任职: from its day on. `post` is a key of the plan, or other with a text.

    Where it is not known since when (`since_unknown`) it counts for every day until it ends.
    """

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
    since_unknown: bool = False

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PostHeld, self.record, self, DAY_ONE if self.since_unknown else rec.day)


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
    """离校, until a return that is told with it or by itself."""

    TOPIC = "person-left/1"
    CLAUSE = "D3"
    AFTER_END = True
    WHILE_SUSPENDED = True

    cause: LeavingCause
    text: Text | None = None
    returned_on: date | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PersonLeft, "", self, rec.day)
        if self.returned_on:
            yield Fact(rec.stream, PersonReturned, str(rec.position), PersonReturned(), self.returned_on)
            yield Fact(rec.stream, PersonLeft, "", None, self.returned_on)


class PersonReturned(Event):
    """回校: from its day on the person has not left; a membership that ended stays ended."""

    TOPIC = "person-returned/1"
    CLAUSE = "D3"
    AFTER_END = True
    WHILE_SUSPENDED = True

    text: Text | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield self.fact(rec, rec.stream)
        yield Fact(rec.stream, PersonLeft, "", None, rec.day)
