"""Whether an open database is still the one at its path: what is written to a file that lost its name is lost with it.

SQLite goes on reading and writing a file that was removed or replaced, and its write-ahead log likewise. So device and
inode are noted when a file is opened, and looked at again before each commit and after it.
"""

from __future__ import annotations

import os
from pathlib import Path

from domain.errors import Unavailable

_BESIDE = ("", "-wal", "-shm")


class Displaced(Unavailable):
    """A file that is open was removed or replaced. Nothing more is recorded or read, and a service stops."""


class Placement:
    """The files of a database as they lie once it is open."""

    def __init__(self, path: Path) -> None:
        found = {f"{path}{ending}": _identity(f"{path}{ending}") for ending in _BESIDE}
        self._known = {name: identity for name, identity in found.items() if identity}

    def require(self) -> None:
        """Raise Displaced unless each file is where it was."""
        for name, identity in self._known.items():
            if _identity(name) != identity:
                raise Displaced(
                    f"{name} 在使用中被移走或替换，不再记录，也不再提供查阅。请停止各程序，放回原来的文件"
                    "（或从备份恢复），再重新启动。",
                    f"{name} was removed or replaced while it was in use: nothing more is recorded or read. Stop every "
                    "program, put the file back (or restore a backup), and start again.",
                )


def _identity(name: str) -> tuple[int, int] | None:
    try:
        found = os.stat(name)  # noqa: PTH116 - asked before and after each commit
    except OSError:
        return None
    return found.st_dev, found.st_ino
