"""Commands that show: the views, as tables for people and JSON for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from api import dossiers
from api.access import Act
from api.cli.app import (
    AsOfOption,
    BatchOption,
    HomeOption,
    JsonOption,
    KnownAtOption,
    OrderOption,
    PlainOption,
    app,
    archive,
    day,
    out,
    print_json,
    print_table,
    refuse_both,
)
from api.cli.handouts import CsvOption, XlsxOption, write, wrote
from api.cli.speech import localize, say, say_day
from api.handouts import of_appointment
from api.main import App
from api.registering import viewed, written_down
from domain import identity
from domain.archive.disk import write_out
from domain.glossary import word
from domain.language import SHANGHAI
from exports.documents import DOCUMENTS
from exports.tables import PEOPLE, REVIEW, ROSTER
from exports.wording import words
from projections.history import HistoryEntry, history
from projections.names import Order
from projections.people import people
from projections.roster import Roster, roster
from projections.yearly_review import yearly_review


@app.command("roster")
def roster_(
    home: HomeOption = None,
    batch: BatchOption = None,
    tier: Annotated[str | None, typer.Option(help="One tier of the batch")] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    order: OrderOption = Order.STROKES,
    xlsx: XlsxOption = None,
    csv: CsvOption = None,
    json_: JsonOption = False,
) -> None:
    """Who is in which tier."""
    refuse_both(json_, xlsx=xlsx, csv=csv)
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        found = roster(moment, batch, tier, order)
        if wrote(opened, moment, ROSTER, found, xlsx=xlsx, csv=csv, tier=tier, order=order):
            return
        viewed(opened, "roster", found, moment)
        if json_:
            print_json(found)
        else:
            show_roster(localize(moment, found))


def show_roster(found: Roster) -> None:
    """A roster for people."""
    rows = [
        (
            entry.label if index == 0 else "",
            f"{entry.active}/{entry.target}" if index == 0 else "",
            m.name,
            m.person_id,
            m.since,
            m.origin_label,
            m.status_label + (say("（逾期）", " (overdue)") if m.overdue else ""),
            m.ends_on,
            "；".join(mark.label for mark in m.exceptions),
        )
        for entry in found.tiers
        for index, m in enumerate(entry.members)
    ]
    name = found.name or say("没有已公布的方案", "no published plan")
    title = f"\n{name}　{say('名册', 'roster')}　{say_day(found.as_of)}"
    if found.known_at:
        title += say(f"（据 {found.known_at} 所知）", f" (as known at {found.known_at})")
    print_table(title, ("梯队", "在培/目标", "姓名", "编号", "列入", "来源", "状态", "期满", "例外"), rows, "roster")


@app.command("dossier")
def dossier_(
    person: Annotated[str, typer.Argument(help="A person's id, or the name of the only one who goes by it")],
    home: HomeOption = None,
    batch: BatchOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the PDF to this file")] = None,
    plain: PlainOption = False,
    json_: JsonOption = False,
) -> None:
    """One person's dossier. Every reading is written to the access log first."""
    refuse_both(json_, pdf=pdf)
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        who = find_person(opened, person)
        if pdf:
            content = dossiers.export(opened, moment, who, batch, plain=plain)
            write_out(pdf, content)
            out.print(f"{pdf}　{len(content) / 1024:.0f} KB　SHA-256 {sha256(content).hexdigest()}")
            return
        found = dossiers.view(opened, moment, who, batch)
        if json_:
            print_json(found)
            return
        found = localize(moment, found)
        form, register = found.parts.information_form, found.parts.training_register
        rows = [
            (field.label, field.text if field.text is not None else field.value, f"@{field.source}")
            for field in form.fields
        ]
        print_table(
            f"\n{found.name}　{found.batch.name}　{found.tier_label or ''}",
            ("项目", "内容", "出处"),
            rows,
        )
        print_table(
            say("培养登记", "Training"),
            ("类别", "年度", "内容", "出处"),
            [(m.label, m.year, m.text or m.title, f"@{m.source}") for m in register.measures],
            "training",
        )


@app.command("appointment-form")
def appointment_form_(
    person: Annotated[str, typer.Argument(help="A person's id, or the name of the only one who goes by it")],
    home: HomeOption = None,
    batch: BatchOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    lrmx: Annotated[Path, typer.Option("--lrmx", help="Where to write it")] = Path("appointment-form.lrmx"),
) -> None:
    """The form for appointments (干部任免审批表) as .lrmx. The export is written to the access log first."""
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        found = dossiers.whole(opened, moment, find_person(opened, person), batch)
        write(opened, moment, of_appointment(opened, found), lrmx)


def find_person(opened: App, text: str) -> str:
    """The id of who is meant by an id, a staff number or a whole name."""
    return identity.find_person(opened.office.known().on(), text)


@app.command("people")
def people_(
    search: Annotated[str | None, typer.Argument(help="Part of a name or subject, or a staff number")] = None,
    home: HomeOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    order: OrderOption = Order.STROKES,
    xlsx: XlsxOption = None,
    csv: CsvOption = None,
    json_: JsonOption = False,
) -> None:
    """Everybody on file, or who has this in their name."""
    refuse_both(json_, xlsx=xlsx, csv=csv)
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        found = people(moment, search, order)
        if wrote(opened, moment, PEOPLE, found, xlsx=xlsx, csv=csv, search=search, order=order):
            return
        viewed(opened, "people", found, moment)
        rows = [
            (
                p.name,
                p.staff_number or p.person_id,
                p.subject,
                f"{p.place.batch} {p.place.label}" if p.place else "",
                say("离校", "left") if p.left else "",
            )
            for p in localize(moment, found).people
        ]
        show(found, json_, say("人员", "People"), ("姓名", "编号", "学科", "培养", ""), rows, "people")


