"""Several commands in one transaction: all or none; corrections among them are judged by the state at its end."""

from datetime import date
from typing import Any

import pytest

from domain.desk import Request
from domain.errors import DependentsStand, KeyReused, Malformed, Refusal, TiduiError
from domain.language import Capacity
from domain.office import Reply
from projections.conformance.history import judged
from tests.support.scenario import BATCH, a_day, plain
from tests.support.stages import Programme

WHY = "录入错误"


def position(school: Programme, event: str, stream: str = BATCH) -> int:
    return [r.position for r in school.log.stream(stream, school.log.head()) if event == r.event.KIND][-1]


def sent(school: Programme, *commands: tuple[str, dict[str, Any]], on: str, key: str | None = None) -> Reply:
    """Commands sent together on a day."""
    school.at(max(school.today, a_day(on)))
    request = Request(occurred_on=date.fromisoformat(on), capacity=Capacity.OFFICE_CLERK, reason=WHY)
    return school.office.handle_together([(name, plain(told), request) for name, told in commands], key=key)


@pytest.fixture
def attended(trained: Programme) -> tuple[int, list[int]]:
    """A study session with its attendance, on the wrong day."""
    session = {"batch": BATCH, "title": "专题学习", "areas": ["ethics"], "hours": 2}
    held = trained.given("hold-study-session", on="2024-04-10", **session)["session"]
    lines = [{"person": person, "attendance": "present"} for person in trained.members.values()]
    reply = trained.when("record-attendance", on="2024-04-10", batch=BATCH, session=held, lines=lines).done()
    return reply.events[0]["position"] - 1, [event["position"] for event in reply.events]


def test_what_holds_only_together_is_sent_together(trained: Programme, attended: tuple[int, list[int]]) -> None:
    """A session and its attendance move to another day; neither may alone."""
    session, lines = attended
    moved = [("correct-event", {"position": p, "occurred_on": "2024-04-11"}) for p in (session, lines[0])]
    for name, told in moved:
        trained.when(name, on="2024-04-20", reason=WHY, **told)
        assert isinstance(trained.error, Refusal)
    reply = sent(trained, *moved, on="2024-04-20")
    assert [event["type"] for event in reply.events] == ["event-corrected"] * 4
    assert {str(r.day) for p in (session, *lines) if (r := trained.known.standing(p))} == {"2024-04-11"}
    assert judged(trained.log, trained.log.head()).deviations == ()


def test_nothing_is_recorded_when_one_is_refused(trained: Programme) -> None:
    head, person = trained.log.head(), trained.members["four"]
    vote = position(trained, "resolution-reached", person)
    honour = ("record-honour", {"person": person, "title": "优秀教师"})
    with pytest.raises(DependentsStand) as refused:
        sent(trained, honour, ("withdraw-event", {"position": vote}), on="2024-04-20")
    assert refused.value.place == 1
    assert trained.log.head() == trained.known.position == head


def test_a_vote_and_what_rests_on_it_are_withdrawn_together(trained: Programme) -> None:
    person = trained.members["four"]
    vote, started = (position(trained, kind, person) for kind in ("resolution-reached", "membership-started"))
    sent(trained, *(("withdraw-event", {"position": p}) for p in (vote, started)), on="2024-04-20")
    assert trained.known.withdrawn(vote)
    assert trained.known.withdrawn(started)
    assert judged(trained.log, trained.log.head()).deviations == ()


def test_later_commands_are_decided_on_what_earlier_ones_leave(school: Programme) -> None:
    person = school.person()
    nominate = {"person": person, "batch": BATCH, "tier": "three", "source": "office", "unit": "教务处"}
    assess = {"person": person, "batch": BATCH, "tier": "three"}
    reply = sent(school, ("nominate-candidate", nominate), ("assess-eligibility", assess), on="2024-03-04", key="a")
    assert [event["type"] for event in reply.events] == ["candidate-nominated", "eligibility-assessed"]
    again = sent(school, ("nominate-candidate", nominate), ("assess-eligibility", assess), on="2024-03-04", key="a")
    assert again == reply
    with pytest.raises(KeyReused):
        sent(school, ("assess-eligibility", assess), on="2024-03-04", key="a")
    with pytest.raises(TiduiError) as refused:
        sent(school, ("assess-eligibility", assess), ("nominate-candidate", {"tier": "three"}), on="2024-03-04")
    assert refused.value.place == 1


