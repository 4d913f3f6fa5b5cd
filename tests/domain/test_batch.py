"""The plan in force, its timetable, the leading group, initial vacancies, closing the batch (R1, W, O1, D3, E2)."""

from pathlib import Path

import pytest

from domain import school as questions
from domain.errors import Malformed, Unknown
from domain.plan import shipped_plan
from tests.support.scenario import BATCH, Scenario
from tests.support.stages import Programme

PLAN = shipped_plan().decode()


def test_a_plan_is_published_on_its_day_and_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    school = Scenario(tmp_path_factory.mktemp("new"))
    school.when("publish-plan", on="2024-02-29", toml=PLAN).then_refused("R1")
    school.when("publish-plan", on="2024-03-01", toml=PLAN).then_recorded("plan-published")
    school.when("publish-plan", toml=PLAN).then_nothing()
    changed = PLAN.replace("target = 3", "target = 9")
    school.when("publish-plan", toml=changed).then_refused("R1")
    school.when("publish-plan", toml="%%%").then_fails(Malformed)
    school.close()


def test_an_amendment_rests_on_a_resolution_and_a_reason(school: Programme) -> None:
    resolution = school.resolved(None, "plan", "2024-03-02")
    amend = {"batch": BATCH, "changes": {"tiers.three.target": 4}, "resolution": resolution}
    school.when("amend-plan", on="2024-03-03", **amend).then_refused("R1")
    school.when("amend-plan", on="2024-03-03", reason="人选充足", **amend).then_recorded("plan-amended")
    school.when("amend-plan", on="2024-03-03", reason="人选充足", **amend).then_nothing()
    assert questions.plan_in_force(school.facts("2024-03-02"), BATCH).tiers["three"].target == 3
    assert questions.plan_in_force(school.facts("2024-03-03"), BATCH).tiers["three"].target == 4


def test_an_amendment_needs_a_resolution_about_the_plan_that_passed(school: Programme) -> None:
    votes = {"agree": 4, "disagree": 5, "abstain": 0}
    failed = school.resolved(None, "plan", "2024-03-02", **votes)
    amend = {"batch": BATCH, "changes": {"tiers.three.target": 4}, "reason": "人选充足"}
    school.when("amend-plan", on="2024-03-03", resolution=failed, **amend).then_refused("R4")
    later = school.resolved(None, "plan", "2024-03-05", text="修订")
    school.when("amend-plan", on="2024-03-04", resolution=later, **amend).then_fails(Unknown)


def test_steps_open_then_close_each_once(school: Programme) -> None:
    step = {"batch": BATCH, "step": "nominate"}
    school.when("close-step", **step).then_refused("W")
    school.when("open-step", on="2024-03-01", **step).then_recorded("step-opened")
    school.when("open-step", on="2024-03-01", **step).then_nothing()
    school.when("close-step", on="2024-03-05", **step).then_recorded("step-closed")
    school.when("close-step", on="2024-03-05", **step).then_nothing()


def test_no_step_ends_before_it_began(school: Programme) -> None:
    step = {"batch": BATCH, "step": "nominate"}
    school.given("open-step", on="2024-03-04", **step)
    school.when("close-step", on="2024-03-03", **step).then_refused("W")
    school.when("close-step", on="2024-03-04", **step).then_recorded("step-closed")


def test_a_step_gets_another_window_with_a_reason(school: Programme) -> None:
    window = {"batch": BATCH, "step": "nominate", "starts_on": "2024-03-01", "ends_on": "2024-03-08"}
    school.when("reschedule-step", **window).then_refused("W")
    school.when("reschedule-step", reason="会议冲突", **window | {"ends_on": "2024-02-28"}).then_refused("W")
    school.when("reschedule-step", reason="会议冲突", **window).then_recorded("step-rescheduled")
    school.when("reschedule-step", reason="会议冲突", **window).then_nothing()
    late = {"person": school.person(), "batch": BATCH, "tier": "three", "source": "office", "unit": "教务处"}
    school.when("nominate-candidate", on="2024-03-08", **late).then_recorded("candidate-nominated")


def group(school: Programme, chair: int = 0) -> dict[str, object]:
    members = [{"person": p, "office": "组员"} for p in school.committee[:4]]
    return {"batch": BATCH, "chair": school.committee[chair], "members": members}


