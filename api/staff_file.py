"""Staff from a CSV or XLSX file: which columns there are, and how what stands in them is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from api.sheet_file import Form, Row, Rows, key, one_of, read_day, read_month, read_rows
from api.sheets.table import Told
from domain import text
from domain.errors import Malformed
from domain.office import parse
from domain.registration import NEW

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
    "现任职务": "posts",
    "任职时间": "posts_since",
    "同一人": "same_as",
    "情况说明": "reason",
}
_ANOTHER = ("新", "另一人", NEW)
_UNKNOWN = ("不详", "不清楚", "未知", "unknown")
_BETWEEN = re.compile("[、，,；;]")
_ACCOMPANYING = ("posts", "posts_since", "reason")
UNKNOWN = "unknown"
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


def registration_of(data: dict[str, Any]) -> dict[str, Any]:
    """What a row asks to be registered."""
    return {name: value for name, value in data.items() if name not in _ACCOMPANYING}


def _check(data: dict[str, Any]) -> None:
    """A row asks for a registration, and tells since when only of posts that it names."""
    parse("register-person", registration_of(data))
    if data.get("posts_since", UNKNOWN) != UNKNOWN and "posts" not in data:
        raise Malformed(
            f"写了任职时间 {data['posts_since']}，没有写现任职务。请补上职务，或去掉任职时间。",
            f"It says since when ({data['posts_since']}) and names no post: add it, or leave the day out.",
        )


FORM = Form(
    COLUMNS,
    REQUIRED,
    {
        "gender": one_of(GENDERS),
        "party_status": one_of(PARTY),
        "birth_date": read_day,
        "party_joined_on": read_month,
        "work_started_on": read_month,
        "posts_since": lambda said: UNKNOWN if said in _UNKNOWN else read_day(said),
        "same_as": lambda said: NEW if said in _ANOTHER else said,
    },
    _check,
    ("birth_date", "party_joined_on", "work_started_on", "posts_since"),
)


def read_staff(path: Path) -> Rows:
    """The rows of the file, each ready to be registered."""
    return read_rows(path, FORM, _repeats)


def staff_key(row: Row) -> str:
    """By which a row is registered once."""
    return key("staff", row.data)


def posts_of(row: Row) -> list[str]:
    """The posts that a row says are held now."""
    return [post.strip() for post in _BETWEEN.split(row.data.get("posts", "")) if post.strip()]


def held_since(row: Row) -> str | None:
    """The day since when they are held, None where the row says that it is not known. It says one or the other."""
    said = row.data.get("posts_since")
    if said is None:
        raise Malformed(
            "写了现任职务，请在“任职时间”写明起始日期；不清楚的写“不详”。",
            "It names posts: say since when in the column 任职时间, or 不详 where that is not known.",
        )
    return None if said == UNKNOWN else str(said)


def _repeats(rows: Sequence[Row]) -> Iterator[Told]:
    """The same staff number twice, or the same row twice without one."""
    seen: dict[str, int] = {}
    for row in rows:
        marks = list(_marks(row))
        if first := next((seen[mark] for mark in marks if mark in seen), None):
            yield Told(
                f"第 {row.number} 行：与第 {first} 行重复（工号相同，或姓名、出生日期相同）。同一人只留一行；"
                "是另一人，在“同一人”列写“另一人”，并写明“情况说明”",
                f"Row {row.number}: the same staff number, or name and birth date, as row {first}. Leave one out; "
                "for another person say 另一人 in the column 同一人, and why in 情况说明",
            )
        seen |= {mark: row.number for mark in marks if mark not in seen}


def _marks(row: Row) -> Iterator[str]:
    """By what a row is somebody's."""
    if number := row.data.get("staff_number"):
        yield f"number/{text.key(number)}"
    if row.data.get("same_as") != NEW:
        yield f"name/{text.key(row.data.get('name', ''))}/{row.data.get('birth_date')}"
