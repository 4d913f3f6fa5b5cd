"""What docs/trust.md says is tried by the tests that it names."""

from pathlib import Path

import pytest

from tests.support.chapters import assert_tried

ROOT = Path(__file__).parents[1]
TRUST = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
CHAPTERS = (
    "The log and its heads",
    "The register of accesses",
    "What is shown while something does not fit",
    "Witnesses",
    "Papers",
)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_names_the_tests_that_try_to_break_it(chapter: str) -> None:
    assert_tried(TRUST, chapter)


def test_it_says_that_nothing_can_be_erased_and_that_it_is_not_for_state_secrets() -> None:
    limits = TRUST.partition("## What is not proved")[2]
    assert "Nothing in an archive can be erased yet" in limits
    assert "not for state secrets (国家秘密)" in limits
