"""Where the rows of a log stood when they were signed, as the hashes that were kept of them tell.

A leaf's hash holds its place, so a row that was moved is found by hashing it as though it stood where it did. Rows
side by side make a run. What is unlike everywhere could be looked for without end, so the looking has a limit.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any, NamedTuple

from projections.ledger import leaf, tree

_NEAR = 64  # places beyond the one due at which a row is looked for first
_TRIES = 2_000_000  # hashes that lead to nothing: a few seconds
_RUNS = 1000
_HASH = 32

Row = tuple[Any, ...]  # a stored row, of whatever types somebody has put into it


class Run(NamedTuple):
    """Rows side by side from a position on, and from which on they stood when signed; None where they were not."""

    at: int
    was: int | None
    length: int

    def goes_on(self, at: int, was: int | None) -> bool:
        """Whether a row belongs to it."""
        return at == self.at + self.length and was == (None if self.was is None else self.was + self.length)


class TooMany(Exception):
    """More differs than is looked into."""


class Kept:
    """The hashes of the leaves that were signed."""

    def __init__(self, leaves: bytes) -> None:
        self._leaves, self._left = leaves, _TRIES
        self.size = len(leaves) // _HASH

    def holds(self, row: Row, place: int) -> bool:
        """Whether this row was signed at a place. Raises TooMany in the end."""
        if not 0 < place <= self.size:
            return False
        if leaf.hash_of((place, *content_of(row))) == self._leaves[_HASH * (place - 1) : _HASH * place]:
            return True
        self._left -= 1
        if self._left < 0:
            raise TooMany
        return False

    def root(self) -> bytes:
        """The root over all of them."""
        return self.roots({self.size}).get(self.size, tree.EMPTY)

    def roots(self, sizes: Container[int]) -> dict[int, bytes]:
        """The roots over the first so many of them."""
        frontier, roots = tree.Frontier(), {}
        for start in range(0, len(self._leaves), _HASH):
            frontier.add(self._leaves[start : start + _HASH])
            if frontier.size in sizes:
                roots[frontier.size] = frontier.root()
        return roots


def content_of(row: Row) -> tuple[str, int, str, bytes]:
    """What is hashed of a row besides its place, whatever it is made of."""
    _, stream, version, topic, state = row
    return stream, version, topic, state if isinstance(state, bytes) else str(state).encode()


def aligned(rows: Iterable[Row], kept: Kept, first: int) -> list[Run]:
    """The runs of a log from its first difference on. Raises TooMany where they are too many to be told."""
    places: dict[int, int | None] = {}
    elsewhere = []
    due = first
    for row in rows:
        at = row[0]
        places[at] = was = _place(kept, row, (due, at, *range(due + 1, due + _NEAR)))
        if was is None:
            elsewhere.append(row)
        else:
            due = was + 1
    free = sorted(set(range(first, kept.size + 1)) - set(places.values()))
    for row in elsewhere:
        places[row[0]] = was = _place(kept, row, (due, *free))
        due = was + 1 if was else due
    return _runs(places)


def _place(kept: Kept, row: Row, likely: Iterable[int]) -> int | None:
    return next((place for place in likely if kept.holds(row, place)), None)


def _runs(places: dict[int, int | None]) -> list[Run]:
    runs: list[Run] = []
    for at, was in places.items():
        if runs and runs[-1].goes_on(at, was):
            runs[-1] = runs[-1]._replace(length=runs[-1].length + 1)
        else:
            runs.append(Run(at, was, 1))
    if len(runs) > _RUNS:
        raise TooMany
    return runs


def in_order(runs: list[Run]) -> list[Run]:
    """Of the runs that were signed those that still stand one behind the other, as many rows as can be."""
    signed = [run for run in runs if run.was is not None]
    weights: list[int] = []
    before: list[int | None] = []
    for run in signed:
        chains = ((weights[i], i) for i, other in enumerate(signed[: len(weights)]) if other.was < run.was)  # type: ignore[operator]
        weight, last = max(chains, default=(0, None))
        weights.append(weight + run.length)
        before.append(last)
    chain, at = [], weights.index(max(weights)) if weights else None
    while at is not None:
        chain.append(signed[at])
        at = before[at]
    return chain[::-1]
