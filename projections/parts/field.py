"""What every part of a view is made of."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field as Of

from domain.glossary import word
from domain.plan import Named
from projections.shape import Shape

Scalar = str | int | float | bool | tuple[str, ...] | None


class Field(Shape):
    """A value, what it is called, and the position of the event that made it.

    `sources` names the events of those keys beside `value` that come from another one.
    """

    value: Scalar
    label: str
    source: int
    sources: dict[str, int] = Of(default_factory=dict)


def sources(**found: int | None) -> dict[str, int]:
    """The positions that there are, by key."""
    return {key: position for key, position in found.items() if position is not None}


def label(group: str, code: str) -> str:
    """The Chinese word for a code of the software."""
    return word(group, code).zh


def named_in(codes: Mapping[str, Named], code: str, *, english: bool = False) -> str:
    """What the plan calls one of its codes; the code itself where an amended plan no longer has it."""
    named = codes.get(code)
    return (named.label_en if english else named.label) if named else code
