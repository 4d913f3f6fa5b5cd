"""The lock of an archive: whoever opens it shares the lock, whoever puts another in its place holds it alone.

It lies on a file in the folder and ends with its holder, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import Unavailable

LOCK = "archive.lock"


class InUse(Unavailable):
    """Somebody else has the archive open, or is putting another in its place."""


@contextmanager
def shared(folder: Path) -> Iterator[None]:
    """Nobody puts another archive in the place of the one in a folder meanwhile. Raises InUse while somebody does.

    Where no lock can be made, on a read-only disk, nobody can.
    """
    handle = _lock_file(folder)
    if handle is None:
        yield
        return
    _take(handle, fcntl.LOCK_SH, folder, "正在恢复", "is being restored")
    try:
        yield
    finally:
        os.close(handle)


@contextmanager
def held_alone(folder: Path) -> Iterator[None]:
    """Nobody opens the archive in a folder meanwhile. Raises InUse where it is open."""
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    _take(handle, fcntl.LOCK_EX, folder, "另有程序正在使用", "is open in other programs")
    try:
        yield
    finally:
        os.close(handle)


def _lock_file(folder: Path) -> int | None:
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        try:
            return os.open(folder / LOCK, flags, 0o600)
        except OSError:
            continue
    return None


def _take(handle: int, how: int, folder: Path, zh: str, en: str) -> None:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise InUse(
            f"档案库 {folder} {zh}，请待其结束后再试。", f"The archive in {folder} {en}; try again after."
        ) from error
