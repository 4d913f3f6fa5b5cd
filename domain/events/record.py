"""Corrections and withdrawals (H3). Nothing is ever edited: these name the event they concern, with a reason."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pydantic import ValidationError

from domain.events.base import Event, Recorded
from domain.language import Line


class EventCorrected(Event):
    """更正: the event at `target` counts with these contents; who recorded it and when stays."""

    TOPIC = "event-corrected/1"
    CLAUSE = "H3"
    AFTER_END = True
    WHILE_SUSPENDED = True

    target: int
    target_id: Line
    occurred_on: date | None = None
    changes: dict[str, Any]

    def applied_to(self, original: Recorded) -> Recorded:
        """The original with the changed contents, validated as its type demands."""
        data = original.event.model_dump(mode="json") | self.changes
        event = type(original.event).model_validate_json(json.dumps(data))
        day = self.occurred_on or original.day
        return original._replace(body=original.body.model_copy(update={"data": event, "occurred_on": day}))

    def fits(self, original: Recorded) -> bool:
        """Whether an event of the original's type can have these contents."""
        try:
            self.applied_to(original)
        except ValidationError:
            return False
        return True


class EventWithdrawn(Event):
    """撤销: the event at `target` counts as never recorded."""

    TOPIC = "event-withdrawn/1"
    CLAUSE = "H3"
    AFTER_END = True
    WHILE_SUSPENDED = True

    target: int
    target_id: Line
