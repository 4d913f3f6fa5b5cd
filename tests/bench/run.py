"""The benchmark: every line against a baseline measured in the same run, as ratios, since machines differ.

./run bench [--quick] [--events N] [--verified N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import batches, documents, ledger, loading, reading, recording, sheets, viewing
from tests.bench.measure import Bench
from tests.support.story import at_its_end, tell_once


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tidui bench", description=__doc__)
    parser.add_argument("--events", type=int, default=130_000, help="the size of the large archive")
    parser.add_argument("--verified", type=int, default=1_000_000, help="the size of the archive that is verified")
    parser.add_argument(
        "--quick", action="store_true", help="small archives and few rounds: tries the benchmark itself"
    )
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tidui-bench-") as name:
        events, verified, rounds = (6_000, 6_000, 6) if asked.quick else (asked.events, asked.verified, 200)
        bench = Bench(Path(name), events, verified, rounds)
        home = tell_once(bench.folder / "story")
        with at_its_end(home) as opened:
            large = loading.bulk(bench, opened.log)
            reading.replay(bench, opened.log)
            reading.memory(bench, large)
            viewing.rosters(bench, opened.views, large)
            sheets.large_roster(bench, opened)
            documents.dossier(bench, opened)
            documents.in_the_browser(bench, opened)
            batches.all_documents(bench, opened)
            ledger.at_size(bench, opened)
            recording.with_ledger(bench, opened)
            recording.one_fact(bench, opened)
    bench.show()
    return 1 if any(line.met is False for line in bench.lines) else 0


if __name__ == "__main__":
    sys.exit(main())
