"""更正与撤销 (H3): any content of an event, its day included; never who recorded it or when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from domain import votes
from domain.capacities import COMMITTEE, DISCIPLINE, GROUP, UNIT, Capacities
from domain.commands.consequences import Change, check, fixed_fields, follows, redecide, side_by_side, standing_together
from domain.desk import Bundle, Command, Deferred, Desk, Happening, Inputs
from domain.entry import hints, is_file
from domain.errors import Malformed, Refusal, Unknown
from domain.events.accesses import ACCESSES
from domain.events.base import INITIAL_ROUND, Recorded
from domain.events.committee import ResolutionReached
from domain.events.person import SameAs
from domain.events.record import EventCorrected, EventWithdrawn, Surroundings
from domain.events.signing import KEYS
from domain.facts import Facts
from domain.house_rules import check_capacity
from domain.language import Matter, today
from domain.reconstruct import command_type
from domain.redecision import brought, content_error, differing, matched
from domain.registration import NEW

Counting = dict[int, Recorded | None]


class _Amendment(Command):
    AMENDS = True

    position: int

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:
        del known
        event = bundle[0].event
        assert isinstance(event, EventCorrected | EventWithdrawn)
        return {"position": event.target}

    def _original(self, desk: Desk) -> Recorded:
        original = desk.known.recorded(self.position)
        if original is None or (desk.deferred is not None and self.position > desk.begun_at):
            raise Unknown(f"没有第 {self.position} 号记录。", f"There is no event at position {self.position}.")
        if original.stream == ACCESSES:
            raise Refusal(
                "H6",
                "查阅登记入链的记录不能更正或撤销。",
                "What binds the register of accesses is neither corrected nor withdrawn.",
            )
        if original.stream == KEYS:
            raise Refusal(
                "H5",
                "更换签名密钥不能更正或撤销；如有需要，请再更换一次（tidui key rotate）。",
                "A change of the signing key is neither corrected nor withdrawn; change it again (tidui key rotate).",
            )
        check_capacity(_recorded_by(desk.known, original), desk.request)
        return original

    def _settle(self, desk: Desk, counting: Counting, *, another: bool) -> None:
        """Judge what the change comes to: now, or at the end of the transaction."""
        change = Deferred(desk, frozenset(counting), desk.place, another)
        if desk.deferred is None:
            check(desk.known, desk.known.counting(counting), [change])
        else:
            desk.deferred.append(change)


class CorrectEvent(_Amendment):
    """Corrects contents of an event, its day, or the reason and document in its envelope, with a reason.

    It is decided again as the command that it corrects; what follows from its inputs is recomputed, in all records of
    that command. Earlier corrections of other fields stay.
    """

    CLAUSE = "H3"
    EVENT = EventCorrected
    LABEL = ("更正记录", "Correct an event")
    CAPACITIES = GROUP | COMMITTEE | DISCIPLINE | UNIT
    REASON_DUE = True
    EXAMPLE = {"position": 12, "changes": {"unit": "德育处"}}

    changes: dict[str, Any] = {}
    occurred_on: date | None = None
    envelope: Surroundings | None = None

    @classmethod
    def types(cls, data: Mapping[str, Any], known: Facts | None) -> Mapping[str, Any]:
        """What is changed is text of the forms that the event and its command give it, and names people as they do."""
        position = data.get("position")
        target = known.recorded(position) if known and isinstance(position, int) else None
        changes = data.get("changes")
        if target is None or not isinstance(changes, Mapping):
            return super().types(data, known)
        return {**super().types(data, known), "changes": _types_of(target, changes, known)}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        original, standing = self._correctable(desk)
        amendment = self._amendment(desk, original)
        becoming = _applied(amendment, original)
        if _content(becoming) == _content(standing):
            return
        self._check(desk, standing, becoming)
        counting = self._recomputed(desk, self._of_one_day(desk, standing, becoming))
        yield Happening(original.stream, self._in_full(amendment, becoming, counting[self.position]))
        for position, counts in counting.items():
            if position != self.position and counts and counts != desk.known.standing(position):
                yield self._carried_over(desk, position, counts)
        self._settle(desk, counting, another=self.changes.get("same_as") == NEW)

    def _correctable(self, desk: Desk) -> tuple[Recorded, Recorded]:
        original, standing = self._original(desk), desk.known.standing(self.position)
        if isinstance(original.event, EventCorrected | EventWithdrawn):
            raise Refusal(
                "H3",
                f"请更正原记录 @{original.event.target}，或撤销这次更正。",
                f"Correct the original @{original.event.target}, or withdraw this amendment.",
            )
        if standing is None:
            raise Refusal("H3", "此记录已撤销。", "The event was withdrawn.")
        return original, standing

    def _amendment(self, desk: Desk, original: Recorded) -> EventCorrected:
        """The correction in full, so that the last one alone tells what the event counts as."""
        fixed = {original.event.KEY, "batch", "person"} & set(self.changes)
        if fixed:
            raise Refusal(
                "H3",
                f"“{'、'.join(map(str, fixed))}”是记录的标识，不能更正；请撤销后重新记录。",
                "The identity of an event is not corrected: withdraw it and record anew.",
            )
        if self.envelope and None in self.envelope.model_dump(exclude_unset=True).values():
            raise Refusal(
                "H3",
                "理由（reason）、文号（document）可以更正，不能清空。",
                "A reason or a document number is corrected, not taken away.",
            )
        earlier = desk.known.correction(self.position)
        around = [c.envelope.model_dump(exclude_unset=True) for c in (earlier, self) if c and c.envelope]
        return EventCorrected(
            target=self.position,
            target_id=original.body.id,
            occurred_on=self.occurred_on or (earlier.occurred_on if earlier else None),
            changes=(earlier.changes if earlier else {}) | self.changes,
            envelope=Surroundings(**{name: value for one in around for name, value in one.items()}) if around else None,
        )

    def _check(self, desk: Desk, standing: Recorded, becoming: Recorded) -> None:
        uncorrected, cure = fixed_fields(standing)
        if fixed := {name for name in uncorrected if getattr(standing.event, name) != getattr(becoming.event, name)}:
            names = sorted(fixed)
            raise Refusal(
                type(standing.event).CLAUSE,
                f"“{'、'.join(names)}”不能更正。{cure[0]}",
                f"No correction changes {', '.join(names)}. {cure[1]}",
            )
        if becoming.day > today(desk.now):
            raise Refusal("H4", f"{becoming.day} 还没有到。", f"{becoming.day} is still to come.")
        self._check_vote(standing, becoming)
        types = _types_of(becoming, self.changes, desk.known)
        for name in self.changes:
            if is_file(types.get(name)):
                desk.photo(getattr(becoming.event, name))
        for kind, key in set(becoming.event.mentions()) - set(standing.event.mentions()):
            if key != INITIAL_ROUND and desk.known.maker(kind, key) is None:
                raise Refusal("H3", f"没有 {key} 的记录，不能改为它。", f"Nothing on record is {key}.")

    def _check_vote(self, standing: Recorded, becoming: Recorded) -> None:
        """A vote does not come to tell less of what it was on."""
        was, vote = standing.event, becoming.event
        if isinstance(was, ResolutionReached) and isinstance(vote, ResolutionReached):
            told = ("text",) if vote.matter is Matter.PLAN else votes.allowed(vote)
            for name in told:
                if getattr(was, name) is not None and getattr(vote, name) is None:
                    raise Malformed(f"此事项须写明 {name}。", f"This matter needs {name}.")

    def _of_one_day(self, desk: Desk, standing: Recorded, becoming: Recorded) -> Counting:
        """The corrected record, and the others of its command when its day changes: they happened in one."""
        counting: Counting = {self.position: becoming}
        if becoming.day != standing.day:
            for position in desk.known.bundle(standing.body.correlation):
                other = desk.known.standing(position)
                if other and position != self.position and other.day == standing.day:
                    body = other.body.model_copy(update={"occurred_on": becoming.day})
                    counting[position] = other._replace(body=body)
        return counting

    def _recomputed(self, desk: Desk, counting: Counting) -> Counting:
        """With the values that follow from the corrected ones."""
        known = desk.known
        change = Change(known, known.counting(counting), desk, frozenset(counting))
        new, old = (standing_together(one, self.position) for one in (change.now, change.was))
        own = {recorded.position for recorded in old}
        after, ago = redecide(change, new, old, min(own), own)
        if after.error:
            if desk.deferred is None and not brought(after, ago):
                self._check_inputs(new[0])
            return counting
        (comes_to, _), (came_to, _) = matched(new, after.happenings), matched(old, ago.happenings)
        if self.position in came_to and self.position not in comes_to:
            raise Refusal(
                type(new[0].event).CLAUSE,
                "这样更正后，它与在案的另一记录重复。请撤销这条记录。",
                "Corrected like this it only repeats what is on record otherwise. Withdraw it instead.",
            )
        for recorded in new:
            if recorded.position in comes_to:
                found = differing(recorded, comes_to[recorded.position])
                self._check_given(recorded, set(found))
                if not self._counts_anew(known, recorded):
                    found = _otherwise_than_before(found, came_to.get(recorded.position))
                if found:
                    counting[recorded.position] = _with_values(recorded, found)
        return counting

    def _given(self, known: Facts) -> set[str]:
        """The fields that are given another value than stands."""
        standing = known.standing(self.position)
        assert standing is not None
        stands = standing.event.model_dump(mode="json")
        return {name for name, value in self.changes.items() if stands.get(name) != value}

    def _check_inputs(self, first: Recorded) -> None:
        """Where nothing can be computed, only what the command itself says is taken."""
        command = command_type(first.event)
        if other := set(self.changes) - set(command.model_fields if command else ()):
            raise follows(first, sorted(other))

    def _check_given(self, recorded: Recorded, computed: set[str]) -> None:
        if recorded.position == self.position and (wrong := computed & set(self.changes)):
            raise follows(recorded, sorted(wrong))

    def _counts_anew(self, known: Facts, recorded: Recorded) -> bool:
        """Whether a number, a yes or no, or the day is corrected: then whatever follows from it is computed anew."""
        standing = known.standing(recorded.position)
        if standing is None or standing.day != recorded.day:
            return True
        given = self._given(known) if recorded.position == self.position else set()
        return any(isinstance(getattr(standing.event, name, None), int | float | bool) for name in given)

    def _in_full(self, amendment: EventCorrected, becoming: Recorded, counts: Recorded | None) -> EventCorrected:
        assert counts is not None
        computed = _differences(becoming, counts)
        return amendment.model_copy(update={"changes": amendment.changes | computed}) if computed else amendment

    def _carried_over(self, desk: Desk, position: int, counts: Recorded) -> Happening:
        """The correction of another record of the same command."""
        original, standing = desk.known.recorded(position), desk.known.standing(position)
        assert original is not None
        assert standing is not None
        earlier = desk.known.correction(position)
        return Happening(
            original.stream,
            EventCorrected(
                target=position,
                target_id=original.body.id,
                occurred_on=counts.day if counts.day != original.day or earlier else None,
                changes=(earlier.changes if earlier else {}) | _differences(standing, counts),
                envelope=earlier.envelope if earlier else None,
            ),
        )


def _recorded_by(known: Facts, original: Recorded) -> Capacities:
    """Who may record what is amended: the whole of its command, and of an amendment that which it amends."""
    event = original.event
    if isinstance(event, EventCorrected | EventWithdrawn) and (target := known.recorded(event.target)):
        return _recorded_by(known, target)
    first = known.recorded(min(known.bundle(original.body.correlation)))
    command = command_type(first.event) if first else None
    return command.CAPACITIES if command else COMMITTEE


def _types_of(recorded: Recorded, changes: Mapping[str, Any], known: Facts | None) -> Mapping[str, Any]:
    """The types of an event's fields, as its command reads them with these changes."""
    command = command_type(recorded.event)
    data = recorded.event.model_dump(mode="json") | dict(changes)
    return {**hints(type(recorded.event)), **(command.types(data, known) if command else {})}


