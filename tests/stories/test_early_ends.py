"""Before the term's end (M4): promoted, withdrawn at one's own wish, or ended after 建议终止; and the due decision."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import Malformed
from domain.language import EndCause
from projections.conformance.findings import findings
from tests.support.scenario import BATCH, Day
from tests.support.shown import Shown
from tests.support.stages import Programme

Show = Callable[[Programme], Shown]
DAY = "2025-09-01"
MATTERS = {"promoted": "early_promotion", "withdrawn": "withdrawal", "terminated": "termination"}


def ending(school: Programme, tier: str, cause: str, on: Day = DAY, **votes: Any) -> dict[str, Any]:
    resolution = school.resolved(school.members[tier], MATTERS[cause], on, **votes)
    return {"on": on, **school.about(tier, cause=cause, resolution=resolution)}


def recommended(school: Programme, tier: str = "five") -> None:
    """The first year's grade recommends to terminate; confirmed on 10 March 2025."""
    about = {"person": school.members[tier], "batch": BATCH, "year": 2024, "grade": "termination_recommended"}
    school.given("open-review", on="2025-03-01", batch=BATCH, year=2024)
    school.given("propose-grade", on="2025-03-05", **about, comment="建议终止")
    told = {"year": 2024, "grade": "termination_recommended"}
    resolution = school.resolved(school.members[tier], "grade", "2025-03-10", **told)
    school.given("confirm-grade", on="2025-03-10", **about, resolution=resolution)


def due(shown: Shown, person: str, **when: str) -> bool:
    return ("E2", "termination", 2024) in shown.gaps(person, **when)


@pytest.mark.parametrize("cause", ["promoted", "withdrawn"])
def test_an_early_end_has_its_cause_and_opens_the_place(trained: Programme, show: Show, cause: str) -> None:
    shown, told = show(trained), ending(trained, "four", cause)
    trained.when("end-membership", **told).then_refused("E2")
    trained.when("end-membership", **told, reason="任德育处副主任").then_recorded(
        "membership-ended", "vacancy-opened", cautions=["E2.early"]
    )
    trained.when("end-membership", **told, reason="任德育处副主任").then_nothing()
    assert trained.membership(trained.members["four"]).cause is EndCause(cause)
    assert [line.cause.value for line in shown.vacancies().values()] == [cause]
    assert trained.members["four"] not in shown.members()
    rules = {line.rule for line in findings(shown.at(), covered=True).covered}
    assert "E2.early" in rules
    assert [line.text for line in findings(shown.at()).findings if line.departure in ("refused", "otherwise")] == []


def test_who_was_promoted_early_gets_the_post(trained: Programme) -> None:
    trained.given("end-membership", **ending(trained, "three", "promoted"), reason="提前任用")
    promotion = trained.about("three", post="教务处副主任")
    trained.when("record-promotion", on="2025-09-02", **promotion).then_recorded("promotion-recorded")


def test_who_withdrew_is_not_promoted(trained: Programme) -> None:
    trained.given("end-membership", **ending(trained, "three", "withdrawn"), reason="本人申请")
    trained.when("record-promotion", on="2025-09-02", **trained.about("three", post="副主任")).then_refused("E2")


def test_an_early_end_rests_on_a_passed_vote_on_that_matter(trained: Programme) -> None:
    told = ending(trained, "four", "withdrawn")
    trained.when("end-membership", **told | {"cause": "promoted"}, reason="试").then_refused("R4")
    failed = ending(trained, "four", "withdrawn", "2025-09-02", agree=4, disagree=5)
    trained.when("end-membership", **failed, reason="试").then_refused("R4")
    trained.when("end-membership", **told | {"cause": "disqualified"}, reason="试").then_fails(Malformed)


def test_at_the_terms_end_the_outcome_is_decided_instead(trained: Programme) -> None:
    told = ending(trained, "four", "promoted", "2027-03-13")
    trained.when("end-membership", **told, reason="试").then_refused("E2")


def test_an_early_end_overtakes_an_outcome(trained: Programme, show: Show) -> None:
    trained.given("decide-outcome", **trained.outcome("four", "terminated", "2027-02-01"))
    trained.given("end-membership", **ending(trained, "four", "promoted", "2027-02-10"), reason="提前任用")
    outcome = show(trained).dossier(trained.members["four"]).parts.training_register.outcome
    assert outcome
    assert outcome.overtaken == "promoted"


