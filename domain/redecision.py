"""A recorded decision taken again by the very rules that took it, on facts that may be others by now.

Corrections are judged by it before they are recorded (H3), and the findings judge the whole history by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from domain.desk import Bundle, Deferred, Desk, Happening
from domain.errors import Malformed, Refusal, TiduiError, Unknown, Unsupported
from domain.events.base import Recorded, Value
from domain.events.record import EventCorrected
from domain.facts import Facts, is_amendment
from domain.house_rules import decided
from domain.malformed import malformed
from domain.reconstruct import bundles, command_of, request_of
from domain.rules import GrantedException, Judgement

Granted = tuple[GrantedException, ...]
# What a command comes to where something that it takes for granted was taken away.
BASELESS = (AssertionError, LookupError, RuntimeError)


class Redecision(NamedTuple):
    """What deciding again came to. With an error nothing happens; `baseless` where no command leads to the records."""

    happenings: list[Happening]
    judgements: list[Judgement]
    error: TiduiError | None = None
    baseless: bool = False

    @property
    def crossed(self) -> set[tuple[str, str]]:
        """The rules that are crossed, and how far."""
        found = [*self.judgements, *(self.error.judgements if isinstance(self.error, Unsupported) else ())]
        return {(judgement.rule, judgement.verdict) for judgement in found}


# A decision as it would count after a change, and as it counts before it.
Decided = tuple[Redecision, Redecision]


class Joint(NamedTuple):
    """A transaction in the log whose amendments are judged at its end: what was before it, and where it ends."""

    before: Facts
    end: int
    deferred: list[Deferred]


def decide_again(
    bundle: Bundle,
    known: Facts,
    now: datetime | None = None,
    *,
    granted: Granted = (),
    asked: Granted = (),
    reason: str | None = None,
    joint: Joint | None = None,
) -> Redecision:
    """Decide again what one command recorded.

    `granted` is what corrections gave for it before; `asked` and `reason` come with the correction that is judged.
    """
    desk = None
    try:
        command = command_of(bundle, known)
        if command is None:
            return Redecision([], [], baseless=True)
        request = request_of(bundle)
        added = {"exceptions": (*asked, *request.exceptions), "reason": request.reason or reason}
        request = request.model_copy(update=added)
        body = bundle[0].body
        desk = Desk(known, request, now or body.recorded_at, ids_of(bundle), body.evidence, granted=granted)
        desk.decided_at = bundle[0].position
        if joint:
            desk.deferred, desk.begun_at, desk.place = joint.deferred, joint.before.position, bundle[0].position
        happenings = decided(command, desk)
        return Redecision([_sealed(h, joint) for h in happenings] if joint else happenings, desk.judgements)
    except TiduiError as error:
        return Redecision([], desk.judgements if desk else [], error)
    except ValidationError as error:
        return Redecision([], [], malformed(error.errors(include_url=False)))
    except BASELESS:
        return Redecision([], [], not_on_record())


def not_on_record() -> Unknown:
    """A decision met a state that its own rules never leave: what it rests on went."""
    return Unknown("所依据的记录不在档案中。", "What it rests on is not on record.")


def _sealed(happening: Happening, joint: Joint) -> Happening:
    """An amendment that was judged with others says until where."""
    if not is_amendment(happening.event):
        return happening
    return happening._replace(event=happening.event.model_copy(update={"judged_at": joint.end}))


def ids_of(bundle: Bundle) -> Callable[[str], str]:
    """The ids that were given, given again in the same order."""
    given: dict[str, list[str]] = defaultdict(list)
    for recorded in bundle:
        if recorded.event.KEY:
            key = recorded.event.key(recorded.position)
            given[key.partition("-")[0]].append(key)
    return lambda prefix: given[prefix].pop(0) if given[prefix] else f"{prefix}-{'0' * 16}"


def brought(after: Redecision, before: Redecision) -> TiduiError | None:
    """The breach that stands after a change and did not stand before it."""
    error = after.error
    if isinstance(error, Unsupported):
        lacking = [j for j in error.judgements if (j.rule, j.verdict) not in before.crossed]
        return Unsupported(lacking) if lacking else None
    if error is None or (type(error), error.zh) == (type(before.error), before.error.zh if before.error else None):
        return None
    return error


def is_hiding(after: Redecision, before: Redecision) -> bool:
    """Whether a breach that stood before the change keeps any other from being seen."""
    return after.error is not None and brought(after, before) is None


def granted_later(known: Facts, positions: Iterable[int]) -> Granted:
    """What the corrections of these events gave for the limits that they crossed."""
    return given_for(amendment for p in positions for amendment in known.corrections(p))


def given_for(records: Iterable[Recorded]) -> Granted:
    """What was given for the limits that records crossed."""
    return tuple(
        GrantedException(rule=j.rule, reason=j.reason, approver=j.approver, resolution=j.resolution)
        for recorded in records
        for j in recorded.body.judgements
        if j.reason
    )


def reason_given_later(known: Facts, positions: Iterable[int]) -> str | None:
    """The reason of the last correction of these events."""
    found = [a for p in positions for a in known.corrections(p) if isinstance(a.event, EventCorrected)]
    return max(found, key=lambda a: a.position).body.reason if found else None


def granted_for_places(known: Facts) -> Granted:
    """What amendments of memberships gave for a place too many: it covers whoever takes one after that."""
    positions = {a.event.target for a in known.log() if is_amendment(a.event) for _ in a.body.judgements}  # type: ignore[attr-defined]
    return tuple(one for one in granted_later(known, positions) if one.rule.endswith(".places"))


def standing_bundles(known: Facts, since: int = 0) -> Iterator[list[Recorded]]:
    """What each command recorded from a position on, as it counts now, the withdrawn left out, biography too."""
    counts = (
        standing
        for recorded in known.log()
        if recorded.position >= since
        and not recorded.event.BIOGRAPHY
        and not is_amendment(recorded.event)
        and (standing := known.standing(recorded.position))
    )
    return bundles(counts)


def before(known: Facts, since: int, hidden: Collection[int] = (), told: int | None = None) -> Facts:
    """What counts now of what was recorded before a position, and whatever is on file about people.

    With `told`, what was on file about them when the log ended there.
    """
    later: dict[int, Recorded | None] = {
        recorded.position: None
        for recorded in known.log()
        if recorded.position >= since and not recorded.event.BIOGRAPHY and not is_amendment(recorded.event)
    }
    on_file = {} if told is None else _on_file(known, told)
    return known.counting(later | on_file | dict.fromkeys(hidden))


def _on_file(known: Facts, told: int) -> dict[int, Recorded | None]:
    people = {r.position: known.stood(r.position, told) for r in known.log() if r.event.BIOGRAPHY}
    return {position: stood for position, stood in people.items() if stood != known.standing(position)}


def last_held(known: Facts, bundle: Bundle, decide: Callable[[int], Decided]) -> Decided | None:
    """A decision and what it was, taken again on what was on file about people when it last held, if it ever did."""
    positions = [recorded.position for recorded in bundle]
    amended = [getattr(a.event, "judged_at", None) or a.position for p in positions for a in known.corrections(p)]
    for told in sorted({min(positions), *amended}, reverse=True):
        after, ago = decide(told)
        if ago.error is None and not ago.baseless:
            return after, ago
    return None


class View:
    """Facts on which records are decided again as they count in `known`, with what their corrections gave for them."""

    def __init__(self, facts: Facts, known: Facts, now: datetime, granted: Granted = ()) -> None:
        self.facts, self._known, self._now = facts, known, now
        self._granted = (*granted, *granted_for_places(known))
        self.reads: set[tuple[str, type[Value]]] = set()

    @contextmanager
    def with_late(self, records: Iterable[Recorded]) -> Iterator[None]:
        """Inside, records count that were made later for days before."""
        told = list(records)
        for recorded in told:
            self.facts.count(recorded.position, recorded)
        try:
            yield
        finally:
            for recorded in told:
                self.facts.count(recorded.position, None)

    def decide(self, bundle: Bundle, asked: Granted = (), reason: str | None = None) -> Redecision:
        """What the records come to. `reads` is then what that looked at."""
        positions = [recorded.position for recorded in bundle]
        granted = (*self._granted, *granted_later(self._known, positions))
        reason = reason or reason_given_later(self._known, positions)
        with self.facts.reads() as self.reads:
            return decide_again(bundle, self.facts, self._now, granted=granted, asked=asked, reason=reason)


def each_as_it_counts(
    known: Facts, since: int, now: datetime, granted: Granted = ()
) -> Iterator[tuple[list[Recorded], View]]:
    """What each command recorded from a position on, as it counts now, and what then counts of all before it."""
    view = View(before(known, since), known, now, granted)
    for bundle in standing_bundles(known, since):
        yield bundle, view
        for recorded in bundle:
            view.facts.count(recorded.position, recorded)


def content_error(error: ValidationError) -> Malformed:
    """What is wrong with corrected contents."""
    return malformed(error.errors(include_url=False))


def matched(bundle: Bundle, happenings: list[Happening]) -> tuple[dict[int, Happening], list[Happening]]:
    """For each record the event that the decision comes to in its place, and what is left without a record."""
    left, found = list(happenings), {}
    for recorded in bundle:
        alike = (h for h in left if (h.stream, type(h.event)) == (recorded.stream, type(recorded.event)))
        if match := next(alike, None):
            left.remove(match)
            found[recorded.position] = match
    return found, left


def differing(recorded: Recorded, happening: Happening) -> dict[str, Any]:
    """The fields that a decision comes to otherwise than they stand, in the form in which a correction tells them."""
    if recorded.event == happening.event:
        return {}
    stands, comes_to = (event.model_dump(mode="json") for event in (recorded.event, happening.event))
    return {name: value for name, value in comes_to.items() if stands[name] != value}


def is_refused(error: TiduiError | None) -> bool:
    """Whether a rule says no, rather than ask for a reason."""
    return isinstance(error, Refusal) and not isinstance(error, Unsupported)
