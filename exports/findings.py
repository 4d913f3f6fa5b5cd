"""Findings as a table for spreadsheets."""

from collections.abc import Iterator, Sequence

from exports.sheet import csv_text
from projections.conformance.lines import FindingLine

_COLUMNS = {
    "zh": ("程度", "类别", "条款", "规则", "日期", "姓名", "检查结果", "值", "限", "记录", "依据", "人员编号"),
    "en": (
        "severity",
        "departure",
        "clause",
        "rule",
        "on",
        "name",
        "finding",
        "value",
        "limit",
        "positions",
        "covered_by",
        "person_id",
    ),
}


def findings_csv(lines: Sequence[FindingLine], language: str) -> str:
    """One line a finding, in the order given."""
    return csv_text(_COLUMNS[language], _rows(lines, language == "zh"))


def _rows(lines: Sequence[FindingLine], zh: bool) -> Iterator[tuple[object, ...]]:
    for line in lines:
        yield (
            line.severity_label if zh else line.severity_label_en,
            line.departure_label if zh else line.departure_label_en,
            line.clause,
            line.rule,
            line.on,
            line.name,
            line.text if zh else line.text_en,
            line.value,
            line.limit,
            " ".join(map(str, line.positions)),
            line.covered_by,
            line.person_id,
        )
