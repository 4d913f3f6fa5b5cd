"""The kit says so when a story goes another way than it tells."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import Malformed, Unknown
from tests.support import stages
from tests.support.stages import Programme

HONOUR = {"title": "优秀教师"}
Claim = Callable[[Programme], object]


@pytest.fixture
def school(tmp_path: Path) -> Programme:
    return stages.in_training(tmp_path)


def test_a_stage_is_copied_and_shares_nothing(tmp_path: Path) -> None:
    first, second = stages.in_training(tmp_path / "1"), stages.in_training(tmp_path / "2")
    first.vacated("three", on="2024-05-01")
    assert not first.membership(first.members["three"]).active
    assert second.membership(second.members["three"]).active


RECORDED: dict[str, Claim] = {
    "nothing": lambda s: s.then_nothing(),
    "refused": lambda s: s.then_refused("S7"),
    "needs": lambda s: s.then_needs("S7.age", "caution"),
    "fails": lambda s: s.then_fails(Unknown),
    "another": lambda s: s.then_recorded("post-held"),
    "with a caution": lambda s: s.then_recorded("honour-recorded", cautions=["S7.age"]),
}
UNKNOWN: dict[str, Claim] = {
    "refused": lambda s: s.then_refused("S7"),
    "needs": lambda s: s.then_needs("S7.age", "caution"),
    "malformed": lambda s: s.then_fails(Malformed),
}


@pytest.mark.parametrize("claim", RECORDED)
def test_what_was_recorded_is_not_claimed_to_be_anything_else(school: Programme, claim: str) -> None:
    school.when("record-honour", person=school.members["four"], **HONOUR)
    with pytest.raises(AssertionError):
        RECORDED[claim](school)


@pytest.mark.parametrize("claim", UNKNOWN)
def test_what_is_unknown_is_not_claimed_to_be_anything_else(school: Programme, claim: str) -> None:
    school.when("record-honour", person="p-000000", **HONOUR)
    with pytest.raises(AssertionError):
        UNKNOWN[claim](school)
    for not_done in (school.done, school.then_nothing, lambda: school.then_recorded("honour-recorded")):
        with pytest.raises(Unknown):
            not_done()


def test_what_is_given_must_be_possible(school: Programme) -> None:
    with pytest.raises(Unknown):
        school.given("record-honour", person="p-000000", **HONOUR)


def test_the_clock_follows_the_story_and_never_goes_back(school: Programme) -> None:
    school.when("record-honour", on="2024-06-01", person=school.members["four"], **HONOUR).done()
    school.when("record-honour", on="2024-05-01", person=school.members["four"], **HONOUR).done()
    assert str(school.today) == "2024-06-01"
    school.when("record-honour", on="2024-04-01", today="2024-04-02", person=school.members["four"], **HONOUR).done()
    assert str(school.today) == "2024-04-02"
