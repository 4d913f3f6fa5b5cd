"""The signatures in a PDF, each judged: who, when, whether anything was changed, whether its certificate is trusted.

Nothing is fetched: what the file carries and the roots given must do. An ordinary signature is judged as of `now`, a
long-term one by the time stamps and revocation lists it carries (ETSI EN 319 102-1).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO

from cryptography.x509 import Certificate, load_der_x509_certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, FormUpdatingRule, ModificationLevel, StandardDiffPolicy
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.ades import AdESBasicValidationResult, ades_basic_validation, ades_lta_validation
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel, SignatureStatus
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleTrustManager

from domain.errors import Broken
from exports.signing.certificate import common_name
from exports.signing.errors import NoPdf
from exports.signing.sign import translated

_SOFT = RevocationCheckingRule.CHECK_IF_DECLARED_SOFT  # what the file carries counts; what it lacks is not fetched
_ALLOWED = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}
assert DEFAULT_DIFF_POLICY.form_rule is not None
_END = re.compile(rb"startxref\r?\n(\d+)\r?\n%%EOF(?:\r?\n)?")
_SINCE_MADE = StandardDiffPolicy(
    DEFAULT_DIFF_POLICY.global_rules,
    FormUpdatingRule(DEFAULT_DIFF_POLICY.form_rule.field_rules, ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"}),
)


class Level(StrEnum):
    """How far a signature carries the proof of its own validity (PAdES baseline)."""

    B = "B-B"
    T = "B-T"
    LT = "B-LT"
    LTA = "B-LTA"


class Later(StrEnum):
    """What was added to the file behind what the signature covers."""

    NOTHING = "nothing"
    SIGNATURES = "signatures"
    CHANGES = "changes"


@dataclass(frozen=True)
class Signature:
    """One signature. `stated` is the signer's own word for the time, `proved` the earliest trusted time stamp.

    `trusted` is None where nobody said whom to trust; `problem` names what stands against it (ETSI's terms).
    """

    signer: str
    issuer: str
    role: str
    stated: datetime | None
    proved: datetime | None
    level: Level
    intact: bool
    later: Later
    trusted: bool | None
    problem: str | None
    seen: bool = False

    @property
    def holds(self) -> bool:
        return self.intact and self.later != Later.CHANGES and self.trusted is not False


@dataclass(frozen=True)
class Signatures:
    """The signatures of a file, the first first, and whether nothing else was added since the file was made."""

    each: list[Signature]
    only_signed: bool
    stamp_seen: bool = False  # a time stamp has a place on a page, which none needs

    @property
    def hold(self) -> bool:
        return self.only_signed and all(one.holds for one in self.each)

    @property
    def covers_nothing(self) -> bool:
        """Whether nobody drew on the pages but whose certificates are trusted."""
        return not self.stamp_seen and all(one.trusted or not one.seen for one in self.each)


def signatures(pdf: bytes, roots: Sequence[Certificate], now: datetime) -> Signatures:
    """Every signature in the file, judged; raises Broken where they cannot be read."""
    if not pdf.startswith(b"%PDF"):
        raise NoPdf("这不是 PDF 文件。", "This is no PDF file.")
    try:
        reader = PdfFileReader(BytesIO(pdf))
        stamps = any(map(_is_seen, reader.embedded_timestamp_signatures))
        return Signatures(asyncio.run(_judged(reader, roots, now)), _only_signed(reader, pdf), stamps)
    except Exception as error:
        raise Broken(
            f"文件不完整或已损坏，读不出其中的签名（{error}）。请向出具的人再要一份。",
            f"The file is cut off or damaged: no signatures can be read in it ({error}). Ask for it anew.",
        ) from error


async def _judged(reader: PdfFileReader, roots: Sequence[Certificate], now: datetime) -> list[Signature]:
    spec, timing = _spec(roots), ValidationTimingInfo(now, now, point_in_time_validation=False)
    return [await _judge(one, spec, timing, trusting=bool(roots)) for one in reader.embedded_regular_signatures]


async def _judge(
    one: EmbeddedPdfSignature, spec: PdfSignatureValidationSpec, timing: ValidationTimingInfo, *, trusting: bool
) -> Signature:
    one.compute_integrity_info()
    level = _level(one)
    result: AdESBasicValidationResult[SignatureStatus]
    if level == Level.B:
        result = await ades_basic_validation(
            one.signed_data, spec.signature_validation_spec, raw_digest=one.compute_digest(), timing_info=timing
        )
    else:
        result = await ades_lta_validation(one, spec, timing_info=timing)
    status, found = result.api_status, load_der_x509_certificate(one.signer_cert.dump())
    passed = result.ades_subindic == AdESPassed.OK
    return Signature(
        signer=common_name(found.subject),
        issuer=common_name(found.issuer),
        role=str(one.sig_object.get("/Reason", "")),
        stated=one.self_reported_timestamp,
        proved=_proved(result) if passed else None,
        level=level,
        intact=bool(status and status.intact and status.valid),
        later=_later(one),
        trusted=passed if trusting else None,
        problem=None if passed else result.ades_subindic.standard_name,
        seen=_is_seen(one),
    )


def _is_seen(one: EmbeddedPdfSignature) -> bool:
    """Whether a signature's field has a place on a page, or does something there; or parts that may."""
    field = one.sig_field
    left, lower, right, upper = map(float, field.get("/Rect", (0, 0, 0, 0)))
    return (left != right and lower != upper) or any(name in field for name in ("/Kids", "/A", "/AA"))


def _level(one: EmbeddedPdfSignature) -> Level:
    stamped = next(iter(extract_tst_data_iter(one.signer_info, signed=False)), None) is not None
    later = [stamp for stamp in one.reader.embedded_timestamp_signatures if stamp.signed_revision > one.signed_revision]
    try:
        DocumentSecurityStore.read_dss(one.reader)
    except NoDSSFoundError:
        return Level.T if stamped or later else Level.B
    return Level.LTA if later else Level.LT if stamped else Level.B


def _proved(result: AdESBasicValidationResult[SignatureStatus]) -> datetime | None:
    """The earliest time by which a trusted time stamp shows the signature to have been there."""
    stamp = getattr(result.api_status, "timestamp_validity", None)
    record = getattr(result, "oldest_evidence_record_timestamp", None)
    return min((one for one in (stamp and stamp.timestamp, record) if one), default=None)


def _later(one: EmbeddedPdfSignature) -> Later:
    found = one.summarise_integrity_info()
    if found["coverage"] == SignatureCoverageLevel.ENTIRE_FILE:
        return Later.NOTHING
    level = getattr(found["diff_result"], "modification_level", ModificationLevel.OTHER)
    return Later.SIGNATURES if level in _ALLOWED else Later.CHANGES


def _only_signed(reader: PdfFileReader, pdf: bytes) -> bool:
    """Whether nothing was done to the file since it was made but signing it. The first end that stands in it is the
    one of the file as it was made: a later revision that does not build on it is another file.
    """
    first = _END.search(pdf)
    if reader.xrefs.total_revisions == 1:
        return first is None or not pdf[first.end() :].strip()
    if first is None or reader.xrefs.get_startxref_for_revision(0) != int(first[1]):
        return False
    try:
        found = _SINCE_MADE.review_file(reader, 0)
    except PdfError:
        return False  # a file that is not of our making does not say what was its form
    return getattr(found, "modification_level", ModificationLevel.OTHER) in _ALLOWED


def _spec(roots: Sequence[Certificate]) -> PdfSignatureValidationSpec:
    trust = SimpleTrustManager.build(trust_roots=[translated(one) for one in roots])
    policy = CertValidationPolicySpec(trust, CertRevTrustPolicy(RevocationCheckingPolicy(_SOFT, _SOFT)))
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            policy,
            RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}),
        )
    )
