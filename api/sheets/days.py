"""Days as people type them, read where only one day can be meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

_DAY = re.compile(r"([0-9]{4})\s*(?:[-/.]|年)\s*([0-9]{1,2})\s*(?:[-/.]|月)\s*([0-9]{1,2})\s*[日号]?")
_DIGITS = re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"([12][0-9]{3})\s*(?:[-/.]|年)\s*([0-9]{1,2})\s*月?")


class Misread(ValueError):
    """What a cell says is not what its column asks for."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


class ReadDay(NamedTuple):
    """The day in ISO form, and whether only its month was typed."""

    day: str
    month_only: bool = False


def day_of(text: str) -> ReadDay:
    """A day with its year first; a month alone is its first day, which whoever asks must allow."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _DAY.fullmatch(plain) or _DIGITS.fullmatch(plain):
        return ReadDay(_iso(text, found.groups()))
    if found := _MONTH.fullmatch(plain):
        return ReadDay(_iso(text, (*found.groups(), "1")), month_only=True)
    raise Misread(f"“{text}”不是日期，请写成 1988-02-29", f'"{text}" is no day: write 1988-02-29')


def _iso(text: str, parts: Sequence[str]) -> str:
    try:
        year, month, day = map(int, parts)
        return date(year, month, day).isoformat()
    except ValueError:
        raise Misread(f"“{text}”这一天不存在", f'there is no such day as "{text}"') from None
