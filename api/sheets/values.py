"""What a cell of a workbook shows, as far as its stored value says so without loss; else what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from api.sheets.days import Misread

_EXACT = 15  # digits that a number cell keeps
# Built-in number formats, the Chinese ones included.
_DAY_FORMATS = {14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58}
_MONTH_FORMATS = {17, 27, 36, 50, 52, 57}
_PLAIN_FORMATS = {0, 1, 49}
_PLAIN_CODES = {"general", "g/通用格式", "@", "0", "#"}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
# Of those what adds nothing to what is seen: colours, the language, blanks.
_UNSEEN = re.compile(
    r'" *"|\\ |\[(black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]+|\$-[^\]]*)\]|_.|\*.', re.IGNORECASE
)
_SEEN = "\0"
_OF_ZERO, _OF_TEXT = 2, 3  # the places of their sections
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_FALSE_LEAP_DAY = 61  # before it Excel's days are off by one
_LAST_DAY = 2958465  # 9999-12-31
_SAVE_AS_TEXT_ZH = "请把单元格格式设为“文本”后重新录入"
_SAVE_AS_TEXT_EN = "format the cell as text and type it again"


class Formats:
    """The number formats of a workbook: by a cell's style, whether its number is a day or stands there as stored."""

    def __init__(self, styles: list[int], custom: Mapping[int, str], *, since_1904: bool = False) -> None:
        self._styles, self._custom, self._epoch = styles, custom, _EPOCHS[since_1904]
        self._since_1904 = since_1904

    def text(self, raw: str, style: int) -> str:
        """A number as text, or Misread."""
        number = self._styles[style] if 0 <= style < len(self._styles) else 0
        if self.is_day(style):
            code = self._code(number)
            return self._day(raw, month="d" not in code if code else number in _MONTH_FORMATS)
        whole = _whole(raw)
        if number not in _PLAIN_FORMATS and not _is_plain(int(whole), self._sections(number)):
            raise _altered(raw)
        return whole

    def label(self, text: str, style: int) -> str:
        """Text as its format lets it stand, or Misread where that shows it otherwise."""
        number = self._styles[style] if 0 <= style < len(self._styles) else 0
        *_, last = sections = self._sections(number)
        if (len(sections) > _OF_TEXT or "@" in last) and last != "@":
            raise _altered(text)
        return text

    def is_day(self, style: int) -> bool:
        """Whether a number of this style is shown as a day."""
        number = self._styles[style] if 0 <= style < len(self._styles) else 0
        return number in _DAY_FORMATS or bool(re.search("[yd年月日]", self._code(number)))

    def _code(self, number: int) -> str:
        return _LITERAL.sub("", self._custom.get(number, "")).lower()

    def _sections(self, number: int) -> list[str]:
        """What a format of the workbook's own says of positive numbers, negative ones, zero, and texts."""
        seen = _LITERAL.sub(_SEEN, _UNSEEN.sub("", self._custom.get(number, "")))
        return [section.strip() for section in seen.lower().split(";")]

    def _day(self, raw: str, *, month: bool) -> str:
        value = _number(raw)
        first = 0 if self._since_1904 else _FALSE_LEAP_DAY
        if not first <= value <= _LAST_DAY:
            raise Misread(
                f"日期值 {raw} 不是可用的日期，请改为文本 1988-02-29", f"{raw} is no day: make it the text 1988-02-29"
            )
        whole = self._epoch + timedelta(days=int(value))
        if value != int(value):
            return f"{datetime.combine(whole, datetime.min.time()) + timedelta(days=value % 1):%Y-%m-%d %H:%M}"
        return f"{whole:%Y-%m}" if month else whole.isoformat()


def _is_plain(value: int, sections: list[str]) -> bool:
    """Whether a whole number is shown by its digits alone."""
    if value < 0:
        return len(sections) == 1 and sections[0] in _PLAIN_CODES
    section = sections[_OF_ZERO] if value == 0 and len(sections) > _OF_ZERO else sections[0]
    return section in _PLAIN_CODES and not (value == 0 and section == "#")


def unescaped(text: str) -> str:
    """Text with Excel's `_x000D_` as the characters they stand for."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _number(raw: str) -> float:
    try:
        return float(raw)
    except ValueError:
        raise Misread(f"“{raw}”不是数字", f'"{raw}" is no number') from None


def _whole(raw: str) -> str:
    value = _number(raw)
    if abs(value) >= 10**_EXACT:
        raise Misread(
            f"数字超过 {_EXACT} 位，末位已失真，{_SAVE_AS_TEXT_ZH}",
            f"a number of more than {_EXACT} digits, the last of which are lost: {_SAVE_AS_TEXT_EN}",
        )
    if value != int(value):
        raise Misread(
            f"数字 {raw} 带小数，末尾的 0 可能已丢失，{_SAVE_AS_TEXT_ZH}",
            f"{raw} has decimals, and zeros at their end may be lost: {_SAVE_AS_TEXT_EN}",
        )
    return str(int(value))


def _altered(raw: str) -> Misread:
    return Misread(
        f"数字格式使显示与所存的 {raw} 不同（例如补零），{_SAVE_AS_TEXT_ZH}",
        f"its number format shows something else than the stored {raw}, such as leading zeros: {_SAVE_AS_TEXT_EN}",
    )