# After 建议终止


def test_termination_follows_only_a_recommendation(trained: Programme) -> None:
    told = ending(trained, "five", "terminated", "2025-03-20")
    trained.when("end-membership", **told, reason="试").then_refused("E2")
    trained.at("2025-03-20")
    recommended(trained)
    trained.given("end-membership", **told, reason="建议终止")
    assert trained.membership(trained.members["five"]).cause is EndCause.TERMINATED


def test_the_question_is_due_within_thirty_days(trained: Programme, show: Show) -> None:
    shown, five = show(trained), trained.members["five"]
    recommended(trained)
    trained.at("2025-06-01")
    assert [due(shown, five, on=day) for day in ("2025-04-09", "2025-04-10")] == [False, True]
    assert "E2.termination" in {line.rule for line in findings(shown.at()).findings}


@pytest.mark.parametrize(("agree", "disagree"), [(9, 0), (2, 7)], ids=["ends", "goes on"])
def test_the_question_is_settled_either_way(trained: Programme, show: Show, agree: int, disagree: int) -> None:
    shown, five = show(trained), trained.members["five"]
    recommended(trained)
    told = ending(trained, "five", "terminated", "2025-04-01", agree=agree, disagree=disagree)
    trained.at("2025-06-01")
    assert not due(shown, five)
    rules = {line.rule for line in findings(shown.at()).findings}
    assert ("E2.ending" in rules) == (agree == 9)
    if agree == 9:
        trained.at("2025-04-01").given("end-membership", **told, reason="建议终止", today="2025-06-01")
        assert "E2.ending" not in {line.rule for line in findings(shown.at()).findings}


def test_decided_too_late_is_told(trained: Programme, show: Show) -> None:
    recommended(trained)
    ending(trained, "five", "terminated", "2025-05-01", agree=2, disagree=7)
    lines = findings(show(trained).at()).findings
    assert [line.departure for line in lines if line.rule == "E2.termination"] == ["late"]


def test_a_vote_on_an_earlier_membership_ends_no_later_one(trained: Programme) -> None:
    person = trained.members["three"]
    old = trained.resolved(person, "withdrawal", "2024-05-06")
    vacancy = trained.vacated("three", "2024-06-03")
    trained.given("record-return", on="2024-08-01", person=person)
    turn = trained.consented(vacancy, on="2024-09-02")
    admit = trained.admissible("three", turn, person=person)
    trained.given("admit-candidate", on=turn.decide, **admit, vacancy=vacancy, reason="回校后再次列入")
    told = {"on": "2025-01-06", **trained.about("three", cause="withdrawn"), "reason": "本人申请"}
    trained.when("end-membership", **told, resolution=old).then_refused("E2")
    new = trained.resolved(person, "withdrawal", "2025-01-06")
    trained.when("end-membership", **told, resolution=new).then_recorded(
        "membership-ended", "vacancy-opened", cautions=["E2.early"]
    )


@pytest.mark.parametrize(("agree", "named"), [(2, False), (9, True)])
def test_a_vote_that_was_overtaken_ends_nothing(trained: Programme, show: Show, agree: int, named: bool) -> None:
    person = trained.members["three"]
    trained.resolved(person, "withdrawal", "2025-01-06")
    trained.resolved(person, "withdrawal", "2025-01-07", agree=agree, disagree=9 - agree)
    shown = show(trained)
    found = findings(shown.at("2025-02-01")).findings
    assert any(line.rule == "E2.ending" for line in found) is named


@pytest.mark.parametrize("year", [-5, 10**30, 2023])
def test_no_grade_is_voted_on_for_another_year(trained: Programme, year: int) -> None:
    told = {"person": trained.members["three"], "batch": BATCH, "matter": "grade", "year": year, "grade": "qualified"}
    counts = {"agree": 9, "disagree": 0, "abstain": 0, "meeting": trained.meeting("2025-03-10")}
    trained.when("pass-resolution", on="2025-03-10", **told, **counts).then_refused("E1")
