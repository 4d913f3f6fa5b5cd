"""Views of a batch on the command line: the same options for each, tables of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar

import typer

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
    print_json,
    print_table,
    refuse_both,
)
from api.cli.handouts import CsvOption, XlsxOption, write, wrote
from api.cli.speech import localize, say
from api.handouts import of_timetable
from api.registering import viewed
from exports.tables import SELECTION, STRUCTURE
from projections.coverage import Coverage, coverage
from projections.exceptions import ExceptionsRegister, exceptions
from projections.moment import Moment
from projections.names import Order
from projections.register import registers
from projections.selection import SelectionRecord, selection
from projections.shape import View
from projections.structure import Structure, StructureGroup, StructureRow, structure
from projections.timetable import Timetable, timetable
from projections.vacancies import Vacancies, vacancies

M = TypeVar("M", bound=View)


class Sheet(NamedTuple):
    """A table for people: title, columns, rows, and which sentence stands for none."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    empty: str = ""


def batch_view(
    name: str, purpose: str, ask: Callable[[Moment, str | None], M], sheets: Callable[[M], Sequence[Sheet]]
) -> None:
    """Put a view of a batch on the command line: the same options for each."""

    @app.command(name, help=purpose)
    def command(
        home: HomeOption = None,
        batch: BatchOption = None,
        as_of: AsOfOption = None,
        known_at: KnownAtOption = None,
        json_: JsonOption = False,
    ) -> None:
        with archive(home) as opened:
            moment = opened.views.at(day(as_of), known_at)
            found = ask(moment, batch)
            viewed(opened, name, found, moment)
            if json_:
                print_json(found)
                return
            for sheet in sheets(localize(moment, found)):
                print_table(*sheet)


def _vacancies(found: Vacancies) -> Sequence[Sheet]:
    places = [(t.label, t.target, t.active, t.gap, t.open) for t in found.tiers]
    lines = [
        (
            v.label,
            v.cause_label,
            v.left_by_name,
            v.since,
            v.age_days,
            v.stage_label,
            v.filled_by_name,
            v.vacancy,
            v.motion,
        )
        for v in found.vacancies
    ]
    columns = ("梯队", "原因", "原任", "起", "天数", "进展", "补足", "空缺编号", "动议编号")
    return (
        Sheet(say("名额", "Places"), ("梯队", "目标", "在培", "缺", "空缺"), places, "places"),
        Sheet(say("空缺", "Vacancies"), columns, lines, "vacancies"),
    )


def _timetable(found: Timetable) -> Sequence[Sheet]:
    steps = [
        (r.label, s.label, s.starts_on, s.ends_on, s.opened_on, s.closed_on, s.end_variance, r.round)
        for r in found.rounds
        for s in r.steps
    ]
    columns = ("轮次", "步骤", "计划起", "计划止", "实际起", "实际止", "偏差（天）", "轮次编号")
    due = [(d.on, d.days_left, d.clause, d.label, d.name) for d in found.due]
    return (
        Sheet(say("时间表", "Timetable"), columns, steps, "timetable"),
        Sheet(say("将到期", "Falling due"), ("日期", "还有（天）", "条款", "事项", "姓名"), due, "due"),
    )


def _gaps(found: Coverage) -> Sequence[Sheet]:
    rows = [
        (g.name, g.clause, g.what, g.due_on, g.days_over, say("暂停", "suspended") if g.suspended else "")
        for g in found.gaps
    ]
    return (Sheet(say("缺项", "Gaps"), ("姓名", "条款", "缺什么", "应于", "已过（天）", ""), rows, "gaps"),)


def _selection(found: SelectionRecord) -> Sequence[Sheet]:
    columns = ("梯队", "姓名", "推荐", "同意票", "资格", "表决", "列入", "阶段", "编号")
    return [
        Sheet(
            f"{say('选拔纪实', 'Selection')}　{turn.label} ({turn.round})",
            columns,
            [
                (
                    c.tier_label,
                    c.name,
                    say("、", "; ").join(c.nominated_by),
                    c.agree,
                    c.eligibility_label,
                    c.result_label,
                    c.admitted_on,
                    c.stage_label,
                    c.person_id,
                )
                for c in turn.candidates
            ],
            "selection",
        )
        for turn in found.rounds
    ]


