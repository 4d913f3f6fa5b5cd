"""Nominations from a CSV or XLSX file: people, tiers and sources by the words that the school uses for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from api.sheet_file import Form, Row, Rows, read_day, read_rows
from domain.errors import Unknown
from domain.plan import Named, Plan

COLUMNS = {
    "推荐日期": "nominated_on",
    "姓名": "person",
    "梯队": "tier",
    "推荐来源": "source",
    "推荐人": "nominator",
    "推荐单位": "unit",
    "推荐形式": "other",
    "推荐理由": "statement",
    "逾期理由": "reason",
    "情况说明": "reason",
    "文号": "document",
}
FORM = Form(
    COLUMNS, ("nominated_on", "person", "tier", "source"), {"nominated_on": read_day}, lambda _: None, ("nominated_on",)
)
_ACCOMPANYING = ("nominated_on", "reason", "document")


def read_nominations(path: Path) -> Rows:
    """The rows of the file as they stand there."""
    return read_rows(path, FORM)


def nomination_of(row: Row, plan: Plan, round: str, who: Callable[[str], str]) -> dict[str, Any]:
    """What a row asks to be recorded. `who` finds somebody by name or id; Unknown for words the plan has not."""
    said = {name: text for name, text in row.data.items() if name not in _ACCOMPANYING}
    said |= {name: who(said[name]) for name in ("person", "nominator") if name in said}
    return said | {
        "batch": plan.batch,
        "round": round,
        "tier": _code(plan.tiers, said["tier"], "梯队", "tier"),
        "source": _code(plan.sources, said["source"], "推荐来源", "source"),
    }


def _code(known: Mapping[str, Named], text: str, zh: str, en: str) -> str:
    """The code of what the plan calls so, or that is this code."""
    found = next((code for code, named in known.items() if text in (code, named.label)), None)
    if found is None:
        labels = "、".join(named.label for named in known.values())
        raise Unknown(f"{zh}没有“{text}”，可用：{labels}。", f"There is no {en} {text}. Known: {', '.join(known)}.")
    return found
