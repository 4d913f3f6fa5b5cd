"""Which batches there are, how far each has come, and the plan in force of one, at any moment (R1, O3)."""

from datetime import date

import pytest

from domain.errors import Unknown
from domain.events.batch import BatchClosed, PlanAmended
from domain.language import BatchPhase
from projections.batches import batches, one_batch, plan_in_force
from tests.projections.records import BATCH, START, Records

AMENDED = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        (date(2024, 3, 1), BatchPhase.SELECTING),
        (date(2024, 3, 13), BatchPhase.SELECTING),
        (START, BatchPhase.TRAINING),
        (date(2027, 3, 13), BatchPhase.TRAINING),
        (date(2027, 3, 14), BatchPhase.CONCLUDING),
    ],
)
def test_a_batch_says_how_far_it_has_come(records: Records, day: date, phase: BatchPhase) -> None:
    assert one_batch(records.moment(day), BATCH).phase is phase


def test_an_extension_keeps_it_in_training_and_closing_ends_it(records: Records) -> None:
    records.register(1, "单晓珺")
    records.admit(1, "three", ends_on=date(2028, 3, 13))
    found = one_batch(records.moment(date(2027, 6, 1)), BATCH)
    assert (found.phase, found.last_day, found.active, found.target) == (BatchPhase.TRAINING, date(2028, 3, 13), 1, 12)
    records.record(BATCH, BatchClosed(batch=BATCH), date(2028, 3, 14))
    assert one_batch(records.moment(date(2028, 3, 14)), BATCH).phase is BatchPhase.CLOSED


def test_batches_stand_in_the_order_of_their_cycles(records: Records) -> None:
    records.publish("2021-first", "2021-03-14")
    assert [line.batch for line in batches(records.moment()).batches] == ["2021-first", BATCH]
    assert batches(records.moment(date(2024, 2, 1))).batches == ()


def test_the_plan_in_force_follows_its_amendments_and_names_them(records: Records) -> None:
    before = plan_in_force(records.moment(AMENDED), BATCH)
    changed = PlanAmended(batch=BATCH, changes={"tiers.three.target": 4}, resolution="r-0000000000000009")
    place = records.record(BATCH, changed, AMENDED, reason="编制增加")
    after = plan_in_force(records.moment(AMENDED), BATCH)
    assert (before.plan.tiers["three"].target, after.plan.tiers["three"].target) == (3, 4)
    assert [(a.on, a.changes, a.reason, a.source) for a in after.amendments] == [
        (AMENDED, {"tiers.three.target": 4}, "编制增加", place)
    ]
    assert before.digest == before.file_sha256 == after.file_sha256 != after.digest
    assert plan_in_force(records.moment(date(2024, 5, 31)), BATCH).digest == before.digest


def test_there_is_no_plan_before_its_publication(records: Records) -> None:
    with pytest.raises(Unknown):
        plan_in_force(records.moment(date(2024, 2, 1)), BATCH)
    with pytest.raises(Unknown):
        one_batch(records.moment(), "1999-none")
