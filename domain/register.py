"""Questions about the registers of the Party committee and the leading group."""

from __future__ import annotations

from collections.abc import Iterable

from domain.events.base import SCHOOL
from domain.events.register import RegisterBegun, SeatOnGroup
from domain.facts import Reader, Row
from domain.language import Group


def seats(facts: Reader, group: Group) -> list[Row[SeatOnGroup]]:
    """The terms in a group that run on the day."""
    return [row for row in facts.all(SCHOOL, SeatOnGroup) if row.value.group is group]


def is_kept(facts: Reader, group: Group) -> bool:
    """Whether a group has a register by the day: before its first entry each meeting's own list counts."""
    return any(row.value.group is group for row in facts.all(SCHOOL, RegisterBegun))


def entitled(facts: Reader, listed: Iterable[str]) -> set[str]:
    """Who may vote in the Party committee on the day: by the register, else by the meeting's own list."""
    if not is_kept(facts, Group.PARTY_COMMITTEE):
        return set(listed)
    return {row.value.person for row in seats(facts, Group.PARTY_COMMITTEE)}
