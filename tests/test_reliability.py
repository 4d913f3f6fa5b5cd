"""What docs/reliability.md says is held by the tests that it names, and its table has a place."""

import re
from pathlib import Path

import pytest

from api.settings import PREFIX, Settings
from tests.faults.fault import Fault, Result
from tests.faults.run import _MARKS, FAULTS, Line, _written
from tests.support.chapters import assert_tried

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reliability.md"
TEXT = PAGE.read_text(encoding="utf-8")
CHAPTERS = (
    "What is acknowledged",
    "How a file is written",
    "Files removed or replaced under a running program",
    "Who may open an archive",
    "Backups",
    "The clock",
    "Many who ask at once, and those who say nothing",
)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_names_the_tests_that_hold_it(chapter: str) -> None:
    assert_tried(TEXT, chapter)


def test_every_setting_that_it_names_is_one() -> None:
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)", TEXT))
    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_the_table_is_written_between_its_marks_and_nowhere_else(tmp_path: Path) -> None:
    copy = tmp_path / "page.md"
    copy.write_text(TEXT, encoding="utf-8")
    _written(copy, "a table\n")
    _written(copy, "another\n")
    before, after = TEXT.partition(_MARKS[0])[0], TEXT.partition(_MARKS[1])[2]
    assert before
    assert after
    assert copy.read_text(encoding="utf-8") == before + _MARKS[0] + "another\n" + _MARKS[1] + after


def test_each_figure_in_the_table_is_of_a_fault_of_the_suite() -> None:
    table = TEXT.partition(_MARKS[0])[2].partition(_MARKS[1])[0]
    rows = [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines() if line.startswith("| ")]
    assert set(rows) <= {"fault", "---", *(fault.name for fault in FAULTS)}


def _never(*_: object) -> Result:
    raise AssertionError


@pytest.mark.parametrize(("broken", "caught", "well"), [([], ["x"], True), ([], [], False), (["x"], ["x"], False)])
def test_a_fault_is_well_when_its_promise_holds_and_its_variant_is_caught(
    broken: list[str], caught: list[str], well: bool
) -> None:
    fault = Fault("one", "holds", _never, 1, 1, teeth=_never)
    assert Line(fault, Result(1, broken=broken), Result(1, broken=caught), 0.0).is_well is well
