"""Where an open archive reads and writes: in its folder, or where that lies on a read-only disk, beside it.

What is made again from the log (views, tree, finished documents) goes to a temporary folder then, and the register of
accesses to the file that a setting names: nothing is read without a line in it.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from api.home import Home
from domain.archive import Log, StoredLog
from domain.archive.disk import sweep
from domain.errors import Malformed, Unavailable


class Place(NamedTuple):
    """The log, and the files that are written beside it."""

    log: Log
    access: Path
    views: Path
    ledger: Path
    kept: Path


def place_of(home: Home, access: Path | None, opening: ExitStack) -> Place:
    """Where the archive in a folder can be opened. What killed programs left half written there is swept away."""
    if is_writable(home):
        if access is not None:
            raise Malformed(
                "TIDUI_ACCESS_LOG 只用于只读磁盘上的档案库。请取消这个设置。",
                "TIDUI_ACCESS_LOG is for archives on a read-only disk. Unset it.",
            )
        sweep(home.folder, home.held.checkpoints, home.evidence, home.signed, home.kept)
        return Place(Log(home.log), home.access, home.views, home.ledger, home.kept)
    if access is None:
        raise Unavailable(
            f"{home.folder} 只读，查阅无处登记，因此不能查阅。请用 TIDUI_ACCESS_LOG 指明登记文件（在可写的磁盘上）；"
            "校验（tidui verify）不受影响。",
            f"{home.folder} cannot be written, so no reading can be registered and nothing is read. Name a file on "
            "another disk for the register with TIDUI_ACCESS_LOG; tidui verify works as it is.",
        )
    beside = Path(opening.enter_context(tempfile.TemporaryDirectory(prefix="tidui-")))
    return Place(StoredLog(home.log), access, beside / "views.sqlite", beside / "ledger.sqlite", beside / "kept")


def is_writable(home: Home) -> bool:
    """Whether something can be recorded and registered in a folder."""
    return all(os.access(path, os.W_OK) for path in (home.folder, home.log))
