"""One sheet of a workbook, cell by cell. What it shows without loss is taken; anything else is a problem by cell."""

from __future__ import annotations

import re

from api.sheets.days import Misread
from api.sheets.package import Package
from api.sheets.table import MOST_CELL, MOST_COLUMNS, MOST_ROWS, MOST_TEXT, Area, Line, Table, Told, at, natural
from api.sheets.values import Formats, unescaped

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_TEXT = {"t", "v"}  # elements whose characters are content


class Worksheet:
    """Reads a part into a table; cells by row and column from 0, so that a stray one at the corner costs nothing."""

    def __init__(self, package: Package, strings: list[str], formats: Formats) -> None:
        self._package, self._strings, self._formats = package, strings, formats
        self._left = MOST_TEXT  # of all sheets

    def read(self, part: str) -> Table:
        self._table, self._cells = Table(), dict[int, dict[int, str]]()
        self._row = self._column = 0
        self._rows_hidden = False
        self._reset()
        self._package.parse(part, self._start, self._end, self._characters)
        self._table.lines = [Line(row, _filled(cells)) for row, cells in sorted(self._cells.items())]
        return self._table

    def _reset(self, kind: str = "n", style: int = 0) -> None:
        self._kind, self._style = kind, style
        self._text: list[str] = []
        self._has_value = self._has_formula = self._phonetic = self._inside = False

    def _start(self, tag: str, given: dict[str, str]) -> None:
        match tag:
            case "row":
                self._row, self._column = natural(given.get("r"), self._row + 1), -1
                if _is_hidden(given, "ht") or (self._rows_hidden and not {"hidden", "ht"} & given.keys()):
                    self._table.hidden_rows.add(self._row)
            case "c":
                self._column = self._place(given.get("r"))
                self._reset(given.get("t", "n"), natural(given.get("s"), 0))
            case "f":
                self._has_formula = True
            case "rPh":
                self._phonetic = True
            case "t" | "v":
                self._inside = not self._phonetic
                self._has_value = True
            case "sheetFormatPr":
                self._rows_hidden = _true(given.get("zeroHeight"))
            case "col" if _is_hidden(given, "width"):
                first, last = natural(given.get("min"), 1), natural(given.get("max"), 1)
                self._table.hidden_columns.update(range(first - 1, min(last, MOST_COLUMNS)))
            case "mergeCell":
                self._merge(given.get("ref", ""))

    def _end(self, tag: str) -> None:
        if tag in _TEXT:
            self._inside = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "c":
            self._keep()

    def _characters(self, text: str) -> None:
        if self._inside:
            self._text.append(text)

    def _place(self, reference: str | None) -> int:
        """The column of a cell; the row that its name tells must be the one it stands in."""
        found = _REFERENCE.fullmatch(reference or "")
        if not found:
            return self._column + 1
        self._row = int(found[2])
        return _column(found[1])

    def _keep(self) -> None:
        try:
            text = self._value()
        except Misread as error:
            text = ""
            self._problem(error.zh, error.en)
        if not text.strip():
            return
        if self._row > MOST_ROWS or self._column >= MOST_COLUMNS:
            if not self._table.problems:
                self._problem(
                    f"内容远离名单（最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列），请清除这一格",
                    f"lies far from the list (at most {MOST_ROWS} rows, {MOST_COLUMNS} columns): clear this cell",
                )
            return
        self._count(text)
        if self._kind == "d" or (self._kind == "n" and self._formats.is_day(self._style)):
            self._table.days.add(at(self._column, self._row))
        cells = self._cells.setdefault(self._row, {})
        if self._column in cells:
            self._problem("这一格出现两次", "this cell stands there twice")
        cells[self._column] = text

    def _count(self, text: str) -> None:
        """Cells may share a text: it is counted for each."""
        self._left -= len(text)
        if len(text) > MOST_CELL or self._left < 0:
            raise self._package.refused(
                f"{at(self._column, self._row)} 处文字过多", f"holds too much text at {at(self._column, self._row)}"
            )

    def _value(self) -> str:
        raw = "".join(self._text)
        if self._kind == "e":
            raise Misread(f"错误值 {raw}，请改为实际内容", f"the error {raw}: put in what is meant")
        if self._has_formula and (not self._has_value or (self._kind == "n" and not raw)):
            raise Misread(
                "公式没有算出的值，请在 Excel 中打开并保存", "a formula without its value: save it from Excel"
            )
        match self._kind:
            case "s":
                return self._formats.label(self._shared(raw), self._style)
            case "inlineStr" | "str":
                return self._formats.label(unescaped(raw), self._style)
            case "b":
                return "TRUE" if raw == "1" else "FALSE"
            case "d":
                return raw.removesuffix("T00:00:00")
            case _:
                return self._formats.text(raw, self._style) if raw else ""

    def _shared(self, raw: str) -> str:
        if not raw.isdecimal() or int(raw) >= len(self._strings):
            raise Misread("所指的文字不在工作簿中", "the text that it points to is not in the workbook")
        return self._strings[int(raw)]

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if start and end:
            self._table.merged.append(Area(int(start[2]), _column(start[1]), int(end[2]), _column(end[1])))

    def _problem(self, zh: str, en: str) -> None:
        cell = at(self._column, self._row)
        self._table.problems.append(Told(f"第 {self._row} 行 {cell}：{zh}", f"Row {self._row}, {cell}: {en}"))


def _filled(cells: dict[int, str]) -> list[str]:
    return [cells.get(column, "") for column in range(max(cells) + 1)]


def _column(name: str) -> int:
    column = 0
    for letter in name.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _is_hidden(given: dict[str, str], size: str) -> bool:
    """Whether a row or a column is not seen: said to be hidden, or without any size."""
    return _true(given.get("hidden")) or re.fullmatch(r"0+(\.0*)?", given.get(size, "")) is not None


def _true(text: str | None) -> bool:
    return text in ("1", "true")
