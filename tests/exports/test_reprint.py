"""A print held against what is attached to it: pages that show something else are named."""

import json
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest

from domain.errors import Broken
from exports import verify
from exports.dossier import dossier_pdf
from exports.pdf.kept import KeptDocuments
from exports.pdf.manuscript import Press
from exports.pdf.workers import Workers
from exports.proof import carried
from exports.reprint import reprinted
from tests.exports.dossiers import rich_dossier

pytestmark = pytest.mark.slow

BESIDE = {"evidence.json": b'{"language":"zh"}', "checkpoint.txt": b"head", "attestation.txt": b"heads"}
PHOTO = "0" * 64


@pytest.fixture(scope="module")
def press(workers: Workers, tmp_path_factory: pytest.TempPathFactory) -> Press:
    return KeptDocuments(tmp_path_factory.mktemp("kept"), workers)


@pytest.fixture(scope="module")
def pdf(press: Press) -> bytes:
    return dossier_pdf(rich_dossier(), press, proof=carried(BESIDE))


def altered(pdf: bytes, *changes: Callable[[pikepdf.Pdf], None]) -> bytes:
    """The file with something changed on its pages; what is attached stays as it was."""
    written = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        for change in changes:
            change(document)
        document.save(written)
    assert verify.attachments(written.getvalue()) == verify.attachments(pdf)
    return written.getvalue()


def again(pdf: bytes, press: Press) -> str:
    return reprinted(pdf, verify.attachments(pdf), press)


def without_a_text(number: int) -> Callable[[pikepdf.Pdf], None]:
    """The first text on a page taken away."""

    def change(document: pikepdf.Pdf) -> None:
        page = document.pages[number - 1]
        drawn = list(pikepdf.parse_content_stream(page))
        drawn.pop(next(at for at, one in enumerate(drawn) if str(one.operator) in ("Tj", "TJ")))
        page.Contents = document.make_stream(pikepdf.unparse_content_stream(drawn))

    return change


def test_the_same_engine_gives_the_same_bytes(pdf: bytes, press: Press) -> None:
    assert "逐字节相同" in again(pdf, press)


def test_a_page_with_another_text_is_named_although_what_is_attached_is_whole(pdf: bytes, press: Press) -> None:
    with pytest.raises(Broken, match="第 3 页的文字"):
        again(altered(pdf, without_a_text(3)), press)


def test_every_such_page_is_named(pdf: bytes, press: Press) -> None:
    with pytest.raises(Broken, match="第 2、4 页的文字"):
        again(altered(pdf, without_a_text(2), without_a_text(4)), press)


def test_a_page_taken_out_is_found(pdf: bytes, press: Press) -> None:
    def take_out(document: pikepdf.Pdf) -> None:
        del document.pages[2]

    with pytest.raises(Broken, match="重新排版是"):
        again(altered(pdf, take_out), press)


def test_what_is_no_text_is_found_by_its_bytes(pdf: bytes, press: Press) -> None:
    def draw(document: pikepdf.Pdf) -> None:
        document.pages[1].contents_add(document.make_stream(b"0 0 500 500 re f"))

    with pytest.raises(Broken, match="文字以外有改动"):
        again(altered(pdf, draw), press)


def test_a_print_by_other_versions_is_held_by_its_text(pdf: bytes, press: Press) -> None:
    def older(document: pikepdf.Pdf) -> None:
        document.docinfo["/Creator"] = "Tidui (weasyprint 69)"

    assert "软件版本不同" in again(altered(pdf, older), press)
    with pytest.raises(Broken, match="第 3 页的文字"):
        again(altered(pdf, older, without_a_text(3)), press)


def test_a_print_in_another_layout_is_said_to_be_not_compared(pdf: bytes, press: Press) -> None:
    def older(document: pikepdf.Pdf) -> None:
        document.docinfo["/Creator"] = "Tidui (layout 0123456789abcdef, weasyprint 69)"

    assert "软件版本不同" in again(altered(pdf, older), press)
    assert "未作比对" in again(altered(pdf, older, without_a_text(3)), press)


def test_a_photo_is_compared_where_it_is_at_hand(press: Press, photo: bytes) -> None:
    made = dossier_pdf(rich_dossier() | {"photo": PHOTO}, press, photo, proof=carried(BESIDE))
    files = verify.attachments(made)
    assert "逐字节相同" in reprinted(made, files, press, {PHOTO: photo}.get)
    assert "照片未比对" in reprinted(made, files, press)


@pytest.mark.parametrize("model", [{"kind": []}, {"kind": "none"}, {"parts": 3}, {"trail": [3]}])
def test_what_cannot_be_set_is_said(pdf: bytes, press: Press, model: dict[str, object]) -> None:
    dossier = rich_dossier() | model
    with pytest.raises(Broken, match="无法排版"):
        reprinted(pdf, BESIDE | {"dossier.json": json.dumps(dossier).encode()}, press)


def test_pages_that_cannot_be_read_are_said_to_be(pdf: bytes, press: Press) -> None:
    with pytest.raises(Broken, match="读不出来"):
        reprinted(b"%PDF-1.7\n", verify.attachments(pdf), press)
