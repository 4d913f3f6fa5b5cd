"""A person's dossier as this archive gives it out: whole, and in print."""

from hashlib import sha256

from api.access import Act
from api.main import App
from api.registering import written_down
from exports.dossier import dossier_pdf
from projections.dossier import Dossier, dossier
from projections.moment import Moment


def whole(opened: App, moment: Moment, person: str, batch: str | None = None) -> Dossier:
    """The dossier with the archive that it comes from."""
    return dossier(moment, person, batch, origin=opened.charter.origin, practice=opened.charter.practice)


def printed(opened: App, found: Dossier) -> bytes:
    """The dossier as a PDF; made once as long as nothing in it changes."""
    photo = opened.evidence.get(found.photo) if found.photo else None
    return dossier_pdf(found.model_dump(mode="json"), opened.press, photo, opened.settings.lang)


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
