"""What a change of what is on record comes to: judged like the deeds that would have led there (H3).

A corrected decision is taken again on the facts of its day without itself, in two views: what was on record before
it, and everything on record now without what rests on it. What was decided after it is decided again too. Whatever
breach that brings, and did not stand before, refuses the change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from domain import school
from domain.commands.biography import check_biography
from domain.commands.courses import rest, resting_on
from domain.desk import Deferred, Desk, Ground, Happening
from domain.errors import DependentsStand, Refusal, TiduiError
from domain.events import membership
from domain.events.base import Recorded
from domain.events.membership import SEAT
from domain.facts import Facts, Reader, is_amendment
from domain.language import Verdict
from domain.reconstruct import command_type
from domain.redecision import (
    Decided,
    Granted,
    Redecision,
    View,
    before,
    brought,
    differing,
    each_as_it_counts,
    is_hiding,
    last_held,
    matched,
)
from domain.rules import GrantedException, Judgement

OTHER_KINDS = (
    "更正后这一决定会产生另外的记录，不能只作更正；请撤销后重新记录。",
    "So corrected, the decision would come to other records than stand: withdraw it and record anew.",
)


class Change(NamedTuple):
    """What is on record before and after, and what was given for the limits that are crossed with it."""

    was: Facts
    now: Facts
    desk: Desk
    changed: frozenset[int]
    place: int | None = None
    another: bool = False

    @property
    def granted(self) -> Granted:
        """What was given for the limits that the change itself crosses."""
        return tuple(
            GrantedException(rule=j.rule, reason=j.reason, approver=j.approver, resolution=j.resolution)
            for j in self.desk.judgements
            if j.reason
        )

    def bundles(self, known: Facts) -> dict[str, list[Recorded]]:
        """By command what stands of the records that change."""
        found: dict[str, list[Recorded]] = {}
        for position in sorted(self.changed):
            original = known.recorded(position)
            assert original is not None, "what changes is on record"
            if original.body.correlation not in found:
                found[original.body.correlation] = standing_together(known, position)
        return found


def standing_together(known: Facts, position: int) -> list[Recorded]:
    """What stands of the records that are decided again with one: its command's, of a list its own line."""
    original = known.recorded(position)
    assert original is not None
    positions = known.bundle(original.body.correlation)
    if side_by_side(known, positions):
        positions = [position]
    return [standing for p in positions if (standing := known.standing(p))]


def side_by_side(known: Facts, positions: Iterable[int]) -> bool:
    """Whether one command recorded a list, each line of which answers for itself."""
    kinds = [type(recorded.event) for p in positions if (recorded := known.recorded(p))]
    return len(kinds) > 1 and len(set(kinds)) == 1


def check(was: Facts, now: Facts, deferred: Iterable[Deferred]) -> None:
    """Refuse what a change of what is on record brings. Judgements crossed with it go to the desk that asked for it."""
    changes = [Change(was, now, each.desk, each.changed, each.place, each.another) for each in deferred]
    for change in changes:
        with about(change.place):
            _check_change(change)
    with about(changes[-1].place):
        _check_rest(changes)


@contextmanager
def about(place: int | None) -> Iterator[None]:
    """Whatever is refused inside is said of the command of this place."""
    try:
        yield
    except TiduiError as error:
        error.place = place if error.place is None else error.place
        raise


def _check_change(change: Change) -> None:
    crossed = [judgement for position in sorted(change.changed) for judgement in _check_decision(change, position)]
    _check_order(change)
    check_biography(change.was, change.now, change.changed, another=change.another)
    for judgement, ground in _seats(change):
        change.desk.judge(judgement, ground)
    _carry(change.desk, crossed)


def _check_decision(change: Change, position: int) -> Iterator[Judgement]:
    """A corrected decision is taken again in both views and refused for what it brings; the limits crossed anew."""
    new, old = (standing_together(known, position) for known in (change.now, change.was))
    if not new or not old:
        return
    first, own = min(recorded.position for recorded in new), {recorded.position for recorded in old}
    on_record = rest(change.was, own)
    for hidden, since in ((own, first), (own | on_record, change.now.position + 1)):
        after, ago = redecide(change, new, old, since, hidden)
        if error := brought(after, ago):
            raise error
        if not after.error:
            _refuse_otherwise(new, old, after, ago)
        known = {(j.rule, j.verdict, j.value, j.limit) for j in ago.judgements}
        yield from (j for j in after.judgements if (j.rule, j.verdict, j.value, j.limit) not in known)


