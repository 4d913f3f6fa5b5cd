"""The statement that a finished paper bears: what it is, signed by the archive's key over all its bytes.

It stands in a PDF comment of fixed length right before the end of the file, where no reader looks and no offset moves.
All bytes but its own are under its signature, pages and attachments alike, as with a PDF signature's ByteRange. It is
made of the file and the key alone: the same bytes each time under one key, and under the next one nothing else differs.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

import rfc8785

from exports.verify import MARK, PLACE, ROOM, STATEMENT
from projections.ledger.note import BadNote, Note, PublicKey, parse_note, signed_by

HANDOVERS = 8  # notes that the place has room for beside the statement itself
_END = b"\nstartxref\n"


class Signing(NamedTuple):
    """Who signs statements: the key by its public line, how it came to its office, and what makes notes with it."""

    public: PublicKey
    handovers: tuple[str, ...]
    vouch: Callable[[str], Note]


def with_place(pdf: bytes) -> bytes:
    """A file just set, with an empty place for its statement."""
    head, end, tail = pdf.rpartition(_END)
    assert end
    return head + b"\n" + MARK + b"1 " + b" " * ROOM + end + tail


def emptied(pdf: bytes) -> bytes:
    """A file with its place empty. What has none is given back as it is."""
    found = PLACE.search(pdf)
    return pdf[: found.start(1)] + b" " * ROOM + pdf[found.end(1) :] if found else pdf


def finished(pdf: bytes) -> bytes:
    """A file as it was finished, whatever stands behind that."""
    found = PLACE.search(pdf)
    return pdf[: found.end()] if found else pdf


def signed(pdf: bytes, model: Mapping[str, Any], language: str, print_key: str, signing: Signing | None) -> bytes:
    """The file with its statement, whatever stood in the place; with an empty place where nobody can sign."""
    blank = emptied(pdf)
    found = PLACE.search(blank)
    if signing is None or found is None:
        return blank  # nobody can sign, or there is no place to do it
    text = _text(model, language, print_key) + f"file {len(blank)} {_around(blank, found)}\n"
    content = _content(str(signing.vouch(text)), signing)
    return blank[: found.start(1)] + content.ljust(ROOM) + blank[found.end(1) :]


def is_print(pdf: bytes, print_key: str, signing: Signing) -> bool:
    """Whether these are the finished bytes of a print, by a statement of this very key. What the print key stands for
    need not be looked at again.
    """
    found = PLACE.search(pdf)
    if found is None or found.end() != len(pdf):
        return False
    try:
        note = parse_note(str(json.loads(base64.b64decode(found[1]))["note"]))
        said = STATEMENT.fullmatch(note.text) if signed_by(note, signing.public) else None
    except (ValueError, LookupError, TypeError, BadNote):
        return False
    told = (print_key, str(len(pdf)), _around(pdf, found))
    return bool(said and (said[7], *said.groups()[-2:]) == told and found[1].rstrip() == _content(str(note), signing))


def _around(pdf: bytes, place: re.Match[bytes]) -> str:
    """The SHA-256 of all but what stands in the place."""
    digest = sha256(memoryview(pdf)[: place.start(1)])
    digest.update(memoryview(pdf)[place.end(1) :])
    return digest.hexdigest()


def _text(model: Mapping[str, Any], language: str, print_key: str) -> str:
    """What is said of a paper by its model, as it is printed."""
    return (
        f"tidui-paper/1\n{model['origin']}\nkind {model.get('kind', 'dossier')}\nlanguage {language}\n"
        f"position {model['position']}\nas-of {model['as_of']}\nknown-at {model.get('known_at') or '-'}\n"
        f"print {print_key}\nmodel {sha256(rfc8785.dumps(dict(model))).hexdigest()}\n"
    )


def _content(note: str, signing: Signing) -> bytes:
    given = {"handovers": list(signing.handovers), "note": note, "public_key": str(signing.public)}
    content = base64.b64encode(rfc8785.dumps(given))
    assert len(content) <= ROOM
    return content
