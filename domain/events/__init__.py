"""Every fact of the programme: one class per event type, a file per chapter of the plan."""

from __future__ import annotations

from collections.abc import Iterator

from domain.events import (
    accesses,
    batch,
    committee,
    cycle_end,
    disqualification,
    membership,
    person,
    record,
    register,
    review,
    selection,
    signing,
    training,
    vacancy,
)
from domain.events.base import Event, Value

CHAPTERS = (
    batch,
    person,
    selection,
    committee,
    membership,
    training,
    review,
    disqualification,
    vacancy,
    cycle_end,
    record,
    register,
    signing,
    accesses,
)


def _subclasses(of: type[Value]) -> Iterator[type[Value]]:
    for cls in of.__subclasses__():
        yield cls
        yield from _subclasses(cls)


# Topic -> class, and name of a kind of fact -> class. Only classes with a name of their own are stored.
EVENT_TYPES: dict[str, type[Event]] = {
    cls.TOPIC: cls for cls in _subclasses(Event) if issubclass(cls, Event) and "TOPIC" in cls.__dict__
}
KINDS: dict[str, type[Value]] = {cls.KIND: cls for cls in _subclasses(Value) if "KIND" in cls.__dict__}
