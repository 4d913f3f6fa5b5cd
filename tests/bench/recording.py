"""One recorded fact: acknowledged and visible in the roster, ours, raw and stock; and with and without the ledger."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from functools import partial

from api.main import App
from domain.desk import Request
from domain.events.base import Recorded
from domain.language import Capacity
from projections.roster import roster
from tests.bench import stock
from tests.bench.measure import Bench, timed
from tests.bench.raw import Raw

NEVER = 1 << 39


class Facts:
    """Suspends and resumes the members of the present batch in turn."""

    def __init__(self, opened: App) -> None:
        now = roster(opened.views.at())
        self.batch = str(now.batch)
        self._office = opened.office
        self._request = Request(occurred_on=now.as_of, capacity=Capacity.OFFICE_CLERK, reason="试")
        people = [member.person_id for tier in now.tiers for member in tier.members]
        self._next = self._acts(people)

    def record(self) -> None:
        command, person = next(self._next)
        self._office.handle(command, {"person": person, "batch": self.batch}, self._request)

    @staticmethod
    def _acts(people: list[str]) -> Iterator[tuple[str, str]]:
        while True:
            for command in ("suspend-membership", "resume-membership"):
                for person in people:
                    yield command, person


def one_fact(bench: Bench, opened: App) -> None:
    """All three begin with the same events."""
    facts, told = Facts(opened), list(opened.log.scan())
    raw, app = Raw(bench.folder / "raw.sqlite"), stock.opened(bench.folder / "stock-one.sqlite")
    raw.write(told)
    stock.fill(app, told)
    projection = stock.Projection(bench.folder / "stock-views.sqlite")
    projection.catch_up(app)
    day = opened.views.at().as_of.toordinal()
    times: list[tuple[float, ...]] = []
    for turn in range(bench.rounds):
        ours = timed(partial(_recorded_and_seen, opened, facts))
        last = opened.log.get(opened.log.head())
        again = Recorded(last.stream, 10_000 + turn, 10_000 + turn, last.body)
        theirs = timed(partial(_written_and_seen, raw, again, facts.batch, day))
        times.append((ours, theirs, timed(partial(_saved_and_projected, app, projection, last))))
    ours_, theirs_, stocks = (1 / statistics.median(column) for column in zip(*times, strict=True))
    bench.ratio("one fact, visible in the roster / raw", ours_, theirs_, 0.35, "facts/s")
    bench.ratio("the same, stock with its projection / raw", stocks, theirs_, None, "facts/s")


def with_ledger(bench: Bench, opened: App) -> None:
    """The same day's facts with signing on and off in turn. A day's first also signs; that is a line of its own."""
    facts, office = Facts(opened), opened.office
    signing = office.recorded
    facts.record()
    times: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * bench.rounds):
        on = bool(turn % 2)
        office.recorded = signing if on else None
        times[on].append(timed(facts.record))
    office.recorded = signing
    after, before = (statistics.median(times[on]) for on in (True, False))
    bench.growth("recording a fact, with / without the ledger", after, before, 1.15)
    facts.record()
    spent = timed(opened.ledger.checkpoint)
    bench.told("a checkpoint with its attestation, once a day", spent * 1000, "ms", ".0f")


def _recorded_and_seen(opened: App, facts: Facts) -> None:
    facts.record()
    roster(opened.views.at(), facts.batch)


def _written_and_seen(raw: Raw, event: Recorded, batch: str, day: int) -> None:
    raw.write([event])
    raw.roster(batch, day, NEVER)


def _saved_and_projected(app: stock.Stock, projection: stock.Projection, event: Recorded) -> None:
    app.record(event)
    projection.catch_up(app)
