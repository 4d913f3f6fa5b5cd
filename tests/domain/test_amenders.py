"""Who may amend what, and in which order amendments are taken back (H3, O2)."""

from __future__ import annotations

import pytest

from domain.desk import Request
from domain.errors import DependentsStand, Unknown
from domain.language import Capacity
from tests.domain.test_correction import WHY, corrected, position
from tests.support.scenario import BATCH
from tests.support.stages import Programme


@pytest.fixture
def failed_vote(school: Programme) -> tuple[int, int]:
    """A vote that its secretary corrected, and that correction."""
    person = school.admissible()["person"]
    vote = position(school, "resolution-reached", person)
    counts = {"changes": {"agree": 4, "disagree": 5}, "capacity": "committee_secretary"}
    school.when("correct-event", position=vote, **counts, **WHY).done()
    return vote, school.log.head()


@pytest.mark.parametrize("capacity", ["unit", "leading_group", "discipline_officer"])
def test_a_correction_is_withdrawn_by_whom_its_record_is_for(
    school: Programme, failed_vote: tuple[int, int], capacity: str
) -> None:
    for at in failed_vote:
        school.when("withdraw-event", position=at, capacity=capacity, **WHY).then_refused("O2")


def test_whoever_may_record_it_may_amend_it(school: Programme, failed_vote: tuple[int, int]) -> None:
    school.when("withdraw-event", position=failed_vote[1], capacity="committee_secretary", **WHY)
    school.then_recorded("event-withdrawn")


def test_what_follows_from_a_decision_is_amended_by_whom_the_decision_is_for(trained: Programme) -> None:
    """A cancelled vacancy is the group's; one that an appeal cancelled is the committee's."""
    person = trained.members["three"]
    case = trained.disqualified(person, "2024-06-03")
    trained.given("lodge-appeal", on="2024-06-05", person=person, case=case, text="请求复核")
    told = {"person": person, "case": case, "upheld": True, "text": "撤销原决定"}
    resolution = trained.resolved(person, "appeal", "2024-06-10")
    trained.given("decide-appeal", on="2024-06-10", resolution=resolution, **told)
    cancelled = position(trained, "vacancy-cancelled")
    trained.when("withdraw-event", position=cancelled, capacity="leading_group", **WHY).then_refused("O2")
    trained.when("withdraw-event", position=cancelled, capacity="committee_secretary", **WHY).done()


def test_the_last_of_several_corrections_is_withdrawn_first(school: Programme) -> None:
    nominated = position(school, "candidate-nominated", school.nominee())
    first = corrected(school, nominated, unit="德育处").log.head()
    last = corrected(school, nominated, statement="推荐词").log.head()
    school.when("withdraw-event", position=first, **WHY).then_refused("H3")
    assert f"@{last}" in str(school.error)
    school.when("withdraw-event", position=last, **WHY).then_recorded("event-withdrawn")
    school.when("withdraw-event", position=first, **WHY).then_recorded("event-withdrawn")
    standing = school.known.standing(nominated)
    assert standing is not None
    assert standing.event == school.log.get(nominated).event


# A resolution is carried out once


def test_a_resolution_carries_one_disqualification(trained: Programme) -> None:
    person = trained.members["three"]
    about = {"person": person, "batch": BATCH, "ground": "morality", "raised_by": "教师", "text": "反映"}
    case = trained.given("raise-concern", on="2024-06-02", **about)["case"]
    trained.given("verify-concern", on="2024-06-02", case=case, facts_found="属实")
    trained.given("hear-person", on="2024-06-02", case=case, statement="承认")
    trained.given("propose-disqualification", on="2024-06-02", case=case, text="建议取消")
    first = trained.disqualified(person, "2024-06-03")
    resolution = trained.last("disqualification-decided", person)["resolution"]
    trained.given("lodge-appeal", on="2024-06-05", person=person, case=first, text="请求复核")
    appeal = trained.resolved(person, "appeal", "2024-06-10")
    told = {"person": person, "case": first, "upheld": True, "text": "撤销原决定", "resolution": appeal}
    trained.given("decide-appeal", on="2024-06-10", **told)
    trained.when("decide-disqualification", on="2024-06-11", case=case, resolution=resolution).then_refused("R4")


