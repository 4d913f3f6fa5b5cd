"""各梯队在培人数: places taken from the cycle's start to the day, against the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from exports.pictures.drawing import ALERT, DASHES, INK, PALE, TONES, WIDTH, Drawing, Mark
from exports.pictures.picture import Picture, tier_called
from exports.pictures.scale import Days, Scale
from exports.wording import Words
from projections.headcount import Headcount, Level, TierCourse, headcount

_LEFT, _RIGHT, _HIGH, _GAP = 104, WIDTH - 104, 76, 18


def draw(sheet: Drawing, found: Headcount, say: Words) -> None:
    assert found.starts_on
    assert found.ends_on
    days = Days(found.starts_on, max(found.ends_on, found.as_of), _LEFT, _RIGHT)
    sheet.legend([Mark(say["taken"], TONES[0][1], TONES[0][0]), Mark(say["target"], "none", ALERT, "line")])
    for tier, tone in zip(found.tiers, TONES * len(found.tiers), strict=False):
        _panel(sheet, tier, days, found.as_of, tone, say)
    sheet.y -= _GAP
    sheet.foot((days(month), f"{month:%Y-%m}") for month in days.months())


def _panel(sheet: Drawing, tier: TierCourse, days: Days, today: date, tone: tuple[str, str], say: Words) -> None:
    top, foot = sheet.y, sheet.y + _HIGH
    most = max(level.count for level in (*tier.targets, *tier.taken)) + 1
    up = Scale(0, most, foot, top)
    sheet.text(0, (top + foot) / 2 + 5, tier_called(tier, say), size=14, fill=INK)
    sheet.box(days.left, top, days.right - days.left, _HIGH, fill=PALE)
    for count in range(0, most, -(-most // 7)):
        sheet.line(days.left, up(count), days.right, up(count))
        sheet.text(days.left - 6, up(count) + 4, str(count), size=10, anchor="end")
    line = _steps(tier.taken, days, up, today)
    sheet.shape(f"{line} V {up(0):.2f} H {days.left} Z", fill=tone[1])
    sheet.shape(line, stroke=tone[0])
    for since, until, count in _spans(tier.targets, days):
        sheet.line(since, up(count), until, up(count), stroke=ALERT, dashes=DASHES)
    sheet.line(days.after(today), top, days.after(today), foot, stroke=INK)
    now, target = _now(tier.taken), _now(tier.targets)
    sheet.text(days.right + 8, up(now) + 4, say.phrase("taken_of_target", taken=now, target=target), size=11)
    sheet.y = foot + _GAP


def _steps(levels: Sequence[Level], days: Days, up: Scale, today: date) -> str:
    path = f"M {days.left} {up(0):.2f}"
    for level in levels:
        path += f" H {days(level.since):.2f} V {up(level.count):.2f}"
    return f"{path} H {days.after(today):.2f}"


def _spans(levels: Sequence[Level], days: Days) -> Iterator[tuple[float, float, int]]:
    """From where to where on the sheet each number holds."""
    ends = [*(days(one.since) for one in levels[1:]), days.right]
    for level, end in zip(levels, ends, strict=True):
        yield days(level.since), end, level.count


def _now(levels: Sequence[Level]) -> int:
    return levels[-1].count if levels else 0


def tell(found: Headcount, say: Words) -> Iterator[str]:
    for tier in found.tiers:
        now, target = _now(tier.taken), _now(tier.targets)
        yield say.phrase("told_headcount", tier=tier_called(tier, say), taken=now, target=target)


PICTURE = Picture("headcount", Headcount, headcount, draw, tell)
