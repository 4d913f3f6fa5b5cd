"""纪实: what was recorded of the person, one sentence an event, in the order in which it happened."""

from __future__ import annotations

from datetime import date, datetime

from domain.events.base import Recorded
from projections.history import entry
from projections.sentences import Teller
from projections.shape import Shape
from projections.trainee import Trainee


class TrailEntry(Shape):
    """One event. `late` when it was recorded later than the plan allows without remark (补录)."""

    position: int
    type: str
    occurred_on: date
    recorded_at: datetime
    sentence: str
    sentence_en: str
    clause: str
    reason: str | None
    recorded_by: str
    recorded_by_label: str
    capacity_label: str
    late: bool
    corrected_by: int | None
    withdrawn_by: int | None
    overtaken_by: int | None
    amends: int | None


_KEPT = set(TrailEntry.model_fields)


def trail(trainee: Trainee, events: list[Recorded], teller: Teller) -> list[TrailEntry]:
    """The person's events that had happened by the day."""
    told = [entry(trainee.moment, teller, recorded) for recorded in events]
    found = [TrailEntry(**line.model_dump(include=_KEPT)) for line in told if line.occurred_on <= trainee.as_of]
    return sorted(found, key=lambda line: (line.occurred_on, line.position))
