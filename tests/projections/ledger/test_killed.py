"""Killed at any moment between event, view and checkpoint, an archive goes on: no fork, no event lost, all verifies.

So it does when it is killed while its key changes.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
from collections import Counter
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from api import settings
from api.home import Home
from api.main import init_home, open_home
from api.proving import check_archive
from api.rotating import rotate
from projections.ledger.checkpoint import parse_checkpoint
from tests.projections.ledger.tampering import START, recorded

pytestmark = pytest.mark.slow

ROUNDS = 100
ANY, ON_DISK = 35_000, 250  # about the calls that recording one event makes, and those of them that reach the disk
DISK = {"execute", "executemany", "commit", "fsync", "replace", "rename", "write", "flush", "flock", "mkdir", "close"}


class Death:
    """Kills this process before or after one of its calls: of all, or of those that reach the disk."""

    def __init__(self, calls: int, *, on_disk: bool) -> None:
        self.left, self.on_disk = calls, on_disk

    def __call__(self, frame: FrameType, event: str, what: Any) -> None:
        del frame
        if not self.on_disk or (event.startswith("c_") and what.__name__ in DISK):
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def record(home: Path, start: int, death: Death, told: Connection) -> None:
    """Record a person a day, each under a checkpoint, and tell of each that is done, until death; now and then the key
    changes first.
    """
    sys.setprofile(death)
    if start % 3 == 1:
        with open_home(home, settings.load(), lambda: START + timedelta(days=start)) as opened:
            rotate(opened, "经办人换岗")
    for number in range(start, start + 3):
        recorded(home, 1, start=number)
        told.send(number + 1)


def test_an_archive_killed_at_any_moment_goes_on(tmp_path: Path) -> None:
    home, at_random = tmp_path / "home", random.Random(3)
    init_home(home, settings.load(), practice=True, seed="killed")
    machine = multiprocessing.get_context("forkserver")
    machine.set_forkserver_preload([__name__, "tests.projections.ledger.tampering"])
    size, left = 0, Counter[str]()
    held = Home(home).held
    for number in range(ROUNDS):
        on_disk = number % 2 == 0
        death = Death(at_random.randrange(1, ON_DISK if on_disk else ANY), on_disk=on_disk)
        mine, theirs = machine.Pipe(duplex=False)
        child = machine.Process(target=record, args=(home, size, death, theirs))
        child.start()
        theirs.close()
        told = [size, *_heard(mine)][-1]
        child.join()
        assert child.exitcode == -signal.SIGKILL
        before, size = size, _goes_on(home, told, left)
        left["nothing"] += size == before
        left["a key to come"] += held.next_file.exists()
        if number % 10 == 9:
            assert check_archive(Home(home), [])[1].problems == []
    assert min(left["nothing"], left["no checkpoint"]) > 5  # it died on either side of the event
    assert min(left["a key to come"], left["a key in no checkpoint"], len(Home(home).keys().turns)) > 2


def _heard(told: Connection) -> list[int]:
    heard: list[int] = []
    while True:
        try:
            heard.append(told.recv())
        except EOFError:
            return heard


def _goes_on(home: Path, told: int, left: Counter[str]) -> int:
    """How many events there are now; what was told is among them, and what was signed is continued."""
    with open_home(home, settings.load()) as opened:
        size, last = opened.log.head(), opened.ledger.last()
        covered = parse_checkpoint(last).size if last else 0
        assert covered <= size
        assert told <= size
        left["no checkpoint"] += covered < size
        left["a key in no checkpoint"] += covered < opened.ledger.keys().turns[-1].since
        if size:
            assert parse_checkpoint(opened.ledger.checkpoint()).size == size
    return size
