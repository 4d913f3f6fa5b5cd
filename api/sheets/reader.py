"""Reads the sheets of a file in a process of its own, within limits: whatever a file does to it is a refusal here."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from api.sheets.workbook import Sheet
from api.sheets.worker import unreadable
from exports.worker_process import Limits, WorkerEnded, WorkerProcess

# A list of three thousand takes a second and 60 MiB.
_LIMITS = Limits(cpu_seconds=30, wall_seconds=60, memory_bytes=768 * 2**20)


def read_sheets(name: str, content: bytes, titles: Collection[str], limits: Limits = _LIMITS) -> list[Sheet]:
    """The sheets as they stand. `titles` are the headers that the list may have: by them an encoding is recognised."""
    worker = WorkerProcess("api.sheets.worker", limits)
    try:
        return cast(list[Sheet], worker.ask((name, content, frozenset(titles))))
    except WorkerEnded as ended:
        raise unreadable(name, _told(ended, limits)) from None
    finally:
        worker.end()


def _told(ended: WorkerEnded, limits: Limits) -> str:
    return f"{limits.wall_seconds:g} s" if ended.code is None else f"{limits.memory_bytes >> 20} MiB, {ended.code}"
