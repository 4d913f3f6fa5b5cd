"""How many places of a tier are taken, and what the plan says of one more: no seat over the target is uncovered."""

from __future__ import annotations

from domain import school
from domain.desk import Desk, Ground
from domain.events.membership import SEAT


def most_taken(desk: Desk, batch: str, tier: str) -> int:
    """The most places of a tier that are taken on one day from the command's on."""
    days = {desk.day} | {day for day in desk.known.days(batch, *SEAT) if day > desk.day}
    return max(school.taken(desk.known.on(day), batch, tier) for day in days)


def place(desk: Desk, tier: str, ground: Ground, begun: int = 0) -> None:
    """Judge the places of a tier once one more is taken; `begun` count as taken whoever left them."""
    after = 1 + max(begun, most_taken(desk, ground.batch, tier))
    desk.judge(desk.plan(ground.batch).judge_places(tier, after, desk.day), ground)
