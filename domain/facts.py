"""Facts and the two times. An event says facts; a correction says other facts in its place.

`as_of` a day selects what was so at the end of it; what was known is selected by folding only the events
recorded until then. The order of facts of one (subject, kind, key) is by the day they hold from, then by the
place of the event that first said so, so a late record takes its place in time.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast

from domain.events.base import Event, Fact, Recorded, Value
from domain.events.record import EventCorrected, EventWithdrawn
from domain.language import END_OF_TIME

V = TypeVar("V", bound=Value)


class Row(NamedTuple, Generic[V]):
    """A fact as a reader meets it. `source` is the position that made the value, `origin` where it first stood."""

    key: str
    value: V
    since: date
    source: int
    origin: int


class Reader(Protocol):
    """Facts at one pair of times."""

    def one(self, subject: str, kind: type[V], key: str = "") -> Row[V] | None:
        """The value under a key, or None."""

    def all(self, subject: str, kind: type[V]) -> list[Row[V]]:
        """Every value of a kind, in the order of (since, origin)."""


class Index(Reader, Protocol):
    """A reader that also finds values by their text, without passing over all of them."""

    def matching(self, subject: str, kind: type[V], search_key: str) -> list[Row[V]]:
        """The values of a kind with a search key, in the order of (since, origin)."""


class Change(NamedTuple):
    """What recording one event does to the facts."""

    origin: int
    source: int
    gone: tuple[Fact, ...]
    come: tuple[Fact, ...]


Lookup = Callable[[int], Recorded | None]


def effective(original: Recorded, amendments: Iterable[Recorded]) -> tuple[Recorded | None, int]:
    """The event as its amendments leave it, None when withdrawn, and the position its content comes from."""
    standing: dict[int, Recorded] = {}
    for amendment in amendments:
        event = amendment.event
        if isinstance(event, EventWithdrawn) and event.target != original.position:
            standing.pop(event.target, None)
        else:
            standing[amendment.position] = amendment
    current, source = original, original.position
    for position, amendment in standing.items():
        if isinstance(amendment.event, EventWithdrawn):
            return None, position
        current, source = cast(EventCorrected, amendment.event).applied_to(original), position
    return current, source


def amended(recorded: Recorded, lookup: Lookup) -> Recorded | None:
    """The original event that an amendment concerns, through a withdrawn correction where it is one.

    None where it amends nothing: what it names is not an earlier event of that id, or none that can be amended, or
    not so. No decision comes to that; it changes nothing, and whoever checks the archive is told.
    """
    event = recorded.event
    if not isinstance(event, EventCorrected | EventWithdrawn) or not 0 < event.target < recorded.position:
        return None
    target = lookup(event.target)
    if target is None or target.body.id != event.target_id or isinstance(target.event, EventWithdrawn):
        return None
    if isinstance(target.event, EventCorrected):
        return amended(target, lookup) if isinstance(event, EventWithdrawn) else None
    return target if isinstance(event, EventWithdrawn) or event.fits(target) else None


def changes(recorded: Recorded, lookup: Lookup, amendments: Callable[[int], list[Recorded]]) -> list[Change]:
    """What `recorded` changes. `amendments(origin)` are those recorded before it for an original event.

    The first change of an amendment is that of its original; one that amends nothing changes no other event.
    """
    own = Change(recorded.position, recorded.position, (), tuple(recorded.facts()))
    if not is_amendment(recorded.event) or (original := amended(recorded, lookup)) is None:
        return [own]
    earlier = amendments(original.position)
    before, _ = effective(original, earlier)
    after, source = effective(original, [*earlier, recorded])
    return [
        Change(
            original.position,
            source,
            tuple(before.facts()) if before else (),
            tuple(after.facts()) if after else (),
        ),
        own,
    ]


# Of one (subject, kind): for each key its rows in the order of (since, origin); a value of None means: no longer.
_Lines = dict[str, list[Row[Any]]]
# By subject, kind and search key: the keys under which such a value stands, or once stood.
_Searched = dict[tuple[str, type[Value], str], set[str]]


class Facts:
    """All facts as known now, in memory: what decisions read, and the reference the table is tested against."""

    def __init__(self) -> None:
        self.position = 0
        self._lines: dict[tuple[str, type[Value]], _Lines] = defaultdict(dict)
        self._log: dict[int, Recorded] = {}
        self._amendments: dict[int, list[Recorded]] = defaultdict(list)
        self._named: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._searched: _Searched = defaultdict(set)
        self._made: dict[tuple[str, str], int] = {}
        self._streams: dict[str, list[int]] = defaultdict(list)
        self._bundles: dict[str, list[int]] = defaultdict(list)
        self._counting: dict[int, Recorded | None] = {}
        self._reads: set[tuple[str, type[Value]]] | None = None

    def copy(self) -> Facts:
        """The same facts, to go on from without changing these."""
        other = Facts()
        other.position = self.position
        other._lines.update({at: {key: [*rows] for key, rows in lines.items()} for at, lines in self._lines.items()})
        other._log, other._made, other._counting = {**self._log}, {**self._made}, {**self._counting}
        for name in ("_amendments", "_streams", "_bundles"):
            getattr(other, name).update({key: [*found] for key, found in getattr(self, name).items()})
        other._named.update({thing: {*found} for thing, found in self._named.items()})
        other._searched.update({search: {*found} for search, found in self._searched.items()})
        return other

    def counting(self, events: Mapping[int, Recorded | None]) -> Facts:
        """A copy in which the events at these positions count as given, or (None) as never recorded."""
        other = self.copy()
        for position, event in events.items():
            other.count(position, event)
        return other

    def count(self, position: int, event: Recorded | None) -> None:
        """From now on the event at a position counts as given, whatever its amendments say."""
        before = self.standing(position)
        self._counting[position] = event
        gone, come = (tuple(e.facts()) if e else () for e in (before, event))
        self._replace(Change(position, position, gone, come))
        if event:
            self._index_names(event)

    @contextmanager
    def reads(self) -> Iterator[set[tuple[str, type[Value]]]]:
        """Inside, the subjects and kinds of facts that are asked for gather."""
        self._reads = found = set[tuple[str, type[Value]]]()
        try:
            yield found
        finally:
            self._reads = None

    def apply(self, recorded: Recorded) -> None:
        """Take in the next event of the log."""
        self._log[recorded.position] = recorded
        made = changes(recorded, self._log.get, lambda origin: self._amendments[origin])
        for change in made:
            self._replace(change)
        if (origin := made[0].origin) != recorded.position:
            self._amendments[origin].append(recorded)
            if counts := self.standing(origin):
                self._index_names(counts)
        self._index(recorded)
        self.position = recorded.position

    def on(self, day: date = END_OF_TIME) -> Index:
        """The facts as they were at the end of `day`; by default the latest of each."""
        return _Slice(self._lines, self._searched, day, self._reads)

    def days(self, subject: str, *kinds: type[Value]) -> list[date]:
        """Every day from which some value of these kinds holds, or no longer does."""
        if self._reads is not None:
            self._reads.update((subject, kind) for kind in kinds)
        lines = [line for kind in kinds for line in self._lines.get((subject, kind), {}).values()]
        return sorted({row.since for line in lines for row in line})

    def line(self, subject: str, kind: type[Value], key: str) -> Sequence[Row[Any]]:
        """Every value under a key in the order of days; a value of None from the day on which it no longer holds."""
        if self._reads is not None:
            self._reads.add((subject, kind))
        return self._lines.get((subject, kind), {}).get(key, ())

    def keys(self, subject: str, kind: type[Value], search_key: str) -> list[str]:
        """The keys under which a value with a search key stands, or once stood."""
        return sorted(self._searched.get((subject, kind, search_key), ()))

    def version(self, stream: str) -> int:
        """How many events a stream has."""
        return len(self._streams.get(stream, ()))

    def recorded(self, position: int) -> Recorded | None:
        """The event as it was recorded."""
        return self._log.get(position)

    def standing(self, position: int) -> Recorded | None:
        """The event as its amendments leave it; None when withdrawn or never recorded."""
        if position in self._counting:
            return self._counting[position]
        original = self._log.get(position)
        if original is None or is_amendment(original.event) or position not in self._amendments:
            return original
        return effective(original, self._amendments[position])[0]

    def without(self, position: int, amendments: Collection[int]) -> Recorded | None:
        """The event as it stands when some of its amendments are left out."""
        left = [amendment for amendment in self._amendments.get(position, ()) if amendment.position not in amendments]
        return effective(self._log[position], left)[0]

    def stood(self, position: int, at: int) -> Recorded | None:
        """The event as it stood when the log ended at a position."""
        if position > at:
            return None
        return self.without(position, [a.position for a in self._amendments.get(position, ()) if a.position > at])

    def corrections(self, position: int) -> list[Recorded]:
        """The amendments of an event that were not withdrawn, in the order of the log."""
        found = self._amendments.get(position, [])
        gone = {a.event.target for a in found if isinstance(a.event, EventWithdrawn)}
        return [a for a in found if a.position not in gone]

    def maker(self, kind: str, key: str) -> Recorded | None:
        """The standing event that made the thing a reference names."""
        position = self._made.get((kind, key))
        return self.standing(position) if position else None

    def log(self) -> Iterable[Recorded]:
        """Everything as it was recorded, in order."""
        return self._log.values()

    def standing_in(self, stream: str) -> Iterator[Recorded]:
        """One stream's events as their amendments leave them, the withdrawn left out."""
        for position in self._streams[stream]:
            standing = self.standing(position)
            if standing and not is_amendment(standing.event):
                yield standing

    def bundle(self, correlation: str) -> list[int]:
        """Positions of the events that one command recorded."""
        return self._bundles[correlation]

    def correction(self, position: int) -> EventCorrected | None:
        """The correction by which an event counts now, if any."""
        last: EventCorrected | None = None
        gone = {a.event.target for a in self._amendments[position] if isinstance(a.event, EventWithdrawn)}
        for amendment in self._amendments[position]:
            if isinstance(amendment.event, EventCorrected) and amendment.position not in gone:
                last = amendment.event
        return last

    def withdrawn(self, position: int) -> bool:
        """Whether an event, or a correction, was withdrawn."""
        event = self._log[position].event
        target = event.target if isinstance(event, EventCorrected) else position
        return any(isinstance(a.event, EventWithdrawn) and a.event.target == position for a in self._amendments[target])

    def dependents(self, position: int) -> list[int]:
        """Positions of standing events that name what the event at `position` made."""
        event = self._log[position].event
        if not event.KEY:
            return []
        thing = (event.KEY, event.key(position))
        standing = (self.standing(p) for p in self._named[thing] if p != position)
        return sorted(other.position for other in standing if other and thing in other.mentions())

    def _index(self, recorded: Recorded) -> None:
        event = recorded.event
        self._streams[recorded.stream].append(recorded.position)
        self._bundles[recorded.body.correlation].append(recorded.position)
        if event.KEY:
            self._made.setdefault((event.KEY, event.key(recorded.position)), recorded.position)
        self._index_names(recorded)

    def _index_names(self, recorded: Recorded) -> None:
        for thing in recorded.mentions():
            self._named[thing].add(recorded.position)

    def _replace(self, change: Change) -> None:
        for fact in change.gone:
            line = self._lines[(fact.subject, fact.kind)].get(fact.key, [])
            line[:] = [row for row in line if row.origin != change.origin]
        for fact in change.come:
            line = self._lines[(fact.subject, fact.kind)].setdefault(fact.key, [])
            insort(line, Row(fact.key, cast(Any, fact.value), fact.since, change.source, change.origin), key=_place)
            if fact.value is not None and (search_key := fact.value.search_key()) is not None:
                self._searched[fact.subject, fact.kind, search_key].add(fact.key)


