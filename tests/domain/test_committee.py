"""党委会讨论: quorum, recusal, majority, announcement, public notice (R4)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.commands.calendar import is_working_day, notice_ends_on
from domain.errors import Malformed, Refusal, Unknown
from tests.support.scenario import BATCH
from tests.support.stages import Programme

DAY = "2024-03-14"


def meeting(school: Programme, present: int = 9, **more: Any) -> dict[str, Any]:
    members = {"members": school.committee, "present": school.committee[:present], "chair": school.committee[0]}
    return {"on": DAY, "batch": BATCH, "title": "党委会", **members, **more}


def vote(held: str, person: str, agree: int, disagree: int = 0, abstain: int = 0, **more: Any) -> dict[str, Any]:
    counts = {"agree": agree, "disagree": disagree, "abstain": abstain}
    return {"on": DAY, "batch": BATCH, "meeting": held, "person": person, "matter": "admission", "tier": "three",
            **counts, **more}  # fmt: skip


def test_a_meeting_is_held_once(school: Programme) -> None:
    school.when("hold-meeting", **meeting(school)).then_recorded("meeting-held")
    school.when("hold-meeting", **meeting(school)).then_nothing()
    school.when("hold-meeting", **meeting(school, 8)).then_refused("R4")
    school.when("hold-meeting", **meeting(school, 8, title="党委会（下午）")).then_recorded("meeting-held")


def test_two_thirds_of_the_members_are_a_quorum(school: Programme) -> None:
    school.when("hold-meeting", **meeting(school, 5)).then_refused("R4")
    school.when("hold-meeting", **meeting(school, 6)).then_recorded("meeting-held")


def test_who_meets_is_a_member_named_once(school: Programme) -> None:
    first, *rest = school.committee
    school.when("hold-meeting", **meeting(school, members=[first, first, *rest])).then_refused("R4")
    school.when("hold-meeting", **meeting(school, present=9, members=rest)).then_refused("R4")
    school.when("hold-meeting", **meeting(school, 8, chair=school.committee[8])).then_refused("R4")
    school.when("hold-meeting", **meeting(school, members=[*rest, "p-000000"])).then_fails(Unknown)


@pytest.mark.parametrize(
    ("agree", "disagree", "abstain", "result"), [(5, 4, 0, "passed"), (5, 0, 4, "passed"), (4, 0, 5, "failed")]
)
def test_more_than_half_of_the_entitled_agree(
    school: Programme, agree: int, disagree: int, abstain: int, result: str
) -> None:
    person, held = school.shortlisted(), school.meeting(DAY)
    school.when("pass-resolution", **vote(held, person, agree, disagree, abstain)).then_recorded("resolution-reached")
    assert school.last("resolution-reached", person)["result"] == result


def test_the_absent_count_as_entitled(school: Programme) -> None:
    person, held = school.shortlisted(), school.given("hold-meeting", **meeting(school, 6))["meeting"]
    reached = school.when("pass-resolution", **vote(held, person, 4, 2)).then_recorded("resolution-reached")
    assert (reached["result"], reached["entitled"]) == ("failed", 9)


def test_the_recused_count_for_the_quorum_and_do_not_vote(school: Programme) -> None:
    person, held = school.shortlisted(), school.given("hold-meeting", **meeting(school, 6))["meeting"]
    for member in school.committee[:2]:
        recusal = {"on": DAY, "person": person, "batch": BATCH, "meeting": held, "member": member, "because": "亲属"}
        school.when("declare-recusal", **recusal).then_recorded("recusal-declared")
        school.when("declare-recusal", **recusal).then_nothing()
    school.when("pass-resolution", **vote(held, person, 5)).then_refused("R4")
    reached = school.when("pass-resolution", **vote(held, person, 4)).then_recorded("resolution-reached")
    assert (reached["result"], reached["entitled"]) == ("passed", 7)


def test_only_a_member_is_recused_and_only_before_the_vote(school: Programme) -> None:
    person, held = school.shortlisted(), school.meeting(DAY)
    recusal = {"on": DAY, "person": person, "batch": BATCH, "meeting": held, "because": "亲属"}
    school.when("declare-recusal", **recusal, member=school.person()).then_refused("R4")
    school.given("pass-resolution", **vote(held, person, 9))
    school.when("declare-recusal", **recusal, member=school.committee[1]).then_refused("R4")


def test_a_nominee_on_the_committee_is_recused(school: Programme) -> None:
    person = school.shortlisted()
    school.committee[8] = person
    held = school.meeting(DAY)
    school.when("pass-resolution", **vote(held, person, 9)).then_refused("R4")
    reached = school.when("pass-resolution", **vote(held, person, 8)).then_recorded("resolution-reached")
    assert reached["entitled"] == 8


def test_votes_add_up_to_those_present(school: Programme) -> None:
    person, held = school.shortlisted(), school.meeting(DAY)
    for counts in ((8,), (10,), (5, 3), (5, 3, 2)):
        school.when("pass-resolution", **vote(held, person, *counts)).then_refused("R4")


def test_a_meeting_votes_once_on_a_person(school: Programme) -> None:
    person, held = school.shortlisted(), school.meeting(DAY)
    school.when("pass-resolution", **vote(held, person, 4, 5)).then_recorded("resolution-reached")
    school.when("pass-resolution", **vote(held, person, 4, 5)).then_nothing()
    school.when("pass-resolution", **vote(held, person, 9)).then_refused("R4")


def test_a_deferred_matter_is_voted_on_again(school: Programme) -> None:
    person, held = school.shortlisted(), school.meeting(DAY)
    deferred = school.when("pass-resolution", **vote(held, person, 9, deferred=True)).then_recorded(
        "resolution-reached"
    )
    assert deferred["result"] == "deferred"
    admit = {"person": person, "batch": BATCH, "tier": "three", "resolution": deferred["resolution"]}
    school.when("admit-candidate", **admit).then_refused("R4")
    school.when("pass-resolution", **vote(held, person, 8, 1)).then_recorded("resolution-reached")


def test_a_vote_is_of_its_meetings_day(school: Programme) -> None:
    person, held = school.shortlisted(), school.meeting(DAY)
    school.when("pass-resolution", **vote(held, person, 9, on="2024-03-15")).then_refused("R4")
    school.when("pass-resolution", **vote(held, person, 9, on="2024-03-13")).then_fails(Unknown)


def test_only_the_shortlisted_are_voted_on(school: Programme) -> None:
    held = school.meeting(DAY)
    school.when("pass-resolution", **vote(held, school.assessed(), 9)).then_refused("R3")
    school.when("pass-resolution", **vote(held, school.shortlisted("four"), 9)).then_refused("R3")


def test_who_is_no_longer_nominated_is_not_voted_on(school: Programme) -> None:
    person, held = school.shortlisted(), school.meeting(DAY)
    nomination = school.last("candidate-nominated", person)["nomination"]
    school.given("withdraw-nomination", person=person, batch=BATCH, nomination=nomination, reason="本人请求")
    school.when("pass-resolution", **vote(held, person, 9)).then_refused("R2")


@pytest.mark.parametrize(
    "matter", [{"matter": "grade", "year": 2024}, {"matter": "outcome"}, {"matter": "admission", "tier": None}], ids=str
)
def test_a_matter_says_what_it_is_about(school: Programme, matter: dict[str, Any]) -> None:
    person, held = school.person(), school.meeting(DAY)
    school.when("pass-resolution", **vote(held, person, 9, **matter)).then_fails(Malformed)


def test_a_matter_is_about_a_person_or_about_none(school: Programme) -> None:
    held = school.meeting(DAY)
    school.when("pass-resolution", **vote(held, school.person(), 9, matter="plan")).then_fails(Malformed)
    nobody = vote(held, school.person(), 9, matter="disqualification") | {"person": None}
    school.when("pass-resolution", **nobody).then_fails(Malformed)


def test_a_supplement_is_consented_to_after_it_was_moved(school: Programme) -> None:
    held, about = school.meeting(DAY), {"person": None, "tier": None, "matter": "supplement"}
    school.when("pass-resolution", **vote(held, "", 9) | about).then_fails(Malformed)
    school.when("pass-resolution", **vote(held, "", 9) | about | {"round": "d-000000"}).then_refused("D3")


def test_outside_its_window_the_committee_needs_a_reason(school: Programme) -> None:
    person, held = school.shortlisted(), school.meeting("2024-03-15")
    late = vote(held, person, 9, on="2024-03-15")
    school.when("pass-resolution", **late).then_needs("W.decide", "caution", value="2024-03-15", limit="2024-03-14")
    school.when("pass-resolution", reason="书记出差", **late).then_recorded("resolution-reached", cautions=["W.decide"])


def test_a_passed_admission_grants_what_the_shortlist_asked_for(school: Programme) -> None:
    asked = [{"rule": "T1.age", "reason": "教学成绩突出", "approver": "领导小组"}]
    person, held = school.shortlisted(born="1977-05-01", asked=asked), school.meeting(DAY)
    school.when("pass-resolution", **vote(held, person, 9)).then_recorded("resolution-reached", "exception-granted")
    granted = school.last("exception-granted", person)
    assert (granted["rule"], granted["approver"]) == ("T1.age", "领导小组")
    assert granted["resolution"] == school.last("resolution-reached", person)["resolution"]


def test_a_failed_admission_grants_nothing(school: Programme) -> None:
    asked = [{"rule": "T1.age", "reason": "教学成绩突出"}]
    person, held = school.shortlisted(born="1977-05-01", asked=asked), school.meeting(DAY)
    school.when("pass-resolution", **vote(held, person, 2, 7)).then_recorded("resolution-reached")


def test_a_result_is_announced_once(school: Programme) -> None:
    school.admissible()
    announce = {"on": "2024-03-15", "batch": BATCH, "meeting": school.meeting(DAY), "channel": "公开栏"}
    school.when("announce-result", **announce | {"meeting": "m-000000"}).then_fails(Unknown)
    school.when("announce-result", **announce).then_recorded("result-announced")
    school.when("announce-result", **announce).then_nothing()


def test_an_announcement_is_of_a_meeting_that_voted_in_the_round(school: Programme) -> None:
    school.admissible()
    another = {"on": "2024-03-15", "batch": BATCH, "meeting": school.meeting("2024-03-15"), "channel": "公开栏"}
    school.when("announce-result", **another).then_refused("R4")


def test_a_late_announcement_needs_a_reason(school: Programme) -> None:
    school.admissible()
    late = {"on": "2024-03-22", "batch": BATCH, "meeting": school.meeting(DAY), "channel": "公开栏"}
    school.when("announce-result", **late | {"on": "2024-03-21"}, dry_run=True).then_recorded("result-announced")
    school.when("announce-result", **late).then_needs("W.result", "caution", value="2024-03-22", limit="2024-03-21")
    told = school.when("announce-result", reason="节假日", audience="全体教职工", **late).then_recorded(
        "result-announced", cautions=["W.result"]
    )
    assert (told["audience"], told["channel"]) == ("全体教职工", "公开栏")


# 公示, where the plan has it


@pytest.fixture
def noticed(tmp_path: Path) -> Iterator[Programme]:
    """A school whose plan asks for a public notice of five working days."""
    school = Programme(tmp_path)
    school.found(edit=lambda text: text.replace("required = false", "required = true"))
    yield school
    school.close()


def notice(**more: Any) -> dict[str, Any]:
    return {"on": "2024-03-15", "batch": BATCH, "place": "校园网", **more}


def test_a_notice_runs_working_days_from_the_day_after_posting(noticed: Programme) -> None:
    noticed.admissible()
    opened = noticed.when("open-notice", **notice()).then_recorded("notice-opened")
    assert opened["last_day"] == "2024-03-22"  # posted on a Friday: Monday to Friday
    noticed.when("open-notice", **notice()).then_nothing()


def test_a_notice_closes_after_its_last_day(noticed: Programme) -> None:
    noticed.when("close-notice", batch=BATCH).then_refused("R4")
    noticed.admissible()
    noticed.given("open-notice", **notice())
    noticed.when("close-notice", on="2024-03-22", batch=BATCH).then_refused("R4")
    noticed.when("close-notice", on="2024-03-23", batch=BATCH).then_recorded("notice-closed")
    noticed.when("close-notice", batch=BATCH).then_nothing()


def test_nobody_is_admitted_while_the_notice_runs(noticed: Programme) -> None:
    admit = noticed.admissible()
    noticed.given("open-notice", **notice())
    noticed.when("admit-candidate", on="2024-03-20", **admit).then_refused("R4")
    noticed.given("close-notice", on="2024-03-23", batch=BATCH)
    noticed.when("admit-candidate", on="2024-03-23", **admit).then_recorded("membership-started")


def test_an_objection_holds_its_person_back_until_it_is_settled(noticed: Programme) -> None:
    first, second = noticed.admissible(), noticed.admissible("four")
    objection = {"person": first["person"], "batch": BATCH, "text": "业绩有误"}
    noticed.when("receive-objection", on="2024-03-15", **objection).then_refused("R4")
    noticed.given("open-notice", **notice())
    record = noticed.when("receive-objection", on="2024-03-18", **objection).then_recorded("objection-received")
    noticed.when("receive-objection", on="2024-03-18", **objection).then_nothing()
    noticed.given("close-notice", on="2024-03-23", batch=BATCH)
    noticed.when("admit-candidate", **first).then_refused("R4")
    noticed.when("admit-candidate", **second).then_recorded("membership-started")
    settled = {"person": first["person"], "record": record["record"], "upheld": False, "text": "不成立"}
    noticed.when("resolve-objection", **settled).then_recorded("objection-resolved")
    noticed.when("resolve-objection", **settled).then_nothing()
    noticed.when("resolve-objection", **settled | {"upheld": True}).then_refused("R4")
    noticed.when("admit-candidate", **first).then_recorded("membership-started")


def test_an_upheld_objection_keeps_its_person_out(noticed: Programme) -> None:
    admit = noticed.admissible()
    noticed.given("open-notice", **notice())
    objection = {"on": "2024-03-18", "person": admit["person"], "batch": BATCH, "text": "业绩有误"}
    record = noticed.given("receive-objection", **objection)["record"]
    noticed.given("resolve-objection", person=admit["person"], record=record, upheld=True, text="属实")
    noticed.given("close-notice", on="2024-03-23", batch=BATCH)
    noticed.when("admit-candidate", **admit).then_refused("R4")


def test_an_objection_after_the_notice_needs_a_reason(noticed: Programme) -> None:
    person = noticed.admissible()["person"]
    noticed.given("open-notice", **notice())
    late = {"on": "2024-03-23", "person": person, "batch": BATCH, "text": "业绩有误"}
    noticed.when("receive-objection", **late).then_needs("R4.notice", "caution", limit="2024-03-22")
    noticed.when("receive-objection", reason="信件延误", **late).then_recorded(
        "objection-received", cautions=["R4.notice"]
    )


def noted(school: Programme, posted: str, closed: str) -> None:
    school.given("open-notice", **notice(on=posted))
    school.given("close-notice", on=closed, batch=BATCH)


def test_a_notice_does_not_open_before_the_committee_passed_somebody(noticed: Programme) -> None:
    noticed.shortlisted()
    noticed.when("open-notice", **notice()).then_refused("R4")


def test_without_a_notice_in_the_plan_one_may_open_before_the_vote(school: Programme) -> None:
    school.when("open-notice", **notice(on="2024-03-13")).then_recorded("notice-opened")


def test_a_notice_before_the_vote_lets_nobody_in(noticed: Programme) -> None:
    noticed.admissible("four")
    second = noticed.shortlisted()
    noted(noticed, "2024-03-15", "2024-03-23")
    resolution = noticed.resolved(second, "admission", "2024-03-25", tier="three")
    admit = {"on": "2024-03-25", "person": second, "batch": BATCH, "tier": "three", "resolution": resolution}
    noticed.when("admit-candidate", **admit).then_refused("R4")


def test_who_is_passed_after_a_notice_is_posted_anew(noticed: Programme) -> None:
    first = noticed.admissible("four")
    person = noticed.shortlisted()
    noted(noticed, "2024-03-15", "2024-03-23")
    noticed.when("open-notice", **notice(on="2024-03-25")).then_refused("R4")
    resolution = noticed.resolved(person, "admission", "2024-03-25", tier="three")
    second = {"person": person, "batch": BATCH, "tier": "three", "resolution": resolution}
    noticed.when("open-notice", **notice(on="2024-03-25")).then_recorded("notice-opened")
    noticed.when("admit-candidate", on="2024-03-26", **second).then_refused("R4")
    noticed.when("admit-candidate", on="2024-03-26", **first).then_recorded("membership-started")
    noticed.when("close-notice", on="2024-04-01", batch=BATCH).then_refused("R4")
    noticed.when("close-notice", on="2024-04-02", batch=BATCH).then_recorded("notice-closed")
    noticed.when("admit-candidate", on="2024-04-02", **second).then_recorded("membership-started")


def test_transfer_days_are_working_days_and_holidays_are_not() -> None:
    assert not is_working_day(date(2024, 10, 1))  # National Day
    assert is_working_day(date(2024, 9, 29))  # a Sunday worked for it
    assert notice_ends_on(date(2024, 9, 27), 5) == date(2024, 10, 10)  # Sunday 29, Monday 30, then 8, 9, 10 October


def test_a_year_whose_days_off_are_unannounced_is_not_guessed() -> None:
    with pytest.raises(Refusal) as refused:
        notice_ends_on(date(2090, 3, 1), 5)
    assert refused.value.clause == "R4"
