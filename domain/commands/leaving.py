"""Leaving the school, which ends a membership and opens its place (D3), and coming back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain import school
from domain.capacities import OFFICE
from domain.desk import Command, Desk, Happening, once
from domain.errors import Refusal
from domain.events.base import SCHOOL, PersonId
from domain.events.membership import MembershipEnded, SeatRestored
from domain.events.person import PersonLeft, PersonReturned
from domain.events.register import GroupMemberReleased, SeatOnGroup
from domain.events.vacancy import VacancyCancelled, VacancyOpened
from domain.language import END_OF_TIME, EndCause, LeavingCause, Text, VacancyCause, today


class RecordLeaving(Command):
    """Records that somebody left the school; an active membership ends and its place opens with it (D3), terms in the
    Party committee and the leading group end.

    Told later than another end, or than records of days since, it is taken all the same: the first end wins (S5).
    Whoever is back by the time it is told, and was selected since, returned on a day that is told with it.
    """

    CLAUSE = "D3"
    EVENT = PersonLeft
    LABEL = ("登记离校", "Record a leaving")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "cause": "transferred", "text": "调往市教育局"}

    person: PersonId
    cause: LeavingCause
    text: Text | None = None
    returned_on: date | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._check_day(desk)
        left = [] if self._left_already(desk) else list(self._left(desk))
        yield from left
        member = school.active_membership(desk.facts, self.person)
        if left and member and not ends_today(desk, member):
            yield from end_and_open(desk, member, EndCause.LEFT_SCHOOL, VacancyCause.LEFT_SCHOOL)
        if left:
            yield from (Happening(self.person, GroupMemberReleased(record=term)) for term in self._terms(desk))

    def _terms(self, desk: Desk) -> list[str]:
        """What they hold in the Party committee and the leading group on the day."""
        return [row.key for row in desk.facts.all(SCHOOL, SeatOnGroup) if row.value.person == self.person]

    def _left(self, desk: Desk) -> Iterator[Happening]:
        """The leaving, once. One with its return may come before another."""
        event = Happening(self.person, self._event())
        there = self.returned_on and desk.known.on(self.returned_on).one(self.person, PersonLeft) is None
        yield from [event] if there else once(desk, event)

    def _event(self) -> PersonLeft:
        return PersonLeft(cause=self.cause, text=self.text, returned_on=self.returned_on)

    def _left_already(self, desk: Desk) -> bool:
        """Whether it is the leaving after which they came back."""
        standing = desk.facts.one(self.person, PersonLeft)
        if standing is None or desk.latest.one(self.person, PersonLeft):
            return False
        if standing.value != self._event():
            raise Refusal(
                "D3",
                f"此人当时已离校（@{standing.source}），后来才回校。如有错误，请更正该记录（correct-event）。",
                f"They had left by then (@{standing.source}) and came back later. Correct that record if it is wrong.",
            )
        return True

    def _check_day(self, desk: Desk) -> None:
        """No membership starts, and none is restored, while they are gone."""
        if self.returned_on and not desk.day < self.returned_on <= today(desk.now):
            raise Refusal(
                "D3",
                "回校日期须在离校之后，且不晚于今天。",
                "The day of the return comes after the leaving, and is not still to come.",
                value=self.returned_on,
                limit=desk.day,
            )
        members = school.members(desk.latest, desk.person(self.person))
        begun = [*(m.since for m in members), *desk.known.days(self.person, SeatRestored)]
        if any(desk.day < since < (self.returned_on or END_OF_TIME) for since in begun):
            raise Refusal(
                "H2",
                "此后才列入培养或恢复资格，离校日期不对；其间已回校的，请一并写明回校日期（returned_on）。",
                "A membership starts, or is restored, after that day: check the day. If they were back by then, tell"
                " with it when they returned (returned_on).",
            )


class RecordReturn(Command):
    """Records that somebody who had left works at the school again, from the day on; a membership stays ended."""

    CLAUSE = "D3"
    EVENT = PersonReturned
    LABEL = ("登记回校", "Record a return")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "text": "由市教育局调回"}

    person: PersonId
    text: Text | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        desk.person(self.person)
        if desk.facts.one(self.person, PersonLeft):
            yield Happening(self.person, PersonReturned(text=self.text))
        elif not desk.facts.all(self.person, PersonReturned):
            raise Refusal(
                "D3",
                f"{desk.day} 以前此人没有离校的记录，无所谓回校。请先登记离校（record-leaving）。",
                f"Nothing says that this person had left by {desk.day}. Record the leaving first (record-leaving).",
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