def test_a_command_on_a_state_without_its_ground_is_refused(trained: Programme) -> None:
    """Withdrawals are judged at the end: until then a proposal may stand without its verification."""
    person = trained.members["three"]
    about = {"person": person, "batch": BATCH, "ground": "complaints", "raised_by": "教师", "text": "反映"}
    case = str(trained.given("raise-concern", on="2024-06-03", **about)["case"])
    trained.given("verify-concern", on="2024-06-03", case=case, facts_found="属实")
    trained.given("hear-person", on="2024-06-03", case=case, statement="承认")
    trained.given("propose-disqualification", on="2024-06-03", case=case, text="建议取消")
    resolution = trained.resolved(person, "disqualification", "2024-06-05")
    taken = ("withdraw-event", {"position": position(trained, "concern-verified", case)})
    with pytest.raises(TiduiError):
        sent(trained, taken, ("decide-disqualification", {"case": case, "resolution": resolution}), on="2024-06-05")


def test_an_appeal_without_the_membership_is_refused(trained: Programme) -> None:
    person = trained.members["three"]
    case = trained.disqualified(person, "2024-06-03")
    trained.given("lodge-appeal", on="2024-06-05", person=person, case=case, text="请求复核")
    resolution = trained.resolved(person, "appeal", "2024-06-10")
    taken = ("withdraw-event", {"position": position(trained, "membership-started", person)})
    upheld = {"person": person, "case": case, "upheld": True, "text": "撤销", "resolution": resolution}
    with pytest.raises(TiduiError):
        sent(trained, taken, ("decide-appeal", upheld), on="2024-06-10")


# An amendment there and one back, and something decided in between


def test_a_vote_between_a_correction_of_the_meeting_and_one_back_is_refused(school: Programme) -> None:
    person, few, on = school.shortlisted("three"), school.committee[:6], "2024-03-14"
    held = {"members": school.committee, "present": few, "chair": few[0]}
    meeting = school.given("hold-meeting", on=on, batch=BATCH, title="党委会", **held)["meeting"]
    place = position(school, "meeting-held")
    vote = {"batch": BATCH, "person": person, "meeting": meeting, "matter": "admission", "tier": "three"}
    vote |= {"agree": 4, "disagree": 2, "abstain": 0}
    there, back = (
        ("correct-event", {"position": place, "changes": {"members": members}}) for members in (few, school.committee)
    )
    head = school.log.head()
    with pytest.raises(DependentsStand):
        sent(school, there, ("pass-resolution", vote), back, on=on)
    assert school.log.head() == head


def test_a_decision_between_a_birth_date_and_the_right_one_is_refused(school: Programme) -> None:
    person = school.nominee("three", born="1960-05-01")
    place = position(school, "person-registered", person)
    about = {"person": person, "batch": BATCH, "tier": "three"}
    there, back = (
        ("correct-event", {"position": place, "changes": {"birth_date": day}}) for day in ("1985-05-01", "1960-05-01")
    )
    with pytest.raises(DependentsStand):
        sent(school, there, ("assess-eligibility", about), back, on="2024-03-12")
    assert sent(school, there, ("assess-eligibility", about), on="2024-03-12").events


@pytest.mark.parametrize("other", [[], ["leaving"]])
def test_a_birth_date_is_not_corrected_to_what_is_no_day_alone_or_with_others(
    school: Programme, other: list[str]
) -> None:
    person = school.nominee("three")
    born = {"person": person, "field": "birth_date", "now": "1986-05-01"}
    school.given("change-person-fact", on="2024-03-08", **born)
    school.given("record-leaving", on="2024-03-20", person=person, cause="transferred")
    changed, left = (position(school, kind, person) for kind in ("person-fact-changed", "person-left"))
    amended = [("correct-event", {"position": changed, "changes": {"now": "另一段文字"}})]
    amended += [("correct-event", {"position": left, "occurred_on": "2024-03-19"}) for _ in other]
    head = school.log.head()
    with pytest.raises(Malformed):
        sent(school, *amended, on="2024-03-21")
    assert school.log.head() == head


def test_a_list_with_a_line_withdrawn_still_answers_for_the_others(school: Programme) -> None:
    member = school.member("three")
    told = {"batch": BATCH, "meeting": school.meeting("2024-03-14"), "channel": "公告栏"}
    school.given("announce-result", on="2024-03-15", **told)
    school.given("open-initial-vacancies", on="2024-03-18", batch=BATCH)
    school.given("withdraw-event", on="2024-03-19", position=position(school, "vacancy-opened"), reason=WHY)
    both = [position(school, event, member) for event in ("membership-started", "resolution-reached")]
    with pytest.raises(DependentsStand):
        sent(school, *(("withdraw-event", {"position": place}) for place in both), on="2024-03-20")
