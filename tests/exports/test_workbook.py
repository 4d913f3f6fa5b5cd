"""Tables as a workbook, opened again by another program."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

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


def test_a_table_prints_on_whole_sheets_of_a4_with_its_header_title_and_numbers() -> None:
    wide = Sheet("名册", ["说明"] * 8, [["同意列入" * 6] * 8] * 90, heading="第二批名册")
    narrow = Sheet("小表", ["甲"], [["乙"]])
    with ZipFile(BytesIO(workbook([wide, narrow]))) as book:
        first, second = (book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
        names = book.read("xl/workbook.xml").decode()
    [setup] = re.findall(r"<pageSetup [^>]*>", first)
    assert {'paperSize="9"', 'orientation="landscape"', 'fitToHeight="0"'} <= set(setup[:-2].split())
    assert "landscape" not in second
    for page in (first, second):
        assert "<pageSetUpPr fitToPage" in page
        assert "&amp;P / &amp;N" in page
        assert 'state="frozen"' in page
    assert "第二批名册" in first
    assert "名册!$1:$1" in names


def test_a_column_for_programs_is_there_and_not_seen() -> None:
    content = workbook([Sheet("名册", ["姓名", "人员编号"], [["单晓珺", "p-01"]], frozenset({"人员编号"}))])
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("名册").to_python()
    assert rows == [["姓名", "人员编号"], ["单晓珺", "p-01"]]
    with ZipFile(BytesIO(content)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r'<col min="2" max="2"[^>]*hidden="1"', page)
    assert not re.search(r'<col min="1" max="1"[^>]*hidden', page)


def test_a_cell_holds_what_excel_holds_and_no_more() -> None:
    assert _reopened("长" * 32_767) == ["长" * 32_767]
    with pytest.raises(Unprintable, match="第 2 行“值”"):
        _reopened("👍" * 16_384)