def test_a_resolution_carries_one_amendment(trained: Programme) -> None:
    resolution = trained.resolved(None, "plan", "2024-06-03", text="四梯队目标改为4")
    told = {"batch": BATCH, "resolution": resolution, "reason": "工作需要"}
    trained.given("amend-plan", on="2024-06-03", changes={"tiers.four.target": 6}, **told)
    trained.when("amend-plan", on="2026-06-03", changes={"tiers.three.age.years": 60}, **told).then_refused("R4")


@pytest.mark.parametrize("year", [2024, None])
def test_an_exception_is_made_once(trained: Programme, year: int | None) -> None:
    person = trained.members["three"]
    exceptions = trained.excepted(person, "E1.waived", "2024-06-03", year=year)
    told = {"person": person, "batch": BATCH, "reason": "不评", "exceptions": exceptions}
    trained.given("waive-grade", on="2025-03-10", year=2024, **told)
    trained.when("waive-grade", on="2026-03-10", year=2025, **told).then_refused("R4")


def test_an_exception_is_made_for_the_year_that_it_names(trained: Programme) -> None:
    person = trained.members["three"]
    exceptions = trained.excepted(person, "E1.waived", "2024-06-03", year=2025)
    told = {"person": person, "batch": BATCH, "reason": "不评", "exceptions": exceptions}
    trained.when("waive-grade", on="2025-03-10", year=2024, **told).then_refused("R4")
    trained.when("waive-grade", on="2026-03-10", year=2025, **told).done()


# Days, envelopes, transactions


def test_a_day_is_not_moved_to_before_what_would_be_decided_otherwise(school: Programme) -> None:
    """The result of the first round was announced on the 19th, after somebody else had been admitted in it."""
    school.member("three")
    meeting, person = school.meeting("2024-03-14"), school.shortlisted("three")
    vote = school.resolved(person, "admission", "2024-03-18", tier="three", round="initial")
    admit = {"person": person, "batch": BATCH, "tier": "three", "resolution": vote, "reason": "须说明"}
    school.given("admit-candidate", on="2024-03-18", **admit)
    school.given("announce-result", on="2024-03-19", batch=BATCH, meeting=meeting, channel="公开栏")
    announced = {"position": school.log.head(), **WHY}
    school.when("correct-event", on="2024-03-20", occurred_on="2024-03-15", **announced)
    assert isinstance(school.error, DependentsStand)
    school.when("correct-event", on="2024-03-20", occurred_on="2024-03-18", **announced).done()


@pytest.mark.parametrize("field", ["reason", "document"])
def test_what_is_in_an_envelope_is_not_taken_away(school: Programme, field: str) -> None:
    told = {"batch": BATCH, "step": "decide", "starts_on": "2024-03-14", "ends_on": "2024-03-20", "reason": "会期"}
    school.given("reschedule-step", on="2024-03-02", **told)
    at = school.log.head()
    school.when("correct-event", position=at, envelope={field: None}, **WHY).then_refused("H3")
    school.when("correct-event", position=at, envelope={field: "另有安排"}, **WHY).then_recorded("event-corrected")


def test_a_decision_on_what_the_same_transaction_withdraws_is_refused(trained: Programme) -> None:
    person = trained.members["three"]
    case = trained.disqualified(person, "2024-06-03")
    trained.given("lodge-appeal", on="2024-06-05", person=person, case=case, text="请求复核")
    resolution = trained.resolved(person, "appeal", "2024-06-10")
    started = position(trained, "membership-started", person)
    told = {"person": person, "case": case, "upheld": True, "text": "撤销", "resolution": resolution}
    request = Request(occurred_on=trained.today, capacity=Capacity.OFFICE_CLERK, reason="误登")
    sent = [("withdraw-event", {"position": started}, request), ("decide-appeal", told, request)]
    with pytest.raises(Unknown):
        trained.office.handle_together(sent)
