"""Signatures on a document: what stays as it was, what a reader is told, and what is refused."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from api.signed import earlier
from domain.errors import Broken, Malformed
from exports.pdf.manuscript import AttachedFile
from exports.pdf.workers import Workers
from exports.signing import errors
from exports.signing import sign as signing
from exports.signing.certificate import Credential
from exports.signing.check import Later, Level, Signature, Signatures, signatures
from exports.signing.report import lines
from exports.signing.seal import Place, place, seal
from exports.signing.sign import Seal, sign
from exports.verify import attachments
from tests.exports.prints import sheet, text_of
from tests.support.authority import DAY, NOW, Authority

pytestmark = pytest.mark.slow

ROLE = "党委书记"
LATER = NOW + 3 * 365 * DAY


@pytest.fixture(scope="module")
def pdf(workers: Workers) -> bytes:
    attached = AttachedFile("dossier.json", "档案", b"{}")
    return workers.render(replace(sheet("<p>第一页<p style='break-before: page'>第二页"), attachments=(attached,)))


@pytest.fixture(scope="module")
def secretary(authority: Authority) -> Credential:
    return authority.credential("单晓珺")


@pytest.fixture(scope="module")
def clerk(authority: Authority) -> Credential:
    return authority.credential("欧阳珺", uses=frozenset({"digital_signature"}))


@pytest.fixture(scope="module")
def once(pdf: bytes, secretary: Credential) -> bytes:
    return sign(pdf, secretary, ROLE)


@pytest.fixture(scope="module")
def twice(once: bytes, clerk: Credential) -> bytes:
    return sign(once, clerk, "党政办文书")


@pytest.fixture(scope="module")
def lasting(pdf: bytes, authority: Authority, secretary: Credential, clerk: Credential) -> bytes:
    how = authority.long_term()
    return sign(sign(pdf, secretary, ROLE, how), clerk, "党政办文书", how)


def judged(content: bytes, authority: Authority, now: timedelta = timedelta()) -> Signatures:
    return signatures(content, [authority.root], NOW + DAY + now)


def told(found: Signatures) -> str:
    return "\n".join(lines(found))


def test_a_signature_says_who_in_which_role_and_holds(once: bytes, authority: Authority) -> None:
    found = judged(once, authority)
    (one,) = found.each
    assert (one.signer, one.issuer, one.role) == ("单晓珺", "实验学校根证书", ROLE)
    assert one.stated
    assert abs(one.stated - NOW) < timedelta(hours=1)
    assert (one.level, one.intact, one.later, one.trusted) == (Level.B, True, Later.NOTHING, True)
    assert found.hold
    assert "单晓珺（党委书记）" in told(found)
    assert "PAdES B-B" in told(found)


def test_a_second_signs_after_the_first_and_both_hold(twice: bytes, authority: Authority) -> None:
    found = judged(twice, authority)
    assert [(one.signer, one.role, one.later) for one in found.each] == [
        ("单晓珺", ROLE, Later.SIGNATURES),
        ("欧阳珺", "党政办文书", Later.NOTHING),
    ]
    assert found.hold


def test_what_was_there_stays_byte_for_byte(pdf: bytes, once: bytes, twice: bytes, lasting: bytes) -> None:
    assert list(earlier(pdf)) == [pdf]
    assert list(earlier(twice)) == [pdf, once, twice]
    assert next(earlier(lasting)) == pdf
    assert attachments(lasting) == attachments(pdf) == {"dossier.json": b"{}"}


def test_the_file_stays_pdf_a(
    pdf: bytes, lasting: bytes, secretary: Credential, workers: Workers, tmp_path: Path
) -> None:
    drawing = Seal(workers.render(seal("单晓珺", ROLE, NOW, "zh")), Place(-1, 120, 230))
    for content in (lasting, sign(pdf, secretary, ROLE, seal=drawing)):
        (tmp_path / "signed.pdf").write_bytes(content)
        checked = subprocess.run(["qpdf", "--check", tmp_path / "signed.pdf"], capture_output=True, check=False)
        assert checked.returncode == 0, checked.stdout
        with pikepdf.open(BytesIO(content)) as document:
            assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
            assert [file.AFRelationship for file in document.Root.AF] == ["/Source"]
            with document.open_metadata() as metadata:
                assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "U")
            for field in document.Root.AcroForm.Fields:
                assert field.F == 4 | 128, "printed, and locked"
                assert "/AP" in field or list(field.Rect) == [0, 0, 0, 0]
            fonts = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/FontName" in o]
            assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
            assert all("Tidui" in str(font.FontName) for font in fonts)


def test_a_long_term_signature_outlasts_its_certificate(once: bytes, lasting: bytes, authority: Authority) -> None:
    for now in (timedelta(), LATER - NOW):
        found = judged(lasting, authority, now)
        assert [(one.level, one.trusted) for one in found.each] == [(Level.LTA, True)] * 2
        assert all(one.proved and abs(one.proved - NOW) < timedelta(hours=1) for one in found.each)
        assert "证书过期后仍可验证" in told(found)
    (ordinary,) = judged(once, authority, LATER - NOW).each
    assert (ordinary.intact, ordinary.trusted, ordinary.problem) == (True, False, "OUT_OF_BOUNDS_NO_POE")
    assert "证书已过期" in told(judged(once, authority, LATER - NOW))


def test_whom_nobody_vouches_for_is_not_trusted(once: bytes, authority: Authority) -> None:
    stranger = Authority(authority.address)
    (one,) = signatures(once, [stranger.root], NOW).each
    assert (one.intact, one.trusted, one.holds) == (True, False, False)
    (unjudged,) = signatures(once, [], NOW).each
    assert (unjudged.trusted, unjudged.holds) == (None, True)
    assert "--trust" in told(signatures(once, [], NOW))


def test_a_changed_byte_is_found(pdf: bytes, once: bytes, authority: Authority) -> None:
    place_ = pdf.index(b"stream\n") + 100
    changed = once[:place_] + bytes([once[place_] ^ 1]) + once[place_ + 1 :]
    found = judged(changed, authority)
    assert not found.each[0].intact
    assert not found.hold
    assert "✗ 内容与签名不符" in told(found)


def turned(content: bytes) -> bytes:
    """A page turned upside down, added behind the file as an editor does."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    page = writer.prev.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.mark_update(page.container_ref)
    changed = BytesIO()
    writer.write(changed)
    return changed.getvalue()


