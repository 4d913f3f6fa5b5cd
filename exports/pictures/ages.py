"""年龄与梯队要求: each one's age, and the band that the tier's rule leaves free."""

from __future__ import annotations

from collections.abc import Iterator

from domain.bounds import age_rule
from domain.glossary import label
from domain.language import Verdict
from exports.pictures.drawing import ALERT, INK, SOFT, TONES, WIDTH, Drawing, Mark, fitted
from exports.pictures.picture import Picture, tier_called
from exports.pictures.scale import Scale
from exports.wording import Words
from projections.ages import AgedPerson, Ages, TierAges, ages

_LEFT, _RIGHT, _ROW, _MARGIN = 150, WIDTH - 90, 20, 4
_FREE, _CAUTION = TONES[1][1], TONES[2][1]
_INKS = {Verdict.OK: SOFT, Verdict.CAUTION: TONES[2][0], Verdict.EXCEPTION: ALERT}


def draw(sheet: Drawing, found: Ages, say: Words) -> None:
    across = _across(found)
    marks = [
        Mark(say["within_rule"], _FREE),
        Mark(say["with_caution"], _CAUTION),
        Mark(say["age_now"], INK, INK, "dot"),
    ]
    sheet.legend([*marks, Mark(say["age_judged"], "#fff", INK, "dot")])
    for tier in found.tiers:
        _tier(sheet, tier, across, say)
    low, high = int(across.low), int(across.high)
    sheet.foot((across(age), str(age)) for age in range(low + -low % 5, high + 1, 5))


def _across(found: Ages) -> Scale:
    shown = [age for tier in found.tiers for one in tier.people for age in (one.age, one.judged_age)]
    bounds = [tier.years + off for tier in found.tiers for off in (-_width(tier), _width(tier))]
    return Scale(min(shown + bounds) - _MARGIN, max(shown + bounds) + _MARGIN, _LEFT, _RIGHT)


def _width(tier: TierAges) -> int:
    return max(tier.free, tier.caution)


def _tier(sheet: Drawing, tier: TierAges, across: Scale, say: Words) -> None:
    asked = age_rule(tier)
    rule = asked.zh if say.language == "zh" else asked.en
    sheet.text(0, sheet.y + 13, f"{tier_called(tier, say)}　{rule}", size=13, fill=INK)
    high = max(len(tier.people), 1) * _ROW
    sheet.y += 20
    for fill, low, up in _bands(tier, across):
        sheet.box(across(low), sheet.y, across(up) - across(low), high, fill=fill)
    for row, one in enumerate(tier.people):
        _row(sheet, one, sheet.y + row * _ROW + _ROW / 2, across, say)
    sheet.line(_LEFT, sheet.y + high, _RIGHT, sheet.y + high)
    sheet.y += high + 12


def _bands(tier: TierAges, across: Scale) -> Iterator[tuple[str, float, float]]:
    """The wider band first. A full year of age lasts until the next birthday."""
    if tier.kind == "at_most":
        yield _FREE, across.low, tier.years + 0.5
        return
    for fill, width in ((_CAUTION, tier.caution), (_FREE, tier.free)):
        yield fill, tier.years - width - 0.5, tier.years + width + 0.5


def _row(sheet: Drawing, one: AgedPerson, y: float, across: Scale, say: Words) -> None:
    sheet.text(14, y + 4, fitted(one.name, _LEFT - 22))
    if one.judged_age != one.age:
        sheet.line(across(one.judged_age), y, across(one.age), y, stroke=SOFT)
        sheet.dot(across(one.judged_age), y, fill="#fff", outline=INK)
    sheet.dot(across(one.age), y, fill=INK, outline=INK)
    sheet.text(across(one.age) + 8, y + 4, str(one.age), size=11, fill=INK)
    if one.verdict is not Verdict.OK:
        sheet.text(_RIGHT + 8, y + 4, _verdict(one, say), fill=_INKS[one.verdict])


def _verdict(one: AgedPerson, say: Words) -> str:
    named = label(one.verdict)
    return named.zh if say.language == "zh" else named.en


def tell(found: Ages, say: Words) -> Iterator[str]:
    for tier in found.tiers:
        for one in tier.people:
            yield say.phrase(
                "told_age",
                tier=tier_called(tier, say),
                name=one.name,
                age=one.age,
                judged=one.judged_age,
                verdict=_verdict(one, say),
            )


PICTURE = Picture("ages", Ages, ages, draw, tell, frozenset({"round"}))
