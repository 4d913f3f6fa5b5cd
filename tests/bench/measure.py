"""How lines are measured, and the table they are printed in.

Times of ours and of a baseline are taken in turn, in one process, so that what else the machine does hits both.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

Work = Callable[[], object]


class Line(NamedTuple):
    """One row of the table; `met` is None where nothing is demanded."""

    what: str
    ours: str
    baseline: str
    target: str
    met: bool | None


@dataclass
class Bench:
    """Where the pieces lie, how large they are, and the lines measured so far."""

    folder: Path
    events: int
    verified: int
    rounds: int
    lines: list[Line] = field(default_factory=list)

    def most(self, what: str, ours: float, limit: float, unit: str, form: str = ",.0f") -> None:
        """A figure that is not to be passed."""
        self.lines.append(Line(what, f"{ours:{form}} {unit}", "", f"≤ {limit:,g} {unit}", ours <= limit))

    def least(self, what: str, ours: float, limit: float, unit: str, form: str = ",.0f") -> None:
        """A figure that is to be reached."""
        self.lines.append(Line(what, f"{ours:{form}} {unit}", "", f"≥ {limit:,g} {unit}", ours >= limit))

    def told(self, what: str, ours: float, unit: str, form: str = ",.0f") -> None:
        """A figure that nothing is demanded of."""
        self.lines.append(Line(what, f"{ours:{form}} {unit}", "", "", None))

    def ratio(self, what: str, ours: float, baseline: float, least: float | None, unit: str) -> None:
        """Ours against a baseline, both as rates; without a target for comparison only."""
        ratio = ours / baseline
        target = f"{ratio:.2f} ≥ {least}" if least else f"{ratio:.2f}, for comparison"
        met = ratio >= least if least else None
        self.lines.append(Line(what, f"{ours:,.0f} {unit}", f"{baseline:,.0f} {unit}", target, met))

    def share(self, what: str, ours: float, baseline: float, most: float, unit: str) -> None:
        """What ours costs of what a baseline costs."""
        part = ours / baseline
        target = f"{part:.2f} ≤ {most}"
        self.lines.append(Line(what, f"{ours:,.1f} {unit}", f"{baseline:,.1f} {unit}", target, part <= most))

    def growth(self, what: str, after: float, before: float, most: float) -> None:
        """A time against what it was, in milliseconds."""
        ratio = after / before
        target = f"{ratio:.2f} ≤ {most}"
        self.lines.append(Line(what, f"{after * 1000:.2f} ms", f"{before * 1000:.2f} ms", target, ratio <= most))

    def show(self) -> None:
        table = Table(title="tidui bench", show_edge=False)
        for column in ("what", "ours", "baseline", "target", "met"):
            table.add_column(column)
        for *cells, met in self.lines:
            table.add_row(*map(str, cells), {True: "yes", False: "NO", None: ""}[met])
        Console(width=150).print(table)


def timed(work: Work) -> float:
    """Seconds by the clock on the wall."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cpu(work: Work) -> float:
    """Seconds of CPU that this process spends."""
    start = time.process_time()
    work()
    return time.process_time() - start


def in_turn(rounds: int, *works: Work, clock: Callable[[Work], float] = timed) -> list[float]:
    """The least time of each, taken in turn after a round to warm up: what else the machine does only adds to it."""
    gc.collect()
    gc.freeze()
    for work in works:
        work()
    times = [[clock(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]
