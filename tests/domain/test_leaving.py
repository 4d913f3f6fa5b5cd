"""Coming back after a leaving, told in its time or later (D3)."""

from typing import Any

import pytest

from domain.errors import Refusal
from domain.events.person import PersonLeft
from tests.support.scenario import BATCH
from tests.support.stages import Programme


def test_who_left_and_came_back_is_nominated_again(trained: Programme) -> None:
    person = trained.members["three"]
    left = {"person": person, "cause": "transferred"}
    trained.when("record-return", on="2025-01-09", person=person).then_refused("D3")
    trained.given("record-leaving", on="2025-01-10", **left)
    trained.when("record-return", on="2025-03-01", person=person, text="调回").then_recorded("person-returned")
    trained.when("record-return", on="2025-03-02", person=person).then_nothing()
    trained.when("record-leaving", on="2025-01-10", **left).then_nothing()
    trained.when("record-leaving", on="2025-02-01", person=person, cause="resigned").then_refused("D3")
    assert not trained.membership(person).active
    vacancy = trained.last("vacancy-opened", BATCH)["vacancy"]
    turn = trained.consented(vacancy, on="2025-03-05")
    about = {
        "person": person,
        "batch": BATCH,
        "round": turn.round,
        "tier": "three",
        "source": "office",
        "unit": "教务处",
    }
    trained.when("nominate-candidate", on=turn.nominate, **about).then_recorded("candidate-nominated")


def test_a_leaving_that_a_return_rests_on_is_not_withdrawn(school: Programme) -> None:
    person = school.person()
    school.given("record-leaving", person=person, cause="resigned")
    position = school.log.head()
    school.given("record-return", on="2024-03-02", person=person)
    school.when("withdraw-event", position=position, reason="误").then_refused("H3")
    school.when("record-leaving", on="2024-03-03", person=person, cause="retired").then_recorded("person-left")


def admitted_since(trained: Programme) -> dict[str, Any]:
    """The leaving of somebody who was selected anew since, and nobody had told that they had been away."""
    vacancy = trained.vacated("three", "2024-06-03")
    admit = trained.admissible("three", trained.consented(vacancy, on="2024-06-04"))
    trained.given("admit-candidate", on="2024-06-28", reason="须说明", vacancy=vacancy, **admit)
    return {"person": admit["person"], "cause": "transferred", "today": "2024-07-20"}


def test_a_leaving_and_the_return_are_told_together_after_an_admission(trained: Programme) -> None:
    left = admitted_since(trained)
    trained.when("record-leaving", on="2024-04-01", **left).then_refused("H2")
    trained.when("record-leaving", on="2024-04-01", returned_on="2024-05-06", **left).then_recorded("person-left")
    trained.when("record-leaving", on="2024-04-01", returned_on="2024-05-06", **left).then_nothing()
    trained.when("record-return", on="2024-05-06", person=left["person"]).then_nothing()
    gone, back = (trained.facts(day).one(left["person"], PersonLeft) for day in ("2024-05-05", "2024-05-06"))
    assert (gone is not None, back) == (True, None)
    assert trained.membership(left["person"]).active


@pytest.mark.parametrize("day", ["2024-07-01", "2024-04-01", "2024-12-01"])
def test_a_return_comes_between_the_leaving_and_what_needs_it(trained: Programme, day: str) -> None:
    left = admitted_since(trained)
    trained.when("record-leaving", on="2024-04-01", returned_on=day, **left)
    assert isinstance(trained.error, Refusal)


def test_an_earlier_absence_is_told_after_a_later_leaving(school: Programme) -> None:
    person = school.person()
    school.given("record-leaving", on="2025-01-10", person=person, cause="resigned")
    away = {"on": "2024-04-01", "person": person, "cause": "transferred"}
    school.when("record-leaving", returned_on="2024-05-06", **away).then_recorded("person-left")
    school.when("record-leaving", returned_on="2025-01-10", **away).then_refused("D3")
    assert school.facts("2025-01-10").one(person, PersonLeft)
