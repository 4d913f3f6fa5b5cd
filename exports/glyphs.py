"""Characters that no face can draw: shown by their code and listed, so that none is lost in silence."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from exports.pdf import engine
from exports.pdf.fonts import FACES

# They choose a shape that no face of ours has, and would be drawn as a circle of their own.
_VARIANTS = frozenset(
    chr(point) for first, last in ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF)) for point in range(first, last + 1)
)
_UNDRAWN = frozenset("\n\r\t\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")  # they only steer their neighbours


def shown(model: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The model with 〔U+1F600〕 in place of each character that cannot be drawn, and those codes. Variants go."""
    said = set().union(*strings(model))
    codes = {character: f"〔U+{ord(character):04X}〕" for character in sorted(said - drawable() - _VARIANTS)}
    table = str.maketrans(codes | dict.fromkeys(said & _VARIANTS, ""))
    return (_translated(model, table) if table else dict(model)), list(codes.values())


@cache
def drawable() -> frozenset[str]:
    """Every character that some face draws, and those that are not meant to be seen."""
    return _UNDRAWN.union(*faces().values())


@cache
def faces() -> dict[str, frozenset[str]]:
    """What each face draws, by its short name; the first is the one that text is set in."""
    engine.require()
    drawn: dict[str, frozenset[str]] = {}
    for face in FACES:
        with TTFont(face.path, fontNumber=-1 if face.member is None else face.member, lazy=True) as font:
            characters = frozenset(map(chr, font.getBestCmap()))
        drawn[face.short] = drawn.get(face.short, characters) & characters
    return drawn


def strings(value: object) -> Iterator[str]:
    """Every text in a model."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def _translated(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, Mapping):
        return {key: _translated(inner, table) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_translated(inner, table) for inner in value]
    return value
