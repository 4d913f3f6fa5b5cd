"""Soft numbers: ages, places, and what a caution and an exception need."""

from datetime import date

import pytest

from domain.language import Verdict, add_months, full_years
from domain.plan import Plan, read_plan, shipped_plan
from domain.rules import AgeRule, judge, judge_places

AT_MOST_45 = AgeRule(clause="T1", kind="at_most", years=45)
AROUND_35 = AgeRule(clause="T2", kind="around", years=35, free=3, caution=5)
ON = date(2024, 3, 14)


def plan() -> Plan:
    return read_plan(shipped_plan())[0]


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("1978-03-14", "2024-03-14", 46),  # a birthday counts on its day
        ("1978-03-15", "2024-03-14", 45),
        ("1988-02-29", "2024-02-28", 35),
        ("1988-02-29", "2024-02-29", 36),
        ("1988-02-29", "2023-02-28", 34),  # in a common year the 29th of February is the 1st of March
        ("1988-02-29", "2023-03-01", 35),
        ("2024-03-14", "2024-03-14", 0),
    ],
)
def test_age_in_full_years(born: str, on: str, age: int) -> None:
    assert full_years(date.fromisoformat(born), date.fromisoformat(on)) == age


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-12-14", 3, "2025-03-14"),
        ("2027-03-13", -3, "2026-12-13"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-01-14", -1, "2023-12-14"),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day: str, months: int, later: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("years", "verdict"), [(20, Verdict.OK), (44, Verdict.OK), (45, Verdict.OK), (46, Verdict.EXCEPTION)]
)
def test_at_most_45_includes_the_number(years: int, verdict: Verdict) -> None:
    found = AT_MOST_45.judge(ON.replace(year=ON.year - years), ON)
    assert (found.rule, found.verdict, found.value, found.limit, found.on) == ("T1.age", verdict, str(years), "45", ON)


@pytest.mark.parametrize(
    ("years", "verdict", "limit"),
    [
        (29, Verdict.EXCEPTION, "30"),
        (30, Verdict.CAUTION, "32"),
        (31, Verdict.CAUTION, "32"),
        (32, Verdict.OK, "32"),
        (35, Verdict.OK, "38"),
        (38, Verdict.OK, "38"),
        (39, Verdict.CAUTION, "38"),
        (40, Verdict.CAUTION, "38"),
        (41, Verdict.EXCEPTION, "40"),
    ],
)
def test_around_35_has_a_free_band_and_a_caution_band(years: int, verdict: Verdict, limit: str) -> None:
    found = AROUND_35.judge(ON.replace(year=ON.year - years), ON)
    assert found.verdict is verdict
    if verdict is not Verdict.OK:
        assert found.limit == limit


@pytest.mark.parametrize(
    ("after", "verdict", "limit"),
    [(3, Verdict.OK, "4"), (4, Verdict.OK, "4"), (5, Verdict.CAUTION, "4"), (6, Verdict.EXCEPTION, "5")],
)
def test_places_to_the_target_one_more_and_beyond(after: int, verdict: Verdict, limit: str) -> None:
    found = judge_places("T2", after=after, target=4, with_reason=1, on=ON)
    assert (found.rule, found.verdict, found.value, found.limit) == ("T2.places", verdict, str(after), limit)


def test_what_each_verdict_needs() -> None:
    caution = judge("W.nominate", ok=False, value="2024-03-07", limit="2024-03-05", on=ON)
    exception = judge("S1.condition", ok=False, value="not_met", limit="met", on=ON, otherwise=Verdict.EXCEPTION)
    assert judge("S1.condition", ok=True, value="met", limit="met", on=ON).missing() == ()
    assert caution.missing() == ("reason",)
    assert exception.missing() == ("reason", "approver", "resolution")
    assert caution.supported(reason="雨天").missing() == ()
    assert exception.supported(reason="突出", approver="党委会").missing() == ("resolution",)
    assert exception.clause == "S1"


def test_a_judgement_says_itself_in_both_languages() -> None:
    caution = AROUND_35.judge(date(1985, 1, 1), ON)
    assert caution.zh() == "年龄：39岁，超过38岁，须说明理由"
    assert caution.en() == "age: aged 39, above 38: this needs a reason"
    assert "an exception" in AT_MOST_45.judge(date(1970, 1, 1), ON).en()


def test_the_plan_of_2024_asks_what_the_clauses_say() -> None:
    ages = {code: (tier.age.kind, tier.age.years, tier.target) for code, tier in plan().tiers.items()}
    assert ages == {"three": ("at_most", 45, 3), "four": ("around", 35, 4), "five": ("around", 30, 5)}