def _exceptions(found: ExceptionsRegister) -> Sequence[Sheet]:
    rows = [
        (e.on, e.name, e.label, e.verdict_label, e.judged_label, e.reason, e.approver, f"@{e.source}")
        for e in found.exceptions
    ]
    columns = ("日期", "姓名", "规则", "判定", "情况与要求", "理由", "批准", "出处")
    return (Sheet(say("例外登记", "Exceptions"), columns, rows, "exceptions"),)


batch_view("vacancies", "Places: target, taken, open, and what becomes of each vacancy.", vacancies, _vacancies)
batch_view("gaps", "What the plan asks for and is not there.", coverage, _gaps)
batch_view("exceptions", "The register of cautions and exceptions.", exceptions, _exceptions)


@app.command("selection")
def selection_(
    home: HomeOption = None,
    batch: BatchOption = None,
    round: Annotated[str | None, typer.Option(help="`initial`, or a motion's id [all]")] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    order: OrderOption = Order.STROKES,
    xlsx: XlsxOption = None,
    csv: CsvOption = None,
    json_: JsonOption = False,
) -> None:
    """Nominated by whom, assessed, shortlisted, voted, admitted or not."""
    refuse_both(json_, xlsx=xlsx, csv=csv)
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        found = selection(moment, batch, round, order)
        if wrote(opened, moment, SELECTION, found, xlsx=xlsx, csv=csv, round=round, order=order):
            return
        viewed(opened, "selection", found, moment)
        if json_:
            print_json(found)
            return
        for sheet in _selection(localize(moment, found)) or (Sheet(say("选拔纪实", "Selection"), (), (), "selection"),):
            print_table(*sheet)


@app.command("timetable")
def timetable_(
    home: HomeOption = None,
    batch: BatchOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    ics: Annotated[Path | None, typer.Option("--ics", help="Write a calendar to this file")] = None,
    json_: JsonOption = False,
) -> None:
    """The timetable, planned and actual, and what falls due next."""
    refuse_both(json_, ics=ics)
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        found = timetable(moment, batch)
        if ics:
            write(opened, moment, of_timetable(opened, found), ics)
            return
        viewed(opened, "timetable", found, moment)
        if json_:
            print_json(found)
            return
        for sheet in _timetable(localize(moment, found)):
            print_table(*sheet)


@app.command("register")
def register_(
    home: HomeOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    json_: JsonOption = False,
) -> None:
    """The members of the Party committee and of the leading group."""
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        found = registers(moment)
        viewed(opened, "register", found, moment)
        if json_:
            print_json(found)
            return
        for group in localize(moment, found).groups:
            rows = [(one.name, one.office, one.since, one.record) for one in group.members]
            title = say(group.label, group.label_en)
            print_table(title, ("姓名", "职务", "任职日期", "记录号"), rows, "register")


@app.command("structure")
def structure_(
    home: HomeOption = None,
    batch: BatchOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    xlsx: XlsxOption = None,
    csv: CsvOption = None,
    json_: JsonOption = False,
) -> None:
    """Age, gender, subject and Party branch, tier by tier, beside the whole staff."""
    refuse_both(json_, xlsx=xlsx, csv=csv)
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        found = structure(moment, batch)
        if wrote(opened, moment, STRUCTURE, found, xlsx=xlsx, csv=csv):
            return
        viewed(opened, "structure", found, moment)
        if json_:
            print_json(found)
            return
        for sheet in _structure(localize(moment, found)):
            print_table(*sheet)


def _structure(found: Structure) -> Sequence[Sheet]:
    """A column a group, so that a tier stands beside the whole staff."""
    columns = ("项目", "类别", *(group.label for group in found.groups))
    people = [(say("人数", "people"), "", *(group.people for group in found.groups))]
    people.append(
        (say("平均年龄", "mean age"), "", *("" if g.mean_age is None else f"{g.mean_age:g}" for g in found.groups))
    )
    rows = [
        (aspect.label if first == 0 else "", row.label, *(_share(row, group) for group in found.groups))
        for aspect in found.aspects
        for first, row in enumerate(aspect.rows)
    ]
    title = f"{say('队伍结构', 'Structure')}　{found.name or ''}"
    return (Sheet(title, columns, [*people, *rows] if found.groups else [], "structure"),)


def _share(row: StructureRow, group: StructureGroup) -> str:
    count = row.counts[group.group]
    share = round(100 * count / group.people) if count else 0
    return say(f"{count}（{share}%）", f"{count} ({share}%)") if count else "—"
