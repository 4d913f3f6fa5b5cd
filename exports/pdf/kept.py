"""Finished documents kept by the name of everything that made them: what has not changed is not made again."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from exports.pdf.manuscript import Manuscript, Press

_HASH = sha256().digest_size


class Kept(NamedTuple):
    """Finished bytes with their SHA-256."""

    content: bytes
    digest: bytes


class KeptDocuments:
    """A folder of finished bytes, each after its hash. It can be deleted at any time; nothing is lost."""

    def __init__(self, folder: Path, press: Press) -> None:
        self._folder = folder
        self._press = press

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
        _write(self._path(key), kept)
        return kept

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.kept"


def _read(path: Path) -> Kept | None:
    """The bytes, or nothing when they are absent or no longer what was written."""
    try:
        stored = path.read_bytes()
    except FileNotFoundError:
        return None
    digest, content = stored[:_HASH], stored[_HASH:]
    return Kept(content, digest) if content and sha256(content).digest() == digest else None


def _write(path: Path, kept: Kept) -> None:
    """Whole or not at all, whoever else writes at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(kept.digest + kept.content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
