"""Which of several votes counts, what stops an admission not yet made, and how many it takes (R4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain import votes
from domain.errors import Malformed
from domain.events.committee import ResolutionReached
from domain.language import Matter, Result
from domain.plan import read_plan, shipped_plan
from tests.support import stages
from tests.support.scenario import BATCH
from tests.support.stages import Programme

FAILS = {"agree": 4, "disagree": 5}


@pytest.fixture
def school(tmp_path: Path) -> Programme:
    return stages.published(tmp_path)


@pytest.fixture
def trained(tmp_path: Path) -> Programme:
    return stages.in_training(tmp_path)


def again(school: Programme, admit: dict[str, str], on: str, **votes: Any) -> str:
    about = {name: admit[name] for name in ("tier", "round")}
    return school.resolved(admit["person"], "admission", on, **about, **votes)


# The latest vote counts


def test_a_later_vote_that_fails_stops_the_admission(school: Programme) -> None:
    admit = school.admissible()
    again(school, admit, "2024-03-18", **FAILS)
    school.when("admit-candidate", on="2024-03-18", **admit).then_refused("R4")


def test_until_the_later_vote_the_earlier_one_counts(school: Programme) -> None:
    admit = school.admissible()
    school.when("admit-candidate", on="2024-03-17", **admit).then_recorded("membership-started")
    again(school, admit, "2024-03-18", **FAILS)
    assert school.membership(admit["person"]).active


def test_a_deferred_vote_is_no_ground_and_the_next_one_is(school: Programme) -> None:
    admit = school.admissible()
    again(school, admit, "2024-03-18", deferred=True)
    school.when("admit-candidate", on="2024-03-18", **admit).then_refused("R4")
    anew = admit | {"resolution": again(school, admit, "2024-03-19")}
    school.when("admit-candidate", on="2024-03-19", **anew).then_recorded("membership-started")


def test_on_one_day_the_vote_recorded_last_counts(school: Programme) -> None:
    admit = school.admissible()
    evening = school.given("hold-meeting", on="2024-03-14", batch=BATCH, title="党委会（晚）", **sitting(school))[
        "meeting"
    ]
    about = {"tier": "three", "round": "initial", "matter": "admission", "abstain": 0, **FAILS}
    school.given("pass-resolution", on="2024-03-14", batch=BATCH, person=admit["person"], meeting=evening, **about)
    school.when("admit-candidate", **admit).then_refused("R4")


def sitting(school: Programme) -> dict[str, Any]:
    return {"members": school.committee, "present": school.committee, "chair": school.committee[0]}


def test_a_vote_on_another_tier_or_person_leaves_it(school: Programme) -> None:
    admit = school.admissible()
    again(school, school.admissible(), "2024-03-18", **FAILS)
    school.when("admit-candidate", on="2024-03-18", **admit).then_recorded("membership-started")


def test_an_admission_once_made_is_not_undone_by_a_vote(school: Programme) -> None:
    admit = school.admissible()
    school.given("admit-candidate", **admit)
    again(school, admit, "2024-03-18", **FAILS)
    assert school.membership(admit["person"], "2024-03-20").active


def test_one_meeting_passes_one_grade_for_a_person_and_year(trained: Programme) -> None:
    vote = {"on": "2025-03-06", **trained.about("four"), "meeting": trained.meeting("2025-03-06"), "matter": "grade"}
    vote |= {"year": 2024, "agree": 9, "disagree": 0, "abstain": 0}
    trained.given("pass-resolution", grade="qualified", **vote)
    trained.when("pass-resolution", grade="excellent", **vote).then_refused("R4")
    trained.when("pass-resolution", grade="excellent", **vote | {"year": 2025}).then_recorded("resolution-reached")


def test_a_grade_that_failed_leaves_room_for_another(trained: Programme) -> None:
    vote = {"on": "2025-03-06", **trained.about("four"), "meeting": trained.meeting("2025-03-06"), "matter": "grade"}
    vote |= {"year": 2024, "abstain": 0}
    trained.given("pass-resolution", grade="excellent", agree=3, disagree=6, **vote)
    trained.when("pass-resolution", grade="qualified", agree=9, disagree=0, **vote).then_recorded("resolution-reached")


def test_one_meeting_passes_one_outcome(trained: Programme) -> None:
    vote = {"on": "2027-03-01", **trained.about("four"), "meeting": trained.meeting("2027-03-01")}
    vote |= {"matter": "outcome", "agree": 9, "disagree": 0, "abstain": 0}
    trained.given("pass-resolution", outcome="promoted", **vote)
    trained.when("pass-resolution", outcome="terminated", **vote).then_refused("R4")


def test_a_vote_on_the_plan_may_leave_its_text_open(school: Programme) -> None:
    told: dict[str, Any] = {
        "on": "2024-03-05",
        "batch": BATCH,
        "meeting": school.meeting("2024-03-05"),
        "matter": "plan",
    }
    told |= {"agree": 9, "disagree": 0, "abstain": 0}
    school.when("pass-resolution", **told).then_recorded("resolution-reached")
    school.when("pass-resolution", **told, text="增加名额").then_recorded("resolution-reached")


def test_a_correction_does_not_make_a_vote_tell_less(school: Programme) -> None:
    school.resolved(None, "plan", "2024-03-05", text="增加名额")
    less = {"position": school.log.head(), "changes": {"text": None}, "reason": "更正"}
    school.when("correct-event", on="2024-03-06", **less).then_fails(Malformed)


def test_two_amendments_of_a_plan_are_two_matters(school: Programme) -> None:
    resolutions = [school.resolved(None, "plan", "2024-03-05", text=text) for text in ("增加名额", "调整时间")]
    for resolution, key in zip(resolutions, ("tiers.three.target", "tiers.four.target"), strict=True):
        amend = {"batch": BATCH, "resolution": resolution, "changes": {key: 6}, "reason": "需要"}
        school.when("amend-plan", on="2024-03-05", **amend).then_recorded("plan-amended")


# A vote says what its matter has, and nothing else

STRAYS = [
    ("admission", {"tier": "three"}, {"year": 2024}),
    ("admission", {"tier": "three"}, {"rule": "T1.age"}),
    ("grade", {"year": 2024, "grade": "excellent"}, {"tier": "three"}),
    ("grade", {"year": 2024, "grade": "excellent"}, {"outcome": "promoted"}),
    ("outcome", {"outcome": "promoted"}, {"year": 2027}),
    ("exception", {"rule": "T1.age"}, {"case": "c-000000"}),
    ("withdrawal", {}, {"upheld": True}),
    ("exception", {"rule": "T1.age"}, {"year": 2024}),
    ("exception", {"rule": "E1.waived"}, {"tier": "three"}),
    ("exception", {"rule": "T1.age"}, {"grade": "excellent"}),
    ("withdrawal", {}, {"round": "initial"}),
]


@pytest.mark.parametrize(("matter", "about", "stray"), STRAYS)
def test_a_field_that_the_matter_does_not_have_is_refused(
    school: Programme, matter: str, about: dict[str, Any], stray: dict[str, Any]
) -> None:
    told: dict[str, Any] = {"on": "2024-03-14", "batch": BATCH, "meeting": school.meeting("2024-03-14")}
    told |= {"person": school.shortlisted(), "matter": matter, "agree": 9, "disagree": 0, "abstain": 0, **about}
    school.when("pass-resolution", **told | stray).then_fails(Malformed)
    school.when("pass-resolution", **told).then_recorded("resolution-reached")


def test_no_correction_makes_another_matter_of_a_vote(school: Programme) -> None:
    admit = school.admissible()
    again(school, admit, "2024-03-15", **FAILS)
    position = school.log.stream(admit["person"], school.log.head())[-1].position
    stray = {"position": position, "changes": {"year": 2024}, "reason": "更正"}
    school.when("correct-event", on="2024-03-16", **stray).then_fails(Malformed)


def test_a_vote_on_an_exception_at_large_is_on_that_of_any_tier(school: Programme) -> None:
    person = school.nominee()
    first = school.resolved(person, "exception", "2024-03-14", rule="T1.age", tier="three")
    grant = {"person": person, "batch": BATCH, "rule": "T1.age", "approver": "党委会", "resolution": first}
    school.when("grant-exception", on="2024-03-14", reason="突出", dry_run=True, **grant).done()
    school.resolved(person, "exception", "2024-03-15", rule="T1.age", agree=0, disagree=9)
    school.when("grant-exception", on="2024-03-15", reason="突出", **grant).then_refused("R4")


@pytest.mark.parametrize(("name", "stray"), [("year", 2024), ("rule", "T1.age")])
def test_strays_of_older_archives_make_no_other_matter(name: str, stray: object) -> None:
    counts: dict[str, Any] = {"entitled": 9, "agree": 9, "disagree": 0, "abstain": 0, "result": Result.PASSED}
    about: dict[str, Any] = {"batch": BATCH, "matter": Matter.ADMISSION, "round": "initial", "tier": "three"}
    first = ResolutionReached(resolution="r-000001", meeting="m-000001", **about, **counts)
    assert votes.same_matter(first, first.model_copy(update={name: stray}))
    assert not votes.same_matter(first, first.model_copy(update={"tier": "four"}))


# An old vote


def test_a_vote_is_carried_out_within_months_and_later_with_a_reason(school: Programme) -> None:
    admit = school.admissible()
    late = {"on": "2024-09-15", **admit}
    school.when("admit-candidate", **late).then_needs("R4.vote_age", "caution", value="2024-09-15", limit="2024-09-14")
    school.when("admit-candidate", **late | {"on": "2024-09-14"}, dry_run=True).done()
    school.when("admit-candidate", reason="借调期满", **late).then_recorded(
        "membership-started", cautions=["R4.vote_age"]
    )


def test_how_many_months_is_the_plans(tmp_path: Path) -> None:
    school = Programme(tmp_path)
    school.found(edit=lambda text: text.replace("[committee]", "[committee]\nadmit_within_months = 1"))
    school.when("admit-candidate", on="2024-04-15", **school.admissible()).then_needs("R4.vote_age", "caution")


# What stops an admission not yet made


def nominations(school: Programme, person: str) -> list[str]:
    about = {"on": "2024-03-04", "person": person, "batch": BATCH, "tier": "three"}
    school.given("nominate-candidate", **about, source="grade_division", unit="高二年级部")
    stream = school.log.stream(person, school.log.head())
    return [str(r.event.key(0)) for r in stream if r.event.KIND == "candidate-nominated"]


def test_a_nominator_takes_back_that_nomination(school: Programme) -> None:
    admit = school.admissible()
    first, _ = nominations(school, admit["person"])
    back = {"on": "2024-03-15", "person": admit["person"], "batch": BATCH, "reason": "部门意见变化"}
    school.given("withdraw-nomination", nomination=first, **back)
    school.when("admit-candidate", on="2024-03-15", **admit).then_recorded("membership-started")


def test_a_nominee_takes_back_all_of_the_round(school: Programme) -> None:
    admit = school.admissible()
    first, second = nominations(school, admit["person"])
    back = {"on": "2024-03-15", "person": admit["person"], "batch": BATCH, "reason": "本人放弃", "at_own_wish": True}
    school.when("withdraw-nomination", nomination=first, **back).then_recorded("nomination-withdrawn")
    school.when("withdraw-nomination", nomination=second, **back).then_nothing()
    school.when("admit-candidate", on="2024-03-15", **admit).then_refused("R2")


def test_a_nominee_names_a_nomination_that_stands(school: Programme) -> None:
    admit = school.admissible()
    first, second = nominations(school, admit["person"])
    back = {"on": "2024-03-15", "person": admit["person"], "batch": BATCH, "reason": "说明"}
    school.given("withdraw-nomination", nomination=first, **back)
    school.when("withdraw-nomination", nomination=first, at_own_wish=True, **back).then_refused("R2")
    school.when("withdraw-nomination", nomination=second, at_own_wish=True, **back).then_recorded(
        "nomination-withdrawn"
    )


def test_a_nomination_entered_late_does_not_outlive_the_nominees_withdrawal(school: Programme) -> None:
    admit = school.admissible()
    first, _ = nominations(school, admit["person"])
    back = {"on": "2024-03-15", "person": admit["person"], "batch": BATCH, "reason": "本人放弃", "at_own_wish": True}
    school.given("withdraw-nomination", nomination=first, **back)
    late = {"person": admit["person"], "batch": BATCH, "tier": "three", "source": "office", "unit": "德育处"}
    school.given("nominate-candidate", on="2024-03-05", today="2024-03-18", **late)
    school.when("admit-candidate", on="2024-03-18", **admit).then_refused("R2")


def test_a_fresh_nomination_does_not_revive_an_old_vote(school: Programme) -> None:
    admit = school.admissible()
    first, _ = nominations(school, admit["person"])
    back = {"on": "2024-03-15", "person": admit["person"], "batch": BATCH, "reason": "本人放弃", "at_own_wish": True}
    school.given("withdraw-nomination", nomination=first, **back)
    anew = {"person": admit["person"], "batch": BATCH, "tier": "three", "source": "office", "unit": "德育处"}
    school.given("nominate-candidate", on="2024-03-18", reason="本人同意", **anew)
    school.when("admit-candidate", on="2024-03-18", **admit).then_refused("R2")


def test_who_has_left_is_not_admitted(school: Programme) -> None:
    admit = school.admissible()
    school.given("record-leaving", on="2024-03-15", person=admit["person"], cause="resigned")
    school.when("admit-candidate", on="2024-03-15", **admit).then_refused("R4")


def test_an_upheld_objection_stops_the_admission(tmp_path: Path) -> None:
    school = Programme(tmp_path)
    school.found(edit=lambda text: text.replace("required = false", "required = true"))
    admit = school.admissible()
    school.given("open-notice", on="2024-03-14", batch=BATCH, place="公告栏")
    about = {"person": admit["person"], "batch": BATCH, "text": "业绩不实"}
    record = school.given("receive-objection", on="2024-03-15", **about)["record"]
    settle = {"person": admit["person"], "record": record, "upheld": True, "text": "属实"}
    school.given("resolve-objection", on="2024-03-18", **settle)
    school.given("close-notice", on="2024-03-25", batch=BATCH)
    school.when("admit-candidate", on="2024-03-25", **admit).then_refused("R4")


# How many it takes


def share(text: str, told: str) -> str:
    return text.replace('"more_than_half"', told)


@pytest.mark.parametrize(("agree", "result"), [(5, "failed"), (6, "passed")])
def test_two_thirds_where_the_plan_says_so(tmp_path: Path, agree: int, result: str) -> None:
    school = Programme(tmp_path)
    school.found(edit=lambda text: share(text, "[2, 3]"))
    school.shortlisted()
    person = school.shortlisted()
    about = {"tier": "three", "round": "initial", "agree": agree, "disagree": 9 - agree}
    school.resolved(person, "admission", "2024-03-14", **about)
    assert school.last("resolution-reached", person)["result"] == result


@pytest.mark.parametrize("told", ["[1, 2]", "[4, 3]", '"all"', "[0, 3]"])
def test_a_majority_is_more_than_half_and_no_more_than_all(told: str) -> None:
    with pytest.raises(Malformed):
        read_plan(share(shipped_plan().decode(), told).encode())


def test_a_majority_is_amended_like_any_value(school: Programme) -> None:
    resolution = school.resolved(None, "plan", "2024-03-05", text="三分之二通过")
    changes = {"committee.majority_of_entitled": [2, 3]}
    amend = {"batch": BATCH, "resolution": resolution, "changes": changes, "reason": "更慎重"}
    school.when("amend-plan", on="2024-03-05", **amend).then_recorded("plan-amended")
    person = school.shortlisted()
    school.resolved(person, "admission", "2024-03-14", tier="three", round="initial", agree=5, disagree=4)
    assert school.last("resolution-reached", person)["result"] == "failed"
