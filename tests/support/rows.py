"""The archive seen from below: events placed by hand, and its rows as SQLite holds them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from eventsourcing.sqlite import SQLiteDatastore

from domain.archive import Log
from domain.archive.sqlite import AppendOnlyRecorder
from domain.events.base import Body, Event, Recorded
from domain.events.person import HonourRecorded
from domain.language import Capacity

STREAM = "p-00000000"
ROWS = "SELECT rowid, * FROM stored_events ORDER BY rowid"
_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def placed(position: int, stream: str = STREAM, version: int | None = None, event: Event | None = None) -> Recorded:
    """An event in a place; by default the next honour of the one person in the archive."""
    event = event or HonourRecorded(record=f"x-{position:06d}", title=f"南通市第{position}届教学能手")
    body = Body[Event](
        id=f"e-{position:06d}",
        occurred_on=date(2024, 3, 1),
        recorded_at=datetime(2024, 3, 1, 8, tzinfo=UTC),
        recorded_by="office",
        capacity=Capacity.OFFICE_CLERK,
        basis=type(event).CLAUSE,
        correlation=f"k-{position:06d}",
        data=event,
    )
    return Recorded(stream, version or position, position, body)


def datastore(log: Log) -> SQLiteDatastore:
    """What holds the connections that write."""
    return cast(AppendOnlyRecorder, log._app.recorder).datastore


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """A second connection, past the library."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def rows(path: Path) -> list[tuple[Any, ...]]:
    """Everything recorded, as it is stored."""
    with raw(path) as connection:
        return connection.execute(ROWS).fetchall()


def tamper(path: Path, position: int, **columns: object) -> None:
    """Change a row as somebody could who holds the file: by first taking the triggers away."""
    with raw(path) as connection:
        for (trigger,) in connection.execute(_TRIGGERS).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        changes = ", ".join(f"{column} = ?" for column in columns)
        connection.execute(f"UPDATE stored_events SET {changes} WHERE rowid = ?", (*columns.values(), position))
