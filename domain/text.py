"""The one form in which text enters the archive, and the stricter key by which it is compared.

What was stored before stays as it is: only what comes in is brought to this form.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from domain.language import TextForm

_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
# What Unicode ignores by default (Default_Ignorable_Code_Point) beside its format characters, the selectors of a
# character's variant left out: they choose a glyph and stay.
_IGNORED = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2065\u3164\uffa0\ufff0-\ufff8"
    "\U000e0000\U000e0002-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff]"
)
_BRAILLE_BLANK = "\u2800"
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NO_CHARACTERS = "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_CONTROLS = re.compile(f"[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\U000e0001-\U000e007f{_NO_CHARACTERS}]")
# What stands for something that could not be read, halves of characters included.
_REPLACEMENTS = re.compile("[\ufffc\ufffd\ud800-\udfff]")
# Characters of Han that are newer than this Python's tables.
_NEWER_HAN = range(0x20000, 0x3FFFE)
_DOTS = re.compile(r"\s*[·•‧・･∙⋅]\s*")
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff"
_BLANKS_IN_CHINESE = re.compile(rf"(?<=[{_HAN}·])\s+(?=[{_HAN}·])")
_BLANKS = re.compile(r"\s+")


class Unfit(ValueError):
    """Text that is not taken, with the name of what is wrong and the character that is."""

    def __init__(self, problem: str, character: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.code = f"U+{ord(character):04X}" if character else ""


def normal(text: str, form: TextForm) -> str:
    """The text in its one form. Raises Unfit when it has none."""
    found = unicodedata.normalize("NFKC" if form is TextForm.NUMBER else "NFC", text)
    found = _visible(_LINE_ENDS.sub("\n", found)).strip()
    if form is TextForm.TEXT:
        found = found.replace("\t", " ")
    _check(text, found, form)
    if form is TextForm.NUMBER:
        return _BLANKS.sub("", found).upper()
    return name(found) if form is TextForm.NAME else found


def name(text: str) -> str:
    """A name with one kind of dot, no blanks between Chinese characters and single ones elsewhere."""
    return _BLANKS.sub(" ", _BLANKS_IN_CHINESE.sub("", _DOTS.sub("·", text)))


@lru_cache(maxsize=16384)
def key(text: str) -> str:
    """What two spellings of one text have in common: no blanks, no cases, no compatibility characters."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _DOTS.sub("·", text)).casefold())
    return _BLANKS.sub("", _VARIANTS.sub("", _visible(plain)))


def alike(one: object, other: object) -> bool:
    """Whether two values are the same, texts in any spelling."""
    if isinstance(one, str) and isinstance(other, str):
        return key(one) == key(other)
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(alike, one, other))
    return one == other


def _visible(text: str) -> str:
    """Without the characters that have no width and say nothing; those that turn the direction, or tag, stay."""
    left = _IGNORED.sub("", text.replace(_BRAILLE_BLANK, " "))
    return "".join(c for c in left if unicodedata.category(c) != "Cf" or _DIRECTIONS.match(c) or _CONTROLS.match(c))


def _check(typed: str, text: str, form: TextForm) -> None:
    """Refuse what no text of this form holds."""
    if typed and not text:
        raise Unfit("invisible")
    if form is not TextForm.TEXT and "\n" in text:
        raise Unfit("line_feed")
    if found := _DIRECTIONS.search(text):
        raise Unfit("direction_character", found[0])
    if found := _CONTROLS.search(text.replace("\n", "")):
        raise Unfit("control_character", found[0])
    if found := _REPLACEMENTS.search(text):
        raise Unfit("replacement_character", found[0])
    if text and form in (TextForm.NAME, TextForm.NUMBER) and not any(map(_says_something, text)):
        raise Unfit("invisible")


def _says_something(character: str) -> bool:
    """A letter, a digit, or a character of private use, as old systems have them for rare names."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co" or (category == "Cn" and ord(character) in _NEWER_HAN)
