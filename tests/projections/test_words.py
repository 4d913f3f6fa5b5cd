"""Views say in words what the log holds as codes and ids."""

from datetime import date

import pytest

from domain.events.membership import MembershipSuspended
from domain.plan import Plan
from projections.dossier import dossier
from projections.parts.judged import judged_text
from tests.projections.records import BATCH, START, Records, person

P = person(1)


@pytest.mark.parametrize(
    ("rule", "value", "text"),
    [
        ("T1.age", "46", "46"),
        ("T1.experience", "grade_leader、homeroom_teacher", "年级组长、班主任"),
        ("T1.experience", "无", "无"),
        ("S3.condition", "not_met", "不符合"),
        ("E1.proposal", "qualified", "合格"),
        ("M2.tier", "placement", "岗位锻炼"),
        ("E2.skipped", "three", "三"),
        ("D2.impact_and_loss", "impact+loss", "造成影响、造成损失"),
        ("W.nominate", "2024-03-07", "2024年3月7日"),
        ("T1.later", "some_code", "some_code"),
        ("T1.age", None, None),
    ],
)
def test_what_a_rule_judged_reads_in_words(records: Records, rule: str, value: str | None, text: str | None) -> None:
    assert judged_text(plan(records), rule, value) == text


def plan(records: Records) -> Plan:
    found = records.moment().plan(BATCH)
    assert found
    return found


def test_without_a_plan_its_codes_stay() -> None:
    assert judged_text(None, "T1.experience", "grade_leader") == "grade_leader"


def test_a_resolution_is_named_by_its_meeting(records: Records) -> None:
    records.register(1, "单晓珺")
    started = records.admit(1, "four")
    shown = dossier(records.moment(date(2024, 4, 1)), P)
    membership = shown.parts.training_register.membership
    assert membership
    assert membership.resolved
    assert (membership.resolved.meeting, membership.resolved.on) == ("党委会", START)
    assert (membership.resolved.resolution, membership.resolved.source) == (membership.resolution, started - 1)
    votes = shown.parts.assessments.selection.votes
    assert votes
    assert votes.resolved == membership.resolved


def test_a_suspension_ends_with_the_membership(records: Records) -> None:
    records.register(1, "单晓珺")
    records.admit(1, "four")
    suspended = MembershipSuspended(membership=records.membership(1), batch=BATCH)
    records.record(P, suspended, date(2024, 5, 6), reason="核查期间")
    ended = records.end(1, date(2024, 6, 1))
    membership = dossier(records.moment(date(2024, 7, 1)), P).parts.training_register.membership
    assert membership
    [one] = membership.suspensions
    assert (one.text, one.start, one.end, one.sources["end"]) == ("核查期间", date(2024, 5, 6), date(2024, 6, 1), ended)
