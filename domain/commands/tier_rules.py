"""The rules of entering a tier, T1-T3 and S1-S6: forecast for the shortlist, judged on the day of the vote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from domain import school
from domain.commands.rounds import window
from domain.desk import Desk
from domain.errors import Refusal
from domain.events.selection import CandidateShortlisted, ConductAssessed, EligibilityAssessed
from domain.language import Finding, Step, Verdict, add_months
from domain.plan import Tier
from domain.rules import Judgement, favourable, judge


def forecast(desk: Desk, person: str, batch: str, round: str, tier_code: str) -> tuple[Judgement, ...]:
    """Age over all days of the committee's window that are still to come, and experience.

    Age is told once where every day says the same; else on the first day of each verdict.
    """
    tier = desk.plan(batch).tier(tier_code)
    first, last = (max(day, desk.day) for day in window(desk, batch, Step.DECIDE, round))
    born = school.birth_date(desk.latest, person)
    birthdays = (add_months(born, 12 * (year - born.year)) for year in range(first.year, last.year + 1))
    grown = [day + timedelta(days=(day.month, day.day) < (born.month, born.day)) for day in birthdays]
    days = [first, *(day for day in grown if first < day <= last)]
    told = {judgement.verdict: judgement for judgement in (tier.age.judge(born, day) for day in reversed(days))}
    ages = list(told.values())[::-1] if len(told) > 1 else [tier.age.judge(born, last)]
    return (*ages, *_experience(desk, person, tier))


def on_the_day(desk: Desk, person: str, batch: str, tier_code: str, day: date) -> tuple[Judgement, ...]:
    """Age on the committee's day and experience, on the facts and by the plan of the decision's day."""
    tier = desk.plan(batch).tier(tier_code)
    return (tier.age.judge(school.birth_date(desk.latest, person), day), *_experience(desk, person, tier))


def posts_held(desk: Desk, person: str) -> tuple[str, ...]:
    """The posts that somebody holds or has held by the day."""
    return tuple(sorted({post.post for post in school.posts(desk.facts, person)}))


def _experience(desk: Desk, person: str, tier: Tier) -> Iterator[Judgement]:
    if not tier.experience_any_of:
        return
    held = posts_held(desk, person)
    yield judge(
        f"{tier.clause}.experience",
        ok=bool(set(held) & set(tier.experience_any_of)),
        value="、".join(held) or "无",
        limit="、".join(tier.experience_any_of),
        on=desk.day,
        otherwise=Verdict.EXCEPTION,
    )


def conditions(desk: Desk, person: str, batch: str, round: str) -> Iterator[Judgement]:
    """The basic conditions as they were assessed (S1-S6)."""
    conduct = desk.facts.one(person, ConductAssessed, f"{batch}/{round}")
    if conduct is None:
        raise Refusal("S1", "基本条件还没有审核。", "The basic conditions were not assessed.")
    for condition in conduct.value.conditions:
        otherwise = Verdict.EXCEPTION if condition.finding is Finding.NOT_MET else Verdict.CAUTION
        yield judge(
            f"{condition.code}.condition",
            ok=condition.finding is Finding.MET,
            value=condition.finding,
            limit=Finding.MET,
            on=desk.day,
            otherwise=otherwise,
        )


def shortlist_rules(desk: Desk, person: str, batch: str, round: str, tier: str) -> Iterator[Judgement]:
    """What must be met, or asked for, to be put forward: by the forecast as the facts are now."""
    assessed = desk.facts.one(person, EligibilityAssessed, f"{batch}/{round}/{tier}")
    if assessed is None:
        raise Refusal("T1", "还没有按这一梯队做资格审查。", "Eligibility for this tier was not assessed.")
    for judgement in favourable(forecast(desk, person, batch, round, tier)):
        yield _as_told(judgement, assessed.value.results)
    yield from conditions(desk, person, batch, round)


def _as_told(judgement: Judgement, told: Sequence[Judgement]) -> Judgement:
    """The judgement as the assessment told it, where it says the same."""
    same = (j for j in told if (j.rule, j.verdict, j.value, j.limit) == _saying(judgement))
    return next(same, judgement)


def _saying(judgement: Judgement) -> tuple[str, Verdict, str, str]:
    return judgement.rule, judgement.verdict, judgement.value, judgement.limit


def asked_for(desk: Desk, person: str, batch: str, round: str) -> dict[str, Judgement]:
    """What the shortlist asked for, by rule, with its reasons."""
    listed = desk.facts.one(person, CandidateShortlisted, f"{batch}/{round}")
    recorded = desk.known.recorded(listed.origin) if listed else None
    return {judgement.rule: judgement for judgement in recorded.body.judgements} if recorded else {}
