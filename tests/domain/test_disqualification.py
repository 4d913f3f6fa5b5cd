"""取消培养资格: raised, verified, heard, proposed, decided; and back again on appeal (D2)."""

from typing import Any

import pytest

from domain.errors import Malformed, Unknown
from domain.language import EndCause, Status
from tests.support.scenario import BATCH
from tests.support.stages import Programme, excepted

DAY, NONE = "2025-04-07", "r-0000000000000000"


def concern(school: Programme, **more: Any) -> dict[str, Any]:
    told = {"ground": "complaints", "raised_by": "教师代表", "text": "推诿工作"}
    return {"on": DAY, **school.about("four"), **told, **more}


@pytest.fixture
def case(trained: Programme) -> str:
    return str(trained.given("raise-concern", **concern(trained))["case"])


def proposed(school: Programme, case: str) -> None:
    school.given("verify-concern", case=case, facts_found="属实")
    school.given("hear-person", case=case, statement="承认")
    school.given("propose-disqualification", case=case, text="建议取消", capacity="leading_group")


def test_a_concern_opens_a_case_of_its_own(trained: Programme) -> None:
    raised = trained.when("raise-concern", **concern(trained)).then_recorded("concern-raised")
    assert trained.done().events[0]["stream"] == raised["case"]
    trained.when("raise-concern", **concern(trained)).then_nothing()
    trained.when("raise-concern", **concern(trained, text="另一件事")).then_recorded("concern-raised")


def test_a_concern_has_a_ground_of_the_plan(trained: Programme) -> None:
    trained.when("raise-concern", **concern(trained, ground="weather")).then_fails(Unknown)
    trained.when("raise-concern", reason="x", **concern(trained, ground="other")).then_fails(Malformed)
    trained.when("raise-concern", **concern(trained, ground="other", other="泄题")).then_refused("D2")
    trained.when("raise-concern", reason="方案未列", **concern(trained, ground="other", other="泄题")).done()
    trained.when("raise-concern", **concern(trained, person=trained.person())).then_refused("H2")


@pytest.mark.parametrize(
    ("found", "result"),
    [
        ({}, "refused"),
        ({"impact": False, "loss": False}, "refused"),
        ({"impact": True}, "caution"),
        ({"loss": True, "impact": False}, "caution"),
        ({"impact": True, "loss": True}, "fine"),
    ],
    ids=str,
)
def test_a_work_failure_has_impact_and_loss(trained: Programme, found: dict[str, bool], result: str) -> None:
    case = trained.given("raise-concern", **concern(trained, ground="work_failure"))["case"]
    told = {"case": case, "facts_found": "属实", **found}
    trained.when("verify-concern", **told)
    if result == "refused":
        trained.then_refused("D2")
    elif result == "caution":
        trained.then_needs("D2.impact_and_loss", "caution")
        trained.when("verify-concern", reason="影响很大", **told).then_recorded(
            "concern-verified", cautions=["D2.impact_and_loss"]
        )
    else:
        trained.then_recorded("concern-verified")


def test_each_step_in_its_order(trained: Programme, case: str) -> None:
    steps: list[tuple[str, str, dict[str, str]]] = [
        ("verify-concern", "concern-verified", {"facts_found": "属实"}),
        ("hear-person", "person-heard", {"statement": "承认"}),
        ("propose-disqualification", "disqualification-proposed", {"text": "建议取消"}),
    ]
    for step, event, told in steps:
        for later, _, more in steps[steps.index((step, event, told)) + 1 :]:
            trained.when(later, case=case, **more).then_refused("D2")
        trained.when("decide-disqualification", case=case, resolution=NONE).then_refused("D2")
        trained.when(step, case=case, **told).then_recorded(event)
        trained.when(step, case=case, **told).then_nothing()
        key = next(iter(told))
        trained.when(step, case=case, **{**told, key: "改口"}).then_refused("D2")
    resolution = trained.resolved(trained.members["four"], "disqualification", DAY)
    trained.when("decide-disqualification", case=case, resolution=resolution).then_recorded(
        "disqualification-decided", "membership-ended", "vacancy-opened"
    )
    trained.when("decide-disqualification", case=case, resolution=resolution).then_nothing()
    trained.when("verify-concern", case="c-000000", facts_found="x").then_fails(Unknown)


def test_the_hearing_is_waived_with_a_reason(trained: Programme, case: str) -> None:
    trained.when("waive-hearing", case=case, reason="下落不明").then_refused("D2")
    trained.given("verify-concern", case=case, facts_found="属实")
    trained.when("waive-hearing", case=case).then_refused("D2")
    trained.when("waive-hearing", case=case, reason="下落不明").then_recorded("hearing-waived")
    trained.when("propose-disqualification", case=case, text="建议取消").then_recorded("disqualification-proposed")


def test_an_unfounded_concern_goes_no_further(trained: Programme, case: str) -> None:
    trained.when("dismiss-concern", case=case, text="不实").then_recorded("concern-unfounded")
    trained.when("dismiss-concern", case=case, text="不实").then_nothing()
    trained.when("verify-concern", case=case, facts_found="属实").then_refused("D2")


