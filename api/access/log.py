"""The access log: every read of a dossier is written here first, or the read is refused.

Its lines are chained: a hash stands beside each, over the hash before and the line. Length and last hash are attested
with each checkpoint and recorded in the log, so that no line can be altered, removed or put in between unseen.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

from api.access import chain
from domain.archive.placement import Placement
from domain.archive.schema import compare_schema, refuse_altered
from domain.errors import Broken, Refusal, Unavailable, Unknown
from domain.language import Capacity
from projections.ledger.attestation import RegisterHead

PAGE = 500
_APPEND_ONLY = "SELECT RAISE(ABORT, 'the access log is append-only')"
_TABLE = """CREATE TABLE IF NOT EXISTS accesses (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    capacity TEXT NOT NULL,
    act TEXT NOT NULL,
    what TEXT NOT NULL,
    person_id TEXT,
    as_of TEXT,
    known_at TEXT,
    position INTEGER,
    sha256 TEXT,
    reason TEXT,
    consultation INTEGER REFERENCES accesses (number)
) STRICT"""


def _guards(table: str) -> tuple[str, ...]:
    refuse = f"BEGIN {_APPEND_ONLY}; END"
    taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number)"  # noqa: S608 - one of ours
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} {taken} {refuse}",
    )


SCHEMA = (
    _TABLE,
    "CREATE INDEX IF NOT EXISTS accesses_by_person ON accesses (person_id, number)",
    "CREATE INDEX IF NOT EXISTS accesses_by_sha256 ON accesses (sha256) WHERE sha256 IS NOT NULL",
    *_guards("accesses"),
)
# Registers that were begun before there was a chain lack it until the next line is written.
CHAINED = (
    "CREATE TABLE IF NOT EXISTS chain (number INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT",
    *_guards("chain"),
)


class Act(StrEnum):
    """What somebody did with what the archive holds on a person."""

    VIEW = "view"
    EXPORT = "export"
    SIGN = "sign"
    CONSULTATION_REQUESTED = "consultation_requested"
    CONSULTATION_APPROVED = "consultation_approved"
    CONSULTATION_REFUSED = "consultation_refused"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One access. `what` is a dossier, a history or evidence; `position` is the log's when it was read."""

    at: datetime
    who: str
    capacity: Capacity
    act: Act
    what: str = "dossier"
    person_id: str | None = None
    as_of: date | None = None
    known_at: str | None = None
    position: int | None = None
    sha256: str | None = None
    reason: str | None = None
    consultation: int | None = None


@dataclass(frozen=True, kw_only=True)
class Written(Entry):
    """An entry in its place."""

    number: int


