"""年度考核: exactly one standing grade, or one reasoned absence, per member and training year (E1)."""

from typing import Any

import pytest

from domain import school as questions
from domain.errors import Unknown
from domain.language import Grade
from tests.support.scenario import BATCH, Day
from tests.support.stages import Programme

YEAR = 2024
DAY = "2025-03-06"
LAST = "2025-03-13"
TALLY: dict[str, Any] = {"expected": 46, "present": 45, "issued": 45, "returned": 44, "valid": 43, "invalid": 1,
         "excellent": 30, "qualified": 11, "deferred": 1, "termination_recommended": 1}  # fmt: skip


@pytest.fixture
def reviewed(trained: Programme) -> Programme:
    """The review of the first year is open."""
    trained.given("open-review", on="2025-03-01", batch=BATCH, year=YEAR)
    return trained


def of(school: Programme, tier: str = "four", **more: Any) -> dict[str, Any]:
    return {"on": DAY, **school.about(tier, year=YEAR), **more}


def propose(school: Programme, tier: str = "four", grade: str = "qualified", **more: Any) -> dict[str, Any]:
    return of(school, tier, grade=grade, comment="建议", capacity="leading_group", **more)


def confirm(school: Programme, tier: str = "four", grade: str = "qualified", on: Day = DAY) -> dict[str, Any]:
    resolution = school.resolved(school.members[tier], "grade", on, year=YEAR, grade=grade)
    return of(school, tier, grade=grade, resolution=resolution, on=on)


def graded(school: Programme, tier: str = "four", grade: str = "qualified") -> None:
    school.given("propose-grade", **propose(school, tier, grade))
    school.given("confirm-grade", **confirm(school, tier, grade))


def standing(school: Programme, tier: str = "four") -> questions.StandingGrade | None:
    return questions.grade(school.facts(), school.members[tier], BATCH, YEAR)


# Opening and closing


def test_a_review_is_opened_once_for_a_year_that_has_begun(trained: Programme) -> None:
    trained.when("open-review", on="2024-03-13", batch=BATCH, year=2024).then_refused("E1")
    trained.when("open-review", on="2024-03-14", batch=BATCH, year=2024).then_recorded("review-opened")
    trained.when("open-review", batch=BATCH, year=2024).then_nothing()
    for year in (2023, 2027):
        trained.when("open-review", on="2027-03-20", batch=BATCH, year=year).then_refused("E1")


def test_an_extended_members_years_are_reviewed_too(trained: Programme) -> None:
    trained.given("decide-outcome", **trained.outcome("four", "extended", "2027-03-01", extended_to="2028-03-13"))
    trained.when("open-review", on="2028-03-01", batch=BATCH, year=2027).then_recorded("review-opened")
    trained.when("open-review", on="2029-03-01", batch=BATCH, year=2028).then_refused("E1")


def test_a_review_closes_when_everybody_has_a_grade_or_a_reason(reviewed: Programme) -> None:
    graded(reviewed, "three", "excellent")
    graded(reviewed, "four", "deferred")
    reviewed.when("close-review", on=DAY, batch=BATCH, year=YEAR).then_refused("E1")
    reviewed.when("close-review", on=LAST, batch=BATCH, year=YEAR).then_refused("E1")
    waiving = reviewed.excepted(reviewed.members["five"], "E1.waived", DAY)
    reviewed.given("waive-grade", **of(reviewed, "five"), reason="病假", exceptions=waiving)
    reviewed.when("close-review", on="2025-03-12", today=LAST, batch=BATCH, year=YEAR).then_refused("E1")
    reviewed.when("close-review", on=LAST, batch=BATCH, year=YEAR).then_recorded("review-closed")
    reviewed.when("close-review", batch=BATCH, year=YEAR).then_nothing()


def test_who_joins_later_does_not_keep_a_year_open(trained: Programme) -> None:
    trained.given("open-review", on="2025-03-01", batch=BATCH, year=YEAR)
    for tier in trained.members:
        graded(trained, tier)
    turn = trained.consented(vacancy := trained.vacated("five", on="2025-03-14"), on="2025-03-15")
    trained.given("admit-candidate", **trained.admissible("five", turn), vacancy=vacancy)
    trained.when("close-review", on=turn.decide, batch=BATCH, year=YEAR).then_recorded("review-closed")


def test_a_review_that_was_never_opened_does_not_close(trained: Programme) -> None:
    trained.when("close-review", on=DAY, batch=BATCH, year=YEAR).then_refused("E1")


