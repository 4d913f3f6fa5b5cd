"""委员与组员名册: who sits on the Party committee and on the leading group, from when to when. Stream: the person."""

from __future__ import annotations

from collections.abc import Iterator

from domain.events.base import SCHOOL, Event, Fact, Recorded, RecordId, Value
from domain.language import Group, Line


class SeatOnGroup(Value):
    """Somebody's office in a group while the term lasts, on the school's own list."""

    KIND = "seat-on-group"

    person: str
    group: Group
    office: Line


class RegisterBegun(Value):
    """A group has a register of its members from this day on."""

    KIND = "register-begun"

    group: Group


class GroupMemberAppointed(Event):
    """任职: a member of a group from this day on."""

    TOPIC = "group-member-appointed/1"
    CLAUSE = "R4"
    KEY = "record"
    AFTER_END = True
    WHILE_SUSPENDED = True
    BIOGRAPHY = True

    record: RecordId
    group: Group
    office: Line

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield self.fact(rec, rec.stream)
        seat = SeatOnGroup(person=rec.stream, group=self.group, office=self.office)
        yield Fact(SCHOOL, SeatOnGroup, self.record, seat, rec.day)
        yield Fact(SCHOOL, RegisterBegun, f"{self.group}/{self.record}", RegisterBegun(group=self.group), rec.day)


class GroupMemberReleased(Event):
    """卸任: no longer a member, from this day on."""

    TOPIC = "group-member-released/1"
    CLAUSE = "R4"
    AFTER_END = True
    WHILE_SUSPENDED = True
    BIOGRAPHY = True

    record: RecordId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield self.fact(rec, rec.stream)
        yield Fact(SCHOOL, SeatOnGroup, self.record, None, rec.day)
