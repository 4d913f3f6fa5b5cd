"""What every view is made of: frozen pieces whose JSON readers hold on to."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from projections.moment import Moment


class Shape(BaseModel):
    """A frozen piece of a view."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class View(Shape):
    """Which moment a view answered for, and the last position at which anything it shows changed."""

    as_of: date
    known_at: str | None
    position: int
    rests_on: int


class _Answered(NamedTuple):
    as_of: date
    known_at: str | None
    position: int
    rests_on: int


def answered(moment: Moment) -> dict[str, Any]:
    """The fields that every view starts with; to be asked last, when all has been read."""
    return _Answered(moment.as_of, moment.known_at, moment.position, moment.rests_on)._asdict()
