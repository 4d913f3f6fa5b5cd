"""The one reader of JSON that comes in: UTF-8, each key once in its object, no NaN, no halves of characters."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Never

from domain.errors import Malformed

MOST_NESTED = 100  # within one another; no command comes near it, and not every reader goes further


def read_json(content: bytes) -> Any:
    """What the JSON says; Malformed where it says anything twice, or in no way that every reader takes alike."""
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
        _check_depth(found, MOST_NESTED)
        json.dumps(found, ensure_ascii=False).encode()  # an escaped half of a character has no UTF-8
    except UnicodeError:
        raise Malformed("JSON 不是 UTF-8 文字。", "The JSON is no text in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise Malformed(
            f"不是完好的 JSON：第 {error.lineno} 行第 {error.colno} 字处。",
            f"It is no sound JSON, at line {error.lineno}, character {error.colno}.",
        ) from None
    except (ValueError, RecursionError):
        raise Malformed(
            "JSON 中有别的程序读不了的数，或嵌套过深。",
            "The JSON holds a number that no other program reads, or is nested too deeply.",
        ) from None
    return found


def _check_depth(value: Any, left: int) -> None:
    if left < 0:
        raise RecursionError
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_depth(inner, left - 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    doubled = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if doubled:
        named = ", ".join(doubled)
        raise Malformed(
            f"JSON 中同一对象的键重复：{named}。请只留一个。",
            f"Keys stand twice in one object of the JSON: {named}. Leave one.",
        )
    return dict(pairs)


def _constant(name: str) -> Never:
    raise ValueError(f"{name} is no number of JSON")
