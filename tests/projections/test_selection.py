"""The selection record and the exceptions register, over what the commands recorded."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.desk import Request
from domain.language import Capacity
from projections.ages import ages
from projections.dossier import dossier
from projections.exceptions import PersonException, exceptions
from projections.moment import Moment, Views
from projections.register import registers
from projections.selection import Candidate, selection
from tests.support import stages
from tests.support.scenario import BATCH
from tests.support.stages import Programme, Turn, excepted

AS_OF = date(2024, 4, 1)


class Watched:
    """A programme with the views over it."""

    def __init__(self, folder: Path) -> None:
        self.school: Programme = stages.published(folder / "archive")
        self._views = Views(folder / "views.sqlite", self.school.log, lambda: datetime(2027, 6, 1, tzinfo=UTC))

    def moment(self, as_of: date = AS_OF, known_at: str | None = None) -> Moment:
        return self._views.at(as_of, known_at)

    def candidates(self, *, known_at: str | None = None, as_of: date = AS_OF) -> dict[str, Candidate]:
        rounds = selection(self.moment(as_of, known_at), BATCH).rounds
        return {c.person_id: c for turn in rounds for c in turn.candidates}

    def exceptions(self, known_at: str | None = None) -> list[PersonException]:
        return exceptions(self.moment(known_at=known_at), BATCH).exceptions

    def close(self) -> None:
        self._views.close()
        self.school.close()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    found = Watched(tmp_path)
    yield found
    found.close()


def ballot(watched: Watched, person: str) -> None:
    counts = {"expected": 190, "present": 180, "issued": 180, "returned": 178, "valid": 176, "invalid": 2}
    lines = [{"person": person, "agree": 150, "disagree": 20, "abstain": 6}]
    request = Request(occurred_on=date(2024, 3, 5), capacity=Capacity.OFFICE_CLERK)
    data = {"batch": BATCH, "meeting": "大会", "lines": lines, **counts}
    school = watched.school
    school.at(max(school.today, date(2024, 3, 5))).office.handle("tally-ballot", data, request)


def test_each_candidate_stands_at_the_stage_that_was_reached(watched: Watched) -> None:
    school = watched.school
    nominated = school.nominee()
    withdrawn = school.nominee()
    nomination = school.last("candidate-nominated", withdrawn)["nomination"]
    about = {"person": withdrawn, "batch": BATCH, "nomination": nomination}
    school.given("withdraw-nomination", on="2024-03-05", reason="本人放弃", **about)
    assessed, shortlisted = school.assessed(), school.shortlisted("four")
    passed = school.admissible("four")["person"]
    admitted = school.member("five")
    found = watched.candidates()
    assert {person: found[person].stage for person in found} == {
        nominated: "nominated",
        withdrawn: "withdrawn",
        assessed: "assessed",
        shortlisted: "shortlisted",
        passed: "passed",
        admitted: "admitted",
    }
    assert (found[admitted].result, found[admitted].admitted_on) == ("passed", date(2024, 3, 14))
    assert found[withdrawn].nominated_by == []
    assert [c.tier for c in found.values()] == ["three", "three", "three", "four", "four", "five"]


def test_it_tells_by_whom_and_with_how_many_votes(watched: Watched) -> None:
    person = watched.school.nominee()
    ballot(watched, person)
    [turn] = selection(watched.moment(), BATCH).rounds
    assert (turn.round, turn.label, turn.ballots[0].valid, turn.ballots[0].value) == (
        "initial",
        "首轮选拔",
        176,
        "大会",
    )
    [found] = turn.candidates
    assert (found.nominated_by, found.agree) == (["处室推荐：教务处"], 150)


def test_a_vote_that_failed(watched: Watched) -> None:
    school = watched.school
    person = school.shortlisted("four")
    meeting = school.meeting("2024-03-14")
    votes = {"agree": 4, "disagree": 5, "abstain": 0}
    about = {"person": person, "batch": BATCH, "meeting": meeting, "matter": "admission", "tier": "four"}
    school.given("pass-resolution", on="2024-03-14", **about, **votes)
    found = watched.candidates()[person]
    assert (found.stage, found.result, found.membership) == ("failed", "failed", None)


def test_what_was_known_earlier(watched: Watched) -> None:
    person = watched.school.assessed()
    before = watched.school.log.head()
    watched.school.given(
        "shortlist-candidate", on="2024-03-13", person=person, batch=BATCH, tier="three", opinion="同意"
    )
    assert watched.candidates()[person].stage == "shortlisted"
    assert watched.candidates(known_at=f"@{before}")[person].stage == "assessed"
    assert watched.candidates(as_of=date(2024, 3, 12))[person].stage == "assessed"


def test_conduct_is_summed_up(watched: Watched) -> None:
    conditions = [dict(c) for c in stages.CONDITIONS]
    conditions[4]["finding"] = "unknown"
    person = watched.school.assessed(conditions=conditions)
    assert watched.candidates()[person].conduct == {"met": 5, "unknown": 1}


def test_a_dossier_shows_the_whole_selection(watched: Watched) -> None:
    person = watched.school.member("four")
    ballot(watched, person)
    shown = dossier(watched.moment(), person).model_dump(mode="json")["parts"]["assessments"]["selection"]
    assert shown["ballot"]["agree"] == 150
    assert [c["code"] for c in shown["conduct"]] == ["S1", "S2", "S3", "S4", "S5", "S6"]
    assert [c["kind"] for c in shown["components"]] == ["nomination", "appraisal", "staff_opinion", "conduct"]
    assert (shown["shortlist"]["on"], shown["shortlist"]["value"]) == ("2024-03-12", "four")
    votes = shown["votes"]
    assert (votes["meeting_on"], votes["present"], votes["entitled"], votes["recused"]) == ("2024-03-14", 9, 9, 0)
    assert [rule["rule"] for rule in shown["eligibility"]] == ["T2.age"]


def test_an_exception_is_asked_for_and_granted_by_the_committee(watched: Watched) -> None:
    school = watched.school
    asked: list[dict[str, Any]] = [{"rule": "T1.age", "reason": "表现特别突出"}]
    person = school.shortlisted("three", born="1977-05-01", asked=asked)
    [before] = [e for e in watched.exceptions() if e.rule == "T1.age"]
    assert (before.person_id, before.value, before.limit, before.granted) == (person, "46", "45", False)
    assert (before.reason, before.approver) == ("表现特别突出", None)
    head = school.log.head()
    resolution = school.resolved(person, "admission", "2024-03-14", tier="three")
    [after] = [e for e in watched.exceptions() if e.rule == "T1.age"]
    assert (after.granted, after.resolution, after.on, after.source) == (True, resolution, before.on, before.source)
    assert school.log.get(after.sources["approver"]).event.KIND == "exception-granted"
    assert [e.granted for e in watched.exceptions(f"@{head}") if e.rule == "T1.age"] == [False]
    [own] = [e for e in dossier(watched.moment(), person).exceptions if e.rule == "T1.age"]
    assert own.model_dump() == after.model_dump(exclude={"person_id", "name"})


def test_a_caution_has_its_reason_and_needs_no_grant(watched: Watched) -> None:
    person = watched.school.person()
    watched.school.given(
        "nominate-candidate",
        on="2024-03-07",
        reason="公务外出",
        person=person,
        batch=BATCH,
        tier="four",
        source="office",
        unit="教务处",
    )
    [found] = watched.exceptions()
    assert (found.rule, found.clause, found.verdict, found.value, found.limit) == (
        "W.nominate",
        "W",
        "caution",
        "2024-03-07",
        "2024-03-05",
    )
    assert (found.reason, found.granted, found.label) == ("公务外出", None, "民主推荐的时间")


def test_there_is_nothing_without_a_plan(watched: Watched) -> None:
    early = watched.moment(date(2024, 2, 1))
    assert selection(early).rounds == []
    assert exceptions(early).exceptions == []


def judged(watched: Watched, person: str) -> set[tuple[str, str]]:
    """Age and verdict as the selection record, the dossier and the picture of ages show them."""
    rule = watched.candidates()[person].candidacy.eligibility[0]
    moment = watched.moment()
    pictured = [one for turn in ("initial", None) for tier in ages(moment, BATCH, turn).tiers for one in tier.people]
    shown = {(str(one.judged_age), str(one.verdict)) for one in pictured if one.person_id == person}
    told = dossier(moment, person, BATCH).parts.assessments.selection.eligibility[0]
    return {(str(rule.value), rule.verdict), (str(told.value), told.verdict)} | shown


def test_every_view_shows_what_was_judged_on_the_day_of_the_vote(watched: Watched) -> None:
    """45 by the forecast's first day, 46 on the day of the vote."""
    school = watched.school
    moved = {"batch": BATCH, "step": "decide", "starts_on": "2024-03-14", "ends_on": "2024-03-20", "reason": "分两次"}
    school.given("reschedule-step", on="2024-03-02", **moved)
    admit = school.admissible("three", Turn(decide="2024-03-18"), born="1978-03-18")
    assert judged(watched, admit["person"]) == {("46", "exception")}
    school.given("admit-candidate", on="2024-03-18", exceptions=excepted("T1.age", by=admit["resolution"]), **admit)
    assert judged(watched, admit["person"]) == {("46", "exception")}


