"""A signed paper set again from what is attached to it: whether its pages show that, and nothing else.

Its statement says that the archive's key signed these pages. That they are a print of what is attached, the key's
holder could still have got wrong: so it is set anew, to the same bytes by the same engine, else the same text on each
page.
"""

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO

from jinja2 import TemplateError
from PIL import Image

from domain.errors import Broken
from exports.documents import DOCUMENTS
from exports.errors import EngineMissing
from exports.paper import Layout, Model, manuscript, pressed
from exports.pdf.manuscript import Press
from exports.proof import carried

PhotoOf = Callable[[str], bytes | None]

_SECONDS = 30
_OTHER_LAYOUT = (
    "！ 本件用另一版式印制，各页与本版重排的不同，未作比对，以签署为凭"
    " / ! it was set in another layout, whose pages differ from this one's: they were not compared, and rest on the"
    " signature"
)


def reprinted(pdf: bytes, files: Mapping[str, bytes], press: Press, photo_of: PhotoOf = lambda _: None) -> str:
    """What came of setting it again; raises Broken where the pages are not what is attached to the file."""
    layout, model, language = _attached(files)
    with _settable():
        named = {piece["person_id"]: str(piece["photo"]) for piece in layout.pieces(model) if piece.get("photo")}
    photos = {who: photo_of(digest) for who, digest in named.items()}
    again = _set(layout, model, language, {who: one or _no_photo() for who, one in photos.items()}, files, press)
    if again == pdf:
        return "按所附数据重新排版，逐字节相同 / set again from what is attached: the same bytes"
    try:
        _same_text(_pages(pdf), _pages(again))
    except Broken:
        if _layout(pdf) in (None, _layout(again)):
            raise
        return _OTHER_LAYOUT
    if None in photos.values():
        return (
            "按所附数据重新排版，各页文字相同；照片未比对 / set again: the same text on each page; photo not compared"
        )
    if _engine(pdf) == _engine(again):
        raise Broken(
            "按所附数据以同版本软件重新排版，各页文字相同，字节却不同：文字以外有改动。",
            "Set again from what is attached by the same versions, each page has the same text, yet the bytes differ:"
            " something else than text was altered.",
        )
    return "软件版本不同，按所附数据重新排版，各页文字相同 / set again by other versions: the same text on each page"


@contextmanager
def _settable() -> Iterator[None]:
    """What is attached may be anything; a template meets it as it is."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError, TemplateError) as error:
        raise Broken("所附数据无法排版。", "What is attached cannot be set.") from error


def _attached(files: Mapping[str, bytes]) -> tuple[Layout, Model, str]:
    with _settable():
        model, language = json.loads(files["dossier.json"]), json.loads(files["evidence.json"])["language"]
        return DOCUMENTS[model.get("kind", "dossier")].layout, model, language


def _set(
    layout: Layout, model: Model, language: str, photos: Mapping[str, bytes], files: Mapping[str, bytes], press: Press
) -> bytes:
    with _settable():
        made = manuscript(layout, model, language, photos, carried(files))
    return pressed(made, model, press)


def _no_photo() -> bytes:
    """Something in the photo's place: the frame is the same whatever is in it."""
    written = BytesIO()
    Image.new("RGB", (1, 1), "white").save(written, "PNG")
    return written.getvalue()


def _same_text(shown: list[str], again: list[str]) -> None:
    if len(shown) != len(again):
        raise Broken(
            f"文件有 {len(shown)} 页，按所附数据重新排版是 {len(again)} 页。",
            f"The file has {len(shown)} pages; set again from what is attached it has {len(again)}.",
        )
    pages = [number for number, (one, other) in enumerate(zip(shown, again, strict=True), 1) if one != other]
    if pages:
        raise Broken(
            f"第 {'、'.join(map(str, pages))} 页的文字与所附数据不符。",
            f"The text on page {', '.join(map(str, pages))} is not what is attached to the file.",
        )


def _pages(pdf: bytes) -> list[str]:
    """The text of each page, white space apart."""
    return ["".join(page.split()) for page in _poppler(pdf, "pdftotext", "-raw", "-", "-").split("\f")[:-1]]


def _engine(pdf: bytes) -> str:
    """Which versions of what made the file, by its own word."""
    lines = _poppler(pdf, "pdfinfo", "-").splitlines()
    return next((line for line in lines if line.startswith("Creator:")), "")


def _layout(pdf: bytes) -> str | None:
    """Which templates set the file, by its own word."""
    found = re.search(r"layout ([0-9a-f]{16})", _engine(pdf))
    return found[1] if found else None


def _poppler(pdf: bytes, *words: str) -> str:
    try:
        done = subprocess.run(words, input=pdf, capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603 - our own words
    except FileNotFoundError as error:
        raise EngineMissing(
            "比对文字缺少系统软件包。请运行：apt-get install poppler-utils",
            "A system package for comparing text is missing. Run: apt-get install poppler-utils",
        ) from error
    except subprocess.SubprocessError as error:
        raise Broken("文件各页的文字读不出来。", "The text on the file's pages cannot be read.") from error
    return done.stdout.decode(errors="replace")
