"""民主推荐 and 综合考评: from nomination to shortlist (R2, R3, W, T1-T3, S1-S7)."""

from typing import Any

import pytest

from domain.errors import Malformed, Unknown
from domain.events.selection import EligibilityAssessed
from tests.support.scenario import BATCH
from tests.support.stages import BORN, COMPONENTS, CONDITIONS, Programme

COUNTS = {"expected": 190, "present": 180, "issued": 180, "returned": 178, "valid": 176, "invalid": 2}


def nomination(person: str, **more: Any) -> dict[str, Any]:
    return {"person": person, "batch": BATCH, "tier": "three", "source": "office", "unit": "教务处", **more}


# Nomination


def test_each_source_names_who_nominates(school: Programme) -> None:
    nominee, leader = school.person(), school.person()
    for source in (
        {"source": "leader", "unit": None, "nominator": leader},
        {"source": "office"},
        {"source": "teaching_research_group", "unit": "数学教研室"},
        {"source": "grade_division", "unit": "高一年级部"},
        {"source": "self", "unit": None, "nominator": nominee},
    ):
        school.when("nominate-candidate", **nomination(nominee, **source)).then_recorded("candidate-nominated")
        school.when("nominate-candidate", **nomination(nominee, **source)).then_nothing()


@pytest.mark.parametrize(
    ("source", "beside"),
    [
        ("self", {"unit": "语文组"}),
        ("self", {"other": "会上"}),
        ("leader", {"unit": "校长室"}),
        ("office", {"other": "会上"}),
    ],
)
def test_what_is_told_beside_who_nominates_makes_no_other_nomination(
    school: Programme, source: str, beside: dict[str, str]
) -> None:
    person = school.person()
    by = {"self": {"nominator": person}, "leader": {"nominator": school.committee[0]}}.get(source, {"unit": "教务处"})
    told = {"person": person, "batch": BATCH, "tier": "three", "source": source, **by}
    school.given("nominate-candidate", on="2024-03-04", **told)
    school.when("nominate-candidate", on="2024-03-04", **told, **beside).then_nothing()


@pytest.mark.parametrize("source", ["leader", "office", "teaching_research_group", "grade_division", "self"])
def test_a_source_without_its_nominator(school: Programme, source: str) -> None:
    school.when("nominate-candidate", **nomination(school.person(), source=source, unit=None)).then_refused("R2")


def test_a_self_nomination_is_made_by_the_nominee(school: Programme) -> None:
    nominee, other = school.person(), school.person()
    as_self = nomination(nominee, source="self", nominator=other)
    school.when("nominate-candidate", **as_self).then_refused("R2")
    as_leader = nomination(nominee, source="leader", nominator=nominee)
    school.when("nominate-candidate", **as_leader).then_refused("R2")


def test_another_form_has_a_text_and_a_reason(school: Programme) -> None:
    other = nomination(school.person(), source="other", unit=None)
    school.when("nominate-candidate", reason="工会推荐", **other).then_refused("R2")
    school.when("nominate-candidate", **other, other="工会推荐").then_refused("R2")
    school.when("nominate-candidate", reason="工会推荐", **other, other="工会").then_recorded("candidate-nominated")


def test_a_nominator_nominates_once_in_a_round_whatever_the_day_and_for_one_tier(school: Programme) -> None:
    person = school.person()
    school.given("nominate-candidate", on="2024-03-05", **nomination(person))
    school.when("nominate-candidate", on="2024-03-04", **nomination(person)).then_nothing()
    school.when("nominate-candidate", on="2024-03-04", **nomination(person, statement="更好")).then_refused("R2")
    school.when("nominate-candidate", on="2024-03-05", **nomination(person, tier="four")).then_refused("R2")
    withdrawn = {
        "person": person,
        "batch": BATCH,
        "nomination": school.last("candidate-nominated", person)["nomination"],
    }
    school.given("withdraw-nomination", on="2024-03-05", **withdrawn, reason="改推")
    school.when("nominate-candidate", on="2024-03-05", **nomination(person, tier="four")).then_recorded(
        "candidate-nominated"
    )


