"""Corrections and withdrawals (H3). Nothing is ever edited: these name the event they concern, with a reason."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.events.base import Event, Recorded
from domain.language import Line, Text


class Surroundings(BaseModel):
    """What an envelope says beside its event: the reason and the document's number; only what is given is changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    reason: Text | None = None
    document: Line | None = None


class EventCorrected(Event):
    """更正: the event at `target` counts with these contents; who recorded it and when stays.

    `judged_at` is the last position of the transaction that it is judged with, where several were sent together.
    """

    TOPIC = "event-corrected/1"
    CLAUSE = "H3"
    AFTER_END = True
    WHILE_SUSPENDED = True

    target: int
    target_id: Line
    occurred_on: date | None = None
    changes: dict[str, Any]
    envelope: Surroundings | None = None
    judged_at: int | None = None

    def applied_to(self, original: Recorded) -> Recorded:
        """The original with the changed contents, validated as its type demands."""
        data = original.event.model_dump(mode="json") | self.changes
        event = type(original.event).model_validate_json(json.dumps(data))
        around = self.envelope.model_dump(exclude_unset=True) if self.envelope else {}
        counts = {"data": event, "occurred_on": self.occurred_on or original.day, **around}
        return original._replace(body=original.body.model_copy(update=counts))

    def fits(self, original: Recorded) -> bool:
        """Whether an event of the original's type can have these contents."""
        try:
            self.applied_to(original)
        except ValidationError:
            return False
        return True


class EventWithdrawn(Event):
    """撤销: the event at `target` counts as never recorded. `judged_at` as in a correction.

    `same_as` says that who then has a name and birth date of somebody else on file is another person.
    """

    TOPIC = "event-withdrawn/1"
    CLAUSE = "H3"
    AFTER_END = True
    WHILE_SUSPENDED = True

    target: int
    target_id: Line
    judged_at: int | None = None
    same_as: Literal["new"] | None = None
