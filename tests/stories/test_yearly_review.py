"""年度考核: summary, tally, proposal, confirmation; one standing grade a year, or a reason for none."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.support.scenario import BATCH, Day
from tests.support.shown import Shown
from tests.support.stages import Programme

Show = Callable[[Programme], Shown]
YEAR: dict[str, Any] = {"batch": BATCH, "year": 2024}


def propose(school: Programme, person: str, grade: str, on: Day) -> None:
    told: dict[str, Any] = {"person": person, **YEAR, "grade": grade, "comment": "领导小组意见"}
    school.given("propose-grade", on=on, capacity="leading_group", **told)


def confirm(school: Programme, person: str, grade: str, on: Day, **more: Any) -> None:
    resolution = school.resolved(person, "grade", on, year=2024, grade=grade)
    school.given("confirm-grade", on=on, person=person, **YEAR, grade=grade, resolution=resolution, **more)


@pytest.fixture
def reviewed(trained: Programme) -> Programme:
    """The review of 2024: the third tier excellent, the fourth deferred, the fifth open."""
    three, four = trained.members["three"], trained.members["four"]
    trained.given("open-review", on="2025-03-03", **YEAR)
    for person in (three, four):
        summary = {"person": person, **YEAR, "text": "一年来……"}
        trained.given("submit-self-summary", on="2025-03-04", capacity="self", **summary)
    counts = {"expected": 46, "present": 45, "issued": 45, "returned": 44, "valid": 44, "invalid": 0}
    grades = {"excellent": 30, "qualified": 14, "deferred": 0, "termination_recommended": 0}
    trained.given("tally-appraisal", on="2025-03-05", person=three, **YEAR, **counts, **grades)
    propose(trained, three, "excellent", "2025-03-06")
    propose(trained, four, "deferred", "2025-03-06")
    confirm(trained, three, "excellent", "2025-03-10")
    confirm(trained, four, "deferred", "2025-03-10")
    trained.given("acknowledge-grade", on="2025-03-12", person=three, **YEAR)
    return trained


def test_the_review_fills_day_by_day(reviewed: Programme, show: Show) -> None:
    shown, three = show(reviewed), reviewed.members["three"]

    def seen(on: str) -> tuple[object, ...]:
        member = shown.year(2024, on=on)[three]
        return bool(member.summary), bool(member.tally), member.proposed, member.grade, bool(member.acknowledged_on)

    assert seen("2025-03-03") == (False, False, None, None, False)
    assert seen("2025-03-04") == (True, False, None, None, False)
    assert seen("2025-03-05") == (True, True, None, None, False)
    assert seen("2025-03-06") == (True, True, "excellent", None, False)
    assert seen("2025-03-10") == (True, True, "excellent", "excellent", False)
    assert seen("2025-03-12") == (True, True, "excellent", "excellent", True)
    assert three not in shown.year(2024, on="2024-03-13")


def test_who_has_neither_grade_nor_reason_is_overdue_when_the_year_is_over(reviewed: Programme, show: Show) -> None:
    shown, five = show(reviewed), reviewed.members["five"]
    reviewed.at("2025-06-01")
    overdue = [shown.year(2024, on=day)[five].overdue for day in ("2025-03-13", "2025-03-14")]
    assert overdue == [False, True]
    assert ("E1", "grade", 2024) in shown.gaps(five, on="2025-03-14")
    reviewed.when("close-review", on="2025-03-13", **YEAR).then_refused("E1")

    waiving = [{**e, "reason": "长期病休"} for e in reviewed.excepted(five, "E1.waived", "2025-03-13")]
    why = {"reason": "长期病休", "exceptions": waiving}
    reviewed.given("waive-grade", on="2025-03-13", today="2025-06-01", person=five, **YEAR, **why)
    reviewed.given("close-review", on="2025-03-13", **YEAR)
    member = shown.year(2024, on="2025-03-14")[five]
    assert (member.grade, member.reason, member.overdue) == (None, "长期病休", False)
    assert shown.year(2024, on="2025-03-14", known="2025-05-31")[five].overdue


def test_who_joined_in_the_last_six_months_gets_no_grade_with_a_reason(trained: Programme, show: Show) -> None:
    shown = show(trained)
    vacancy = trained.vacated("four", "2024-08-26")
    turn = trained.consented(vacancy, on="2024-09-02")
    person = trained.shortlisted("four", turn)
    about: dict[str, Any] = {"round": turn.round, "tier": "four"}
    resolution = trained.resolved(person, "admission", turn.decide, **about)
    admission = {"person": person, "batch": BATCH, **about, "resolution": resolution, "vacancy": vacancy}
    trained.given("admit-candidate", on=turn.decide, **admission)
    trained.given("open-review", on="2025-03-03", **YEAR)
    trained.given("waive-grade", on="2025-03-10", person=person, **YEAR, reason="列入不足六个月")
    assert shown.year(2024)[person].reason == "列入不足六个月"
    assert shown.crossed(person) == []


def test_a_deferred_grade_is_settled_later_and_was_deferred_until_then(reviewed: Programme, show: Show) -> None:
    shown, four = show(reviewed), reviewed.members["four"]
    reviewed.at("2025-09-15")
    due = shown.year(2024, on="2025-03-14")[four]
    assert (due.grade, due.resolve_by) == ("deferred", date(2025, 9, 10))
    deferred = ("E1", "deferred_grade", 2024)
    assert [deferred in shown.gaps(four, on=day) for day in ("2025-09-10", "2025-09-11")] == [False, True]
    assert ("grade.deferred", date(2025, 9, 10)) in shown.due(on="2025-09-01")

    resolution = reviewed.resolved(four, "grade", "2025-09-15", year=2024, grade="qualified")
    told: dict[str, Any] = {"person": four, **YEAR, "grade": "qualified", "resolution": resolution}
    reviewed.when("resolve-deferred-grade", on="2025-09-15", **told).then_needs("E1.deferred", "caution")
    reviewed.given("resolve-deferred-grade", on="2025-09-15", reason="补充材料到得晚", **told)
    settled = shown.year(2024)[four]
    assert (settled.grade, settled.resolved_from, settled.confirmed_on) == ("qualified", "deferred", date(2025, 9, 15))
    assert shown.year(2024, on="2025-09-14")[four].grade == "deferred"
    assert deferred not in shown.gaps(four)
    assert shown.crossed(four) == [("E1.deferred", "caution", None)]


def test_the_next_year_shows_the_grade_of_the_one_before(reviewed: Programme, show: Show) -> None:
    shown, three = show(reviewed), reviewed.members["three"]
    reviewed.at("2025-05-01")
    member = shown.year(2025)[three]
    assert [(prior.year, prior.grade) for prior in member.prior] == [(2024, "excellent")]


def test_a_recommendation_to_terminate_ends_nothing(reviewed: Programme, show: Show) -> None:
    shown, five = show(reviewed), reviewed.members["five"]
    propose(reviewed, five, "termination_recommended", "2025-03-10")
    confirm(reviewed, five, "termination_recommended", "2025-03-12")
    reviewed.at("2025-04-01")
    assert shown.marks(five) == ("active", False)
    assert shown.year(2024)[five].grade == "termination_recommended"


# Put right


def test_a_grade_is_withdrawn_only_before_what_rests_on_it(reviewed: Programme, show: Show) -> None:
    shown, three = show(reviewed), reviewed.members["three"]
    places = {entry.type: entry.position for entry in shown.history(three)}
    told: dict[str, Any] = {"on": "2025-04-01", "reason": "录错了人"}
    reviewed.when("withdraw-event", **told, position=places["resolution-reached"]).then_refused("H3")
    reviewed.when("withdraw-event", **told, position=places["grade-confirmed"]).then_refused("H3")
    reviewed.given("withdraw-event", **told, position=places["grade-acknowledged"])
    reviewed.given("withdraw-event", **told, position=places["grade-confirmed"])
    now, then = shown.year(2024)[three], shown.year(2024, known="2025-03-31")[three]
    assert (now.grade, now.overdue, then.grade, then.overdue) == (None, True, "excellent", False)
    assert now.proposed == "excellent"


def test_a_summary_recorded_late_stands_on_its_day(reviewed: Programme, show: Show) -> None:
    shown, five = show(reviewed), reviewed.members["five"]
    summary: dict[str, Any] = {"person": five, **YEAR, "text": "补交的总结"}
    reviewed.given("submit-self-summary", on="2025-03-06", today="2025-03-31", **summary)
    assert shown.year(2024, on="2025-03-06")[five].summary == "补交的总结"
    assert shown.year(2024, on="2025-03-06", known="2025-03-30")[five].summary is None
    assert (shown.last(five).late, shown.last(five).late_days) == (True, 25)


def test_a_corrected_tally_shows_the_new_counts_and_its_source(reviewed: Programme, show: Show) -> None:
    shown, three = show(reviewed), reviewed.members["three"]
    position = next(e.position for e in shown.history(three) if e.type == "appraisal-tallied")
    changes = {"excellent": 28, "qualified": 16}
    reviewed.given("correct-event", on="2025-03-20", position=position, changes=changes, reason="计票复核")
    now, then = shown.year(2024)[three], shown.year(2024, known="2025-03-19")[three]
    assert now.tally is not None
    assert then.tally is not None
    assert (now.tally.excellent, then.tally.excellent) == (28, 30)
    assert (now.sources["tally"], then.sources["tally"]) == (reviewed.log.head(), position)


def test_a_review_of_somebody_suspended_goes_on(trained: Programme, show: Show) -> None:
    shown, five = show(trained), trained.members["five"]
    trained.given("suspend-membership", on="2025-02-01", reason="借调", **trained.about("five"))
    trained.given("open-review", on="2025-03-03", **YEAR)
    propose(trained, five, "qualified", "2025-03-06")
    confirm(trained, five, "qualified", "2025-03-10")
    member = shown.year(2024)[five]
    assert (member.status, member.grade) == ("suspended", "qualified")


def test_who_left_in_the_year_is_still_on_its_review(trained: Programme, show: Show) -> None:
    shown, four = show(trained), trained.members["four"]
    trained.vacated("four", "2024-11-15")
    trained.given("open-review", on="2025-03-03", **YEAR)
    assert shown.year(2024, on="2025-03-05")[four].status == "ended"
    trained.when("close-review", on="2025-03-13", **YEAR).then_refused("E1")
    trained.given("waive-grade", on="2025-03-10", person=four, **YEAR, reason="年度内离校")
    assert shown.year(2024)[four].reason == "年度内离校"
    trained.at("2025-06-01")
    assert four not in shown.year(2025)
