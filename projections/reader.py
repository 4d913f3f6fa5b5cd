"""Facts at one pair of times, read from the table; what decisions ask of memory, views ask of this."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Protocol, TypeVar, cast

from domain.events.base import Value
from domain.facts import Row
from projections.table import Segment

V = TypeVar("V", bound=Value)
_PLACE = attrgetter("since", "origin")


class Source(Protocol):
    """Where rows come from: those known at a position or before it."""

    def rows(self, subject: str, kind: str, key: str | None, position: int) -> list[Segment]:
        """Rows of one line, or of all lines of a kind."""

    def rows_of(
        self, subjects: Sequence[str], kinds: Sequence[str], position: int
    ) -> dict[tuple[str, str], list[Segment]]:
        """Rows of several subjects and kinds in one look."""

    def rows_under(self, subject: str, kind: str, keys: Sequence[str], position: int) -> list[Segment]:
        """Rows of several lines in one look."""


class TableReader:
    """What was so at the end of the day `as_of`, as known at the position `known_at`.

    `rests_on` is the last position at which anything asked for so far changed: as long as it is the same, so is
    every answer. Other subjects' events leave it.
    """

    def __init__(self, source: Source, as_of: date, known_at: int) -> None:
        self._source, self._day, self._known_at = source, as_of.toordinal(), known_at
        self._ahead: dict[tuple[str, str], list[Segment]] = {}
        self.rests_on = 0

    def one(self, subject: str, kind: type[V], key: str = "") -> Row[V] | None:
        """The value under a key, or None."""
        ahead = self._ahead.get((subject, kind.KIND))
        if ahead is None:
            rows = self._source.rows(subject, kind.KIND, key, self._known_at)
        else:
            rows = [row for row in ahead if row[0] == key]
        found = self._standing(kind, rows)
        return found[0] if found else None

    def all(self, subject: str, kind: type[V]) -> list[Row[V]]:
        """Every value of a kind, in the order of (since, origin)."""
        rows = self._ahead.get((subject, kind.KIND))
        if rows is None:
            rows = self._source.rows(subject, kind.KIND, None, self._known_at)
        return sorted(self._standing(kind, rows), key=_PLACE) if rows else []

    def some(self, subject: str, kind: type[V], keys: Sequence[str]) -> dict[str, Row[V]]:
        """The values under several keys, where there are any."""
        rows = self._source.rows_under(subject, kind.KIND, keys, self._known_at)
        return {row.key: row for row in self._standing(kind, rows)}

    def read_ahead(self, subjects: Sequence[str], *kinds: type[Value]) -> None:
        """Fetch in one look what `one` and `all` are going to be asked."""
        self._ahead |= self._source.rows_of(subjects, [kind.KIND for kind in kinds], self._known_at)

    def _standing(self, kind: type[V], rows: list[Segment]) -> list[Row[V]]:
        day, known_at, last = self._day, self._known_at, self.rests_on
        found: list[Row[V]] = []
        for key, since, origin, known_from, until, known_to, source, value in rows:
            known = known_to > known_at
            last = max(last, known_from if known else known_to)
            if known and value is not None and since <= day < until:
                found.append(Row(key, cast(V, _value(kind, value)), date.fromordinal(since), source, origin))
        self.rests_on = last
        return found


@lru_cache(maxsize=8192)
def _value(kind: type[Value], text: str) -> Value:
    """The validated value; values are frozen, so readers may share them."""
    return kind.model_validate_json(text)
