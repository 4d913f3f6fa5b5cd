"""推荐、考评、表决: who was nominated by whom, how far each came, and what the record said on every day."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.support.scenario import BATCH
from tests.support.shown import Shown
from tests.support.stages import COMPONENTS, CONDITIONS, Programme

Show = Callable[[Programme], Shown]
TURN = {"batch": BATCH, "tier": "three"}
DAYS = ("2024-03-03", "2024-03-04", "2024-03-08", "2024-03-12", "2024-03-13", "2024-03-14", "2024-03-18")


def nominate(school: Programme, person: str, on: str, **more: Any) -> dict[str, Any]:
    told = {"source": "office", "unit": "教务处"} | more
    return school.given("nominate-candidate", on=on, person=person, **TURN, **told)


def assess(school: Programme, person: str, on: str) -> None:
    about = {"on": on, "person": person, "batch": BATCH}
    school.given("assess-eligibility", **about, tier="three")
    school.given("assess-conduct", **about, conditions=CONDITIONS)
    school.given("complete-assessment", **about, tier="three", components=COMPONENTS, conclusion="建议列入")


def shortlist(school: Programme, person: str, on: str, **why: Any) -> None:
    school.given("shortlist-candidate", on=on, person=person, **TURN, **why)


def vote(school: Programme, person: str, meeting: str, *counts: int, **more: Any) -> dict[str, Any]:
    votes = dict(zip(("agree", "disagree", "abstain"), counts, strict=True))
    about = {"person": person, "meeting": meeting, "matter": "admission"}
    return school.given("pass-resolution", on=school.today, **about, **TURN, **votes, **more)


@pytest.fixture
def round_of_four(school: Programme) -> dict[str, str]:
    """The initial round of the third tier: four candidates, four ways through it."""
    people = {name: school.person(name) for name in ("单明远", "仇建国", "陆昇", "冯淼")}
    for person in people.values():
        nominate(school, person, "2024-03-04")
    nominate(school, people["单明远"], "2024-03-05", source="self", unit=None, nominator=people["单明远"])
    lines = [{"person": p, "agree": 100 + n, "disagree": 10, "abstain": 0} for n, p in enumerate(people.values())]
    counts = {"expected": 190, "present": 180, "issued": 180, "returned": 178, "valid": 176, "invalid": 2}
    school.given("tally-ballot", on="2024-03-05", batch=BATCH, meeting="教职工大会", lines=lines, **counts)
    nomination = school.last("candidate-nominated", people["冯淼"])["nomination"]
    about = {"person": people["冯淼"], "batch": BATCH, "nomination": nomination}
    school.given("withdraw-nomination", on="2024-03-06", reason="本人请求", **about)
    for name in ("单明远", "仇建国", "陆昇"):
        assess(school, people[name], "2024-03-08")
        shortlist(school, people[name], "2024-03-13")
    meeting = school.meeting("2024-03-14")
    passed = vote(school, people["单明远"], meeting, 9, 0, 0)
    vote(school, people["仇建国"], meeting, 4, 4, 1)
    vote(school, people["陆昇"], meeting, 2, 0, 7, deferred=True)
    school.given("admit-candidate", person=people["单明远"], **TURN, resolution=passed["resolution"])
    later = vote(school, people["陆昇"], school.meeting("2024-03-18"), 8, 1, 0, reason="上次暂缓，补议")
    school.given("admit-candidate", person=people["陆昇"], **TURN, resolution=later["resolution"])
    return people


def test_the_record_tells_how_far_each_had_come_on_every_day(
    school: Programme, show: Show, round_of_four: dict[str, str]
) -> None:
    shown = show(school)
    stages = {name: [shown.stage(person, on=day) for day in DAYS] for name, person in round_of_four.items()}
    assert stages == {
        "单明远": [None, "nominated", "assessed", "assessed", "shortlisted", "admitted", "admitted"],
        "仇建国": [None, "nominated", "assessed", "assessed", "shortlisted", "failed", "failed"],
        "陆昇": [None, "nominated", "assessed", "assessed", "shortlisted", "deferred", "admitted"],
        "冯淼": [None, "nominated", "withdrawn", "withdrawn", "withdrawn", "withdrawn", "withdrawn"],
    }
    assert shown.names("three", on="2024-03-13") == []
    assert shown.names("three", on="2024-03-14") == ["单明远"]
    assert shown.names("three", on="2024-03-18") == ["单明远", "陆昇"]


def test_it_tells_by_whom_and_with_how_many_votes(school: Programme, show: Show, round_of_four: dict[str, str]) -> None:
    found = show(school).candidates()[round_of_four["单明远"]]
    assert found.nominated_by == ["处室推荐：教务处", "个人自荐：单明远"]
    assert (found.agree, found.eligibility, found.result) == (100, "ok", "passed")
    assert found.candidacy.votes is not None
    assert (found.candidacy.votes.agree, found.candidacy.votes.entitled) == (9, 9)
    assert found.conduct == {"met": 6}


def test_what_was_crossed_late_is_excused_and_shown(
    school: Programme, show: Show, round_of_four: dict[str, str]
) -> None:
    shown = show(school)
    assert shown.crossed(round_of_four["陆昇"]) == [("W.decide", "caution", None)]
    assert shown.crossed(round_of_four["单明远"]) == []


def test_a_result_that_is_not_announced_in_a_week_is_a_gap(
    school: Programme, show: Show, round_of_four: dict[str, str]
) -> None:
    shown = show(school)
    assert ("R4", "announcement", 2024) not in shown.gaps(None, on="2024-03-21")
    assert ("R4", "announcement", 2024) in shown.gaps(None, on="2024-03-22")
    assert ("term.announcement", date(2024, 3, 21)) in shown.due(on="2024-03-20")
    for day in ("2024-03-14", "2024-03-18"):
        meeting = school.meeting(day)
        school.given("announce-result", on="2024-03-21", batch=BATCH, meeting=meeting, channel="校务公开栏")
    assert shown.gaps(None, on="2024-03-22") == []
    assert round_of_four


# Exceptions


def test_an_age_over_the_limit_is_asked_for_granted_and_shown_for_ever(school: Programme, show: Show) -> None:
    shown, person = show(school), school.person("顾晓玥", born="1977-09-03")
    nominate(school, person, "2024-03-04")
    assess(school, person, "2024-03-08")
    asked = [{"rule": "T1.age", "reason": "表现特别突出", "approver": "学校党委"}]
    about: dict[str, Any] = {"on": "2024-03-12", "person": person, **TURN}
    school.when("shortlist-candidate", **about).then_needs("T1.age", "exception", value="46", limit="45")
    school.given("shortlist-candidate", exceptions=asked, evidence=[school.file()], **about)
    assert shown.crossed(person) == [("T1.age", "exception", False)]

    passed = vote(school, person, school.meeting("2024-03-14"), 9, 0, 0)
    school.given("admit-candidate", person=person, **TURN, resolution=passed["resolution"])
    assert shown.crossed(person) == [("T1.age", "exception", True)]
    assert shown.crossed(person, on="2024-03-13") == [("T1.age", "exception", False)]
    member = shown.members(on="2027-03-13")[person]
    assert [(e.rule, e.value, e.limit, e.granted) for e in member.exceptions] == [("T1.age", "46", "45", True)]
    assert [e.rule for e in shown.dossier(person).exceptions] == ["T1.age"]


# Late and mistaken records


def test_a_nomination_recorded_late_takes_its_place_in_time(school: Programme, show: Show) -> None:
    shown = show(school)
    seven, eight = school.person("七天"), school.person("八天")
    told = {"source": "office", "unit": "教务处", **TURN}
    school.given("nominate-candidate", on="2024-03-05", today="2024-03-12", person=seven, **told)
    school.given("nominate-candidate", on="2024-03-05", today="2024-03-13", person=eight, **told)
    assert [shown.stage(p, on="2024-03-05", known="2024-03-12") for p in (seven, eight)] == ["nominated", None]
    assert [shown.stage(p, on="2024-03-05", known="2024-03-13") for p in (seven, eight)] == ["nominated"] * 2
    assert [(shown.last(p).late, shown.last(p).late_days) for p in (seven, eight)] == [(False, 7), (True, 8)]
    assert shown.crossed(eight) == [], "it happened within the window"


def test_a_correction_changes_what_is_known_from_then_on_and_nothing_before(school: Programme, show: Show) -> None:
    shown, person = show(school), school.person("解东")
    nominate(school, person, "2024-03-04", unit="总务处")
    made = shown.last(person).position
    correct = {"position": made, "changes": {"unit": "德育处"}, "occurred_on": "2024-03-02"}
    school.given("correct-event", on="2024-03-06", reason="部门写错", **correct)

    def nominated_by(**when: Any) -> list[str] | None:
        found = shown.candidates(**when).get(person)
        return found.nominated_by if found else None

    assert nominated_by(on="2024-03-04", known="2024-03-05") == ["处室推荐：总务处"]
    assert nominated_by(on="2024-03-04") == ["处室推荐：德育处"]
    assert nominated_by(on="2024-03-02", known="2024-03-05") is None
    assert nominated_by(on="2024-03-02") == ["处室推荐：德育处"]
    told = {entry.position: entry for entry in shown.history(person)}
    assert (told[made].occurred_on, told[made].corrected_by) == (date(2024, 3, 2), made + 1)
    assert (told[made + 1].amends, told[made + 1].reason) == (made, "部门写错")
    corrections = {(line.before, line.after) for line in shown.dossier(person).corrections}
    assert corrections == {("2024-03-04", "2024-03-02"), ("总务处", "德育处")}


def test_a_withdrawn_correction_lets_the_first_record_stand_again(school: Programme, show: Show) -> None:
    shown, person = show(school), school.person("解东")
    nominate(school, person, "2024-03-04", unit="总务处")
    made = shown.last(person).position
    school.given("correct-event", on="2024-03-06", position=made, changes={"unit": "德育处"}, reason="部门写错")
    school.given("withdraw-event", on="2024-03-07", position=made + 1, reason="原来没有写错")
    texts = [shown.candidates(known=f"@{made + n}")[person].nominated_by for n in range(3)]
    assert texts == [["处室推荐：总务处"], ["处室推荐：德育处"], ["处室推荐：总务处"]]


def test_what_others_rest_on_is_not_withdrawn_before_them(
    school: Programme, show: Show, round_of_four: dict[str, str]
) -> None:
    shown, person = show(school), round_of_four["单明远"]
    places = {entry.type: entry.position for entry in shown.history(person)}
    told: dict[str, Any] = {"on": "2024-03-20", "reason": "误录"}
    school.when("withdraw-event", **told, position=places["resolution-reached"]).then_refused("H3")
    assert f"@{places['membership-started']}" in str(school.error)
    turned: dict[str, Any] = {"position": places["resolution-reached"], "changes": {"result": "failed"}}
    school.when("correct-event", **told, **turned).then_refused("H3")

    school.given("withdraw-event", **told, position=places["membership-started"])
    school.given("withdraw-event", **told, position=places["resolution-reached"])
    assert shown.names("three") == ["陆昇"]
    assert shown.names("three", known="2024-03-19") == ["单明远", "陆昇"]
    assert shown.stage(person) == "shortlisted"
    withdrawn = {entry.type for entry in shown.history(person) if entry.withdrawn_by}
    assert withdrawn == {"membership-started", "resolution-reached"}


def test_a_corrected_birth_date_re_decides_nothing(
    school: Programme, show: Show, round_of_four: dict[str, str]
) -> None:
    shown, person = show(school), round_of_four["单明远"]
    registered = next(e.position for e in shown.history(person) if e.type == "person-registered")
    correction = {"position": registered, "changes": {"birth_date": "1975-05-01"}}
    school.given("correct-event", on="2024-06-03", reason="核对身份证件", **correction)
    form = {field.key: field.value for field in shown.dossier(person).parts.information_form.fields}
    assert form["birth_date"] == "1975-05-01"
    ages = [rule.value for rule in shown.dossier(person).parts.assessments.selection.eligibility]
    assert ages[0] == "38", "the assessment keeps what it was judged on"
    assert shown.names("three") == ["单明远", "陆昇"]
