"""In which order people are listed: by the strokes of their names (按姓氏笔画为序), or by pinyin.

By strokes, as congresses and committees list people and GB 13000.1 orders characters: the surname's first character
decides, fewer strokes first, then the kind of each stroke in turn, 横竖撇点折 (提 counts as 横, 捺 as 点, whatever
bends as 折); then the next character in the same way. A two-character surname counts by its first character like any
other. Of one surname, a given name of one character stands before longer ones, as if a blank stood in its place; the
dot inside a name is such a blank. What strokes.tsv does not hold (Latin letters, the rarest characters) comes after
all that it holds, by code point. By pinyin: the surname's own reading, then the given name's, by letters, then by
tone; who reads alike is listed by strokes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_LONGEST_SURNAME = 4
_TONES = "\u0304\u0301\u030c\u0300"
_DIAERESIS = {"\u0308": "v"}


class Order(StrEnum):
    """How people are listed where nothing else decides."""

    STROKES = "strokes"
    PINYIN = "pinyin"

    def key(self, name: str) -> tuple[Any, ...]:
        """What to sort a name by."""
        return by_strokes(name) if self is Order.STROKES else by_pinyin(name)


@lru_cache(maxsize=8192)
def by_strokes(name: str) -> tuple[Any, ...]:
    """The place of a name in the order by strokes, as a key to sort by."""
    surname, given = split(name)
    ranks = _ranks()
    places = ([ranks.get(character, len(ranks) + ord(character)) for character in part] for part in (surname, given))
    return next(places), len(given) > 1, next(places), name


@lru_cache(maxsize=8192)
def by_pinyin(name: str) -> tuple[Any, ...]:
    """The place of a name in the order by pinyin, as a key to sort by."""
    surname, given = split(name)
    read = [*(_surnames().get(surname) or _reading(surname)), *_reading(given)]
    return [_letters(syllable) for syllable in read], [_tone(syllable) for syllable in read], by_strokes(name)


@lru_cache(maxsize=8192)
def split(name: str) -> tuple[str, str]:
    """Surname and given name; the longest known surname counts, else the first character."""
    plain = unicodedata.normalize("NFC", name)
    longest = range(min(_LONGEST_SURNAME, len(plain) - 1), 1, -1)
    size = next((size for size in longest if plain[:size] in _surnames()), 1)
    return plain[:size], plain[size:]


def _reading(text: str) -> list[str]:
    from pypinyin import pinyin  # noqa: PLC0415 - a fifth of a second that only this order needs

    return [readings[0] for readings in pinyin(text.replace("·", " "))]


def _letters(syllable: str) -> str:
    """Without its tone; ü comes after u."""
    return "".join(_DIAERESIS.get(mark, mark) for mark in _apart(syllable) if mark not in _TONES).casefold()


def _tone(syllable: str) -> int:
    return max(map(_TONES.find, _apart(syllable)))


def _apart(syllable: str) -> str:
    return unicodedata.normalize("NFD", syllable)


@cache
def _ranks() -> dict[str, int]:
    ordered = "".join(characters for _, characters in _rows("strokes.tsv"))
    return {character: rank for rank, character in enumerate(ordered)}


@cache
def _surnames() -> dict[str, list[str]]:
    """Surnames with their readings."""
    return {surname: reading.split() for surname, _, _, reading in _rows("surnames.tsv")}


def _rows(file: str) -> Iterator[list[str]]:
    for line in files("projections").joinpath(file).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")
