"""The tree's nodes on disk, grown from the log on demand. The file is trusted for nothing and can be deleted.

Hashes lie in tiles of 32, side by side: a tile of height h holds the roots of complete subtrees of 32^h leaves.
What lies between is computed when it is asked for, so a proof reads a few tiles whatever the size of the log, and
tiles are small so that this is little.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from domain.archive.sqlite import StoredRow
from domain.errors import Broken, Unavailable
from projections.ledger import leaf, tree

PAGE = 2000
_BITS = 5
_WIDTH = 1 << _BITS
_HASH = 32
_TABLE = """CREATE TABLE IF NOT EXISTS {} (
    height INTEGER NOT NULL, place INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (height, place)
) STRICT"""

_TILES = "SELECT height, place, hashes FROM tiles"


class Rows(Protocol):
    """A log that gives its events as they are stored."""

    def rows(self, after: int, upto: int | None = None, limit: int = ...) -> Sequence[StoredRow]: ...


class Nodes:
    """The nodes of one log's tree. Safe to use from several threads and processes at once."""

    def __init__(self, path: Path, log: Rows) -> None:
        self._path, self._log = path, log
        self._lock = threading.Lock()
        with self._clear():
            self._database = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")  # rebuilt when lost
            for table in ("tiles", "former"):
                self._database.execute(_TABLE.format(table))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def catch_up(self) -> int:
        """Take in what is new in the log; the tree's size then.

        Nodes that are not of this log give way to its own. The first ever to do so are set aside: by them it can be
        told what became of the log.
        """
        while True:
            with self._transaction():
                size = self._size()
                if size and not self._ends_as_the_log(size):
                    self._set_aside()
                    size = 0
                rows = self._log.rows(size, limit=PAGE)
                if rows and rows[-1][0] != size + len(rows):
                    raise Broken(
                        "日志中缺少记录，不能据以签署或证明。请运行 tidui verify。",
                        "Events are missing from the log; nothing is signed or proved by it. Run tidui verify.",
                    )
                self._append(0, size, [leaf.hash_of(row) for row in rows])
            if len(rows) < PAGE:
                return size + len(rows)

    def rebuild(self) -> int:
        """Set the nodes aside and grow them anew from the log; the tree's size then."""
        with self._transaction():
            self._set_aside()
        return self.catch_up()

    def size(self) -> int:
        """How many leaves the tree has."""
        with self._lock, self._clear():
            return self._size()

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree (see `tree.Node`)."""
        height, inner = divmod(level, _BITS)
        first = index << inner
        hashes = self._tile(height, first >> _BITS)
        start = first % _WIDTH
        row = [hashes[place * _HASH : (place + 1) * _HASH] for place in range(start, start + (1 << inner))]
        while len(row) > 1:
            row = [tree.parent(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
        return row[0]

    def leaves(self) -> bytes:
        """The hashes of all leaves, end to end."""
        return self._all("tiles")

    def former(self) -> bytes:
        """The same of the tree that was set aside; empty where the log was always the tree's."""
        return self._all("former")

    def is_sound(self) -> bool:
        """Whether every hash above the leaves is the one that the tiles below it come to."""
        with self._lock, self._clear():
            tiles = {(height, place): hashes for height, place, hashes in self._database.execute(_TILES)}
        full = {where: hashes for where, hashes in tiles.items() if len(hashes) == _WIDTH * _HASH}
        above = sum(len(hashes) // _HASH for (height, _), hashes in tiles.items() if height)
        return above == len(full) and all(
            _root(hashes) == tiles.get((height + 1, place >> _BITS), b"")[_HASH * (place % _WIDTH) :][:_HASH]
            for (height, place), hashes in full.items()
        )

    def _all(self, table: str) -> bytes:
        query = f"SELECT hashes FROM {table} WHERE height = 0 ORDER BY place"  # noqa: S608 - one of the two above
        with self._lock, self._clear():
            return b"".join(hashes for (hashes,) in self._database.execute(query))

    def _set_aside(self) -> None:
        if not self._database.execute("SELECT 1 FROM former LIMIT 1").fetchone():
            self._database.execute("INSERT INTO former SELECT * FROM tiles WHERE height = 0")
        self._database.execute("DELETE FROM tiles")

    def leaf(self, index: int) -> bytes:
        """A leaf's hash as it was when the tree took it in."""
        return self.node(0, index)

    def _tile(self, height: int, place: int) -> bytes:
        with self._lock, self._clear():
            found = self._stored(height, place)
        if not found:
            raise Unavailable(
                f"{self._path} 不完整。请删除该文件，它会由档案重建。",
                f"{self._path} is incomplete. Delete it; it is rebuilt from the log.",
            )
        return found

    def _stored(self, height: int, place: int) -> bytes:
        row = self._database.execute(
            "SELECT hashes FROM tiles WHERE height = ? AND place = ?", (height, place)
        ).fetchone()
        return bytes(row[0]) if row else b""

    def _size(self) -> int:
        row = self._database.execute(
            "SELECT place, length(hashes) FROM tiles WHERE height = 0 ORDER BY place DESC LIMIT 1"
        ).fetchone()
        return row[0] * _WIDTH + row[1] // _HASH if row else 0

    def _ends_as_the_log(self, size: int) -> bool:
        """Whether the last leaf is the event at its position: not so in a log that was put back to an older state."""
        rows = self._log.rows(size - 1, size, 1)
        last = self._stored(0, (size - 1) >> _BITS)[-_HASH:]
        return [leaf.hash_of(row) for row in rows] == [last]

    def _append(self, height: int, size: int, hashes: Sequence[bytes]) -> None:
        """Put hashes behind the `size` there are at a height; each tile that fills up gives one to the next height."""
        full: list[bytes] = []
        place, rest = size >> _BITS, list(hashes)
        held = self._stored(height, place) if size % _WIDTH else b""
        while rest:
            room = _WIDTH - len(held) // _HASH
            held, rest = held + b"".join(rest[:room]), rest[room:]
            self._database.execute("INSERT OR REPLACE INTO tiles VALUES (?, ?, ?)", (height, place, held))
            if len(held) == _WIDTH * _HASH:
                full.append(_root(held))
                place, held = place + 1, b""
        if full:
            self._append(height + 1, size >> _BITS, full)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, self._clear():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _clear(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise Unavailable(
                f"{self._path} 无法使用（{error}）。请检查磁盘空间和权限；如已损坏请删除，它会由档案重建。",
                f"{self._path} cannot be used ({error}). Check disk space and permissions; if it is damaged, delete "
                "it: it is rebuilt from the log.",
            ) from error


def _root(hashes: bytes) -> bytes:
    parts = [hashes[start : start + _HASH] for start in range(0, len(hashes), _HASH)]
    return tree.root(len(parts), tree.nodes_of(parts))
