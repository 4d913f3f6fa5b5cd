"""H3: a clock that is far from the last record is followed only with a reason, and what it said is kept beside."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.clock import ClockLimits, clock_trouble
from domain.language import SHANGHAI
from tests.support.stages import Programme

HONOUR = {"title": "南通市优秀班主任"}
WHY = "时钟已校准，前一条的时间有误"


@pytest.fixture
def watched(school: Programme) -> Programme:
    """A school whose office watches the clock; the last record is of 1 March 2024, nine o'clock."""
    school.person()
    school.office.clock_limits = ClockLimits()
    return school


def on_clock(school: Programme, hours: float) -> Programme:
    """The clock so many hours after the last record, before it where they are fewer than none."""
    school.now = school.log.get(school.log.head()).body.recorded_at.astimezone(SHANGHAI) + timedelta(hours=hours)
    return school


@pytest.mark.parametrize("hours", [-25, 180 * 24 + 1])
def test_a_clock_far_from_the_last_record_needs_a_reason(watched: Programme, hours: float) -> None:
    person = watched.person()
    on_clock(watched, hours).when("record-honour", on="2024-02-01", person=person, **HONOUR).then_refused("H3")
    assert watched.error is not None
    assert "clock_reason" in watched.error.zh
    assert "--clock-reason" in watched.error.en
    watched.when("record-honour", on="2024-02-01", person=person, clock_reason=WHY, **HONOUR).done()
    assert watched.log.get(watched.log.head()).body.clock_reason == WHY


@pytest.mark.parametrize("hours", [-24, -1, 0, 180 * 24])
def test_a_clock_within_the_limits_needs_none_and_keeps_none(watched: Programme, hours: float) -> None:
    person = watched.person()
    on_clock(watched, hours).when("record-honour", on="2024-02-01", person=person, clock_reason=WHY, **HONOUR).done()
    assert watched.log.get(watched.log.head()).body.clock_reason is None


def test_an_empty_archive_takes_any_clock(tmp_path: Path) -> None:
    empty = Programme(tmp_path, today="2044-03-01")
    empty.office.clock_limits = ClockLimits()
    empty.found()
    empty.close()


def test_what_the_clock_said_stands_beside_the_time_of_recording(watched: Programme) -> None:
    person = watched.person()
    before = watched.log.get(watched.log.head()).body
    on_clock(watched, -3).when("record-honour", on="2024-02-01", person=person, **HONOUR).done()
    body = watched.log.get(watched.log.head()).body
    assert (body.recorded_at, body.clock) == (before.recorded_at, before.recorded_at - timedelta(hours=3))
    assert before.clock is None, "where the clock is followed nothing stands beside"


def test_after_a_clock_that_was_ahead_each_record_keeps_its_own_time(watched: Programme) -> None:
    person = watched.person()
    on_clock(watched, 2000 * 24).when(
        "record-honour", on="2024-02-01", person=person, clock_reason="试", **HONOUR
    ).done()
    ahead = watched.log.get(watched.log.head()).body.recorded_at
    for day in (2, 3):
        watched.now = datetime(2024, 3, day, 9, tzinfo=SHANGHAI)
        watched.when("record-honour", on="2024-03-01", person=person, title=f"奖{day}").then_refused("H3")
        watched.when("record-honour", on="2024-03-01", person=person, title=f"奖{day}", clock_reason=WHY).done()
        body = watched.log.get(watched.log.head()).body
        assert body.recorded_at == ahead
        assert body.clock == watched.now


def test_the_limits_are_settings(watched: Programme) -> None:
    person = watched.person()
    watched.office.clock_limits = ClockLimits(behind=timedelta(days=9), ahead=timedelta(days=2))
    on_clock(watched, -200).when("record-honour", on="2024-02-01", person=person, **HONOUR).done()
    on_clock(watched, 49).when("record-honour", on="2024-02-02", person=person, **HONOUR).then_refused("H3")


def test_an_office_may_have_one_reason_for_all_it_records(watched: Programme) -> None:
    person = watched.person()
    watched.office.clock_reason = WHY
    on_clock(watched, -48).when("record-honour", on="2024-02-01", person=person, **HONOUR).done()
    assert watched.log.get(watched.log.head()).body.clock_reason == WHY


def test_a_repeat_that_gives_its_reason_is_the_same_request(watched: Programme) -> None:
    person = watched.person()
    told = {"on": "2024-02-01", "person": person, "key": "k1", **HONOUR}
    first = on_clock(watched, -48).when("record-honour", clock_reason=WHY, **told).done()
    assert watched.when("record-honour", **told).done() == first


def test_the_clock_is_told_with_the_record_that_it_is_held_against(watched: Programme) -> None:
    last = watched.log.get(watched.log.head())
    assert clock_trouble(last.body.recorded_at, last, ClockLimits()) is None
    assert clock_trouble(last.body.recorded_at, None, ClockLimits()) is None
    told = clock_trouble(last.body.recorded_at - timedelta(days=3), last, ClockLimits())
    assert told is not None
    assert f"@{last.position}" in told[0]
    assert "3 days before" in told[1]
