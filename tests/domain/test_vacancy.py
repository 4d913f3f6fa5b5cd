"""增补: moved, consented, filled, or given up (D3)."""

from typing import Any

import pytest

from domain.errors import Unknown
from tests.support.scenario import BATCH
from tests.support.stages import Programme, Turn

WINDOWS = [
    {"step": "nominate", "starts_on": "2025-05-12", "ends_on": "2025-05-16"},
    {"step": "assess", "starts_on": "2025-05-19", "ends_on": "2025-05-23"},
    {"step": "decide", "starts_on": "2025-05-26", "ends_on": "2025-05-26"},
]
DAY = "2025-05-07"


@pytest.fixture
def vacancy(trained: Programme) -> str:
    return trained.vacated("four", on="2025-05-06")


def motion(*vacancies: str, **more: Any) -> dict[str, Any]:
    return {"on": DAY, "batch": BATCH, "vacancies": vacancies, "windows": WINDOWS, "text": "建议增补", **more}


def voted(school: Programme, raised: str, agree: int = 9, on: str = DAY) -> str:
    votes = {"agree": agree, "disagree": 9 - agree, "round": raised}
    return school.resolved(None, "supplement", on, **votes)


def test_the_leading_group_moves_once_for_a_vacancy(trained: Programme, vacancy: str) -> None:
    trained.when("raise-motion", **motion(vacancy)).then_recorded("motion-raised")
    trained.when("raise-motion", **motion(vacancy)).then_nothing()
    other = [WINDOWS[0], WINDOWS[1], {**WINDOWS[2], "ends_on": "2025-05-27"}]
    trained.when("raise-motion", **motion(vacancy, windows=other)).then_refused("D3")


def test_a_motion_names_several_open_vacancies(trained: Programme, vacancy: str) -> None:
    second = trained.vacated("five", on="2025-05-06")
    trained.when("raise-motion", **motion(vacancy, second)).then_recorded("motion-raised")


@pytest.mark.parametrize("names", [[], ["v-000000"], ["same", "same"]], ids=["none", "unknown", "twice"])
def test_a_motion_names_each_open_vacancy_once(trained: Programme, vacancy: str, names: list[str]) -> None:
    named = [vacancy if name == "same" else name for name in names]
    trained.when("raise-motion", **motion(*named)).then_refused("D3")


def test_a_motion_brings_its_windows_in_order(trained: Programme, vacancy: str) -> None:
    for windows in (
        WINDOWS[:2],
        [WINDOWS[1], WINDOWS[0], WINDOWS[2]],
        [{**WINDOWS[0], "starts_on": "2025-05-06"}, *WINDOWS[1:]],  # before the motion
        [{**WINDOWS[0], "ends_on": "2025-05-11"}, *WINDOWS[1:]],  # ends before it starts
        [*WINDOWS[:2], {**WINDOWS[2], "starts_on": "2025-05-18"}],  # before the assessment
    ):
        trained.when("raise-motion", **motion(vacancy, windows=windows)).then_refused("D3")


def test_the_supplement_ends_with_the_batch(trained: Programme, vacancy: str) -> None:
    late = [{**w, "starts_on": "2027-03-20", "ends_on": "2027-03-20"} for w in WINDOWS]
    trained.when("raise-motion", **motion(vacancy, on="2027-03-14", windows=late)).then_refused("D3")


def test_a_group_without_the_secretary_moves_with_a_reason(trained: Programme, vacancy: str) -> None:
    secretary = trained.committee[0]
    post = trained.last("post-held", secretary)["record"]
    trained.given("end-post", on=DAY, person=secretary, record=post)
    trained.when("raise-motion", **motion(vacancy)).then_refused("O1")
    trained.when("raise-motion", reason="书记未到任", **motion(vacancy)).then_recorded("motion-raised")


def test_the_committee_consents_by_a_vote_on_this_motion(trained: Programme, vacancy: str) -> None:
    raised = trained.given("raise-motion", **motion(vacancy))["motion"]
    consent = {"on": DAY, "batch": BATCH, "motion": raised}
    plan = trained.resolved(None, "plan", DAY)
    trained.when("consent-to-motion", **consent, resolution=plan).then_refused("R4")
    told = {**consent, "resolution": voted(trained, raised)}
    trained.when("consent-to-motion", **told | {"motion": "d-000000"}).then_fails(Unknown)
    trained.when("consent-to-motion", **told).then_recorded("motion-consented")
    trained.when("refuse-motion", **told).then_refused("D3")


