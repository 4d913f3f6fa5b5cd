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
    app,
    archive,
    day,
    out,
    print_json,
    print_table,
    refuse_both,
)
from api.cli.handouts import CsvOption, XlsxOption, write, wrote
from api.handouts import of_appointment
from api.main import App
from api.registering import viewed, written_down
from domain import identity
from exports.tables import PEOPLE, REVIEW, ROSTER
from projections.history import history
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
        show_roster(found)


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
            m.status_label + ("（逾期）" if m.overdue else ""),
            m.ends_on,
            "；".join(mark.label for mark in m.exceptions),
        )
        for entry in found.tiers
        for index, m in enumerate(entry.members)
    ]
    title = f"\n{found.name or '没有已公布的方案'}　名册　{found.as_of:%Y年%-m月%-d日}" + (
        f"（据 {found.known_at} 所知）" if found.known_at else ""
    )
    print_table(title, ("梯队", "在培/目标", "姓名", "编号", "列入", "来源", "状态", "期满", "例外"), rows)


@app.command("dossier")
def dossier_(
    person: Annotated[str, typer.Argument(help="A person's id, or the name of the only one who goes by it")],
    home: HomeOption = None,
    batch: BatchOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the PDF to this file")] = None,
    json_: JsonOption = False,
) -> None:
    """One person's dossier. Every reading is written to the access log first."""
    refuse_both(json_, pdf=pdf)
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        who = find_person(opened, person)
        if pdf:
            content = dossiers.export(opened, moment, who, batch)
            pdf.write_bytes(content)
            out.print(f"{pdf}　{len(content) / 1024:.0f} KB　SHA-256 {sha256(content).hexdigest()}")
            return
        found = dossiers.view(opened, moment, who, batch)
    if json_:
        print_json(found)
        return
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
        "培养登记",
        ("类别", "年度", "内容", "出处"),
        [(m.kind, m.year, m.text or m.title, f"@{m.source}") for m in register.measures],
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
    search: Annotated[str | None, typer.Argument(help="Part of a name")] = None,
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
            p.person_id,
            p.subject,
            f"{p.place.batch} {p.place.label}" if p.place else "",
            "离校" if p.left else "",
        )
        for p in found.people
    ]
    show(found, json_, "人员", ("姓名", "编号", "学科", "培养", ""), rows)


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
            "已完成" if m.tier_measure.done else "未完成",
            f"{m.hours:g}",
            m.grade_label or m.reason,
            m.confirmed_on,
            "、".join(f"{g.year} {g.grade_label}" for g in m.prior if g.grade_label),
            len(m.gaps) or "",
        )
        for m in found.members
    ]
    show(
        found, json_, f"{year} 培养年度考核", ("梯队", "姓名", "培养措施", "学时", "评价", "确定", "历年", "缺项"), rows
    )


@app.command("history")
def history_(
    home: HomeOption = None,
    person: Annotated[str | None, typer.Option(help="A person's id or name")] = None,
    batch: BatchOption = None,
    after: Annotated[int, typer.Option(min=0, help="Only events after this position")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most so many")] = 100,
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
            " ".join(
                filter(
                    None,
                    (
                        "补录" if e.late else "",
                        f"更正@{e.corrected_by}" if e.corrected_by else "",
                        f"撤销@{e.withdrawn_by}" if e.withdrawn_by else "",
                        f"培养先已结束@{e.overtaken_by}" if e.overtaken_by else "",
                    ),
                )
            ),
        )
        for e in found.entries
    ]
    show(found, json_, "纪实", ("序号", "日期", "条款", "事项", "经办身份", "标记"), rows)
    if found.next and not json_:
        out.print(f"后面还有：--after {found.next}")


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
        written_down(opened, Act.VIEW, "access-register", person=who)
    if json_:
        print_json([asdict(entry) for entry in entries])
        return
    rows = [
        (e.number, f"{e.at:%Y-%m-%d %H:%M}", e.who, e.act, e.what, e.person_id, e.sha256 and e.sha256[:16])
        for e in entries
    ]
    print_table("查阅登记", ("号", "时间（UTC）", "何人", "行为", "内容", "编号", "SHA-256"), rows)


def show(found: BaseModel, as_json: bool, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A view as JSON for machines, or as a table for people."""
    if as_json:
        print_json(found)
    else:
        print_table(title, columns, rows)
