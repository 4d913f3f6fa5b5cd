"""The log of one school: every event in the order in which it was recorded, in one SQLite file."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple, cast

from eventsourcing.application import Application
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    Mapper,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.utils import Environment, EnvType

from domain.archive.mapper import EventMapper
from domain.archive.placement import Placement
from domain.archive.sqlite import StoredEvents, StoredRow, found
from domain.errors import TiduiError, Unavailable, Unknown
from domain.events.base import Recorded

PAGE = 500


class Conflict(TiduiError):
    """The log moved on while a decision was made; decide again."""


class Receipt(NamedTuple):
    """What an idempotency key was first answered with."""

    key: str
    fingerprint: str
    reply: str


class _School(Application[str]):
    """The library's application, deaf to the process environment."""

    name = "tidui"

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        return Environment(name, dict(env or {}))

    def construct_mapper(self) -> Mapper[str]:
        return EventMapper()


class Log:
    """Appends decided events and reads them back. Positions are 1-based ranks without gaps."""

    def __init__(self, path: Path) -> None:
        with _clear(path):
            found(path)
            self._app = _School(
                {
                    "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                    "SQLITE_DBNAME": str(path),
                    "SQLITE_LOCK_TIMEOUT": "10",
                    "ORIGINATOR_ID_TYPE": "text",
                    "APPLICATION_RECORDER_TOPIC": "domain.archive.sqlite:AppendOnlyRecorder",
                }
            )
            self.path, self._events = path, StoredEvents(path)
            self._events.last()  # a connection that stays open keeps the write-ahead log where it is
            self._placement = Placement(path)
        self._mapper = cast(EventMapper, self._app.mapper)

    def require_in_place(self) -> None:
        """Raise Displaced where the file that is open is no longer the one at its path."""
        self._events.require_open()
        self._placement.require()

    def check_writable(self) -> str:
        """Whether an event could be recorded now: the last position, or Unavailable."""
        self.require_in_place()
        with _clear(self.path), closing(sqlite3.connect(self.path, timeout=1)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("UPDATE receipts SET key = key WHERE key = ''")  # none has this key
            database.rollback()
        return f"@{self.head()}"

    def close(self) -> None:
        """Let go of the file."""
        self._events.close()
        self._app.close()

    def head(self) -> int:
        """The position of the last event, 0 when there is none."""
        self.require_in_place()
        with _clear(self.path):
            return self._events.last()

    def append(self, placed: Sequence[Recorded], receipts: Sequence[Receipt] = ()) -> None:
        """Record placed events in this order in one transaction, if the log still ends right before them.

        Raises Conflict when it has moved on, Unavailable when the disk does not take it.
        """
        expected = placed[0].position - 1 if placed else None
        with _clear(self.path):
            try:
                self._app.events.put(placed, expected=expected, receipts=receipts, before_commit=self.require_in_place)
            except IntegrityError as error:
                raise Conflict(
                    "记录期间另有新记录，请重试。", "Something else was recorded meanwhile; try again."
                ) from error
        self.require_in_place()

    def take_in(self, rows: Iterable[StoredRow]) -> None:
        """Fill an empty log with events exactly as they were stored elsewhere. Raises Unavailable as `append` does."""
        stored = (StoredEvent(*row[1:]) for row in rows)
        with _clear(self.path):
            while page := list(islice(stored, PAGE)):
                self._app.recorder.insert_events(page)

    def read(self, after: int, upto: int | None = None, limit: int = PAGE) -> list[Recorded]:
        """At most `limit` events after a position, in log order."""
        return list(self._mapper.recorded(self.rows(after, upto, limit)))

    def scan(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """All events after a position, fetched a page at a time and read one by one."""
        while page := self.rows(after, upto, PAGE):
            yield from self._mapper.recorded(page)
            after = page[-1][0]

    def rows(self, after: int, upto: int | None = None, limit: int = PAGE) -> list[StoredRow]:
        """At most `limit` events after a position, as they are stored."""
        with _clear(self.path):
            return self._events.page(after, upto, limit)

    def get(self, position: int) -> Recorded:
        """The event at a position."""
        page = self.read(position - 1, position, 1) if position > 0 else []
        if not page:
            raise Unknown(f"没有第 {position} 号记录。", f"There is no event at position {position}.")
        return page[0]

    def some(self, positions: Sequence[int]) -> list[Recorded]:
        """The events at these positions, in log order."""
        with _clear(self.path):
            return list(self._mapper.recorded(self._events.some(positions)))

    def stream(self, stream: str, upto: int) -> list[Recorded]:
        """One stream's events up to a position."""
        return list(self._mapper.recorded(self.stored(stream, upto)))

    def stored(self, stream: str, upto: int) -> list[StoredRow]:
        """One stream's events up to a position, as they are stored."""
        with _clear(self.path):
            return self._events.stream(stream, upto)

    def copy_to(self, path: Path) -> None:
        """A consistent copy of the file while it is in use, by SQLite's own backup."""
        with _clear(path), closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)

    def receipt(self, key: str) -> Receipt | None:
        """What was answered to a command with this key."""
        with _clear(self.path):
            found = self._events.receipt(key)
        return Receipt(key, *found) if found else None

    def version(self, stream: str) -> int:
        """How many events a stream has."""
        with _clear(self.path):
            return self._events.version(stream)

    def heads(self, upto: int) -> list[tuple[str, int]]:
        """Every stream and how many events it has at a position, in the order of their ids."""
        with _clear(self.path):
            return self._events.heads(upto)


class StoredLog(Log):
    """A log that is only read, as its file lies there: nothing is set up in it, nothing is appended.

    With `end` it is the log as it was when that was its last position.
    """

    def __init__(self, path: Path, end: int = sys.maxsize) -> None:
        self.path, self._events, self._mapper, self._end = path, StoredEvents(path), EventMapper(), end

    def require_in_place(self) -> None:
        """Whatever lies there is read."""

    def check_writable(self) -> str:
        """Refused: it was opened to be read."""
        raise _read_only()

    def head(self) -> int:
        return min(super().head(), self._end)

    def close(self) -> None:
        self._events.close()

    def append(self, placed: Sequence[Recorded], receipts: Sequence[Receipt] = ()) -> None:
        """Refused: it was opened to be read."""
        del placed, receipts
        raise _read_only()


def _read_only() -> Unavailable:
    return Unavailable("只读打开的档案库不能写入。", "This archive was opened to be read only.")


@contextmanager
def _clear(path: Path) -> Iterator[None]:
    """The library's database errors in our words, with the cure."""
    try:
        yield
    except (PersistenceError, InterfaceError, sqlite3.Error) as error:
        if isinstance(error, IntegrityError):
            raise
        raise Unavailable(
            f"档案库 {path} 无法读写（{error}）。请检查磁盘空间、文件夹权限，或是否有别的程序占用。什么也没有写入。",
            f"The archive {path} cannot be read or written ({error}). Check disk space, the folder's permissions, "
            "or whether another program holds it. Nothing was written.",
        ) from error
