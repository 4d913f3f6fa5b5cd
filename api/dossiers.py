"""A person's dossier as this archive gives it out: whole, and in print."""

from hashlib import sha256
from typing import Any

from api.access import Act
from api.main import App
from api.registering import written_down
from exports.dossier import dossier_pdf, print_key, settle
from exports.proof import attachments
from projections.dossier import Dossier, dossier
from projections.ledger.note import Note
from projections.moment import Moment


def whole(opened: App, moment: Moment, person: str, batch: str | None = None) -> Dossier:
    """The dossier with the archive that it comes from."""
    return dossier(moment, person, batch, origin=opened.charter.origin, practice=opened.charter.practice)


def printed(opened: App, found: Dossier) -> bytes:
    """The dossier as a PDF that proves itself; made once as long as nothing in it changes.

    It rests on the first checkpoint that covers it: one is signed where there is none.
    """
    model, language = found.model_dump(mode="json"), opened.settings.lang
    checkpoint = opened.ledger.covered(found.rests_on)
    key = print_key(settle(model), language, str(checkpoint), str(opened.ledger.public_key()))
    return opened.press.once(key, lambda: _set(opened, found, model, checkpoint))


def _set(opened: App, found: Dossier, model: dict[str, Any], checkpoint: Note) -> bytes:
    photo = opened.evidence.get(found.photo) if found.photo else None
    language, public_key = opened.settings.lang, str(opened.ledger.public_key())
    proof = opened.ledger.stream(found.person_id, checkpoint)
    attached = attachments(
        settle(model), proof, lambda position: opened.ledger.under(position, checkpoint), public_key, language
    )
    return dossier_pdf(model, opened.workers, photo, language, attached)


def view(opened: App, moment: Moment, person: str, batch: str | None = None) -> Dossier:
    """The dossier to be looked at; the reading is written down first."""
    found = whole(opened, moment, person, batch)
    written_down(opened, Act.VIEW, "dossier", person=person, moment=moment)
    return found


def export(opened: App, moment: Moment, person: str, batch: str | None = None) -> bytes:
    """The dossier as a PDF to be handed out; the export is written down with its SHA-256 first."""
    content = printed(opened, whole(opened, moment, person, batch))
    digest = sha256(content).hexdigest()
    written_down(opened, Act.EXPORT, "dossier", person=person, moment=moment, sha256=digest)
    return content