class AccessLog:
    """An append-only table in one file. Safe to use from several threads and processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._placement: Placement | None = None  # not open yet
        with self._clear():
            self._database = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
            self._database.row_factory = sqlite3.Row
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._lay_out()
            self._placement = Placement(path)

    def require_in_place(self) -> None:
        """Raise Displaced where the file that is open is no longer the one at its path."""
        if self._placement:
            self._placement.require()

    def _lay_out(self) -> None:
        """Make what is missing. Raises AlteredSchema where there is anything else."""
        statements = (*SCHEMA, *CHAINED)
        differences = compare_schema(self._database, statements)
        refuse_altered(self._path, differences)
        if differences:
            with self._transaction() as ask:
                for statement in statements:
                    ask(statement)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def copy_to(self, path: Path) -> None:
        """A consistent copy of the file while it is in use."""
        with self._lock, self._clear(), closing(sqlite3.connect(path)) as target:
            self._database.backup(target)

    def write(self, *entries: Entry) -> int:
        """Keep entries for good, all or none; the last one's number. Raises Unavailable when they cannot be kept."""
        with self._transaction():
            return max(self._insert(*entries), default=0)

    def check(self) -> str:
        """Whether an entry could be kept now: the last number, or Unavailable."""
        with self._transaction() as ask:
            (last,) = ask("SELECT coalesce(max(number), 0) FROM accesses").fetchone()
        return f"@{last}"

    def entries(self, *, after: int = 0, limit: int = PAGE, person: str | None = None) -> list[Written]:
        """Entries after a number, the oldest first; of one person where one is given."""
        query = "SELECT * FROM accesses WHERE number > ? AND (? IS NULL OR person_id = ?) ORDER BY number LIMIT ?"
        with self._lock, self._clear():
            return [_written(row) for row in self._database.execute(query, (after, person, person, limit))]

    def about(self, person: str) -> list[Written]:
        """Every entry about one person, the oldest first."""
        query = "SELECT * FROM accesses WHERE person_id = ? ORDER BY number"
        with self._lock, self._clear():
            return [_written(row) for row in self._database.execute(query, (person,))]

    def export(self, sha256: str) -> Written | None:
        """The first entry under which bytes with this hash were handed out, or signed."""
        query = "SELECT * FROM accesses WHERE sha256 = ? AND act IN (?, ?) ORDER BY number LIMIT 1"
        with self._lock, self._clear():
            row = self._database.execute(query, (sha256, Act.EXPORT, Act.SIGN)).fetchone()
        return _written(row) if row else None

    def request_consultation(self, entry: Entry) -> int:
        """Somebody asks to consult a dossier; the number names the request."""
        return self.write(_as(entry, Act.CONSULTATION_REQUESTED))

    def approve_consultation(self, request: int, entry: Entry) -> int:
        """A request is granted, once."""
        return self._decide(request, entry, Act.CONSULTATION_APPROVED)

    def refuse_consultation(self, request: int, entry: Entry) -> int:
        """A request is refused, once, with the reason."""
        return self._decide(request, entry, Act.CONSULTATION_REFUSED)

    def _decide(self, request: int, entry: Entry, act: Act) -> int:
        query = "SELECT person_id FROM accesses WHERE number = ? AND act = ?"
        with self._transaction() as ask:
            asked = ask(query, (request, Act.CONSULTATION_REQUESTED)).fetchone()
            if asked is None:
                raise Unknown(f"没有第 {request} 号查阅申请。", f"There is no request {request} for a consultation.")
            if ask("SELECT 1 FROM accesses WHERE consultation = ?", (request,)).fetchone():
                raise Refusal("D1", f"第 {request} 号查阅申请已有决定。", f"Request {request} has been decided.")
            (number,) = self._insert(_as(entry, act, consultation=request, person_id=asked["person_id"]))
            return number

    def head(self) -> RegisterHead:
        """How many lines are chained, and the last hash."""
        with self._lock, self._clear():
            return self._head()

    def hash_at(self, number: int) -> bytes | None:
        """The hash beside a line, the empty chain's at 0; None where there is no such line."""
        if number == 0:
            return chain.EMPTY
        with self._lock, self._clear():
            row = self._database.execute("SELECT hash FROM chain WHERE number = ?", (number,)).fetchone()
        return bytes(row[0]) if row else None

    def _head(self) -> RegisterHead:
        row = self._database.execute("SELECT number, hash FROM chain ORDER BY number DESC LIMIT 1").fetchone()
        return RegisterHead(row["number"], bytes(row["hash"])) if row else RegisterHead(0, chain.EMPTY)

    def _insert(self, *entries: Entry) -> list[int]:
        """Write entries and chain them, with whatever stands before them unchained. What was written is read back:
        raises Broken where it is not what was to be written.
        """
        if not entries:
            return []
        written, before, head = list[dict[str, object]](), self._database.total_changes, self._head()
        for entry in entries:
            row = {name: _stored(value) for name, value in vars(entry).items()}
            names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
            cursor = self._database.execute(f"INSERT INTO accesses ({names}) VALUES ({marks})", row)  # noqa: S608 - ours
            written.append({"number": cursor.lastrowid, **row})
        lines = self._database.execute("SELECT * FROM accesses WHERE number > ? ORDER BY number", (head.lines,))
        rows = [dict(row) for row in lines]
        hashes = list(chain.hashes(head.head, rows))
        self._database.executemany("INSERT INTO chain VALUES (?, ?)", hashes)
        last = [{name: value for name, value in row.items() if name in written[0]} for row in rows[-len(written) :]]
        if last != written or self._database.total_changes - before != len(written) + len(hashes):
            raise Broken(
                f"{self._path} 写入的与应写的不同，因此不能提供查阅。请运行 tidui verify，并从备份恢复这个文件。",
                f"{self._path} took something else than what was to be written, so nothing can be read. Run tidui "
                "verify, and restore this file from a backup.",
            )
        return [number for number, _ in hashes[-len(written) :]]

    @contextmanager
    def _transaction(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        with self._lock, self._clear():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database.execute
                self.require_in_place()
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
            self.require_in_place()

    @contextmanager
    def _clear(self) -> Iterator[None]:
        """The database's errors in our words, with the cure."""
        try:
            yield
        except sqlite3.Error as error:
            raise Unavailable(
                f"查阅记录 {self._path} 无法写入（{error}），因此不能提供查阅。请检查磁盘空间和文件夹权限。",
                f"The access log {self._path} cannot be written ({error}), so nothing can be read. "
                "Check disk space and the folder's permissions.",
            ) from error


def _as(entry: Entry, act: Act, **more: object) -> Entry:
    return Entry(**(vars(entry) | {"act": act} | more))


def _stored(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _written(row: sqlite3.Row) -> Written:
    values = dict(row)
    values["at"] = datetime.fromisoformat(values["at"])
    values["as_of"] = date.fromisoformat(values["as_of"]) if values["as_of"] else None
    return Written(**(values | {"act": Act(values["act"]), "capacity": Capacity(values["capacity"])}))
