"""What should have happened and did not, or too late; and what covers it."""

from datetime import date
from pathlib import Path

from domain.events.batch import BatchClosed
from domain.language import Departure
from domain.transaction import Draft
from projections.yearly_review import yearly_review
from tests.projections.conformance.conftest import Planted, having
from tests.support.scenario import BATCH
from tests.support.stages import Programme, requested


def lacking(planted: Planted, on: str, rule: str) -> list[tuple[str, str]]:
    """Departure and day of what is found by one rule."""
    return [(line.departure.value, str(line.on)) for line in planted.all(on).findings if line.rule == rule]


def announced(planted: Planted, on: str) -> None:
    meeting = planted.school.meeting("2024-03-14")
    planted.school.given("announce-result", on=on, batch=BATCH, meeting=meeting, channel="公告栏", reason="须说明")


def test_what_falls_due_is_found_from_the_day_after(trained: Planted) -> None:
    assert lacking(trained, "2024-04-13", "M3.pairing") == []
    assert lacking(trained, "2024-04-14", "M3.pairing") == [("missing", "2024-04-13")]


def test_a_result_not_announced_and_one_announced_too_late(trained: Planted) -> None:
    assert lacking(trained, "2024-03-21", "R4.announcement") == []
    assert lacking(trained, "2024-03-22", "R4.announcement") == [("missing", "2024-03-21")]
    announced(trained, "2024-03-25")
    assert lacking(trained, "2024-03-26", "R4.announcement") == [("late", "2024-03-21")]


def test_a_result_announced_in_time_leaves_only_the_places_that_nobody_accounts_for(trained: Planted) -> None:
    announced(trained, "2024-03-20")
    assert lacking(trained, "2024-03-26", "R4.announcement") == []
    assert lacking(trained, "2024-03-26", "D3.places") == [("missing", "2024-03-20")] * 3
    opened = trained.school.given("open-initial-vacancies", on="2024-03-21", batch=BATCH)
    assert lacking(trained, "2024-03-26", "D3.places") == []
    given_up = {"batch": BATCH, "vacancy": opened["vacancy"], "reason": "不再增补"}
    trained.school.given("cancel-vacancy", on="2024-03-22", **given_up)
    assert lacking(trained, "2024-03-26", "D3.places") == []


def test_a_decision_to_admit_that_nobody_carried_out(trained: Planted) -> None:
    admitting = trained.school.admissible("four")
    on = str(trained.school.today)
    assert lacking(trained, on, "R4.membership") == []
    assert lacking(trained, "2024-04-01", "R4.membership") == [("missing", on)]
    trained.school.given("admit-candidate", on="2024-04-01", **admitting, reason="须说明")
    assert lacking(trained, "2024-04-02", "R4.membership") == []


def test_an_admission_that_was_stopped_is_not_waited_for(trained: Planted) -> None:
    school = trained.school
    outvoted, unwilling, gone = (school.admissible(tier)["person"] for tier in ("four", "five", "four"))
    about = {"tier": "four", "round": "initial", "agree": 2, "disagree": 7}
    school.resolved(outvoted, "admission", "2024-03-18", **about)
    back = {"nomination": school.last("candidate-nominated", unwilling)["nomination"], "at_own_wish": True}
    school.given("withdraw-nomination", on="2024-03-18", person=unwilling, batch=BATCH, reason="本人放弃", **back)
    school.given("record-leaving", on="2024-03-18", person=gone, cause="transferred")
    assert lacking(trained, "2024-03-17", "R4.membership") == [("missing", "2024-03-14")] * 3
    assert lacking(trained, "2024-03-18", "R4.membership") == []


def test_an_admission_without_the_exception_that_was_voted_down_is_not_waited_for(trained: Planted) -> None:
    school = trained.school
    aged = school.shortlisted("four", born="1970-05-01", asked=requested("T2.age"))
    school.resolved(aged, "admission", "2024-03-14", tier="four")
    assert lacking(trained, "2024-03-15", "R4.membership") == [("missing", "2024-03-14")]
    school.resolved(aged, "exception", "2024-03-18", rule="T2.age", agree=2, disagree=7)
    assert lacking(trained, "2024-03-18", "R4.membership") == []


def test_an_admission_to_a_place_that_another_took_is_not_waited_for(trained: Planted) -> None:
    school = trained.school
    vacancy = school.vacated("three", "2024-06-03")
    turn = school.consented(vacancy, on="2024-06-04")
    school.admissible("three", turn)
    first = school.admissible("three", turn)
    assert len(lacking(trained, "2024-12-31", "R4.membership")) == 2
    school.given("admit-candidate", on=turn.decide, vacancy=vacancy, **first)
    assert lacking(trained, "2024-12-31", "R4.membership") == []


