"""Files that the archive hands out of its views: tables, calendars, forms. Each is written down first, by its hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from api.access import Act
from api.main import App
from api.registering import concerned, written_down
from domain.glossary import word
from domain.plan import Plan
from exports.appointment import appointment_form
from exports.calendar import calendar
from exports.english import in_english
from exports.findings import findings_csv
from exports.tables import Table
from projections.conformance.lines import FindingLine
from projections.dossier import Dossier
from projections.moment import Moment
from projections.parts.field import named_in
from projections.shape import View
from projections.timetable import Timetable

TableForm = Literal["csv", "xlsx"]


class Handout(NamedTuple):
    """A file to come, of a view."""

    what: str
    form: str
    of: View
    make: Callable[[], bytes]


def of_table(
    opened: App, moment: Moment, table: Table, found: View, form: TableForm, asked: Mapping[str, Any]
) -> Handout:
    """A view as CSV or XLSX; a workbook names what was asked, as far as it was."""
    language = opened.settings.lang
    batch = getattr(found, "batch", None)
    plan = moment.plan(batch) if batch else None
    told = {"batch": batch, **asked} if plan else asked
    given = {name: _called(found, plan, name, str(v), language) for name, v in told.items() if v is not None}

    def make() -> bytes:
        if form == "csv":
            return table.csv(found, language)
        checkpoint = str(opened.ledger.covered(found.rests_on)) if found.rests_on else None
        return table.xlsx(found, given, checkpoint, language)

    return Handout(table.kind, form, found, make)


def _called(found: View, plan: Plan | None, name: str, value: str, language: str) -> str:
    """What was asked for, by what it is called; a batch with its code, which commands ask for."""
    zh, turns = language == "zh", getattr(found, "rounds", ())
    if name == "batch" and plan:
        return f"{plan.name}（{value}）" if zh else f"{plan.name_en} ({value})"
    if name == "tier" and plan and value in plan.tiers:
        return named_in(plan.tiers, value, english=not zh)
    if name == "round" and (label := next((turn.label for turn in turns if turn.round == value), None)):
        return label if zh else str(in_english({"round": label})["round"])
    term = word(name, value)
    return term.zh if zh else term.en


def of_timetable(opened: App, found: Timetable) -> Handout:
    """The timetable as a calendar."""
    return Handout("timetable", "ics", found, lambda: calendar(found, opened.settings.lang, opened.charter.origin))


def of_appointment(opened: App, found: Dossier) -> Handout:
    """干部任免审批表, with the photo that is on file."""

    def make() -> bytes:
        return appointment_form(found, opened.evidence.get(found.photo) if found.photo else None)

    return Handout("appointment-form", "lrmx", found, make)


def of_findings(opened: App, found: View, lines: Sequence[FindingLine]) -> Handout:
    """Lines of what was found as a table."""
    return Handout("findings", "csv", found, lambda: findings_csv(lines, opened.settings.lang).encode())


def register(opened: App, moment: Moment, handout: Handout, content: bytes | None = None) -> None:
    """Write the export down, for each whose matter it shows; nothing is handed out where that fails."""
    digest = sha256(content).hexdigest() if content is not None else None
    written_down(opened, Act.EXPORT, handout.what, people=concerned(handout.of), moment=moment, sha256=digest)


def export(opened: App, moment: Moment, handout: Handout) -> bytes:
    """The file, written down."""
    content = handout.make()
    register(opened, moment, handout, content)
    return content
