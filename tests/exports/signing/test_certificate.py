"""What somebody signs with: every form a certificate comes in, and every way it can be wrong."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from exports.signing import errors
from exports.signing.certificate import Credential, load, require_fit, roots
from tests.support.authority import DAY, NOW, Authority, p12, pem, pem_key

PASSPHRASE = "密码 1".encode()


def unasked() -> bytes | None:
    raise AssertionError("nothing is locked")


@pytest.fixture(scope="module")
def secretary(authority: Authority) -> Credential:
    return authority.credential("党委书记")


def forms(one: Credential, passphrase: bytes | None) -> dict[str, tuple[bytes, bytes | None]]:
    """A credential in every form there is, with the key's own file where it has one."""
    certificates = pem(one.certificate, *one.chain)
    return {
        "p12": (p12(one, passphrase), None),
        "pem": (pem(*one.chain, one.certificate) + pem_key(one, passphrase), None),
        "two files": (certificates, pem_key(one, passphrase)),
    }


@pytest.mark.parametrize("form", ["p12", "pem", "two files"])
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_every_form_gives_the_same_credential(secretary: Credential, form: str, passphrase: bytes | None) -> None:
    content, key = forms(secretary, passphrase)[form]
    found = load(content, (lambda: passphrase) if passphrase else unasked, key)
    assert found.certificate == secretary.certificate
    assert found.key.public_key() == secretary.key.public_key()
    assert found.chain == secretary.chain
    assert found.name == "党委书记"


@pytest.mark.parametrize("form", ["p12", "pem", "two files"])
def test_a_locked_key_needs_its_passphrase(secretary: Credential, form: str) -> None:
    content, key = forms(secretary, PASSPHRASE)[form]
    with pytest.raises(errors.PassphraseMissing, match="passphrase-file"):
        load(content, lambda: None, key)
    with pytest.raises(errors.PassphraseWrong):
        load(content, lambda: b"guess", key)


def test_a_certificate_without_its_key_is_told_so(secretary: Credential, authority: Authority) -> None:
    other = authority.credential("文书")
    with pytest.raises(errors.PrivateKeyMissing, match="private-key"):
        load(pem(secretary.certificate), unasked)
    with pytest.raises(errors.PrivateKeyMissing, match="does not belong"):
        load(pem(secretary.certificate), unasked, pem_key(other))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no certificate",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nAAAA\n",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ],
)
def test_what_is_no_certificate_is_refused(content: bytes) -> None:
    with pytest.raises(errors.CertificateUnreadable, match="PKCS#12"):
        load(content, unasked)


def test_a_key_that_cannot_sign_is_refused_with_the_way_out(secretary: Credential) -> None:
    agreeing = x25519.X25519PrivateKey.generate()
    key = agreeing.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(errors.CertificateUnreadable, match="RSA"):
        load(pem(secretary.certificate) + key, unasked)


def test_a_certificate_out_of_its_time_or_purpose_is_not_signed_with(authority: Authority) -> None:
    require_fit(authority.credential("党委书记"), NOW)
    require_fit(authority.credential("党委书记", uses=frozenset({"digital_signature"})), NOW)
    for unfit in (
        authority.credential("旧证书", last=-DAY),
        authority.credential("新证书", first=DAY),
        authority.credential("加密证书", uses=frozenset({"key_encipherment"})),
    ):
        with pytest.raises(errors.CertificateUnfit, match=unfit.name):
            require_fit(unfit, NOW)


def test_a_file_of_roots_that_holds_none_is_named() -> None:
    with pytest.raises(errors.CertificateUnreadable, match=r"roots\.pem"):
        roots(b"nothing", "roots.pem")
