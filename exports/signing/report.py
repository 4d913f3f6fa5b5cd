"""The signatures of a file in words, Chinese and English, for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from exports.signing.check import Later, Level, Signature, Signatures

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_LATER = {
    Later.NOTHING: "✓ 覆盖整个文件 / covers the whole file",
    Later.SIGNATURES: "✓ 覆盖当时的全部内容，其后只加了签名 / covers all there was; only signatures came later",
    Later.CHANGES: "✗ 签名之后，内容有改动 / the content was changed after it was signed",
}
_PROBLEMS = {
    "NO_CERTIFICATE_CHAIN_FOUND": "证书不由所信任的根证书签发 / its certificate does not lead to a trusted root",
    "OUT_OF_BOUNDS_NO_POE": "证书已过期，无时间戳证明签名在先 / its certificate has expired; no time stamp is earlier",
    "REVOKED_NO_POE": "证书已被吊销 / its certificate was revoked",
    "REVOKED_CA_NO_POE": "颁发者的证书已被吊销 / its issuer's certificate was revoked",
    "REVOKED": "证书在签名前已被吊销 / its certificate was revoked before",
    "NOT_YET_VALID": "签名时证书尚未生效 / its certificate was not valid yet",
    "NO_POE": "没有吊销信息，不能长期证明 / there is no revocation list to last by",
    "CHAIN_CONSTRAINTS_FAILURE": "证书不是用于签名的 / its certificate is not meant for signing",
    "HASH_FAILURE": "内容与签名不符 / the content is not what was signed",
    "SIG_CRYPTO_FAILURE": "签名无效 / the signature is not valid",
}


def lines(found: Signatures) -> Iterator[str]:
    """A paragraph for each signature; first what was done to the file otherwise."""
    if not found.only_signed:
        yield "✗ 文件自制成后，除签名外还有改动 / beside being signed, the file was changed since it was made"
    if not found.each:
        yield "没有电子签名 / no electronic signature"
    for number, one in enumerate(found.each, 1):
        yield f"电子签名 {number} / electronic signature {number}：{one.signer}{f'（{one.role}）' if one.role else ''}"
        yield f"  颁发者 / issued by {one.issuer}"
        yield from (f"  {line}" for line in _judged(one))


def refusal(found: Signatures, behind: int, *, known: bool) -> str | None:
    """Why what stands behind a finished paper is not to be taken: it must be signatures, and a signature that is seen
    can cover what was there: its certificate must be trusted, or the archive know the file.
    """
    if behind and not found.each:
        return f"✗ 其后另有 {behind} 字节，不是电子签名 / ✗ {behind} bytes follow that are no electronic signature"
    if behind and not known and not found.covers_nothing:
        return (
            "✗ 有看得见的签名，其证书未经信任：签名框可能遮盖或添写内容。请用 --trust 给出根证书"
            " / ✗ a signature that is seen may cover or add words, and its certificate is not trusted: give its roots "
            "with --trust"
        )
    return None


def _judged(one: Signature) -> Iterator[str]:
    if one.stated:
        yield f"自称签于 / says it was signed at {_time(one.stated)}"
    if one.proved:
        yield f"✓ 时间戳证明不晚于 / a time stamp shows it by {_time(one.proved)}"
    yield "✓ 完整 / intact" if one.intact else "✗ 内容与签名不符 / the content is not what was signed"
    yield _LATER[one.later]
    yield _trust(one)
    lasting = one.level == Level.LTA and one.trusted
    yield f"PAdES {one.level}" + (
        "，证书过期后仍可验证 / can be verified after its certificate has expired" if lasting else ""
    )
    if one.level == Level.B:
        yield "未查吊销：文件不带吊销信息 / revocation not looked up: the file carries no list"


def _trust(one: Signature) -> str:
    if one.trusted is None:
        return "是否可信未判断，请用 --trust 给出根证书 / not judged whether to trust it: give roots with --trust"
    if one.trusted:
        return "✓ 由所信任的根证书证明 / leads to a trusted root"
    return "✗ " + _PROBLEMS.get(one.problem or "", f"不可信（{one.problem}） / not to be trusted ({one.problem})")


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(_SHANGHAI):%Y-%m-%d %H:%M:%S}"
