"""Keeps the table of facts up with the log by pulling: on demand, before a read, a page at a time.

Rows and position are written together, so several processes may do it at once: whoever holds the lock looks
again how far the table has come. The file is never trusted further than that: one that is damaged, or was made
by other software or from another log, is thrown away and filled anew, and comes out the same.
"""

from __future__ import annotations

import fcntl
import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

import domain.events
from domain import facts, language, plan, rules
from domain.archive import Log
from domain.errors import Unavailable
from projections import page, table
from projections.page import Page
from projections.table import Segment, Table, Times

PAGE = 500
T = TypeVar("T")

# What the machine lacks, as opposed to a file that is damaged.
_LACKING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
}


class Runner:
    """The table of facts of one archive, for any number of threads and processes."""

    def __init__(self, path: Path, log: Log) -> None:
        self._path, self._log = path, log
        self._mine = threading.local()

    def catch_up(self) -> int:
        """Take in what is new in the log; returns the position come to."""
        if self._inode() != getattr(self._mine, "inode", None):
            self.close()
        return self.ask(self._pull)

    def ask(self, question: Callable[[Table], T]) -> T:
        """The table's answer. A file that turns out unusable is replaced, filled, and asked again."""
        try:
            try:
                return question(self._table())
            except (sqlite3.DatabaseError, _Foreign) as error:
                if _code(error) in _LACKING:
                    raise
                self._throw_away()
                self._pull(self._table())
                return question(self._table())
        except (sqlite3.Error, OSError) as error:
            raise Unavailable(
                f"视图文件 {self._path} 无法使用（{error}）。请检查磁盘空间和权限；档案本身不受影响。",
                f"The views in {self._path} cannot be used ({error}). Check disk space and permissions; the archive "
                "itself is untouched.",
            ) from error

    def rows(self, subject: str, kind: str, keys: Sequence[str] | None, at: Times) -> tuple[list[Segment], int]:
        """Rows for a reader."""
        return self.ask(lambda table: table.rows(subject, kind, keys, at))

    def rows_of(
        self, subjects: Sequence[str], kinds: Sequence[str], at: Times
    ) -> tuple[dict[tuple[str, str], list[Segment]], int]:
        """Rows of several subjects and kinds for a reader."""
        return self.ask(lambda table: table.rows_of(subjects, kinds, at))

    def lag(self) -> int:
        """How many events of the log the table does not hold yet."""
        return self._log.head() - self.ask(lambda table: table.state().position)

    def rebuild(self) -> int:
        """Throw the file away and fill it anew; who reads meanwhile keeps the old one or helps to fill."""
        self._table()
        self._throw_away()
        return self.catch_up()

    def digest(self) -> str:
        """SHA-256 over all rows; the same log always gives the same."""
        return self.ask(lambda table: table.digest())

    def close(self) -> None:
        """Let go of this thread's connection."""
        opened = self._mine.__dict__.pop("table", None)
        if opened is not None:
            opened.close()

    def _pull(self, table: Table) -> int:
        position = table.state().position
        head = self._log.head()  # asked second: meanwhile others may record and take in more
        if position > head:
            raise _Foreign
        while position < head:
            with table.transaction():
                position = table.state().position
                events = self._log.read(position, head, PAGE)
                if events:
                    Page(table, events, self._log.get).write()
                    position = events[-1].position
        return position

    def _table(self) -> Table:
        opened: Table | None = getattr(self._mine, "table", None)
        if opened is None:
            with self._alone():
                opened = self._mine.table = self._open()
                self._mine.inode = self._inode()
        return opened

    def _open(self) -> Table:
        """The file as it is when it is sound, was made by this software and from this log; else a new one."""
        try:
            table = Table(self._path)
            if table.is_new():
                table.create(made_by())
            if self._fits(table):
                return table
            table.close()
        except sqlite3.DatabaseError as error:
            if _code(error) in _LACKING:
                raise
        self._remove()
        table = Table(self._path)
        table.create(made_by())
        return table

    def _fits(self, table: Table) -> bool:
        state = table.state()
        if state.made_by != made_by() or state.position > self._log.head():
            return False
        return state.position == 0 or self._log.get(state.position).body.id == state.event_id

    def _throw_away(self) -> None:
        """Remove the file, unless somebody else has done so already."""
        self.close()
        with self._alone():
            if self._inode() == getattr(self._mine, "inode", None):
                self._remove()

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._path}{ending}").unlink(missing_ok=True)

    def _inode(self) -> int | None:
        try:
            return self._path.stat().st_ino
        except OSError:
            return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else opens or removes the file meanwhile."""
        with Path(f"{self._path}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class _Foreign(Exception):
    """The table holds events that the log does not have."""


def _code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF


@cache
def made_by() -> str:
    """A digest of the code that turns events into rows: when it changes, the table is filled anew."""
    packaged = Path(next(iter(domain.events.__path__)))
    sources = [
        *sorted(packaged.glob("*.py")),
        *(Path(str(module.__file__)) for module in (facts, language, plan, rules, page, table)),
    ]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
