"""A manuscript set in type: PDF/A-3u, the same bytes wherever and whenever it is made.

Import this in a worker only: weasyprint costs half a second, and hostile text must not meet the service.
"""

import gc
import logging
import warnings
from functools import cache

import pydyf  # type: ignore[import-untyped]

from exports.errors import AddressRefused, ForeignFont, GlyphMissing
from exports.pdf import engine
from exports.pdf.fonts import FAMILIES, FONT_FACE_RULES, load_all
from exports.pdf.manuscript import STYLES, AttachedFile, Manuscript
from exports.pdf.pictures import reencode
from exports.typesetting import typeset

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="No fonts configured")  # fonts.conf has none, on purpose
    from weasyprint import CSS, HTML, Attachment  # type: ignore[import-untyped]
    from weasyprint.document import Document  # type: ignore[import-untyped]
    from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
    from weasyprint.urls import (  # type: ignore[import-untyped]
        FatalURLFetchingError,
        URLFetcher,
        URLFetcherResponse,
    )

    from exports.pdf.completeness import check as check_completeness
    from exports.pdf.fitting import fitted

logging.getLogger("weasyprint").setLevel(logging.CRITICAL)


class LockedFetcher(URLFetcher):  # type: ignore[misc]
    """Serves what is in its table. Anything else ends the document: no file is read, no request is made.

    Drawing code inside the engine may swallow the error, so what was refused is remembered.
    """

    def __init__(self, table: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self._table = table
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        del headers
        if url not in self._table:
            self.refused.append(url)
            raise FatalURLFetchingError(url)
        return URLFetcherResponse(url, self._table[url])


class Renderer:
    """Fonts and style sheets, read once and used for every document of a process."""

    def __init__(self) -> None:
        engine.require()
        self._fonts = FontConfiguration()
        self._sheet(FONT_FACE_RULES, LockedFetcher(load_all()))  # the engine keeps the faces as files of its own
        self._style = cache(self._read_style)
        gc.collect()
        gc.freeze()  # what is loaded by now stays: collections need not look at it

    def render(self, manuscript: Manuscript) -> bytes:
        gc.disable()  # a tenth of the time
        try:
            pictures = {f"picture:{name}": reencode(one) for name, one in manuscript.pictures.items()}
            fetcher = LockedFetcher(pictures)
            try:
                content = self._render(manuscript, fetcher)
            except FatalURLFetchingError:
                content = b""
            if fetcher.refused:
                raise _refusal(fetcher.refused[0])
            return content
        finally:
            gc.enable()
            gc.collect()

    def _render(self, manuscript: Manuscript, fetcher: LockedFetcher) -> bytes:
        document = self._laid_out(manuscript, fetcher)
        _describe(document, manuscript)
        content: bytes = document.write_pdf(
            pdf_variant="pdf/a-3u",
            attachments=[_attach(one, manuscript) for one in manuscript.attachments],
            finisher=_finish,
        )
        _check_faces(document)
        return content

    def _laid_out(self, manuscript: Manuscript, fetcher: LockedFetcher) -> Document:
        styles = [self._style(manuscript.styles)]

        def lay_out(text: str) -> Document:
            html = HTML(string=text, base_url="tidui:", url_fetcher=fetcher)
            document = html.render(stylesheets=styles, font_config=self._fonts, pdf_variant="pdf/a-3u")
            check_completeness(document, html.etree_element)
            return document

        return fitted(typeset(manuscript.html, manuscript.language), lay_out)

    def _read_style(self, names: tuple[str, ...]) -> CSS:
        """One sheet of them all: every element is held against each sheet."""
        text = "\n".join((STYLES / name).read_text(encoding="utf-8") for name in names)
        return self._sheet(text, LockedFetcher({}))

    def _sheet(self, text: str, fetcher: LockedFetcher) -> CSS:
        return CSS(string=text, base_url="tidui:", font_config=self._fonts, url_fetcher=fetcher)


def _refusal(address: str) -> AddressRefused:
    return AddressRefused(
        f"文档不得引用外部地址：{address}", f"A document may not refer to an outside address: {address}"
    )


class _Pressed(pydyf.Object):  # type: ignore[misc]
    """A stream's bytes as they are written."""

    def __init__(self, stream: pydyf.Stream) -> None:
        super().__init__()
        self.number, self._data = stream.number, stream.data

    @property
    def data(self) -> bytes:
        return bytes(self._data)

    @property
    def compressible(self) -> bool:
        return False


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    """The engine asks twice for each stream, and would compress it twice: a twentieth of the time. It also lists
    each associated file twice; readers then show it twice. The empty form is where signatures go later: with it a
    reader can tell that nothing but signatures was added.
    """
    del document
    pdf.objects = [_Pressed(one) if isinstance(one, pydyf.Stream) else one for one in pdf.objects]
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array()})


def _describe(document: Document, manuscript: Manuscript) -> None:
    about = document.metadata
    about.title, about.authors, about.lang = manuscript.title, [manuscript.author], manuscript.language
    about.generator = f"Tidui ({engine.versions()})"
    about.created = about.modified = manuscript.moment.isoformat(timespec="seconds")


def _attach(file: AttachedFile, manuscript: Manuscript) -> Attachment:
    return Attachment(
        string=file.content,
        name=file.name,
        description=file.description,
        relationship="Source",
        created=manuscript.moment,
        modified=manuscript.moment,
    )


def _check_faces(document: Document) -> None:
    """After drawing, the engine knows every face it used and every character it could not draw."""
    for font in document.fonts.values():
        for codepoint in font.missing:
            raise GlyphMissing(chr(codepoint))
        if font.family not in FAMILIES:
            raise ForeignFont(
                f"文档使用了未登记的字体 {font.family}。", f"The document used {font.family}, a font that is not ours."
            )
