"""The press that tests share: what one of them has set, no other sets again, and each page is measured as it is laid
out.
"""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from exports.pdf import workers
from exports.pdf.kept import KeptDocuments
from exports.pdf.manuscript import Manuscript
from exports.verify import PLACE
from tests.support.once import locked

_FONTS = workers._FONTS
_SLACK = 0.5  # px
_NARROW = 60  # px; no cell as narrow holds three characters
_LEAST = 2  # characters
PARTED = re.compile(r"年\d{0,2}\n\d{0,2}月|月\d{0,2}\n\d{0,2}日|\d\n[年月日名岁票人项]|\d{4}年\d+月\n\d")
"""A day, or a number and its unit, on two lines."""


class Extent(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


class SharedPress:
    """In this process, as a worker does it; the engine is loaded when something is first set. `folder` is shared by
    all processes of a run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept = KeptDocuments(folder, self)
        self._renderer: Any = None

    def render(self, manuscript: Manuscript) -> bytes:
        with locked(self._folder / manuscript.key):
            return self._kept.once(manuscript.key, lambda: self._set(manuscript)).content

    def astray(self, print_: bytes) -> list[str]:
        """What does not stay in its place on the pages of a print that was made here."""
        return self._measures(print_)["astray"]

    def ragged(self, print_: bytes) -> list[str]:
        """Its lines that end badly: a last one of a character or two, one that parts a day or a number and its unit."""
        return self._measures(print_)["ragged"]

    def _measures(self, print_: bytes) -> dict[str, list[str]]:
        found: dict[str, list[str]] = json.loads(self._measured(print_).read_text(encoding="utf-8"))
        return found

    def _set(self, manuscript: Manuscript) -> bytes:
        self._renderer = self._renderer or _renderer()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # the engine leaves a file of its own open
            made: bytes = self._renderer.render(manuscript)
        self._measured(made).write_text(json.dumps(self._renderer.measures), encoding="utf-8")
        return made

    def _measured(self, print_: bytes) -> Path:
        """By the file as the press gave it, before it got a place for its statement."""
        place = PLACE.search(print_)
        bare = print_[: place.start()] + print_[place.end(1) :] if place else print_
        return self._folder / f"{sha256(bare).hexdigest()}.json"


def _renderer() -> Any:
    from exports.pdf.render import Renderer  # noqa: PLC0415 - the engine costs half a second

    class Measuring(Renderer):
        """Remembers of the last document what is not where it belongs."""

        def _laid_out(self, *asked: Any) -> Any:
            document = super()._laid_out(*asked)
            self.measures = {
                kind: [f"{number}: {found}" for number, page in enumerate(document.pages, 1) for found in of(page)]
                for kind, of in (("astray", _astray), ("ragged", _ragged))
            }
            return document

    with mock.patch.dict(os.environ, _FONTS):
        return Measuring()


def _ragged(laid_out: Any) -> Iterator[str]:
    """Where lines of one block end badly."""
    for box in laid_out._page_box.descendants():
        lines = [_text_in(line) for line in getattr(box, "children", ()) if type(line).__name__ == "LineBox"]
        for line, following in pairwise(lines):
            if PARTED.search(f"{line}\n{following}"):
                yield f"{line[-8:]} / {following[:8]}"
        if len(lines) > 1 and 0 < sum(map(str.isalnum, lines[-1])) < _LEAST and box.width > _NARROW:
            yield f"{lines[-2]} / {lines[-1]}"


def _text_in(line: Any) -> str:
    found = (box.text for box in line.descendants() if type(box).__name__ == "TextBox" and box.element_tag != "sup")
    return "".join(found).replace("\N{WORD JOINER}", "")


def _astray(laid_out: Any) -> Iterator[str]:
    """What of the running head and foot leaves the sheet, what of all else leaves the page area; texts over texts."""
    page = laid_out._page_box
    sheet = Extent(0, 0, page.margin_width(), page.margin_height())
    x, y = page.content_box_x(), page.content_box_y()
    area = Extent(x, y, x + page.width, y + page.height)
    for child in page.children:
        yield from _leaving(child, sheet if type(child).__name__ == "MarginBox" else area)
    texts = (box for box in page.descendants(placeholders=True) if type(box).__name__ == "TextBox")
    yield from _overlapping(sorted(map(_written, texts)))


def _leaving(box: Any, room: Extent) -> Iterator[str]:
    """A box, and what is in it, that reaches beyond its room; a cell is the room of what is in the cell. A text is as
    wide as its glyphs; how high it is, its line knows.
    """
    kind, reach = type(box).__name__, _extent(box)
    if kind == "TextBox":
        reach = reach._replace(top=room.top, bottom=room.bottom)
    if any(beyond > _SLACK for beyond in (*_less(room, reach)[:2], *_less(reach, room)[2:])):
        yield f"{kind} <{box.element_tag}> {[round(edge) for edge in reach]} {getattr(box, 'text', '')[:40]}"
    inner = reach if kind == "TableCellBox" else room
    for child in getattr(box, "children", ()):
        yield from _leaving(child, inner)


def _written(box: Any) -> tuple[Extent, str]:
    """Where the letters stand: the middle of the line, which no raised figure reaches."""
    left, top, right, bottom = _extent(box)
    return Extent(left, top + 0.4 * box.height, right, bottom - 0.4 * box.height), box.text


def _overlapping(texts: list[tuple[Extent, str]]) -> Iterator[str]:
    """Texts that stand over one another, from left to right."""
    for place, (one, text) in enumerate(texts):
        for other, over in texts[place + 1 :]:
            if other.left >= one.right - 1:
                break
            if other.top < one.bottom and one.top < other.bottom and text.strip() and over.strip():
                yield f"TextBox {text[:20]} stands over {over[:20]}"


def _less(one: Extent, other: Extent) -> tuple[float, ...]:
    return tuple(a - b for a, b in zip(one, other, strict=True))


def _extent(box: Any) -> Extent:
    if type(box).__name__ in {"LineBox", "TextBox"}:
        return Extent(box.position_x, box.position_y, box.position_x + box.width, box.position_y + box.height)
    x, y = box.border_box_x(), box.border_box_y()
    return Extent(x, y, x + box.border_width(), y + box.border_height())
