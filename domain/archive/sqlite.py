"""The library's SQLite recorder, made append-only for real.

Triggers stop UPDATE, DELETE, INSERT OR REPLACE and gaps. `synchronous=FULL` is asserted, since an acknowledged event
must survive a power cut. A save names the position it was decided at and fails when the log has moved on: one
school has one log, so every decision is serialised, over as many streams as it touches.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

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

# Position, stream, version, topic and state of an event.
StoredRow = tuple[int, str, int, str, bytes]


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
        c.executemany("INSERT INTO receipts VALUES (?, ?, ?)", kwargs.get("receipts", ()))
        positions = super()._insert_events(c, stored_events) or []
        expected = kwargs.get("expected")
        if expected is not None and positions and positions[0] != expected + 1:
            raise IntegrityError(f"decided at {expected}, but the log is at {positions[0] - 1}")
        return positions

    def receipt(self, key: str) -> tuple[str, str] | None:
        """Fingerprint and reply kept for an idempotency key."""
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT fingerprint, reply FROM receipts WHERE key = ?", (key,))
            row = c.fetchone()
            return (row[0], row[1]) if row else None

    def page(self, after: int, upto: int | None, limit: int) -> list[StoredRow]:
        """Events after a position, in log order."""
        last = _LAST if upto is None else upto
        return self._rows("rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?", (after, last, limit))

    def stream(self, stream: str, upto: int) -> list[StoredRow]:
        """One stream's events up to a position."""
        return self._rows("originator_id = ? AND rowid <= ? ORDER BY originator_version", (stream, upto))

    def heads(self, upto: int) -> list[tuple[str, int]]:
        """Every stream and its version at a position."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(_HEADS, (upto,))
            return [(row[0], row[1]) for row in c.fetchall()]

    def _rows(self, which: str, given: tuple[str | int, ...]) -> list[StoredRow]:
        """Plain rows: the library's notifications would take as long again as reading them."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(f"{_EVENTS} WHERE {which}", given)
            return list(c.fetchall())
