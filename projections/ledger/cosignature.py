"""Cosignatures of witnesses, cosignature/v1 (c2sp.org/tlog-cosignature): a time, and Ed25519 over time and text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from projections.ledger.note import BadNote, Note, PrivateKey, PublicKey, Signature

_TIME = 8  # bytes of the time, which come before the signature
_LATEST = 253402300799  # the last second that a calendar has a name for


class Cosigned(NamedTuple):
    """That a witness had seen no larger log than this one, and that it continues all it saw before."""

    size: int
    witness: str
    at: datetime


def cosign(note: Note, key: PrivateKey, at: datetime) -> Note:
    """The note with the witness's signature added."""
    seconds = int(at.timestamp())
    content = seconds.to_bytes(_TIME) + key.sign(_message(note, seconds))
    return Note(note.text, (*note.signatures, Signature(key.name, key.public.key_id, content)))


def cosignature(note: Note, key: PublicKey) -> Signature | None:
    """The witness's signature under a note, None where it has none. One in its name that is false raises BadNote."""
    for one in note.signatures:
        if (one.name, one.key_id) == (key.name, key.key_id):
            seconds, signature = int.from_bytes(one.content[:_TIME]), one.content[_TIME:]
            if seconds <= _LATEST and key.signed(_message(note, seconds), signature):
                return one
            raise BadNote(f"见证方 {key.name} 的签名不成立。", f"The signature of the witness {key.name} is false.")
    return None


def cosigned_at(signature: Signature) -> datetime:
    """When a witness signed."""
    return datetime.fromtimestamp(int.from_bytes(signature.content[:_TIME]), UTC)


def _message(note: Note, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{note.text}".encode()