def test_the_leading_group_is_formed_once_and_changed_with_a_reason(school: Programme) -> None:
    school.when("form-leading-group", **group(school)).then_refused("O1")
    school.when("change-leading-group", **group(school)).then_refused("O1")
    school.when("change-leading-group", reason="增加一人", **group(school)).then_recorded("leading-group-changed")
    school.when("change-leading-group", reason="增加一人", **group(school)).then_nothing()
    school.when("form-leading-group", **group(school)).then_nothing()


def test_the_secretary_heads_the_leading_group(school: Programme) -> None:
    school.when("change-leading-group", reason="调整", **group(school, chair=1)).then_refused("O1")
    outside = group(school) | {"chair": school.committee[8]}
    school.when("change-leading-group", reason="调整", **outside).then_refused("O1")


def test_nobody_is_on_the_leading_group_twice(school: Programme) -> None:
    twice = {"members": [{"person": school.committee[0], "office": "组长"}] * 2}
    school.when("change-leading-group", reason="调整", **group(school) | twice).then_refused("O1")


def announced(school: Programme) -> None:
    meeting = school.meeting("2024-03-14")
    school.given("announce-result", on="2024-03-15", batch=BATCH, meeting=meeting, channel="公开栏")


def test_places_left_free_are_opened_once_the_result_is_announced(trained: Programme) -> None:
    trained.when("open-initial-vacancies", on="2024-03-15", batch=BATCH).then_refused("D3")
    announced(trained)
    trained.when("open-initial-vacancies", batch=BATCH).then_recorded(*["vacancy-opened"] * 9)
    trained.when("open-initial-vacancies", batch=BATCH).then_nothing()
    tiers = [row.value.tier for row in questions.open_vacancies(trained.facts(), BATCH)]
    assert [tiers.count(tier) for tier in ("three", "four", "five")] == [2, 3, 4]


def test_a_place_that_is_open_already_is_not_opened_again(trained: Programme) -> None:
    announced(trained)
    trained.vacated("five", on="2024-03-20")
    trained.when("open-initial-vacancies", batch=BATCH).then_recorded(*["vacancy-opened"] * 9)


def test_a_batch_closes_when_everybody_has_an_outcome(trained: Programme) -> None:
    for tier in trained.members:
        trained.given("decide-outcome", **trained.outcome(tier, "terminated", "2027-03-01"))
        if tier != "five":
            trained.when("close-batch", on="2027-03-14", today="2027-03-14", batch=BATCH).then_refused("E2")
            trained.at("2027-03-01")
    trained.when("close-batch", on="2027-03-14", batch=BATCH).then_recorded("batch-closed")
    trained.when("close-batch", batch=BATCH).then_nothing()


def test_an_extended_member_keeps_the_batch_open(trained: Programme) -> None:
    trained.given("decide-outcome", **trained.outcome("three", "terminated", "2027-03-01"))
    trained.given("decide-outcome", **trained.outcome("five", "terminated", "2027-03-01"))
    trained.given("decide-outcome", **trained.outcome("four", "extended", "2027-03-01", extended_to="2027-09-13"))
    trained.when("close-batch", on="2027-03-14", batch=BATCH).then_refused("E2")
    trained.given("decide-outcome", **trained.outcome("four", "terminated", "2027-09-01"))
    trained.when("close-batch", on="2027-09-14", batch=BATCH).then_recorded("batch-closed")


def test_an_unknown_batch_is_not_closed(school: Programme) -> None:
    school.when("close-batch", batch="2030-none").then_fails(Unknown)


def closed(school: Programme, on: str = "2027-03-20") -> None:
    for tier in school.members:
        school.given("decide-outcome", **school.outcome(tier, "promoted" if tier == "three" else "terminated", DAY))
    school.given("close-batch", on=on, batch=BATCH)


DAY = "2027-03-08"


def test_a_batch_does_not_close_before_its_last_membership_ends(trained: Programme) -> None:
    for tier in trained.members:
        trained.given("decide-outcome", **trained.outcome(tier, "terminated", DAY))
    trained.when("close-batch", on="2027-03-12", batch=BATCH).then_refused("E2")
    trained.when("close-batch", on="2027-03-13", batch=BATCH).then_recorded("batch-closed")


