"""What is one thing in two spellings is one thing: units, posts, titles, and people by a bare word (R2, M2, T1)."""

from typing import Any

import pytest

from domain import school as questions
from domain.errors import Ambiguous
from domain.identity import find_person
from domain.text import alike
from tests.support.scenario import BATCH
from tests.support.stages import Programme

SPELLINGS = ["教 务 处", "教务处 ", "教\u3000务处", "教\u200b务处"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("教务处（高中）", "教务处(高中)", True), ("T1", "\uff341", True), ("教务处", "德育处", False),
     (None, "教务处", False),
     (None, None, True), (("教务处", 1), ("教 务处", 1), True), (("教务处",), ("教务处", "干事"), False)],
)  # fmt: skip
def test_values_are_alike_by_the_stricter_key(one: Any, other: Any, same: bool) -> None:
    assert alike(one, other) is same


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_unit_nominates_once_however_it_is_spelled(school: Programme, spelling: str) -> None:
    told = {"person": school.person(), "batch": BATCH, "tier": "three", "source": "office"}
    school.given("nominate-candidate", on="2024-03-04", **told, unit="教务处")
    school.when("nominate-candidate", on="2024-03-04", **told, unit=spelling).then_nothing()
    school.when("nominate-candidate", on="2024-03-04", **told | {"tier": "four"}, unit=spelling).then_refused("R2")
    school.when("nominate-candidate", on="2024-03-04", **told, unit="德育处").then_recorded("candidate-nominated")


def test_another_form_is_compared_so_as_well(school: Programme) -> None:
    told = {"person": school.person(), "batch": BATCH, "tier": "three", "source": "other", "reason": "方案之外"}
    school.given("nominate-candidate", on="2024-03-04", **told, other="教代会（全体）")
    school.when("nominate-candidate", on="2024-03-04", **told, other="教代会(全体)").then_nothing()


def test_a_unit_is_not_corrected_to_another_nominators(school: Programme) -> None:
    told = {"person": school.person(), "batch": BATCH, "tier": "three", "source": "office"}
    school.given("nominate-candidate", on="2024-03-04", **told, unit="教务处")
    school.given("nominate-candidate", on="2024-03-04", **told, unit="德育处")
    wrong = {"position": school.log.head(), "changes": {"unit": "教 务 处"}, "reason": "录入错误"}
    school.when("correct-event", **wrong)
    assert school.error


def test_a_post_an_honour_and_a_placement_are_on_record_once(trained: Programme) -> None:
    person = trained.members["three"]
    for command, told in (
        ("record-post", {"person": person, "post": "homeroom_teacher", "unit": "高一年级部{}"}),
        ("record-honour", {"person": person, "title": "优秀班主任{}"}),
        ("start-placement", {"person": person, "batch": BATCH, "department": "教务处{}", "role": "干事"}),
    ):
        one, other = ({name: text.format(end) for name, text in told.items()} for end in ("（一）", " (一)"))
        trained.given(command, on="2024-04-10", **one)
        trained.when(command, on="2024-04-10", **other).then_nothing()
    assert sum(p.unit is not None for p in questions.posts(trained.facts(), person)) == 1


# Who is meant by a bare word


def test_a_number_that_is_another_ones_name_is_a_question(school: Programme) -> None:
    number = school.given("register-person", name="周宁", gender="male", birth_date="1985-05-01", staff_number="T1")
    name = school.given("register-person", name="T1", gender="male", birth_date="1985-05-02", staff_number="T2")
    facts = school.known.on()
    with pytest.raises(Ambiguous, match=r"周宁（工号 T1.*T1（工号 T2|T1（工号 T2.*周宁（工号 T1"):
        find_person(facts, "T1")
    assert find_person(facts, "staff:T1") == number["person"]
    assert find_person(facts, "name:T1") == name["person"]
    assert find_person(facts, "t2") == name["person"]


def test_who_has_their_own_number_as_a_name_is_found(school: Programme) -> None:
    told = {"name": "T1", "gender": "male", "birth_date": "1985-05-02", "staff_number": "T1"}
    person = school.given("register-person", **told)["person"]
    assert find_person(school.known.on(), "T1") == person