def test_a_second_unit_nominates_as_well(school: Programme) -> None:
    person = school.nominee()
    school.when("nominate-candidate", **nomination(person, unit="德育处")).then_recorded("candidate-nominated")


def test_unknown_codes_and_people(school: Programme) -> None:
    person = school.person()
    school.when("nominate-candidate", **nomination("p-000000")).then_fails(Unknown)
    school.when("nominate-candidate", **nomination(person, tier="six")).then_fails(Unknown)
    school.when("nominate-candidate", **nomination(person, source="rumour")).then_fails(Unknown)
    school.when("nominate-candidate", **nomination(person, batch="2030-none")).then_fails(Unknown)
    school.when("nominate-candidate", **nomination(person, source="leader", nominator="p-000000")).then_fails(Unknown)
    school.when("nominate-candidate", **nomination(person, colour="red")).then_fails(Malformed)


@pytest.mark.parametrize(("day", "limit"), [("2024-02-29", None), ("2024-03-06", "2024-03-05")])
def test_outside_its_window_a_nomination_needs_a_reason(school: Programme, day: str, limit: str | None) -> None:
    late = nomination(school.person())
    school.when("nominate-candidate", on=day, today="2024-03-06", **late)
    if limit is None:
        school.then_fails(Unknown)  # no plan was in force yet
    else:
        school.then_needs("W.nominate", "caution", value=day, limit=limit)
        school.when("nominate-candidate", on=day, reason="出差", **late).then_recorded(
            "candidate-nominated", cautions=["W.nominate"]
        )


@pytest.mark.parametrize("day", ["2024-03-01", "2024-03-05"])
def test_both_ends_of_a_window_are_within_it(school: Programme, day: str) -> None:
    school.when("nominate-candidate", on=day, **nomination(school.person())).then_recorded("candidate-nominated")


def test_who_left_is_not_nominated(school: Programme) -> None:
    person = school.person()
    school.given("record-leaving", on="2024-03-02", person=person, cause="resigned")
    school.when("nominate-candidate", on="2024-03-03", **nomination(person)).then_refused("R2")


def test_who_is_in_training_is_not_nominated_again(trained: Programme) -> None:
    again = nomination(trained.members["four"], unit="德育处")
    trained.when("nominate-candidate", reason="补报", **again).then_refused("H1")
    repeated = nomination(trained.members["four"], tier="four")
    trained.when("nominate-candidate", **repeated).then_nothing()


def test_training_that_ends_before_the_next_cycle_is_no_bar_to_it(trained: Programme) -> None:
    trained.publish(on="2027-03-01", edit=lambda text: text.replace("2024-", "2027-"))
    ending = nomination(trained.members["four"], batch="2027-second")
    trained.when("nominate-candidate", on="2027-03-02", **ending).then_recorded("candidate-nominated")


def test_a_nomination_is_withdrawn_with_a_reason(school: Programme) -> None:
    person = school.nominee()
    withdraw = {
        "person": person,
        "batch": BATCH,
        "nomination": school.last("candidate-nominated", person)["nomination"],
    }
    school.when("withdraw-nomination", **withdraw).then_refused("R2")
    school.when("withdraw-nomination", reason="本人请求", **withdraw).then_recorded("nomination-withdrawn")
    school.when("withdraw-nomination", reason="本人请求", **withdraw).then_nothing()
    school.when("withdraw-nomination", reason="x", **withdraw | {"nomination": "n-000000"}).then_fails(Unknown)
    about = {"person": person, "batch": BATCH, "tier": "three"}
    school.when("assess-eligibility", **about).then_refused("R2")


# Ballots


def ballot(*people: str, **more: Any) -> dict[str, Any]:
    lines = [{"person": p, "agree": 150, "disagree": 20, "abstain": 6} for p in people]
    return {"batch": BATCH, "meeting": "教职工大会", **COUNTS, "lines": lines, **more}


