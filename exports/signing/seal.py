"""What is seen of a signature: a small box with who signed, in which role and when, drawn like every document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.errors import Malformed
from exports import glyphs, wording
from exports.pdf.manuscript import Manuscript
from exports.templating import fill

WIDTH, HEIGHT = 60, 22  # millimetres


@dataclass(frozen=True)
class Place:
    """Millimetres from the page's upper left corner; page 1 is the first, page -1 the last."""

    page: int
    left: float
    top: float

    @property
    def index(self) -> int:
        return self.page - 1 if self.page > 0 else self.page


def place(text: str) -> Place:
    """A place out of PAGE,LEFT,TOP."""
    try:
        page, left, top = text.split(",")
        found = Place(int(page), float(left), float(top))
    except ValueError:
        raise _misplaced(text) from None
    if found.page == 0 or not (0 <= found.left <= 1000 and 0 <= found.top <= 1000):  # noqa: PLR2004 - a sheet
        raise _misplaced(text)
    return found


def seal(name: str, role: str, at: datetime, language: str) -> Manuscript:
    """The box as a page of its own size."""
    say = wording.words(language)
    shown, _ = glyphs.shown({"name": name, "role": role, "at": at.isoformat(timespec="minutes")})
    html = fill("signing/seal.html", language, width=WIDTH, height=HEIGHT, **shown)
    return Manuscript(html, ("seal.css",), say["signature"], name, language, at)


def _misplaced(text: str) -> Malformed:
    return Malformed(
        f"“{text}”不是签名的位置。请写 页,左,上（毫米，自左上角；-1 是末页），例如 -1,120,230。",
        f"“{text}” is no place for a signature. Write PAGE,LEFT,TOP (millimetres from the upper left; -1 is the last "
        "page), for example -1,120,230.",
    )
