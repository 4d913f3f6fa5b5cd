"""Chinese sentences are Chinese: no English words, no code but what is meant to be typed."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from domain.commands import COMMANDS
from domain.desk import Request
from domain.errors import Malformed
from domain.malformed import malformed
from domain.plan import read_plan, shipped_plan, validated

ROOT = Path(__file__).parents[2]
ERRORS = {"Refusal", "Malformed", "Unknown", "Unavailable", "Broken", "Conflict", "Unsupported", "Misused", "BadNote"}
# What people type, or know under no other name.
ALLOWED = {
    "tidui", "json", "csv", "xlsx", "pdf", "toml", "utf", "gb", "excel", "http", "sha", "pem", "pkcs", "zip", "svg",
    "ics", "lrmx", "python", "swagger", "data", "name", "staff", "new", "true", "false", "accept", "pades", "rfc",
    "command", "body", "after", "content", "type", "disposition", "filename", "witness", "quorum",
}  # fmt: skip
MODELS: list[type[BaseModel]] = [*COMMANDS.values(), Request]
FIELDS = {name for model in MODELS for name in model.model_fields} | {"other"}
TYPED = (
    r"\./run \w+|tidui( [a-z][a-z-]*)*|--[a-z-]+|[a-z]+(_[a-z]+)+|[a-z]+(-[a-z]+)+|TIDUI_\w+|[\w/.]*[./]\w+"
    r"|https?:\S+"
)


def sentences() -> list[tuple[str, str]]:
    """The Chinese text of every refusal in the tree, what is filled in left out."""
    found = []
    for folder in ("domain", "projections", "exports", "api"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ERRORS:
                    texts = ["".join(_parts(one)) for one in call.args]
                    found += [(f"{path.relative_to(ROOT)}:{call.lineno}", zh) for zh in texts if _chinese(zh)][:1]
    return found


def _parts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return [part for one in node.values for part in _parts(one)]
    return _parts(node.left) + _parts(node.right) if isinstance(node, ast.BinOp) else []


def _chinese(text: str) -> bool:
    return bool(re.search("[\u4e00-\u9fff]", text))


def english_in(text: str) -> list[str]:
    """English words of a text, but for commands, options, names of fields, settings and files."""
    words = re.findall(r"[A-Za-z]{4,}", re.sub(TYPED, " ", text))
    return [word for word in words if word.lower() not in ALLOWED | FIELDS and not word.isupper()]


@pytest.mark.parametrize(("place", "zh"), sentences(), ids=lambda one: one[:60])
def test_a_refusal_in_chinese_holds_no_english(place: str, zh: str) -> None:
    assert english_in(zh) == [], place


def test_what_no_table_knows_is_said_in_general() -> None:
    odd = {"type": "url_scheme", "loc": ("x",), "msg": "URL scheme should be something"}
    assert malformed([odd]).zh == "有 1 处不合要求：x：不合要求"


@pytest.mark.parametrize(
    ("changes", "zh"),
    [
        ({"cycle.months": "x"}, "cycle.months：须为整数"),
        ({"published_on": "2024-01-01"}, "published_on：早于印发日期（issued_on）"),
        ({"tiers.four.next_tier": "nine"}, "tiers.four.next_tier：方案没有梯队 nine"),
        ({"structure.age_bands": [40, 30]}, "structure.age_bands：须由小到大"),
        ({"leading_group.chair_post": "nobody"}, "leading_group.chair_post：方案没有职务 nobody"),
    ],
)
def test_contradictions_of_a_plan_are_told_in_chinese(changes: dict[str, Any], zh: str) -> None:
    content = read_plan(shipped_plan())[0].model_dump(mode="json")
    for dotted, value in changes.items():
        at, (*path, last) = content, dotted.split(".")
        for step in path:
            at = at[step]
        at[last] = value
    with pytest.raises(Malformed) as refused:
        validated(content)
    assert zh in refused.value.zh