def test_a_ballot_has_its_counts_once_and_a_line_for_each(school: Programme) -> None:
    people = [school.nominee(), school.nominee("four")]
    school.when("tally-ballot", **ballot(*people)).then_recorded("ballot-held", "ballot-counted", "ballot-counted")
    school.when("tally-ballot", **ballot(*people)).then_nothing()
    school.when("tally-ballot", **ballot(*people, expected=191)).then_refused("R2")
    otherwise = [{"person": people[0], "agree": 1, "disagree": 0, "abstain": 0}]
    school.when("tally-ballot", **ballot(lines=otherwise)).then_refused("R2")


@pytest.mark.parametrize(
    "wrong",
    [
        {"returned": 181},  # more than issued
        {"issued": 181, "returned": 178},  # more than present
        {"present": 191},  # more than expected
        {"valid": 177},  # valid and invalid are more than returned
        {"valid": 170},
    ],
    ids=str,
)
def test_counts_that_do_not_fit(school: Programme, wrong: dict[str, int]) -> None:
    school.when("tally-ballot", **ballot(school.nominee(), **wrong)).then_refused("R2")


def test_a_person_stands_once_on_a_ballot(school: Programme) -> None:
    person = school.nominee()
    lines = [{"person": person, "agree": n, "disagree": 0, "abstain": 0} for n in (100, 1)]
    school.when("tally-ballot", **ballot(lines=lines)).then_refused("R2")


def test_a_line_does_not_outgrow_the_valid_ballots(school: Programme) -> None:
    line = {"person": school.nominee(), "agree": 150, "disagree": 20, "abstain": 7}
    school.when("tally-ballot", **ballot(lines=[line])).then_refused("R2")


def test_only_who_was_nominated_is_on_a_ballot(school: Programme) -> None:
    school.when("tally-ballot", **ballot(school.person())).then_refused("R2")


# Eligibility


def judged(school: Programme, person: str, tier: str) -> dict[str, tuple[str, str]]:
    row = school.facts().one(person, EligibilityAssessed, f"{BATCH}/initial/{tier}")
    assert row is not None
    return {j.rule: (j.verdict.value, j.value) for j in row.value.results}


@pytest.mark.parametrize(
    ("tier", "born", "verdict"),
    [
        ("three", "1978-03-15", "ok"),  # 45 on the committee's day
        ("three", "1978-03-14", "exception"),  # 46 that day
        ("four", "1985-03-15", "ok"),  # 38
        ("four", "1985-03-14", "caution"),  # 39
        ("four", "1983-03-14", "exception"),  # 41
        ("five", "1990-03-14", "caution"),  # 34
        ("five", "1996-02-29", "ok"),  # 28
    ],
)
def test_age_is_judged_on_the_committees_day(school: Programme, tier: str, born: str, verdict: str) -> None:
    person = school.assessed(tier, born=born)
    assert judged(school, person, tier)[f"T{'345'.index(school_digit(tier)) + 1}.age"][0] == verdict


def school_digit(tier: str) -> str:
    return {"three": "3", "four": "4", "five": "5"}[tier]


def test_experience_past_or_present_counts_for_tier_three(school: Programme) -> None:
    person = school.person(posts=())
    post = school.given("record-post", on="2018-09-01", person=person, post="grade_leader")
    school.given("end-post", on="2020-07-01", person=person, record=post["record"])
    school.assessed("three", person=person)
    assert judged(school, person, "three")["T1.experience"] == ("ok", "grade_leader")


def test_missing_experience_is_an_exception_of_its_own(school: Programme) -> None:
    person = school.assessed("three", posts=("club_advisor",))
    assert judged(school, person, "three")["T1.experience"][0] == "exception"
    assert judged(school, school.assessed("four", posts=()), "four").keys() == {"T2.age"}


