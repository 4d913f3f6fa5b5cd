"""Views as tables for spreadsheets: what each column is called and says. CSV and XLSX come from the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.glossary import word
from exports.english import in_english
from exports.sheet import csv_text
from exports.workbook import Sheet, workbook
from projections.exceptions import ExceptionEntry
from projections.people import People
from projections.roster import Roster
from projections.selection import SelectionRecord
from projections.shape import View
from projections.structure import STAFF, Structure
from projections.yearly_review import YearlyReview, YearMember

Cells = Sequence[object]

_FOR_PROGRAMS = frozenset({"person_id", "人员编号"})  # there, and hidden in a workbook

_ABOUT = {
    "batch": "批次", "year": "培养年度", "tier": "梯队", "round": "轮次", "search": "检索", "order": "姓名排列",
    "as_of": "截至日期", "known_at": "据何时所知", "rests_on": "依据至第几号记录", "checkpoint": "检查点",
}  # fmt: skip
_YES = ("是", "yes")


@dataclass(frozen=True)
class Table:
    """One kind of table."""

    kind: str
    title: tuple[str, str]
    columns: Mapping[str, str]  # Chinese by English
    rows: Callable[[Any, bool], Iterator[Cells]]

    def sheet(self, found: View, language: str) -> Sheet:
        """The table as it is read."""
        zh = language == "zh"
        columns = tuple(self.columns.values() if zh else self.columns)
        return Sheet(self.title[not zh], columns, list(self.rows(found, zh)), _FOR_PROGRAMS)

    def csv(self, found: View, language: str) -> bytes:
        """The table as text that Excel opens as it is."""
        sheet = self.sheet(found, language)
        return csv_text(sheet.columns, sheet.rows).encode()

    def xlsx(self, found: View, asked: Mapping[str, object], checkpoint: str | None, language: str) -> bytes:
        """The table as a workbook; its second sheet tells what was asked, and the last record that anything rests on
        with the checkpoint that covers it: both stay as they are until something in the table changes.
        """
        zh = language == "zh"
        said: dict[str, object] = {"batch": getattr(found, "batch", None), **asked}
        said |= {"as_of": found.as_of, "known_at": found.known_at, "rests_on": found.rests_on, "checkpoint": checkpoint}
        rows = [(_ABOUT[name] if zh else name, value) for name, value in said.items()]
        title, *columns = ("说明", "项目", "内容") if zh else ("about", "item", "content")
        return workbook([self.sheet(found, language), Sheet(title, columns, rows)])


def _roster(found: Roster, zh: bool) -> Iterator[Cells]:
    for tier in found.tiers:
        for member in tier.members:
            marks = "；".join(_mark(mark, zh) for mark in member.exceptions)
            yield (
                tier.label if zh else tier.label_en,
                member.name,
                member.since,
                member.origin_label if zh else member.origin_label_en,
                member.status_label if zh else member.status_label_en,
                member.ends_on,
                _YES[not zh] if member.overdue else "",
                marks,
                member.person_id,
            )


def _mark(mark: ExceptionEntry, zh: bool) -> str:
    """A rule that was crossed, how the value stands to it, and what came of it."""
    rule, stands = (mark.label, mark.judged_label) if zh else (mark.label_en, mark.judged_label_en)
    said = [f"{rule}：{stands}" if zh else f"{rule}: {stands}"] if stands else [rule]
    return ("，" if zh else ", ").join([*said, _said("verdict", mark.verdict, zh) or mark.verdict])


def _review(found: YearlyReview, zh: bool) -> Iterator[Cells]:
    for member in found.members:
        yield (
            member.tier_label if zh else member.tier_label_en,
            member.name,
            member.since,
            _said("status", member.status, zh),
            _said("measure", member.tier_measure.measure, zh),
            _YES[not zh] if member.tier_measure.done else "",
            member.hours,
            _said("grade", member.proposed, zh),
            _said("grade", member.grade, zh),
            member.confirmed_on,
            member.acknowledged_on,
            member.resolve_by,
            member.reason,
            _grades_before(member, zh),
            "；".join(gap.what if zh else gap.what_en for gap in member.gaps),
            member.person_id,
        )


def _grades_before(member: YearMember, zh: bool) -> str:
    return "；".join(f"{one.year} {_said('grade', one.grade, zh)}" for one in member.prior if one.grade)


def _selection(found: SelectionRecord, zh: bool) -> Iterator[Cells]:
    for turn in found.rounds:
        for one in turn.candidates:
            yield (
                turn.label if zh else in_english({"round": turn.label})["round"],
                one.tier_label if zh else one.tier_label_en,
                one.name,
                "；".join(one.nominated_by) if zh else "; ".join(one.nominated_by_en),
                one.agree,
                _said("verdict", one.eligibility, zh),
                "；".join(f"{_said('finding', code, zh)} {count}" for code, count in one.conduct.items()),
                one.assessed_on,
                one.shortlisted_on,
                one.voted_on,
                _said("selection_stage", one.result, zh),
                one.admitted_on,
                _said("selection_stage", one.stage, zh),
                one.person_id,
            )


def _people(found: People, zh: bool) -> Iterator[Cells]:
    for one in found.people:
        place = one.place
        yield (
            one.name,
            one.staff_number,
            one.subject,
            place and place.batch,
            place and (place.label if zh else place.label_en),
            place and place.since,
            place and place.ends_on,
            place and (place.status_label if zh else place.status_label_en),
            _YES[not zh] if one.left else "",
            one.person_id,
        )


def _structure(found: Structure, zh: bool) -> Iterator[Cells]:
    people = {group.group: group.people for group in found.groups}
    for group in found.groups:
        for aspect in found.aspects:
            for row in aspect.rows:
                yield (
                    group.label if zh else group.label_en,
                    aspect.label if zh else aspect.label_en,
                    row.label if zh else row.label_en,
                    row.counts[group.group],
                    group.people,
                    row.counts[STAFF],
                    people[STAFF],
                )


def _said(group: str, code: str | None, zh: bool) -> str | None:
    return code and (word(group, code).zh if zh else word(group, code).en)


ROSTER = Table(
    "roster",
    ("名册", "roster"),
    {
        "tier": "梯队", "name": "姓名", "since": "列入日期", "origin": "产生方式", "status": "状态",
        "until": "培养期至", "overdue": "已逾期", "exceptions": "例外与说明", "person_id": "人员编号",
    },
    _roster,
)  # fmt: skip
REVIEW = Table(
    "review",
    ("年度审核", "yearly review"),
    {
        "tier": "梯队", "name": "姓名", "since": "列入日期", "status": "状态", "measure": "培养措施", "done": "已完成",
        "hours": "学时", "proposed": "拟定等次", "grade": "考核等次", "confirmed": "确定日期",
        "acknowledged": "本人确认日期", "resolve_by": "暂缓期限", "reason": "未定等次原因", "prior": "历年等次",
        "gaps": "缺项", "person_id": "人员编号",
    },
    _review,
)  # fmt: skip
SELECTION = Table(
    "selection",
    ("选拔纪实", "selection record"),
    {
        "round": "轮次", "tier": "梯队", "name": "姓名", "nominated_by": "推荐", "agree": "同意票",
        "eligibility": "资格", "conduct": "考察", "assessed": "考评日期", "shortlisted": "初步人选日期",
        "voted": "表决日期", "result": "表决结果", "admitted": "列入日期", "stage": "阶段", "person_id": "人员编号",
    },
    _selection,
)  # fmt: skip
PEOPLE = Table(
    "people",
    ("人员", "people"),
    {
        "name": "姓名", "staff_number": "工号", "subject": "任教学科", "batch": "批次", "tier": "梯队",
        "since": "列入日期", "until": "培养期至", "status": "状态", "left": "已离校", "person_id": "人员编号",
    },
    _people,
)  # fmt: skip
STRUCTURE = Table(
    "structure",
    ("队伍结构", "structure"),
    {
        "group": "范围", "aspect": "项目", "value": "类别", "people": "人数", "of": "合计",
        "staff": "全体教职工人数", "of_staff": "全体教职工合计",
    },
    _structure,
)  # fmt: skip
