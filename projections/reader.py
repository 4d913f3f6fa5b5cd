"""Facts at one pair of times, read from the table; what decisions ask of memory, views ask of this."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TypeVar, cast

from domain.events.base import Value
from domain.facts import Row
from projections.table import Segment

V = TypeVar("V", bound=Value)

# Rows of (subject, kind, key or all keys) known at a position or before it.
Rows = Callable[[str, str, str | None, int], list[Segment]]


class TableReader:
    """What was so at the end of the day `as_of`, as known at the position `known_at`.

    `rests_on` is the last position at which anything asked for so far changed: as long as it is the same, so is
    every answer. Other subjects' events leave it.
    """

    def __init__(self, rows: Rows, as_of: date, known_at: int) -> None:
        self._rows, self._day, self._known_at = rows, as_of.toordinal(), known_at
        self.rests_on = 0

    def one(self, subject: str, kind: type[V], key: str = "") -> Row[V] | None:
        """The value under a key, or None."""
        found = self._standing(subject, kind, key)
        return found[0] if found else None

    def all(self, subject: str, kind: type[V]) -> list[Row[V]]:
        """Every value of a kind, in the order of (since, origin)."""
        return sorted(self._standing(subject, kind, None), key=lambda row: (row.since, row.origin))

    def _standing(self, subject: str, kind: type[V], key: str | None) -> list[Row[V]]:
        day, known_at, found = self._day, self._known_at, []
        for key_, valid_from, origin, known_from, valid_to, known_to, source, value in self._rows(
            subject, kind.KIND, key, known_at
        ):
            known = known_to > known_at
            self.rests_on = max(self.rests_on, known_from if known else known_to)
            if known and value is not None and valid_from <= day < valid_to:
                found.append(Row(key_, cast(V, _value(kind, value)), date.fromordinal(valid_from), source, origin))
        return found


@lru_cache(maxsize=8192)
def _value(kind: type[Value], text: str) -> Value:
    """The validated value; values are frozen, so readers may share them."""
    return kind.model_validate_json(text)
