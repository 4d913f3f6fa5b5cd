"""The event behind a value, told: who recorded it in which capacity, when it happened, when it was recorded."""

from __future__ import annotations

from collections.abc import Iterable

from projections.flat import origin
from projections.history import HistoryEntry, entry
from projections.moment import Moment
from projections.parts.resolved import Resolved, resolved
from projections.sentences import Teller
from projections.shape import Shape


class Cause(Shape):
    """An event, the decision that it carries out, and how it came to read as it does.

    `course` is the event as it was first recorded, then every correction and withdrawal of it, in their order.
    """

    event: HistoryEntry
    course: tuple[HistoryEntry, ...]
    decision: Resolved | None


class Causes:
    """Tells events as one moment knows them."""

    def __init__(self, moment: Moment) -> None:
        self._moment, self._teller, self._last = moment, Teller(moment), 0

    @property
    def rests_on(self) -> int:
        """The last position at which anything told so far changed."""
        return max(self._moment.rests_on, self._teller.rests_on, self._last)

    def of(self, positions: Iterable[int]) -> tuple[Cause, ...]:
        """Each event once, in the order of the log."""
        return tuple(self._cause(position) for position in sorted(set(positions)))

    def _cause(self, position: int) -> Cause:
        first = origin(self._moment, position)
        course = (first, *(amendment.position for amendment in self._moment.amendments(first)))
        return Cause(
            event=self._told(position),
            course=tuple(self._told(place) for place in course),
            decision=self._decision(first),
        )

    def _told(self, position: int) -> HistoryEntry:
        self._last = max(self._last, position)
        return entry(self._moment, self._teller, self._moment.recorded(position))

    def _decision(self, position: int) -> Resolved | None:
        counts = self._moment.standing(position) or self._moment.recorded(position)
        return resolved(self._moment, counts.stream, getattr(counts.event, "resolution", None))
