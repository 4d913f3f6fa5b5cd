"""更正与撤销: what was put right on a person's record, field by field (H3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.events.base import Recorded
from domain.events.record import EventCorrected, EventWithdrawn
from domain.facts import effective
from domain.language import today
from projections.moment import Moment
from projections.parts.field import label
from projections.shape import Shape

_DAY = "occurred_on"


class Correction(Shape):
    """One field before and after. A withdrawal leaves nothing after it."""

    on: date
    recorded_on: date
    of: int
    event: str
    event_label: str
    what: str
    what_label: str
    before: object
    after: object
    reason: str | None
    source: int


def corrections(moment: Moment, events: list[Recorded]) -> list[Correction]:
    """What the corrections and withdrawals among a person's events changed, in the order they were recorded."""
    return [
        entry
        for recorded in events
        if isinstance(recorded.event, EventCorrected | EventWithdrawn)
        for entry in _entries(moment, recorded, recorded.event)
    ]


def _entries(moment: Moment, recorded: Recorded, amendment: EventCorrected | EventWithdrawn) -> Iterator[Correction]:
    original = moment.recorded(amendment.target)
    if isinstance(original.event, EventCorrected):
        original = moment.recorded(original.event.target)
    earlier = [other for other in moment.amendments(original.position) if other.position < recorded.position]
    before = _content(effective(original, earlier)[0])
    after = _content(effective(original, [*earlier, recorded])[0])
    for key in before | after:
        if before.get(key) != after.get(key):
            yield Correction(
                on=recorded.day,
                recorded_on=today(recorded.body.recorded_at),
                of=original.position,
                event=original.event.KIND,
                event_label=label("event", original.event.KIND),
                what=key,
                what_label=label("field", key),
                before=before.get(key),
                after=after.get(key),
                reason=recorded.body.reason,
                source=recorded.position,
            )


def _content(recorded: Recorded | None) -> dict[str, object]:
    """What an event says, with its day; nothing once it is withdrawn."""
    if recorded is None:
        return {}
    return {_DAY: recorded.day.isoformat(), **recorded.event.model_dump(mode="json", exclude_none=True)}
