"""A roster of three thousand as a workbook."""

from __future__ import annotations

from datetime import date
from itertools import cycle, islice

from api.main import App
from exports.tables import ROSTER
from projections.roster import roster
from tests.bench.measure import Bench, cpu, in_turn
from tests.support.story import BATCH

_LINES = 3_000


def large_roster(bench: Bench, opened: App) -> None:
    """The story's members over and over, from the view to the file's bytes."""
    found = roster(opened.views.at(date(2026, 6, 30)), BATCH)
    tier = next(tier for tier in found.tiers if tier.members)
    members = tuple(islice(cycle(tier.members), _LINES))
    large = found.model_copy(update={"tiers": (tier.model_copy(update={"members": members}),)})
    (spent,) = in_turn(3, lambda: ROSTER.xlsx(large, {}, "", "zh"), clock=cpu)
    bench.most(f"roster of {_LINES:,} to XLSX", spent, 0.5, "CPU s", ".2f")
