"""The table of facts: one mechanism for both times, in a SQLite file that can be deleted and rebuilt.

A row says: of this subject, under (kind, key), this value held from one day until another, and that was known
from one log position until another. Rows of one subject and kind lie side by side in the file, so a view costs
what it shows, whatever the size of the archive. Names of subjects and kinds are kept once and stand as numbers.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

EVER = 0x7FFFFF  # "until further notice" as a day: after every date, and three bytes
KNOWN = 0x7FFFFFFF  # "still known" as a position

SCHEMA = """
CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE facts (
    subject INTEGER NOT NULL, kind INTEGER NOT NULL, key TEXT NOT NULL,
    valid_from INTEGER NOT NULL, origin INTEGER NOT NULL, known_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL, known_to INTEGER NOT NULL, source INTEGER NOT NULL, value TEXT,
    PRIMARY KEY (subject, kind, key, valid_from, origin, known_from)) WITHOUT ROWID;
CREATE TABLE events (
    position INTEGER PRIMARY KEY, recorded_at INTEGER NOT NULL, kind INTEGER NOT NULL,
    recorder INTEGER NOT NULL, clause INTEGER NOT NULL);
CREATE INDEX events_of_kind ON events (kind);
CREATE TABLE about (subject INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (subject, position)) WITHOUT ROWID;
CREATE TABLE amendments (
    origin INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (origin, position)) WITHOUT ROWID;