@pytest.mark.parametrize("command", ["submit-self-summary", "tally-appraisal", "propose-grade"])
def test_outside_an_open_review_nothing_is_handed_in(trained: Programme, command: str) -> None:
    told = {
        "submit-self-summary": of(trained, text="总结"),
        "tally-appraisal": of(trained, **TALLY),
        "propose-grade": propose(trained),
    }[command]
    trained.when(command, **told).then_refused("E1")
    trained.given("open-review", on="2025-03-01", batch=BATCH, year=YEAR)
    trained.when(command, **told).done()
    for tier in trained.members:
        waiving = trained.excepted(trained.members[tier], "E1.waived", "2025-03-01")
        trained.given("waive-grade", **of(trained, tier), reason="试", exceptions=waiving)
    trained.given("close-review", on=LAST, batch=BATCH, year=YEAR)
    trained.when(command, **{**told, "person": trained.members["three"], "on": "2025-03-14"}).then_refused("E1")


# Summary and tally


def test_a_summary_is_submitted_once(reviewed: Programme) -> None:
    reviewed.when("submit-self-summary", **of(reviewed, text="总结"), capacity="self").then_recorded(
        "self-summary-submitted"
    )
    reviewed.when("submit-self-summary", **of(reviewed, text="总结")).then_nothing()
    reviewed.when("submit-self-summary", **of(reviewed, text="另一份")).then_refused("E1")


def test_a_suspended_member_is_graded_without_a_summary(reviewed: Programme) -> None:
    reviewed.given("suspend-membership", on="2025-03-02", reason="借调", **reviewed.about("four"))
    reviewed.when("submit-self-summary", **of(reviewed, text="总结")).then_refused("H2")
    graded(reviewed)
    assert standing(reviewed)


def test_a_tally_is_recorded_once(reviewed: Programme) -> None:
    reviewed.when("tally-appraisal", **of(reviewed, **TALLY)).then_recorded("appraisal-tallied")
    reviewed.when("tally-appraisal", **of(reviewed, **TALLY)).then_nothing()
    reviewed.when("tally-appraisal", **of(reviewed, **TALLY | {"excellent": 29})).then_refused("E1")


@pytest.mark.parametrize(
    "wrong", [{"returned": 46}, {"present": 47}, {"valid": 44}, {"excellent": 31}, {"issued": 46}], ids=str
)
def test_a_tally_whose_counts_do_not_fit(reviewed: Programme, wrong: dict[str, Any]) -> None:
    reviewed.when("tally-appraisal", **of(reviewed, **TALLY | wrong)).then_refused("E1")


# Proposal and confirmation


def test_the_leading_group_proposes_and_may_think_again(reviewed: Programme) -> None:
    reviewed.when("propose-grade", **propose(reviewed)).then_recorded("grade-proposed")
    reviewed.when("propose-grade", **propose(reviewed)).then_nothing()
    reviewed.when("propose-grade", **propose(reviewed, grade="excellent")).then_recorded("grade-proposed")
    reviewed.given("confirm-grade", **confirm(reviewed, grade="excellent"))
    reviewed.when("propose-grade", **propose(reviewed, grade="excellent")).then_nothing()
    reviewed.when("propose-grade", **propose(reviewed)).then_refused("E1")


def test_only_the_leading_group_or_its_clerk_proposes(reviewed: Programme) -> None:
    reviewed.when("propose-grade", **propose(reviewed) | {"capacity": "mentor"}).then_refused("O2")


def test_the_group_needs_a_reason_while_its_chair_is_not_the_secretary(reviewed: Programme) -> None:
    secretary = reviewed.committee[0]
    post = reviewed.last("post-held", secretary)["record"]
    reviewed.given("end-post", on="2025-03-05", person=secretary, record=post)
    reviewed.when("propose-grade", **propose(reviewed)).then_refused("O1")
    reviewed.when("propose-grade", reason="书记未到任", **propose(reviewed)).then_recorded("grade-proposed")


def test_the_committee_confirms_one_grade(reviewed: Programme) -> None:
    reviewed.given("propose-grade", **propose(reviewed))
    confirmed = confirm(reviewed)
    reviewed.when("confirm-grade", **confirmed).then_recorded("grade-confirmed")
    reviewed.when("confirm-grade", **confirmed).then_nothing()
    other = confirm(reviewed, grade="excellent", on="2025-03-07")
    reviewed.when("confirm-grade", reason="再议", **other).then_refused("E1")
    waiving = reviewed.excepted(of(reviewed)["person"], "E1.waived", "2025-03-07")
    reviewed.when("waive-grade", **of(reviewed), reason="再议", exceptions=waiving).then_refused("E1")
    found = standing(reviewed)
    assert found is not None
    assert found.grade is Grade.QUALIFIED


