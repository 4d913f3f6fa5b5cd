"""What a rule judged, in words: its value and its limit are codes, days or numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from domain import glossary
from domain.events.disqualification import ConcernVerified
from domain.plan import Named, Plan
from projections.parts.field import label, named_in

# The name of a rule -> what its codes mean: words of the software, or a list of the plan.
_WORDS: dict[str, Callable[[str], str]] = {
    "condition": partial(label, "finding"),
    "proposal": partial(label, "grade"),
    "tier": partial(label, "measure"),
    "impact_and_loss": lambda code: glossary.field(ConcernVerified.KIND, code).zh,
}
_LISTS: dict[str, Callable[[Plan], Mapping[str, Named]]] = {
    "experience": lambda plan: plan.posts,
    "skipped": lambda plan: plan.tiers,
}


def judged_text(plan: Plan | None, rule: str, value: str | None) -> str | None:
    """The value or the limit of a judgement as one reads it."""
    if value is None:
        return None
    name = rule.partition(".")[2]
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"
    if plan is not None and name in _LISTS:
        codes = _LISTS[name](plan)
        return "、".join(named_in(codes, code) for code in value.split("、"))
    if name in _WORDS:
        return "、".join(map(_WORDS[name], value.split("+")))
    return value
