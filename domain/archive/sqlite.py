"""The library's SQLite recorder, made append-only for real.

Triggers stop UPDATE, DELETE, INSERT OR REPLACE and gaps. A file whose schema holds anything else is not opened, and
what was written is read back before it is committed: it must be what was decided, and nothing besides.
`synchronous=FULL` is asserted, since an acknowledged event must survive a power cut. A save names the position it was
decided at and fails when the log has moved on: one school has one log, so every decision is serialised, over as many
streams as it touches.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from domain.archive.schema import SchemaDifference, compare_schema, refuse_altered, schema_of
from domain.errors import Broken, Unavailable

_FULL = 2
_LAST = 2**63 - 1
_REFUSE = "SELECT RAISE(ABORT, 'the log is append-only')"

_APPEND_ONLY = [
    f"CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON stored_events BEGIN {_REFUSE}; END",
    f"CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON stored_events BEGIN {_REFUSE}; END",
    # REPLACE deletes the old row without firing DELETE triggers, so an existing key or rowid is refused up front.
    f"""CREATE TRIGGER IF NOT EXISTS no_replace BEFORE INSERT ON stored_events WHEN EXISTS (
        SELECT 1 FROM stored_events WHERE originator_id = NEW.originator_id
        AND originator_version = NEW.originator_version) BEGIN {_REFUSE}; END""",
    f"""CREATE TRIGGER IF NOT EXISTS no_rowid BEFORE INSERT ON stored_events WHEN NEW.rowid <> -1 AND EXISTS (
        SELECT 1 FROM stored_events WHERE rowid = NEW.rowid) BEGIN {_REFUSE}; END""",
    # Positions are ranks: nothing is put in before the first, or beyond the next.
    f"""CREATE TRIGGER IF NOT EXISTS no_gap AFTER INSERT ON stored_events WHEN NEW.rowid <> 1 AND NOT EXISTS (
        SELECT 1 FROM stored_events WHERE rowid = NEW.rowid - 1) BEGIN {_REFUSE}; END""",
]
_EVENTS = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events"
_HEADS = (
    "SELECT originator_id, max(originator_version) FROM stored_events WHERE rowid <= ? "
    "GROUP BY originator_id ORDER BY originator_id"
)
_RECEIPTS = (
    "CREATE TABLE IF NOT EXISTS receipts (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, "
    "reply TEXT NOT NULL) WITHOUT ROWID"
)

# As the library makes it.
_STORED_EVENTS = (
    "CREATE TABLE IF NOT EXISTS stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, "
    "state BLOB, PRIMARY KEY (originator_id, originator_version))"
)
_SCHEMA = (_STORED_EVENTS, *_APPEND_ONLY, _RECEIPTS)

# Position, stream, version, topic and state of an event.
StoredRow = tuple[int, str, int, str, bytes]


class AlteredRecording(Broken):
    """The database took something else than what was decided; nothing of it was kept."""


def found(path: Path) -> None:
    """Lay out a file that is not there yet: in larger pages less is left unused. Later nothing changes that.

    Raises AlteredSchema where a file holds anything that is not the log's.
    """
    laid_out = path.exists()
    with closing(sqlite3.connect(path, timeout=10)) as database:
        if not laid_out:
            database.executescript("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;")
        elif schema_of(database):
            refuse_altered(path, compare_schema(database, _SCHEMA))


def schema_differences(path: Path) -> list[SchemaDifference]:
    """What in the schema of a log is not as the product makes it."""
    with closing(read_only(path)) as database:
        return compare_schema(database, _SCHEMA)


def find_corruption(path: Path) -> str | None:
    """What SQLite's own check says of a file, None where nothing: an index may lack what its table holds."""
    with closing(read_only(path)) as database:
        (first,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    return None if first == "ok" else str(first)


def read_only(path: Path) -> sqlite3.Connection:
    """A connection to a database as it lies there, that cannot write; its rows know their columns by name."""
    database = sqlite3.connect(_read_only(path), uri=True, timeout=10)
    database.row_factory = sqlite3.Row
    return database


def _read_only(path: Path) -> str:
    # Where there is no write-ahead log and none can be made, the file is all there is.
    alone = not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()
    return f"{path.resolve().as_uri()}?{'immutable=1' if alone else 'mode=ro'}"


class StoredEvents:
    """Questions about the events in a file, asked from any thread over connections that cannot write.

    They are kept open between questions: the library's own way to ask takes ten times as long as the answer.
    """

    def __init__(self, path: Path) -> None:
        self._address = _read_only(path)
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    def require_open(self) -> None:
        """Raise Unavailable once the file was let go of: nothing opens it again unseen."""
        if self._closed:
            raise Unavailable("档案库已经关闭。", "The archive is closed.")

    def close(self) -> None:
        """Let go of the file."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def ask(self, statement: str, given: tuple[str | int, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement's answer."""
        self.require_open()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = sqlite3.connect(self._address, uri=True, timeout=10, check_same_thread=False)
        try:
            return connection.execute(statement, given).fetchall()
        finally:
            self._idle.append(connection)

    def last(self) -> int:
        """The position of the last event, 0 when there is none."""
        return int(self.ask("SELECT max(rowid) FROM stored_events")[0][0] or 0)

    def page(self, after: int, upto: int | None, limit: int) -> list[StoredRow]:
        """Events after a position, in log order."""
        given = (after, _LAST if upto is None else upto, limit)
        return cast(
            list[StoredRow], self.ask(f"{_EVENTS} WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?", given)
        )

    def some(self, positions: Sequence[int]) -> list[StoredRow]:
        """The events at these positions, in log order."""
        which = "rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid"
        return cast(list[StoredRow], self.ask(f"{_EVENTS} WHERE {which}", (json.dumps(positions),)))

    def stream(self, stream: str, upto: int) -> list[StoredRow]:
        """One stream's events up to a position."""
        which = "originator_id = ? AND rowid <= ? ORDER BY originator_version"
        return cast(list[StoredRow], self.ask(f"{_EVENTS} WHERE {which}", (stream, upto)))

    def heads(self, upto: int) -> list[tuple[str, int]]:
        """Every stream and its version at a position."""
        return [(stream, version) for stream, version in self.ask(_HEADS, (upto,))]

    def version(self, stream: str) -> int:
        """How many events a stream has."""
        which = "SELECT max(originator_version) FROM stored_events WHERE originator_id = ?"
        return int(self.ask(which, (stream,))[0][0] or 0)

    def receipt(self, key: str) -> tuple[str, str] | None:
        """Fingerprint and reply kept for an idempotency key."""
        found = self.ask("SELECT fingerprint, reply FROM receipts WHERE key = ?", (key,))
        return (found[0][0], found[0][1]) if found else None


class AppendOnlyRecorder(SQLiteApplicationRecorder):
    """Events in log order, and the receipts of commands that carried a key."""

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), *_APPEND_ONLY, _RECEIPTS]

    def create_table(self) -> None:
        super().create_table()
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute("PRAGMA synchronous")
            if cursor.fetchone()[0] != _FULL:
                raise OperationalError("SQLite does not run with synchronous=FULL")

    def _insert_events(self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        receipts, before = kwargs.get("receipts", ()), _changes(c)
        c.executemany("INSERT INTO receipts VALUES (?, ?, ?)", receipts)
        positions = super()._insert_events(c, stored_events) or []
        if _changes(c) - before != len(positions) + len(receipts):
            raise _other_than_decided("写入的行数不对", "more or fewer rows were written")
        expected = kwargs.get("expected")
        if expected is not None and positions and positions[0] != expected + 1:
            raise IntegrityError(f"decided at {expected}, but the log is at {positions[0] - 1}")
        _read_back(c, list(zip(positions, stored_events, strict=True)))
        kwargs.get("before_commit", _nothing)()
        return positions


def _nothing() -> None:
    """What is looked at before a commit where nobody asks."""


def _changes(c: SQLiteCursor) -> int:
    """How many rows this connection has written so far, by triggers too."""
    c.execute("SELECT total_changes()")
    return int(c.fetchone()[0])


def _read_back(c: SQLiteCursor, decided: Sequence[tuple[int, StoredEvent]]) -> None:
    """Raise unless the log now ends with exactly these events, byte for byte."""
    if not decided:
        return
    c.execute(f"{_EVENTS} WHERE rowid >= ? ORDER BY rowid", (decided[0][0],))
    for position, event in decided:
        row = c.fetchone()
        due = (position, event.originator_id, event.originator_version, event.topic, event.state)
        if row is None or tuple(row) != due:
            raise _other_than_decided(f"第 {position} 号写成了别的内容", f"@{position} was written otherwise")
    if c.fetchone() is not None:
        raise _other_than_decided("末尾多出记录", "there are more events behind")


def _other_than_decided(zh: str, en: str) -> AlteredRecording:
    return AlteredRecording(
        f"数据库写入的与所决定的不同：{zh}。什么也没有记录。请运行 tidui verify，并从备份恢复 archive.sqlite。",
        f"The database took something else than what was decided: {en}. Nothing was recorded. Run tidui verify, and "
        "restore archive.sqlite from a backup.",
    )
