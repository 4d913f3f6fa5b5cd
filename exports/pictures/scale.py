"""Scales: where on the sheet a day or a number lies, and which of them are written at the foot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.language import add_months

_MOST_MARKS = 9


@dataclass(frozen=True)
class Scale:
    """From one number to another, laid from `left` to `right`."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        held = min(max(value, self.low), self.high)
        return self.left + (self.right - self.left) * (held - self.low) / (self.high - self.low or 1)


@dataclass(frozen=True)
class Days:
    """From the beginning of one day to the end of another."""

    first: date
    last: date
    left: float
    right: float

    def __call__(self, day: date) -> float:
        """Where the day begins."""
        return Scale(0, (self.last - self.first).days + 1, self.left, self.right)((day - self.first).days)

    def after(self, day: date) -> float:
        """Where the day ends."""
        return self(day + timedelta(days=1))

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def months(self) -> Iterator[date]:
        """Firsts of months, as far apart as there is room for."""
        start = self.first.replace(day=1)
        span = (self.last.year - start.year) * 12 + self.last.month - start.month
        apart = next((step for step in (1, 2, 3, 6) if span / step <= _MOST_MARKS), 12)
        start = start.replace(month=1) if apart > 1 else start
        for n in range(0, span + 12, apart):
            if self.holds(day := add_months(start, n)):
                yield day

    def days(self) -> Iterator[date]:
        """Days, as far apart as there is room for."""
        count = (self.last - self.first).days + 1
        for n in range(0, count, -(-count // _MOST_MARKS)):
            yield self.first + timedelta(days=n)
