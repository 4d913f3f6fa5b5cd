"""Age and the other rules of entering a tier: forecast before the shortlist, judged on the day of the vote (T1-T3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support import stages
from tests.support.scenario import BATCH
from tests.support.stages import Programme, Turn, excepted, requested


@pytest.fixture
def school(tmp_path: Path) -> Programme:
    """The committee may vote from 14 to 20 March."""
    school = stages.published(tmp_path)
    moved = {"batch": BATCH, "step": "decide", "starts_on": "2024-03-14", "ends_on": "2024-03-20", "reason": "分两次"}
    school.given("reschedule-step", on="2024-03-02", **moved)
    return school


def assess(school: Programme, born: str, tier: str = "three", **more: Any) -> list[tuple[str, str, str]]:
    person = school.nominee(tier, born=born, **more)
    school.when("assess-eligibility", on="2024-03-12", person=person, batch=BATCH, tier=tier)
    return [(j.rule, j.verdict.value, j.value) for j in school.done().cautions]


# The forecast


def test_a_man_of_55_is_told_at_once(school: Programme) -> None:
    assert assess(school, "1968-05-01") == [("T1.age", "exception", "55")]


def test_what_is_told_is_neither_needed_nor_recorded_yet(school: Programme) -> None:
    assert assess(school, "1968-05-01", posts=())[1][:2] == ("T1.experience", "exception")
    position = school.log.head()
    assert school.known.recorded(position).body.judgements == ()  # type: ignore[union-attr]


def test_nothing_is_told_where_nothing_will_be_needed(school: Programme) -> None:
    assert assess(school, "1984-05-01") == []


def test_a_soft_band_is_told_bound_by_bound(school: Programme) -> None:
    assert assess(school, "1985-01-01", "four") == [("T2.age", "caution", "39")]
    assert assess(school, "1982-01-01", "four") == [("T2.age", "exception", "42")]


def test_where_the_days_differ_both_verdicts_are_told(school: Programme) -> None:
    """46 on 18 March: in time on the first four days of the window, too old on the last three."""
    person = school.nominee(born="1978-03-18")
    school.given("assess-eligibility", on="2024-03-12", person=person, batch=BATCH, tier="three")
    results = school.last("eligibility-assessed", person)["results"]
    told = [(r["verdict"], r["value"], r["on"]) for r in results if r["rule"] == "T1.age"]
    assert told == [("ok", "45", "2024-03-14"), ("exception", "46", "2024-03-18")]


def test_an_exception_is_asked_for_only_where_no_day_would_do(school: Programme) -> None:
    about = {"on": "2024-03-12", "batch": BATCH, "tier": "three"}
    some_day, no_day = school.assessed(born="1978-03-18"), school.assessed(born="1978-03-14")
    school.when("shortlist-candidate", person=some_day, **about).then_recorded("candidate-shortlisted")
    school.when("shortlist-candidate", person=no_day, **about).then_needs("T1.age", "exception", value="46")


def test_a_birth_date_corrected_meanwhile_is_looked_up_at_the_shortlist(school: Programme) -> None:
    person = school.assessed(born="1984-05-01")
    corrected = {"position": school.known.maker("person", person).position, "changes": {"birth_date": "1974-05-01"}}  # type: ignore[union-attr]
    school.given("correct-event", on="2024-03-12", reason="身份证为准", **corrected)
    told = {"on": "2024-03-12", "person": person, "batch": BATCH, "tier": "three"}
    school.when("shortlist-candidate", **told).then_needs("T1.age", "exception", value="49")


# The day of the vote


def passed(school: Programme, born: str, on: str, tier: str = "three", **shortlisted: Any) -> dict[str, str]:
    return school.admissible(tier, Turn(decide=on), born=born, **shortlisted)


def test_the_vote_keeps_what_the_rules_say_on_its_day(school: Programme) -> None:
    early, late = (passed(school, "1978-03-18", day) for day in ("2024-03-15", "2024-03-18"))
    ages = [school.last("resolution-reached", one["person"])["results"][0] for one in (early, late)]
    assert [(age["verdict"], age["value"], age["on"]) for age in ages] == [
        ("ok", "45", "2024-03-15"),
        ("exception", "46", "2024-03-18"),
    ]


def test_who_is_in_time_on_the_day_needs_no_exception(school: Programme) -> None:
    admit = passed(school, "1978-03-18", "2024-03-17")
    school.when("admit-candidate", on="2024-03-18", **admit).then_recorded("membership-started")


def test_who_is_too_old_on_the_day_is_asked_for_an_exception_with_the_admission(school: Programme) -> None:
    admit = passed(school, "1978-03-18", "2024-03-18")
    school.when("admit-candidate", on="2024-03-18", **admit).then_needs("T1.age", "exception", value="46", limit="45")
    exceptions = excepted("T1.age", by=admit["resolution"])
    school.when("admit-candidate", on="2024-03-18", exceptions=exceptions, **admit).then_recorded(
        "membership-started", cautions=["T1.age"]
    )
    assert school.last("membership-started", admit["person"])["results"][0]["value"] == "46"


def test_somebody_of_24_does_not_pass_as_25(school: Programme) -> None:
    admit = passed(school, "1999-03-18", "2024-03-15", "five", asked=())
    school.when("admit-candidate", on="2024-03-20", **admit).then_needs("T3.age", "exception", value="24", limit="25")


def test_a_caution_explained_at_the_shortlist_is_not_asked_again(school: Programme) -> None:
    admit = passed(school, "1985-01-01", "2024-03-15", "four")
    school.when("admit-candidate", on="2024-03-15", **admit).then_recorded("membership-started")


def test_a_deferred_vote_is_judged_on_its_later_day(school: Programme) -> None:
    person = school.shortlisted(born="1978-03-18")
    about = {"tier": "three", "round": "initial"}
    school.resolved(person, "admission", "2024-03-15", deferred=True, **about)
    admit = {"person": person, "batch": BATCH, **about}
    admit["resolution"] = school.resolved(person, "admission", "2024-04-15", **about)
    school.when("admit-candidate", on="2024-04-15", **admit).then_needs("T1.age", "exception", value="46")


def test_an_exception_asked_for_at_the_shortlist_is_granted_where_the_day_calls_for_it(school: Programme) -> None:
    admit = passed(school, "1978-03-10", "2024-03-15", asked=requested("T1.age"))
    school.when("admit-candidate", on="2024-03-15", **admit).then_recorded("membership-started")


# Facts that changed between the vote and the admission


def test_a_birth_date_corrected_after_the_vote_is_judged_anew(school: Programme) -> None:
    admit = passed(school, "1984-05-01", "2024-03-15")
    registered = school.known.maker("person", admit["person"])
    changes = {"position": registered.position, "changes": {"birth_date": "1974-05-01"}}  # type: ignore[union-attr]
    school.given("correct-event", on="2024-03-18", reason="身份证为准", **changes)
    school.when("admit-candidate", on="2024-03-18", **admit).then_needs("T1.age", "exception", value="49")


def test_a_plan_amended_after_the_vote_is_the_one_that_counts(school: Programme) -> None:
    admit = passed(school, "1984-05-01", "2024-03-15")
    by = school.resolved(None, "plan", "2024-03-18", text="年龄上限降低")
    amend = {"batch": BATCH, "resolution": by, "changes": {"tiers.three.age.years": 38}, "reason": "年轻化"}
    school.given("amend-plan", on="2024-03-18", **amend)
    school.when("admit-candidate", on="2024-03-18", **admit).then_needs("T1.age", "exception", value="39", limit="38")


def test_time_alone_changes_no_verdict(school: Programme) -> None:
    admit = passed(school, "1978-03-25", "2024-03-15")
    school.when("admit-candidate", on="2024-04-01", **admit).then_recorded("membership-started")