CREATE TABLE state (position INTEGER NOT NULL, event_id TEXT NOT NULL, made_by TEXT NOT NULL);
"""


class Selection(NamedTuple):
    """Which events are meant: about a subject, of a kind, by a recorder, resting on a clause; None: any."""

    subject: str | None = None
    kind: str | None = None
    recorder: str | None = None
    clause: str | None = None


class State(NamedTuple):
    """How far the table has come: the last event it holds, and the software that made it."""

    position: int
    event_id: str
    made_by: str


class Times(NamedTuple):
    """A day, and the position up to which things are known."""

    day: int
    position: int


# What stands at a pair of times: key, value, valid_from, source, origin.
Segment = tuple[str, str, int, int, int]

# A row of a line that is still known, a line being all rows of one (subject, kind, key):
# valid_from, origin, known_from, valid_to, source, value.
OpenRow = tuple[int, int, int, int, int, str | None]

_MANY = 1000  # rows hashed at once
_INSERT = {
    "facts": "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "events": "INSERT INTO events VALUES (?, ?, ?, ?, ?)",
    "about": "INSERT INTO about VALUES (?, ?)",
    "amendments": "INSERT INTO amendments VALUES (?, ?)",
}
_EVERYTHING = {
    "names": "SELECT * FROM names ORDER BY id",
    "facts": "SELECT * FROM facts ORDER BY subject, kind, key, valid_from, origin, known_from",
    "events": "SELECT * FROM events ORDER BY position",
    "about": "SELECT * FROM about ORDER BY subject, position",
    "amendments": "SELECT * FROM amendments ORDER BY origin, position",
    "state": "SELECT * FROM state",
}
_STANDING = (
    "SELECT {} key, value, valid_from, source, origin FROM facts WHERE {} AND known_from <= ? AND known_to > ? "
    "AND valid_from <= ? AND valid_to > ? AND value IS NOT NULL"
)
_OPEN = (
    "SELECT valid_from, origin, known_from, valid_to, source, value FROM facts "
    "WHERE subject = ? AND kind = ? AND key = ? AND known_to = ?"
)
_LAST_CHANGE = "SELECT max(iif(known_to > ?, known_from, known_to)) FROM facts WHERE {} AND known_from <= ?"


class Table:
    """One connection to the file, for one thread."""

    def __init__(self, path: Path) -> None:
        self._sql = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        self._numbers: dict[str, int] = {}
        try:
            self._sql.executescript("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
        except sqlite3.Error:
            self._sql.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._sql.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Holds the one writer's lock; all that is written inside becomes visible at once, or not at all."""
        self._sql.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._sql.execute("COMMIT")
        except BaseException:
            if self._sql.in_transaction:
                self._sql.execute("ROLLBACK")
            self._numbers.clear()
            raise

    def without_journal(self) -> None:
        """Write straight into the file: for one that is of no use when the work is cut off."""
        self._sql.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")

    def create(self, made_by: str) -> None:
        """Set up an empty table in an empty file."""
        with self.transaction():
            for statement in SCHEMA.split(";"):
                self._sql.execute(statement)
            self._sql.execute("INSERT INTO state VALUES (0, '', ?)", (made_by,))

    def is_new(self) -> bool:
        """Whether the file is still empty."""
        return self._sql.execute("SELECT 1 FROM sqlite_master").fetchone() is None

    def state(self) -> State:
        """How far the table has come."""
        return State(*self._sql.execute("SELECT position, event_id, made_by FROM state").fetchone())

    def move_to(self, position: int, event_id: str) -> None:
        """Note the last event the table holds."""
        self._sql.execute("UPDATE state SET position = ?, event_id = ?", (position, event_id))

    def rows(self, subject: str, kind: str, keys: Sequence[str] | None, at: Times) -> tuple[list[Segment], int]:
        """What stands under a kind, or under some of its keys, and when any of it last changed."""
        if (number := self.find(subject)) is None or (of := self.find(kind)) is None:
            return [], 0
        if keys is None:
            return self._standing("subject = ? AND kind = ?", (number, of), at)
        return self._standing(f"subject = ? AND kind = ? AND key IN {_marks(keys)}", (number, of, *keys), at)

    def rows_of(
        self, subjects: Sequence[str], kinds: Sequence[str], at: Times
    ) -> tuple[dict[tuple[str, str], list[Segment]], int]:
        """The same for several subjects and kinds in one look; where nothing stands, an empty list."""
        found: dict[tuple[str, str], list[Segment]] = {(subject, kind): [] for subject in subjects for kind in kinds}
        names = {self.find(name): name for name in (*subjects, *kinds)}
        numbers = tuple(self.find(name) for name in (*subjects, *kinds))
        which = f"subject IN {_marks(subjects)} AND kind IN {_marks(kinds)}"
        rows, last = self._standing(which, numbers, at, "subject, kind,")
        for subject, kind, *row in rows:
            found[names[subject], names[kind]].append(tuple(row))
        return found, last

    def _standing(self, which: str, given: tuple[object, ...], at: Times, also: str = "") -> tuple[list[Any], int]:
        day, position = at
        rows = self._sql.execute(_STANDING.format(also, which), (*given, position, position, day, day)).fetchall()
        last = self._numbers_of(_LAST_CHANGE.format(which), (position, *given, position))[0]
        return rows, last or 0

    def open_rows(self, line: tuple[int, int, str]) -> list[OpenRow]:
        """The rows of a line that are still known."""
        return self._sql.execute(_OPEN, (*line, KNOWN)).fetchall()

    def insert(self, name: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Add rows to one of the tables."""
        self._sql.executemany(_INSERT[name], rows)

    def close_rows(self, rows: Sequence[tuple[object, ...]]) -> None:
        """Set known_to of rows; each is (known_to, and the six columns that name it)."""
        self._sql.executemany(
            "UPDATE facts SET known_to = ? WHERE subject = ? AND kind = ? AND key = ? AND valid_from = ? "
            "AND origin = ? AND known_from = ?",
            rows,
        )

    def recorded_at(self, position: int) -> int:
        """When the event at a position was recorded, in microseconds since 1970."""
        return self._numbers_of("SELECT recorded_at FROM events WHERE position = ?", (position,))[0]

    def amendments(self, origin: int, upto: int) -> list[int]:
        """Positions of the corrections and withdrawals that concern an event."""
        return self._numbers_of(
            "SELECT position FROM amendments WHERE origin = ? AND position <= ? ORDER BY 1", (origin, upto)
        )

    def positions(self, after: int, upto: int, limit: int, of: Selection) -> list[int]:
        """Positions of the events that a selection names, in log order."""
        asked = {column: name for column, name in of._asdict().items() if name is not None}
        numbers = [self.find(name) for name in asked.values()]
        if None in numbers:
            return []
        table = "events" if of.subject is None else "about JOIN events USING (position)"
        where = " AND ".join(("position > ?", "position <= ?", *(f"{column} = ?" for column in asked)))
        query = f"SELECT position FROM {table} WHERE {where} ORDER BY 1 LIMIT ?"  # noqa: S608 - columns of a Selection
        return self._numbers_of(query, (after, upto, *numbers, limit))

    def last_about(self, subject: str, upto: int) -> int:
        """The position of the last event about a subject, 0 when there is none."""
        number = self.find(subject)
        found = self._numbers_of(
            "SELECT coalesce(max(position), 0) FROM about WHERE subject = ? AND position <= ?", (number, upto)
        )
        return found[0]

    def digest(self) -> str:
        """SHA-256 over every row of every table in one order: the same log always gives the same."""
        total = hashlib.sha256()
        for table, query in _EVERYTHING.items():
            found = self._sql.execute(query)
            while rows := found.fetchmany(_MANY):
                total.update(f"{table}{rows!r}\n".encode())
        return total.hexdigest()

    def find(self, name: str) -> int | None:
        """The number that stands for a name in the file, None where it was never written."""
        if name not in self._numbers:
            row = self._sql.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
            if row is None:
                return None
            self._numbers[name] = row[0]
        return self._numbers[name]

    def number(self, name: str) -> int:
        """Like `find`, and a new name gets its number."""
        number = self._numbers.get(name) or self.find(name)
        if number is None:
            found = self._sql.execute("INSERT INTO names (name) VALUES (?) RETURNING id", (name,)).fetchall()
            number = self._numbers[name] = int(found[0][0])
        return number

    def _numbers_of(self, query: str, given: tuple[object, ...]) -> list[int]:
        return [row[0] for row in self._sql.execute(query, given)]


def _marks(given: Sequence[str]) -> str:
    """A place for each: faster than one list that SQLite takes apart."""
    return f"({', '.join('?' * len(given))})"
