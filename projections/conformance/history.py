"""The departures of a whole history, in its first reading and in what is known today."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from domain.archive import Log
from domain.events.base import Recorded
from domain.facts import Facts
from domain.language import Departure
from projections.conformance.deviation import Deviation
from projections.conformance.readings import as_known_today, otherwise
from projections.conformance.replay import Again, replay


class Judged(NamedTuple):
    """A history decided again: its facts, what departs, and the limits that were crossed with support."""

    known: Facts
    deviations: tuple[Deviation, ...]
    covered: tuple[Deviation, ...]


@lru_cache(maxsize=2)
def judged(log: Log, position: int) -> Judged:
    """The history up to a position; what an earlier position names never changes, so the last answers are kept."""
    known, found = Facts(), {}
    for bundle, again in replay(transactions(log, position), known):
        if again.deviations or again.covered:
            found[bundle[0].body.correlation] = again
    deviations = [d for again in found.values() for d in again.deviations]
    covered = [d for again in found.values() for d in again.covered]
    return Judged(known, (*deviations, *_outdated(known, found)), tuple(covered))


def transactions(log: Log, position: int) -> Iterator[Recorded]:
    """The events up to a position; a transaction that it cuts through is left out."""
    following = log.read(position, limit=1)
    cut = following[0].body.correlation if following else None
    return (recorded for recorded in log.scan(upto=position) if recorded.body.correlation != cut)


def _outdated(known: Facts, first: dict[str, Again]) -> Iterator[Deviation]:
    """What would be decided otherwise with what is known today: nothing is decided again, but it is said."""
    for bundle, again in replay(as_known_today(known), Facts()):
        if bundle[0].event.BIOGRAPHY:
            continue
        for found in otherwise(again, first.get(bundle[0].body.correlation)):
            yield found._replace(
                departure=Departure.OUTDATED,
                zh=f"按今天所知重算：{found.zh}",
                en=f"By what is known today: {found.en}",
            )
