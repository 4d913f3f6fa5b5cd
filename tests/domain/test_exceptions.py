"""An exception rests on a resolution that exists, was passed by the day, and is about that person and that rule."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from domain import commands, rulebook
from domain.errors import DependentsStand, Malformed, Unknown
from domain.plan import read_plan, shipped_plan
from tests.support import stages
from tests.support.scenario import BATCH
from tests.support.stages import Programme, excepted, requested

NOBODYS = "r-0000000000000000"


@pytest.fixture
def school(tmp_path: Path) -> Programme:
    return stages.published(tmp_path)


@pytest.fixture
def trained(tmp_path: Path) -> Programme:
    return stages.in_training(tmp_path)


def fifth(school: Programme) -> dict[str, str]:
    """Whom nothing but an exception lets in: four are in the tier of three."""
    for _ in range(4):
        school.member("three")
    return school.admissible("three")


def test_a_resolution_that_does_not_exist_carries_no_fifth_place(school: Programme) -> None:
    admit = fifth(school)
    school.when("admit-candidate", exceptions=excepted("T1.places", by=NOBODYS), **admit).then_fails(Unknown)


def test_two_exceptions_for_one_rule_in_a_request_are_refused(school: Programme) -> None:
    twice = [*excepted("T1.places", by=NOBODYS), {"rule": "T1.places", "reason": "另一理由"}]
    school.when("admit-candidate", exceptions=twice, **fifth(school)).then_fails(Malformed)


def test_a_failed_resolution_carries_no_fifth_place(school: Programme) -> None:
    admit = fifth(school)
    failed = school.excepted(admit["person"], "T1.places", "2024-03-14", agree=4, disagree=5)
    school.when("admit-candidate", exceptions=failed, **admit).then_refused("R4")


def test_a_resolution_about_somebody_else_carries_no_fifth_place(school: Programme) -> None:
    admit = fifth(school)
    others = school.excepted(school.person(), "T1.places", "2024-03-14")
    school.when("admit-candidate", exceptions=others, **admit).then_fails(Unknown)


@pytest.mark.parametrize("rule", ["T2.places", "T1.age"])
def test_a_resolution_on_another_rule_carries_no_fifth_place(school: Programme, rule: str) -> None:
    admit = fifth(school)
    other = school.excepted(admit["person"], rule, "2024-03-14")[0]
    school.when("admit-candidate", exceptions=[{**other, "rule": "T1.places"}], **admit).then_refused("R4")


def test_a_resolution_of_a_later_day_carries_no_fifth_place(school: Programme) -> None:
    admit = fifth(school)
    later = school.excepted(admit["person"], "T1.places", "2024-03-20")
    school.when("admit-candidate", on="2024-03-14", exceptions=later, **admit).then_fails(Unknown)


def test_a_resolution_on_the_exception_carries_it(school: Programme) -> None:
    admit = fifth(school)
    exceptions = school.excepted(admit["person"], "T1.places", "2024-03-14")
    school.when("admit-candidate", exceptions=exceptions, **admit).then_recorded(
        "membership-started", cautions=["T1.places"]
    )


@pytest.mark.parametrize(
    ("tier", "told", "rule"),
    [
        ("four", {"outcome": "extended", "extended_to": "2029-03-13"}, "E2.extension"),
        ("five", {"outcome": "advanced", "to_tier": "three"}, "E2.skipped"),
    ],
)
def test_no_outcome_rests_on_a_foreign_resolution(trained: Programme, tier: str, told: Any, rule: str) -> None:
    outcome = trained.outcome(tier, told.pop("outcome"), "2027-03-01", **told)
    for wrong in (NOBODYS, trained.resolved(trained.members["three"], "exception", "2027-03-01", rule=rule)):
        trained.when("decide-outcome", exceptions=excepted(rule, by=wrong), **outcome).then_fails(Unknown)
    trained.when("decide-outcome", exceptions=excepted(rule, by=outcome["resolution"]), **outcome).done()


def test_no_grade_is_waived_by_a_resolution_that_does_not_say_so(trained: Programme) -> None:
    trained.given("open-review", on="2025-03-01", batch=BATCH, year=2024)
    waive = {"on": "2025-03-06", **trained.about("four", year=2024), "reason": "长期病假"}
    grade = trained.resolved(trained.members["four"], "grade", "2025-03-06", year=2024, grade="qualified")
    trained.when("waive-grade", exceptions=excepted("E1.waived", by=grade), **waive).then_refused("R4")
    trained.when("waive-grade", exceptions=excepted("E1.waived", by=NOBODYS), **waive).then_fails(Unknown)
    waiving = trained.excepted(trained.members["four"], "E1.waived", "2025-03-06")
    trained.when("waive-grade", exceptions=waiving, **waive).then_recorded("grade-waived", cautions=["E1.waived"])


def test_what_an_exception_rests_on_is_not_taken_away(school: Programme) -> None:
    admit = fifth(school)
    exceptions = school.excepted(admit["person"], "T1.places", "2024-03-14")
    position = school.log.head()
    school.given("admit-candidate", exceptions=exceptions, **admit)
    school.when("withdraw-event", position=position, reason="误记").then_fails(DependentsStand)
    school.when("correct-event", position=position, changes={"rule": "T1.age"}, reason="误记").then_fails(
        DependentsStand
    )


def test_what_a_corrections_exception_rests_on_is_not_taken_away(trained: Programme) -> None:
    person = trained.members["four"]
    exceptions = trained.excepted(person, "E2.extension", "2027-03-01")
    vote = trained.log.head()
    outcome = trained.outcome("four", "extended", "2027-03-01", extended_to="2027-09-13")
    recorded = trained.when("decide-outcome", **outcome).done().events
    longer = {"position": recorded[0]["position"], "changes": {"extended_to": "2028-09-13"}, "reason": "须更长"}
    trained.when("correct-event", on="2027-03-01", exceptions=exceptions, **longer).done()
    trained.when("withdraw-event", position=vote, reason="误记").then_fails(DependentsStand)


# What an exception is granted from


def test_a_vote_on_an_exception_names_a_round_that_there_is(school: Programme) -> None:
    vote = {"batch": BATCH, "meeting": school.meeting("2024-03-14"), "matter": "exception", "rule": "O3.length"}
    counts = {"agree": len(school.committee), "disagree": 0, "abstain": 0}
    about = {"person": school.person(), "round": "d-0000000000000000"}
    school.when("pass-resolution", on="2024-03-14", **vote, **counts, **about).then_refused("D3")


def test_a_vote_on_an_exception_names_a_rule_that_there_is_or_none(school: Programme) -> None:
    person = school.nominee()
    vote: dict[str, Any] = {
        "on": "2024-03-14",
        "person": person,
        "batch": BATCH,
        "meeting": school.meeting("2024-03-14"),
    }
    vote |= {"matter": "exception", "agree": 9, "disagree": 0, "abstain": 0}
    school.when("pass-resolution", **vote).then_recorded("resolution-reached")
    school.when("pass-resolution", rule="T9.age", **vote).then_fails(Unknown)
    school.when("pass-resolution", rule="W.nominate", **vote).then_refused("W")
    vote |= {"on": "2024-03-15", "meeting": school.meeting("2024-03-15")}
    school.when("pass-resolution", rule="T1.age", **vote).then_recorded("resolution-reached")


def test_a_vote_on_an_exception_names_a_rule_of_its_tier(school: Programme) -> None:
    vote: dict[str, Any] = {"on": "2024-03-14", "person": school.nominee(), "batch": BATCH}
    vote |= {"meeting": school.meeting("2024-03-14"), "matter": "exception", "agree": 9, "disagree": 0, "abstain": 0}
    school.when("pass-resolution", rule="T1.age", tier="five", **vote).then_refused("T1")
    school.when("pass-resolution", rule="T1.age", tier="nine", **vote).then_fails(Unknown)
    school.when("pass-resolution", rule="T3.age", tier="five", **vote).then_recorded("resolution-reached")
    school.when("pass-resolution", rule="O3.length", tier="five", **vote).then_recorded("resolution-reached")


def test_a_rule_that_the_plan_does_not_have_is_not_excepted(school: Programme) -> None:
    person = school.nominee()
    by = school.resolved(person, "exception", "2024-03-14", rule="T1.age")
    grant = {"person": person, "batch": BATCH, "approver": "党委会", "resolution": by, "reason": "突出"}
    school.when("grant-exception", rule="T9.age", **grant).then_fails(Unknown)
    school.when("grant-exception", rule="T2.experience", **grant).then_fails(Unknown)
    school.when("grant-exception", rule="W.nominate", **grant).then_refused("W")
    school.when("grant-exception", rule="T1.experience", **grant).then_refused("R4")
    school.when("grant-exception", rule="T1.age", **grant).then_recorded("exception-granted")


def test_a_grant_is_looked_up_again_by_whoever_is_admitted_on_it(school: Programme) -> None:
    """A vote on another matter grants nothing, whatever an older archive says."""
    person = school.shortlisted(born="1977-05-01", asked=requested("T1.age"))
    about = {"person": person, "batch": BATCH, "tier": "three", "round": "initial"}
    first = school.resolved(person, "admission", "2024-03-14", tier="three", round="initial", agree=4, disagree=5)
    grant = {"rule": "T1.age", "approver": "党委会", "resolution": first, "reason": "突出"}
    school.when("grant-exception", person=person, batch=BATCH, **grant).then_refused("R4")
    again = school.resolved(person, "admission", "2024-03-15", tier="three", round="initial")
    school.when("admit-candidate", resolution=again, **about).then_recorded("membership-started")


# Where no resolution can exist yet


def longer(text: str) -> str:
    return text.replace("months = 36\nusual", "months = 48\nusual")


def test_an_unusual_cycle_is_published_with_approver_and_document(school: Programme) -> None:
    text = longer(shipped_plan().decode()).replace("2024-second", "2025-third")
    publish = {"on": "2024-03-01", "toml": text}
    asked = requested("O3.cycle")
    school.when("publish-plan", **publish).then_needs("O3.cycle", "exception", value="48", limit="36")
    school.when("publish-plan", exceptions=asked, **publish).then_needs("O3.cycle", "exception")
    named = excepted("O3.cycle", by=NOBODYS)
    school.when("publish-plan", exceptions=named, document="通一中党〔2024〕6号", **publish).then_refused("O3")
    school.when("publish-plan", exceptions=asked, document="通一中党〔2024〕6号", **publish).then_recorded(
        "plan-published", cautions=["O3.cycle"]
    )
    assert school.reply is not None
    assert school.reply.cautions[0].document == "通一中党〔2024〕6号"


def test_a_usual_cycle_needs_no_document(school: Programme) -> None:
    text = shipped_plan().decode().replace("2024-second", "2025-third")
    school.when("publish-plan", on="2024-03-01", toml=text).then_recorded("plan-published")


def test_the_list_of_rules_follows_from_the_plan() -> None:
    plan, _ = read_plan(shipped_plan())
    rules = rulebook.rules_of(plan)
    assert {"T1.age", "T1.experience", "T1.places", "T2.age", "S6.condition", "W.decide", "O3.cycle"} <= set(rules)
    assert "T2.experience" not in rules
    assert all(rule.words.zh != rule.name for rule in rules.values())


def test_every_judgement_refers_to_a_rule_of_the_list() -> None:
    """The codes that commands write themselves; those of tiers, conditions and steps come from the plan."""
    source = "".join(path.read_text("utf-8") for path in Path(commands.__path__[0]).glob("*.py"))
    written = set(re.findall(r'"([A-Z][0-9]?\.[a-z_]+)"', source))
    assert written, "commands judge"
    assert written <= {rule.code for rule in rulebook.ALWAYS} | {"T1.age", "W.announce"}


# Rules that the plan lacks


def test_a_request_with_a_rule_that_the_plan_lacks_is_refused(school: Programme) -> None:
    about = {"person": school.assessed("three"), "batch": BATCH, "tier": "three"}
    school.when("shortlist-candidate", on="2024-03-12", **about, exceptions=requested("T9.nonsense")).then_fails(
        Unknown
    )
    school.when("shortlist-candidate", on="2024-03-12", **about, exceptions=requested("T1.age")).done()


# Of several votes the latest counts, on the exception by itself too


def aged(school: Programme) -> dict[str, Any]:
    """Somebody too old, passed on the day of the vote with the exception that this grants."""
    person = school.shortlisted("three", born="1970-05-01", asked=requested("T1.age"))
    resolution = school.resolved(person, "admission", "2024-03-14", tier="three")
    return {"on": "2024-03-14", "person": person, "batch": BATCH, "tier": "three", "resolution": resolution}


def apart(school: Programme, person: str, title: str, **about: Any) -> str:
    """A vote on the exception from the age, at a meeting of its own."""
    told = {"matter": "exception", "rule": "T1.age", "agree": 1, "disagree": 8, "abstain": 0, **about}
    meeting = school.meeting("2024-03-14", title=title)
    ballot = {"on": "2024-03-14", "person": person, "batch": BATCH, "meeting": meeting, **told}
    return str(school.given("pass-resolution", **ballot)["resolution"])


def test_an_exception_that_is_voted_down_afterwards_lets_nobody_in(school: Programme) -> None:
    admit = aged(school)
    apart(school, admit["person"], "再议")
    school.when("admit-candidate", **admit).then_refused("R4")
    own = excepted("T1.age", by=admit["resolution"])
    school.when("admit-candidate", exceptions=own, **admit).then_refused("R4")


def test_an_exception_made_again_after_that_lets_in(school: Programme) -> None:
    admit = aged(school)
    apart(school, admit["person"], "再议")
    apart(school, admit["person"], "三议", agree=9, disagree=0)
    school.when("admit-candidate", **admit).then_recorded("membership-started")


@pytest.mark.parametrize(
    "other", [{"rule": "T2.age", "tier": "four"}, {"rule": "T1.experience"}, {"agree": 9, "disagree": 0}]
)
def test_a_vote_on_another_exception_or_for_this_one_leaves_it(school: Programme, other: dict[str, Any]) -> None:
    admit = aged(school)
    apart(school, admit["person"], "再议", **other)
    school.when("admit-candidate", **admit).then_recorded("membership-started")


def test_what_is_granted_on_a_vote_that_was_taken_again_is_granted_anew(tmp_path: Path) -> None:
    school = Programme(tmp_path)
    school.found(edit=lambda text: text.replace("ends_on = 2024-03-14", "ends_on = 2024-03-20"))
    person = school.shortlisted("three", born="1978-03-16")
    grant = {"person": person, "batch": BATCH, "rule": "T1.age", "approver": "党委会", "reason": "突出"}
    first = school.resolved(person, "admission", "2024-03-17", tier="three")
    school.given("grant-exception", on="2024-03-17", resolution=first, **grant)
    second = school.resolved(person, "admission", "2024-03-18", tier="three")
    admit = {"on": "2024-03-18", "person": person, "batch": BATCH, "tier": "three", "resolution": second}
    school.when("admit-candidate", **admit).then_refused("R4")
    school.when("grant-exception", on="2024-03-18", resolution=second, **grant).then_recorded("exception-granted")
    school.when("grant-exception", on="2024-03-18", resolution=second, **grant).then_nothing()
    school.when("admit-candidate", **admit).then_recorded("membership-started")
    school.close()


def test_an_admission_may_bring_its_own_exception_for_one_whose_ground_is_gone(tmp_path: Path) -> None:
    school = Programme(tmp_path)
    school.found(edit=lambda text: text.replace("ends_on = 2024-03-14", "ends_on = 2024-03-20"))
    person = school.shortlisted("three", born="1978-03-16")
    grant = {"person": person, "batch": BATCH, "rule": "T1.age", "approver": "党委会", "reason": "突出"}
    first = school.resolved(person, "admission", "2024-03-17", tier="three")
    school.given("grant-exception", on="2024-03-17", resolution=first, **grant)
    second = school.resolved(person, "admission", "2024-03-18", tier="three")
    own = {"exceptions": excepted("T1.age", by=second), "resolution": second}
    admit = {"on": "2024-03-18", "person": person, "batch": BATCH, "tier": "three", **own}
    school.when("admit-candidate", **admit).then_recorded("membership-started", cautions=["T1.age"])
    school.close()
