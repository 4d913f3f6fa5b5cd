"""Sheets that end well: what runs over its sheet by little is set more densely, so that no few lines stand alone."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from weasyprint.document import Document  # type: ignore[import-untyped]

_DENSITIES = ("dense", "denser")
_BODY = '<body class="'
_BEGINS = frozenset({"fitted", "sheet-break"})  # classes of what begins a sheet of its own
_LITTLE = 0.2  # of a page, as the end of anything
_LESS_THAN_HALF = 0.45  # as the second page of what may be a single sheet


def fitted(html: str, lay_out: Callable[[str], Document]) -> Document:
    """The document at the density at which the fewest sheets end badly; the widest where several do."""
    best = lay_out(html)
    fewest = _bad_ends(best)
    for density in _DENSITIES:
        if not fewest:
            break
        closer = lay_out(html.replace(_BODY, f"{_BODY}{density} ", 1))
        left = _bad_ends(closer)
        if left < fewest:
            best, fewest = closer, left
    return best


def _bad_ends(document: Document) -> int:
    """How many sheets end on a page with little on it."""
    pages = [page._page_box for page in document.pages]  # noqa: SLF001 - there is no other way to what was laid out
    begun = [set(_begun(page)) for page in pages]
    starts = [place for place, here in enumerate(begun) if here - (begun[place - 1] if place else set())]
    ends = list(pairwise([*starts, len(pages)]))
    return sum(_ends_badly(pages[end - 1], end - start) for start, end in ends if end - start > 1)


def _ends_badly(page: Any, pages: int) -> bool:
    return bool(_filled(page) < (_LESS_THAN_HALF if pages == 2 else _LITTLE))  # noqa: PLR2004 - one and its rest


def _begun(page: Any) -> Iterator[Any]:
    """The elements on a page that begin sheets of their own."""
    boxes = [page]
    while boxes:
        box = boxes.pop()
        boxes += [child for child in box.children if type(child).__name__ == "BlockBox"]
        if box.element is not None and _BEGINS & set((box.element.get("class") or "").split()):
            yield box.element


def _filled(page: Any) -> float:
    """The share of a page's height that is filled."""
    lowest = max(
        (box.position_y + box.height for box in _in_flow(page) if type(box).__name__ in {"LineBox", "TableRowBox"}),
        default=0.0,
    )
    return float((lowest - page.content_box_y()) / page.height)


def _in_flow(page: Any) -> Iterator[Any]:
    for child in page.children:
        if type(child).__name__ != "MarginBox":
            yield from child.descendants()
