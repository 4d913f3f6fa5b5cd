"""A resolution as people name it: which meeting, on which day, under which document number."""

from __future__ import annotations

from datetime import date

from domain.events.committee import MeetingHeld, ResolutionReached
from projections.moment import Moment
from projections.shape import Shape


class Resolved(Shape):
    """What stands behind the id of a resolution. `source` is the resolution itself."""

    resolution: str
    meeting: str
    on: date
    document: str | None
    source: int


def resolved(moment: Moment, subject: str, resolution: str | None) -> Resolved | None:
    """The resolution about a person or a batch; None where nothing is recorded under that id."""
    reached = moment.facts.one(subject, ResolutionReached, resolution) if resolution else None
    held = moment.facts.one(reached.value.batch, MeetingHeld, reached.value.meeting) if reached else None
    if reached is None or held is None:
        return None
    bodies = (moment.recorded(row.origin).body for row in (reached, held))
    return Resolved(
        resolution=reached.key,
        meeting=held.value.title,
        on=held.since,
        document=next((body.document for body in bodies if body.document), None),
        source=reached.source,
    )
