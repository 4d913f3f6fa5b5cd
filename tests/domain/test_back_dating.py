"""What is on record stops a decision not yet made, whatever day it is given (R4, D2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from domain.commands import COMMANDS
from tests.support import stages
from tests.support.scenario import BATCH, Day
from tests.support.stages import Programme, requested

FAILS = {"agree": 4, "disagree": 5}


class Vote(NamedTuple):
    """A matter put to the vote on a day, and the decision that rests on it."""

    on: Day
    again_on: Day
    person: str | None
    matter: str
    about: dict[str, Any]
    told: dict[str, Any]
    result: Mapping[str, int] = MappingProxyType({})


def admission(school: Programme) -> Vote:
    person = school.shortlisted("four")
    about = {"tier": "four", "round": "initial"}
    told = {"person": person, "batch": BATCH, **about}
    return Vote("2024-03-14", "2024-03-18", person, "admission", about, told)


def exception(school: Programme) -> Vote:
    person = school.shortlisted("three", born="1975-05-01", asked=requested("T1.age"))
    told = {"person": person, "batch": BATCH, "rule": "T1.age", "approver": "党委会"}
    return Vote("2024-03-13", "2024-03-15", person, "exception", {"rule": "T1.age"}, told)


def amendment(_: Programme) -> Vote:
    told = {"batch": BATCH, "changes": {"tiers.three.target": 4}}
    return Vote("2024-04-08", "2024-04-15", None, "plan", {"text": "三类改为四人"}, told)


def grade(school: Programme) -> Vote:
    about = {**school.about("four"), "year": 2024}
    school.given("open-review", on="2025-03-03", batch=BATCH, year=2024)
    school.given("propose-grade", on="2025-03-03", **about, grade="excellent", comment="突出")
    return Vote(
        "2025-03-10",
        "2025-03-12",
        school.members["four"],
        "grade",
        {"year": 2024, "grade": "excellent"},
        {**about, "grade": "excellent"},
    )


def deferred_grade(school: Programme) -> Vote:
    vote = grade(school)
    deferred = school.resolved(vote.person, vote.matter, vote.on, year=2024, grade="deferred")
    school.given("confirm-grade", on=vote.on, **vote.told | {"grade": "deferred"}, resolution=deferred, reason="须说明")
    return vote._replace(on="2025-03-17", again_on="2025-03-19")


def early_end(school: Programme) -> Vote:
    told = school.about("four", cause="withdrawn")
    return Vote("2025-03-10", "2025-03-12", school.members["four"], "withdrawal", {}, told)


def outcome(school: Programme) -> Vote:
    told = school.about("four", outcome="promoted")
    school.given("assess-cycle", on="2027-03-01", **school.about("four"), text="完成任务")
    return Vote("2027-03-05", "2027-03-08", school.members["four"], "outcome", {"outcome": "promoted"}, told)


def concern(school: Programme, *, proposed: bool = True) -> str:
    about = {**school.about("four"), "ground": "complaints", "raised_by": "教师", "text": "反映"}
    case = str(school.given("raise-concern", on="2024-06-03", **about)["case"])
    school.given("verify-concern", on="2024-06-03", case=case, facts_found="属实")
    school.given("hear-person", on="2024-06-03", case=case, statement="承认")
    if proposed:
        school.given("propose-disqualification", on="2024-06-03", case=case, text="建议取消")
    return case


def disqualification(school: Programme) -> Vote:
    told = {"case": concern(school)}
    return Vote("2024-06-04", "2024-06-10", school.members["four"], "disqualification", {}, told)


def appeal(school: Programme) -> Vote:
    person = school.members["four"]
    told = {"person": person, "case": school.disqualified(person, "2024-06-03")}
    school.given("lodge-appeal", on="2024-06-04", **told, text="请求复核")
    return Vote("2024-06-05", "2024-06-10", person, "appeal", {}, told | {"upheld": True, "text": "撤销"})


def consent(school: Programme) -> Vote:
    motion = school.moved(school.vacated("four", "2024-06-03"), on="2024-06-04").round
    return Vote("2024-06-05", "2024-06-07", None, "supplement", {"round": motion}, {"batch": BATCH, "motion": motion})


def refusal(school: Programme) -> Vote:
    return consent(school)._replace(result=FAILS)


Made = Callable[[Programme], Vote]
RESTING: dict[str, tuple[Callable[[Path], Programme], Made]] = {
    "admit-candidate": (stages.published, admission),
    "grant-exception": (stages.published, exception),
    "amend-plan": (stages.in_training, amendment),
    "confirm-grade": (stages.in_training, grade),
    "resolve-deferred-grade": (stages.in_training, deferred_grade),
    "end-membership": (stages.in_training, early_end),
    "decide-outcome": (stages.in_training, outcome),
    "decide-disqualification": (stages.in_training, disqualification),
    "decide-appeal": (stages.in_training, appeal),
    "consent-to-motion": (stages.in_training, consent),
    "refuse-motion": (stages.in_training, refusal),
}


def test_every_command_that_rests_on_a_resolution_is_here() -> None:
    assert RESTING.keys() == {name for name, command in COMMANDS.items() if "resolution" in command.model_fields}


def prepared(command: str, folder: Path) -> tuple[Programme, Vote, dict[str, Any]]:
    stage, made = RESTING[command]
    school = stage(folder)
    vote = made(school)
    resolution = school.resolved(vote.person, vote.matter, vote.on, **vote.about, **vote.result)
    return school, vote, {"on": vote.on, **vote.told, "resolution": resolution, "reason": "须说明"}


@pytest.mark.parametrize("command", RESTING)
def test_a_later_vote_on_record_stops_it_on_an_earlier_day(command: str, tmp_path: Path) -> None:
    school, vote, told = prepared(command, tmp_path)
    otherwise = {} if vote.result else FAILS
    school.resolved(vote.person, vote.matter, vote.again_on, **vote.about, **otherwise)
    school.when(command, **told).then_refused("R4")


@pytest.mark.parametrize("command", RESTING)
def test_told_late_it_is_recorded_where_nothing_stops_it(command: str, tmp_path: Path) -> None:
    school, vote, told = prepared(command, tmp_path)
    school.at(vote.again_on)
    assert school.when(command, **told).done().events


@pytest.mark.parametrize("command", RESTING)
def test_once_made_a_later_vote_leaves_it(command: str, tmp_path: Path) -> None:
    school, vote, told = prepared(command, tmp_path)
    made = school.when(command, **told).done().events
    again = {"grade": "qualified"} if "grade" in vote.about else {}
    school.resolved(vote.person, vote.matter, vote.again_on, **vote.about | again, **({} if vote.result else FAILS))
    assert school.known.standing(made[0]["position"])


def test_a_deferral_is_told_late_after_the_vote_that_settles_it(trained: Programme) -> None:
    vote = grade(trained)
    both = [("deferred", vote.on), ("qualified", "2025-06-03")]
    deferred, settled = (trained.resolved(vote.person, "grade", on, year=2024, grade=to) for to, on in both)
    told = vote.told | {"grade": "deferred", "resolution": deferred, "reason": "须说明"}
    trained.when("confirm-grade", on="2025-06-04", **told).then_refused("R4")
    trained.when("confirm-grade", on=vote.on, **told).then_recorded("grade-confirmed", cautions=["E1.proposal"])
    told |= {"grade": "qualified", "resolution": settled}
    trained.when("resolve-deferred-grade", on="2025-06-03", **told).then_recorded("deferred-grade-resolved")


def test_a_deferral_that_was_voted_down_is_not_told_late(trained: Programme) -> None:
    vote = grade(trained)
    deferred = trained.resolved(vote.person, "grade", vote.on, year=2024, grade="deferred")
    trained.resolved(vote.person, "grade", vote.again_on, year=2024, grade="deferred", **FAILS)
    told = vote.told | {"grade": "deferred", "resolution": deferred, "reason": "须说明"}
    trained.when("confirm-grade", on=vote.on, **told).then_refused("R4")


# What stops an admission otherwise


def test_a_later_wish_on_record_stops_an_admission_on_an_earlier_day(tmp_path: Path) -> None:
    school = stages.published(tmp_path)
    admit = school.admissible()
    nomination = school.last("candidate-nominated", admit["person"])["nomination"]
    back = {"person": admit["person"], "batch": BATCH, "nomination": nomination, "at_own_wish": True}
    school.given("withdraw-nomination", on="2024-03-18", **back, reason="本人放弃")
    school.when("admit-candidate", on="2024-03-14", **admit).then_refused("R2")


def test_a_later_leaving_on_record_stops_an_admission_on_an_earlier_day(tmp_path: Path) -> None:
    school = stages.published(tmp_path)
    admit = school.admissible()
    school.given("record-leaving", on="2024-03-15", person=admit["person"], cause="transferred")
    school.when("admit-candidate", on="2024-03-14", **admit).then_refused("R4")


def test_who_came_back_since_is_admitted_on_an_earlier_day(tmp_path: Path) -> None:
    school = stages.published(tmp_path)
    admit = school.admissible()
    school.given("record-leaving", on="2024-03-15", person=admit["person"], cause="transferred")
    school.given("record-return", on="2024-03-20", person=admit["person"])
    school.when("admit-candidate", on="2024-03-14", **admit).then_recorded("membership-started")


def test_who_leaves_later_can_still_have_the_admission_corrected(tmp_path: Path) -> None:
    school = stages.in_training(tmp_path)
    school.vacated("four", "2024-06-03")
    started = [r for r in school.log.scan() if r.event.KIND == "membership-started"]
    position = next(r.position for r in started if r.stream == school.members["four"])
    corrected = {"position": position, "envelope": {"document": "党发3号"}, "reason": "漏填"}
    school.when("correct-event", on="2024-06-04", **corrected).then_recorded("event-corrected")


@pytest.fixture
def noticed(tmp_path: Path) -> Programme:
    school = Programme(tmp_path)
    school.found(edit=lambda text: text.replace("required = false", "required = true"))
    return school


def objected(school: Programme) -> tuple[dict[str, str], str]:
    admit = school.admissible()
    school.given("open-notice", on="2024-03-14", batch=BATCH, place="校园网")
    school.given("close-notice", on="2024-03-22", batch=BATCH)
    about = {"person": admit["person"], "batch": BATCH, "text": "异议", "reason": "迟到"}
    return admit, str(school.given("receive-objection", on="2024-03-25", **about)["record"])


def test_a_later_objection_on_record_stops_an_admission_on_an_earlier_day(noticed: Programme) -> None:
    admit, _ = objected(noticed)
    noticed.when("admit-candidate", on="2024-03-22", **admit).then_refused("R4")


def test_an_objection_that_came_to_nothing_leaves_the_earlier_day(noticed: Programme) -> None:
    admit, record = objected(noticed)
    settled = {"person": admit["person"], "record": record, "upheld": False, "text": "不成立"}
    noticed.given("resolve-objection", on="2024-03-26", **settled)
    noticed.when("admit-candidate", on="2024-03-22", **admit).then_recorded("membership-started")


# A concern that was dismissed


def test_a_later_dismissal_on_record_stops_a_proposal_on_an_earlier_day(tmp_path: Path) -> None:
    school = stages.in_training(tmp_path)
    case = concern(school, proposed=False)
    school.given("dismiss-concern", on="2024-06-10", case=case, text="不实")
    school.when("propose-disqualification", on="2024-06-04", case=case, text="建议取消").then_refused("D2")


def test_what_was_said_before_a_dismissal_is_still_told(tmp_path: Path) -> None:
    school = stages.in_training(tmp_path)
    about = {**school.about("four"), "ground": "complaints", "raised_by": "教师", "text": "反映"}
    case = str(school.given("raise-concern", on="2024-06-03", **about)["case"])
    school.given("verify-concern", on="2024-06-03", case=case, facts_found="属实")
    school.given("dismiss-concern", on="2024-06-10", case=case, text="不实")
    school.when("hear-person", on="2024-06-04", case=case, statement="否认").then_recorded("person-heard")
