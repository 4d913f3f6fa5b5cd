"""修订方案 (R1): checked as a publication is, from its day on, the day of publication too."""

from typing import Any

import pytest

from domain.errors import Malformed
from domain.school import plan_in_force
from projections.conformance.findings import findings
from projections.moment import Views
from tests.support.scenario import BATCH
from tests.support.stages import Programme, excepted


def amended(school: Programme, changes: dict[str, Any], on: str = "2024-03-20", **more: Any) -> Programme:
    """An amendment that is tried, by a resolution of its day."""
    resolution = school.resolved(None, "plan", on, text=f"修订 {sorted(changes)}")
    told = {"batch": BATCH, "changes": changes, "resolution": resolution, "reason": "工作需要"}
    return school.when("amend-plan", on=on, **told, **more)


def test_one_more_ground_is_an_entry_of_its_table(school: Programme) -> None:
    changes = {"grounds.bullying": {"label": "欺凌学生", "label_en": "bullying"}}
    amended(school, changes).then_recorded("plan-amended")
    assert "bullying" not in plan_in_force(school.facts("2024-03-19"), BATCH).grounds
    assert plan_in_force(school.facts("2024-03-20"), BATCH).grounds["bullying"].label == "欺凌学生"


def test_an_unknown_key_and_a_contradiction_are_refused(school: Programme) -> None:
    amended(school, {"tiers.three.colour": "red"}).then_fails(Malformed)
    amended(school, {"colours.red": {"label": "红"}}).then_fails(Malformed)
    amended(school, {"tiers.three.next_tier": "six"}).then_fails(Malformed)


@pytest.mark.parametrize("changes", [{"tiers.three.target": True}, {"tiers.three.target": "4"}, {"name": 3}], ids=str)
def test_a_value_of_another_type_is_refused(school: Programme, changes: dict[str, Any]) -> None:
    amended(school, changes).then_fails(Malformed)


@pytest.mark.parametrize("key", ["issued_on", "published_on"])
def test_the_days_of_issue_and_publication_are_not_amended(school: Programme, key: str) -> None:
    amended(school, {key: "2024-02-28"}).then_refused("R1")


def test_an_unusual_cycle_is_an_exception_for_an_amendment_too(school: Programme) -> None:
    amended(school, {"cycle.months": 24}).then_needs("O3.cycle", "exception", value="24", limit="36")


def test_an_amendment_does_not_make_its_own_length_usual(school: Programme) -> None:
    length = {"cycle.months": 24, "cycle.usual_months": 24}
    amended(school, length).then_needs("O3.cycle", "exception", value="24", limit="36")
    amended(school, {"cycle.usual_months": 24}, on="2024-03-21").then_recorded("plan-amended")


def test_a_target_is_not_lowered_under_those_who_hold_its_places(school: Programme) -> None:
    for _ in range(3):
        school.member("three")
    amended(school, {"tiers.three.target": 1}).then_needs("T1.places", "exception", value="3", limit="2")
    amended(school, {"places_with_reason": 0}, on="2024-03-21").then_recorded("plan-amended")
    amended(school, {"tiers.three.target": 2}, on="2024-03-22").then_needs("T1.places", "exception", value="3")


def test_a_target_is_lowered_by_the_exception_that_the_same_resolution_makes(school: Programme) -> None:
    for _ in range(3):
        school.member("three")
    resolution = school.resolved(None, "plan", "2024-03-20", text="目标一人")
    told = {"batch": BATCH, "changes": {"tiers.three.target": 1}, "resolution": resolution, "reason": "编制减少"}
    covered = excepted("T1.places", by=resolution)
    school.when("amend-plan", on="2024-03-20", **told, exceptions=covered)
    school.then_recorded("plan-amended", cautions=["T1.places"])


def test_a_target_that_leaves_room_is_nobodys_exception(school: Programme) -> None:
    school.member("three")
    amended(school, {"tiers.three.target": 1}).then_recorded("plan-amended")
    amended(school, {"tiers.three.target": 6}, on="2024-03-21").then_recorded("plan-amended")


def test_windows_are_moved_by_rescheduling(school: Programme) -> None:
    amended(school, {"windows.assess.ends_on": "2024-03-15"}).then_refused("W")


def test_an_amendment_on_the_day_of_publication_leaves_the_findings_readable(school: Programme) -> None:
    amended(school, {"tiers.three.target": 4}, on="2024-03-01").then_recorded("plan-amended")
    views = Views(school.folder / "views.sqlite", school.log, lambda: school.now)
    assert {line.departure for line in findings(views.at()).findings} <= {"missing"}
    assert findings(views.at()).departures == 0
    views.close()


def test_an_amendment_told_late_must_leave_room_for_later_ones(school: Programme) -> None:
    tutor = {"label": "导师", "label_en": "tutor"}
    amended(school, {"posts.tutor": tutor}, on="2024-05-06").then_recorded("plan-amended")
    posts = [*plan_in_force(school.facts(), BATCH).training.mentor_posts, "tutor"]
    amended(school, {"training.mentor_posts": posts}, on="2024-06-03").then_recorded("plan-amended")
    kept = {
        code: post.model_dump(mode="json")
        for code, post in plan_in_force(school.facts("2024-05-05"), BATCH).posts.items()
    }
    amended(school, {"posts": kept}, on="2024-05-20", today="2024-06-10").then_refused("R1")
    amended(school, {"posts.coach": tutor}, on="2024-05-21", today="2024-06-10").then_recorded("plan-amended")
    assert "tutor" in plan_in_force(school.facts(), BATCH).training.mentor_posts


def test_a_key_inside_another_is_refused(school: Programme) -> None:
    whole = {"label": "欺凌学生", "label_en": "bullying"}
    both = {"grounds.bullying.label": "霸凌", "grounds.bullying": whole}
    amended(school, both).then_fails(Malformed)
    amended(school, {"grounds.bullying": whole}, on="2024-03-21").then_recorded("plan-amended")


def test_an_amendment_brings_text_to_its_one_form_and_refuses_the_rest(school: Programme) -> None:
    amended(school, {"tiers.three.label": "三\u202e"}).then_fails(Malformed)
    assert "tiers.three.label" in str(school.error)
    entry = {"label": "欺凌\x00学生", "label_en": "bullying"}
    amended(school, {"grounds.bullying": entry}, on="2024-03-21").then_fails(Malformed)
    told = amended(school, {"tiers.three.label": " 三\u200b "}, on="2024-03-22").done()
    assert told.events == ()
    amended(school, {"tiers.three.label": " 甲\u200b "}, on="2024-03-23").then_recorded("plan-amended")
    assert plan_in_force(school.facts(), BATCH).tiers["three"].label == "甲"
