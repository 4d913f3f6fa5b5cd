"""Signing a PDF, PAdES B-B or B-LTA. What was there stays, byte for byte: a signature is added behind it.

Everything here uses the machine's clock, for the signature's time is compared with certificates and time stamps.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from asn1crypto import keys, x509  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation import read_certification_data
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from exports.signing.certificate import Credential, key_usage
from exports.signing.errors import (
    CertificateUntrusted,
    NoPdf,
    RevocationUnknown,
    SigningForbidden,
    TimeStamperUnreachable,
)
from exports.signing.seal import HEIGHT, WIDTH, Place

_POINTS = 72 / 25.4  # in a millimetre
_SECONDS = 15  # that a time stamper may take

for _noisy in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)  # what goes wrong comes as an error


@dataclass(frozen=True)
class LongTerm:
    """What makes a signature last: where time stamps come from, and the roots they and the signer lead to."""

    time_stamper: str
    roots: tuple[Certificate, ...]


@dataclass(frozen=True)
class Seal:
    """What is seen of a signature: a drawn PDF page, and where it goes."""

    drawing: bytes
    place: Place


def sign(
    pdf: bytes, credential: Credential, role: str, long_term: LongTerm | None = None, seal: Seal | None = None
) -> bytes:
    """The PDF with one more signature: B-LTA where `long_term` says how, else B-B."""
    with _our_errors(long_term), tempfile.TemporaryDirectory() as folder:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        _require_open(writer)
        number = 1 + len(writer.prev.embedded_signatures)
        signer = PdfSigner(
            _metadata(f"signature-{number}", credential, role, long_term),
            _signer(credential),
            timestamper=HTTPTimeStamper(long_term.time_stamper, timeout=_SECONDS) if long_term else None,
            new_field_spec=_field(f"signature-{number}", writer, seal),
            stamp_style=_style(seal, Path(folder)) if seal else None,
        )
        signed = BytesIO()
        signer.sign_pdf(writer, output=signed)
        return signed.getvalue()


def _metadata(field: str, credential: Credential, role: str, long_term: LongTerm | None) -> PdfSignatureMetadata:
    usage = key_usage(credential.certificate)
    signing = usage is None or usage.content_commitment
    return PdfSignatureMetadata(
        field_name=field,
        reason=role or None,
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=long_term is not None,
        use_pades_lta=long_term is not None,
        timestamp_field_name=f"time-stamp-{field}",
        validation_context=_context(long_term) if long_term else None,
        signer_key_usage={"non_repudiation" if signing else "digital_signature"},
    )


def _context(long_term: LongTerm) -> ValidationContext:
    """The signer's chain is checked now, and what was learned on revocation goes into the file."""
    return ValidationContext(
        trust_roots=[translated(one) for one in long_term.roots], allow_fetching=True, revocation_mode="require"
    )


def _signer(credential: Credential) -> SimpleSigner:
    store = SimpleCertificateStore()
    store.register_multiple(map(translated, credential.chain))
    key = credential.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(translated(credential.certificate), keys.PrivateKeyInfo.load(key), store)


def _field(name: str, writer: IncrementalPdfFileWriter, seal: Seal | None) -> SigFieldSpec:
    if seal is None:
        return SigFieldSpec(name)
    pages, place = int(writer.prev.root["/Pages"]["/Count"]), seal.place
    if not -pages <= place.index < pages:
        raise NoPdf(
            f"文件只有 {pages} 页，没有第 {place.page} 页。",
            f"The file has {pages} pages; there is no page {place.page}.",
        )
    top = float(writer.prev.find_page_for_modification(place.index)[0].get_object()["/MediaBox"][3])
    left, upper = place.left * _POINTS, top - place.top * _POINTS
    box = (left, upper - HEIGHT * _POINTS, left + WIDTH * _POINTS, upper)
    return SigFieldSpec(name, on_page=place.index, box=tuple(map(round, box)))  # type: ignore[arg-type]


def _style(seal: Seal, folder: Path) -> StaticStampStyle:
    drawing = folder / "seal.pdf"
    drawing.write_bytes(seal.drawing)
    return StaticStampStyle.from_pdf_file(str(drawing), border_width=0)


def _require_open(writer: IncrementalPdfFileWriter) -> None:
    if writer.prev.encrypted:
        raise NoPdf(
            "文件已加密，不能签名。请先解除加密。", "The file is encrypted and cannot be signed. Decrypt it first."
        )
    certified = read_certification_data(writer.prev)
    if certified is not None and certified.permission == MDPPerm.NO_CHANGES:
        raise SigningForbidden(
            "文件已被认证为不许再改，也不能再签名。请用认证之前的文件。",
            "The file was certified against any change; no signature can be added. Use it as it was before.",
        )


@contextmanager
def _our_errors(long_term: LongTerm | None) -> Iterator[None]:
    try:
        yield
    except TimestampRequestError as error:
        stamper = long_term.time_stamper if long_term else ""
        raise TimeStamperUnreachable(
            f"时间戳服务 {stamper} 没有给出时间戳（{_cause(error)}）。请检查 TIDUI_TIME_STAMPER 和网络；什么也没有签。",
            f"The time stamper {stamper} gave no time stamp ({_cause(error)}). "
            "Check TIDUI_TIME_STAMPER and the network; nothing was signed.",
        ) from error
    except (SigningError, PathError, ValidationError) as error:
        raise _distrusted(error) from error
    except (PdfError, ValueError, KeyError, TypeError) as error:
        raise NoPdf(
            f"这不是可以签名的 PDF 文件（{error}）。", f"This is no PDF that can be signed ({error})."
        ) from error


def _distrusted(error: Exception) -> CertificateUntrusted | RevocationUnknown:
    cause = error.__cause__ or error
    if isinstance(cause, InsufficientRevinfoError):
        return RevocationUnknown(
            f"查不到证书是否吊销（{cause}），不能长期签名。请检查网络；证书不带吊销地址时请取消 TIDUI_TIME_STAMPER。",
            f"Whether a certificate was revoked cannot be found out ({cause}), so the signature would not last. Check "
            "the network; where the certificate names no revocation list, unset TIDUI_TIME_STAMPER.",
        )
    return CertificateUntrusted(
        f"签名人或时间戳服务的证书不能由所信任的根证书证明（{cause}）。请检查 TIDUI_TRUST 和证书链。",
        f"The signer's or the time stamper's certificate does not lead to a trusted root ({cause}). "
        "Check TIDUI_TRUST and the chain.",
    )


def _cause(error: Exception) -> str:
    return str(error.__cause__ or error)


def translated(certificate: Certificate) -> x509.Certificate:
    """A certificate as pyHanko takes it."""
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
