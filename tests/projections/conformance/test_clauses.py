"""Clause by clause: one breach of each in a raw log, found as that and as nothing else."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain.events.batch import BatchClosed
from domain.events.review import GradeConfirmed
from domain.language import Grade
from domain.transaction import Draft
from tests.projections.conformance.conftest import Planted, having
from tests.support.scenario import BATCH
from tests.support.stages import CONDITIONS

DAY = "2024-03-14"
Breach = Callable[[Planted], tuple[Draft, ...]]
Expected = tuple[str, str, str | None, str | None]
BREACHES: dict[str, tuple[Breach, Expected]] = {}


def breach(departure: str, rule: str, value: str | None = None, limit: str | None = None) -> Callable[[Breach], Breach]:
    """A breach, and what is to be found: departure, rule, value, limit."""

    def keep(plants: Breach) -> Breach:
        BREACHES[plants.__name__] = plants, (departure, rule, value, limit)
        return plants

    return keep


@breach("refused", "R4")
def a_plan_amended_by_a_resolution_on_something_else(p: Planted) -> tuple[Draft, ...]:
    told = {"batch": BATCH, "changes": {"training.pairing_within_days": 45}, "reason": "放宽"}
    drafts = p.drafts("amend-plan", on=DAY, **told, resolution=p.school.resolved(None, "plan", DAY, text="放宽"))
    turn = p.school.moved(*_vacancies(p), on=DAY)
    other = p.school.resolved(None, "supplement", DAY, round=turn.round)
    return (having(drafts[0], resolution=other),)


@breach("refused", "R2")
def a_self_nomination_by_somebody_else(p: Planted) -> tuple[Draft, ...]:
    person, other = p.school.person(), p.school.person()
    about = {"person": person, "batch": BATCH, "tier": "four", "source": "self", "nominator": person}
    return (having(_only(p, "nominate-candidate", "2024-03-05", **about, reason="补录"), nominator=other),)


@breach("refused", "H1")
def a_nomination_of_somebody_in_training(p: Planted) -> tuple[Draft, ...]:
    about = {"batch": BATCH, "tier": "four", "source": "office", "unit": "德育处"}
    draft = _only(p, "nominate-candidate", DAY, person=p.school.person(), **about, reason="补荐")
    return (Draft(p.school.members["four"], draft.body),)


@breach("refused", "R3")
def a_shortlisting_without_an_assessment(p: Planted) -> tuple[Draft, ...]:
    return (Draft(p.school.nominee("four"), _shortlisting(p).body),)


@breach("uncovered", "S3.condition", "not_met", "met")
def a_shortlisting_of_somebody_who_does_not_meet_a_condition(p: Planted) -> tuple[Draft, ...]:
    unmet = [c | {"finding": "not_met"} if c["code"] == "S3" else c for c in CONDITIONS]
    return (Draft(p.school.assessed("four", conditions=unmet), _shortlisting(p).body),)


@breach("refused", "R4", "5", "6")
def a_meeting_without_a_quorum(p: Planted) -> tuple[Draft, ...]:
    committee = p.school.committee
    told = {"members": committee, "present": committee, "chair": committee[0], "title": "党委会 2"}
    draft = _only(p, "hold-meeting", DAY, batch=BATCH, **told)
    return (having(draft, present=tuple(committee[:5])),)


@breach("refused", "R4", "11", "9")
def a_vote_of_more_than_were_present(p: Planted) -> tuple[Draft, ...]:
    return (having(_vote(p), disagree=2),)


@breach("otherwise", "R4", "passed", "failed")
def a_vote_that_passed_without_a_majority(p: Planted) -> tuple[Draft, ...]:
    return (having(_vote(p), agree=4, disagree=5),)


@breach("refused", "O1")
def a_leading_group_under_another_than_the_secretary(p: Planted) -> tuple[Draft, ...]:
    committee = p.school.committee
    group = [{"person": person, "office": "组员"} for person in committee[:4]]
    told = {"batch": BATCH, "chair": committee[0], "members": group}
    return (having(_only(p, "change-leading-group", DAY, **told, reason="调整"), chair=committee[1]),)


@breach("unexplained", "T2.places", "5", "4")
def one_more_than_the_target(p: Planted) -> tuple[Draft, ...]:
    for _ in range(2):
        p.school.member("four")
    drafts = p.drafts("admit-candidate", on=DAY, **p.school.admissible("four"))
    p.school.member("four")
    return tuple(drafts)


@breach("refused", "M1", "9.0", "2.0")
def more_hours_than_the_session_had(p: Planted) -> tuple[Draft, ...]:
    told = {
        "batch": BATCH,
        "title": "学习",
        "areas": ["political"],
        "hours": 2.0,
        "place": "报告厅",
        "speaker": "党政办",
    }
    session = p.school.given("hold-study-session", on="2024-03-18", **told)["session"]
    lines = [{"person": p.school.members["four"], "attendance": "present"}]
    draft = _only(p, "record-attendance", "2024-03-18", batch=BATCH, session=session, lines=lines)
    return (having(draft, hours=9.0),)


@breach("refused", "M3")
def a_mentor_without_the_post(p: Planted) -> tuple[Draft, ...]:
    mentor, other = p.school.person("导师", posts=("middle_manager",)), p.school.person("无职务者", posts=())
    draft = _only(p, "pair-mentor", "2024-03-18", **p.school.about("four", mentor=mentor, mentor_post="middle_manager"))
    return (having(draft, mentor=other),)


@breach("refused", "M4", "2026", "2024")
def a_requirement_for_a_year_far_ahead(p: Planted) -> tuple[Draft, ...]:
    return (having(_only(p, "issue-requirement", "2024-03-18", **p.school.about("five", text="要求")), year=2026),)


@breach("refused", "D1", "2023", "2024")
def a_document_of_a_year_before_the_training(p: Planted) -> tuple[Draft, ...]:
    told = p.school.about("four", form="reflection", title="学习体会", year=2024)
    return (having(_only(p, "file-document", "2024-03-18", **told, evidence=[p.school.file()]), year=2023),)


@breach("refused", "D2")
def a_disqualification_proposed_before_the_person_was_heard(p: Planted) -> tuple[Draft, ...]:
    heard, unheard = _case(p, "four"), _case(p, "five")
    p.school.given("hear-person", on="2024-03-18", case=heard, statement="承认")
    draft = _only(p, "propose-disqualification", "2024-03-18", case=heard, text="建议取消")
    return (Draft(unheard, having(draft, case=unheard).body),)


@breach("refused", "D3")
def a_vote_on_a_supplement_that_nobody_moved(p: Planted) -> tuple[Draft, ...]:
    turn = p.school.moved(*_vacancies(p), on=DAY)
    told = {"meeting": p.school.meeting(DAY), "matter": "supplement", "agree": 9, "disagree": 0, "abstain": 0}
    draft = _only(p, "pass-resolution", DAY, batch=BATCH, round=turn.round, **told)
    return (having(draft, round="d-0000000000000000"),)


@breach("refused", "E1")
def a_grade_outside_any_review(p: Planted) -> tuple[Draft, ...]:
    person = p.school.members["four"]
    resolution = p.school.resolved(person, "grade", DAY, year=2024, grade=Grade.QUALIFIED)
    graded = GradeConfirmed(batch=BATCH, year=2024, grade=Grade.QUALIFIED, resolution=resolution)
    return (Draft(person, _vote(p).body.model_copy(update={"data": graded})),)


@breach("refused", "E2", "3", "0")
def a_batch_closed_while_members_have_no_outcome(p: Planted) -> tuple[Draft, ...]:
    return (Draft(BATCH, _vote(p).body.model_copy(update={"data": BatchClosed(batch=BATCH)})),)


def _only(p: Planted, command: str, on: str, **told: Any) -> Draft:
    (draft,) = p.drafts(command, on=on, **told)
    return draft


def _shortlisting(p: Planted) -> Draft:
    about = {"person": p.school.assessed("four"), "batch": BATCH, "round": "initial", "tier": "four"}
    return _only(p, "shortlist-candidate", "2024-03-13", **about)


def _vote(p: Planted) -> Draft:
    told = {"matter": "plan", "meeting": p.school.meeting(DAY), "agree": 9, "disagree": 0, "abstain": 0}
    return _only(p, "pass-resolution", DAY, batch=BATCH, **told, text="议题")


def _vacancies(p: Planted) -> list[str]:
    told = {"batch": BATCH, "meeting": p.school.meeting(DAY), "channel": "公告栏"}
    p.school.given("announce-result", on=DAY, **told)
    p.school.given("open-initial-vacancies", on=DAY, batch=BATCH)
    return [p.school.last("vacancy-opened", BATCH)["vacancy"]]


def _case(p: Planted, tier: str) -> str:
    told = p.school.about(tier, ground="complaints", raised_by="教师", text="反映")
    case = str(p.school.given("raise-concern", on="2024-03-15", **told)["case"])
    p.school.given("verify-concern", on="2024-03-15", case=case, facts_found="属实")
    return case


@pytest.mark.parametrize("name", BREACHES)
def test_a_planted_breach_is_found_as_what_it_is(name: str, trained: Planted) -> None:
    plants, expected = BREACHES[name]
    drafts = plants(trained)
    day = max(date(2024, 3, 18), trained.school.today)
    before = {line.rule for line in trained.all(day).findings}
    assert before <= {"R4.membership"}  # somebody may have been decided on, and is about to be admitted
    planted = trained.plant(*drafts)
    (line,) = trained.all(day).findings
    assert (line.departure, line.rule, line.value, line.limit) == expected
    assert line.positions == planted
    assert line.covered_by is None
