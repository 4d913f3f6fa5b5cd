"""A rule and what it said of a value are told in words, never as a code or as one number called a limit."""

import re
from datetime import date
from pathlib import Path

import pytest

from domain.bounds import clause_name, rule_name, wording
from domain.glossary import GLOSSARY
from domain.language import Verdict
from domain.plan import Plan, read_plan, shipped_plan
from domain.rules import Judgement

ON = date(2024, 3, 14)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(shipped_plan())[0]


def judged(rule: str, value: str, limit: str, verdict: Verdict = Verdict.CAUTION) -> Judgement:
    return Judgement(rule=rule, verdict=verdict, value=value, limit=limit, on=ON)


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(1990, 3, 14), "34岁（要求35岁左右，32—38岁）"),
        (date(1993, 3, 14), "31岁，低于32岁（要求35岁左右，32—38岁）"),
        (date(1985, 3, 14), "39岁，超过38岁（要求35岁左右，32—38岁）"),
        (date(1995, 3, 14), "29岁，低于30岁（要求35岁左右，32—38岁）"),
        (date(1983, 3, 14), "41岁，超过40岁（要求35岁左右，32—38岁）"),
    ],
)
def test_a_soft_band_is_told_with_both_ends_and_the_side_that_was_crossed(born: date, words: str, plan: Plan) -> None:
    assert wording(plan.tiers["four"].age.judge(born, ON), plan).stands.zh == words


def test_a_hard_bound_is_crossed_upwards_alone(plan: Plan) -> None:
    rule = plan.tiers["three"].age
    assert wording(rule.judge(date(1990, 1, 1), ON), plan).stands.zh == "34岁（要求45岁以下）"
    assert wording(rule.judge(date(1977, 1, 1), ON), plan).sentence.zh == "“三”梯队年龄：47岁，超过45岁（要求45岁以下）"
    assert wording(rule.judge(date(1977, 1, 1), ON), plan).sentence.en == (
        "age, tier Three: aged 47, above 45 (45 or younger)"
    )


@pytest.mark.parametrize(
    ("rule", "value", "limit", "words"),
    [
        ("T1.experience", "无", "officer、grade_leader", "“三”梯队工作经历：无（要求任过干事、年级组长之一）"),
        ("T2.places", "6", "5", "“四”梯队名额：列入后6名，超过5名（要求4名左右，至多5名）"),
        ("S3.condition", "not_met", "met", "基本条件（三）：不符合（要求符合）"),
        ("W.nominate", "2024-03-07", "2024-03-05", "民主推荐的时间：2024年3月7日，晚于2024年3月5日"),
        ("W.decide", "2024-03-13", "2024-03-14", "党委会讨论的时间：2024年3月13日，早于2024年3月14日"),
        ("M4.tier", "mentoring", "self_development", "培养方式与梯队：结对培养（本梯队的培养方式为自我提升）"),
        ("M3.pairing", "2", "1", "每年一次结对：第2次（每年1次）"),
        ("D2.impact_and_loss", "impact", "impact+loss", "影响和损失：造成影响（要求造成影响、造成损失都有）"),
        ("E1.proposal", "qualified", "excellent", "与建议一致：合格（建议为优秀）"),
        ("E2.skipped", "three", "four", "逐级进入梯队：三（上一级为四）"),
        ("E2.extensions", "2", "1", "延长次数：第2次（至多1次）"),
        ("O3.cycle", "48", "36", "培养周期长度：48个月（一般36个月）"),
    ],
)
def test_each_rule_has_its_sentence(rule: str, value: str, limit: str, words: str, plan: Plan) -> None:
    assert wording(judged(rule, value, limit), plan).sentence.zh == words


def test_without_a_plan_the_side_is_still_told() -> None:
    assert wording(judged("T2.age", "31", "32")).sentence.zh == "年龄：31岁，低于32岁"
    assert wording(judged("T2.age", "34", "32", Verdict.OK)).stands.zh == "34岁，不低于32岁"
    assert wording(judged("T1.age", "45", "45", Verdict.OK)).stands.zh == "45岁，不超过45岁"


def test_what_no_rule_is_known_by_stands_as_it_is(plan: Plan) -> None:
    assert wording(judged("T1.later", "some_code", "other"), plan).stands.zh == "some_code（标准为other）"


def test_every_rule_that_the_source_judges_by_has_a_name() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "domain").rglob("*.py"))
    for rule in set(re.findall(r'"([A-Z]\d?\.[a-z_]+)"', source)):
        assert f"rule.{rule.partition('.')[2]}" in GLOSSARY, rule
        assert rule not in rule_name(rule).zh


def test_every_clause_has_a_name() -> None:
    clauses = {term.clause for term in GLOSSARY.values() if term.clause}
    assert {clause for clause in clauses if clause_name(clause).zh == clause} == set()
    assert clause_name("S3") == ("基本条件（三）", "basic condition 3", "")
