"""Staff from a CSV or XLSX file as schools keep it: Chinese or English headers, every problem named by its row."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from domain.errors import Malformed, TiduiError
from domain.office import parse

COLUMNS = {
    "姓名": "name",
    "性别": "gender",
    "出生日期": "birth_date",
    "民族": "ethnicity",
    "籍贯": "native_place",
    "政治面貌": "party_status",
    "入党时间": "party_joined_on",
    "参加工作时间": "work_started_on",
    "学历": "education",
    "学位": "degree",
    "毕业院校": "graduated_from",
    "职称": "title",
    "任教学科": "subject",
    "工号": "staff_number",
}
REQUIRED = ("name", "gender", "birth_date")
GENDERS = {"男": "male", "女": "female", "male": "male", "female": "female"}
PARTY = {
    "中共党员": "member",
    "党员": "member",
    "中共预备党员": "probationary",
    "预备党员": "probationary",
    "共青团员": "league_member",
    "团员": "league_member",
    "民主党派": "democratic_party",
    "群众": "none",
}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True)
class StaffRow:
    """One row, ready to be registered. The key makes a second import of it harmless."""

    number: int
    data: dict[str, Any]

    @property
    def key(self) -> str:
        content = json.dumps(self.data, sort_keys=True, ensure_ascii=False)
        return f"staff-{hashlib.sha256(content.encode()).hexdigest()[:32]}"


def read_staff(path: Path) -> list[StaffRow]:
    """The rows of the file, or one Malformed that names every problem by row and column."""
    header, *lines = _table(path)
    fields, problems = _fields(header)
    rows = []
    for number, line in enumerate(lines, 2):
        if any(cell.strip() for cell in line):
            row = StaffRow(number, {})
            problems += [f"第 {number} 行：{text}" for text in _fill(row, fields, line)]
            rows.append(row)
    problems += _repeats(rows)
    if not rows:
        problems.append("没有数据行")
    if problems:
        listed = "\n".join(problems)
        raise Malformed(
            f"{path.name} 有 {len(problems)} 处问题，未作任何记录：\n{listed}",
            f"{path.name} has {len(problems)} problems (named above by row, 行); nothing was recorded.",
        )
    return rows


def _table(path: Path) -> list[list[str]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Malformed(f"读不到 {path}：{error.strerror}", f"Cannot read {path}: {error.strerror}") from error
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
        f"{path.name} 不是 CSV 文本（UTF-8 或 GB18030）。也不是 XLSX。请在 Excel 中另存为其中一种。",
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


def _fields(header: list[str]) -> tuple[list[str], list[str]]:
    fields = [COLUMNS.get(title.strip(), title.strip()) for title in header]
    known = set(COLUMNS.values())
    problems = [f"第 1 行：没有“{title}”这一列，可用：{'、'.join(COLUMNS)}" for title in fields if title not in known]
    problems += [f"第 1 行：缺少“{zh}”列" for zh, name in COLUMNS.items() if name in REQUIRED and name not in fields]
    problems += [f"第 1 行：“{name}”列重复" for name in sorted({f for f in fields if fields.count(f) > 1})]
    return fields, problems


def _fill(row: StaffRow, fields: list[str], line: list[str]) -> list[str]:
    """Put the line's cells into the row; what is wrong with them."""
    if len(line) > len(fields):
        return [f"有 {len(line)} 格，表头只有 {len(fields)} 列"]
    problems = []
    for name, cell in zip(fields, line, strict=False):
        text = cell.strip()
        try:
            if text:
                row.data[name] = READERS.get(name, str)(text)
        except ValueError as error:
            problems.append(f"{name} {error}")
    problems += [f"缺少 {name}" for name in REQUIRED if name in fields and name not in row.data and not problems]
    if not problems:
        try:
            parse("register-person", row.data)
        except TiduiError as error:
            problems.append(error.zh)
    return problems


def _day(text: str) -> str:
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(f"“{text}”不是日期，请写成 1988-02-29")
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        raise ValueError(f"“{text}”这一天不存在") from None


def _one_of(known: dict[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"“{text}”不认识，可用：{'、'.join(known)}")
        return known[text]

    return read


READERS: dict[str, Callable[[str], str]] = {
    "gender": _one_of(GENDERS),
    "party_status": _one_of(PARTY),
    "birth_date": _day,
    "party_joined_on": _day,
    "work_started_on": _day,
}


def _repeats(rows: list[StaffRow]) -> list[str]:
    """The same staff number twice, or the same row twice without one."""
    seen: dict[str, int] = {}
    problems = []
    for row in rows:
        mark = row.data.get("staff_number") or row.key
        if mark in seen:
            problems.append(f"第 {row.number} 行：与第 {seen[mark]} 行重复（工号或全部内容相同）")
        seen.setdefault(mark, row.number)
    return problems
