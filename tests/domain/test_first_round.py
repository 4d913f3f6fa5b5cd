"""The first round fills the places of the cycle's start; what it leaves, and what leavers leave, is filled by D3."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support import stages
from tests.support.scenario import BATCH
from tests.support.stages import Programme, Turn

OUT = "2024-03-15"
LATER = Turn(nominate="2024-10-08", assess="2024-10-09", decide="2024-10-10")


@pytest.fixture
def school(tmp_path: Path) -> Programme:
    return stages.published(tmp_path)


@pytest.fixture
def trained(tmp_path: Path) -> Programme:
    return stages.in_training(tmp_path)


def announced(school: Programme, on: str = OUT) -> None:
    school.given("announce-result", on=on, batch=BATCH, meeting=school.meeting("2024-03-14"), channel="公告栏")


def candidate(school: Programme, tier: str = "three", **more: Any) -> str:
    """On the shortlist long after the windows, with the reasons that this takes."""
    person = school.person(born=stages.BORN[tier])
    about = {"person": person, "batch": BATCH, "tier": tier, "reason": "补充"}
    school.given("nominate-candidate", on="2024-03-05", source="office", unit="教务处", **about)
    step = {"on": "2024-03-13", "person": person, "batch": BATCH, "reason": "补充"}
    school.given("assess-eligibility", tier=tier, **step)
    school.given("assess-conduct", conditions=stages.CONDITIONS, **step)
    school.given("complete-assessment", tier=tier, components=stages.COMPONENTS, conclusion="好", **step)
    school.given("shortlist-candidate", tier=tier, **step, **more)
    return person


def vote(school: Programme, person: str, on: str, tier: str = "three", **votes: Any) -> dict[str, str]:
    about = {"tier": tier, "round": "initial"}
    resolution = school.resolved(person, "admission", on, **about, **votes)
    return {"person": person, "batch": BATCH, **about, "resolution": resolution}


# Whom it lets in once its result is out


def test_who_was_not_voted_on_by_then_is_not_let_in(school: Programme) -> None:
    person = candidate(school)
    school.member("three")
    announced(school)
    ballot = {"agree": 9, "disagree": 0, "abstain": 0, "tier": "three", "matter": "admission", "reason": "补充"}
    meeting = school.meeting("2024-10-10")
    school.when("pass-resolution", on="2024-10-10", person=person, batch=BATCH, meeting=meeting, **ballot).then_refused(
        "D3"
    )


def test_who_had_failed_by_then_is_not_let_in_by_a_later_vote(school: Programme) -> None:
    person = candidate(school)
    vote(school, person, "2024-03-14", agree=4, disagree=5)
    school.member("three")
    announced(school)
    ballot = {"agree": 9, "disagree": 0, "abstain": 0, "tier": "three", "matter": "admission", "reason": "补充"}
    meeting = school.meeting("2024-04-10")
    school.when("pass-resolution", on="2024-04-10", person=person, batch=BATCH, meeting=meeting, **ballot).then_refused(
        "D3"
    )


def test_who_was_deferred_by_then_may_be_let_in_by_a_later_vote(school: Programme) -> None:
    person = candidate(school)
    vote(school, person, "2024-03-14", deferred=True)
    school.member("three")
    announced(school)
    admit = vote(school, person, "2024-04-10")
    school.when("admit-candidate", on="2024-04-10", **admit).then_recorded("membership-started")


def test_a_vote_that_was_announced_is_not_turned_into_none_by_a_correction(school: Programme) -> None:
    person = candidate(school)
    vote(school, person, "2024-03-14", agree=2, disagree=7)
    position = school.log.stream(person, school.log.head())[-1].position
    announced(school)
    deferred = {"position": position, "changes": {"result": "deferred"}, "reason": "误登"}
    school.when("correct-event", on="2024-10-07", **deferred).then_refused("R4")


def test_before_the_announcement_a_vote_may_be_corrected_to_none(school: Programme) -> None:
    person = candidate(school)
    vote(school, person, "2024-03-14", agree=2, disagree=7)
    position = school.log.stream(person, school.log.head())[-1].position
    deferred = {"position": position, "changes": {"result": "deferred"}, "reason": "误登"}
    school.when("correct-event", on="2024-03-14", **deferred).then_recorded("event-corrected")


def test_a_deferred_vote_stays_correctable_after_its_announcement(school: Programme) -> None:
    person = candidate(school)
    vote(school, person, "2024-03-14", deferred=True)
    position = school.log.stream(person, school.log.head())[-1].position
    school.member("three")
    announced(school)
    told = {"position": position, "changes": {"text": "再议"}, "reason": "补记"}
    school.when("correct-event", on="2024-03-20", **told).then_recorded("event-corrected")


def test_who_was_passed_by_then_keeps_the_place(school: Programme) -> None:
    admit = school.admissible()
    announced(school)
    school.given("open-initial-vacancies", on=OUT, batch=BATCH)
    opened = [r.event for r in school.log.scan(0) if r.event.KIND == "vacancy-opened"]
    assert [getattr(event, "tier", "") for event in opened].count("three") == 2
    school.when("admit-candidate", on="2024-06-03", **admit).then_recorded("membership-started")


def test_places_are_declared_tier_by_tier_once_its_own_result_is_out(school: Programme) -> None:
    person = candidate(school, "four")
    school.member("three")
    announced(school)
    school.given("open-initial-vacancies", on=OUT, batch=BATCH)
    opened = [getattr(r.event, "tier", "") for r in school.log.scan(0) if r.event.KIND == "vacancy-opened"]
    assert "four" not in opened
    assert {"three", "five"} == set(opened)
    vote(school, person, "2024-04-10", tier="four")


def test_before_the_result_is_out_the_first_round_goes_on(school: Programme) -> None:
    person = candidate(school)
    school.member("three")
    admit = vote(school, person, "2024-03-20")
    school.when("admit-candidate", on="2024-03-20", **admit).then_recorded("membership-started")


def test_another_tiers_result_does_not_end_it(school: Programme) -> None:
    person = candidate(school)
    school.member("four")
    announced(school)
    admit = vote(school, person, "2024-03-20")
    school.when("admit-candidate", on="2024-03-20", **admit).then_recorded("membership-started")


# A place that somebody left


def full(school: Programme) -> list[str]:
    return [school.member("three") for _ in range(3)]


def test_a_leavers_place_is_not_the_first_rounds(school: Programme) -> None:
    leaver, surplus = full(school)[0], school.admissible("three")
    announced(school)
    school.given("record-leaving", on="2024-10-08", person=leaver, cause="transferred")
    late = {"on": "2024-10-09", **surplus}
    school.when("admit-candidate", **late).then_needs("T1.places", "caution", value="4", limit="3")


def test_a_surplus_candidate_may_be_nominated_anew(school: Programme) -> None:
    leaver, surplus = full(school)[0], school.admissible("three")["person"]
    announced(school)
    school.given("record-leaving", on="2024-10-08", person=leaver, cause="transferred")
    turn = school.consented(vacancy := str(school.last("vacancy-opened", BATCH)["vacancy"]), on="2024-10-09")
    admit = school.admissible("three", turn, person=surplus)
    school.when("admit-candidate", **admit, vacancy=vacancy).then_recorded("membership-started", "vacancy-filled")


def test_without_an_announcement_a_leavers_place_is_no_more_the_first_rounds(school: Programme) -> None:
    leaver, person = full(school)[0], candidate(school)
    school.given("record-leaving", on="2024-10-08", person=leaver, cause="transferred")
    admit = vote(school, person, "2024-10-09")
    school.when("admit-candidate", on="2024-10-09", reason="补充", **admit).then_refused("D3")


def test_a_deferred_candidate_fills_a_place_that_was_declared_open(school: Programme) -> None:
    person = candidate(school)
    vote(school, person, "2024-03-14", deferred=True)
    school.member("three")
    announced(school)
    school.given("open-initial-vacancies", on=OUT, batch=BATCH)
    admit = vote(school, person, "2024-04-10")
    school.when("admit-candidate", on="2024-04-10", **admit).then_recorded("membership-started", "vacancy-filled")
    school.when("open-initial-vacancies", on="2024-04-11", batch=BATCH).then_nothing()


# A supplement round is for the tiers of its places


def test_a_candidate_of_another_tier_does_not_go_through_the_round(trained: Programme) -> None:
    turn = trained.consented(trained.vacated("three", on="2025-05-06"), on="2025-05-07")
    about = {"person": trained.person(), "batch": BATCH, "round": turn.round}
    told = {"on": turn.nominate, **about, "source": "office", "unit": "教务处"}
    trained.when("nominate-candidate", tier="four", **told).then_refused("D3")
    trained.when("nominate-candidate", tier="three", **told).then_recorded("candidate-nominated")
    step = {"on": turn.assess, **about, "tier": "four"}
    trained.when("assess-eligibility", **step).then_refused("D3")
    completed = {"components": stages.COMPONENTS, "conclusion": "好"}
    trained.when("complete-assessment", **step, **completed).then_refused("D3")
    trained.when("shortlist-candidate", **step).then_refused("D3")
    ballot = {"matter": "admission", "agree": 9, "disagree": 0, "abstain": 0}
    meeting = trained.meeting(turn.decide)
    trained.when("pass-resolution", **step | {"on": turn.decide}, meeting=meeting, **ballot).then_refused("D3")


# The windows


def test_a_motions_windows_end_with_the_cycle(trained: Programme) -> None:
    vacancy = trained.vacated("three", on="2027-02-22")
    days = {"nominate": "2027-03-01", "assess": "2027-03-08", "decide": "2027-03-15"}
    windows = [{"step": step, "starts_on": day, "ends_on": day} for step, day in days.items()]
    told = {"on": "2027-02-23", "batch": BATCH, "vacancies": [vacancy], "text": "建议增补"}
    trained.when("raise-motion", windows=windows, **told).then_refused("D3")
    windows[-1] |= {"starts_on": "2027-03-12", "ends_on": "2027-03-13"}
    trained.when("raise-motion", windows=windows, **told).then_recorded("motion-raised")
    motion = trained.last("motion-raised", BATCH)["motion"]
    late = {"batch": BATCH, "round": motion, "step": "decide", "starts_on": "2027-03-14", "ends_on": "2027-03-14"}
    trained.when("reschedule-step", on="2027-02-24", reason="改期", **late).then_refused("D3")


@pytest.mark.parametrize(
    ("step", "starts_on"), [("assess", "2024-02-29"), ("nominate", "2024-03-07"), ("decide", "2024-03-05")]
)
def test_steps_keep_their_order_when_they_are_moved(school: Programme, step: str, starts_on: str) -> None:
    moved = {"batch": BATCH, "step": step, "starts_on": starts_on, "ends_on": "2024-03-20", "reason": "改期"}
    school.when("reschedule-step", on="2024-03-02", **moved).then_refused("W")


def test_a_step_is_moved_within_its_order(school: Programme) -> None:
    moved = {"batch": BATCH, "step": "assess", "starts_on": "2024-03-05", "ends_on": "2024-03-15", "reason": "改期"}
    school.when("reschedule-step", on="2024-03-02", **moved).then_recorded("step-rescheduled")


# Once


@pytest.fixture
def decided(tmp_path: Path) -> Programme:
    """A member of tier three, and the result of the first round decided."""
    school = stages.published(tmp_path)
    school.members = {"three": school.member("three")}
    announced(school)
    return school


def voted_again(school: Programme, on: str) -> Programme:
    told = {"person": school.members["three"], "batch": BATCH, "matter": "admission", "tier": "three"}
    counts = {"agree": 9, "disagree": 0, "abstain": 0, "meeting": school.meeting(on)}
    return school.when("pass-resolution", on=on, **told, **counts, reason="须说明")


def test_who_was_disqualified_is_not_voted_in_on_the_old_nomination(decided: Programme) -> None:
    decided.disqualified(decided.members["three"], "2024-06-03")
    voted_again(decided, "2024-06-10").then_refused("D2")


def test_who_withdrew_is_not_voted_in_on_the_old_nomination(decided: Programme) -> None:
    resolution = decided.resolved(decided.members["three"], "withdrawal", "2024-05-06")
    told = {**decided.about("three", cause="withdrawn", resolution=resolution), "reason": "本人申请"}
    decided.given("end-membership", on="2024-05-06", **told)
    voted_again(decided, "2024-06-10").then_refused("D3")


def test_who_left_and_came_back_does_not_get_the_place_by_the_first_round(decided: Programme) -> None:
    decided.vacated("three", "2024-05-06")
    decided.given("record-return", on="2024-06-03", person=decided.members["three"])
    voted_again(decided, "2024-06-10").then_refused("D3")


def test_who_left_and_came_back_is_let_in_by_a_supplement(decided: Programme) -> None:
    vacancy = decided.vacated("three", "2024-05-06")
    decided.given("record-return", on="2024-06-03", person=decided.members["three"])
    turn = decided.consented(vacancy, on="2024-06-10")
    admit = decided.admissible("three", turn, person=decided.members["three"])
    decided.when("admit-candidate", on=turn.decide, **admit, vacancy=vacancy, reason="须说明").done()


# Whom the committee had deferred when the result came out


def deferred(school: Programme) -> str:
    """Three are in, and one whose vote was put off when the result was announced."""
    for _ in range(3):
        school.member("three")
    person = school.shortlisted("three")
    vote(school, person, "2024-03-14", deferred=True)
    announced(school)
    return person


def left(school: Programme) -> str:
    person = next(r.stream for r in school.log.scan() if r.event.KIND == "membership-started")
    school.given("record-leaving", on="2024-05-06", person=person, cause="transferred")
    return str(school.last("vacancy-opened", BATCH)["vacancy"])


def test_the_deferred_may_have_the_place_that_somebody_left(school: Programme) -> None:
    person = deferred(school)
    vacancy = left(school)
    admit = vote(school, person, "2024-06-03")
    school.when("admit-candidate", on="2024-06-03", **admit).then_recorded("membership-started", "vacancy-filled")
    assert school.last("vacancy-filled", BATCH)["vacancy"] == vacancy


def test_others_whom_the_round_had_passed_may_not(school: Programme) -> None:
    for _ in range(3):
        school.member("three")
    admit = school.admissible("three")
    announced(school)
    left(school)
    school.when("admit-candidate", on="2024-06-03", reason="第四人", **admit).then_recorded(
        "membership-started", cautions=["T1.places"]
    )


def test_the_deferred_does_not_have_a_place_that_a_motion_names(school: Programme) -> None:
    person = deferred(school)
    vacancy = left(school)
    school.moved(vacancy, on="2024-05-07")
    admit = vote(school, person, "2024-06-03")
    school.when("admit-candidate", on="2024-06-03", vacancy=vacancy, **admit).then_refused("D3")


def test_the_deferred_alone_takes_one_more_with_a_reason_only(school: Programme) -> None:
    person = deferred(school)
    admit = vote(school, person, "2024-06-03")
    school.when("admit-candidate", on="2024-06-03", **admit).then_needs("T1.places", "caution", value="4", limit="3")
