"""Bulk load: prepared events in large transactions, and the table of facts after them, against the raw driver."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from domain.archive import Log
from projections.runner import Runner
from tests.bench.archives import CHUNK, chunks, copies, grown, size_of
from tests.bench.measure import Bench, cpu
from tests.bench.raw import Raw

SAMPLE = 20_000


def bulk(bench: Bench, story: Log) -> Path:
    """Fills the large archive, and says what it takes on disk."""
    folder = bench.folder / "large"
    folder.mkdir()
    number = max(1, bench.events // story.head())
    log = Log(folder / "archive.sqlite")
    spent = grown(log, story, number)
    runner = Runner(folder / "views.sqlite", log)
    spent += cpu(runner.catch_up)
    count = log.head()
    runner.close()
    log.close()
    sample = list(islice(copies(story, number), min(count, SAMPLE)))
    raw = Raw(bench.folder / "raw-bulk.sqlite")
    raw_spent = sum(cpu(lambda chunk=chunk: raw.write(chunk)) for chunk in chunks(iter(sample)))  # type: ignore[misc]
    bench.ratio("bulk load with views / raw", count / spent, len(sample) / raw_spent, 0.3, f"events/s, {CHUNK} at once")
    each = size_of(folder / "archive.sqlite", folder / "views.sqlite") / count
    bench.most("on disk, views included", each, 800, "bytes an event")
    return folder
