"""材料归档 and 考察谈话 (D1)."""

from typing import Any

import pytest

from domain.errors import Unknown
from domain.events.training import DocumentAccepted, DocumentReturned
from tests.support.stages import Programme

DAY = "2024-06-10"


def filing(school: Programme, **more: Any) -> dict[str, Any]:
    told = {"on": DAY, **school.about("five", form="reflection", title="读书体会"), "evidence": [school.file()]}
    return told | more


def test_material_is_filed_with_its_file(trained: Programme) -> None:
    filed = trained.when("file-document", **filing(trained)).then_recorded("document-filed")
    assert filed["year"] == 2024
    assert trained.done().events[0]["evidence"][0]["name"] == "材料.txt"
    trained.when("file-document", **filing(trained)).then_nothing()
    trained.when("file-document", **filing(trained, evidence=[trained.file("第二稿")])).then_recorded("document-filed")


def test_material_without_a_file_has_the_number_of_its_paper(trained: Programme) -> None:
    trained.when("file-document", **filing(trained, evidence=[])).then_refused("D1")
    paper = filing(trained, evidence=[], document="纸质第3号")
    trained.when("file-document", **paper).then_recorded("document-filed")
    trained.when("file-document", **paper).then_nothing()


def test_a_file_must_have_been_kept_and_a_form_be_of_the_plan(trained: Programme) -> None:
    trained.when("file-document", **filing(trained, evidence=["0" * 64])).then_fails(Unknown)
    trained.when("file-document", **filing(trained, form="poem")).then_fails(Unknown)


@pytest.mark.parametrize(
    ("on", "year", "possible"),
    [
        (DAY, 2023, False),
        (DAY, 2025, False),
        ("2025-06-10", 2024, True),
        ("2025-06-10", 2025, True),
        ("2025-03-13", 2025, False),
    ],
)
def test_material_is_of_a_year_in_training_until_now(trained: Programme, on: str, year: int, possible: bool) -> None:
    trained.when("file-document", **filing(trained, on=on, year=year))
    trained.then_recorded("document-filed") if possible else trained.then_refused("D1")


def test_material_is_returned_then_accepted(trained: Programme) -> None:
    record = trained.given("file-document", **filing(trained))["record"]
    person = trained.members["five"]
    returned = trained.about("five", record=record, text="请补充来源")
    trained.when("return-document", **returned).then_recorded("document-returned")
    trained.when("return-document", **returned).then_nothing()
    trained.when("return-document", **returned | {"text": "请补充数据"}).then_recorded("document-returned")
    accepted = trained.about("five", record=record)
    trained.when("accept-document", on="2024-06-20", **accepted).then_recorded("document-accepted")
    trained.when("accept-document", **accepted).then_nothing()
    assert trained.facts("2024-06-19").one(person, DocumentReturned, record)
    assert not trained.facts("2024-06-20").one(person, DocumentReturned, record)
    assert trained.facts("2024-06-20").one(person, DocumentAccepted, record)


def test_what_was_returned_is_filed_again(trained: Programme) -> None:
    record = trained.given("file-document", **filing(trained))["record"]
    trained.given("return-document", **trained.about("five", record=record, text="缺页"))
    trained.when("file-document", **filing(trained)).then_recorded("document-filed")


def test_what_was_never_filed_is_neither_accepted_nor_returned(trained: Programme) -> None:
    trained.when("accept-document", on=DAY, **trained.about("five", record="x-000000")).then_fails(Unknown)
    trained.when("return-document", on=DAY, **trained.about("five", record="x-000000", text="缺页")).then_fails(Unknown)


def test_a_talk_is_held_by_somebody_else(trained: Programme) -> None:
    talk = {"on": DAY, **trained.about("five", talker=trained.committee[0], text="思想稳定")}
    trained.when("hold-inspection-talk", **talk).then_recorded("inspection-talk-held")
    trained.when("hold-inspection-talk", **talk).then_nothing()
    trained.when("hold-inspection-talk", **talk | {"talker": trained.members["five"]}).then_refused("D1")
    trained.when("hold-inspection-talk", **talk | {"talker": "p-000000"}).then_fails(Unknown)
