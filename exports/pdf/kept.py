"""Finished documents kept by the name of everything that made them: what has not changed is not made again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from domain.archive.disk import make_folder, write_whole
from exports.pdf.manuscript import Manuscript, Press

LIMIT = 2**30  # bytes; some thousand dossiers
_HASH = sha256().digest_size


class Kept(NamedTuple):
    """Finished bytes with their SHA-256."""

    content: bytes
    digest: bytes


class KeptDocuments:
    """A folder of finished bytes, each after its hash. It can be deleted at any time; nothing is lost.

    It takes about `limit` bytes at most: what was made longest ago is let go.
    """

    def __init__(self, folder: Path, press: Press, limit: int = LIMIT) -> None:
        self._folder, self._press, self._limit = folder, press, limit
        self._lock, self._size = threading.Lock(), -1  # not counted yet

    def render(self, manuscript: Manuscript) -> bytes:
        return self.once(manuscript.key, lambda: self._press.render(manuscript)).content

    def once(self, key: str, make: Callable[[], bytes]) -> Kept:
        """What was made under a key; made now when it is not kept."""
        return self.kept(key) or self.keep(key, make())

    def kept(self, key: str) -> Kept | None:
        """What was made under a key; None when it is not there, or no longer what was kept."""
        return _read(self._path(key))

    def keep(self, key: str, content: bytes) -> Kept:
        """Keep what was made under a key."""
        kept = Kept(content, sha256(content).digest())
        stored = kept.digest + kept.content
        make_folder(self._folder)
        write_whole(self._path(key), stored)
        self._make_room(len(stored))
        return kept

    def _make_room(self, more: int) -> None:
        """Let the oldest go once there is too much. Counted as a whole at first, and when the limit seems passed."""
        with self._lock:
            if 0 <= self._size <= self._limit - more:
                self._size += more
                return
            found = sorted(filter(None, map(_age_and_size, self._folder.glob("*.kept"))))
            self._size = sum(size for _, size, _ in found)
            enough = self._size if self._size <= self._limit else self._limit * 9 // 10
            for _, size, path in found:
                if self._size <= enough:
                    return
                path.unlink(missing_ok=True)
                self._size -= size

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.kept"


def _age_and_size(path: Path) -> tuple[int, int, Path] | None:
    try:
        found = path.stat()
    except FileNotFoundError:  # another process let it go
        return None
    return found.st_mtime_ns, found.st_size, path


def _read(path: Path) -> Kept | None:
    """The bytes, or nothing when they are absent or no longer what was written."""
    try:
        stored = path.read_bytes()
    except FileNotFoundError:
        return None
    digest, content = stored[:_HASH], stored[_HASH:]
    return Kept(content, digest) if content and sha256(content).digest() == digest else None
