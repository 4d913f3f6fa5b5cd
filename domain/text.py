"""The one form in which text enters the archive, and the stricter key by which it is compared.

What was stored before stays as it is: only what comes in is brought to this form.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from domain.language import TextForm

_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
# Characters without a width that say nothing. The selectors of a character's variant stay: they choose a glyph.
_ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0]"
)
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\U000e0001-\U000e007f]")
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
    found = _ZERO_WIDTH.sub("", _LINE_ENDS.sub("\n", found)).strip()
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
    return _BLANKS.sub("", _VARIANTS.sub("", _ZERO_WIDTH.sub("", plain)))


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
    if text and form in (TextForm.NAME, TextForm.NUMBER) and not any(map(_says_something, text)):
        raise Unfit("invisible")


def _says_something(character: str) -> bool:
    """A letter, a digit, or a character of private use, as old systems have them for rare names."""
    return unicodedata.category(character)[0] in "LN" or unicodedata.category(character) in ("Co", "Cn")