def test_a_grade_rests_on_a_resolution_of_the_same_year_and_grade(reviewed: Programme) -> None:
    reviewed.given("propose-grade", **propose(reviewed))
    confirmed = confirm(reviewed, grade="excellent")
    reviewed.when("confirm-grade", **confirmed | {"grade": "qualified"}).then_refused("R4")
    reviewed.when("confirm-grade", **confirmed | {"resolution": "r-000000"}).then_fails(Unknown)
    reviewed.when("confirm-grade", **confirm(reviewed, "five") | reviewed.about("four")).then_fails(Unknown)


def test_a_failed_vote_confirms_nothing(reviewed: Programme) -> None:
    reviewed.given("propose-grade", **propose(reviewed))
    votes = {"agree": 4, "disagree": 5, "year": YEAR, "grade": "qualified"}
    failed = reviewed.resolved(reviewed.members["four"], "grade", DAY, **votes)
    reviewed.when("confirm-grade", **of(reviewed, grade="qualified", resolution=failed)).then_refused("R4")


def test_the_proposal_comes_before_the_vote(reviewed: Programme) -> None:
    reviewed.when("confirm-grade", **confirm(reviewed)).then_refused("E1")
    reviewed.given("propose-grade", **propose(reviewed) | {"on": "2025-03-07"})
    resolution = reviewed.last("resolution-reached", reviewed.members["four"])["resolution"]
    confirmed = of(reviewed, grade="qualified", resolution=resolution)
    reviewed.when("confirm-grade", **confirmed | {"on": "2025-03-08"}).then_refused("E1")


def test_another_grade_than_proposed_needs_a_reason(reviewed: Programme) -> None:
    reviewed.given("propose-grade", **propose(reviewed, grade="excellent"))
    confirmed = confirm(reviewed)
    reviewed.when("confirm-grade", **confirmed).then_needs(
        "E1.proposal", "caution", value="qualified", limit="excellent"
    )
    reviewed.when("confirm-grade", reason="会议认为", **confirmed).then_recorded(
        "grade-confirmed", cautions=["E1.proposal"]
    )


def test_termination_is_recommended_and_ends_nothing(reviewed: Programme) -> None:
    graded(reviewed, grade="termination_recommended")
    assert reviewed.membership(reviewed.members["four"]).active


def test_a_year_in_which_somebody_was_no_member_has_no_grade(reviewed: Programme) -> None:
    outsider = {"person": reviewed.person()}
    reviewed.when("propose-grade", **propose(reviewed) | outsider).then_refused("H2")
    reviewed.when("waive-grade", **of(reviewed) | outsider, reason="x").then_refused("H2")
    reviewed.given("record-leaving", on="2025-03-14", person=reviewed.members["four"], cause="resigned")
    next_year = {"year": 2025, "on": "2025-03-14", "reason": "离校"}
    reviewed.when("waive-grade", **of(reviewed) | next_year).then_refused("H2")


def test_who_left_in_the_year_needs_no_grade_and_no_reason(reviewed: Programme) -> None:
    for tier in ("three", "four"):
        reviewed.given("record-leaving", on="2025-03-03", person=reviewed.members[tier], cause="resigned")
    reviewed.when("propose-grade", **propose(reviewed, "three")).then_refused("H2")
    reviewed.when("waive-grade", **of(reviewed)).then_refused("E1")
    reviewed.when("waive-grade", **of(reviewed), reason="年度内离校").then_recorded("grade-waived")
    graded(reviewed, "five")
    reviewed.when("close-review", on=LAST, batch=BATCH, year=YEAR).then_recorded("review-closed")


def test_who_left_on_the_years_last_day_is_not_graded_but_told_of(reviewed: Programme) -> None:
    for tier in ("three", "four"):
        graded(reviewed, tier)
    reviewed.given("record-leaving", on=LAST, person=reviewed.members["five"], cause="resigned")
    reviewed.when("propose-grade", **propose(reviewed, "five", on=LAST)).then_refused("H2")
    reviewed.when("close-review", on=LAST, batch=BATCH, year=YEAR).then_refused("E1")
    reviewed.given("waive-grade", **of(reviewed, "five", on=LAST), reason="年度末离校")
    reviewed.when("close-review", on=LAST, batch=BATCH, year=YEAR).then_recorded("review-closed")


