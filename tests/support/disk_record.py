"""A file layer that records: what is synced and what is renamed, in its order, and whether a promise was kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest


class Step(NamedTuple):
    """A sync of a file or folder, or a rename of one to its place."""

    did: str
    path: str
    place: str = ""


class DiskRecord(list[Step]):
    """The steps so far."""

    def durable(self, path: Path) -> bool:
        """Whether a power cut now would leave the file whole at its place: what it holds was synced before it was
        renamed there, under whatever name it had, and its folder after.
        """
        place, since = str(path.resolve()), -1
        held = {place}
        for rank, step in enumerate(self):
            if step.did == "rename" and (inside := _inside(place, step.place)) is not None:
                held, since = {step.path + inside}, rank
        before = any(step.did == "sync" and step.path in held for step in self[: max(since, 0)])
        folder = str(Path(self[since].place).parent) if since >= 0 else ""
        return before and any(step == Step("sync", folder) for step in self[since + 1 :])


def _inside(place: str, moved: str) -> str | None:
    """What a moved folder holds is moved with it."""
    return place[len(moved) :] if place == moved or place.startswith(moved + "/") else None


@contextmanager
def recording(monkeypatch: pytest.MonkeyPatch) -> Iterator[DiskRecord]:
    """The steps of this process while the block runs."""
    steps, fsync, replace = DiskRecord(), os.fsync, os.replace

    def syncing(handle: int) -> None:
        fsync(handle)
        steps.append(Step("sync", str(Path(f"/proc/self/fd/{handle}").readlink())))

    def renaming(source: Any, target: Any, **more: Any) -> None:
        where = str(Path(source).resolve())
        replace(source, target, **more)
        steps.append(Step("rename", where, str(Path(target).resolve())))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", syncing)
        patch.setattr(os, "replace", renaming)
        yield steps