def _content(recorded: Recorded) -> tuple[Any, ...]:
    return recorded.event, recorded.day, recorded.body.reason, recorded.body.document


def _applied(amendment: EventCorrected, original: Recorded) -> Recorded:
    try:
        return amendment.applied_to(original)
    except ValidationError as error:
        raise content_error(error) from error


def _with_values(recorded: Recorded, values: dict[str, Any]) -> Recorded:
    """The record with other values in its event."""
    return EventCorrected(target=recorded.position, target_id=recorded.body.id, changes=values).applied_to(recorded)


def _check_last(known: Facts, going: list[Recorded]) -> None:
    """A correction stands in full in those after it: the last is withdrawn first."""
    for recorded in going:
        if isinstance(recorded.event, EventCorrected):
            others = (c for c in known.corrections(recorded.event.target) if isinstance(c.event, EventCorrected))
            later = [other.position for other in others if other.position > recorded.position]
            if later and (last := max(later)) not in {one.position for one in going}:
                raise Refusal(
                    "H3",
                    f"此后又作过更正（@{last}），其中含有这次更正的内容：请先撤销 @{last}，或再作一次更正。",
                    f"Corrected again since (@{last}), with what this says: withdraw @{last} first, or correct anew.",
                )


def _differences(one: Recorded, other: Recorded) -> dict[str, Any]:
    stands, becomes = (recorded.event.model_dump(mode="json") for recorded in (one, other))
    return {name: value for name, value in becomes.items() if stands[name] != value}


