"""Commands that show: the views, as tables for people and JSON for machines."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from api import dossiers
from api.cli.app import (
    AsOfOption,
    BatchOption,
    HomeOption,
    JsonOption,
    KnownAtOption,
    app,
    archive,
    day,
    out,
    print_json,
    print_table,
)
from api.main import App
from domain.errors import Unknown
from domain.events.base import SCHOOL
from domain.events.person import KnownPerson
from projections.exceptions import exceptions
from projections.roster import Roster, roster


@app.command("roster")
def roster_(
    home: HomeOption = None, batch: BatchOption = None, tier: Annotated[str | None, typer.Option()] = None,
    as_of: AsOfOption = None, known_at: KnownAtOption = None, json_: JsonOption = False,
) -> None:  # fmt: skip
    """Who is in which tier."""
    with archive(home) as opened:
        found = roster(opened.views.at(day(as_of), known_at), batch, tier)
    if json_:
        print_json(found)
    else:
        show_roster(found)


def show_roster(found: Roster) -> None:
    """A roster for people."""
    rows = [
        (entry.label if index == 0 else "", f"{entry.active}/{entry.target}" if index == 0 else "", m.name, m.person_id,
         m.since, m.origin_label, m.status_label + ("（逾期）" if m.overdue else ""), m.ends_on,
         "；".join(f"{mark.rule} {mark.label}" for mark in m.exceptions))
        for entry in found.tiers for index, m in enumerate(entry.members)
    ]  # fmt: skip
    title = f"\n{found.name or '没有已公布的方案'}　名册　{found.as_of:%Y年%-m月%-d日}" + (f"（据 {found.known_at} 所知）" if found.known_at else "")
    print_table(title, ("梯队", "在培/目标", "姓名", "编号", "列入", "来源", "状态", "期满", "例外"), rows)


@app.command("dossier")
def dossier_(
    person: Annotated[str, typer.Argument(help="A person's id, or the name of the only one who goes by it")],
    home: HomeOption = None, batch: BatchOption = None, as_of: AsOfOption = None, known_at: KnownAtOption = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the PDF to this file")] = None, json_: JsonOption = False,
) -> None:  # fmt: skip
    """One person's dossier. Every reading is written to the access log first."""
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
    rows = [(field.label, field.text if field.text is not None else field.value, f"@{field.source}") for field in form.fields]
    print_table(f"\n{found.name}　{found.batch.name if found.batch else ''}　{found.tier_label or ''}", ("项目", "内容", "出处"), rows)
    print_table("培养登记", ("类别", "年度", "内容", "出处"), [(m.kind, m.year, m.text or m.title, f"@{m.source}") for m in register.measures])


def find_person(opened: App, text: str) -> str:
    """The id of a person from an id or a whole name that only one person goes by."""
    if text.startswith("p-"):
        return text
    facts = opened.office.known().on()
    found = [row.key for row in facts.all(SCHOOL, KnownPerson) if row.value.name == text]
    if len(found) != 1:
        listed = "、".join(found)
        raise Unknown(
            f"叫“{text}”的有 {len(found)} 人{'：' + listed if found else ''}。请用编号。",
            f"{len(found)} people go by this name{': ' + listed if found else ''}. Use the id.",
        )
    return found[0]


@app.command("exceptions")
def exceptions_(
    home: HomeOption = None, batch: BatchOption = None, as_of: AsOfOption = None, known_at: KnownAtOption = None,
    json_: JsonOption = False,
) -> None:  # fmt: skip
    """The register of cautions and exceptions."""
    with archive(home) as opened:
        found = exceptions(opened.views.at(day(as_of), known_at), batch)
    if json_:
        print_json(found)
        return
    rows = [(e.on, e.name, e.rule, e.verdict_label, e.value, e.limit, e.reason, e.approver, f"@{e.source}") for e in found.exceptions]
    print_table("例外登记", ("日期", "姓名", "规则", "判定", "值", "限", "理由", "批准", "出处"), rows)
