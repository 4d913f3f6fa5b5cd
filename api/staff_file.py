"""Staff from a CSV or XLSX file: which columns there are, and how what stands in them is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from api.sheet_file import Form, Row, Rows, key, one_of, read_day, read_month, read_rows
from api.sheets.table import Told
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
    "党支部": "branch",
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
FORM = Form(
    COLUMNS,
    REQUIRED,
    {
        "gender": one_of(GENDERS),
        "party_status": one_of(PARTY),
        "birth_date": read_day,
        "party_joined_on": read_month,
        "work_started_on": read_month,
    },
    partial(parse, "register-person"),
)


def read_staff(path: Path) -> Rows:
    """The rows of the file, each ready to be registered."""
    return read_rows(path, FORM, _repeats)


def staff_key(row: Row) -> str:
    """By which a row is registered once."""
    return key("staff", row.data)


def _repeats(rows: Sequence[Row]) -> Iterator[Told]:
    """The same staff number twice, or the same row twice without one."""
    seen: dict[str, int] = {}
    for row in rows:
        mark = row.data.get("staff_number") or staff_key(row)
        if mark in seen:
            yield Told(
                f"第 {row.number} 行：与第 {seen[mark]} 行重复（工号或全部内容相同）",
                f"Row {row.number}: the same staff number or content as row {seen[mark]}",
            )
        seen.setdefault(mark, row.number)
