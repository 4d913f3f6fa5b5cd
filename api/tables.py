"""A view as a file for spreadsheets, as this archive hands it out: written down with its SHA-256 first."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Literal

from api.access import Act
from api.main import App
from api.registering import written_down
from exports.tables import Table
from projections.moment import Moment
from projections.shape import View

Form = Literal["csv", "xlsx"]


def made(opened: App, table: Table, found: View, form: Form, asked: Mapping[str, Any]) -> bytes:
    """The table as CSV or XLSX; a workbook names what was asked, as far as it was."""
    language = opened.settings.lang
    if form == "csv":
        return table.csv(found, language)
    given = {name: str(value) for name, value in asked.items() if value is not None}
    return table.xlsx(found, given, str(opened.ledger.covered(found.position)), language)


def register(opened: App, table: Table, found: View, moment: Moment, content: bytes | None = None) -> None:
    """Write the export down, for each whose matter the table shows; of one that is a mere list, once."""
    digest = sha256(content).hexdigest() if content is not None else None
    nobodys: list[str | None] = [None]
    for person in list(table.named(found)) or nobodys:
        written_down(opened, Act.EXPORT, table.kind, person=person, moment=moment, sha256=digest)


def export(opened: App, moment: Moment, table: Table, found: View, form: Form, asked: Mapping[str, Any]) -> bytes:
    """The file to be handed out."""
    content = made(opened, table, found, form, asked)
    register(opened, table, found, moment, content)
    return content
