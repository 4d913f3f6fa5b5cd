"""What the machine's clock says, held against the last record: a clock that is far off is followed only with a reason.

Times of recording never go back (H3). So a clock that was ahead once would stamp all that follows with its day; what
the clock really said is kept beside.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from domain.errors import Refusal
from domain.events.base import Recorded
from domain.language import SHANGHAI


class ClockLimits(NamedTuple):
    """How far the clock may be from the last record without a reason."""

    behind: timedelta = timedelta(days=1)
    ahead: timedelta = timedelta(days=180)


class Stamp(NamedTuple):
    """When something is recorded. `clock` is what the clock said where that is another time."""

    recorded_at: datetime
    clock: datetime | None = None
    reason: str | None = None


def stamped(now: datetime, last: Recorded | None, limits: ClockLimits | None, reason: str | None) -> Stamp:
    """The time of a record after the last one. Raises Refusal where the clock is beyond a limit and no reason is given.

    The reason is kept where it was needed.
    """
    if last is None:
        return Stamp(now)
    before = last.body.recorded_at
    off = limits is not None and _is_off(now, before, limits)
    if off and reason is None:
        raise _refusal(now, last)
    return Stamp(max(now, before), now if now < before else None, reason if off else None)


def clock_trouble(now: datetime, last: Recorded | None, limits: ClockLimits) -> tuple[str, str] | None:
    """What is to be told of the clock, in Chinese and English; None where it is as it should be."""
    if last is None or not _is_off(now, last.body.recorded_at, limits):
        return None
    return _told(now, last)


def _is_off(now: datetime, before: datetime, limits: ClockLimits) -> bool:
    return now < before - limits.behind or now > before + limits.ahead


def _told(now: datetime, last: Recorded) -> tuple[str, str]:
    before, days = last.body.recorded_at, abs(now - last.body.recorded_at).days
    said, stood = (f"{one.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for one in (now, before))
    zh, en = ("早", "before") if now < before else ("晚", "after")
    return (
        f"本机时钟为 {said}，比最后一条记录 @{last.position}（{stood}）{zh} {days} 天",
        f"the machine's clock says {said}, {days} days {en} the last record, @{last.position} ({stood})",
    )


def _refusal(now: datetime, last: Recorded) -> Refusal:
    zh, en = _told(now, last)
    return Refusal(
        "H3",
        f"{zh}。请核对时钟；如时钟无误，请用 clock_reason 说明理由（命令行 --clock-reason）。",
        f"{en[0].upper()}{en[1:]}. Put the clock right; if it is right, give the reason as clock_reason "
        "(--clock-reason on the command line).",
        value=now.isoformat(timespec="seconds"),
        limit=last.body.recorded_at.isoformat(timespec="seconds"),
    )
