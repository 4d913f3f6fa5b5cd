"""The story's views as tables, opened again: every line of the view is a row, and no cell is a formula."""

import csv
from collections.abc import Iterator
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from api.handouts import of_table
from api.main import App
from exports.tables import PEOPLE, REVIEW, ROSTER, SELECTION, Table
from projections.people import people
from projections.roster import roster
from projections.selection import selection
from projections.shape import View
from projections.yearly_review import yearly_review
from tests.support.story import BATCH, at_its_end

DAY = date(2026, 2, 10)


@pytest.fixture(scope="module")
def opened(story_home: Path) -> Iterator[App]:
    with at_its_end(story_home) as app:
        yield app


@pytest.fixture(params=["roster", "review", "selection", "people"])
def asked(request: pytest.FixtureRequest, opened: App) -> tuple[Table, View, list[str]]:
    """A table, its view, and the people whose lines it must have, in their order."""
    moment = opened.views.at(DAY)
    if request.param == "roster":
        found = roster(moment, BATCH)
        return ROSTER, found, [member.person_id for tier in found.tiers for member in tier.members]
    if request.param == "review":
        review = yearly_review(moment, 2025, BATCH)
        return REVIEW, review, [member.person_id for member in review.members]
    if request.param == "selection":
        record = selection(moment, BATCH)
        return SELECTION, record, [one.person_id for turn in record.rounds for one in turn.candidates]
    everybody = people(moment)
    return PEOPLE, everybody, [one.person_id for one in everybody.people]


def test_csv_and_workbook_hold_the_same_lines(asked: tuple[Table, View, list[str]]) -> None:
    table, found, who = asked
    for language in ("zh", "en"):
        book = CalamineWorkbook.from_filelike(BytesIO(table.xlsx(found, {}, "checkpoint", language)))
        header, *rows = book.get_sheet_by_index(0).to_python()
        text = table.csv(found, language)
        assert text.startswith(b"\xef\xbb\xbf")
        read = list(csv.reader(StringIO(text.decode("utf-8-sig"), newline="")))
        assert read[0] == header
        assert [row[-1] for row in rows] == [row[-1] for row in read[1:]] == who
        assert who


def test_the_workbook_says_what_was_asked_and_is_the_same_each_time(asked: tuple[Table, View, list[str]]) -> None:
    table, found, _ = asked
    content = table.xlsx(found, {"order": "strokes"}, "origin\n7\nhash", "en")
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    about = {row[0]: row[1] for row in book.get_sheet_by_index(1).to_python()}
    assert (about["order"], about["as_of"], about["rests_on"]) == ("strokes", DAY, found.rests_on)
    assert about["checkpoint"] == "origin\n7\nhash"
    assert content == table.xlsx(found, {"order": "strokes"}, "origin\n7\nhash", "en")


def test_a_years_grades_and_days_read_as_they_stand_in_the_review(opened: App) -> None:
    review = yearly_review(opened.views.at(), 2025, BATCH)
    sheet = REVIEW.sheet(review, "zh")
    for member, row in zip(review.members, sheet.rows, strict=True):
        told = dict(zip(sheet.columns, row, strict=True))
        assert (told["考核等次"], told["确定日期"]) == (member.grade_label, member.confirmed_on)
        assert told["学时"] == member.hours
    assert any(member.grade for member in review.members)


@pytest.mark.parametrize("harm", ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(1)", "\t=1", "好👍", "张䶮𬭚"])
def test_a_name_is_text_whatever_it_begins_with(harm: str, opened: App) -> None:
    found = people(opened.views.at())
    named = found.model_copy(update={"people": (found.people[0].model_copy(update={"name": harm}),)})
    book = CalamineWorkbook.from_filelike(BytesIO(PEOPLE.xlsx(named, {}, "", "zh")))
    assert book.get_sheet_by_index(0).to_python()[1][0] == harm
    (_, row) = csv.reader(StringIO(PEOPLE.csv(named, "zh").decode("utf-8-sig"), newline=""))
    assert row[0].removeprefix("'") == harm
    assert not row[0].startswith(("=", "+", "-", "@", "\t"))


def test_the_workbook_tells_what_was_asked_in_words(opened: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code stands beside its name where commands ask for it, and nowhere else."""
    moment = opened.views.at()
    found = roster(moment, BATCH, "three")
    asked = {"order": "strokes", "tier": "three", "search": None}
    for language, words in (("zh", ("按姓氏笔画", "三")), ("en", ("by strokes", "Tier three"))):
        monkeypatch.setitem(vars(opened.settings), "lang", language)
        content = of_table(opened, moment, ROSTER, found, "xlsx", asked).make()
        rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(1).to_python()
        told = [str(said) for _, said in rows[1:]]
        assert told[0] != BATCH
        assert BATCH in told[0]
        assert "strokes" not in told
        assert "three" not in told
        assert words[0] in told
