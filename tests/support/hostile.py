"""Values for a field of an event, derived from its type and from what is on record: plausible ones and hostile ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum
from functools import cache
from typing import Any, get_args

from domain.events.base import Event, Recorded
from domain.facts import Facts, is_amendment

DAYS = (-400, -40, -10, -1, 1, 10, 40, 400)
CODES = ("three", "four", "five", "six", "office", "other", "homeroom_teacher", "party_secretary", "nobody")


def correctable(known: Facts) -> list[Recorded]:
    """The events that a correction may name, as they count now."""
    counts = (known.standing(recorded.position) for recorded in known.log() if not is_amendment(recorded.event))
    return [standing for standing in counts if standing]


def values(event: Event, name: str, known: Facts) -> list[Any]:
    """What somebody might write into a field."""
    return [value for value in _values(event, name, known) if value != plain(getattr(event, name))]


def _values(event: Event, name: str, known: Facts) -> Iterator[Any]:
    value, refs = getattr(event, name), type(event).refs()
    if name in refs:
        yield from _named(refs[name], known)
        yield "r-000000"
    yield from _members(type(event), name)
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, 0, 9, 99_999, -1)
    elif isinstance(value, date):
        yield from ((value + timedelta(days=days)).isoformat() for days in DAYS)
        yield from ("1850-01-01", "2054-01-01", "1970-05-01")
    elif isinstance(value, tuple):
        listed = plain(value)
        yield from (listed[1:], listed[:-1], [*listed, *listed[:1]], [])
    elif isinstance(value, str):
        yield from ("另一段文字", "", "林　泉", *CODES)
    if value is None:
        yield from ("另一段文字", 1, True, *CODES)
    else:
        yield None


def _named(kind: str, known: Facts) -> list[str]:
    """Ids of things of a kind that are on record, whoever's."""
    return [key for made, key in known._made if made == kind][-6:]


@cache
def _members(event: type[Event], name: str) -> tuple[str, ...]:
    """The codes of a field whose type has a list of them."""
    found: list[str] = []
    waiting: list[Any] = [event.model_fields[name].annotation]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, Enum):
            found += [str(member.value) for member in one]
        waiting += [part for part in get_args(one) if not isinstance(part, str)]
        found += [part for part in get_args(one) if isinstance(part, str)]
    return tuple(found)


def plain(value: Any) -> Any:
    """A value as it comes in over the wire."""
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
