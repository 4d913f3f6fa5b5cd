"""岗位锻炼、结对培养、自我提升: each foreseen for one tier, for another with a reason (M2-M4)."""

from typing import Any

import pytest

from domain.errors import Malformed, Unknown
from tests.support.scenario import BATCH
from tests.support.stages import Programme

DAY = "2024-04-10"


# M2


def placement(school: Programme, tier: str = "three", **more: Any) -> dict[str, Any]:
    return {"on": DAY, **school.about(tier, department="教务处", role="干事"), **more}


def test_a_placement_starts_and_ends_with_an_appraisal(trained: Programme) -> None:
    record = trained.when("start-placement", **placement(trained)).then_recorded("placement-started")["record"]
    trained.when("start-placement", **placement(trained)).then_nothing()
    end = trained.about("three", record=record, appraisal="认真负责")
    trained.when("end-placement", on="2024-09-01", **end).then_recorded("placement-ended")
    trained.when("end-placement", on="2024-09-01", **end).then_nothing()
    trained.when("end-placement", on="2024-09-01", **end | {"appraisal": "一般"}).then_refused("M2")
    trained.when("start-placement", **placement(trained, on="2024-10-01")).then_recorded("placement-started")


def test_placements_of_another_tier_need_a_reason(trained: Programme) -> None:
    trained.when("start-placement", **placement(trained, "four")).then_needs(
        "M2.tier", "caution", value="mentoring", limit="placement"
    )
    trained.when("start-placement", reason="岗位需要", **placement(trained, "four")).then_recorded(
        "placement-started", cautions=["M2.tier"]
    )


def test_what_never_began_does_not_end(trained: Programme) -> None:
    record = trained.given("start-placement", **placement(trained))["record"]
    end = trained.about("three", record=record, appraisal="认真负责")
    trained.when("end-placement", on="2024-04-09", **end).then_fails(Unknown)
    trained.when("end-placement", **end | {"record": "x-000000"}).then_fails(Unknown)
    trained.when("end-placement", **end | {"person": trained.members["four"]}).then_fails(Unknown)


# M3


@pytest.fixture
def mentor(trained: Programme) -> str:
    return trained.person("导师", posts=("middle_manager",))


def pairing(school: Programme, mentor: str, tier: str = "four", **more: Any) -> dict[str, Any]:
    return {"on": DAY, **school.about(tier, mentor=mentor, mentor_post="middle_manager"), **more}


def test_one_pairing_for_a_training_year(trained: Programme, mentor: str) -> None:
    paired = trained.when("pair-mentor", **pairing(trained, mentor)).then_recorded("mentor-paired")
    assert paired["year"] == 2024
    trained.when("pair-mentor", **pairing(trained, mentor)).then_nothing()
    second = trained.person(posts=("grade_leader",))
    other = pairing(trained, second, mentor_post="grade_leader")
    trained.when("pair-mentor", **other).then_refused("M3")
    trained.when("pair-mentor", **other | {"on": "2025-03-14"}).then_recorded("mentor-paired")


def test_a_second_pairing_after_the_first_was_closed_needs_a_reason(trained: Programme, mentor: str) -> None:
    record = trained.given("pair-mentor", **pairing(trained, mentor))["record"]
    trained.given("close-pairing", on="2024-06-01", **trained.about("four", record=record, summary="导师调离"))
    again = pairing(trained, trained.person(posts=("middle_manager",)), on="2024-06-02")
    trained.when("pair-mentor", **again).then_needs("M3.pairing", "caution", value="2", limit="1")
    trained.when("pair-mentor", reason="导师调离", **again).then_recorded("mentor-paired", cautions=["M3.pairing"])


def test_the_mentor_holds_a_post_of_the_plan_on_the_day(trained: Programme, mentor: str) -> None:
    trained.when("pair-mentor", **pairing(trained, mentor, mentor_post="officer")).then_refused("M3")
    trained.when("pair-mentor", **pairing(trained, mentor, mentor_post="grade_leader")).then_refused("M3")
    post = trained.last("post-held", mentor)["record"]
    trained.given("end-post", on=DAY, person=mentor, record=post)
    trained.when("pair-mentor", **pairing(trained, mentor)).then_refused("M3")
    trained.when("pair-mentor", **pairing(trained, mentor, on="2024-04-09")).then_recorded("mentor-paired")


def test_another_post_has_a_text_and_a_reason(trained: Programme) -> None:
    other = pairing(trained, trained.person(posts=()), mentor_post="other")
    trained.when("pair-mentor", reason="专家", **other).then_fails(Malformed)
    trained.when("pair-mentor", **other, other_post="特级教师").then_refused("M3")
    trained.when("pair-mentor", reason="专家", **other, other_post="特级教师").then_recorded("mentor-paired")


def test_a_mentor_is_somebody_else_who_is_still_here(trained: Programme, mentor: str) -> None:
    trained.when("pair-mentor", **pairing(trained, trained.members["four"])).then_refused("M3")
    trained.given("record-leaving", on="2024-04-01", person=mentor, cause="retired")
    trained.when("pair-mentor", **pairing(trained, mentor)).then_refused("M3")


