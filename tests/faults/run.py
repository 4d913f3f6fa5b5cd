"""`./run faults`: everything that can happen to an archive, tried again and again, with a table at the end.

    ./run faults [--quick] [--only WORDS] [--seed N] [--share F] [--write FILE]

Each fault has a promise that must hold under it, and where it can a variant that breaks the promise: it must be caught,
or the fault has no teeth. What needs root or a loop device says so where it cannot run. Load goes to this machine only.
"""

from __future__ import annotations

import argparse
import logging
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import structlog

from tests.faults import bent, crowd, displacing, killing, power, service, surroundings
from tests.faults.fault import Fault, Result, run

FAULTS = (
    *(*killing.FAULTS, *service.FAULTS, *power.FAULTS, *crowd.FAULTS),
    *(*surroundings.FAULTS, *displacing.FAULTS, *bent.FAULTS),
)


class Line(NamedTuple):
    """What came of one fault, and how long it took."""

    fault: Fault
    result: Result
    teeth: Result | None
    seconds: float

    @property
    def is_well(self) -> bool:
        """The promise held, and its variant was caught."""
        return bool(self.result.skipped) or (not self.result.broken and (self.teeth is None or bool(self.teeth.broken)))

    def cells(self) -> tuple[str, ...]:
        """Fault, promise, tries, what was counted, broken, teeth, seconds."""
        if self.result.skipped:
            return self.fault.name, self.fault.promise, "–", self.result.skipped, "–", "–", "–"
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.result.counts.items()))
        teeth = (f"caught in {self.teeth.tries}" if self.teeth.broken else "not caught") if self.teeth else "–"
        tries, broken = str(self.result.tries), str(len(self.result.broken))
        return self.fault.name, self.fault.promise, tries, counts, broken, teeth, f"{self.seconds:.0f}"


HEAD = ("fault", "promise", "tries", "counted", "broken", "teeth", "seconds")


def main(words: Sequence[str]) -> int:
    asked = argparse.ArgumentParser(prog="./run faults", description=__doc__.split("\n")[0])
    asked.add_argument("--quick", action="store_true", help="a few tries of what needs neither root nor long")
    asked.add_argument("--only", default="", help="faults with these words in their name")
    asked.add_argument("--seed", type=int, default=None)
    asked.add_argument("--share", type=float, default=1.0, help="of the tries of the whole, for a shorter run")
    asked.add_argument("--write", type=Path, default=None, help="put the table into this page, under its heading")
    told = asked.parse_args(words)
    seed = told.seed if told.seed is not None else random.SystemRandom().randrange(10**6)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    _say(f"seed {seed}")
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="tidui-faults-") as folder:
        for fault in FAULTS:
            tries = fault.quick if told.quick else max(1, round(fault.whole * told.share))
            if told.only in fault.name and tries:
                lines.append(_line(fault, Path(folder) / f"{len(lines)}", tries, seed))
                _show(lines[-1])
    table = _table(lines, seed)
    _say(table)
    if told.write:
        _written(told.write, table)
    return 0 if all(line.is_well for line in lines) else 1


def _line(fault: Fault, folder: Path, tries: int, seed: int) -> Line:
    begun = time.monotonic()
    result, teeth = run(fault, folder, tries, seed)
    return Line(fault, result, teeth, time.monotonic() - begun)


def _show(line: Line) -> None:
    _say(("✓ " if line.is_well else "✗ ") + " | ".join(line.cells()))
    for problem in line.result.broken[:5]:
        _say(f"    {problem:.300}")


def _table(lines: Sequence[Line], seed: int) -> str:
    rows = [HEAD, ("---",) * len(HEAD), *(line.cells() for line in lines)]
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
    about = f"{datetime.now(UTC):%Y-%m-%d}, commit {commit.stdout.strip() or 'unknown'}, seed {seed}, {_machine()}"
    return "\n".join([about, "", *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def _machine() -> str:
    cores = len(Path("/proc/cpuinfo").read_text(encoding="utf-8").split("processor\t")) - 1
    return (
        f"{platform.system()} {platform.release().partition('-')[0]}, {cores} cores, Python {platform.python_version()}"
    )


_MARKS = "<!-- written by ./run faults -->\n", "<!-- end -->\n"


def _written(page: Path, table: str) -> None:
    before, _, rest = page.read_text(encoding="utf-8").partition(_MARKS[0])
    _, _, after = rest.partition(_MARKS[1])
    page.write_text(before + _MARKS[0] + table + _MARKS[1] + after, encoding="utf-8")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