def test_a_year_that_ended_before_the_membership_is_graded_afterwards(trained: Programme) -> None:
    trained.given("open-review", on="2027-03-01", batch=BATCH, year=2026)
    trained.given("decide-outcome", **trained.outcome("four", "terminated", "2027-03-01"))
    trained.given("propose-grade", **propose(trained, year=2026, on="2027-03-20"))
    resolution = trained.resolved(trained.members["four"], "grade", "2027-03-20", year=2026, grade="qualified")
    told = of(trained, year=2026, grade="qualified", resolution=resolution, on="2027-03-20")
    trained.when("confirm-grade", **told).then_recorded("grade-confirmed")


def test_an_end_told_later_leaves_the_grade_standing(reviewed: Programme) -> None:
    graded(reviewed, "four")
    leaving = {"person": reviewed.members["four"], "cause": "resigned"}
    reviewed.given("record-leaving", on="2025-03-01", today="2025-03-20", **leaving)
    assert standing(reviewed)


# Not before its time


def test_a_grade_long_before_the_years_end_needs_a_reason(trained: Programme) -> None:
    trained.given("open-review", on="2025-02-01", batch=BATCH, year=YEAR)
    trained.given("propose-grade", **propose(trained, on="2025-02-05"))
    early = confirm(trained, on="2025-02-10")
    trained.when("confirm-grade", **early).then_needs("E1.early", "caution", value="2025-02-10", limit="2025-02-11")
    trained.when("confirm-grade", **early | {"on": "2025-02-20"}).then_needs("E1.early", "caution", value="2025-02-10")
    trained.when("confirm-grade", **early, reason="外出支教").then_recorded("grade-confirmed", cautions=["E1.early"])


def test_from_thirty_days_before_the_years_end_a_grade_is_in_time(trained: Programme) -> None:
    trained.given("open-review", on="2025-02-01", batch=BATCH, year=YEAR)
    trained.given("propose-grade", **propose(trained, on="2025-02-05"))
    trained.when("confirm-grade", **confirm(trained, on="2025-02-11")).then_recorded("grade-confirmed")


# Joined under six months ago, counted to the year's end


@pytest.fixture
def joined(reviewed: Programme) -> Programme:
    """Two who joined in the year: six months before its end to the day, and a day later."""
    reviewed.at("2025-03-01")
    for tier, day in (("early", "2024-09-14"), ("late", "2024-09-15")):
        reviewed.members[tier] = reviewed.member("five", on=day)
    return reviewed


def test_who_joined_six_months_before_is_graded(joined: Programme) -> None:
    graded(joined, "early")
    joined.when("waive-grade", **of(joined, "late"), reason="列入不足六个月").then_recorded("grade-waived")


def test_a_grade_for_who_joined_later_needs_a_reason(joined: Programme) -> None:
    late = propose(joined, "late")
    joined.when("propose-grade", **late).then_needs("E1.joined", "caution", value="2024-09-15", limit="2024-09-14")
    joined.when("propose-grade", reason="表现突出", **late).then_recorded("grade-proposed", cautions=["E1.joined"])
    confirmed = confirm(joined, "late")
    joined.when("confirm-grade", **confirmed).then_needs("E1.joined", "caution")
    joined.when("confirm-grade", reason="表现突出", **confirmed).then_recorded(
        "grade-confirmed", cautions=["E1.joined"]
    )


def test_waiving_who_was_there_long_enough_needs_an_exception(joined: Programme) -> None:
    waive = of(joined, "early", reason="长期病假")
    joined.when("waive-grade", **waive).then_needs("E1.waived", "exception", value="2024-09-14", limit="2024-09-14")
    waiving = joined.excepted(waive["person"], "E1.waived", waive["on"])
    joined.when("waive-grade", **waive, exceptions=waiving).then_recorded("grade-waived", cautions=["E1.waived"])


# 暂缓评定


def settle(school: Programme, grade: str = "qualified", on: Day = "2025-06-16") -> dict[str, Any]:
    return confirm(school, grade=grade, on=on)