def test_a_refused_motion_leaves_the_vacancy_for_another(trained: Programme, vacancy: str) -> None:
    raised = trained.given("raise-motion", **motion(vacancy))["motion"]
    told = {"on": DAY, "batch": BATCH, "motion": raised, "resolution": voted(trained, raised, agree=3)}
    trained.when("consent-to-motion", **told).then_refused("R4")
    trained.when("refuse-motion", **told).then_recorded("motion-refused")
    trained.when("refuse-motion", **told).then_nothing()
    trained.when("consent-to-motion", **told | {"resolution": "r-000000"}).then_refused("D3")
    trained.when("raise-motion", **motion(vacancy, text="再次动议")).then_recorded("motion-raised")


def test_a_motion_that_passed_is_not_refused(trained: Programme, vacancy: str) -> None:
    raised = trained.given("raise-motion", **motion(vacancy))["motion"]
    told = {"on": DAY, "batch": BATCH, "motion": raised, "resolution": voted(trained, raised)}
    trained.when("refuse-motion", **told).then_refused("D3")


def test_a_vacancy_is_given_up_with_a_reason(trained: Programme, vacancy: str) -> None:
    cancel = {"on": DAY, "batch": BATCH, "vacancy": vacancy}
    trained.when("cancel-vacancy", **cancel).then_refused("D3")
    trained.when("cancel-vacancy", reason="临近期满", **cancel).then_recorded("vacancy-cancelled")
    trained.when("cancel-vacancy", reason="临近期满", **cancel).then_nothing()
    trained.when("cancel-vacancy", reason="x", **cancel | {"vacancy": "v-000000"}).then_fails(Unknown)
    trained.when("raise-motion", **motion(vacancy)).then_refused("D3")


def test_a_filled_vacancy_is_not_given_up(trained: Programme, vacancy: str) -> None:
    turn = trained.consented(vacancy, on=DAY)
    trained.given("admit-candidate", **trained.admissible("four", turn), vacancy=vacancy)
    trained.when("cancel-vacancy", reason="x", batch=BATCH, vacancy=vacancy).then_refused("D3")


# Whoever comes once the places of the round are filled


def filled(school: Programme) -> Turn:
    """A supplement's round whose only place somebody has taken, on the last day of its windows."""
    vacancy = school.vacated("three", "2024-06-03")
    turn = school.consented(vacancy, on="2024-06-04")
    school.given("admit-candidate", on=turn.decide, vacancy=vacancy, **school.admissible("three", turn))
    return turn


def test_after_the_last_place_of_a_round_was_filled_a_nomination_needs_a_reason(trained: Programme) -> None:
    turn = filled(trained)
    about = {"person": trained.person(), "batch": BATCH, "round": turn.round, "tier": "three", "source": "office"}
    late = {"on": turn.decide, "unit": "教务处", **about}
    trained.when("nominate-candidate", **late).then_needs("D3.filled", "caution")
    trained.when("nominate-candidate", reason="备选", **late).then_recorded(
        "candidate-nominated", cautions=["D3.filled", "W.nominate"]
    )


def test_before_that_it_needs_none(trained: Programme) -> None:
    turn = trained.consented(trained.vacated("three", "2024-06-03"), on="2024-06-04")
    about = {"person": trained.person(), "batch": BATCH, "round": turn.round, "tier": "three", "source": "office"}
    trained.when("nominate-candidate", on=turn.nominate, unit="教务处", **about).then_recorded("candidate-nominated")


@pytest.mark.parametrize(("agree", "cautions"), [(9, ["D3.filled"]), (2, [])])
def test_a_vote_for_one_more_needs_a_reason(trained: Programme, agree: int, cautions: list[str]) -> None:
    vacancy = trained.vacated("three", "2024-06-03")
    turn = trained.consented(vacancy, on="2024-06-04")
    second = trained.shortlisted("three", turn)
    trained.given("admit-candidate", on=turn.decide, vacancy=vacancy, **trained.admissible("three", turn))
    votes = {"agree": agree, "disagree": 9 - agree, "abstain": 0, "meeting": trained.meeting(turn.decide)}
    ballot = {"person": second, "batch": BATCH, "matter": "admission", "tier": "three", "round": turn.round, **votes}
    trained.when("pass-resolution", on=turn.decide, reason="备选", **ballot).then_recorded(
        "resolution-reached", cautions=cautions
    )
