"""What an amendment of a membership would mean on every day: for places, for other memberships, for later records."""

from __future__ import annotations

from collections import Counter

from domain import school
from domain.desk import Desk, Ground, stranded
from domain.errors import DependentsStand, Refusal
from domain.events import membership
from domain.events.base import Event, Recorded
from domain.events.membership import SEAT
from domain.facts import Facts, Reader
from domain.rules import Judgement, judge_places


def as_if(desk: Desk, amendment: Event) -> Facts:
    """The facts as they would be with the amendment recorded."""
    after = Facts()
    for recorded in desk.known.log():
        after.apply(recorded)
    target = desk.known.recorded(getattr(amendment, "target"))  # noqa: B009 - both amendments have one
    assert target is not None
    body = target.body.model_copy(update={"data": amendment, "occurred_on": desk.day, "judgements": ()})
    after.apply(Recorded(target.stream, 0, after.position + 1, body))
    return after


def check_consequences(desk: Desk, original: Recorded, amendment: Event) -> None:
    """What an amendment does to memberships, judged like the deeds that would have led there."""
    if type(original.event).__module__ != membership.__name__:
        return
    after = as_if(desk, amendment)
    person, batch = original.stream, str(getattr(original.event, "batch"))  # noqa: B009 - every membership event has one
    lost = stranded(after, person, batch) - stranded(desk.known, person, batch)
    if lost:
        raise DependentsStand(
            sorted(lost), "这样培养已结束、暂停或尚未开始", "The membership would be ended, suspended or not begun"
        )
    for day in after.days(person, *SEAT):
        if sum(member.active for member in school.members(after.on(day), person)) > 1:
            raise Refusal("H1", "这样此人就有两个在培资格。", "The person would have two active memberships.")
    for judgement in _places(desk, after, batch).values():
        desk.judge(judgement, Ground(person, batch))


def _places(desk: Desk, after: Facts, batch: str) -> dict[str, Judgement]:
    """For each tier the fullest day among those that gain a seat."""
    found: dict[str, Judgement] = {}
    for day in after.days(batch, *SEAT):
        plan = school.plan_in_force(after.on(day), batch)
        before, now = (_taken(known.on(day), batch) for known in (desk.known, after))
        for code in [code for code in now if now[code] > before[code]]:
            tier = plan.tier(code)
            judgement = judge_places(
                tier.clause, after=now[code], target=tier.target, with_reason=plan.places_with_reason, on=day
            )
            if code not in found or int(judgement.value) > int(found[code].value):
                found[code] = judgement
    return found


def _taken(facts: Reader, batch: str) -> Counter[str]:
    return Counter(member.tier for member in school.members(facts, batch) if member.active)
