"""Tables as an Excel workbook: text stays text, days are days, and the same tables give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import chain
from typing import Any, NamedTuple

from exports.errors import Unprintable

_LONGEST = 32_767
_NARROWEST, _WIDEST = 8, 60
# When a workbook was made is no part of what it says.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


class Sheet(NamedTuple):
    """One table: its title, a header and rows; what is not known is an empty cell."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets in turn, each header staying in sight. Raises Unprintable for a text that no cell holds."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 - only exports need it

    file = BytesIO()
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"created": _MADE})
    head, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.title)
        page.freeze_panes(1, 0)
        for index, title in enumerate(sheet.columns):
            page.set_column(index, index, _width(row[index] for row in chain([sheet.columns], sheet.rows)))
            page.write_string(0, index, title, head)
        for number, row in enumerate(sheet.rows, 1):
            for index, value in enumerate(row):
                _write(page, number, index, value, day, sheet.columns[index])
    book.close()
    return file.getvalue()


def _write(page: Any, row: int, column: int, value: object, day: Any, title: str) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        page.write_datetime(row, column, value, day)
    elif isinstance(value, int | float):
        page.write_number(row, column, value)
    else:
        page.write_string(row, column, _held(str(value), row, title))


def _held(text: str, row: int, title: str) -> str:
    """Excel counts as UTF-16 does: an emoji is two."""
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * _LONGEST:
        raise Unprintable(
            f"第 {row + 1} 行“{title}”超过一个单元格的 {_LONGEST} 个字符，请缩短该内容。",
            f"Row {row + 1}, {title}: longer than the {_LONGEST} characters of a cell; shorten that text.",
        )
    return text


def _width(values: Any) -> int:
    """Wide enough for the widest, a Chinese character counting two."""
    widest = max(len(str(value or "").encode("gb18030", "replace")) for value in values)
    return min(max(widest + 2, _NARROWEST), _WIDEST)