def redecide(change: Change, new: list[Recorded], old: list[Recorded], since: int, hidden: set[int]) -> Decided:
    """A decision as it would count, and as it counts, taken again on what is on record before a position.

    No breach hides behind one that stood before: where it does, both are taken on what was on file about people when
    the decision last held.
    """
    desk = change.desk

    def decide(told: int | None = None) -> Decided:
        after, ago = (before(known, since, hidden, told) for known in (change.now, change.was))
        return (
            View(after, change.now, desk.now, change.granted).decide(new, desk.request.exceptions, desk.request.reason),
            View(ago, change.was, desk.now).decide(old),
        )

    now = decide()
    return (last_held(change.was, old, decide) or now) if is_hiding(*now) else now


def _shape(bundle: list[Recorded], decision: Redecision) -> Counter[tuple[str, str, bool]]:
    """How many records are without an event in the decision, and how many of its events without a record."""
    found, left = matched(bundle, decision.happenings)
    lone = Counter((r.stream, r.event.KIND, True) for r in bundle if r.position not in found)
    return lone + Counter((h.stream, type(h.event).KIND, False) for h in left)


def _refuse_otherwise(new: list[Recorded], old: list[Recorded], after: Redecision, ago: Redecision) -> None:
    """A decision comes to the same kinds of records, and what follows from its inputs counts as it follows."""
    if _shape(new, after) not in (Counter(), _shape(old, ago)):
        raise Refusal("H3", *OTHER_KINDS)
    (comes_to, _), (came_to, _) = matched(new, after.happenings), matched(old, ago.happenings)
    stood = {r.position: differing(r, came_to[r.position]) for r in old if r.position in came_to}
    for recorded in new:
        if recorded.position in comes_to:
            found = differing(recorded, comes_to[recorded.position])
            if wrong := [name for name, value in found.items() if stood.get(recorded.position, {}).get(name) != value]:
                raise follows(recorded, wrong)


def follows(recorded: Recorded, names: Iterable[str]) -> Refusal:
    """A value that follows from others was given, or is left behind by them."""
    listed = list(names)
    return Refusal(
        "H3",
        f"@{recorded.position} 的“{'、'.join(listed)}”由这一决定的其他内容得出，不能单独更正；请更正其依据。",
        f"Of @{recorded.position}, {', '.join(listed)} follows from the rest of its decision: correct that instead.",
    )


def _carry(desk: Desk, crossed: Iterable[Judgement]) -> None:
    """Limits crossed anew are told with the correction, each once; what they need was asked for by their decision."""
    for judgement in crossed:
        if judgement.rule not in {other.rule for other in desk.judgements}:
            desk.judgements.append(judgement)
            desk.settled.append(judgement)


def _check_order(change: Change) -> None:
    """An event stays before what names it."""
    for position in change.changed:
        new, old = change.now.standing(position), change.was.standing(position)
        if new and old and new.day > old.day:
            others = [other for p in change.now.dependents(position) if (other := change.now.standing(p))]
            overtaken = [other.position for other in others if old.day <= other.day < new.day]
            if overtaken:
                raise DependentsStand(
                    overtaken, "这样日期会晚于依据它的记录", "Its day would be later than what rests on it"
                )


def _check_rest(changes: list[Change]) -> None:
    """What rests on a record that goes, by name or course, and whatever loses its ground when decided again."""
    was, now = changes[0].was, changes[0].now
    changed = frozenset[int]().union(*(change.changed for change in changes))
    gone = {p for p in changed if now.standing(p) is None and was.standing(p)}
    resting = {p for position in gone for p in resting_on(was, position) if now.standing(p)} - changed
    lost = sorted(resting | set(_losing(changes, changed)) | set(_overtaken(changes, changed)) | set(_misled(changes)))
    if lost:
        raise DependentsStand(lost, "有记录依据它", "Records rest on it")


def _losing(changes: list[Change], changed: frozenset[int]) -> Iterator[int]:
    """The first record of every later decision that was right and would not be any more. An input decides nothing."""
    was, now = changes[0].was, changes[0].now
    decisions = [p for p in changed if (r := was.recorded(p)) and not r.event.BIOGRAPHY]
    if not decisions:
        return
    since, at = min(decisions), changes[-1].desk.now
    granted = tuple(one for change in changes for one in change.granted if one.rule.endswith(".places"))
    stood = {bundle[0].body.correlation: (bundle, v.decide(bundle)) for bundle, v in each_as_it_counts(was, since, at)}
    for bundle, view in each_as_it_counts(now, since, at, granted):
        if changed & {recorded.position for recorded in bundle}:
            continue
        again, standing = view.decide(bundle), stood.get(bundle[0].body.correlation)
        if standing:
            old, ago = standing
            if is_hiding(again, ago):
                again, ago = _unhidden(was, now, bundle, old, at, granted) or (again, ago)
            if _lost(bundle, again, old, ago):
                yield bundle[0].position


