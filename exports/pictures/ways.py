"""从推荐到培养结果: how many came from one station to the next, and where the others went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from exports.pictures.drawing import INK, TONES, WIDTH, Drawing, Mark
from exports.pictures.picture import Picture, called, tier_called
from exports.wording import Words
from projections.ways import Station, Way, Ways, ways

_NODE, _GAP, _HIGHEST, _THICKEST = 12, 30, 260, 16
_PITCH = (WIDTH - 130) / len(Station)  # what ends in the last column has its words to the right of it
_ORDER = list(Station)


@dataclass
class _Flow:
    """One way on the sheet: how thick it is, and where its upper edge lies in every column it comes through."""

    way: Way
    thick: float
    tops: dict[int, float] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return _ORDER.index(self.way.first)

    @property
    def end(self) -> int:
        """The column behind the last station, where it is said what became of these."""
        return _ORDER.index(self.way.last) + 1


def draw(sheet: Drawing, found: Ways, say: Words) -> None:
    tones = dict(zip((tier.tier for tier in found.tiers), TONES * len(found.tiers), strict=False))
    sheet.legend([Mark(tier_called(tier, say), tones[tier.tier][1], tones[tier.tier][0]) for tier in found.tiers])
    unit = min(_THICKEST, _HIGHEST / sum(way.count for way in found.ways))
    flows = [_Flow(way, way.count * unit) for way in _by_tier(found)]
    top = sheet.y + 24
    below = [_station(flows, column, top) for column in range(len(_ORDER))]
    ends = list(_ends(flows, [*below, top - _GAP]))
    for flow in flows:
        _ribbons(sheet, flow, tones[flow.way.tier])
    for column, station in enumerate(found.stations):
        count = sum(flow.way.count for flow in flows if flow.first <= column < flow.end)
        sheet.text(column * _PITCH, sheet.y + 12, f"{_capital(called(station, say))} {count}", size=13, fill=INK)
    sheet.text(len(_ORDER) * _PITCH, sheet.y + 12, say["came_to"], size=13, fill=INK)
    for group in ends:
        _named(sheet, group, say)
    sheet.y = max(flow.tops[flow.end] + flow.thick for flow in flows) + 26


def _by_tier(found: Ways) -> list[Way]:
    """A tier lies together, those that come farthest on top."""
    order = [tier.tier for tier in found.tiers]
    return sorted(found.ways, key=lambda way: (order.index(way.tier), -_ORDER.index(way.last), way.end))


def _station(flows: Sequence[_Flow], column: int, top: float) -> float:
    """Lay one on the other all that come through a station; where the pile ends."""
    for flow in flows:
        if flow.first <= column < flow.end:
            flow.tops[column] = top
            top += flow.thick
    return top


def _ends(flows: Sequence[_Flow], below: Sequence[float]) -> Iterator[list[_Flow]]:
    """Those that came to the same end lie together, beneath the station in whose column it is."""
    alike: dict[tuple[int, str], list[_Flow]] = {}
    for flow in flows:
        alike.setdefault((flow.end, flow.way.end), []).append(flow)
    places = list(below)
    for (column, _), group in alike.items():
        places[column] += _GAP
        for flow in group:
            flow.tops[column] = places[column]
            places[column] += flow.thick
        yield group


def _ribbons(sheet: Drawing, flow: _Flow, tone: tuple[str, str]) -> None:
    strong, tint = tone
    for column, after in pairwise(sorted(flow.tops)):
        x, to_x = column * _PITCH + _NODE, after * _PITCH
        sheet.shape(
            _ribbon(x, flow.tops[column], to_x, flow.tops[after], flow.thick), fill=tint, stroke=tint, thick=0.6
        )
    for column, top in flow.tops.items():
        sheet.box(column * _PITCH, top, _NODE, flow.thick, fill=strong, outline=strong)


def _ribbon(x: float, y: float, to_x: float, to_y: float, thick: float) -> str:
    half = (x + to_x) / 2
    there = f"M {x:.2f} {y:.2f} C {half:.2f} {y:.2f} {half:.2f} {to_y:.2f} {to_x:.2f} {to_y:.2f}"
    back = f"C {half:.2f} {to_y + thick:.2f} {half:.2f} {y + thick:.2f} {x:.2f} {y + thick:.2f}"
    return f"{there} V {to_y + thick:.2f} {back} Z"


def _named(sheet: Drawing, group: Sequence[_Flow], say: Words) -> None:
    """What became of them and how many they are: beside the last column, beneath the others."""
    column, top = group[0].end, group[0].tops[group[0].end]
    thick = sum(flow.thick for flow in group)
    end, count = called(group[0].way, say), sum(flow.way.count for flow in group)
    if column == len(_ORDER):
        sheet.text(column * _PITCH + _NODE + 8, top + thick / 2 + 4, f"{end} {count}")
    else:
        sheet.text(column * _PITCH, top + thick + 14, f"{say.phrase('stopped_at', stage=end)} {count}")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def tell(found: Ways, say: Words) -> Iterator[str]:
    tiers = {tier.tier: tier_called(tier, say) for tier in found.tiers}
    stations = {one.station: called(one, say) for one in found.stations}
    for way in found.ways:
        stops = dict.fromkeys((stations[way.first], stations[way.last], called(way, say)))
        yield say.phrase("told_way", tier=tiers[way.tier], count=way.count, way=" → ".join(stops))


PICTURE = Picture("ways", Ways, ways, draw, tell)
