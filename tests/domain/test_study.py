"""组织学习 and 考勤 (M1)."""

from typing import Any

import pytest

from domain.errors import Malformed, Unknown
from tests.support.scenario import BATCH
from tests.support.stages import Programme

DAY = "2024-04-10"
SESSION = {"batch": BATCH, "title": "师德师风专题", "areas": ["ethics", "political"], "hours": 2.5}


def attendance(school: Programme, *lines: dict[str, Any], on: str = DAY) -> dict[str, Any]:
    session = school.given("hold-study-session", on=DAY, **SESSION).get("session")
    session = session or school.last("study-session-held", BATCH)["session"]
    return {"on": on, "batch": BATCH, "session": session, "lines": lines}


def line(school: Programme, tier: str, attended: str = "present", **more: Any) -> dict[str, Any]:
    return {"person": school.members[tier], "attendance": attended, **more}


def test_a_session_is_held_once(trained: Programme) -> None:
    trained.when("hold-study-session", on=DAY, **SESSION).then_recorded("study-session-held")
    trained.when("hold-study-session", on=DAY, **SESSION).then_nothing()
    trained.when("hold-study-session", on=DAY, **SESSION | {"place": "二楼"}).then_recorded("study-session-held")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"areas": ["gardening"]}, Unknown),
        ({"areas": []}, Malformed),
        ({"hours": 0}, Malformed),
        ({"hours": 201}, Malformed),
        ({"batch": "2030-none"}, Unknown),
    ],
    ids=str,
)
def test_a_session_has_hours_and_areas_of_the_plan(trained: Programme, wrong: dict[str, Any], error: type) -> None:
    trained.when("hold-study-session", on=DAY, **SESSION | wrong).then_fails(error)


def test_an_area_is_named_once(trained: Programme) -> None:
    trained.when("hold-study-session", on=DAY, **SESSION | {"areas": ["ethics", "ethics"]}).then_refused("M1")


def test_attendance_is_one_event_for_each(trained: Programme) -> None:
    lines = line(trained, "three"), line(trained, "four", "leave"), line(trained, "five", "absent")
    told = attendance(trained, *lines)
    trained.when("record-attendance", **told).then_recorded(*["attendance-recorded"] * 3)
    hours = [trained.last("attendance-recorded", trained.members[tier])["hours"] for tier in trained.members]
    assert hours == [None, None, None], "they are the session's"
    trained.when("record-attendance", **told).then_nothing()


def test_who_came_later_is_added(trained: Programme) -> None:
    trained.given("record-attendance", **attendance(trained, line(trained, "three")))
    both = attendance(trained, line(trained, "three"), line(trained, "four"))
    trained.when("record-attendance", **both).then_recorded("attendance-recorded")


def test_attendance_on_record_is_corrected_not_recorded_again(trained: Programme) -> None:
    trained.given("record-attendance", **attendance(trained, line(trained, "three")))
    trained.when("record-attendance", **attendance(trained, line(trained, "three", "absent"))).then_refused("M1")


@pytest.mark.parametrize(
    ("attended", "hours", "possible"),
    [("present", 1, True), ("present", 2.5, True), ("present", 3, False), ("leave", 1, True), ("absent", 1, False)],
)
def test_hours_are_never_more_than_the_sessions(
    trained: Programme, attended: str, hours: float, possible: bool
) -> None:
    trained.when("record-attendance", **attendance(trained, line(trained, "three", attended, hours=hours)))
    if possible:
        assert trained.then_recorded("attendance-recorded")["hours"] == hours
    else:
        trained.then_refused("M1")


def test_attendance_is_of_the_sessions_day(trained: Programme) -> None:
    told = attendance(trained, line(trained, "three"), on="2024-04-11")
    trained.when("record-attendance", **told).then_refused("M1")
    trained.when("record-attendance", **told | {"on": "2024-04-09"}).then_fails(Unknown)
    trained.when("record-attendance", **told | {"session": "t-000000"}).then_fails(Unknown)


def test_nobody_is_listed_twice_and_somebody_is(trained: Programme) -> None:
    trained.when("record-attendance", **attendance(trained, *[line(trained, "three")] * 2)).then_refused("M1")
    trained.when("record-attendance", **attendance(trained)).then_fails(Malformed)


def test_only_who_is_in_training_attends(trained: Programme) -> None:
    outsider = {"person": trained.person(), "attendance": "present"}
    trained.when("record-attendance", **attendance(trained, line(trained, "three"), outsider)).then_refused("H2")
