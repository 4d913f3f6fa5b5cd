"""A certificate authority and a time stamper of the tests' own, answering on this machine as real ones do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import keys, tsp  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from exports.signing.certificate import Credential
from exports.signing.sign import LongTerm, translated

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


class Authority:
    """Issues certificates, lists those it revoked, and stamps times."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("实验学校根证书")
        self._revoked: list[int] = []
        self.root = self._issue("实验学校根证书", self._key, {"key_cert_sign", "crl_sign"}, authority=True)
        stamping = rsa.generate_private_key(65537, 2048)
        certificate = self._issue("时间戳", stamping, {"digital_signature"}, stamping=True)
        self._stamper = DummyTimeStamper(translated(certificate), keys.PrivateKeyInfo.load(_der(stamping)))

    def credential(
        self,
        name: str,
        *,
        uses: frozenset[str] = frozenset({"content_commitment"}),
        first: timedelta = -30 * DAY,
        last: timedelta = 365 * DAY,
    ) -> Credential:
        """Somebody's certificate with its key. `first` and `last` are its days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        return Credential(self._issue(name, key, uses, first=first, last=last), key, (self.root,))

    def long_term(self) -> LongTerm:
        return LongTerm(f"{self.address}/stamp", (self.root,))

    def revoke(self, credential: Credential) -> None:
        self._revoked.append(credential.certificate.serial_number)

    def revocations(self) -> bytes:
        made = x509.CertificateRevocationListBuilder().issuer_name(self._name)
        made = made.last_update(NOW - DAY / 24).next_update(NOW + 7 * DAY)
        made = made.add_extension(self._issuer(), critical=False)
        for serial in self._revoked:
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - DAY)
            made = made.add_revoked_certificate(one.build())
        return made.sign(self._key, SHA256()).public_bytes(Encoding.DER)

    def stamp(self, asked: bytes) -> bytes:
        answer: bytes = self._stamper.request_tsa_response(tsp.TimeStampReq.load(asked)).dump()
        return answer

    def _issuer(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())

    def _issue(
        self,
        name: str,
        key: Any,
        uses: set[str] | frozenset[str],
        *,
        authority: bool = False,
        stamping: bool = False,
        first: timedelta = -30 * DAY,
        last: timedelta = 365 * DAY,
    ) -> x509.Certificate:
        made = x509.CertificateBuilder().subject_name(_name(name)).issuer_name(self._name)
        made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
        made = made.not_valid_before(NOW + first).not_valid_after(NOW + last)
        made = made.add_extension(x509.KeyUsage(**{use: use in uses for use in _USES}), critical=True)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        made = made.add_extension(self._issuer(), critical=False)
        if authority:
            made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        else:
            list_ = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{self.address}/crl")], None, None, None)
            made = made.add_extension(x509.CRLDistributionPoints([list_]), critical=False)
        if stamping:
            made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        return made.sign(self._key, SHA256())


@contextmanager
def answering() -> Iterator[Authority]:
    """An authority whose list and time stamper answer at an address of this machine."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(authority.revocations(), "application/pkix-crl")

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(authority.stamp(asked), "application/timestamp-reply")

        def _answer(self, content: bytes, media_type: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        authority = Authority(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield authority
        server.shutdown()
        thread.join()


def p12(credential: Credential, passphrase: bytes | None) -> bytes:
    """A credential as its PKCS#12 file."""
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return pkcs12.serialize_key_and_certificates(None, credential.key, credential.certificate, credential.chain, lock)


def pem_key(credential: Credential, passphrase: bytes | None = None) -> bytes:
    """The private key as PEM."""
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return credential.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def pem(*certificates: x509.Certificate) -> bytes:
    """Certificates as PEM."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def _der(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "实验学校"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )
