"""Rows that schools keep in CSV or XLSX files: Chinese or English headers, every problem named by row and column."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from api.sheets.days import Misread, day_of
from api.sheets.reader import read_sheets
from api.sheets.table import MOST_BYTES, MOST_LISTED, Line, Table, Told, at, letters
from api.sheets.workbook import list_among
from domain.errors import Malformed, TiduiError

_TITLE_ROWS = 10  # above the header, at most
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+[0-9]+")


class Form(NamedTuple):
    """What the columns are called, which must be there and filled, how cells are read, how a row is checked, and
    which columns hold days.

    A reader hands back what the cell says, or what it says with a remark on how it was read.
    """

    columns: Mapping[str, str]  # the field by its Chinese header
    required: Sequence[str]
    readers: Mapping[str, Callable[[str], str | Remarked]]
    check: Callable[[dict[str, Any]], object]
    days: Collection[str]


class Remarked(NamedTuple):
    """What a cell was taken for where it says it otherwise; each kind is told once a column."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True)
class Row:
    """One row, by the number that Excel shows."""

    number: int
    data: dict[str, Any]


class Rows(list[Row]):
    """The rows of a file, and what its reader should be told: how it was read, what was passed over."""

    notes: Sequence[Told] = ()


@dataclass
class _Reading:
    """What is found on the way through a file."""

    form: Form
    problems: list[Told]
    notes: list[Told]
    days: Collection[str]
    remarks: dict[tuple[str, str], tuple[Told, int]] = field(default_factory=dict)

    def problem(self, row: int, zh: str, en: str) -> None:
        self.problems.append(Told(f"第 {row} 行：{zh}", f"Row {row}: {en}"))

    def note(self, zh: str, en: str) -> None:
        self.notes.append(Told(zh, en))


def read_rows(path: Path, form: Form, repeats: Callable[[Sequence[Row]], Iterable[Told]] = lambda _: ()) -> Rows:
    """The rows of the file, or one Malformed that names every problem by row and column."""
    table = _table(path, form)
    if not (table.lines or table.problems):
        raise _empty(path)
    reading = _Reading(form, table.problems, table.notes, table.days)
    header, lines = _split(table, reading)
    fields = _fields(header, lines, reading)
    _check_layout(table, header, len(fields), reading)
    refuse_if_any(path.name, reading.problems)  # under a wrong header no row means anything
    rows = Rows()
    for line in lines:
        if any(cell.strip() for cell in line.cells):
            rows.append(_row(line, fields, reading))
    reading.problems += repeats(rows)
    if not rows:
        reading.problems.append(Told("没有数据行", "There are no rows of data"))
    refuse_if_any(path.name, reading.problems)
    rows.notes = (*reading.notes, *_counted(reading))
    return rows


def refuse_if_any(name: str, problems: Sequence[Told]) -> None:
    """Malformed with all of them, a line each; nothing where there are none."""
    if not problems:
        return
    listed, more = problems[:MOST_LISTED], len(problems) - MOST_LISTED
    zh, en = "\n".join(one.zh for one in listed), "\n".join(one.en for one in listed)
    raise Malformed(
        f"{name} 有 {len(problems)} 处问题，未作任何记录：\n{zh}" + (f"\n另有 {more} 处未列" if more > 0 else ""),
        f"{name} has {_problems(problems)}; nothing was recorded:\n{en}" + (f"\n{more} more" if more > 0 else ""),
    )


def _problems(problems: Sequence[Told]) -> str:
    return "1 problem" if len(problems) == 1 else f"{len(problems)} problems"


