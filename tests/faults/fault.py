"""What a fault of the suite is, and what came of trying it."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_FEW = 5


@dataclass
class Result:
    """How often it was tried, what was counted on the way, and each thing that broke what is promised."""

    tries: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    skipped: str = ""

    def add(self, problems: list[str], *counted: str) -> None:
        """One try, with what it broke."""
        self.tries += 1
        self.broken += problems
        self.counts.update(counted)


Play = Callable[[Path, int, random.Random], Result]


class Fault(NamedTuple):
    """`promise` is what must hold under it. `teeth` plays a variant that does not keep the promise: it must be caught.

    `quick` and `whole` are how often it is tried; 0 leaves it out of the quick run. The variant is tried until it is
    caught, at most `bites` times.
    """

    name: str
    promise: str
    play: Play
    quick: int
    whole: int
    teeth: Play | None = None
    bites: int = 200
    needs_root: bool = False


def run(fault: Fault, folder: Path, tries: int, seed: int) -> tuple[Result, Result | None]:
    """The fault and its variant, each in a folder of its own."""
    if fault.needs_root and os.geteuid() != 0:
        return Result(skipped="needs root"), None
    folder.mkdir(parents=True)
    result = fault.play(_new(folder / "fault"), tries, random.Random(seed))
    if fault.teeth is None or result.skipped:
        return result, None
    return result, _caught(fault.teeth, folder, fault.bites, seed)


def _caught(teeth: Play, folder: Path, bites: int, seed: int) -> Result:
    """The variant, a few tries at a time until it is caught."""
    all_of_it = Result()
    while all_of_it.tries < bites and not all_of_it.broken:
        few = teeth(_new(folder / f"teeth-{all_of_it.tries}"), _FEW, random.Random(seed + all_of_it.tries))
        all_of_it = Result(all_of_it.tries + few.tries, all_of_it.counts + few.counts, few.broken)
    return all_of_it


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder
