"""Pages whose chapters end with the tests that hold them: “Tried by `tests/…`”."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def assert_tried(page: str, chapter: str) -> None:
    """The chapter names tests that are there and assert something."""
    text = page.partition(f"## {chapter}\n")[2].partition("\n## ")[0]
    named = re.findall(r"`(tests/[^`]+\.py)`", text.partition("Tried by")[2])
    assert named
    for name in named:
        assert "assert " in (ROOT / name).read_text(encoding="utf-8"), name
