"""Rows that schools keep in CSV or XLSX files: Chinese or English headers, every problem named by its row."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from domain.errors import Malformed, TiduiError

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


class Form(NamedTuple):
    """What the columns are called, which must be there and filled, how cells are read, and how a row is checked."""

    columns: Mapping[str, str]  # the field by its Chinese header
    required: Sequence[str]
    readers: Mapping[str, Callable[[str], str]]
    check: Callable[[dict[str, Any]], object]


@dataclass(frozen=True)
class Row:
    """One row, by the number that Excel shows."""

    number: int
    data: dict[str, Any]


def read_rows(path: Path, form: Form, repeats: Callable[[Sequence[Row]], Iterable[str]] = lambda _: ()) -> list[Row]:
    """The rows of the file, or one Malformed that names every problem by row and column."""
    header, *lines = _table(path)
    fields, problems = _fields(header, form)
    refuse_if_any(path.name, problems)  # under a wrong header no row means anything
    rows = []
    for number, line in enumerate(lines, 2):
        if any(cell.strip() for cell in line):
            row = Row(number, {})
            problems += [f"第 {number} 行：{text}" for text in _fill(row, fields, line, form)]
            rows.append(row)
    problems += repeats(rows)
    if not rows:
        problems.append("没有数据行")
    refuse_if_any(path.name, problems)
    return rows


def refuse_if_any(name: str, problems: Sequence[str]) -> None:
    """Malformed with all of them, a line each; nothing where there are none."""
    if problems:
        listed = "\n".join(problems)
        raise Malformed(
            f"{name} 有 {len(problems)} 处问题，未作任何记录：\n{listed}",
            f"{name} has {len(problems)} problems (named above by row, 行); nothing was recorded.",
        )


def key(kind: str, content: Any) -> str:
    """Makes a second import of the same content harmless."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _table(path: Path) -> list[list[str]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Malformed(f"读不到 {path}：{error.strerror}", f"Cannot read {path}: {error.strerror}") from error
    if not content.strip():
        raise Malformed(f"{path.name} 是空的。", f"{path.name} is empty.")
    if content.startswith(b"PK"):
        return _workbook(path.name, content)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and (table := list(csv.reader(io.StringIO(text)))):
            return table
    raise Malformed(
        f"{path.name} 不是 CSV 文本（UTF-8 或 GB18030），也不是 XLSX。请在 Excel 中另存为其中一种。",
        f"{path.name} is neither CSV text in UTF-8 or GB18030 nor XLSX. Save it as one of them from Excel.",
    )


def _workbook(name: str, content: bytes) -> list[list[str]]:
    """The first sheet, its empty rows kept so that rows are numbered as Excel numbers them."""
    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(False)
    except CalamineError as error:
        raise Malformed(
            f"{name} 不是完好的 XLSX（{error}）。请在 Excel 中重新保存。",
            f"{name} is no sound XLSX ({error}). Save it again from Excel.",
        ) from error
    return [[_text(cell) for cell in row] for row in rows] or [[]]


def _text(cell: object) -> str:
    if isinstance(cell, date):
        return cell.strftime("%Y-%m-%d")
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _fields(header: list[str], form: Form) -> tuple[list[str], list[str]]:
    fields = [form.columns.get(title.strip(), title.strip()) for title in header]
    known, named = set(form.columns.values()), "、".join(form.columns)
    problems = [f"第 1 行：没有“{title}”这一列，可用：{named}" for title in fields if title not in known]
    problems += [
        f"第 1 行：缺少“{zh}”列" for zh, name in form.columns.items() if name in form.required and name not in fields
    ]
    problems += [
        f"第 1 行：“{_title(form, name)}”列重复" for name in sorted({f for f in fields if fields.count(f) > 1})
    ]
    return fields, problems


def _fill(row: Row, fields: list[str], line: list[str], form: Form) -> list[str]:
    """Put the line's cells into the row; what is wrong with them."""
    if len(line) > len(fields):
        return [f"有 {len(line)} 格，表头只有 {len(fields)} 列"]
    problems = []
    for name, cell in zip(fields, line, strict=False):
        text = cell.strip()
        try:
            if text:
                row.data[name] = form.readers.get(name, str)(text)
        except ValueError as error:
            problems.append(f"{_title(form, name)}{error}")
    missing = [name for name in form.required if name in fields and name not in row.data and not problems]
    problems += [f"缺少{_title(form, name)}" for name in missing]
    if not problems:
        try:
            form.check(row.data)
        except TiduiError as error:
            problems.append(error.zh)
    return problems


def _title(form: Form, name: str) -> str:
    """What a field's column is called."""
    return next((title for title, field in form.columns.items() if field == name), name)


def read_day(text: str) -> str:
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(f"“{text}”不是日期，请写成 1988-02-29")
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        raise ValueError(f"“{text}”这一天不存在") from None


def one_of(known: dict[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"“{text}”不认识，可用：{'、'.join(known)}")
        return known[text]

    return read
