"""Which sheet of a workbook is the list, and what else it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from api.sheets.package import Package
from api.sheets.table import Line, Table, Told, natural
from api.sheets.values import Formats, unescaped
from api.sheets.worksheet import Worksheet

_MOST_SHEETS = 50


class Sheet(NamedTuple):
    """A sheet by the name on its tab."""

    name: str
    hidden: bool
    table: Table


class _Listed(NamedTuple):
    name: str
    key: str
    hidden: bool


def list_among(sheets: Sequence[Sheet], is_list: Callable[[list[Line]], bool]) -> Table:
    """The one sheet that holds such a list. More than one is refused; others with content are told of."""
    sheets = [one for one in sheets if one.table.lines or one.table.problems]
    lists = [one for one in sheets if is_list(one.table.lines)] or sheets[:1]
    if not lists:
        return Table()
    table = lists[0].table
    table.notes += [_passed_over(one) for one in sheets if one not in lists]
    if lists[0].hidden:
        table.notes.append(
            Told(f"工作表“{lists[0].name}”是隐藏的，读的是它", f"the sheet {lists[0].name} is hidden; it was read")
        )
    if len(lists) > 1:
        named = "、".join(f"“{one.name}”" for one in lists)
        table.problems.append(
            Told(
                f"工作表 {named} 都有名单，请合并成一张或分成几个文件",
                f"There are lists on the sheets {named}: merge them or split the file",
            )
        )
    return table


def _passed_over(sheet: Sheet) -> Told:
    count, hidden = len(sheet.table.lines), "隐藏的" if sheet.hidden else ""
    return Told(
        f"{hidden}工作表“{sheet.name}”（{count} 行）没有名单的表头，没有读入",
        f"the sheet {sheet.name} ({count} rows) has no header of such a list and was not read",
    )


def sheets_of(name: str, content: bytes) -> list[Sheet]:
    """Every sheet of cells, in the order of its tabs."""
    package = Package(name, content)
    root = next((path for kind, path in package.related("").values() if kind == "officeDocument"), "xl/workbook.xml")
    if root.lower() not in package.parts:
        raise package.refused("不是 .xlsx 工作簿", "is no .xlsx workbook")
    listed, since_1904 = _listed(package, root)
    if len(listed) > _MOST_SHEETS:
        raise package.refused(f"有 {len(listed)} 张工作表（至多 {_MOST_SHEETS} 张）", f"has over {_MOST_SHEETS} sheets")
    related = package.related(root)
    by_kind = dict(related.values())
    strings = _strings(package, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else []
    styles, custom = _styles(package, by_kind["styles"]) if "styles" in by_kind else ([], {})
    reader = Worksheet(package, strings, Formats(styles, custom, since_1904=since_1904))
    return [
        Sheet(one.name, one.hidden, reader.read(related[one.key][1]))
        for one in listed
        if related.get(one.key, ("", ""))[0] == "worksheet"
    ]


def _listed(package: Package, root: str) -> tuple[list[_Listed], bool]:
    listed: list[_Listed] = []
    since_1904 = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal since_1904
        if tag == "sheet":
            listed.append(
                _Listed(given.get("name", ""), given.get("id", ""), given.get("state", "visible") != "visible")
            )
        elif tag == "workbookPr":
            since_1904 = given.get("date1904") in ("1", "true")

    package.parse(root, start)
    return listed, since_1904


def _strings(package: Package, part: str) -> list[str]:
    """The texts that cells share; how a word is pronounced is no part of it."""
    found: list[str] = []
    parts: list[str] = []
    inside = phonetic = False

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal inside, phonetic
        phonetic = phonetic or tag == "rPh"
        inside = tag == "t" and not phonetic

    def end(tag: str) -> None:
        nonlocal inside, phonetic
        inside = False
        phonetic = phonetic and tag != "rPh"
        if tag == "si":
            found.append(unescaped("".join(parts)))
            parts.clear()

    package.parse(part, start, end, lambda text: parts.append(text) if inside else None)
    return found


def _styles(package: Package, part: str) -> tuple[list[int], dict[int, str]]:
    """The number format of each cell style, and what the workbook's own formats say."""
    styles: list[int] = []
    custom: dict[int, str] = {}
    of_cells = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal of_cells
        if tag == "cellXfs":
            of_cells = True
        elif tag == "xf" and of_cells:
            styles.append(natural(given.get("numFmtId"), 0))
        elif tag == "numFmt":
            custom[natural(given.get("numFmtId"), 0)] = given.get("formatCode", "")

    def end(tag: str) -> None:
        nonlocal of_cells
        of_cells = of_cells and tag != "cellXfs"

    package.parse(part, start, end)
    return styles, custom
