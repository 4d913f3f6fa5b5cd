"""The two times: how they are written, what they come to, and what a moment answers for."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.errors import Malformed, Unknown
from domain.events.batch import PlanAmended, PlanPublished
from domain.language import END_OF_TIME
from projections.moment import Views
from projections.roster import roster
from tests.projections.records import BATCH, NOW, START, Records, person


def test_by_default_today_as_known_now(records: Records) -> None:
    moment = records.moment()
    assert (moment.as_of, moment.known_at, moment.position) == (date(2027, 6, 1), None, 1)


def test_today_is_the_day_in_shanghai(records: Records) -> None:
    late = Views(records.log.path.with_name("late.sqlite"), records.log, lambda: datetime(2024, 3, 1, 16, tzinfo=UTC))
    assert late.at().as_of == date(2024, 3, 2)
    late.close()


# The plan is recorded on 1 March at noon in Shanghai (@1), two people on 5 and 6 March at noon (@2, @3).
@pytest.mark.parametrize(
    ("known_at", "position"),
    [
        ("2024-02-29", 0),
        ("1900-01-01", 0),
        ("2024-03-01", 1),
        ("2024-03-05", 2),
        ("2024-03-05T11:59:59+08:00", 1),
        ("2024-03-05T12:00:00+08:00", 2),
        ("2024-03-05T04:00:00Z", 2),
        ("2024-03-05T03:59:59.999999Z", 1),
        ("2024-03-06T12:00+08:00", 3),
        ("2027-06-01", 3),
        ("2027-06-01T08:00:00Z", 3),
        ("@0", 0),
        ("@2", 2),
        ("@3", 3),
    ],
)
def test_known_at_comes_to_a_position(records: Records, known_at: str, position: int) -> None:
    for number, day in ((1, date(2024, 3, 5)), (2, date(2024, 3, 6))):
        records.nominate(number, on=day)
    moment = records.moment(None, known_at)
    assert (moment.known_at, moment.position) == (known_at, position)


@pytest.mark.parametrize(
    "known_at",
    ["", "today", "2024-3-1", "2024-02-30", "20240301", "2024-03-01T09:00:00", "2024-03-01 09:00", "@", "@-1", "@1.5",
     "@\N{ARABIC-INDIC DIGIT ONE}", "9999-12-31T23:59:59-23:00", "2024-03-01T25:00:00Z"],
)  # fmt: skip
def test_what_is_no_time_is_malformed(records: Records, known_at: str) -> None:
    with pytest.raises(Malformed, match="2024-03-14T09:00:00"):
        records.moment(None, known_at)


@pytest.mark.parametrize("known_at", ["@2", "@999999999999", "2027-06-02", "2027-06-01T08:00:01Z", "9998-12-31"])
def test_beyond_the_head_is_unknown(records: Records, known_at: str) -> None:
    with pytest.raises(Unknown):
        records.moment(None, known_at)


def test_before_the_first_event_views_are_empty(records: Records) -> None:
    seen = roster(records.moment(START, "@0"))
    assert (seen.batch, seen.tiers, seen.position, seen.rests_on) == (None, (), 0, 0)


def test_a_batch_known_later_is_empty_before_and_one_never_known_is_an_error(records: Records) -> None:
    assert roster(records.moment(START, "@0"), BATCH).tiers == ()
    assert roster(records.moment(date(2024, 2, 29)), BATCH).tiers == ()
    with pytest.raises(Unknown):
        roster(records.moment(), "2030-none")


def test_without_a_batch_the_one_whose_cycle_holds_the_day_else_the_latest(records: Records) -> None:
    cycle = records.plan.cycle.model_copy(update={"starts_on": date(2027, 3, 14)})
    third = records.plan.model_copy(update={"batch": "2027-third", "cycle": cycle})
    published = PlanPublished(batch=third.batch, plan=third, file_sha256="0" * 64)
    records.record(third.batch, published, date(2027, 3, 1))
    batches = {2024: BATCH, 2026: BATCH, 2028: "2027-third", 2035: "2027-third", 2023: "2027-third"}
    assert {year: records.moment(date(year, 6, 1)).batch() for year in batches} == batches
    assert records.moment(date(2028, 6, 1), "@1").batch() == BATCH


def test_an_amended_plan_is_in_force_from_its_day(records: Records) -> None:
    amended = PlanAmended(batch=BATCH, changes={"tiers.three.target": 4}, resolution="r-0000000000000009")
    records.record(BATCH, amended, date(2024, 6, 1))
    for day, target in ((date(2024, 5, 31), 3), (date(2024, 6, 1), 4), (END_OF_TIME, 4)):
        plan = records.moment(day).plan(BATCH)
        assert plan is not None
        assert plan.tiers["three"].target == target


def test_an_event_is_known_from_its_position_on(records: Records) -> None:
    records.register(1, "单晓珺")
    corrected = records.correct(2, NOW.date(), name="单晓君")
    now, before = records.moment(), records.moment(None, "@2")
    assert [amendment.position for amendment in now.amendments(2)] == [corrected]
    assert before.amendments(2) == []
    assert now.names([person(1), person(2)]) == {person(1): "单晓君", person(2): person(2)}
    assert before.names([person(1)]) == {person(1): "单晓珺"}
    assert now.standing(2) != now.recorded(2) == before.standing(2)
    with pytest.raises(Unknown):
        before.recorded(corrected)


def test_unrelated_events_leave_what_an_answer_rests_on(records: Records) -> None:
    records.register(1, "单晓珺")
    started = records.admit(1, "three")
    records.register(2, "欧阳·明")
    records.nominate(2)
    assert roster(records.moment()).rests_on == started
    assert roster(records.moment()).position == records.log.head()


def test_events_are_found_by_subject_and_kind(records: Records) -> None:
    records.register(1, "单晓珺")
    records.register(2, "欧阳·明")
    nominated = records.nominate(1)
    moment = records.moment()
    assert moment.positions() == [1, 2, 3, 4]
    assert moment.positions(after=1, limit=2) == [2, 3]
    assert moment.positions(subject=person(1)) == [2, nominated]
    assert moment.positions(subject=BATCH) == [1, nominated]
    assert moment.positions(kind="person-registered") == [2, 3]
    assert moment.positions(kind="person-registered", subject=person(2)) == [3]
    assert moment.positions(kind="none") == moment.positions(subject="none") == []
    assert moment.last_about(BATCH) == nominated
    assert moment.last_about("none") == 0


def test_one_answer_after_another_reads_the_same_once_and_rests_on_what_it_read_itself(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    rows = records.views.runner.rows

    def counted(*question: Any) -> Any:
        asked.append(question)
        return rows(*question)

    monkeypatch.setattr(records.views.runner, "rows", counted)
    answers = records.moment().answers()
    first, second, third = (next(answers) for _ in range(3))
    assert first.facts.all(BATCH, PlanPublished) == second.facts.all(BATCH, PlanPublished)
    assert len(asked) == 1
    assert (first.rests_on, second.rests_on, third.rests_on) == (1, 1, 0)