def test_a_batch_that_nobody_entered_does_not_close_before_its_cycle_ends(school: Programme) -> None:
    school.when("close-batch", on="2024-03-14", batch=BATCH).then_refused("E2")
    school.when("close-batch", on="2027-03-12", today="2027-03-12", batch=BATCH).then_refused("E2")
    school.when("close-batch", on="2027-03-13", today="2027-03-13", batch=BATCH).then_recorded("batch-closed")


def test_a_batch_does_not_close_while_an_appeal_waits_for_its_decision(trained: Programme) -> None:
    person = trained.members["three"]
    case = trained.disqualified(person, "2026-06-03")
    trained.given("lodge-appeal", on="2026-06-05", person=person, case=case, text="请求复核")
    for tier in ("four", "five"):
        trained.given("decide-outcome", **trained.outcome(tier, "terminated", DAY))
    trained.when("close-batch", on="2027-03-20", today="2027-03-20", batch=BATCH).then_refused("D2")
    refused = {
        "upheld": False,
        "text": "维持原决定",
        "resolution": trained.resolved(person, "appeal", "2027-03-21", upheld=False),
    }
    trained.given("decide-appeal", on="2027-03-21", person=person, case=case, **refused)
    trained.when("close-batch", on="2027-03-21", today="2027-03-21", batch=BATCH).then_recorded("batch-closed")


def test_a_batch_whose_members_all_ended_early_stays_open_for_its_cycle(trained: Programme) -> None:
    for person in trained.members.values():
        trained.disqualified(person, "2024-06-03")
    trained.when("close-batch", on="2024-06-04", batch=BATCH).then_refused("E2")


def test_a_closed_batch_takes_no_nomination_amendment_meeting_matter_or_timetable(trained: Programme) -> None:
    closed(trained)
    person = trained.person(born="1985-05-01")
    nominate = {"person": person, "batch": BATCH, "tier": "three", "source": "office", "unit": "教务处"}
    trained.when("nominate-candidate", on="2027-03-21", reason="补推", **nominate).then_refused("H2")
    window = {"batch": BATCH, "step": "decide", "starts_on": "2027-03-08", "ends_on": "2027-03-12"}
    trained.when("reschedule-step", on="2027-03-21", reason="调整", **window).then_refused("H2")
    study = {"batch": BATCH, "title": "学习", "areas": ["ethics"], "hours": 2}
    trained.when("hold-study-session", on="2027-03-21", **study).then_refused("H2")
    votes = {"matter": "plan", "agree": 9, "disagree": 0, "abstain": 0, "text": "修订"}
    told = {"batch": BATCH, "meeting": trained.meeting("2027-03-21"), **votes}
    trained.when("pass-resolution", on="2027-03-21", **told).then_refused("H2")


def test_a_closed_batch_takes_late_records_of_days_before_it(trained: Programme) -> None:
    closed(trained)
    study = {"batch": BATCH, "title": "学习", "areas": ["ethics"], "hours": 2}
    trained.when("hold-study-session", on="2027-03-10", today="2027-03-25", **study).then_recorded("study-session-held")


def test_a_closed_batch_takes_what_follows_from_an_end(trained: Programme) -> None:
    closed(trained)
    promotion = trained.about("three", post="教务处副主任")
    trained.when("record-promotion", on="2027-03-25", **promotion).then_recorded("promotion-recorded")
    trained.when("hand-over-dossier", on="2027-03-25", **trained.about("three", to="组织人事处")).done()


def test_a_plan_published_late_needs_a_reason(tmp_path: Path) -> None:
    school = Programme(tmp_path)
    publish = {"toml": shipped_plan().decode(), "audience": "全体教职工", "channel": "教职工大会"}
    school.when("publish-plan", on="2024-03-02", **publish).then_needs("W.announce", "caution", value="2024-03-02")
    published = school.when("publish-plan", on="2024-03-02", reason="会议改期", **publish).then_recorded(
        "plan-published", cautions=["W.announce"]
    )
    assert (published["audience"], published["channel"]) == ("全体教职工", "教职工大会")