def _otherwise_than_before(found: dict[str, Any], came_to: Happening | None) -> dict[str, Any]:
    """The values that the correction turns, and not those that stood otherwise before it."""
    if came_to is None:
        return found
    before = came_to.event.model_dump(mode="json")
    return {name: value for name, value in found.items() if before.get(name) != value}


class WithdrawEvent(_Amendment):
    """Withdraws what a command recorded, with a reason: it counts as never recorded, and stays to be seen.

    A decision goes as a whole, of a list one line. A correction goes with what it carried over to other records.
    """

    CLAUSE = "H3"
    EVENT = EventWithdrawn
    LABEL = ("撤销记录", "Withdraw an event")
    CAPACITIES = GROUP | COMMITTEE | DISCIPLINE | UNIT
    REASON_DUE = True
    EXAMPLE = {"position": 12}

    same_as: SameAs = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        original = self._original(desk)
        if isinstance(original.event, EventWithdrawn):
            raise Refusal("H3", "撤销不能再撤销，请重新记录。", "A withdrawal is not withdrawn; record the event anew.")
        if desk.known.withdrawn(self.position):
            return
        going = self._going(desk, original)
        _check_last(desk.known, going)
        for recorded in going:
            withdrawn = EventWithdrawn(target=recorded.position, target_id=recorded.body.id, same_as=self.same_as)
            yield Happening(recorded.stream, withdrawn)
        self._settle(desk, self._counting(desk, going), another=self.same_as == NEW)

    def _going(self, desk: Desk, original: Recorded) -> list[Recorded]:
        """What goes with it, itself first."""
        known = desk.known
        positions = known.bundle(original.body.correlation)
        if side_by_side(known, positions) and not isinstance(original.event, EventCorrected):
            positions = [self.position]
        found = [known.recorded(p) for p in positions if not known.withdrawn(p)]
        return sorted((r for r in found if r), key=lambda r: (r.position != self.position, r.position))

    def _counting(self, desk: Desk, going: list[Recorded]) -> Counting:
        corrections = {r.position: r.event.target for r in going if isinstance(r.event, EventCorrected)}
        if corrections:
            return {target: desk.known.without(target, set(corrections)) for target in corrections.values()}
        return {recorded.position: None for recorded in going}