def test_eligibility_is_judged_anew_only_when_something_changed(school: Programme) -> None:
    person = school.nominee()
    about = {"person": person, "batch": BATCH, "tier": "three"}
    school.when("assess-eligibility", on="2024-03-06", **about).then_recorded("eligibility-assessed")
    school.when("assess-eligibility", on="2024-03-06", **about).then_nothing()
    school.given("record-post", on="2020-09-01", person=person, post="grade_leader")
    school.when("assess-eligibility", on="2024-03-06", **about).then_recorded("eligibility-assessed")


def test_a_corrected_birth_date_never_redecides(school: Programme) -> None:
    person = school.assessed("three", born="1978-03-15")
    school.given("correct-event", reason="录入错误", position=school.known.maker("person", person).position,  # type: ignore[union-attr]
                 changes={"birth_date": "1978-03-14"})  # fmt: skip
    assert judged(school, person, "three")["T1.age"] == ("ok", "45")


# Basic conditions and preferences (S1-S7)


def test_every_basic_condition_is_assessed_once(school: Programme) -> None:
    about = {"person": school.nominee(), "batch": BATCH}
    assess = {"on": "2024-03-08", **about}
    school.when("assess-conduct", **assess, conditions=CONDITIONS[:5]).then_refused("S1")
    school.when("assess-conduct", **assess, conditions=[*CONDITIONS, CONDITIONS[0]]).then_refused("S1")
    school.when("assess-conduct", **assess, conditions=CONDITIONS).then_recorded("conduct-assessed")
    school.when("assess-conduct", **assess, conditions=CONDITIONS).then_nothing()


def found(finding: str) -> list[dict[str, str]]:
    return [{**CONDITIONS[0], "finding": finding}, *CONDITIONS[1:]]


def shortlist(person: str, tier: str = "three") -> dict[str, Any]:
    return {"on": "2024-03-12", "person": person, "batch": BATCH, "tier": tier}


def test_an_unknown_condition_needs_a_reason(school: Programme) -> None:
    person = school.assessed(conditions=found("unknown"))
    school.when("shortlist-candidate", **shortlist(person)).then_needs("S1.condition", "caution", value="unknown")
    school.when("shortlist-candidate", reason="材料待补", **shortlist(person)).then_recorded(
        "candidate-shortlisted", cautions=["S1.condition"]
    )


def test_a_condition_not_met_needs_an_exception(school: Programme) -> None:
    person = school.assessed(conditions=found("not_met"))
    asked = [{"rule": "S1.condition", "reason": "另有说明"}]
    school.when("shortlist-candidate", reason="x", **shortlist(person)).then_needs("S1.condition", "exception")
    school.when("shortlist-candidate", exceptions=asked, **shortlist(person)).then_refused("S1")  # nothing to show
    school.when("shortlist-candidate", exceptions=asked, document="申请1号", **shortlist(person)).then_recorded(
        "candidate-shortlisted", cautions=["S1.condition"]
    )


def preference(person: str, other: str, **more: Any) -> dict[str, Any]:
    return {"person": person, "batch": BATCH, "tier": "four", "parity_with": [other], "reason": "同等条件", **more}


def test_a_preference_breaks_a_declared_tie(school: Programme) -> None:
    person, other = school.nominee("four"), school.nominee("four")
    noted = preference(person, other, experience=["homeroom_teacher"])
    school.when("note-preference", **noted).then_recorded("preference-noted")
    school.when("note-preference", **noted).then_nothing()
    school.when("note-preference", **preference(person, other, other_experience="驻村支教")).done()


def test_a_preference_rests_on_parity_and_on_something(school: Programme) -> None:
    person, other = school.nominee("four"), school.nominee("four")
    noted = preference(person, other, experience=["homeroom_teacher"])
    school.when("note-preference", **noted | {"reason": None}).then_refused("S7")
    school.when("note-preference", **noted | {"parity_with": []}).then_refused("S7")
    school.when("note-preference", **noted | {"parity_with": [person]}).then_refused("S7")
    school.when("note-preference", **noted | {"parity_with": [school.person()]}).then_refused("R2")
    school.when("note-preference", **noted | {"experience": ["officer"]}).then_refused("S7")  # not on S7's list
    school.when("note-preference", **noted | {"experience": ["grade_leader"]}).then_refused("S7")  # never held
    school.when("note-preference", **preference(person, other)).then_fails(Malformed)


