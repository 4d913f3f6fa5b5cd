"""Ages against the limits of the tiers: on the day shown, and on the day that counts."""

from datetime import date

from domain.events.selection import EligibilityAssessed
from domain.language import Verdict
from domain.rules import Judgement
from projections.ages import AgedPerson, ages
from tests.projections.records import BATCH, START, Records, person


def shown(records: Records, day: date, round: str | None = None) -> dict[str, AgedPerson]:
    return {one.name: one for tier in ages(records.moment(day), round=round).tiers for one in tier.people}


def test_a_member_is_judged_on_the_day_of_joining_and_grows_older(records: Records) -> None:
    records.register(1, "周岁", born=date(1978, 3, 15))
    records.admit(1, "three")
    one = shown(records, date(2026, 3, 15))["周岁"]
    assert (one.judged_on, one.judged_age, one.verdict) == (START, 45, Verdict.OK)
    assert one.age == 48


def test_a_day_older_is_an_exception(records: Records) -> None:
    records.register(1, "过线", born=date(1978, 3, 14))
    records.admit(1, "three")
    one = shown(records, START)["过线"]
    assert (one.age, one.verdict) == (46, Verdict.EXCEPTION)


def test_the_oldest_stands_first_and_the_rule_of_the_tier_above(records: Records) -> None:
    for number, born in ((1, 1990), (2, 1984), (3, 1987)):
        records.register(number, f"{born}", born=date(born, 1, 1))
        records.admit(number, "four")
    tier = next(tier for tier in ages(records.moment(START)).tiers if tier.tier == "four")
    assert [one.name for one in tier.people] == ["1984", "1987", "1990"]
    assert (tier.kind, tier.years, tier.free, tier.caution) == ("around", 35, 3, 5)
    assert [one.verdict for one in tier.people] == [Verdict.CAUTION, Verdict.OK, Verdict.OK]


def test_of_a_round_its_candidates_are_judged_on_the_day_shown(records: Records) -> None:
    records.register(1, "候选", born=date(1978, 3, 10))
    records.nominate(1)
    before, after = (shown(records, date(2024, 3, day), round="initial")["候选"] for day in (9, 10))
    assert (before.age, before.verdict) == (45, Verdict.OK)
    assert (after.age, after.verdict, after.judged_on) == (46, Verdict.EXCEPTION, date(2024, 3, 10))
    assert shown(records, date(2024, 3, 10)) == {}


def test_a_candidate_stays_as_judged(records: Records) -> None:
    records.register(1, "候选", born=date(1978, 3, 10))
    records.nominate(1)
    day, born = date(2024, 3, 9), date(1978, 3, 10)
    rule = Judgement(rule="T1.age", verdict=Verdict.CAUTION, value="45", limit="44", on=day)
    assessed = EligibilityAssessed(
        batch=BATCH, round="initial", tier="three", birth_date=born, experience=(), results=(rule,)
    )
    records.record(person(1), assessed, day)
    one = shown(records, date(2025, 1, 1), round="initial")["候选"]
    assert (one.age, one.judged_on, one.judged_age, one.verdict) == (46, day, 45, Verdict.CAUTION)


def test_a_corrected_date_of_birth_counts(records: Records) -> None:
    registered = records.register(1, "更正", born=date(1990, 1, 1))
    records.admit(1, "four")
    corrected = records.correct(registered, date(2024, 5, 1), birth_date="1983-01-01")
    one = shown(records, date(2024, 6, 1))["更正"]
    assert (one.person_id, one.judged_age, one.verdict, one.source) == (person(1), 41, Verdict.EXCEPTION, corrected)
