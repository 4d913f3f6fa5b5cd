"""The whole archive verified at a million events, on one core and on two, and a proof of one event among them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from api import settings
from api.main import App, init_home, open_home
from projections.ledger.ledger import Ledger
from tests.bench.archives import grown
from tests.bench.measure import Bench, in_turn

# Wall seconds, CPU seconds, and the most memory that one process took, in kB; see reading.py.
_ALONE = """
import os, resource, sys, time
from pathlib import Path
from api.home import Home
from api.proving import check_archive
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:int(sys.argv[2])])
start = time.perf_counter()
_, report = check_archive(Home(Path(sys.argv[1])), [])
spent = time.perf_counter() - start
assert not report.problems, report.problems
own, others = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
most = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
used = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
print(report.events, spent, used, max(most, others.ru_maxrss))
"""


class _Verified(NamedTuple):
    events: int
    wall: float
    cpu: float
    kilobytes: int


def at_size(bench: Bench, story: App) -> None:
    home = _signed(bench, story)
    one = _verified(home, cores=1)
    name = f"full verification of {one.events:,} events"
    bench.least(f"{name}, one core", one.events / one.cpu, 40_000, "events/s")
    bench.most(f"{name}, memory", one.kilobytes / 1024, 500, "MB")
    if len(os.sched_getaffinity(0)) > 1:
        bench.least(f"{name}, two cores / one", one.wall / _verified(home, cores=2).wall, 1.5, "×", ".2f")


def _signed(bench: Bench, story: App) -> Path:
    """An archive of the size with its views, its tree and a signed head; proofs are timed while it is open."""
    home = bench.folder / "verified"
    init_home(home, settings.load(), practice=True, seed="bench")
    shutil.copytree(story.home.evidence, home / "evidence", dirs_exist_ok=True)
    with open_home(home, settings.load()) as opened:
        grown(opened.log, story.log, max(1, bench.verified // story.log.head()))
        opened.ledger.checkpoint()
        (spent,) = in_turn(bench.rounds, lambda: _proof(opened.ledger, opened.log.head()))
        bench.most(f"inclusion proof among {opened.log.head():,} events", spent * 1000, 1, "ms", ".2f")
    return home


def _proof(ledger: Ledger, size: int) -> None:
    ledger.proof(size // 3)


def _verified(home: Path, cores: int) -> _Verified:
    told = subprocess.run(
        [sys.executable, "-c", _ALONE, str(home), str(cores)], capture_output=True, text=True, check=True
    )
    events, wall, cpu, kilobytes = told.stdout.split()
    return _Verified(int(events), float(wall), float(cpu), int(kilobytes))
