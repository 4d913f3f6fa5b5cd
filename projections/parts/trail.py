"""纪实: what was recorded of the person, in the order in which it was recorded."""

from __future__ import annotations

from datetime import date, datetime

from domain.events.base import Recorded
from domain.language import today
from projections.parts.field import label
from projections.shape import Shape
from projections.trainee import Trainee


class TrailEntry(Shape):
    """One event. `late` when it was recorded later than the plan allows without remark (补录)."""

    position: int
    occurred_on: date
    recorded_at: datetime
    sentence: str
    clause: str
    recorded_by: str
    capacity_label: str
    late: bool


def trail(trainee: Trainee, events: list[Recorded]) -> list[TrailEntry]:
    """The events of this batch, and those of no batch, that had happened by the day."""
    return [
        TrailEntry(
            position=recorded.position,
            occurred_on=recorded.day,
            recorded_at=recorded.body.recorded_at,
            sentence=label("event", recorded.event.KIND),
            clause=recorded.body.basis,
            recorded_by=recorded.body.recorded_by,
            capacity_label=label("capacity", recorded.body.capacity),
            late=_late(trainee, recorded),
        )
        for recorded in events
        if recorded.day <= trainee.as_of and getattr(recorded.event, "batch", trainee.batch) == trainee.batch
    ]


def _late(trainee: Trainee, recorded: Recorded) -> bool:
    delay = today(recorded.body.recorded_at) - recorded.day
    return delay.days > trainee.plan.late_after_days and not recorded.event.BIOGRAPHY