def test_what_was_proposed_is_not_dismissed(trained: Programme, case: str) -> None:
    proposed(trained, case)
    trained.when("dismiss-concern", case=case, text="不实").then_refused("D2")


def vote(school: Programme, case: str, matter: str = "disqualification", **more: Any) -> dict[str, Any]:
    about = {"person": school.members["four"], "batch": BATCH, "case": case, "meeting": school.meeting(DAY)}
    return {"on": DAY, "matter": matter, "agree": 9, "disagree": 0, "abstain": 0, **about, **more}


def test_the_vote_comes_after_the_proposal(trained: Programme, case: str) -> None:
    trained.when("pass-resolution", **vote(trained, case)).then_refused("D2")
    proposed(trained, case)
    trained.when("pass-resolution", **vote(trained, case)).then_recorded("resolution-reached")


def test_a_vote_that_names_no_case_is_on_the_one_that_waits(trained: Programme, case: str) -> None:
    told = vote(trained, case) | {"case": None}
    trained.when("pass-resolution", **told).then_refused("D2")
    proposed(trained, case)
    reached = trained.when("pass-resolution", **told).then_recorded("resolution-reached")
    assert reached["case"] == case
    trained.given("decide-disqualification", case=case, resolution=reached["resolution"])
    trained.when("pass-resolution", **told).then_nothing()


def test_where_two_cases_wait_a_vote_names_its_own(trained: Programme, case: str) -> None:
    proposed(trained, case)
    proposed(trained, str(trained.given("raise-concern", **concern(trained, text="另一件事"))["case"]))
    trained.when("pass-resolution", **vote(trained, case) | {"case": None}).then_fails(Malformed)
    trained.when("pass-resolution", **vote(trained, case)).then_recorded("resolution-reached")


def test_a_vote_names_a_case_of_the_person(trained: Programme, case: str) -> None:
    proposed(trained, case)
    trained.when("pass-resolution", **vote(trained, "c-000000")).then_fails(Unknown)
    trained.when("pass-resolution", **vote(trained, case, person=trained.members["three"])).then_fails(Unknown)


def test_of_two_cases_each_has_its_own_vote(trained: Programme, case: str) -> None:
    proposed(trained, case)
    other = str(trained.given("raise-concern", **concern(trained, text="另一件事"))["case"])
    proposed(trained, other)
    passed = trained.given("pass-resolution", **vote(trained, case))["resolution"]
    failed = trained.given("pass-resolution", **vote(trained, other, agree=2, disagree=7))["resolution"]
    trained.when("decide-disqualification", case=other, resolution=passed).then_refused("R4")
    trained.when("decide-disqualification", case=other, resolution=failed).then_refused("R4")
    trained.when("decide-disqualification", case=case, resolution=passed).done()


def test_no_correction_takes_from_a_vote_what_it_was_on(trained: Programme, case: str) -> None:
    proposed(trained, case)
    trained.given("pass-resolution", **vote(trained, case))
    emptied = {"position": trained.log.head(), "changes": {"case": None}, "reason": "误登"}
    trained.when("correct-event", **emptied).then_fails(Malformed)


def test_a_decision_ends_the_membership_and_bars_this_batch_only(trained: Programme) -> None:
    person = trained.members["four"]
    trained.disqualified(person, on=DAY)
    assert trained.membership(person).cause is EndCause.DISQUALIFIED
    again = {"person": person, "tier": "four", "source": "office", "unit": "德育处", "reason": "补报"}
    trained.when("nominate-candidate", batch=BATCH, **again).then_refused("D2")
    trained.publish(on="2027-03-01", edit=lambda text: text.replace("2024-", "2027-"))
    trained.when("nominate-candidate", on="2027-03-02", batch="2027-second", **again).then_recorded(
        "candidate-nominated"
    )


def appeal(school: Programme, case: str, on: str, **more: Any) -> dict[str, Any]:
    resolution = school.resolved(school.members["four"], "appeal", on, upheld=more.get("upheld", True))
    about = {"person": school.members["four"], "case": case, "resolution": resolution}
    return {"on": on, **about, "upheld": True, "text": "撤销", **more}


def test_notice_and_appeal_follow_a_decision(trained: Programme, case: str) -> None:
    about = {"person": trained.members["four"], "case": case}
    trained.when("notify-decision", on=DAY, **about).then_refused("D2")
    trained.when("lodge-appeal", **about, text="请复核").then_refused("D2")
    decided = trained.disqualified(trained.members["four"], on="2025-04-20")
    about["case"] = decided
    trained.when("notify-decision", **about).then_recorded("decision-notified")
    trained.when("notify-decision", **about).then_nothing()
    early = vote(trained, decided, "appeal", upheld=True) | {"on": "2025-04-25"}
    trained.when("pass-resolution", **early | {"meeting": trained.meeting("2025-04-25")}).then_refused("D2")
    trained.when("decide-appeal", **about, upheld=True, text="撤销", resolution=NONE).then_refused("D2")
    trained.when("lodge-appeal", on="2025-04-26", **about, text="请复核").then_recorded("appeal-lodged")
    trained.when("lodge-appeal", **about, text="请复核").then_nothing()