# Comprehensive assessment and shortlist (R3)


def test_all_four_components_are_weighed(school: Programme) -> None:
    about = {"on": "2024-03-08", "person": school.nominee(), "batch": BATCH, "tier": "three", "conclusion": "建议列入"}
    none = {"component": "staff_opinion", "none_because": "未召开座谈会"}
    for components in (COMPONENTS[:3], [*COMPONENTS, COMPONENTS[0]], [*COMPONENTS[:3], {"component": "conduct"}],
                       [*COMPONENTS[:3], {"component": "conduct", "text": "好", "none_because": "无"}]):  # fmt: skip
        school.when("complete-assessment", **about, components=components).then_refused("R3")
    complete = {**about, "components": [*COMPONENTS[:2], none, COMPONENTS[3]]}
    school.when("complete-assessment", **complete).then_recorded("comprehensive-assessment-completed")
    school.when("complete-assessment", **complete).then_nothing()


def test_appraisals_and_opinions_are_recorded_once(school: Programme) -> None:
    about = {"on": "2024-03-08", "person": school.nominee(), "batch": BATCH}
    for command, event, data in (
        ("cite-appraisal", "appraisal-cited", {"year": 2023, "result": "优秀"}),
        ("record-staff-opinion", "staff-opinion-recorded", {"heard": 12, "text": "群众基础好"}),
    ):
        school.when(command, **about, **data).then_recorded(event)
        school.when(command, **about, **data).then_nothing()


def test_a_shortlist_comes_after_the_assessment(school: Programme) -> None:
    person = school.nominee()
    school.when("shortlist-candidate", **shortlist(person)).then_refused("R3")
    school.assessed(person=person)
    school.when("shortlist-candidate", **shortlist(person, "four")).then_refused("R3")
    school.when("shortlist-candidate", **shortlist(person)).then_recorded("candidate-shortlisted")
    school.when("shortlist-candidate", **shortlist(person)).then_nothing()


def test_an_exception_asked_for_age_does_not_cover_experience(school: Programme) -> None:
    person = school.assessed(born="1976-01-01", posts=())
    asked = [{"rule": "T1.age", "reason": "表现突出"}]
    about = {"document": "申请1号", **shortlist(person)}
    school.when("shortlist-candidate", **about).then_needs("T1.age", "exception", value="48", limit="45")
    school.when("shortlist-candidate", exceptions=asked, **about).then_needs("T1.experience", "exception")
    both = [*asked, {"rule": "T1.experience", "reason": "表现突出"}]
    school.when("shortlist-candidate", exceptions=both, **about).then_recorded(
        "candidate-shortlisted", cautions=["T1.age", "T1.experience"]
    )


def test_the_soft_band_needs_a_reason_at_the_shortlist(school: Programme) -> None:
    person = school.assessed("four", born="1985-01-01")
    school.when("shortlist-candidate", **shortlist(person, "four")).then_needs(
        "T2.age", "caution", value="39", limit="38"
    )
    school.when("shortlist-candidate", reason="经验丰富", **shortlist(person, "four")).then_recorded(
        "candidate-shortlisted", cautions=["T2.age"]
    )


def test_a_vote_on_an_exception_that_names_no_rule_makes_one(school: Programme) -> None:
    person = school.nominee(born=BORN["three"])
    resolution = school.resolved(person, "exception", "2024-03-14")
    grant = {"on": "2024-03-14", "person": person, "batch": BATCH, "approver": "党委会", "reason": "表现突出"}
    school.when("grant-exception", rule="T1.age", resolution=resolution, **grant).then_recorded("exception-granted")
    school.when("grant-exception", rule="T1.experience", resolution=resolution, **grant).then_refused("R4")


