"""Facts at one pair of times, read from the table; what decisions ask of memory, views ask of this."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from operator import itemgetter
from typing import Protocol, TypeVar, cast

from domain.events.base import Value
from domain.facts import Row
from projections.table import Segment, Times

V = TypeVar("V", bound=Value)
_PLACE = itemgetter(2, 4)  # since, origin


class Source(Protocol):
    """Where rows come from: those that stand at a pair of times, and the position of the last change among them."""

    def rows(self, subject: str, kind: str, keys: Sequence[str] | None, at: Times) -> tuple[list[Segment], int]:
        """Rows of a kind, or of some of its keys."""

    def rows_of(
        self, subjects: Sequence[str], kinds: Sequence[str], at: Times
    ) -> tuple[dict[tuple[str, str], list[Segment]], int]:
        """Rows of several subjects and kinds in one look."""


class Remembered:
    """A source that is asked each question once, for many readers at the same times."""

    def __init__(self, source: Source) -> None:
        self._rows, self._rows_of = cache(source.rows), cache(source.rows_of)

    def rows(self, subject: str, kind: str, keys: Sequence[str] | None, at: Times) -> tuple[list[Segment], int]:
        return self._rows(subject, kind, keys if keys is None else tuple(keys), at)

    def rows_of(
        self, subjects: Sequence[str], kinds: Sequence[str], at: Times
    ) -> tuple[dict[tuple[str, str], list[Segment]], int]:
        return self._rows_of(tuple(subjects), tuple(kinds), at)


class TableReader:
    """What was so at the end of the day `as_of`, as known at the position `known_at`.

    `rests_on` is the last position at which anything asked for so far changed: as long as it is the same, so is
    every answer. Other subjects' events leave it.
    """

    def __init__(self, source: Source, as_of: date, known_at: int) -> None:
        self._source, self._at = source, Times(as_of.toordinal(), known_at)
        self._ahead: dict[tuple[str, str], list[Segment]] = {}
        self.rests_on = 0

    def anew(self) -> TableReader:
        """Another reader at the same times, that has read nothing yet."""
        return TableReader(self._source, date.fromordinal(self._at.day), self._at.position)

    def one(self, subject: str, kind: type[V], key: str = "") -> Row[V] | None:
        """The value under a key, or None."""
        rows = self._ahead.get((subject, kind.KIND))
        if rows is None:
            rows = self._ask(subject, kind, [key])
        return next((_row(kind, row) for row in rows if row[0] == key), None)

    def all(self, subject: str, kind: type[V]) -> list[Row[V]]:
        """Every value of a kind, in the order of (since, origin)."""
        rows = self._ahead.get((subject, kind.KIND))
        if rows is None:
            rows = self._ask(subject, kind, None)
        return [_row(kind, row) for row in sorted(rows, key=_PLACE)]

    def some(self, subject: str, kind: type[V], keys: Sequence[str]) -> dict[str, Row[V]]:
        """The values under several keys, where there are any."""
        return {row[0]: _row(kind, row) for row in self._ask(subject, kind, keys)}

    def read_ahead(self, subjects: Sequence[str], *kinds: type[Value]) -> None:
        """Fetch in one look what `one` and `all` are going to be asked."""
        rows, last = self._source.rows_of(subjects, [kind.KIND for kind in kinds], self._at)
        self._ahead |= rows
        self.rests_on = max(self.rests_on, last)

    def _ask(self, subject: str, kind: type[Value], keys: Sequence[str] | None) -> list[Segment]:
        rows, last = self._source.rows(subject, kind.KIND, keys, self._at)
        self.rests_on = max(self.rests_on, last)
        return rows


def _row(kind: type[V], segment: Segment) -> Row[V]:
    key, text, since, source, origin = segment
    return Row(key, cast(V, _value(kind, text)), date.fromordinal(since), source, origin)


@lru_cache(maxsize=8192)
def _value(kind: type[Value], text: str) -> Value:
    """The validated value; values are frozen, so readers may share them."""
    return kind.model_validate_json(text)
