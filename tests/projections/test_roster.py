"""The roster on the exact days on which it changes, and as it was known before it was put right."""

from datetime import date, timedelta

import pytest

from domain.events.cycle_end import OutcomeDecided
from domain.events.membership import MembershipExtended, MembershipResumed, MembershipSuspended
from domain.events.selection import CandidateShortlisted, ExceptionGranted
from domain.language import EndCause, Outcome, Status, Verdict
from domain.rules import Judgement
from projections.names import Order
from projections.roster import RosterMember, roster
from tests.projections.records import BATCH, START, Records, person

DAY = timedelta(days=1)
PLANNED_END = date(2027, 3, 13)


def members(records: Records, day: date, known_at: str | None = None) -> list[RosterMember]:
    return [member for tier in roster(records.moment(day, known_at)).tiers for member in tier.members]


def names(records: Records, day: date, known_at: str | None = None) -> list[str]:
    return [member.name for member in members(records, day, known_at)]


@pytest.fixture
def trainee(records: Records) -> Records:
    records.register(1, "单晓珺")
    records.admit(1, "three")
    return records


def test_tiers_come_in_the_plan_s_order_with_their_targets(trainee: Records) -> None:
    seen = roster(trainee.moment(START))
    assert [(t.tier, t.label, t.label_en, t.target, t.active) for t in seen.tiers] == [
        ("three", "三", "Three", 3, 1),
        ("four", "四", "Four", 4, 0),
        ("five", "五", "Five", 5, 0),
    ]
    assert [tier.tier for tier in roster(trainee.moment(START), tier="four").tiers] == ["four"]


def test_a_member_is_on_from_the_first_day(trainee: Records) -> None:
    assert names(trainee, START - DAY) == []
    assert names(trainee, START) == ["单晓珺"]


def test_who_ended_on_a_day_is_off_that_day(trainee: Records) -> None:
    trainee.end(1, date(2025, 9, 1))
    assert names(trainee, date(2025, 8, 31)) == ["单晓珺"]
    assert names(trainee, date(2025, 9, 1)) == []


def test_the_planned_end_is_a_day_of_training_and_the_next_is_overdue(trainee: Records) -> None:
    [on_the_day] = members(trainee, PLANNED_END)
    [after] = members(trainee, PLANNED_END + DAY)
    assert (on_the_day.ends_on, on_the_day.overdue, after.overdue) == (PLANNED_END, False, True)


def test_an_outcome_is_shown_and_ends_what_was_overdue(trainee: Records) -> None:
    decided = OutcomeDecided(
        batch=BATCH,
        membership=Records.membership(1),
        outcome=Outcome.PROMOTED,
        resolution="r-0000000000000009",
        term_ends_on=PLANNED_END,
    )
    trainee.record(person(1), decided, date(2027, 3, 1))
    [on_the_day] = members(trainee, PLANNED_END)
    assert (on_the_day.outcome, on_the_day.outcome_label, on_the_day.overdue) == ("promoted", "提拔任用", False)
    trainee.end(1, PLANNED_END + DAY, EndCause.PROMOTED)
    assert names(trainee, PLANNED_END + DAY) == []


def test_an_extension_moves_the_end(trainee: Records) -> None:
    extended = MembershipExtended(
        membership=Records.membership(1), batch=BATCH, ends_on=date(2027, 9, 13), resolution="r-0000000000000009"
    )
    source = trainee.record(person(1), extended, date(2027, 3, 1))
    [member] = members(trainee, PLANNED_END + DAY)
    assert (member.ends_on, member.overdue, member.ends_on_source) == (date(2027, 9, 13), False, source)


def test_a_suspended_member_stays_marked(trainee: Records) -> None:
    of = {"membership": Records.membership(1), "batch": BATCH}
    source = trainee.record(person(1), MembershipSuspended(**of), date(2025, 1, 10))
    trainee.record(person(1), MembershipResumed(**of), date(2025, 2, 10))
    [suspended] = members(trainee, date(2025, 2, 9))
    assert (suspended.status, suspended.status_label, suspended.status_since) == (
        Status.SUSPENDED, "暂停培养", date(2025, 1, 10))  # fmt: skip
    assert suspended.status_source == source
    [active] = members(trainee, date(2025, 2, 10))
    assert active.status is Status.ACTIVE


def test_the_longest_standing_come_first_then_by_strokes_or_by_pinyin(records: Records) -> None:
    for number, name in ((1, "王伟"), (2, "单晓珺"), (3, "陈晨")):
        records.register(number, name)
    records.admit(1, "four", on=START)
    records.admit(2, "four", on=START)
    records.admit(3, "four", on=date(2025, 1, 1))
    assert names(records, date(2025, 1, 1)) == ["王伟", "单晓珺", "陈晨"]
    [tier] = roster(records.moment(date(2025, 1, 1)), tier="four", order=Order.PINYIN).tiers
    assert [member.name for member in tier.members] == ["单晓珺", "王伟", "陈晨"]


def test_cautions_and_exceptions_stand_beside_the_name(records: Records) -> None:
    records.register(1, "单晓珺")
    asked = Judgement(rule="T1.age", verdict=Verdict.EXCEPTION, value="46", limit="45", on=START, reason="表现特别突出")
    records.record(
        person(1), CandidateShortlisted(batch=BATCH, round="initial", tier="three"), START, judgements=(asked,)
    )
    granted = ExceptionGranted(batch=BATCH, rule="T1.age", approver="党委会", resolution="r-0000000000000009")
    records.record(person(1), granted, START, reason="表现特别突出")
    records.admit(1, "three")
    [member] = members(records, START)
    [exception] = member.exceptions
    assert (exception.rule, exception.value, exception.limit, exception.reason, exception.approver) == (
        "T1.age", "46", "45", "表现特别突出", "党委会")  # fmt: skip


def test_the_past_shows_what_was_known_then(trainee: Records) -> None:
    before = f"@{trainee.log.head()}"
    trainee.correct(2, date(2024, 5, 1), name="单晓君")
    withdrawn = trainee.withdraw(trainee.log.head() - 1, date(2024, 6, 1))
    assert names(trainee, START, before) == ["单晓珺"]
    assert names(trainee, START, f"@{withdrawn - 1}") == ["单晓君"]
    assert names(trainee, START) == []


def test_a_corrected_day_moves_the_start(trainee: Records) -> None:
    started = trainee.log.head()
    trainee.correct(started, date(2024, 5, 1), occurred_on=date(2024, 4, 1))
    assert names(trainee, date(2024, 3, 31)) == []
    assert names(trainee, date(2024, 3, 31), f"@{started}") == ["单晓珺"]
    [member] = members(trainee, date(2024, 4, 1))
    assert (member.since, member.source) == (date(2024, 4, 1), started + 1)


def test_nothing_shows_before_it_was_recorded(records: Records) -> None:
    records.register(1, "单晓珺")
    records.admit(1, "three")
    recorded = records.end(1, date(2025, 1, 1))
    assert names(records, date(2026, 1, 1), f"@{recorded - 1}") == ["单晓珺"]
    assert names(records, date(2026, 1, 1), "2024-12-31") == ["单晓珺"]
    assert names(records, date(2026, 1, 1), "2025-01-01") == []