@app.command("review")
def review_(
    year: Annotated[int, typer.Argument(help="The training year, named by the year it begins in")],
    home: HomeOption = None,
    batch: BatchOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    order: OrderOption = Order.STROKES,
    xlsx: XlsxOption = None,
    csv: CsvOption = None,
    json_: JsonOption = False,
) -> None:
    """A training year's evaluation, member by member."""
    refuse_both(json_, xlsx=xlsx, csv=csv)
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        found = yearly_review(moment, year, batch, order)
        if wrote(opened, moment, REVIEW, found, xlsx=xlsx, csv=csv, year=year, order=order):
            return
        viewed(opened, "review", found, moment)
        rows = [
            (
                m.tier_label,
                m.name,
                say("已完成", "done") if m.tier_measure.done else say("未完成", "not done"),
                f"{m.hours:g}",
                m.grade_label or m.reason,
                m.confirmed_on,
                say("、", ", ").join(f"{g.year} {g.grade_label}" for g in m.prior if g.grade_label),
                len(m.gaps) or "",
                m.person_id,
            )
            for m in localize(moment, found).members
        ]
        columns = ("梯队", "姓名", "培养措施", "学时", "评价", "确定", "历年", "缺项", "编号")
        show(found, json_, say(f"{year} 培养年度考核", f"Evaluation of training year {year}"), columns, rows, "review")


@app.command("history")
def history_(
    home: HomeOption = None,
    person: Annotated[str | None, typer.Option(help="A person's id or name")] = None,
    batch: BatchOption = None,
    after: Annotated[int, typer.Option(min=0, help="Only events after this position")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most so many")] = 100,
    ids: Annotated[bool, typer.Option("--ids", help="With the ids that later commands name")] = False,
    known_at: KnownAtOption = None,
    json_: JsonOption = False,
) -> None:
    """What was recorded, a sentence an event: of a person, a batch, or all."""
    with archive(home) as opened:
        moment = opened.views.at(None, known_at)
        who = find_person(opened, person) if person else None
        found = history(moment, who or batch, after=after, limit=limit)
        written_down(opened, Act.VIEW, "history", person=who, moment=moment)
        rows = [
            (
                f"@{e.position}",
                e.occurred_on,
                e.clause,
                e.sentence,
                e.capacity_label,
                _marks(e),
                *([e.made] if ids else []),
            )
            for e in localize(moment, found).entries
        ]
        columns = ("序号", "日期", "条款", "事项", "经办身份", "标记", *(["编号"] if ids else []))
        show(found, json_, say("纪实", "History"), columns, rows, "history")
        if found.next and not json_:
            out.print(say(f"后面还有：--after {found.next}", f"There is more: --after {found.next}"))


def _marks(entry: HistoryEntry) -> str:
    marks = [say("补录", "late")] if entry.late else []
    marks += [f"{say('更正', 'corrected ')}@{entry.corrected_by}"] if entry.corrected_by else []
    marks += [f"{say('撤销', 'withdrawn ')}@{entry.withdrawn_by}"] if entry.withdrawn_by else []
    marks += [f"{say('培养先已结束', 'ended before ')}@{entry.overtaken_by}"] if entry.overtaken_by else []
    return " ".join(marks)


@app.command("access")
def access_(
    home: HomeOption = None,
    person: Annotated[str | None, typer.Option(help="A person's id or name")] = None,
    after: Annotated[int, typer.Option(min=0, help="Only events after this position")] = 0,
    json_: JsonOption = False,
) -> None:
    """The access register: who read whose dossier."""
    with archive(home) as opened:
        who = find_person(opened, person) if person else None
        entries = opened.access.entries(after=after, person=who)
        names = opened.views.at().names([e.person_id for e in entries if e.person_id])
        written_down(opened, Act.VIEW, "access-register", person=who)
    if json_:
        print_json([asdict(entry) for entry in entries])
        return
    rows = [
        (
            e.number,
            f"{e.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            _who(e.who),
            _act(e.act),
            _what(e.what),
            names.get(e.person_id or "", ""),
            e.person_id,
            e.sha256 and e.sha256[:16],
        )
        for e in entries
    ]
    columns = ("号", "时间", "何人", "行为", "内容", "姓名", "编号", "SHA-256")
    print_table(say("查阅登记（北京时间）", "Access register (Beijing time)"), columns, rows, "access")


def _who(code: str) -> str:
    return say(*word("capacity", code)[:2])


def _act(code: str) -> str:
    return words(say("zh", "en"))[f"act_{code}"]


def _what(code: str) -> str:
    document = DOCUMENTS.get(code)
    return say(document.zh, document.en) if document else say(*word("access", code)[:2])


def show(
    found: BaseModel, as_json: bool, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], empty: str
) -> None:
    """A view as JSON for machines, or as a table for people."""
    if as_json:
        print_json(found)
    else:
        print_table(title, columns, rows, empty)
