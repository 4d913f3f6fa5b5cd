"""The list of rules: what each judges, by which clause, and what crossing it can mean.

Every judgement refers to a rule of this list by its code, the clause and the name: T1.age, W.nominate, E2.extension.
Which rules a batch has follows from its plan: ages and places of its tiers, its conditions, its steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain import glossary
from domain.errors import Refusal, Unknown
from domain.glossary import Term
from domain.language import Verdict
from domain.plan import Plan, Tier

CAUTION = (Verdict.CAUTION,)
EXCEPTION = (Verdict.EXCEPTION,)
BOTH = (Verdict.CAUTION, Verdict.EXCEPTION)


class Rule(NamedTuple):
    """A rule that a value can cross. `crossing` are the verdicts that this can come to."""

    clause: str
    name: str
    crossing: tuple[Verdict, ...]

    @property
    def code(self) -> str:
        """What a judgement calls it."""
        return f"{self.clause}.{self.name}"

    @property
    def words(self) -> Term:
        """What it judges, in both languages."""
        return glossary.word("rule", self.name)


# Rules that every plan has; their numbers are the plan's.
ALWAYS = (
    Rule("O3", "cycle", EXCEPTION),
    Rule("O3", "length", EXCEPTION),
    Rule("W", "result", CAUTION),
    Rule("R2", "nominated_tier", CAUTION),
    Rule("D3", "filled", CAUTION),
    Rule("R4", "notice", CAUTION),
    Rule("R4", "vote_age", CAUTION),
    Rule("M2", "tier", CAUTION),
    Rule("M3", "tier", CAUTION),
    Rule("M3", "pairing", CAUTION),
    Rule("M4", "tier", CAUTION),
    Rule("D2", "impact_and_loss", CAUTION),
    Rule("E1", "early", CAUTION),
    Rule("E1", "joined", CAUTION),
    Rule("E1", "proposal", CAUTION),
    Rule("E1", "waived", EXCEPTION),
    Rule("E1", "deferred", CAUTION),
    Rule("E2", "assessment", CAUTION),
    Rule("E2", "early", CAUTION),
    Rule("E2", "skipped", EXCEPTION),
    Rule("E2", "extension", EXCEPTION),
    Rule("E2", "extensions", EXCEPTION),
)


def rules_of(plan: Plan) -> dict[str, Rule]:
    """Every rule of a plan by its code."""
    rules = [*ALWAYS, *(rule for tier in plan.tiers.values() for rule in of_tier(tier))]
    rules += [Rule(code, "condition", BOTH) for code in plan.conditions]
    rules += [Rule("W", step.value, CAUTION) for step in plan.windows]
    return {rule.code: rule for rule in rules}


def of_tier(tier: Tier) -> Iterator[Rule]:
    """The rules of entering a tier."""
    yield Rule(tier.age.clause, "age", BOTH if tier.age.kind == "around" else EXCEPTION)
    yield Rule(tier.clause, "places", BOTH)
    if tier.experience_any_of:
        yield Rule(tier.clause, "experience", EXCEPTION)


def known_rule(plan: Plan, code: str) -> Rule:
    """A rule of the plan, or an error that lists those that an exception can be made from."""
    rules = rules_of(plan)
    if code not in rules:
        there = [rule.code for rule in rules.values() if Verdict.EXCEPTION in rule.crossing]
        raise Unknown(
            f"方案没有规则“{code}”，不能作例外。可作例外的有：{'、'.join(there)}。",
            f"The plan has no rule {code}: no exception from it. Exceptions can be made from: {', '.join(there)}.",
        )
    return rules[code]


def exceptional(plan: Plan, code: str, tier: str | None = None) -> Rule:
    """A rule of the plan, and of a tier where one is named, that an exception can be made from; or an error that says
    why not.
    """
    rule = known_rule(plan, code)
    if Verdict.EXCEPTION not in rule.crossing:
        raise Refusal(
            rule.clause,
            f"“{code}”只须说明理由，不属例外。",
            f"{code} asks for a reason only; it takes no exception.",
        )
    having = {key: one for key, one in plan.tiers.items() if code in {its.code for its in of_tier(one)}}
    if tier and having and tier not in having:
        zh, en = "、".join(one.label for one in having.values()), ", ".join(one.label_en for one in having.values())
        raise Refusal(
            rule.clause,
            f"“{code}”是“{zh}”梯队的规则，“{plan.tier(tier).label}”梯队没有，不能作例外。",
            f"{code} is a rule of tier {en}; tier {plan.tier(tier).label_en} has none: no exception from it.",
            value=tier,
            limit=next(iter(having)),
        )
    return rule
