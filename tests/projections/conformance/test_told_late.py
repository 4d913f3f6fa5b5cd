"""What is told after a decision, for a day before it, is held against it: it stays, and a finding stands (H3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.language import Departure
from projections.conformance.history import judged
from tests.support import stages
from tests.support.scenario import BATCH
from tests.support.stages import CONDITIONS, Programme

NOT_MET = [one | ({"finding": "not_met"} if one["code"] == "S1" else {}) for one in CONDITIONS]


@pytest.fixture
def school(tmp_path: Path) -> Programme:
    return stages.published(tmp_path)


@pytest.fixture
def trained(tmp_path: Path) -> Programme:
    return stages.in_training(tmp_path)


def outdated(school: Programme) -> dict[str, tuple[str, tuple[int, ...]]]:
    """By the type of record the clause, and what turned it."""
    found = judged(school.log, school.log.head()).deviations
    assert {one.departure for one in found} <= {Departure.OUTDATED}
    return {one.about.event.KIND: (one.clause, one.turned_by) for one in found}


def disqualified(trained: Programme) -> tuple[str, str]:
    person = trained.members["three"]
    about = {"person": person, "batch": BATCH, "ground": "complaints", "raised_by": "教师", "text": "反映"}
    case = str(trained.given("raise-concern", on="2024-06-03", **about)["case"])
    trained.given("verify-concern", on="2024-06-04", case=case, facts_found="属实")
    trained.given("hear-person", on="2024-06-04", case=case, statement="承认")
    trained.given("propose-disqualification", on="2024-06-06", case=case, text="建议取消")
    resolution = trained.resolved(person, "disqualification", "2024-06-07")
    trained.given("decide-disqualification", on="2024-06-10", case=case, resolution=resolution)
    return person, case


def test_an_announcement_told_late_closes_the_first_round_before_a_vote(trained: Programme) -> None:
    """Withdrawn, voted past, and announced again for the old day."""
    person = trained.shortlisted("three")
    meeting = trained.meeting("2024-03-14")
    told = {"batch": BATCH, "meeting": meeting, "channel": "公开栏"}
    trained.given("announce-result", on="2024-03-15", **told)
    trained.given("withdraw-event", on="2024-10-10", position=trained.log.head(), reason="误登")
    resolution = trained.resolved(person, "admission", "2024-10-10", tier="three", round="initial")
    admit = {"person": person, "batch": BATCH, "tier": "three", "resolution": resolution, "reason": "须说明"}
    trained.given("admit-candidate", on="2024-10-10", **admit)
    assert outdated(trained) == {}
    trained.given("announce-result", on="2024-03-15", today="2024-10-11", **told)
    again = trained.log.head()
    assert outdated(trained) == dict.fromkeys(("resolution-reached", "membership-started"), ("D3", (again,)))


def test_an_amendment_told_late_counts_for_what_was_decided_since_its_day(school: Programme) -> None:
    person = school.shortlisted()
    vote = school.resolved(person, "admission", "2024-03-14", tier="three", round="initial", agree=5, disagree=4)
    school.given("admit-candidate", on="2024-03-14", person=person, batch=BATCH, tier="three", resolution=vote)
    meeting = school.meeting("2024-03-10", title="修订")
    counts: dict[str, Any] = {"agree": 9, "disagree": 0, "abstain": 0, "matter": "plan", "text": "三分之二"}
    plan = school.given("pass-resolution", on="2024-03-10", batch=BATCH, meeting=meeting, **counts)["resolution"]
    changes = {"committee.majority_of_entitled": [2, 3]}
    amended = {"batch": BATCH, "changes": changes, "resolution": plan, "reason": "修订"}
    school.given("amend-plan", on="2024-03-10", today="2024-03-20", **amended)
    clause, turned_by = outdated(school)["resolution-reached"]
    assert (clause, school.log.head() in turned_by) == ("R4", True)


def test_conduct_told_late_is_held_against_the_admission(school: Programme) -> None:
    person = school.member()
    told = {"person": person, "batch": BATCH, "conditions": NOT_MET}
    school.given("assess-conduct", on="2024-03-12", today="2024-03-20", **told)
    assert outdated(school)["membership-started"] == ("S1", (school.log.head(),))


def test_a_dismissal_told_late_is_held_against_proposal_and_decision(trained: Programme) -> None:
    _, case = disqualified(trained)
    trained.given("dismiss-concern", on="2024-06-05", today="2024-06-11", case=case, text="不实")
    turned = ("D2", (trained.log.head(),))
    assert outdated(trained) == dict.fromkeys(("disqualification-proposed", "disqualification-decided"), turned)


def test_a_vote_told_late_is_held_against_what_rests_on_an_earlier_one(trained: Programme) -> None:
    person, _ = disqualified(trained)
    trained.resolved(person, "disqualification", "2024-06-09", agree=0, disagree=9)
    assert outdated(trained)["disqualification-decided"] == ("R4", (trained.log.head(),))


def test_an_admission_is_held_against_a_vote_and_a_withdrawal_told_late(school: Programme) -> None:
    person = school.member(on="2024-03-18")
    vote = {"tier": "three", "round": "initial", "agree": 2, "disagree": 7}
    school.resolved(person, "admission", "2024-03-15", **vote)
    assert outdated(school)["membership-started"][0] == "R4"


def test_what_is_told_late_and_turns_nothing_leaves_no_finding(trained: Programme) -> None:
    person, _ = disqualified(trained)
    about = {"person": person, "batch": BATCH, "kind": "clubs", "text": "指导天文社"}
    trained.given("record-practice", on="2024-05-06", today="2024-06-11", reason="补录", **about)
    assert outdated(trained) == {}
