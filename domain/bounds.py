"""What a rule asks and how a value stands to it, in words: 要求35岁左右，32—38岁; 31岁，低于32岁.

A judgement keeps codes, days and numbers. Whoever shows one takes its words from here, and nowhere else. The plan
tells what its codes mean and how wide a soft band is; without it the words say less, never a code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from domain import glossary
from domain.glossary import GLOSSARY, Term

if TYPE_CHECKING:
    from domain.plan import Named, Plan, Tier

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PLACES = "一二三四五六七八九"
_OF_TIER = {"age", "experience", "places"}


class Judged(Protocol):
    """What a rule said of a value: a judgement, or a result that is stored as one."""

    @property
    def rule(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def limit(self) -> str: ...


class Wording(NamedTuple):
    """The words of one judgement. `crossing` says on which side of a bound the value lies: always where it crosses
    it, and where the words of the rule are not at hand.
    """

    rule: Term
    value: Term
    requirement: Term | None
    crossing: Term | None

    @property
    def stands(self) -> Term:
        """The value, the bound that it crosses, and what the rule asks: 31岁，低于32岁（要求35岁左右，32—38岁）."""
        zh = "，".join(term.zh for term in (self.value, self.crossing) if term)
        en = ", ".join(term.en for term in (self.value, self.crossing) if term)
        if self.requirement is None:
            return Term(zh, en)
        return Term(f"{zh}（{self.requirement.zh}）", f"{en} ({self.requirement.en})")

    @property
    def sentence(self) -> Term:
        """The same after the name of the rule."""
        return Term(f"{self.rule.zh}：{self.stands.zh}", f"{self.rule.en}: {self.stands.en}")


def wording(judged: Judged, plan: Plan | None = None) -> Wording:
    """The words of a judgement, by the plan that it was judged under."""
    clause, _, name = judged.rule.partition(".")
    tier = _tier(plan, clause)
    form = _FORMS.get(name, _PLAIN)
    requirement = form.requirement(plan, tier, judged.limit)
    kept = judged.verdict == "ok"
    side = None if kept and requirement else form.within if kept else form.crossing
    return Wording(
        rule=rule_name(judged.rule, plan),
        value=form.value(plan, judged.value),
        requirement=requirement,
        crossing=_crossing(judged, plan, form, side),
    )


def rule_name(rule: str, plan: Plan | None = None) -> Term:
    """What a rule is about: “三”梯队年龄, 基本条件（三）, 民主推荐的时间; else its clause."""
    clause, _, name = rule.partition(".")
    named = GLOSSARY.get(f"rule.{name}")
    if named is None or name == "condition":
        return clause_name(clause)
    tier = _tier(plan, clause) if name in _OF_TIER else None
    return Term(f"“{tier.label}”梯队{named.zh}", f"{named.en}, tier {tier.label_en}") if tier else named


def clause_name(clause: str) -> Term:
    """What a clause is about: 民主推荐 for R2. Basic conditions go by their number."""
    term = GLOSSARY.get(f"clause.{clause}")
    if term is None and re.fullmatch(r"S[1-9]", clause):
        condition = GLOSSARY["rule.condition"]
        return Term(f"{condition.zh}（{_PLACES[int(clause[1]) - 1]}）", f"{condition.en} {clause[1]}")
    return term or Term(clause, clause)


def day_name(day: date) -> Term:
    """2024年3月14日, 14 Mar 2024."""
    return Term(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


class AgeBand(Protocol):
    """A rule about the age, of a plan or of a view."""

    @property
    def kind(self) -> str: ...
    @property
    def years(self) -> int: ...
    @property
    def free(self) -> int: ...


def age_rule(rule: AgeBand) -> Term:
    """What a plan asks of the age, a soft band with its free bounds."""
    if rule.kind == "at_most":
        return Term(f"要求{rule.years}岁以下", f"{rule.years} or younger")
    low, high = rule.years - rule.free, rule.years + rule.free
    return Term(f"要求{rule.years}岁左右，{low}—{high}岁", f"around {rule.years}: {low}-{high}")


def _tier(plan: Plan | None, clause: str) -> Tier | None:
    tiers = plan.tiers.values() if plan else ()
    return next((tier for tier in tiers if clause in (tier.clause, tier.age.clause)), None)


_Value = Callable[["Plan | None", str], Term]
_Asked = Callable[["Plan | None", "Tier | None", str], "Term | None"]


class _Form(NamedTuple):
    """How a rule's value and limit are said; `crossing` and `within` are the words below and above the limit."""

    value: _Value
    requirement: _Asked
    crossing: tuple[Term, Term] | None = None
    within: tuple[Term, Term] | None = None
    bound: _Value | None = None


def _crossing(judged: Judged, plan: Plan | None, form: _Form, words: tuple[Term, Term] | None) -> Term | None:
    if words is None:
        return None
    side, bound = words[_above(judged)], (form.bound or form.value)(plan, judged.limit)
    return Term(f"{side.zh}{bound.zh}", f"{side.en} {bound.en}")


