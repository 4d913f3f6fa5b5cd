"""The roster as a table for spreadsheets."""

from collections.abc import Iterator

from exports.sheet import csv_text
from exports.workbook import Sheet, workbook
from projections.roster import Roster

_COLUMNS = {
    "zh": ("梯队", "姓名", "列入日期", "产生方式", "状态", "培养期至", "已逾期", "例外与说明", "人员编号"),
    "en": ("tier", "name", "since", "origin", "status", "until", "overdue", "exceptions", "person_id"),
}
_YES = {"zh": "是", "en": "yes"}
_ABOUT = {
    "zh": ("说明", "项目", "内容", "批次", "截至日期", "据何时所知", "记录序号", "检查点", "名册"),
    "en": ("about", "item", "content", "batch", "as_of", "known_at", "position", "checkpoint", "roster"),
}


def roster_csv(roster: Roster, language: str) -> str:
    """One line a member, in the order of the tiers."""
    return csv_text(_COLUMNS[language], _rows(roster, language))


def roster_xlsx(roster: Roster, checkpoint: str, language: str) -> bytes:
    """The same lines as a workbook; its second sheet tells what was asked and the checkpoint that covers it."""
    title, *columns, batch, as_of, known_at, position, proven, name = _ABOUT[language]
    about = [
        (batch, roster.batch),
        (as_of, roster.as_of),
        (known_at, roster.known_at),
        (position, roster.position),
        (proven, checkpoint),
    ]
    return workbook(
        [Sheet(name, _COLUMNS[language], list(_rows(roster, language))), Sheet(title, columns, about)],
    )


def _rows(roster: Roster, language: str) -> Iterator[tuple[object, ...]]:
    zh = language == "zh"
    for tier in roster.tiers:
        for member in tier.members:
            marks = "；".join(f"{mark.rule} {mark.value}/{mark.limit}" for mark in member.exceptions)
            yield (
                tier.label if zh else tier.label_en,
                member.name,
                member.since,
                member.origin_label if zh else member.origin_label_en,
                member.status_label if zh else member.status_label_en,
                member.ends_on,
                _YES[language] if member.overdue else "",
                marks,
                member.person_id,
            )
