"""All documents of a batch: the CPU they take against a process for each file with tables that size themselves, what
unchanged ones take from the question to a folder to be handed over, and how much memory a worker needs.
"""

from __future__ import annotations

import resource
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

from api import batches
from api.batch_folder import to_folder
from api.main import App
from exports.pdf.kept import KeptDocuments
from exports.pdf.manuscript import Manuscript
from exports.pdf.workers import Workers
from tests.bench.measure import Bench, cpu, in_turn
from tests.support.story import BATCH

_DAY = date(2026, 6, 30)
_EVERY = 8  # one file in so many is set the naive way, and the time taken so many times
_AUTO = "<style>table { table-layout: auto !important }</style></head>"


class _Seen(Workers):
    """Workers that remember what they set."""

    def __init__(self, processes: int) -> None:
        super().__init__(processes)
        self.manuscripts: list[Manuscript] = []

    def render(self, manuscript: Manuscript) -> bytes:
        self.manuscripts.append(manuscript)
        return super().render(manuscript)

    def peak(self) -> int:
        """The most that any of them took, in KiB, by the kernel's own mark."""
        return max(_peak(one.process.pid) for one in self._idle.queue if one)


def all_documents(bench: Bench, opened: App) -> None:
    workers = _Seen(2)
    own = replace(opened, workers=workers, press=KeptDocuments(bench.folder / "kept-batch", workers))
    moment = own.views.at(_DAY)
    run = batches.begin(own, moment, BATCH)

    def ours() -> None:
        deque(batches.drawn(run), maxlen=0)
        bench.most("memory of a worker, a batch through", workers.peak() / 1024, 300, "MiB")
        workers.close()

    def naive() -> None:
        for one in workers.manuscripts[::_EVERY]:
            _alone(one)

    spent = _all_cpu(ours)
    made = len(workers.manuscripts)
    bench.share(f"{made} documents of a batch, CPU", spent, _EVERY * _all_cpu(naive), 0.6, "s")
    folders = (bench.folder / f"batch-{number}" for number in count())
    (unchanged,) = in_turn(3, lambda: deque(to_folder(run, next(folders)), maxlen=0), clock=cpu)
    bench.least("documents unchanged, from kept bytes into a folder", made / unchanged, 200, "/CPU s")


def _alone(manuscript: Manuscript) -> None:
    with Workers(1) as process:
        process.render(replace(manuscript, html=manuscript.html.replace("</head>", _AUTO, 1)))


def _all_cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU of this process and of the children that end meanwhile."""
    before = _spent()
    work()
    return _spent() - before


def _spent() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak(pid: int) -> int:
    marks = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(marks["VmHWM"].split()[0])
