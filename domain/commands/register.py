"""委员与组员名册: appointing to the Party committee and the leading group, and releasing from it (R4, O1)."""

from __future__ import annotations

from collections.abc import Iterator

from domain import register
from domain.capacities import COMMITTEE
from domain.desk import Command, Desk, Happening
from domain.errors import Refusal, Unknown
from domain.events.base import PersonId, RecordId
from domain.events.register import GroupMemberAppointed, GroupMemberReleased
from domain.language import Group, Line


class AppointGroupMember(Command):
    """Enters somebody in the register of a group, from the day on. Quorum and majority count on the register."""

    CLAUSE = "R4"
    EVENT = GroupMemberAppointed
    LABEL = ("登记委员（组员）任职", "Appoint a member of a group")
    CAPACITIES = COMMITTEE
    EXAMPLE = {"person": "p-0000000000000000", "group": "party_committee", "office": "委员"}

    person: PersonId
    group: Group
    office: Line

    def decide(self, desk: Desk) -> Iterator[Happening]:
        desk.here(self.person, self.CLAUSE)
        own = [row for row in register.seats(desk.facts, self.group) if row.value.person == self.person]
        if any(row.value.office == self.office for row in own):
            return
        if own:
            raise Refusal(
                self.CLAUSE,
                f"此人当日已在名册上（{own[0].value.office}）；改任请先登记卸任。",
                f"On the register that day already ({own[0].value.office}): release first to change the office.",
            )
        terms = desk.latest.all(self.person, GroupMemberAppointed)
        if later := [row for row in terms if row.value.group is self.group and row.since > desk.day]:
            raise Refusal(
                self.CLAUSE,
                f"自 {later[0].since} 起已有任职（@{later[0].source}）；如更早任职，请更正其日期（correct-event）。",
                f"A term from {later[0].since} stands (@{later[0].source}); if it began earlier, correct its day.",
                value=desk.day,
                limit=later[0].since,
            )
        appointed = GroupMemberAppointed(record=desk.new_id("x"), group=self.group, office=self.office)
        yield Happening(self.person, appointed)


class ReleaseGroupMember(Command):
    """Ends a term in a group: the day is the first one without it."""

    CLAUSE = "R4"
    EVENT = GroupMemberReleased
    LABEL = ("登记委员（组员）卸任", "Release a member of a group")
    CAPACITIES = COMMITTEE
    EXAMPLE = {"person": "p-0000000000000000", "record": "x-0000000000000000"}

    person: PersonId
    record: RecordId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if desk.facts.one(self.person, GroupMemberAppointed, self.record) is None:
            raise Unknown(
                f"{desk.day} 之前没有任职记录 {self.record}。", f"No appointment {self.record} by {desk.day}."
            )
        if all(row.value.record != self.record for row in desk.latest.all(self.person, GroupMemberReleased)):
            yield Happening(self.person, GroupMemberReleased(record=self.record))