def _place(row: Row[Any]) -> tuple[date, int]:
    return row.since, row.origin


class _Slice:
    """A reader over the lines in memory, at the end of one day."""

    def __init__(
        self,
        lines: dict[tuple[str, type[Value]], _Lines],
        searched: _Searched,
        day: date,
        reads: set[tuple[str, type[Value]]] | None = None,
    ) -> None:
        self._lines, self._searched, self._day, self._reads = lines, searched, day, reads

    def one(self, subject: str, kind: type[V], key: str = "") -> Row[V] | None:
        if self._reads is not None:
            self._reads.add((subject, kind))
        return self._standing(self._lines.get((subject, kind), {}).get(key, ()))

    def all(self, subject: str, kind: type[V]) -> list[Row[V]]:
        if self._reads is not None:
            self._reads.add((subject, kind))
        lines = self._lines.get((subject, kind), {})
        return sorted((row for line in lines.values() if (row := self._standing(line))), key=_place)

    def matching(self, subject: str, kind: type[V], search_key: str) -> list[Row[V]]:
        if self._reads is not None:
            self._reads.add((subject, kind))
        lines = self._lines.get((subject, kind), {})
        found = (self._standing(lines[key]) for key in self._searched.get((subject, kind, search_key), ()))
        return sorted((row for row in found if row and row.value.search_key() == search_key), key=_place)

    def _standing(self, line: Sequence[Row[Any]]) -> Row[Any] | None:
        for row in reversed(line):
            if row.since <= self._day:
                return row if row.value is not None else None
        return None


def is_amendment(event: Event) -> bool:
    """Whether an event changes what an earlier one counts as."""
    return isinstance(event, EventCorrected | EventWithdrawn)
