"""A drawing in SVG: lines, boxes, dots and text, put together in the order in which they are drawn.

Nothing in it depends on where it is shown: no script, no style sheet, no address. Colours differ in brightness too,
so that they can be told apart in a black-and-white print.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple
from unicodedata import east_asian_width
from xml.etree import ElementTree as ET

WIDTH = 720
INK, SOFT, FAINT, PALE, ALERT = "#1f2328", "#5b6168", "#c9ced4", "#f1f3f5", "#b3191e"
TONES = (("#1f4e79", "#b7c9dc"), ("#2f8f83", "#c3e2dd"), ("#d39a2c", "#f4e2bd"), ("#6d4c8f", "#d5c9e2"))
"""For the first, the second … of several things: a strong tone and its tint."""

DASHES = "5 3"
_FONTS = "Tidui Hei, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NARROW = 0.56  # of a Latin letter, to a Chinese character


class Mark(NamedTuple):
    """An entry of a legend."""

    word: str
    fill: str
    outline: str = "none"
    form: Literal["box", "line", "dot"] = "box"


class Drawing:
    """A sheet as wide as every picture. `y` is how far down it has come."""

    def __init__(self, title: str, about: str, language: str) -> None:
        self._title, self._about, self._language = _legal(title), _legal(about), language
        self._drawn: list[ET.Element] = []
        self.y = 0.0

    def head(self, title: str, below: str) -> None:
        """What the picture is, and of what."""
        self.text(0, 18, title, size=16, fill=INK)
        self.text(0, 37, below, size=12)
        self.y = 52

    def note(self, words: str) -> None:
        """A line of its own."""
        self.text(0, self.y + 12, words)
        self.y += 24

    def legend(self, marks: Sequence[Mark]) -> None:
        """Marks and what they mean."""
        x, y = 0.0, self.y + 5
        for mark in marks:
            if mark.form == "dot":
                self.dot(x + 7, y, fill=mark.fill, outline=mark.outline)
            elif mark.form == "line":
                self.line(x, y, x + 14, y, stroke=mark.outline, dashes=DASHES)
            else:
                self.box(x, y - 5, 14, 10, fill=mark.fill, outline=mark.outline)
            self.text(x + 19, y + 4, mark.word)
            x += 19 + wide(mark.word) + 22
        self.y += 24

    def foot(self, marks: Iterable[tuple[float, str]]) -> None:
        """The marks of a scale, from left to right."""
        for x, word in marks:
            self.line(x, self.y, x, self.y + 5, stroke=SOFT)
            self.text(x, self.y + 17, word, size=10, anchor="middle")
        self.y += 24

    def text(
        self, x: float, y: float, words: str, *, size: float = 12, fill: str = SOFT, anchor: str = "start"
    ) -> None:
        self._add("text", x=x, y=y, font_size=size, fill=fill, text_anchor=anchor).text = _legal(words)

    def line(self, x: float, y: float, to_x: float, to_y: float, *, stroke: str = FAINT, dashes: str = "") -> None:
        line = self._add("line", x1=x, y1=y, x2=to_x, y2=to_y, stroke=stroke, stroke_width=1)
        if dashes:
            line.set("stroke-dasharray", dashes)

    def box(
        self, x: float, y: float, w: float, h: float, *, fill: str, outline: str = "none", dashes: str = ""
    ) -> None:
        box = self._add("rect", x=x, y=y, width=max(w, 0), height=h, fill=fill, stroke=outline)
        if dashes:
            box.set("stroke-dasharray", dashes)

    def dot(self, x: float, y: float, *, fill: str, outline: str) -> None:
        self._add("circle", cx=x, cy=y, r=4, fill=fill, stroke=outline, stroke_width=1.5)

    def shape(self, path: str, *, fill: str = "none", stroke: str = "none", thick: float = 2) -> None:
        self._add("path", d=path, fill=fill, stroke=stroke, stroke_width=thick)

    def svg(self) -> str:
        """The finished text, with a title and a description for who cannot see it."""
        height = _number(self.y)
        svg = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {height}"})
        svg.attrib |= {"width": str(WIDTH), "height": height, "role": "img", "lang": self._language}
        svg.set("font-family", _FONTS)
        for tag, text in (("title", self._title), ("desc", self._about)):
            ET.SubElement(svg, tag).text = text
        svg.extend(self._drawn)
        return ET.tostring(svg, encoding="unicode")

    def _add(self, tag: str, **attributes: object) -> ET.Element:
        named = {name.replace("_", "-"): _number(value) for name, value in attributes.items()}
        element = ET.Element(tag, named)
        self._drawn.append(element)
        return element


def wide(words: str, size: float = 12) -> float:
    """About how wide a line of text is."""
    return size * sum(1 if east_asian_width(character) in "WF" else _NARROW for character in words)


def fitted(words: str, room: float, size: float = 12) -> str:
    """The text, cut with … where there is no room for all of it."""
    if wide(words, size) <= room:
        return words
    while words and wide(words + "…", size) > room:
        words = words[:-1]
    return words + "…"


def _legal(words: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", words)


def _number(value: object) -> str:
    return f"{round(value, 2):g}" if isinstance(value, float) else str(value)
