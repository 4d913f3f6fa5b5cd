"""Tables as a workbook, opened again by another program."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from exports.errors import Unprintable
from exports.workbook import Sheet, workbook

HARMFUL = ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(1)", "\t=1", "https://example.org", "007"]


def _reopened(*values: object) -> list[object]:
    content = workbook([Sheet("名册", ["值"], [[value] for value in values])])
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("名册").to_python()
    return [row[0] for row in rows[1:]]


def test_no_text_is_taken_for_a_formula_a_link_or_a_number() -> None:
    assert _reopened(*HARMFUL) == HARMFUL


@pytest.mark.parametrize("text", ["张䶮𬭚", "好👍", "p-0123456789", "两\n行"])
def test_every_character_comes_back(text: str) -> None:
    assert _reopened(text) == [text]


def test_days_are_days_and_what_is_not_known_is_empty() -> None:
    assert _reopened(None, date(2024, 3, 14), 12) == ["", date(2024, 3, 14), 12]


def test_the_same_tables_give_the_same_bytes() -> None:
    sheet = Sheet("名册", ["日期"], [[date(2024, 3, 14)]])
    assert workbook([sheet]) == workbook([sheet])


def test_a_cell_holds_what_excel_holds_and_no_more() -> None:
    assert _reopened("长" * 32_767) == ["长" * 32_767]
    with pytest.raises(Unprintable, match="第 2 行“值”"):
        _reopened("👍" * 16_384)