def _above(judged: Judged) -> bool:
    """Numbers by their size; days as they are spelled."""
    if judged.value.isdigit() and judged.limit.isdigit():
        return int(judged.value) > int(judged.limit)
    return judged.value > judged.limit


def _as_it_is(plan: Plan | None, text: str) -> Term:
    del plan
    if _DAY.fullmatch(text):
        return day_name(date.fromisoformat(text))
    return Term(text, "none" if text == "无" else text)


def _unit(zh: str, en: str) -> _Value:
    return lambda _, text: Term(zh.format(text), en.format(text))


def _word(group: str) -> _Value:
    return lambda _, text: glossary.word(group, text)


def _listed(codes: Callable[[Plan], Mapping[str, Named]]) -> _Value:
    """Codes of the plan by their names; whatever is none of them as it is."""

    def said(plan: Plan | None, text: str) -> Term:
        known = codes(plan) if plan else {}
        parts = [known.get(code) for code in text.split("、")]
        each = [
            Term(part.label, part.label_en) if part else _as_it_is(plan, code)
            for part, code in zip(parts, text.split("、"), strict=True)
        ]
        return Term("、".join(term.zh for term in each), ", ".join(term.en for term in each))

    return said


def _consequences(plan: Plan | None, text: str) -> Term:
    del plan
    each = [glossary.field("concern-verified", code) for code in text.split("+")]
    return Term("、".join(term.zh for term in each), " and ".join(term.en for term in each))


def _nothing(plan: Plan | None, tier: Tier | None, limit: str) -> Term | None:
    del plan, tier, limit
    return None


def _age(plan: Plan | None, tier: Tier | None, limit: str) -> Term | None:
    del plan, limit
    return age_rule(tier.age) if tier else None


def _places(plan: Plan | None, tier: Tier | None, limit: str) -> Term | None:
    del limit
    if plan is None or tier is None:
        return None
    most = tier.target + plan.places_with_reason
    return Term(f"要求{tier.target}名左右，至多{most}名", f"around {tier.target} places: at most {most}")


def _asking(zh: str, en: str, said: _Value) -> _Asked:
    def asked(plan: Plan | None, tier: Tier | None, limit: str) -> Term:
        del tier
        term = said(plan, limit)
        return Term(zh.format(term.zh), en.format(term.en))

    return asked


_SIZE = (Term("低于", "below"), Term("超过", "above"))
_TIME = (Term("早于", "before"), Term("晚于", "after"))
_IN_SIZE = (Term("不超过", "not above"), Term("不低于", "not below"))
_ON_TIME = (Term("不晚于", "not after"), Term("不早于", "not before"))
_NOT_LATER = (Term("不晚于", "not after"), Term("不晚于", "not after"))
_posts, _tiers = _listed(lambda plan: plan.posts), _listed(lambda plan: plan.tiers)
_PLAIN = _Form(_as_it_is, _asking("标准为{}", "the rule: {}", _as_it_is))
_IN_TIME = _Form(_as_it_is, _nothing, _TIME, _ON_TIME)

_FORMS: dict[str, _Form] = {
    "age": _Form(_unit("{}岁", "aged {}"), _age, _SIZE, _IN_SIZE, _unit("{}岁", "{}")),
    "experience": _Form(_posts, _asking("要求任过{}之一", "one of: {}", _posts)),
    "places": _Form(_unit("列入后{}名", "{} once admitted"), _places, _SIZE, _IN_SIZE, _unit("{}名", "{}")),
    "condition": _Form(_word("finding"), _asking("要求{}", "to be {}", _word("finding"))),
    "impact_and_loss": _Form(_consequences, _asking("要求{}都有", "both: {}", _consequences)),
    "tier": _Form(_word("measure"), _asking("本梯队的培养方式为{}", "the tier's own is {}", _word("measure"))),
    "pairing": _Form(_unit("第{}次", "no. {}"), _asking("每年{}次", "{} a year", _as_it_is)),
    "extensions": _Form(_unit("第{}次", "no. {}"), _asking("至多{}次", "at most {}", _as_it_is)),
    "proposal": _Form(_word("grade"), _asking("建议为{}", "proposed: {}", _word("grade"))),
    "assessment": _Form(
        _as_it_is, _asking("应先有{}", "{} comes first", lambda *_: glossary.word("rule", "assessment"))
    ),
    "nominated_tier": _Form(_tiers, _asking("列入的梯队为{}", "put forward for {}", _tiers)),
    "filled": _Form(_tiers, _nothing),
    "skipped": _Form(_tiers, _asking("上一级为{}", "the next one is {}", _tiers)),
    "cycle": _Form(_unit("{}个月", "{} months"), _asking("一般{}个月", "usually {} months", _as_it_is)),
    "waived": _Form(_as_it_is, _nothing, _NOT_LATER),
    **dict.fromkeys(
        ("announce", "nominate", "assess", "decide", "notice", "joined", "deferred", "extension"), _IN_TIME
    ),
}