def test_an_objection_of_the_notice_told_after_the_admission_is_found(tmp_path: Path) -> None:
    school = Programme(tmp_path)
    school.found(edit=lambda text: text.replace("required = false", "required = true"))
    planted, admit = Planted(school), school.admissible()
    school.given("open-notice", on="2024-03-15", batch=BATCH, place="校园网")
    school.given("close-notice", on="2024-03-23", batch=BATCH)
    school.given("admit-candidate", on="2024-03-25", **admit)
    assert [line for line in planted.all().findings if line.rule == "R4"] == []
    objection = {"person": admit["person"], "batch": BATCH, "text": "业绩有误"}
    school.given("receive-objection", on="2024-03-20", today="2024-03-26", **objection)
    late = [line for line in planted.all().findings if line.rule == "R4"]
    assert [(line.departure, line.person_id) for line in late] == [(Departure.OUTDATED, admit["person"])]
    planted.close()


def test_a_year_without_a_grade(trained: Planted) -> None:
    assert lacking(trained, "2025-03-13", "E1.grade") == []
    assert lacking(trained, "2025-03-14", "E1.grade") == [("missing", "2025-03-13")] * 3


def test_a_term_that_ended_without_an_outcome(trained: Planted) -> None:
    assert lacking(trained, "2027-03-13", "E2.outcome") == []
    assert lacking(trained, "2027-03-14", "E2.outcome") == [("missing", "2027-03-13")] * 3


def test_an_outcome_that_the_committee_went_back_on_before_it_took_effect_is_found(trained: Planted) -> None:
    school = trained.school
    school.given("decide-outcome", **school.outcome("three", "promoted", "2027-03-01"))
    school.resolved(school.members["three"], "outcome", "2027-03-05", outcome="promoted")
    assert lacking(trained, "2027-04-01", "R4.outcome") == []
    school.resolved(school.members["three"], "outcome", "2027-03-08", outcome="promoted", agree=1, disagree=8)
    assert lacking(trained, "2027-04-01", "R4.outcome") == [("missing", "2027-03-08")]


def test_a_leading_group_whose_head_is_no_longer_the_secretary(trained: Planted) -> None:
    school, secretary = trained.school, trained.school.committee[0]
    held = school.last("post-held", secretary)["record"]
    school.given("end-post", on="2024-03-18", person=secretary, record=held)
    (line,) = trained.all("2024-03-20").findings
    assert (line.rule, line.on, line.person_id) == ("O1.chair", date(2024, 3, 18), secretary)
    school.given("record-post", on="2024-03-19", person=school.committee[1], post="party_secretary")
    group = [{"person": person, "office": "组员"} for person in school.committee[:3]]
    school.given(
        "change-leading-group", on="2024-03-19", batch=BATCH, chair=school.committee[1], members=group, reason="调整"
    )
    assert trained.found("2024-03-20") == []


def test_a_leading_group_whose_head_left_the_school(trained: Planted) -> None:
    school, secretary = trained.school, trained.school.committee[0]
    school.given("record-leaving", on="2024-03-18", person=secretary, cause="transferred")
    assert lacking(trained, "2024-03-17", "O1.chair") == []
    assert lacking(trained, "2024-03-20", "O1.chair") == [("missing", "2024-03-18")]
    group = [{"person": person, "office": "组员"} for person in school.committee[:2]]
    told = {"batch": BATCH, "chair": secretary, "members": group, "reason": "调整"}
    school.when("change-leading-group", on="2024-03-19", **told).then_refused("O1")


def test_a_batch_that_is_closed_needs_no_head(trained: Planted) -> None:
    school, secretary = trained.school, trained.school.committee[0]
    held = school.last("post-held", secretary)["record"]
    (draft,) = trained.drafts("end-post", on="2024-03-18", person=secretary, record=held)
    trained.plant(draft)
    assert lacking(trained, "2024-03-20", "O1.chair")
    trained.plant(Draft(BATCH, draft.body.model_copy(update={"data": BatchClosed(batch=BATCH), "id": "e-closed"})))
    assert lacking(trained, "2024-03-20", "O1.chair") == []


def test_a_suspension_covers_what_could_not_be_done_meanwhile_but_no_grade(trained: Planted) -> None:
    school = trained.school
    school.given("suspend-membership", on="2024-03-25", **school.about("four"), reason="借调", text="借调")
    suspended = school.log.head()
    found = trained.all("2025-03-14", covered=True)
    covers = {line.rule: line.covered_by for line in found.covered if line.person_id == school.members["four"]}
    assert covers["M3.pairing"] == covers["D1.material"] == suspended
    mine = [line.rule for line in found.findings if line.person_id == school.members["four"]]
    assert mine == ["E1.grade"]


