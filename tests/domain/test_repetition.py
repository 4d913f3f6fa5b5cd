"""“Already so” is answered only when nothing that was typed is lost by it; else the record that stands is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.errors import Refusal
from tests.support import stages
from tests.support.scenario import BATCH
from tests.support.stages import Programme

DAY = "2024-03-14"


@pytest.fixture
def school(tmp_path: Path) -> Programme:
    return stages.published(tmp_path)


def recusal(school: Programme) -> dict[str, Any]:
    about = {"person": school.shortlisted(), "batch": BATCH, "meeting": school.meeting(DAY)}
    return {"on": DAY, **about, "member": school.committee[1], "because": "配偶关系"}


def honour(school: Programme) -> dict[str, Any]:
    return {
        "on": "2024-03-01",
        "person": school.person(),
        "title": "优秀教师",
        "awarded_by": "市教育局",
        "level": "市级",
    }


def notice(school: Programme) -> dict[str, Any]:
    del school
    return {"on": "2024-03-15", "batch": BATCH, "place": "公告栏"}


def shortlisting(school: Programme) -> dict[str, Any]:
    about = {"person": school.assessed("three"), "batch": BATCH, "tier": "three"}
    return {"on": "2024-03-12", **about, "opinion": "同意列为初步人选"}


def announcement(school: Programme) -> dict[str, Any]:
    school.member("three")
    return {"on": "2024-03-15", "batch": BATCH, "meeting": school.meeting(DAY), "channel": "公告栏"}


@pytest.mark.parametrize(
    ("command", "told", "other"),
    [
        ("declare-recusal", recusal, {"because": "师生关系"}),
        ("record-honour", honour, {"awarded_by": "省教育厅"}),
        ("open-notice", notice, {"place": "校园网"}),
        ("open-notice", notice, {"on": "2024-03-18"}),
        ("shortlist-candidate", shortlisting, {"opinion": "另有意见"}),
        ("announce-result", announcement, {"channel": "校园网"}),
    ],
)
def test_a_repetition_with_something_else_in_it_is_refused(
    school: Programme, command: str, told: Any, other: dict[str, Any]
) -> None:
    first = told(school)
    school.given(command, **first)
    school.when(command, **first).then_nothing()
    position = school.log.head()
    school.when(command, **first | other)
    assert isinstance(school.error, Refusal)
    assert "@" in school.error.zh
    assert school.log.head() == position


def test_a_repetition_for_another_reason_is_refused(tmp_path: Path) -> None:
    trained = stages.in_training(tmp_path)
    trained.given("open-review", on="2024-12-20", batch=BATCH, year=2024)
    rests_on = trained.excepted(trained.members["three"], "E1.waived", "2024-12-20", year=2024)
    waived = {"on": "2024-12-20", **trained.about("three"), "year": 2024, "exceptions": rests_on}
    trained.given("waive-grade", **waived, reason="长期病假")
    trained.when("waive-grade", **waived, reason="长期病假").then_nothing()
    trained.when("waive-grade", **waived, reason="外出借调").then_refused("E1")


def test_only_ones_own_nomination_is_taken_back(school: Programme) -> None:
    person = school.nominee()
    nomination = school.last("candidate-nominated", person)["nomination"]
    told = {"on": "2024-03-05", "person": person, "batch": BATCH, "nomination": nomination, "reason": "撤回"}
    school.when("withdraw-nomination", capacity="self", **told).then_refused("O2")
    school.when("withdraw-nomination", capacity="unit", at_own_wish=True, **told).then_refused("O2")
    school.when("withdraw-nomination", capacity="self", at_own_wish=True, dry_run=True, **told).done()
    school.when("withdraw-nomination", capacity="unit", **told).then_recorded("nomination-withdrawn")