def test_what_is_added_after_signing_is_found(twice: bytes, authority: Authority) -> None:
    found = judged(turned(twice), authority)
    assert all(one.intact and one.later == Later.CHANGES for one in found.each)
    assert not found.hold
    assert "签名之后，内容有改动" in told(found)


def test_what_was_changed_before_signing_is_found_too(pdf: bytes, secretary: Credential, authority: Authority) -> None:
    found = judged(sign(turned(pdf), secretary, ROLE), authority)
    assert found.each[0].holds, "what was signed is what there is"
    assert not found.only_signed, "but it is not what was exported"
    assert not found.hold


def test_a_cut_or_garbled_signature_is_refused_in_words(once: bytes, authority: Authority) -> None:
    start = once.index(b"/Contents <") + 20
    garbled = once[:start] + b"00" * 40 + once[start + 80 :]
    for content in (once[:-900], garbled, b"%PDF-1.7\nnothing"):
        with pytest.raises(Broken, match="cut off or damaged"):
            judged(content, authority)


def test_what_is_no_pdf_has_no_signatures_to_judge() -> None:
    with pytest.raises(errors.NoPdf, match="no PDF"):
        signatures(b"hello", [], NOW)


def test_a_visible_signature_stands_where_it_was_put(
    pdf: bytes, once: bytes, clerk: Credential, authority: Authority, workers: Workers, tmp_path: Path
) -> None:
    drawn = Seal(workers.render(seal("欧阳珺", "党政办文书", NOW, "zh")), place("-1,120,230"))
    signed = sign(once, clerk, "党政办文书", seal=drawn)
    (tmp_path / "seen.pdf").write_bytes(signed)
    assert "欧阳珺" in text_of(tmp_path / "seen.pdf")
    assert judged(signed, authority).hold
    with pikepdf.open(BytesIO(signed)) as document:
        box = [float(edge) * 25.4 / 72 for edge in document.pages[1].Annots[0].Rect]
    assert box == pytest.approx([120, 297 - 230 - 22, 180, 297 - 230], abs=0.5)
    with pytest.raises(errors.NoPdf, match="2 pages"):
        sign(pdf, clerk, "", seal=replace(drawn, place=Place(3, 0, 0)))


@pytest.mark.parametrize("text", ["", "1", "1,2", "1,2,3,4", "x,1,1", "0,10,10", "1,-5,10", "1,nan,10", "1,inf,10"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="-1,120,230"):
        place(text)


@pytest.mark.parametrize("content", [b"", b"no document", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_not_signed(content: bytes, secretary: Credential) -> None:
    with pytest.raises(errors.NoPdf):
        sign(content, secretary, ROLE)


def test_an_encrypted_file_is_not_signed(pdf: bytes, secretary: Credential) -> None:
    locked = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="o", user=""))
    with pytest.raises(errors.NoPdf, match="encrypted"):
        sign(locked.getvalue(), secretary, ROLE)


def test_a_document_certified_against_change_is_not_signed(pdf: bytes, secretary: Credential) -> None:
    metadata = PdfSignatureMetadata("author", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    certified = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    PdfSigner(metadata, signing._signer(secretary)).sign_pdf(writer, output=certified)
    with pytest.raises(errors.SigningForbidden):
        sign(certified.getvalue(), secretary, ROLE)


def test_a_time_stamper_that_does_not_answer_is_named(pdf: bytes, secretary: Credential, authority: Authority) -> None:
    silent = replace(authority.long_term(), time_stamper="http://127.0.0.1:1/stamp")
    with pytest.raises(errors.TimeStamperUnreachable, match=r"127\.0\.0\.1:1"):
        sign(pdf, secretary, ROLE, silent)


def test_nothing_lasts_on_a_certificate_that_is_revoked_or_not_vouched_for(pdf: bytes, authority: Authority) -> None:
    revoked, stranger = authority.credential("离任书记"), Authority(authority.address)
    authority.revoke(revoked)
    with pytest.raises(errors.CertificateUntrusted, match="revoked"):
        sign(pdf, revoked, ROLE, authority.long_term())
    with pytest.raises(errors.CertificateUntrusted, match="TIDUI_TRUST"):
        sign(pdf, stranger.credential("别人"), ROLE, authority.long_term())


def test_nothing_lasts_where_revocation_cannot_be_looked_up(pdf: bytes) -> None:
    away = Authority("http://127.0.0.1:1")
    with pytest.raises(errors.RevocationUnknown, match="TIDUI_TIME_STAMPER"):
        sign(pdf, away.credential("单晓珺"), ROLE, away.long_term())


def test_every_problem_is_told_in_words() -> None:
    one = Signature("甲", "乙", "", None, None, Level.B, intact=True, later=Later.NOTHING, trusted=False, problem="X")
    text = told(Signatures([one], only_signed=False))
    assert "不可信（X）" in text
    assert "除签名外还有改动" in text
    assert "没有电子签名" in told(Signatures([], only_signed=True))