def test_pairings_of_another_tier_need_a_reason(trained: Programme, mentor: str) -> None:
    trained.when("pair-mentor", **pairing(trained, mentor, "five")).then_needs("M3.tier", "caution")
    trained.when("pair-mentor", reason="班级管理薄弱", **pairing(trained, mentor, "five")).done()


@pytest.mark.parametrize(("year", "possible"), [(2023, False), (2024, True), (2025, True), (2026, False)])
def test_a_pairing_is_for_this_year_or_ahead_for_the_next(
    trained: Programme, mentor: str, year: int, possible: bool
) -> None:
    trained.when("pair-mentor", **pairing(trained, mentor, year=year))
    if possible:
        assert trained.then_recorded("mentor-paired")["year"] == year
    else:
        trained.then_refused("M3")


def test_mentoring_belongs_to_an_open_pairing(trained: Programme, mentor: str) -> None:
    record = trained.given("pair-mentor", **pairing(trained, mentor))["record"]
    told = trained.about("four", record=record, text="跟岗一天")
    trained.when("record-mentoring", on="2024-05-10", **told).then_recorded("mentoring-activity-recorded")
    trained.when("record-mentoring", on="2024-05-10", **told).then_nothing()
    trained.when("record-mentoring", on="2024-05-11", **told).then_recorded("mentoring-activity-recorded")
    close = trained.about("four", record=record, summary="完成")
    trained.when("close-pairing", on="2024-06-01", **close).then_recorded("pairing-closed")
    trained.when("close-pairing", on="2024-06-01", **close).then_nothing()
    trained.when("record-mentoring", on="2024-06-02", **told).then_refused("M3")
    trained.when("record-mentoring", on="2024-05-31", **told).then_recorded("mentoring-activity-recorded")
    trained.when("record-mentoring", **told | {"record": "x-000000"}).then_fails(Unknown)


# M4


def test_a_requirement_is_issued_once_for_a_year(trained: Programme) -> None:
    require = {"on": DAY, **trained.about("five", text="每学期一次总结")}
    assert trained.when("issue-requirement", **require).then_recorded("requirement-issued")["year"] == 2024
    trained.when("issue-requirement", **require).then_nothing()
    trained.when("issue-requirement", **require | {"text": "每月一次"}).then_refused("M4")
    trained.when("issue-requirement", **require, year=2025).then_recorded("requirement-issued")
    trained.when("issue-requirement", **require, year=2026).then_refused("M4")


def guide(school: Programme, tier: str = "five", **more: Any) -> dict[str, Any]:
    return {"on": DAY, **school.about(tier, kind="grade_division", unit="高一年级部"), **more}


def test_a_guide_is_somebody_or_a_unit_of_a_kind_the_plan_names(trained: Programme) -> None:
    trained.when("assign-guide", **guide(trained)).then_recorded("guide-assigned")
    trained.when("assign-guide", **guide(trained)).then_nothing()
    by_person = guide(trained, kind="branch_secretary", unit=None, guide=trained.committee[1])
    trained.when("assign-guide", **by_person).then_recorded("guide-assigned")
    trained.when("assign-guide", **guide(trained, kind="parents")).then_fails(Unknown)
    trained.when("assign-guide", **guide(trained, unit=None)).then_refused("M4")
    trained.when("assign-guide", **guide(trained, unit=None, guide=trained.members["five"])).then_refused("M4")


@pytest.mark.parametrize(
    ("command", "data"),
    [("assign-guide", {"unit": "教科室"}), ("record-practice", {"text": "指导"})],
    ids=["guide", "practice"],
)
def test_another_kind_has_a_text_and_a_reason(trained: Programme, command: str, data: dict[str, str]) -> None:
    told = {"on": DAY, **trained.about("five", kind="other"), **data}
    trained.when(command, reason="方案未列", **told).then_fails(Malformed)
    trained.when(command, **told, other="课题组").then_refused("M4")
    trained.when(command, reason="方案未列", **told, other="课题组").done()


def practice(school: Programme, tier: str = "five", **more: Any) -> dict[str, Any]:
    return {"on": DAY, "person": school.members[tier], "batch": BATCH, "kind": "clubs", "text": "指导天文社", **more}


def test_practice_is_recorded_once_for_its_day(trained: Programme) -> None:
    trained.when("record-practice", **practice(trained)).then_recorded("practice-recorded")
    trained.when("record-practice", **practice(trained)).then_nothing()
    trained.when("record-practice", **practice(trained, on="2024-04-17")).then_recorded("practice-recorded")
    trained.when("record-practice", **practice(trained, kind="gardening")).then_fails(Unknown)


@pytest.mark.parametrize("command", ["issue-requirement", "assign-guide", "record-practice"])
def test_self_development_of_another_tier_needs_a_reason(trained: Programme, command: str) -> None:
    told = {
        "issue-requirement": trained.about("three", text="每学期一次总结"),
        "assign-guide": guide(trained, "three"),
        "record-practice": practice(trained, "three"),
    }[command]
    trained.when(command, **{"on": DAY} | told).then_needs(
        "M4.tier", "caution", value="placement", limit="self_development"
    )
    trained.when(command, **{"on": DAY, "reason": "补短板"} | told).done()
