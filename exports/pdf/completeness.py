"""What was laid out holds all that was written, and nothing stands over anything else on a cover."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from weasyprint.document import Document  # type: ignore[import-untyped]

from exports.errors import LayoutLost

_ELSEWHERE = frozenset({"head", "svg", "style"})
_RUNNING = ("running-head", "running-foot")  # they are in the margins
_COVER = "cover"
_SLACK = 1.0  # px


def check(document: Document, written: Any) -> None:
    """Raises LayoutLost with the first text that is not on the pages whole, or that stands over another."""
    pages = [page._page_box for page in document.pages]  # noqa: SLF001 - there is no other way to what was laid out
    printed: Counter[Any] = Counter()
    for page in pages:
        texts = list(_texts(page))
        for box in texts:
            printed[box.element] += _weight(box.text)
        if page.page_type.name == _COVER:
            _refuse_overprinting(texts)
    for element in _elements(written):
        own = "".join([element.text or "", *(child.tail or "" for child in element)])
        if _weight(own) > printed[element]:
            raise _lost(own)


def _texts(page: Any) -> Iterator[Any]:
    """The text boxes on a page's sheet, but for what style sheets put there."""
    for child in page.children:
        if type(child).__name__ != "MarginBox":
            for box in child.descendants(placeholders=True):
                if type(box).__name__ == "TextBox" and "::" not in box.element_tag and _on_sheet(box, page):
                    yield box


def _on_sheet(box: Any, page: Any) -> bool:
    return bool(box.position_y > -_SLACK and box.position_y + box.height < page.margin_height() + _SLACK)


def _weight(text: str) -> int:
    """How many characters are seen of a text."""
    return sum(not character.isspace() for character in text)


def _elements(element: Any) -> Iterator[Any]:
    """What holds text that goes onto sheets."""
    if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] in _ELSEWHERE:
        return
    if (element.get("class") or "").startswith(_RUNNING):
        return
    yield element
    for child in element:
        yield from _elements(child)


def _refuse_overprinting(texts: list[Any]) -> None:
    """A text whose middle stands on another's."""
    seen = [box for box in texts if box.text.strip()]
    for place, one in enumerate(seen):
        for other in seen[place + 1 :]:
            apart = abs(one.position_y + one.height / 2 - other.position_y - other.height / 2)
            beside = (
                one.position_x + one.width <= other.position_x + 1
                or other.position_x + other.width <= one.position_x + 1
            )
            if not beside and apart < min(one.height, other.height) * 0.4:
                raise _lost(one.text)


def _lost(text: str) -> LayoutLost:
    return LayoutLost(text.replace("\N{WORD JOINER}", "").strip()[:20])
