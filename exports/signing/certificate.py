"""What somebody signs with: a certificate with its private key and chain, out of PKCS#12 or PEM."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from cryptography.x509 import Certificate, ExtensionNotFound, KeyUsage, Name, NameOID, load_pem_x509_certificates

from exports.signing.errors import (
    CertificateUnfit,
    CertificateUnreadable,
    PassphraseMissing,
    PassphraseWrong,
    PrivateKeyMissing,
)

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
Ask = Callable[[], bytes | None]
Opened = TypeVar("Opened")
_LOCKED_PEM = b"ENCRYPTED"


@dataclass(frozen=True)
class Credential:
    """A certificate, the private key that belongs to it, and the certificates between it and a root."""

    certificate: Certificate
    key: Key
    chain: tuple[Certificate, ...]

    @property
    def name(self) -> str:
        return common_name(self.certificate.subject)


def load(content: bytes, ask: Ask, key: bytes | None = None) -> Credential:
    """A credential from the bytes of its file. `ask` is called for the passphrase when one is needed, and once."""
    if b"-----BEGIN" in content:
        return _from_pem(content, key if key is not None else content, ask)
    return _from_pkcs12(content, ask)


def require_fit(credential: Credential, now: datetime) -> None:
    """Refuse what nobody should sign with: a certificate out of its time, or one meant for something else."""
    found = credential.certificate
    first, last = found.not_valid_before_utc, found.not_valid_after_utc
    if not first <= now <= last:
        raise CertificateUnfit(
            f"{credential.name} 的证书自 {first:%Y-%m-%d} 至 {last:%Y-%m-%d} 有效，今天不能签名。请换用有效的。",
            f"The certificate of {credential.name} is valid from {first:%Y-%m-%d} to {last:%Y-%m-%d}; "
            "today nothing can be signed with it. Use one that is valid.",
        )
    usage = key_usage(found)
    if usage is not None and not (usage.content_commitment or usage.digital_signature):
        raise CertificateUnfit(
            f"{credential.name} 的证书不是用于签名的（密钥用途里没有数字签名或抗抵赖）。请换用签名证书。",
            f"The certificate of {credential.name} is not meant for signing "
            "(its key usage has neither digital signature nor non-repudiation). Use a signing certificate.",
        )


def key_usage(certificate: Certificate) -> KeyUsage | None:
    """What the certificate says its key is for; None when it does not say."""
    try:
        return certificate.extensions.get_extension_for_class(KeyUsage).value
    except ExtensionNotFound:
        return None


def common_name(name: Name) -> str:
    """How a certificate's owner is called: the common name, else the organisation, else the whole of it."""
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(kind):
            return str(attribute.value)
    return name.rfc4514_string()


def roots(content: bytes, name: str) -> list[Certificate]:
    """The certificates in a PEM file, for somebody to trust."""
    try:
        return load_pem_x509_certificates(content)
    except ValueError as error:
        raise CertificateUnreadable(
            f"{name} 里没有 PEM 格式的证书。", f"There is no certificate in PEM form in {name}."
        ) from error


def _from_pkcs12(content: bytes, ask: Ask) -> Credential:
    try:
        opened = pkcs12.load_pkcs12(content, None)
    except UnsupportedAlgorithm as error:
        raise _unsupported() from error
    except ValueError as error:
        if "password" not in str(error):
            raise _unreadable() from error
        opened = _unlocked(lambda passphrase: pkcs12.load_pkcs12(content, passphrase), ask)
    if opened.key is None:
        raise _keyless()
    if opened.cert is None:
        raise _unreadable()
    return Credential(
        opened.cert.certificate, _own(opened.key), tuple(one.certificate for one in opened.additional_certs)
    )


def _from_pem(content: bytes, locked: bytes, ask: Ask) -> Credential:
    if b"PRIVATE KEY-----" not in locked:
        raise _keyless()
    try:
        certificates = load_pem_x509_certificates(content)
    except ValueError as error:
        raise _unreadable() from error
    if _LOCKED_PEM in locked:
        key = _own(_unlocked(lambda passphrase: load_pem_private_key(locked, passphrase), ask))
    else:
        key = _own(_plain(locked))
    return _paired(key, certificates)


def _plain(content: bytes) -> object:
    try:
        return load_pem_private_key(content, None)
    except UnsupportedAlgorithm as error:
        raise _unsupported() from error
    except (ValueError, TypeError) as error:
        raise _unreadable() from error


def _unlocked(open_: Callable[[bytes], Opened], ask: Ask) -> Opened:
    passphrase = ask()
    if passphrase is None:
        raise PassphraseMissing(
            "私钥有密码保护。请用 --passphrase-file 给出写有密码的文件，或设置 TIDUI_PASSPHRASE_FILE。",
            "The private key is locked. Give a file that holds the passphrase with --passphrase-file, "
            "or set TIDUI_PASSPHRASE_FILE.",
        )
    try:
        return open_(passphrase)
    except UnsupportedAlgorithm as error:
        raise _unsupported() from error
    except ValueError as error:
        raise PassphraseWrong(
            "密码不对，打不开私钥。请检查密码文件。", "This passphrase does not open the private key. Check its file."
        ) from error


def _paired(key: Key, certificates: Iterable[Certificate]) -> Credential:
    """The certificate of the key is the signer's; the others are its chain."""
    public, listed = key.public_key(), list(certificates)
    own = [one for one in listed if one.public_key() == public]
    if not own:
        raise PrivateKeyMissing(
            "私钥与证书不是一对。请检查给出的是不是同一份证书的私钥。",
            "The private key does not belong to any certificate given. Check that both are of the same person.",
        )
    return Credential(own[0], key, tuple(one for one in listed if one is not own[0]))


def _own(key: object) -> Key:
    if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        return key
    raise _unsupported()


def _keyless() -> PrivateKeyMissing:
    return PrivateKeyMissing(
        "文件里没有私钥。请给出带私钥的 PKCS#12 文件，或用 --private-key 另给 PEM 私钥。",
        "There is no private key in the file. Give a PKCS#12 file with one, or a PEM key with --private-key.",
    )


def _unreadable() -> CertificateUnreadable:
    return CertificateUnreadable(
        "证书文件读不懂。它应当是 PKCS#12（.p12、.pfx）或 PEM（证书、私钥和证书链）。",
        "The certificate file cannot be read. It should be PKCS#12 (.p12, .pfx) or PEM (certificate, key and chain).",
    )


def _unsupported() -> CertificateUnreadable:
    return CertificateUnreadable(
        "不支持这种密钥。请用 RSA、ECDSA 或 Ed25519 证书；国密 SM2 证书还不能用，签发机构一般也发 RSA 证书。",
        "Keys of this kind are not supported. Use a certificate with RSA, ECDSA or Ed25519: whoever issues SM2 "
        "certificates usually issues RSA ones too.",
    )
