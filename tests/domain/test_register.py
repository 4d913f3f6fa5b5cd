"""The register of the Party committee: who is entitled on a day, and what a late entry does to a vote (R4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.errors import Malformed, Unknown
from domain.language import Departure
from projections.conformance.history import judged
from tests.support import stages
from tests.support.scenario import BATCH
from tests.support.stages import Programme

DAY = "2024-03-14"


@pytest.fixture
def school(tmp_path: Path) -> Programme:
    return stages.published(tmp_path)


def appoint(school: Programme, person: str, on: str = "2024-02-01", office: str = "委员") -> str:
    told = {"person": person, "group": "party_committee", "office": office}
    return str(school.given("appoint-group-member", on=on, **told)["record"])


@pytest.fixture
def registered(school: Programme) -> Programme:
    for person in school.committee:
        appoint(school, person)
    return school


def sitting(school: Programme, present: int = 9, **more: Any) -> dict[str, Any]:
    about = {"on": DAY, "batch": BATCH, "title": "党委会（名册）", "chair": school.committee[0]}
    return about | {"present": school.committee[:present]} | more


def test_a_term_begins_and_ends_once(school: Programme) -> None:
    person = school.person()
    told = {"on": "2024-02-01", "person": person, "group": "party_committee"}
    entered = school.when("appoint-group-member", office="委员", **told).then_recorded("group-member-appointed")
    record = entered["record"]
    school.when("appoint-group-member", office="委员", **told).then_nothing()
    school.when("appoint-group-member", office="书记", **told).then_refused("R4")
    school.when("release-group-member", on="2024-01-31", person=person, record=record).then_fails(Unknown)
    release = {"on": "2024-03-01", "person": person, "record": record}
    school.when("release-group-member", **release).then_recorded("group-member-released")
    school.when("release-group-member", **release).then_nothing()
    school.when("appoint-group-member", office="书记", **told | {"on": "2024-03-01"}).done()


def test_before_the_first_entry_the_meeting_lists_its_members(school: Programme) -> None:
    school.when("hold-meeting", **sitting(school)).then_fails(Malformed)
    school.when("hold-meeting", **sitting(school, members=school.committee)).then_recorded("meeting-held")


def test_the_register_says_who_is_entitled(registered: Programme) -> None:
    held = registered.when("hold-meeting", **sitting(registered, 7)).then_recorded("meeting-held")
    assert sorted(held["members"]) == sorted(registered.committee)


def test_a_list_that_differs_from_the_register_is_refused(registered: Programme) -> None:
    fewer = sitting(registered, 6, members=registered.committee[:6])
    registered.when("hold-meeting", **fewer).then_refused("R4")


def test_a_quorum_is_counted_on_the_register(registered: Programme) -> None:
    registered.when("hold-meeting", **sitting(registered, 5)).then_refused("R4")
    registered.when("hold-meeting", **sitting(registered, 6)).then_recorded("meeting-held")


def test_who_is_on_leave_is_a_member_and_not_there(registered: Programme) -> None:
    absent = registered.committee[8]
    for wrong in (registered.committee[0], registered.person()):
        registered.when("hold-meeting", **sitting(registered, 8, on_leave=[wrong])).then_refused("R4")
    held = registered.when("hold-meeting", **sitting(registered, 8, on_leave=[absent])).then_recorded("meeting-held")
    assert held["on_leave"] == [absent]


def test_who_was_released_has_no_vote(registered: Programme) -> None:
    record = appoint(registered, extra := registered.person(), "2024-02-02")
    registered.given("release-group-member", on="2024-03-01", person=extra, record=record)
    registered.when("hold-meeting", **sitting(registered, present=9)).then_recorded("meeting-held")
    person = registered.shortlisted()
    registered.resolved(person, "admission", DAY, tier="three", round="initial")
    assert registered.last("resolution-reached", person)["entitled"] == 9


def findings(school: Programme) -> list[tuple[str, str]]:
    return [(d.departure, d.about.event.KIND) for d in judged(school.log, school.log.head()).deviations]


def test_an_entry_told_later_that_turns_a_result_is_taken_and_a_finding_stands(school: Programme) -> None:
    """5 of 9 agreed; with two more entitled that is no majority of eleven."""
    person = school.shortlisted()
    vote = school.resolved(person, "admission", DAY, tier="three", round="initial", agree=5, disagree=4)
    school.given("admit-candidate", on=DAY, person=person, batch=BATCH, tier="three", resolution=vote)
    assert findings(school) == []
    for member in (*school.committee, school.person(), school.person()):
        appoint(school, member)
    assert (Departure.OUTDATED, "meeting-held") in findings(school)
    assert {kind for departure, kind in findings(school) if departure is not Departure.OUTDATED} == set()


def test_an_entry_told_later_that_turns_nothing_leaves_no_finding(school: Programme) -> None:
    school.member()
    for member in school.committee:
        appoint(school, member)
    assert findings(school) == []


# One term at a time


def test_an_earlier_term_told_later_does_not_overlap(registered: Programme) -> None:
    person = registered.committee[1]
    told = {"person": person, "group": "party_committee", "office": "委员"}
    registered.when("appoint-group-member", on="2024-01-10", today="2024-03-10", **told).then_refused("R4")
    registered.when("hold-meeting", **sitting(registered)).then_recorded("meeting-held")


def test_the_day_of_a_term_can_be_corrected_instead(registered: Programme) -> None:
    person = registered.committee[1]
    at = [r.position for r in registered.log.scan() if r.event.KIND == "group-member-appointed" and r.stream == person]
    early = {"occurred_on": "2024-01-10", "reason": "误登"}
    registered.when("correct-event", on="2024-03-10", position=at[0], changes={}, **early).done()


def test_another_term_follows_a_release(registered: Programme) -> None:
    person = registered.committee[1]
    record = registered.last("group-member-appointed", person)["record"]
    registered.given("release-group-member", on="2024-03-01", person=person, record=record)
    assert appoint(registered, person, on="2024-03-10")


# Who has left the school decides nothing in it


def test_leaving_ends_a_term_and_a_return_does_not_begin_it_again(registered: Programme) -> None:
    leaver = registered.committee[8]
    left = {"on": "2024-03-02", "person": leaver, "cause": "retired"}
    registered.when("record-leaving", **left).then_recorded("person-left", "group-member-released")
    registered.given("record-return", on="2024-03-04", person=leaver)
    registered.when("hold-meeting", **sitting(registered)).then_refused("R4")
    registered.when("hold-meeting", **sitting(registered, present=8)).then_recorded("meeting-held")


def test_who_has_left_is_neither_appointed_nor_seated(school: Programme) -> None:
    leaver = school.committee[8]
    school.given("record-leaving", on="2024-03-02", person=leaver, cause="retired")
    about = {"on": "2024-03-05", "person": leaver, "group": "party_committee", "office": "委员"}
    school.when("appoint-group-member", **about).then_refused("R4")
    school.when("hold-meeting", **sitting(school, members=school.committee)).then_refused("R4")
    group = [{"person": p, "office": "组员"} for p in (school.committee[0], leaver)]
    change = {"batch": BATCH, "chair": school.committee[0], "members": group, "reason": "调整"}
    school.when("change-leading-group", on="2024-03-05", **change).then_refused("O1")
    school.given("record-return", on="2024-03-06", person=leaver)
    school.when("appoint-group-member", **about | {"on": "2024-03-06"}).then_recorded("group-member-appointed")


def test_who_has_left_neither_nominates_nor_is_voted_on(school: Programme) -> None:
    leader, person = school.person("校领导"), school.shortlisted()
    for one in (leader, person):
        school.given("record-leaving", on="2024-03-13", person=one, cause="transferred")
    about = {"on": "2024-03-13", "person": school.person(), "batch": BATCH, "tier": "three", "reason": "补推"}
    school.when("nominate-candidate", **about, source="leader", nominator=leader).then_refused("R2")
    vote = {"on": DAY, "batch": BATCH, "meeting": school.meeting(DAY), "matter": "admission", "tier": "three"}
    school.when("pass-resolution", **vote, person=person, agree=9, disagree=0, abstain=0).then_refused("R4")
