"""The roster of a past day, and as known at a past moment, in a small archive and a large one."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from domain.archive import Log
from projections.moment import Views
from projections.roster import Roster, roster
from tests.bench.measure import Bench, cpu, in_turn
from tests.support.story import BATCH

PAST = date(2025, 6, 30)


def rosters(bench: Bench, small: Views, folder: Path) -> None:
    log = Log(folder / "archive.sqlite")
    large = Views(folder / "views.sqlite", log, small._clock)
    for what, known in (("of a past day", None), ("as known at a past moment", "2025-06-15")):
        before, after = in_turn(bench.rounds, partial(_asked, small, known), partial(_asked, large, known), clock=cpu)
        bench.most(f"roster {what}", after * 1000, 1, "ms", ".2f")
        bench.growth(f"roster {what}, {log.head():,} / {small.log.head():,} events", after, before, 1.3)
    large.close()
    log.close()


def _asked(views: Views, known_at: str | None) -> Roster:
    return roster(views.at(PAST, known_at), BATCH)
