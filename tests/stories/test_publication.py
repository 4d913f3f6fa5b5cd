"""公布方案: the plan is published, its timetable kept or moved, its numbers amended, its leading group headed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain.errors import Refusal
from tests.support.scenario import BATCH
from tests.support.shown import Shown
from tests.support.stages import Programme

Show = Callable[[Programme], Shown]


def test_before_its_publication_there_is_no_programme(school: Programme, show: Show) -> None:
    shown = show(school)
    assert shown.tiers(on="2024-02-29") == shown.tiers(known="@0") == {}
    three = shown.tiers(on="2024-03-01")["three"]
    assert (three.label, three.target, three.active) == ("三", 3, 0)


def test_the_timetable_compares_what_was_planned_with_what_came(school: Programme, show: Show) -> None:
    shown = show(school)
    school.given("open-step", on="2024-03-02", batch=BATCH, step="nominate")
    school.given("close-step", on="2024-03-05", batch=BATCH, step="nominate")
    school.given("open-step", on="2024-03-06", batch=BATCH, step="assess")
    moved = {"starts_on": "2024-03-06", "ends_on": "2024-03-15"}
    school.given("reschedule-step", on="2024-03-11", batch=BATCH, step="assess", reason="考评组人手不足", **moved)
    school.given("close-step", on="2024-03-14", batch=BATCH, step="assess")

    nominate, assess = shown.step("nominate"), shown.step("assess")
    assert (nominate.start_variance, nominate.end_variance, nominate.rescheduled) == (1, 0, False)
    assert (assess.start_variance, assess.end_variance, assess.rescheduled) == (0, -1, True)
    assert (assess.ends_on, assess.first_ends_on) == (date(2024, 3, 15), date(2024, 3, 13))

    on_the_way = shown.step("assess", on="2024-03-10")
    assert (on_the_way.ends_on, on_the_way.closed_on, on_the_way.rescheduled) == (date(2024, 3, 13), None, False)
    assert ("step.assess", date(2024, 3, 13)) in shown.due(on="2024-03-10")
    assert ("step.assess", date(2024, 3, 15)) in shown.due(on="2024-03-11")
    assert [what for what, _ in shown.due(on="2024-03-14")] == ["step.decide"]


def test_a_step_recorded_late_is_in_time_once_it_is_known(school: Programme, show: Show) -> None:
    shown = show(school)
    school.given("open-step", on="2024-03-01", batch=BATCH, step="nominate")
    school.given("close-step", on="2024-03-05", today="2024-03-20", batch=BATCH, step="nominate")
    assert shown.step("nominate", on="2024-03-05", known="2024-03-19").closed_on is None
    assert shown.step("nominate", on="2024-03-05").end_variance == 0
    told = shown.last(BATCH)
    assert (told.late, told.late_days) == (True, 15)


def test_an_amendment_changes_the_numbers_only_from_its_day_on(school: Programme, show: Show) -> None:
    shown = show(school)
    for _ in range(3):
        school.member("three")
    resolution = school.resolved(None, "plan", "2024-05-06", text="三梯队增至四名")
    told: dict[str, Any] = {"batch": BATCH, "changes": {"tiers.three.target": 4}, "resolution": resolution}
    school.when("amend-plan", on="2024-05-06", **told).then_refused("R1")
    school.given("amend-plan", on="2024-05-06", today="2024-05-10", reason="工作需要", **told)

    assert [shown.tiers(on=day)["three"].target for day in ("2024-05-05", "2024-05-06")] == [3, 4]
    assert [shown.places("three", on=day).gap for day in ("2024-05-05", "2024-05-06")] == [0, 1]
    assert shown.places("three", on="2024-05-09", known="2024-05-09").target == 3
    assert shown.step("decide").ends_on == date(2024, 3, 14), "what was not amended stands"

    late = school.admissible("three")
    school.given("admit-candidate", on="2024-05-10", **late)
    assert shown.crossed(late["person"]) == []
    assert (shown.places("three").active, shown.places("three").gap) == (4, 0)


def test_a_place_taken_before_the_amendment_was_judged_by_the_old_number(school: Programme, show: Show) -> None:
    shown = show(school)
    *_, fourth = [school.member("three") for _ in range(4)]
    school.given(
        "amend-plan",
        on="2024-05-06",
        batch=BATCH,
        changes={"tiers.three.target": 4},
        resolution=school.resolved(None, "plan", "2024-05-06"),
        reason="工作需要",
    )
    assert shown.crossed(fourth) == [("T1.places", "caution", None)]


def test_when_the_secretary_goes_the_group_acts_only_with_a_reason(trained: Programme, show: Show) -> None:
    shown, (first, second) = show(trained), trained.committee[:2]
    vacancy = trained.vacated("four", "2024-06-03")
    post = trained.last("post-held", first)["record"]
    trained.given("end-post", on="2024-06-10", person=first, record=post)
    with pytest.raises(Refusal, match=r"\[O1\]"):
        trained.moved(vacancy, on="2024-06-10")

    trained.given("record-post", on="2024-06-10", person=second, post="party_secretary")
    group = {"batch": BATCH, "chair": second, "members": [{"person": second, "office": "组长"}]}
    trained.given("change-leading-group", on="2024-06-10", reason="书记调整", **group)
    trained.moved(vacancy, on="2024-06-10")
    assert shown.filling(vacancy) == "moved"
    assert shown.last(BATCH).type == "motion-raised"