def _misled(changes: list[Change]) -> Iterator[int]:
    """What the same transaction decided on a state that it did not leave: an amendment led to it, another away."""
    desk, known = changes[-1].desk, changes[-1].now
    if desk.deferred is None:
        return
    granted = tuple(one for change in changes for one in change.granted if one.rule.endswith(".places"))
    for bundle, view in each_as_it_counts(known, desk.begun_at + 1, desk.now, granted):
        again = view.decide(bundle)
        comes_to, left = matched(bundle, again.happenings)
        same = all(r.position in comes_to and not _differs(r, comes_to[r.position]) for r in bundle)
        if again.error or left or not same:
            yield bundle[0].position


def _differs(recorded: Recorded, happening: Happening) -> set[str]:
    """What a decision comes to otherwise than it stands, copies of what others say apart."""
    return differing(recorded, happening).keys() - type(recorded.event).COPIES


def _overtaken(changes: list[Change], changed: frozenset[int]) -> Iterator[int]:
    """What was recorded before a decision whose day is moved to before it, and would not be so decided after it."""
    was, now = changes[0].was, changes[0].now
    versions = [(now.standing(p), was.standing(p)) for p in sorted(changed)]
    moved = [(new, old) for new, old in versions if new and old and new.day < old.day and not new.event.BIOGRAPHY]
    if not moved:
        return
    for bundle, view in each_as_it_counts(now, 1, changes[-1].desk.now):
        first, day = bundle[0], bundle[0].day
        past = [(new, old) for new, old in moved if first.position < new.position and new.day < day <= old.day]
        stays = not changed & {recorded.position for recorded in bundle}
        if past and stays and _brings(view, bundle, [new for new, _ in past]):
            yield first.position


def _brings(view: View, bundle: list[Recorded], earlier: list[Recorded]) -> bool:
    """Whether a decision is another when these count before it."""
    ago = view.decide(bundle)
    with view.with_late(earlier):
        return _lost(bundle, view.decide(bundle), bundle, ago)


def _unhidden(
    was: Facts, now: Facts, new: list[Recorded], old: list[Recorded], at: datetime, granted: Granted
) -> Decided | None:
    """A later decision after and before the change, on what was on file about people when it last held."""

    def decide(told: int) -> Decided:
        after, ago = (before(known, old[0].position, told=told) for known in (now, was))
        return View(after, now, at, granted).decide(new), View(ago, was, at).decide(old)

    return last_held(was, old, decide)


def _lost(bundle: list[Recorded], again: Redecision, old: list[Recorded], ago: Redecision) -> bool:
    if brought(again, ago):
        return True
    if again.error or ago.error:
        return False
    if _shape(bundle, again) != _shape(old, ago):
        return True
    stood = _contents(old, ago)
    return any(stood.get(position) != found for position, found in _contents(bundle, again).items())


def _contents(bundle: list[Recorded], decision: Redecision) -> dict[int, dict[str, object]]:
    """What a decision comes to otherwise than its records stand."""
    found, _ = matched(bundle, decision.happenings)
    return {r.position: differing(r, found[r.position]) for r in bundle if r.position in found}


def _seats(change: Change) -> Iterator[tuple[Judgement, Ground]]:
    """For each tier the fullest day among those that gain a seat, by a change of memberships."""
    touched = [r for p in sorted(change.changed) if (r := change.was.recorded(p)) and _of_membership(r)]
    for person in {recorded.stream for recorded in touched}:
        for day in change.now.days(person, *SEAT):
            if sum(member.active for member in school.members(change.now.on(day), person)) > 1:
                raise Refusal("H1", "这样此人就有两个在培资格。", "The person would have two active memberships.")
    of_batch = {str(getattr(r.event, "batch")): r.stream for r in touched}  # noqa: B009 - every membership event has one
    for batch, person in of_batch.items():
        for judgement in _places(change, batch).values():
            yield judgement, Ground(person, batch)


def _of_membership(recorded: Recorded) -> bool:
    return type(recorded.event).__module__ == membership.__name__ and not is_amendment(recorded.event)


def _places(change: Change, batch: str) -> dict[str, Judgement]:
    found: dict[str, Judgement] = {}
    for day in change.now.days(batch, *SEAT):
        plan = school.plan_in_force(change.now.on(day), batch)
        ago, after = (_taken(known.on(day), batch) for known in (change.was, change.now))
        for code in [code for code in after if after[code] > ago[code] and code in plan.tiers]:
            judgement = plan.judge_places(code, after[code], day)
            if judgement.verdict is not Verdict.OK and (
                code not in found or int(judgement.value) > int(found[code].value)
            ):
                found[code] = judgement
    return found


def _taken(facts: Reader, batch: str) -> Counter[str]:
    return Counter(member.tier for member in school.members(facts, batch) if member.active)


def fixed_fields(recorded: Recorded) -> tuple[frozenset[str], tuple[str, str]]:
    """What of a record no correction changes, and the cure."""
    command = command_type(recorded.event)
    return (command.UNCORRECTED, command.CURE) if command else (frozenset(), ("", ""))
