"""How a page of events becomes rows of the table of facts.

What an event changes is worked out a line at a time, a line being all entries of one (subject, kind, key): an
entry holds until the next one's day. Rows that a change leaves as they were stay untouched; the others are
closed at the event's position, and new ones opened there. A row that holds for no day at all, because a later
entry began on the same day, is kept too: when that one is withdrawn, it is there to be opened again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.errors import Unknown
from domain.events.base import SCHOOL, Fact, Recorded
from domain.events.disqualification import is_case
from domain.facts import Change, changes
from projections.table import EVER, KNOWN, Table

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Line = tuple[int, int, str]  # numbers of subject and kind, and the key
Place = tuple[int, int]  # since, origin
Entries = dict[Place, tuple[int, str | None]]  # source, value


def microseconds(moment: datetime) -> int:
    """A moment as the table keeps it: microseconds since 1970."""
    passed = moment - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


@dataclass(slots=True)
class _Row:
    """A row on its way; `stored` when it was in the file before this page."""

    line: Line
    since: int
    origin: int
    known_from: int
    until: int
    source: int
    value: str | None
    stored: bool = False
    known_to: int = KNOWN

    def place(self) -> tuple[object, ...]:
        return *self.line, self.since, self.origin, self.known_from

    def columns(self) -> tuple[object, ...]:
        return *self.place(), self.until, self.known_to, self.source, self.value


_Rows = dict[Place, _Row]


class Page:
    """The next events of the log on their way into the table, inside one transaction."""

    def __init__(self, table: Table, events: list[Recorded], get: Callable[[int], Recorded]) -> None:
        self._table, self._events, self._get = table, events, get
        self._own = {recorded.position: recorded for recorded in events}
        self._lines: dict[Line, _Rows] = {}  # the open rows of every line met so far
        self._opened: list[_Row] = []
        self._closed: list[_Row] = []

    def write(self) -> None:
        """Apply every event, then write rows and the new position together."""
        table, number = self._table, self._table.number
        registered, about = [], []
        for recorded in self._events:
            position = recorded.position
            made = changes(recorded, self._lookup, self._amendments)
            for line, entries in self._touched(made).items():
                self._rewrite(line, entries, position)
            if (origin := made[0].origin) != position:
                table.insert("amendments", [(origin, position)])
            body = recorded.body
            names = map(number, (recorded.event.KIND, body.recorded_by, body.basis))
            registered.append((position, microseconds(body.recorded_at), *names))
            about += [(number(subject), position) for subject in _subjects(recorded, made)]
        table.close_rows([(row.known_to, *row.place()) for row in self._closed])
        table.insert("facts", [row.columns() for row in self._opened])
        table.insert("events", registered)
        table.insert("about", about)
        table.move_to(self._events[-1].position, self._events[-1].body.id)

    def _touched(self, made: list[Change]) -> dict[Line, Entries]:
        """The lines that changes concern, as they are after them."""
        lines: dict[Line, Entries] = {}
        for change in made:
            for fact in change.gone:
                entries = self._entries(lines, fact)
                for place in [place for place in entries if place[1] == change.origin]:
                    del entries[place]
            for fact in change.come:
                value = fact.value.model_dump_json(exclude_defaults=True) if fact.value is not None else None
                self._entries(lines, fact)[fact.since.toordinal(), change.origin] = change.source, value
        return lines

    def _entries(self, lines: dict[Line, Entries], fact: Fact) -> Entries:
        line = (self._table.number(fact.subject), self._table.number(fact.kind.KIND), fact.key)
        entries = lines.get(line)
        if entries is None:
            entries = lines[line] = {place: (row.source, row.value) for place, row in self._open(line).items()}
        return entries

    def _open(self, line: Line) -> _Rows:
        found = self._lines.get(line)
        if found is None:
            found = self._lines[line] = {row[:2]: _Row(line, *row, stored=True) for row in self._table.open_rows(line)}
        return found

    def _rewrite(self, line: Line, entries: Entries, position: int) -> None:
        """Close the rows that no longer stand, and open those that are new."""
        rows, until = self._lines[line], EVER
        for place in [place for place in rows if place not in entries]:
            self._close(rows.pop(place), position)
        for place in sorted(entries, reverse=True):
            source, value = entries[place]
            row = rows.get(place)
            if row is None or row.until != until or row.source != source or row.value != value:
                if row is not None:
                    self._close(row, position)
                row = rows[place] = _Row(line, *place, position, until, source, value)
                self._opened.append(row)
            until = row.since

    def _close(self, row: _Row, position: int) -> None:
        row.known_to = position
        if row.stored:
            self._closed.append(row)

    def _lookup(self, position: int) -> Recorded | None:
        with suppress(Unknown):  # of a log that lacks a row
            return self._own.get(position) or self._get(position)
        return None

    def _amendments(self, origin: int) -> list[Recorded]:
        found = map(self._lookup, self._table.amendments(origin, KNOWN))
        return [recorded for recorded in found if recorded]


def _subjects(recorded: Recorded, made: list[Change]) -> list[str]:
    """Whom an event is about: its stream, its batch and whoever it says facts of. A case keeps to itself (D2)."""
    if is_case(recorded.stream):
        return [recorded.stream]
    named = {fact.subject for change in made for fact in (*change.gone, *change.come)}
    named.add(recorded.stream)
    if batch := getattr(recorded.event, "batch", None):
        named.add(batch)
    named.discard(SCHOOL)
    return sorted(named)
