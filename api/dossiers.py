"""A person's dossier as this archive gives it out: whole, and in print."""

from typing import cast

from api import documents
from api.main import App
from projections.dossier import Dossier
from projections.moment import Moment

_DOSSIER = documents.named("dossier")


def whole(opened: App, moment: Moment, person: str, batch: str | None = None) -> Dossier:
    """The dossier with the archive that it comes from."""
    return cast(Dossier, documents.content(opened, _DOSSIER, moment, person=person, batch=batch))


def printed(opened: App, found: Dossier) -> bytes:
    """The dossier as a PDF that proves itself."""
    return documents.printed(opened, _DOSSIER, found)


def view(opened: App, moment: Moment, person: str, batch: str | None = None) -> Dossier:
    """The dossier to be looked at; the reading is written down first."""
    return cast(Dossier, documents.view(opened, _DOSSIER, moment, person=person, batch=batch))


def export(opened: App, moment: Moment, person: str, batch: str | None = None, *, plain: bool = False) -> bytes:
    """The dossier as a PDF to be handed out; the export is written down with its SHA-256 first."""
    return documents.export(opened, _DOSSIER, moment, plain=plain, person=person, batch=batch)
