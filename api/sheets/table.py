"""A sheet as rows of text, with what is wrong with it and what its reader should be told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

# No list of a school's staff comes near these; what passes them was never typed by people.
MOST_BYTES = 16 << 20  # of a file
MOST_UNPACKED = 32 << 20  # of all that is read out of a workbook
MOST_TEXT = 32 << 20  # characters of all cells, though they share them
MOST_CELL = 32_767  # characters, as in Excel
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_LISTED = 100  # problems told at once
_NATURAL = re.compile("[0-9]{1,8}")


class Told(NamedTuple):
    """A sentence in both languages."""

    zh: str
    en: str


class Line(NamedTuple):
    """A row by the number that Excel shows, and its cells from column A on."""

    number: int
    cells: list[str]


@dataclass
class Table:
    """What a sheet holds. A problem keeps all of it out; what is told does not."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    days: set[str] = field(default_factory=set)  # the cells that a workbook keeps as days
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)  # from 0


class Area(NamedTuple):
    """A rectangle of cells; rows from 1, columns from 0, both ends within."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{at(self.left, self.top)}:{at(self.right, self.bottom)}"


def letters(column: int) -> str:
    """The letters of a column, from 0: A, B … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def at(column: int, row: int) -> str:
    """A cell as Excel names it."""
    return f"{letters(column)}{row}"


def natural(text: str | None, otherwise: int) -> int:
    """A number that a part of a workbook tells, where it is one."""
    return int(text) if text and _NATURAL.fullmatch(text) else otherwise
