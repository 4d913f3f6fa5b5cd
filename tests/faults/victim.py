"""A process that does something to an archive, tells of what is done, and may be killed at any moment.

It is forked from a server that has everything imported, so that a thousand of them cost little.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

Work = Callable[..., None]


class Victim:
    """A running process with what it has told so far."""

    def __init__(self, process: Any, heard: Connection) -> None:
        self._process, self._heard, self.told = process, heard, list[Any]()

    def wait(self, seconds: float) -> bool:
        """Listen for so long, or until it ends; whether it ended."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._heard.poll(left) and not self._hear():
                return True
        return False

    def first(self) -> None:
        """Listen until it has told something, or ended."""
        self._hear()

    def kill(self) -> None:
        """End it as a power cut would: nothing is flushed, nothing is said. What was told before counts."""
        with suppress(ProcessLookupError):  # it ends by itself at this moment
            if self._process.is_alive():
                os.kill(self._process.pid, signal.SIGKILL)
        while self._hear():
            pass
        self._process.join()

    def stop(self) -> None:
        """Ask it to end."""
        os.kill(self._process.pid, signal.SIGTERM)

    def ended(self) -> int:
        """Listen to the end; how it ended."""
        while self._hear():
            pass
        self._process.join()
        return int(self._process.exitcode or 0)

    def _hear(self) -> bool:
        try:
            self.told.append(self._heard.recv())
        except (EOFError, OSError):
            return False
        return True


def machine() -> Any:
    """Where processes are forked from."""
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(["tests.faults.deeds"])
    return forking


@contextmanager
def started(work: Work, *about: Any) -> Iterator[Victim]:
    """A process at work; killed at the end if it still is."""
    forking = machine()
    mine, theirs = forking.Pipe(duplex=False)
    process = forking.Process(target=_silent, args=(work, theirs, *about))
    process.start()
    theirs.close()
    victim = Victim(process, mine)
    try:
        yield victim
    finally:
        victim.kill()
        mine.close()


def _silent(work: Work, tell: Connection, *about: Any) -> None:
    """Its words go into a file that nobody else sees: it is meant to be cut off in the middle of them."""
    words = os.memfd_create("words")
    for stream in (1, 2):
        os.dup2(words, stream)
    work(tell, *about)
