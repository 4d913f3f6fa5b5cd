"""Documents signed, and what becomes of them: kept under the SHA-256 of the unsigned one, and written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.x509 import Certificate

from api.access import Act
from api.access.log import Written
from api.main import App
from api.proving import check_pdf, handed_out
from api.registering import written_down
from api.settings import Settings
from domain.errors import Malformed, Unknown
from exports.signing import report
from exports.signing.certificate import Credential, load, require_fit, roots
from exports.signing.check import Signatures, signatures
from exports.signing.seal import Place, seal
from exports.signing.sign import LongTerm, Seal, sign


def signed(opened: App, pdf: bytes, credential: Credential, role: str, place: Place | None = None) -> bytes:
    """The document with one more signature, kept and written down before it is handed out."""
    now = datetime.now(UTC)
    require_fit(credential, now)
    _exported(opened, pdf)
    content = sign(pdf, credential, role, long_term(opened.settings), _seal(opened, credential, role, place, now))
    keep(opened, content)
    return content


def keep(opened: App, content: bytes) -> str:
    """Keep a signed document of this archive, wherever it was signed; its SHA-256."""
    export = _exported(opened, content)
    judged = signatures(content, (), datetime.now(UTC))
    if not judged.each or not judged.hold:
        raise Malformed(
            "文件没有签名，或除签名外还有改动。请用本库导出的原件签名。",
            "The file has no signature, or was changed beside being signed. Sign it as it was exported.",
        )
    digest = opened.signed.put(str(export.sha256), content)
    written_down(opened, Act.SIGN, export.what, person=export.person_id, sha256=digest)
    return digest


def _exported(opened: App, content: bytes) -> Written:
    entry = handed_out(opened, content)
    if entry is None:
        raise Unknown(
            "这份文件不是本库导出的（逐字节比对）。请用本库导出的原件。",
            "This archive did not export the file, byte for byte. Use the file as it was exported.",
        )
    return entry


def credential(settings: Settings, prompt: Callable[[], bytes | None]) -> Credential:
    """What the settings say to sign with; `prompt` asks for a passphrase that they do not give."""
    if settings.certificate is None:
        raise Malformed(
            "没有给出签名证书。请用 --certificate，或设置 TIDUI_CERTIFICATE。",
            "No certificate to sign with. Give one with --certificate, or set TIDUI_CERTIFICATE.",
        )
    key = read(settings.private_key) if settings.private_key else None
    return load(read(settings.certificate), lambda: _passphrase(settings) or prompt(), key)


def long_term(settings: Settings) -> LongTerm | None:
    """How signatures are made to last; nothing where no time stamper is configured."""
    if settings.time_stamper is None:
        return None
    if settings.trust is None:
        raise Malformed(
            "设置了 TIDUI_TIME_STAMPER，还要用 TIDUI_TRUST 给出根证书，才能做长期签名。",
            "With TIDUI_TIME_STAMPER set, TIDUI_TRUST must give the root certificates for a signature to last.",
        )
    return LongTerm(settings.time_stamper, tuple(trusted(settings.trust)))


def trusted(path: Path | None) -> list[Certificate]:
    """The roots in a file; none where there is no file."""
    return roots(read(path), path.name) if path else []


def check(content: bytes, trust: Path | None) -> Signatures:
    """The signatures in a file, judged by the roots in another."""
    return signatures(content, trusted(trust), datetime.now(UTC))


def judge(path: Path, key: str | None, trust: Path | None, opened: App | None) -> tuple[list[str], bool]:
    """What a paper proves, line by line, and whether all of it holds: its statement and what is attached, and the
    electronic signatures that were added since, which alone may stand behind it. Raises Broken.
    """
    found = check(read(path), trust)
    paper = check_pdf(path, key, opened)
    refused = report.refusal(found, paper.behind, known=paper.recorded)
    lines = [*report.lines(found), *paper.lines, *([refused] if refused else [])]
    return lines, paper.holds and found.hold and refused is None


def read(path: Path) -> bytes:
    """A file's bytes, or an error that names it."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Malformed(f"无法读取 {path}：{error.strerror}。", f"Cannot read {path}: {error.strerror}.") from error


def _passphrase(settings: Settings) -> bytes | None:
    if settings.passphrase_file:
        return read(settings.passphrase_file).rstrip(b"\r\n")
    return settings.passphrase.get_secret_value().encode() if settings.passphrase else None


def _seal(opened: App, found: Credential, role: str, place: Place | None, now: datetime) -> Seal | None:
    if place is None:
        return None
    return Seal(opened.workers.render(seal(found.name, role, now, opened.settings.lang)), place)