def test_an_upheld_appeal_restores_from_its_day(trained: Programme) -> None:
    person, case = trained.members["four"], trained.disqualified(trained.members["four"], on=DAY)
    trained.given("lodge-appeal", on="2025-04-10", person=person, case=case, text="请复核")
    told = appeal(trained, case, "2025-05-06")
    trained.when("decide-appeal", **told).then_recorded(
        "appeal-decided", "disqualification-revoked", "membership-restored", "vacancy-cancelled"
    )
    trained.when("decide-appeal", **told).then_nothing()
    trained.when("decide-appeal", **told | {"upheld": False}).then_refused("R4")
    assert trained.membership(person, "2025-05-05").status is Status.ENDED
    assert trained.membership(person, "2025-05-06").status is Status.ACTIVE


def test_a_rejected_appeal_changes_nothing(trained: Programme) -> None:
    person, case = trained.members["four"], trained.disqualified(trained.members["four"], on=DAY)
    trained.given("lodge-appeal", on="2025-04-10", person=person, case=case, text="请复核")
    trained.when("decide-appeal", **appeal(trained, case, "2025-05-06", upheld=False)).then_recorded("appeal-decided")
    assert trained.membership(person).status is Status.ENDED


@pytest.mark.parametrize("upheld", [True, False])
def test_an_appeal_is_decided_as_was_voted(trained: Programme, upheld: bool) -> None:
    person, case = trained.members["four"], trained.disqualified(trained.members["four"], on=DAY)
    trained.given("lodge-appeal", on="2025-04-10", person=person, case=case, text="请复核")
    told = appeal(trained, case, "2025-05-06", upheld=upheld)
    trained.when("decide-appeal", **told | {"upheld": not upheld}).then_refused("R4")
    assert trained.when("decide-appeal", **told).done().events


def test_a_vote_to_uphold_that_failed_turns_the_appeal_down(trained: Programme) -> None:
    person, case = trained.members["four"], trained.disqualified(trained.members["four"], on=DAY)
    trained.given("lodge-appeal", on="2025-04-10", person=person, case=case, text="请复核")
    failed = trained.resolved(person, "appeal", "2025-05-06", upheld=True, agree=2, disagree=7)
    told = {"on": "2025-05-06", "person": person, "case": case, "text": "维持", "resolution": failed}
    trained.when("decide-appeal", **told, upheld=True).then_refused("R4")
    trained.when("decide-appeal", **told, upheld=False).then_recorded("appeal-decided")


@pytest.mark.parametrize("upheld", [True, False])
def test_a_vote_that_names_no_answer_leaves_it_to_the_decision(trained: Programme, upheld: bool) -> None:
    person, case = trained.members["four"], trained.disqualified(trained.members["four"], on=DAY)
    trained.given("lodge-appeal", on="2025-04-10", person=person, case=case, text="请复核")
    resolution = trained.resolved(person, "appeal", "2025-05-06", upheld=None, case=None)
    told = {"on": "2025-05-06", "person": person, "case": case, "text": "复核", "resolution": resolution}
    assert trained.when("decide-appeal", **told, upheld=upheld).done().events


def restored_into(trained: Programme, others: int) -> dict[str, Any]:
    person, case = trained.members["four"], trained.disqualified(trained.members["four"], on=DAY)
    trained.given("lodge-appeal", on="2025-04-10", person=person, case=case, text="请复核")
    for _ in range(others):
        admit = {**trained.admissible("four"), "on": "2025-04-11", "reason": "须说明"}
        trained.given("admit-candidate", exceptions=excepted("T2.places", by=admit["resolution"]), **admit)
    return appeal(trained, case, "2025-05-06")


def test_restored_into_a_filled_place_the_place_rule_judges(trained: Programme) -> None:
    told = restored_into(trained, 4)
    trained.when("decide-appeal", **told).then_needs("T2.places", "caution", value="5", limit="4")
    trained.when("decide-appeal", reason="暂多一人", **told).done()


def test_restored_beyond_it_is_an_exception(trained: Programme) -> None:
    told = restored_into(trained, 5)
    trained.when("decide-appeal", reason="x", **told).then_needs("T2.places", "exception", value="6", limit="5")
    trained.when("decide-appeal", exceptions=excepted("T2.places", by=told["resolution"]), **told).done()


def test_nobody_is_restored_after_the_term(trained: Programme) -> None:
    person, case = trained.members["four"], trained.disqualified(trained.members["four"], on="2027-03-01")
    trained.given("lodge-appeal", on="2027-03-05", person=person, case=case, text="请复核")
    trained.when("decide-appeal", **appeal(trained, case, "2027-03-14")).then_refused("H2")
