"""Signed notes (c2sp.org/signed-note): a text, a blank line, and lines of signatures over the text.

Keys are Ed25519. A public key is one line, `name+id+base64`; so is a private one, `PRIVATE+KEY+name+id+base64`.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.errors import Malformed

ED25519 = 0x01
COSIGNATURE = 0x04
_SIZE = 32
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_MOST = 64  # signature lines of one note
_PRIVATE = "PRIVATE+KEY+"
_DASH = "— "
_FIELD = 2**255 - 19
# The y of points of order 8; the other points of small order have 0, 1 and -1. Under such a key signatures can be made
# that hold for any text.
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset({0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8})


class BadNote(Malformed):
    """A text that is no signed note, or is not signed by the key that was asked for."""


@dataclass(frozen=True)
class Signature:
    """One line under a note: who signed, the first bytes of their key's hash, and what they wrote."""

    name: str
    key_id: bytes
    content: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.content).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A text, ending in a newline, with the signatures that stand under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"


@dataclass(frozen=True)
class PublicKey:
    """Whose signatures of which kind can be checked."""

    name: str
    kind: int
    content: bytes

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.content).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.content).decode()}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made the signature; one of small order makes none."""
        if not is_strong(self.content):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.content).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class PrivateKey:
    """What signs. Its text is a secret: it is written to its file and nowhere else."""

    name: str
    seed: bytes
    kind: int = ED25519

    @property
    def public(self) -> PublicKey:
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return PublicKey(self.name, self.kind, key.public_bytes_raw())

    def secret(self) -> str:
        """The line that is kept."""
        content = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{self.public.key_id.hex()}+{content}"

    def __repr__(self) -> str:
        return f"PrivateKey({self.public})"

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature over a message (RFC 8032); the same message always gives the same."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def note(self, text: str) -> Note:
        """The text as a note, signed."""
        return Note(text, (Signature(self.name, self.public.key_id, self.sign(text.encode())),))


def parse_note(content: str | bytes) -> Note:
    """A note read strictly: control characters, doubled, broken or missing signature lines raise BadNote."""
    try:
        whole = content.decode() if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        raise _bad("it is not UTF-8", "不是 UTF-8 文本") from error
    if _CONTROL.search(whole):
        raise _bad("it holds control characters", "含有控制字符")
    text, blank, below = whole.rpartition("\n\n")
    if not blank or not text or not below.endswith("\n"):
        raise _bad("no signatures stand under it", "下方没有签名")
    lines = below[:-1].split("\n")
    if len(lines) > _MOST:
        raise _bad(f"it has more than {_MOST} signatures", f"签名多于 {_MOST} 个")
    signatures = tuple(map(_signature, lines))
    if len({(one.name, one.key_id) for one in signatures}) < len(signatures):
        raise _bad("a key has signed it twice", "同一密钥签了两次")
    return Note(text + "\n", signatures)


def parse_signatures(content: bytes) -> tuple[Signature, ...] | None:
    """The signatures in a text that holds nothing else, as a witness returns them; None where it holds more."""
    try:
        lines = content.decode().splitlines(keepends=True)
        return tuple(_signature(line.removesuffix("\n")) for line in lines) if lines else None
    except (UnicodeDecodeError, BadNote):
        return None


def signed_by(note: Note, key: PublicKey) -> bool:
    """Whether the key has signed the note. A signature in its name that is false raises BadNote."""
    for one in note.signatures:
        if (one.name, one.key_id) == (key.name, key.key_id):
            if key.signed(note.text.encode(), one.content):
                return True
            raise _bad(f"the signature of {key.name} is false", f"{key.name} 的签名不成立")
    return False


def parse_public(line: str) -> PublicKey:
    """A public key from its line; the id in it must be its own."""
    name, key_id, kind, content = _key_parts(line)
    key = PublicKey(name, kind, content)
    if not is_strong(content):
        raise _bad("a public key of small order proves nothing", "低阶公钥不能证明任何东西")
    if key.key_id.hex() != key_id:
        raise _bad("the public key's id is not its own", "公钥的编号与其内容不符")
    return key


def parse_private(line: str) -> PrivateKey:
    """A private key from its line."""
    name, key_id, kind, seed = _key_parts(line.removeprefix(_PRIVATE))
    key = PrivateKey(name, seed, kind)
    if not line.startswith(_PRIVATE) or key.public.key_id.hex() != key_id:
        raise _bad("it is no private key", "不是私钥")
    return key


def _key_parts(line: str) -> tuple[str, str, int, bytes]:
    name, _, rest = line.partition("+")
    key_id, _, content = rest.partition("+")
    raw = base64_strict(content)
    if not is_name(name) or len(raw) != _SIZE + 1 or raw[0] not in (ED25519, COSIGNATURE):
        raise _bad("it is no Ed25519 key", "不是 Ed25519 密钥")
    return name, key_id, raw[0], raw[1:]


def _signature(line: str) -> Signature:
    name, space, content = line.removeprefix(_DASH).partition(" ")
    raw = base64_strict(content)
    if not line.startswith(_DASH) or not space or not is_name(name) or len(raw) <= 4:  # noqa: PLR2004 - the id's bytes
        raise _bad("a signature line is malformed", "签名行格式有误")
    return Signature(name, raw[:4], raw[4:])


def base64_strict(text: str) -> bytes:
    """Standard base64 in its one canonical spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad("it holds bad base64", "base64 编码有误") from error
    if base64.b64encode(raw).decode() != text:
        raise _bad("it holds bad base64", "base64 编码有误")
    return raw


def is_strong(content: bytes) -> bool:
    """Whether 32 bytes are in the one spelling of a point that is not of small order (RFC 8032, 8.9)."""
    y = int.from_bytes(content, "little") & (2**255 - 1)
    return y < _FIELD and y not in _SMALL_ORDER


def is_name(name: str) -> bool:
    """Whether a key may be called so."""
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)


def _bad(en: str, zh: str) -> BadNote:
    return BadNote(f"签名文本无效：{zh}。", f"This is not a valid signed note: {en}.")
