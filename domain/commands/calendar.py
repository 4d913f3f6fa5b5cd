"""Working days in China, transfer days included. A year the state has not announced is said to be unannounced."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

from domain.errors import Refusal


@cache
def _china(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


def announced(year: int) -> bool:
    """Whether the year's days off and transfer days are known (未公布 otherwise)."""
    return any(label for label in _china(year).values() if "休息日" in label or "Day off" in label)


def is_working_day(day: date) -> bool:
    """Whether people work on the day, by the announced calendar."""
    calendar = _china(day.year)
    return bool(calendar.is_working_day(day))


def notice_ends_on(posted: date, working_days: int) -> date:
    """The last day of a notice: so many working days, counted from the day after posting (R4)."""
    day = posted
    while working_days > 0:
        day += timedelta(days=1)
        if not announced(day.year):
            raise Refusal(
                "R4",
                f"{day.year} 年放假安排未公布，公示期算不出来。",
                f"The days off of {day.year} are not announced yet, so the notice's end is unknown.",
            )
        working_days -= is_working_day(day)
    return day
