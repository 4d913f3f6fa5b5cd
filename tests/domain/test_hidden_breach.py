"""A breach that stands already hides no other: what a correction brings is seen behind it (H3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.errors import DependentsStand
from domain.events.committee import ResolutionReached
from tests.domain.test_correction import corrected, position
from tests.support import stages
from tests.support.stages import CONDITIONS, Programme, requested

DAY = "2024-03-14"


@pytest.fixture
def school(tmp_path: Path) -> Programme:
    """The register of the committee is kept."""
    school = stages.published(tmp_path)
    for person in school.committee:
        appoint(school, person)
    return school


def appoint(school: Programme, person: str) -> str:
    told = {"person": person, "group": "party_committee", "office": "委员"}
    return str(school.given("appoint-group-member", on="2024-02-01", **told)["record"])


def in_breach(school: Programme, **shortlisted: Any) -> tuple[str, int]:
    """A vote whose counts fit no longer: one who voted turns out to have been released by then."""
    person = school.shortlisted(**shortlisted)
    school.resolved(person, "admission", DAY, tier="three", round="initial")
    member = school.committee[8]
    record = school.last("group-member-appointed", member)["record"]
    school.given("release-group-member", on="2024-03-01", person=member, record=record)
    school.at("2024-03-20")
    return person, position(school, "resolution-reached", person)


def vote(school: Programme, person: str) -> ResolutionReached:
    return school.facts().all(person, ResolutionReached)[-1].value


def test_a_count_that_never_fitted_is_refused_under_a_vote_in_breach(school: Programme) -> None:
    _, at = in_breach(school)
    corrected(school, at, agree=99).then_refused("R4")


def test_counts_that_fit_again_mend_it(school: Programme) -> None:
    person, at = in_breach(school)
    corrected(school, at, agree=8).then_recorded("event-corrected")
    assert (vote(school, person).agree, vote(school, person).entitled) == (8, 8)


def test_other_contents_are_corrected_under_a_breach(school: Programme) -> None:
    _, at = in_breach(school)
    corrected(school, at, text="附会议纪要").then_recorded("event-corrected")
    corrected(school, at, agree=99).then_refused("R4")


def test_a_result_follows_from_the_counts_under_a_breach(school: Programme) -> None:
    person, at = in_breach(school)
    corrected(school, at, agree=4, disagree=5).then_recorded("event-corrected")
    assert vote(school, person).result == "failed"


def test_what_rests_on_it_is_seen_behind_a_breach_of_its_own(school: Programme) -> None:
    """The vote granted an exception from S3, and stands in breach by its counts; S3 may not turn out to be met."""
    conditions = [one | ({"finding": "not_met"} if one["code"] == "S3" else {}) for one in CONDITIONS]
    person, _ = in_breach(school, conditions=conditions, asked=requested("S3.condition"))
    corrected(school, position(school, "conduct-assessed", person), conditions=CONDITIONS)
    assert isinstance(school.error, DependentsStand)
