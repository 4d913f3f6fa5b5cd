"""培训学时: what each member has studied in a training year, a column an area; where there is nothing, in red."""

from __future__ import annotations

from collections.abc import Iterator

from exports.pictures.drawing import ALERT, INK, TONES, WIDTH, Drawing, fitted
from exports.pictures.picture import Picture, called, tier_called
from exports.pictures.scale import Scale
from exports.wording import Words, plain
from projections.hours import Hours, Studied, TierHours, hours

_LEFT, _RIGHT, _ROW, _FIGURE = 104, WIDTH - 60, 20, 34


def draw(sheet: Drawing, found: Hours, say: Words) -> None:
    assert found.starts_on
    assert found.ends_on
    period = say.period(found.starts_on.isoformat(), found.ends_on.isoformat())
    sheet.note(say.phrase("training_year", year=found.year, period=period))
    columns = _columns(found)
    for area, across in zip(found.areas, columns, strict=True):
        sheet.text(across.left, sheet.y + 12, fitted(called(area, say), across.right - across.left + _FIGURE), fill=INK)
    sheet.text(WIDTH, sheet.y + 12, say["total_hours"], fill=INK, anchor="end")
    sheet.y += 22
    for tier in found.tiers:
        if tier.people:
            _tier(sheet, tier, dict(zip([area.area for area in found.areas], columns, strict=True)), say)


def _columns(found: Hours) -> list[Scale]:
    """One scale for all areas, laid side by side."""
    most = max((value for tier in found.tiers for one in tier.people for value in one.hours.values()), default=0)
    wide = (_RIGHT - _LEFT) / len(found.areas)
    return [Scale(0, max(most, 1), _LEFT + n * wide, _LEFT + (n + 1) * wide - _FIGURE) for n in range(len(found.areas))]


def _tier(sheet: Drawing, tier: TierHours, columns: dict[str, Scale], say: Words) -> None:
    sheet.text(0, sheet.y + 14, tier_called(tier, say), size=13, fill=INK)
    sheet.line(0, sheet.y, WIDTH, sheet.y)
    sheet.y += 20
    for one in tier.people:
        _row(sheet, one, columns)
    sheet.y += 8


def _row(sheet: Drawing, one: Studied, columns: dict[str, Scale]) -> None:
    y = sheet.y + _ROW / 2
    sheet.text(14, y + 4, fitted(one.name, _LEFT - 22))
    for (area, across), (strong, tint) in zip(columns.items(), TONES * len(columns), strict=False):
        value = one.hours.get(area, 0)
        sheet.line(across.left, y - 8, across.left, y + 8, stroke=strong)
        sheet.box(across.left, y - 6, across(value) - across.left, 12, fill=tint, outline=strong if value else "none")
        sheet.text(across(value) + 5, y + 4, str(plain(value)), size=11, fill=INK if value else ALERT)
    sheet.text(WIDTH, y + 4, str(plain(one.total)), fill=INK, anchor="end")
    sheet.y += _ROW


def tell(found: Hours, say: Words) -> Iterator[str]:
    for tier in found.tiers:
        for one in tier.people:
            areas = say["pause"].join(
                say.phrase("hours_of", area=called(area, say), hours=one.hours.get(area.area, 0))
                for area in found.areas
            )
            yield say.phrase("told_hours", tier=tier_called(tier, say), name=one.name, areas=areas, total=one.total)


PICTURE = Picture("hours", Hours, hours, draw, tell, frozenset({"year"}))