def test_before_the_vote_the_forecast_is_shown_at_its_best(watched: Watched) -> None:
    school = watched.school
    moved = {"batch": BATCH, "step": "decide", "starts_on": "2024-03-14", "ends_on": "2024-03-20", "reason": "分两次"}
    school.given("reschedule-step", on="2024-03-02", **moved)
    person = school.shortlisted(born="1978-03-18")
    one = watched.candidates()[person]
    assert [(rule.value, rule.verdict) for rule in one.candidacy.eligibility[:2]] == [("45", "ok"), ("46", "exception")]
    assert one.eligibility == "ok"


def test_a_nominees_withdrawal_shows_on_all_of_theirs(watched: Watched) -> None:
    school = watched.school
    person = school.nominee()
    about = {"person": person, "batch": BATCH, "tier": "three", "source": "office", "unit": "德育处"}
    nomination = school.given("nominate-candidate", on="2024-03-05", **about)["nomination"]
    told = {"person": person, "batch": BATCH, "nomination": nomination, "at_own_wish": True, "reason": "本人放弃"}
    school.given("withdraw-nomination", on="2024-03-06", **told)
    assert watched.candidates()[person].withdrawn


def test_the_register_shows_who_is_a_member_on_the_day(watched: Watched) -> None:
    school = watched.school
    told = {"person": school.committee[0], "group": "party_committee", "office": "书记"}
    school.given("appoint-group-member", on="2024-03-15", **told)
    before, after = (registers(watched.moment(date(2024, 3, day))).groups[0] for day in (14, 15))
    assert (before.kept, before.members) == (False, ())
    assert [(one.name, one.office) for one in after.members] == [("委员0", "书记")]
