"""What every view is made of: frozen pieces whose JSON readers hold on to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from projections.moment import Moment

_PERSON = re.compile(r"p-[0-9a-z]{6,26}")


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


def canonical(content: Any) -> bytes:
    """Canonical JSON (RFC 8785) of a view's plain content, at the speed of the standard library.

    That one orders ASCII names and spells texts as the RFC does; only a whole number kept as 2.0 reads 2 there.
    """
    text = _ordered(content)
    if ".0" in text or "e+" in text:  # or in some text's words, which costs a second look and nothing else
        text = _ordered(json.loads(text, parse_float=_number))
    return text.encode()


_ordered = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def _number(text: str) -> int | float:
    return int(found) if (found := float(text)).is_integer() else found


def people_in(found: View) -> list[str]:
    """Whom a view names by their ids, each once, as they stand in it."""
    return list(dict.fromkeys(text for text in _texts(found.model_dump()) if _PERSON.fullmatch(text)))


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list | tuple):
        for inner in content.values() if isinstance(content, dict) else content:
            yield from _texts(inner)
