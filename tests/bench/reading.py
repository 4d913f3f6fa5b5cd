"""Replay with validation, against the stock library's reading of the same events, and the memory it takes."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

from domain.archive import Log
from tests.bench import stock
from tests.bench.measure import Bench, Work, cpu, in_turn

_OFTEN = 10

# VmHWM is the process's own; ru_maxrss would count what the parent held when it forked.
_ALONE = """
import sys
from pathlib import Path
from domain.archive import Log
count = sum(1 for _ in Log(Path(sys.argv[1])).scan())
print(count, next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def replay(bench: Bench, story: Log) -> None:
    """Stock is read as its documentation reads, ten notifications at a time; and, for comparison, 500 at a time."""
    told = list(story.scan())
    baseline = stock.opened(bench.folder / "stock.sqlite")
    stock.fill(baseline, told)
    ways = (
        partial(_often, lambda: sum(1 for _ in story.scan())),
        partial(_often, partial(stock.read_log, baseline)),
        partial(_often, partial(stock.read_pages, baseline)),
    )
    rates = (_OFTEN * len(told) / spent for spent in in_turn(max(3, bench.rounds // 20), *ways, clock=cpu))
    ours, log, pages = rates
    bench.ratio("replay with validation / stock", ours, log, 2.5, "events/s")
    bench.ratio("the same / stock asked for 500 at a time", ours, pages, None, "events/s")


def _often(read: Work) -> None:
    """Long enough for the reading before, of the others, not to count."""
    for _ in range(_OFTEN):
        read()


def memory(bench: Bench, folder: Path) -> None:
    """What a whole replay takes in a process of its own."""
    words = [sys.executable, "-c", _ALONE, str(folder / "archive.sqlite")]
    told = subprocess.run(words, capture_output=True, text=True, check=True)
    events, kilobytes = map(int, told.stdout.split())
    bench.most(f"memory of a replay of {events:,} events", kilobytes / 1024, 80, "MB")
