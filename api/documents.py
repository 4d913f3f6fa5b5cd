"""Every document as this archive gives it out: its content, and its print, made once until something in it changes."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from api.access import Act, Entry
from api.main import App
from api.registering import entry
from domain.errors import Unknown
from exports.documents import DOCUMENTS, Asked, Document, model_of
from exports.paper import Model, manuscript, pressed, print_key, settle
from exports.pdf.kept import Kept
from exports.pdf.manuscript import AttachedFile
from exports.proof import attachments
from exports.statement import HANDOVERS, Signing, is_print, signed
from projections.ledger.checkpoint import parse_checkpoint
from projections.ledger.keys import Keys
from projections.ledger.note import Note
from projections.moment import Moment
from projections.shape import View


def named(kind: str) -> Document:
    """The document of that kind."""
    if kind not in DOCUMENTS:
        known = ", ".join(DOCUMENTS)
        raise Unknown(f"没有“{kind}”这种文件。可用的有：{known}。", f"There is no document {kind}. There are: {known}.")
    return DOCUMENTS[kind]


def listed() -> list[dict[str, Any]]:
    """Every kind: its titles, the clause that asks for it, whom it is about, what else it can be asked."""
    return [
        {
            "kind": one.kind,
            "label": one.zh,
            "label_en": one.en,
            "clause": one.clause,
            "scope": one.scope,
            "asks": sorted(one.asks),
            "has_blank": one.has_blank,
        }
        for one in DOCUMENTS.values()
    ]


def content(opened: App, document: Document, moment: Moment, **asked: Any) -> View:
    """What the document says, with the archive that it comes from."""
    charter = opened.charter
    told: dict[str, Any] = {"origin": charter.origin, "practice": charter.practice, "accesses": opened.access.about}
    return model_of(document, Asked(moment=moment, **told, **asked))


@dataclass(frozen=True)
class Copy:
    """What goes to press: a document's content as plain data, the `key` that its finished bytes are kept under, and who
    signs them; nobody where the archive lacks its key. One about a person proves its events too: it rests on the first
    checkpoint that covers it. To a plain one nothing is attached: it goes to people.
    """

    document: Document
    model: Model
    checkpoint: Note | None
    key: str
    language: str
    signing: Signing | None
    plain: bool = False

    def signed(self, content: bytes) -> bytes:
        """The finished bytes with their statement."""
        return signed(content, settle(self.model), self.language, self.key, self.signing)

    def is_print(self, content: bytes) -> bool:
        """Whether these are its finished bytes, by their own statement under the present key."""
        return self.signing is not None and is_print(content, self.key, self.signing)


def copy_of(opened: App, document: Document, found: View, *, plain: bool = False) -> Copy:
    """The copy of a document with this content."""
    model, language = found.model_dump(mode="json"), opened.settings.lang
    keys = opened.ledger.keys()
    checkpoint = _checkpoint(opened, keys, found.rests_on) if model["person_id"] and not plain else None
    signing = _signing(opened, keys, checkpoint)
    how = ["plain" if plain else str(checkpoint), *([] if signing else ["unsigned"])]
    return Copy(document, model, checkpoint, print_key(settle(model), language, *how), language, signing, plain)


def _checkpoint(opened: App, keys: Keys, position: int) -> Note:
    """The first checkpoint that covers a position, and all changes of key but the last ones, whose notes the statement
    brings along.
    """
    return opened.ledger.covered(max(position, *(one.position for one in keys.handovers[:-HANDOVERS]), 0))


def _signing(opened: App, keys: Keys, checkpoint: Note | None) -> Signing | None:
    """Who signs, and how the key came from the one that signed the checkpoint; None where the key is not at hand."""
    if not opened.ledger.held.holds(keys.latest):
        return None
    since = parse_checkpoint(checkpoint).size if checkpoint else 0
    handovers = opened.ledger.handovers(since)[-HANDOVERS:] if keys.handovers else ()
    return Signing(keys.latest, handovers, lambda text: opened.ledger.vouch(text, sys.maxsize))


def printed(opened: App, document: Document, found: View, *, plain: bool = False) -> bytes:
    """The document as a PDF."""
    return from_press(opened, copy_of(opened, document, found, plain=plain)).content


def from_press(opened: App, copy: Copy) -> Kept:
    """The copy as a PDF: as it is kept, else set now."""
    if found := kept(opened, copy):
        return found
    content = copy.signed(_set(opened, copy))
    return opened.press.keep(copy.key, content) if copy.signing else Kept(content, sha256(content).digest())


def kept(opened: App, copy: Copy) -> Kept | None:
    """The copy as it is kept; None where what lies there is not signed as this very print."""
    found = opened.press.kept(copy.key)
    return found if found and copy.is_print(found.content) else None


def _set(opened: App, copy: Copy) -> bytes:
    layout, model = copy.document.layout, copy.model
    photos = {one["person_id"]: opened.evidence.get(one["photo"]) for one in layout.pieces(model) if one.get("photo")}
    proof = _proof(opened, copy) if copy.checkpoint else ()
    unsigned = copy.signing is None
    made = manuscript(layout, model, copy.language, photos, proof, plain=copy.plain, unsigned=unsigned)
    return pressed(made, model, opened.workers)


def _proof(opened: App, copy: Copy) -> Sequence[AttachedFile]:
    checkpoint = copy.checkpoint
    assert checkpoint
    return attachments(
        settle(copy.model),
        opened.ledger.stream(copy.model["person_id"], checkpoint),
        lambda position: opened.ledger.under(position, checkpoint),
        copy.language,
    )


def register(
    opened: App, act: Act, document: Document, found: View, moment: Moment, content: bytes | None = None
) -> None:
    """Write down that it was read, or exported."""
    digest = sha256(content).hexdigest() if content is not None else None
    opened.access.write(*entries(opened, act, document, found.model_dump(mode="json"), moment, digest))


def entries(
    opened: App, act: Act, document: Document, model: Model, moment: Moment, digest: str | None
) -> Iterator[Entry]:
    """That everybody named in it was read of; of one that names nobody, blanks apart, its export."""
    nobodys: list[str | None] = [None] if digest and not model.get("blank") else []
    for person in named_in(model) or nobodys:
        yield entry(opened, act, document.kind, person=person, moment=moment, sha256=digest)


def named_in(model: Model) -> list[str]:
    """Whose matter a document shows, each once."""
    pieces = [model, *(model.get("people") or ()), *((model.get("content") or {}).get("people") or ())]
    return list(dict.fromkeys(piece["person_id"] for piece in pieces if piece.get("person_id")))


def view(opened: App, document: Document, moment: Moment, **asked: Any) -> View:
    """The content to be looked at; the reading is written down first."""
    found = content(opened, document, moment, **asked)
    register(opened, Act.VIEW, document, found, moment)
    return found


def export(opened: App, document: Document, moment: Moment, *, plain: bool = False, **asked: Any) -> bytes:
    """The PDF to be handed out; the export is written down with its SHA-256 first."""
    found = content(opened, document, moment, **asked)
    made = printed(opened, document, found, plain=plain)
    register(opened, Act.EXPORT, document, found, moment, made)
    return made