def test_an_exception_is_granted_by_a_passed_resolution(school: Programme) -> None:
    person = school.nominee(born=BORN["three"])
    resolution = school.resolved(person, "exception", "2024-03-14", rule="T1.age")
    grant = {"person": person, "batch": BATCH, "rule": "T1.age", "approver": "党委会", "resolution": resolution}
    school.when("grant-exception", **grant).then_refused("T1")
    school.when("grant-exception", reason="表现突出", **grant).then_recorded("exception-granted")
    school.when("grant-exception", reason="表现突出", **grant).then_nothing()
    failed = school.resolved(person, "exception", "2024-03-15", rule="T1.experience", agree=2, disagree=7)
    other = {**grant, "rule": "T1.experience", "resolution": failed}
    school.when("grant-exception", on="2024-03-15", reason="表现突出", **other).then_refused("R4")


# A nomination is for a tier


def for_another_tier(school: Programme) -> dict[str, Any]:
    """Somebody nominated for tier five alone, and assessed for tier three."""
    person = school.nominee("five", born="1990-05-01")
    about = {"on": "2024-03-12", "person": person, "batch": BATCH}
    school.given("assess-eligibility", tier="three", **about)
    school.given("assess-conduct", conditions=CONDITIONS, **about)
    school.given("complete-assessment", tier="three", components=COMPONENTS, conclusion="好", **about)
    return {**about, "tier": "three"}


def test_who_was_nominated_for_another_tier_goes_forward_with_a_reason(school: Programme) -> None:
    listed = for_another_tier(school)
    school.when("shortlist-candidate", **listed).then_needs("R2.nominated_tier", "caution", value="five", limit="three")
    rule = ["R2.nominated_tier"]
    school.when("shortlist-candidate", reason="组内调整", **listed).then_recorded(
        "candidate-shortlisted", cautions=rule
    )
    resolution = school.resolved(listed["person"], "admission", "2024-03-14", tier="three")
    admit = listed | {"on": "2024-03-14", "resolution": resolution}
    school.when("admit-candidate", **admit).then_recorded("membership-started")


def test_one_nomination_for_the_tier_is_enough(school: Programme) -> None:
    listed = for_another_tier(school)
    school.given("nominate-candidate", **nomination(listed["person"], unit="政教处"), on="2024-03-05")
    school.when("shortlist-candidate", **listed).then_recorded("candidate-shortlisted")


def test_an_admission_asks_for_the_reason_where_the_tiers_own_nomination_was_taken_back(school: Programme) -> None:
    person = school.nominee("five", born="1990-05-01")
    own = school.given("nominate-candidate", **nomination(person, unit="政教处"), on="2024-03-05")["nomination"]
    about = {"on": "2024-03-12", "person": person, "batch": BATCH}
    school.given("assess-eligibility", tier="three", **about)
    school.given("assess-conduct", conditions=CONDITIONS, **about)
    school.given("complete-assessment", tier="three", components=COMPONENTS, conclusion="好", **about)
    school.given("shortlist-candidate", tier="three", **about)
    school.given("withdraw-nomination", on="2024-03-13", person=person, batch=BATCH, nomination=own, reason="有误")
    resolution = school.resolved(person, "admission", "2024-03-14", tier="three")
    admit = {**about, "on": "2024-03-14", "tier": "three", "resolution": resolution}
    school.when("admit-candidate", **admit).then_needs("R2.nominated_tier", "caution")
    school.when("admit-candidate", reason="组内调整", **admit).then_recorded(
        "membership-started", cautions=["R2.nominated_tier"]
    )


@pytest.mark.parametrize("year", [-5, 1950, 2025, 10**30])
def test_an_appraisal_is_of_a_year_of_working_life(school: Programme, year: int) -> None:
    told = {"on": "2024-03-12", "person": school.nominee(), "batch": BATCH, "result": "优秀"}
    school.when("cite-appraisal", year=year, **told).then_fails(Malformed)