def key(kind: str, content: Any) -> str:
    """Makes a second import of the same content harmless."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _table(path: Path, form: Form) -> Table:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Malformed(f"读不到 {path}：{error.strerror}", f"Cannot read {path}: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        most = MOST_BYTES >> 20
        raise Malformed(f"{path.name} 超过 {most} MiB。", f"{path.name} passes {most} MiB.")
    if not content.strip():
        raise _empty(path)
    sheets = read_sheets(path.name, content, {*form.columns, *form.columns.values()})
    return list_among(sheets, lambda lines: _header_at(lines, form) is not None)


def _empty(path: Path) -> Malformed:
    return Malformed(f"{path.name} 是空的。", f"{path.name} is empty.")


# --- the header -----------------------------------------------------------------------------------------------------


def _header_at(lines: Sequence[Line], form: Form) -> int | None:
    """Which line is the header: the first of which most cells are titles of columns, one that is required included."""
    required = {name for name in form.required if name in form.columns.values()}
    for index, line in enumerate(lines[:_TITLE_ROWS]):
        titles = [_field(cell, form) for cell in line.cells if cell.strip()]
        known = [title for title in titles if title in form.columns.values()]
        if required & {*known} and 2 * len(known) >= len(titles):
            return index
    return None


def _split(table: Table, reading: _Reading) -> tuple[Line, list[Line]]:
    """The header and what stands below it."""
    lines = [line for line in table.lines if any(cell.strip() for cell in line.cells)]
    if not lines:
        return Line(1, []), []
    index = _header_at(lines, reading.form) or 0
    if index:
        shown = "、".join(cell.strip() for line in lines[:index] for cell in line.cells if cell.strip())
        number = lines[index].number
        reading.note(
            f"表头在第 {number} 行，上面的没有读入：{shown}",
            f"The header is row {number}; what stands above was not read: {shown}",
        )
    return lines[index], lines[index + 1 :]


def _field(title: str, form: Form) -> str:
    """The field of a header, whatever blanks stand between its characters."""
    plain = "".join(unicodedata.normalize("NFKC", title).split())
    return form.columns.get(plain, plain)


def _fields(header: Line, lines: Sequence[Line], reading: _Reading) -> list[str]:
    """The field of each column, empty where nothing stands in the whole column."""
    form, number = reading.form, header.number
    fields = [_field(title, form) for title in header.cells]
    known, named = set(form.columns.values()), "、".join(form.columns)
    if fields and not known & {*fields}:
        reading.problem(
            number, f"须是表头，可用：{named}", f"must be the header. Columns: {', '.join(form.columns.values())}"
        )
    for column, title in enumerate(fields):
        if title and title not in known:
            where = letters(column)
            reading.problem(
                number, f"没有“{title}”这一列，可用：{named}（{where} 列）", f'there is no column "{title}" ({where})'
            )
        first = next((line for line in lines if not title and _cell(line, column)), None)
        if first:
            where = at(column, first.number)
            reading.problem(
                number,
                f"{letters(column)} 列没有表头，但有内容（{where}）",
                f"column {letters(column)} has no header but content ({where})",
            )
    for zh, name in form.columns.items():
        if name in form.required and name not in fields:
            reading.problem(number, f"缺少“{zh}”列", f"the column {name} is missing")
    for name in sorted({f for f in fields if f and fields.count(f) > 1}):
        reading.problem(number, f"“{_title(form, name)}”列重复", f"the column {name} stands there twice")
    while fields and not fields[-1]:
        fields.pop()  # as Excel leaves them
    return fields


def _check_layout(table: Table, header: Line, width: int, reading: _Reading) -> None:
    """Merged cells in the list are refused; what is hidden is told."""
    for area in table.merged:
        if area.bottom >= header.number and area.left < width:
            reading.problem(
                max(area.top, header.number),
                f"合并单元格 {area} 只有一格有内容，请取消合并并逐格填写",
                f"of the merged cells {area} only one holds anything: unmerge and fill in each",
            )
    rows = [line.number for line in table.lines if line.number in table.hidden_rows and line.number > header.number]
    if rows:
        listed = "、".join(map(str, rows))
        reading.note(f"第 {listed} 行是隐藏的，也读入了", f"Hidden rows were read too: {', '.join(map(str, rows))}")
    columns = [letters(column) for column in range(width) if column in table.hidden_columns]
    if columns:
        listed = "、".join(columns)
        reading.note(f"{listed} 列是隐藏的，也读入了", f"Hidden columns were read too: {', '.join(columns)}")


# --- rows -----------------------------------------------------------------------------------------------------------


def _row(line: Line, fields: list[str], reading: _Reading) -> Row:
    row, form, before = Row(line.number, {}), reading.form, len(reading.problems)
    if any(cell.strip() for cell in line.cells[len(fields) :]):
        count = len(line.cells)
        reading.problem(
            line.number, f"有 {count} 格，表头只有 {len(fields)} 列", f"{count} cells under {len(fields)} columns"
        )
        return row
    for column, name in enumerate(fields):
        if text := _cell(line, column):
            _read_cell(row, name, text, at(column, line.number), reading)
    if len(reading.problems) == before:
        for name in form.required:
            if name not in row.data:
                reading.problem(line.number, f"缺少{_title(form, name)}", f"{name} is missing")
    if len(reading.problems) == before:
        try:
            form.check(row.data)
        except TiduiError as error:
            reading.problem(line.number, _in_titles(form, error.zh), error.en)
    return row


def _in_titles(form: Form, zh: str) -> str:
    """What is wrong with a row, said by the titles of its columns."""
    return re.sub(r"(?<![\w.])([a-z_]+)：", lambda found: f"{_title(form, found[1])}：", zh)


def _read_cell(row: Row, name: str, text: str, cell: str, reading: _Reading) -> None:
    title = _title(reading.form, name)
    try:
        if cell in reading.days and name not in reading.form.days:
            raise _made_a_day(text)
        read = reading.form.readers.get(name, str)(_sound(text))
    except Misread as error:
        reading.problem(row.number, f"{title}{error.zh}（{cell}）", f"{name} ({cell}): {error.en}")
        return
    row.data[name] = read.value if isinstance(read, Remarked) else read
    if isinstance(read, Remarked):
        first = Told(f"{title}{read.zh}，如 {cell}“{text}”", f'{name}: {read.en}, as in {cell} "{text}"')
        said, count = reading.remarks.get((name, read.zh), (first, 0))
        reading.remarks[name, read.zh] = said, count + 1


def _made_a_day(text: str) -> Misread:
    return Misread(
        f"在工作簿中是日期（{text}），如 2-1 会被 Excel 改成日期；请把单元格格式设为“文本”后重新录入",
        f"the workbook keeps it as a day ({text}), as Excel turns 2-1 into one: format it as text and type it again",
    )


def _sound(text: str) -> str:
    """A cell that a spreadsheet has not spoiled."""
    if text.upper() in _ERRORS:
        raise Misread(f"是错误值 {text}，请改为实际内容", f"the error {text}: put in what is meant")
    if _SCIENTIFIC.fullmatch(text):
        raise Misread(
            f"“{text}”是科学记数，末位已丢失，请用文本格式", f'"{text}" has lost its last digits: format it as text'
        )
    return text


def _cell(line: Line, column: int) -> str:
    return line.cells[column].strip() if column < len(line.cells) else ""


def _counted(reading: _Reading) -> Iterable[Told]:
    for told, count in reading.remarks.values():
        yield Told(f"{told.zh}（共 {count} 格）", f"{told.en} ({count} cells)")


def _title(form: Form, name: str) -> str:
    """What a field's column is called."""
    return next((title for title, field in form.columns.items() if field == name), name)


def read_day(text: str) -> str | Remarked:
    """A whole day; told where it was not typed as one usually is."""
    read = day_of(text)
    if read.month_only:
        raise Misread(f"“{text}”只有年月，须写明哪一日", f'"{text}" has no day of the month: add it')
    return _remarked(text, read.day)


def read_month(text: str) -> str | Remarked:
    """A day, of which forms often tell only the month."""
    read = day_of(text)
    if read.month_only:
        return Remarked(read.day, "只写了年月，按当月 1 日登记", "month alone, taken as its first day")
    return _remarked(text, read.day)


def _remarked(text: str, day: str) -> str | Remarked:
    if day == text:
        return day
    return Remarked(day, "的写法按日期读取", "read as the day that it means")


def one_of(known: dict[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise Misread(f"“{text}”不认识，可用：{'、'.join(known)}", f'"{text}" is none of: {", ".join(known)}')
        return known[text]

    return read
