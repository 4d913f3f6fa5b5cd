"""CSV text in the encodings that Excel and WPS write. Where two encodings fit, one is asked for, never guessed."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Collection

from api.sheets.table import MOST_COLUMNS, MOST_ROWS, Line, Table, Told
from domain.errors import Malformed

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Han, and the punctuation and full-width forms that stand beside it in Chinese text.
_CHINESE = re.compile(
    "[\x00-\x7f·—‘’“”…\u2e80-\u303f\u3105-\u312f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]*"
)
_SCRIPT = "GB18030"


def read_text(name: str, content: bytes, titles: Collection[str]) -> Table:
    """The rows of a CSV file. `titles` are the headers that its reader knows: by them an encoding is recognised."""
    text, notes = _decode(name, content, titles)
    if "\0" in text:
        raise _neither(name)
    table = Table(notes=notes)
    rows = csv.reader(io.StringIO(_one_line_end(text), newline=""), delimiter=_delimiter(text, titles), strict=True)
    try:
        for number, cells in enumerate(rows, 1):
            if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise too_much(name)
            table.lines.append(Line(number, cells))
    except csv.Error as error:
        raise Malformed(
            f"{name} 第 {rows.line_num} 行的引号没有成对，或内容过长（{error}）。请在 Excel 中打开并重新保存。",
            f"In line {rows.line_num} of {name} a quotation mark stands alone, or a cell is too long ({error}). "
            "Open it in Excel and save it again.",
        ) from error
    return table


def too_much(name: str) -> Malformed:
    """Larger than any list that people keep."""
    return Malformed(
        f"{name} 过大：最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列。请只留下名单本身。",
        f"{name} is too large: at most {MOST_ROWS} rows and {MOST_COLUMNS} columns. Leave only the list itself.",
    )


def _decode(name: str, content: bytes, titles: Collection[str]) -> tuple[str, list[Told]]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding), []
            except UnicodeDecodeError:
                raise _neither(name) from None
    utf8, chinese = _as(content, "utf-8"), _as(content, _SCRIPT)
    if utf8 is None and chinese is None:
        raise _neither(name)
    if utf8 is None and chinese and _is_rubbish(chinese, titles):
        raise _asked(name, "不像 GB18030（GBK）文字", "does not read as GB18030 (GBK) text")
    if utf8 is None or chinese is None or utf8 == chinese:
        return (utf8, []) if utf8 is not None else (chinese or "", [_told(name)])
    return _either(name, utf8, chinese, titles)


def _either(name: str, utf8: str, chinese: str, titles: Collection[str]) -> tuple[str, list[Told]]:
    """Both fit: the Chinese headers tell, else which of them is Chinese text at all."""
    by_title = [text for text in (utf8, chinese) if any(not t.isascii() and t in text for t in titles)]
    sensible = [text for text in (utf8, chinese) if _CHINESE.fullmatch(text)]
    if len(by_title) == 1:
        sensible = by_title
    elif utf8 in sensible and _as_bytes(chinese, "gb2312") is None:
        sensible = [utf8]  # read as GB it would hold rare characters
    if len(sensible) != 1:
        raise _asked(name, "的文字编码可作两种读法（UTF-8 或 GB18030）", "can be read as UTF-8 and as GB18030")
    return sensible[0], [_told(name)] if sensible[0] is chinese else []


def _is_rubbish(text: str, titles: Collection[str]) -> bool:
    """Whether no header tells that it is Chinese, and it holds characters that nobody has assigned."""
    told = any(title in text for title in titles if not title.isascii())
    return not told and any(unicodedata.category(character) in ("Co", "Cn") for character in text)


def _asked(name: str, zh: str, en: str) -> Malformed:
    return Malformed(
        f"{name} {zh}，不能猜。请在 Excel 中另存为“CSV UTF-8”或 XLSX。",
        f"{name} {en}, and that is no guess to make. Save it as CSV UTF-8 or XLSX.",
    )


def _told(name: str) -> Told:
    return Told(f"{name} 按 {_SCRIPT}（GBK）编码读取", f"{name} was read as {_SCRIPT} (GBK)")


def _as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _as_bytes(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def _neither(name: str) -> Malformed:
    return Malformed(
        f"{name} 不是 CSV 文本（UTF-8 或 GB18030），也不是 XLSX。请在 Excel 中另存为其中一种。",
        f"{name} is neither CSV text in UTF-8 or GB18030 nor XLSX. Save it as one of them from Excel.",
    )


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _delimiter(text: str, titles: Collection[str]) -> str:
    """What parts the cells: by which one of the first lines names most columns, else what stands there most often."""
    lines = _one_line_end(text[:5000]).split("\n")[:10]

    def known(mark: str) -> int:
        return max(sum(_title(cell) in titles for cell in line.split(mark)) for line in lines)

    return max(",\t;", key=lambda mark: (known(mark), "\n".join(lines).count(mark)))


def _title(cell: str) -> str:
    return "".join(unicodedata.normalize("NFKC", cell).replace('"', "").split())