def test_a_past_state_of_knowledge_is_asked_for_nothing_later(trained: Planted) -> None:
    assert trained.found("2025-03-14", known=f"@{trained.school.log.head()}") == []


def test_one_batch_alone(trained: Planted) -> None:
    other = trained.school.publish(
        on="2027-03-01", edit=lambda text: text.replace('"2024-second"', '"2027-third"').replace("2024-0", "2027-0")
    )
    assert "M3.pairing" in {line.rule for line in trained.all("2027-03-05", batch=BATCH).findings}
    assert trained.all("2027-03-05", batch=other).findings == ()


def test_an_end_told_later_leaves_a_grade_standing_and_is_found(trained: Planted) -> None:
    school, year = trained.school, {"batch": BATCH, "year": 2024}
    four = school.members["four"]
    school.given("open-review", on="2025-03-01", **year)
    about = {"person": four, **year, "grade": "qualified"}
    school.given("propose-grade", on="2025-03-02", **about, comment="建议")
    resolution = school.resolved(four, "grade", "2025-03-06", year=2024, grade="qualified")
    school.given("confirm-grade", on="2025-03-06", **about, resolution=resolution)
    assert [line for line in trained.all().findings if line.rule == "H2.overtaken"] == []
    graded = school.log.head()
    school.given("record-leaving", on="2025-03-04", today="2025-03-20", person=four, cause="resigned")
    found = [line for line in trained.all().findings if line.rule == "H2.overtaken"]
    assert [(line.person_id, line.positions[0], line.departure) for line in found] == [(four, graded, "outdated")]
    shown = yearly_review(trained.shown_at(), 2024, BATCH)
    assert [member.grade for member in shown.members if member.person_id == four] == ["qualified"]


def test_a_grade_from_before_the_end_is_not_found(trained: Planted) -> None:
    school, year = trained.school, {"batch": BATCH, "year": 2024}
    four = school.members["four"]
    school.given("open-review", on="2025-03-01", **year)
    school.given("propose-grade", on="2025-03-02", person=four, **year, grade="qualified", comment="建议")
    resolution = school.resolved(four, "grade", "2025-03-06", year=2024, grade="qualified")
    school.given("confirm-grade", on="2025-03-06", person=four, **year, grade="qualified", resolution=resolution)
    school.given("record-leaving", on="2025-03-08", today="2025-03-20", person=four, cause="resigned")
    assert [line for line in trained.all().findings if line.rule == "H2.overtaken"] == []


def told_later(trained: Planted) -> dict[str, str]:
    admit = trained.school.admissible("four")
    trained.school.given("admit-candidate", on="2024-03-20", **admit)
    return admit


def stopped(trained: Planted) -> list[str | None]:
    """Whose admission would not be by what is known today."""
    outdated = [line for line in trained.all().findings if line.departure is Departure.OUTDATED]
    return [line.person_id for line in outdated if line.rule in ("R2", "R4")]


def test_a_vote_told_later_that_had_stopped_an_admission_is_found(trained: Planted) -> None:
    admit = told_later(trained)
    about = {"tier": "four", "round": "initial", "agree": 4, "disagree": 5}
    trained.school.resolved(admit["person"], "admission", "2024-03-18", **about)
    assert stopped(trained) == [admit["person"]]


def test_a_withdrawal_told_later_that_had_stopped_an_admission_is_found(trained: Planted) -> None:
    admit = told_later(trained)
    nomination = trained.school.last("candidate-nominated", admit["person"])["nomination"]
    back = {"person": admit["person"], "batch": BATCH, "nomination": nomination, "at_own_wish": True}
    trained.school.given("withdraw-nomination", on="2024-03-18", reason="本人放弃", **back)
    assert stopped(trained) == [admit["person"]]


def test_what_came_after_an_admission_is_no_finding(trained: Planted) -> None:
    admit = told_later(trained)
    about = {"tier": "four", "round": "initial", "agree": 4, "disagree": 5}
    trained.school.resolved(admit["person"], "admission", "2024-03-21", **about)
    assert stopped(trained) == []


def test_an_amendment_that_does_not_fit_changes_nothing_and_is_found(trained: Planted) -> None:
    school = trained.school
    resolution = school.resolved(None, "plan", "2024-03-20", text="目标四人")
    told = {"batch": BATCH, "changes": {"tiers.three.target": 4}, "resolution": resolution, "reason": "需要"}
    (draft,) = trained.drafts("amend-plan", on="2024-03-20", **told)
    (position,) = trained.plant(having(draft, changes={"training.mentor_posts": ["nobody"]}))
    assert [line.rule for line in trained.all("2024-03-21").findings if position in line.positions] == ["R1"]
