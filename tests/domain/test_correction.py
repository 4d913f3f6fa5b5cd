"""A correction is decided again as the command that it corrects (H3): on its day, on the facts without it."""

from typing import Any

import pytest

from domain.errors import DependentsStand
from domain.events.committee import ResolutionReached
from tests.support.scenario import BATCH
from tests.support.stages import Programme

WHY = {"reason": "录入错误"}


def position(school: Programme, event: str, stream: str = BATCH) -> int:
    """Where the last event of a type stands in a stream."""
    return [r.position for r in school.log.stream(stream, school.log.head()) if event == r.event.KIND][-1]


def corrected(school: Programme, at: int, **changes: Any) -> Programme:
    """A correction of contents that is tried."""
    school.when("correct-event", position=at, changes=changes, **WHY)
    return school


@pytest.fixture
def tally(school: Programme) -> int:
    """A ballot of 181, on one nominee."""
    person = school.nominee()
    counts = {"expected": 190, "present": 181, "issued": 181, "returned": 181, "valid": 180, "invalid": 1}
    line = {"person": person, "agree": 150, "disagree": 20, "abstain": 10}
    school.given("tally-ballot", on="2024-03-05", batch=BATCH, meeting="教职工大会", lines=[line], **counts)
    return position(school, "ballot-held")


# What the command would have refused


def test_a_ballot_returns_no_more_than_it_issued(school: Programme, tally: int) -> None:
    corrected(school, tally, returned=99_999).then_refused("R2")
    corrected(school, tally, valid=181, invalid=0).then_recorded("event-corrected")
    corrected(school, tally + 1, agree=9_999).then_refused("R2")


@pytest.mark.parametrize("changes", [{"source": "nobody"}, {"tier": "six"}])
def test_a_nomination_names_what_the_plan_has(school: Programme, changes: dict[str, str]) -> None:
    nominated = position(school, "candidate-nominated", school.nominee())
    corrected(school, nominated, **changes)
    assert school.error
    corrected(school, nominated, unit="德育处").then_recorded("event-corrected")


def test_a_staff_number_is_nobody_elses_even_when_that_came_later(school: Programme) -> None:
    first = school.person("单晓珺")
    data = {"name": "欧阳明", "gender": "male", "birth_date": "1979-03-01", "staff_number": "T0002"}
    school.given("register-person", **data)
    corrected(school, position(school, "person-registered", first), staff_number="T0002").then_refused("H1")


@pytest.mark.parametrize("born", ["1850-01-01", "2054-01-01"])
def test_nobody_is_born_on_an_impossible_day(school: Programme, born: str) -> None:
    corrected(school, position(school, "person-registered", school.person()), birth_date=born)
    assert school.error


def test_a_breach_that_stood_before_does_not_refuse(trained: Programme) -> None:
    """A birth date turns out to be another: the admission stands, with a finding, and its vote may still be mended."""
    person = trained.members["three"]
    corrected(trained, position(trained, "person-registered", person), birth_date="1970-01-01").done()
    corrected(trained, position(trained, "resolution-reached", person), text="附会议纪要").then_recorded(
        "event-corrected"
    )


# What follows from inputs


def test_a_result_follows_from_the_counts(school: Programme) -> None:
    vote = school.admissible()
    at = position(school, "resolution-reached", vote["person"])
    corrected(school, at, result="failed").then_refused("H3")
    corrected(school, at, agree=4, disagree=5).then_recorded("event-corrected")
    row = school.facts().one(vote["person"], ResolutionReached, vote["resolution"])
    assert row is not None
    assert (row.value.result, row.value.agree) == ("failed", 4)
    corrected(school, at, result="passed").then_refused("H3")
    school.when("admit-candidate", **vote).then_refused("R4")
    corrected(school, at, agree=9, disagree=0).then_recorded("event-corrected")
    school.when("admit-candidate", **vote).then_recorded("membership-started")
    corrected(school, at, agree=4, disagree=5)
    assert isinstance(school.error, DependentsStand)


def test_a_leaving_on_another_day_ends_the_membership_on_it(trained: Programme) -> None:
    person = trained.members["four"]
    trained.given("record-leaving", on="2024-06-03", person=person, cause="resigned")
    left = position(trained, "person-left", person)
    trained.when("correct-event", position=left, occurred_on="2024-05-31", **WHY)
    trained.then_recorded(*["event-corrected"] * 3)
    assert str(trained.membership(person).status_since) == "2024-05-31"
    trained.when("withdraw-event", position=trained.log.head(), **WHY).then_recorded(*["event-withdrawn"] * 3)
    assert str(trained.membership(person).status_since) == "2024-06-03"


# The plan, and the envelope


def test_the_rules_of_a_plan_are_not_corrected(school: Programme) -> None:
    published = position(school, "plan-published")
    event = school.log.get(published).event
    plan = event.model_dump(mode="json")["plan"]
    plan["tiers"]["three"]["age"]["years"] = 60
    corrected(school, published, plan=plan).then_refused("R1")
    around = {"envelope": {"document": "通一中委〔2024〕3号"}}
    school.when("correct-event", position=published, **around, **WHY).then_recorded("event-corrected")
    standing = school.known.standing(published)
    assert standing is not None
    assert standing.body.document == "通一中委〔2024〕3号"
    school.when("correct-event", position=published, **around, **WHY).then_nothing()


def test_a_plan_is_not_published_later_than_what_rests_on_it(school: Programme) -> None:
    published = position(school, "plan-published")
    school.nominee()
    school.when("correct-event", on="2024-03-10", position=published, occurred_on="2024-03-05", **WHY)
    assert isinstance(school.error, DependentsStand)
    school.when("correct-event", position=published, occurred_on="2024-02-01", **WHY).then_refused("R1")


# What is asked for


def test_a_limit_crossed_anew_is_told_with_the_correction(school: Programme) -> None:
    nominated = position(school, "candidate-nominated", school.nominee())
    school.when("correct-event", on="2024-03-20", position=nominated, occurred_on="2024-03-06", **WHY)
    school.then_recorded("event-corrected", cautions=["W.nominate"])
