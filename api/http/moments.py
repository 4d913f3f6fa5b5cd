"""The two times and the batch that every view can be asked for."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from api.http.asking import Opened
from domain.language import DAY_ONE
from projections.moment import Moment

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LAST = date(2999, 12, 31)


def _is_day(value: Any) -> Any:
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise PydanticCustomError("day_form", "a day is written 2024-03-14")
    return value


def _within(day: date) -> date:
    if not DAY_ONE <= day <= _LAST:
        bounds = {"first": DAY_ONE.isoformat(), "last": _LAST.isoformat()}
        raise PydanticCustomError("day_range", "a day lies between {first} and {last}", bounds)
    return day


Day = Annotated[date, BeforeValidator(_is_day), AfterValidator(_within)]


def _moment(
    opened: Opened,
    as_of: Annotated[Day | None, Query(description="What was so at the end of this day; today by default")] = None,
    known_at: Annotated[
        str | None,
        Query(
            max_length=40,
            description="What had been recorded by the end of this day, at this time, or up to this `@position`. "
            "In an address + is written %2B.",
            examples=["2024-03-20", "2024-03-20T09:00:00+08:00", "@120"],
        ),
    ] = None,
) -> Moment:
    return opened.views.at(as_of, known_at)


At = Annotated[Moment, Depends(_moment)]


Name = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{4}-[a-z0-9-]{1,40}$", description="By default the batch whose cycle holds the day"),
]


def _batch(moment: At, batch: Name = None) -> str | None:
    return moment.batch(batch) if batch is not None else None


# The batch that was asked for; Unknown where there is none of that name.
Batch = Annotated[str | None, Depends(_batch)]