def test_a_deferred_grade_is_resolved_once(reviewed: Programme) -> None:
    graded(reviewed, grade="deferred")
    settled = settle(reviewed)
    reviewed.when("resolve-deferred-grade", **settled).then_recorded("deferred-grade-resolved")
    reviewed.when("resolve-deferred-grade", **settled).then_nothing()
    other = settle(reviewed, "excellent", "2025-06-17")
    reviewed.when("resolve-deferred-grade", **other).then_refused("E1")
    found = standing(reviewed)
    assert found is not None
    assert (found.grade, str(found.deferred_on), str(found.resolved_on)) == ("qualified", DAY, "2025-06-16")


def test_it_is_not_resolved_by_deferring_again(reviewed: Programme) -> None:
    graded(reviewed, grade="deferred")
    reviewed.when("resolve-deferred-grade", **settle(reviewed, "deferred")).then_refused("E1")


def test_the_vote_that_deferred_does_not_resolve(reviewed: Programme) -> None:
    early = confirm(reviewed, grade="qualified", on="2025-03-05")
    graded(reviewed, grade="deferred")
    reviewed.when("resolve-deferred-grade", **early | {"on": "2025-03-10"}).then_refused("R4")


def test_a_grade_that_was_not_deferred_needs_no_resolving(reviewed: Programme) -> None:
    graded(reviewed)
    reviewed.when("resolve-deferred-grade", **settle(reviewed, "excellent", on="2025-06-17")).then_refused("E1")


def test_a_year_without_a_grade_has_none_to_resolve(reviewed: Programme) -> None:
    reviewed.when("resolve-deferred-grade", **settle(reviewed)).then_refused("E1")


def test_six_months_to_resolve(reviewed: Programme) -> None:
    graded(reviewed, grade="deferred")
    in_time = settle(reviewed, on="2025-09-06")
    reviewed.when("resolve-deferred-grade", **in_time).then_recorded("deferred-grade-resolved")


def test_later_than_six_months_a_reason_is_due(reviewed: Programme) -> None:
    graded(reviewed, grade="deferred")
    late = settle(reviewed, on="2025-09-07")
    reviewed.when("resolve-deferred-grade", **late).then_needs(
        "E1.deferred", "caution", value="2025-09-07", limit="2025-09-06"
    )


def test_a_late_resolution_with_its_reason(reviewed: Programme) -> None:
    graded(reviewed, grade="deferred")
    late = settle(reviewed, on="2025-09-07")
    reviewed.when("resolve-deferred-grade", reason="材料迟到", **late).then_recorded(
        "deferred-grade-resolved", cautions=["E1.deferred"]
    )


# 本人确认


def test_a_grade_is_acknowledged_and_again_when_it_is_resolved(reviewed: Programme) -> None:
    reviewed.when("acknowledge-grade", **of(reviewed), capacity="self").then_refused("E1")
    graded(reviewed, grade="deferred")
    reviewed.when("acknowledge-grade", **of(reviewed), capacity="self").then_recorded("grade-acknowledged")
    reviewed.when("acknowledge-grade", **of(reviewed)).then_nothing()
    reviewed.given("resolve-deferred-grade", **settle(reviewed))
    reviewed.when("acknowledge-grade", **of(reviewed) | {"on": "2025-06-17"}).then_recorded("grade-acknowledged")


def test_there_is_nothing_to_acknowledge_of_a_waived_year(reviewed: Programme) -> None:
    waiving = reviewed.excepted(of(reviewed)["person"], "E1.waived", "2025-03-06")
    reviewed.given("waive-grade", **of(reviewed), reason="病假", exceptions=waiving)
    reviewed.when("acknowledge-grade", **of(reviewed)).then_refused("E1")


def test_a_waiver_told_while_disqualified_ends_with_the_restoration(trained: Programme) -> None:
    person = trained.members["three"]
    case = trained.disqualified(person, "2024-06-03")
    year = {**trained.about("three"), "year": 2024}
    trained.given("waive-grade", on="2024-06-04", **year, reason="当年未满")
    trained.given("lodge-appeal", on="2024-06-05", person=person, case=case, text="请复核")
    told = {"upheld": True, "text": "撤销", "resolution": trained.resolved(person, "appeal", "2024-06-10")}
    trained.given("decide-appeal", on="2024-06-10", person=person, case=case, **told)
    trained.given("open-review", on="2025-03-03", batch=BATCH, year=2024)
    trained.when("waive-grade", on="2025-03-03", **year, reason="当年未满").then_needs("E1.waived", "exception")
    proposal = {"grade": "excellent", "comment": "同意", "reason": "须说明"}
    trained.when("propose-grade", on="2025-03-03", **year, **proposal).then_recorded("grade-proposed")
