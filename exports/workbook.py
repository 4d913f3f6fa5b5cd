"""Tables as an Excel workbook: text stays text, days are days, and the same tables give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, NamedTuple

from exports.errors import Unprintable

_LONGEST = 32_767
_NARROWEST, _WIDEST = 6, 40
_LINE, _TALLEST = 15.0, 400.0  # points
_A4, _UPRIGHT = 9, 90  # the number of the paper; characters that its width holds upright
# When a workbook was made is no part of what it says.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


class Sheet(NamedTuple):
    """One table: its title, a header and rows; what is not known is an empty cell."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    hidden: frozenset[str] = frozenset()  # columns for programs: there, and not seen
    heading: str = ""  # what stands above each printed page, where that is not the title


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets in turn, each header staying in sight. Raises Unprintable for a text that no cell holds."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 - only exports need it

    file = BytesIO()
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"created": _MADE})
    framed = {"border": 1, "valign": "vcenter", "text_wrap": True}
    forms = _Forms(
        head=book.add_format(framed | {"bold": True, "align": "center"}),
        day=book.add_format(framed | {"num_format": "yyyy-mm-dd", "align": "left"}),
        text=book.add_format(framed | {"num_format": "@"}),
        number=book.add_format(framed | {"align": "right"}),
    )
    for sheet in sheets:
        _fill(book.add_worksheet(sheet.title), sheet, forms)
    book.close()
    return file.getvalue()


class _Forms(NamedTuple):
    """How the cells of each kind look."""

    head: Any
    day: Any
    text: Any
    number: Any


def _fill(page: Any, sheet: Sheet, forms: _Forms) -> None:
    widths = [_width(title, (row[index] for row in sheet.rows)) for index, title in enumerate(sheet.columns)]
    page.freeze_panes(1, 0)
    _set_up(page, sheet, sum(widths))
    for index, title in enumerate(sheet.columns):
        hidden = {"hidden": True} if title in sheet.hidden else {}
        page.set_column(index, index, widths[index], forms.text, hidden)
        page.write_string(0, index, title, forms.head)
    page.set_row(0, _height(sheet.columns, widths))
    for number, row in enumerate(sheet.rows, 1):
        page.set_row(number, _height(row, widths))
        for index, value in enumerate(row):
            _write(page, number, index, value, forms, sheet.columns[index])


def _set_up(page: Any, sheet: Sheet, width: float) -> None:
    """How it prints: on A4, all columns on one page, the header on each, its title and the pages' numbers."""
    page.set_paper(_A4)
    if width > _UPRIGHT:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)  # inches
    page.center_horizontally()
    page.set_header(f"&C&14{sheet.heading or sheet.title}".replace("\n", " "))
    page.set_footer("&C— &P / &N —")


def _write(page: Any, row: int, column: int, value: object, forms: _Forms, title: str) -> None:
    if value is None or value == "":
        page.write_blank(row, column, None, forms.text)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, forms.day)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, forms.number)
    else:
        page.write_string(row, column, _held(str(value), row, title), forms.text)


def _held(text: str, row: int, title: str) -> str:
    """Excel counts as UTF-16 does: an emoji is two."""
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * _LONGEST:
        raise Unprintable(
            f"第 {row + 1} 行“{title}”超过一个单元格的 {_LONGEST} 个字符，请缩短该内容。",
            f"Row {row + 1}, {title}: longer than the {_LONGEST} characters of a cell; shorten that text.",
        )
    return text


def _width(title: str, values: Iterable[object]) -> int:
    """Wide enough for the widest; a header may take two lines."""
    widest = max([(_counted(title) + 1) // 2, *(_counted(value) for value in values)])
    return min(max(widest + 2, _NARROWEST), _WIDEST)


def _height(row: Sequence[object], widths: Sequence[int]) -> float:
    """High enough for the lines that a cell's text takes."""
    lines = (-(-_counted(value) // (width - 1)) for value, width in zip(row, widths, strict=True))
    return min(max([1, *lines]) * _LINE, _TALLEST)


def _counted(value: object) -> int:
    """Characters as columns count them, a Chinese one as two."""
    text = "" if value is None else str(value)
    return max((len(line.encode("gb18030", "replace")) for line in text.split("\n")), default=0)
