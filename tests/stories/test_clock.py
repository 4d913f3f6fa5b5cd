"""The machine's clock goes wrong and is put right: the order of recording stands, and the past stays what it was."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from domain.language import SHANGHAI, today
from tests.support.rows import rows
from tests.support.scenario import BATCH
from tests.support.shown import Shown
from tests.support.stages import Programme

Show = Callable[[Programme], Shown]


@pytest.fixture
def elsewhere(school: Programme) -> Iterator[Programme]:
    """A second office on the same archive, whose clock is a week and some hours behind."""
    other = Programme(school.folder, today="2024-03-01")
    yield other
    other.close()


def test_times_of_recording_never_go_back_whoever_records(school: Programme, elsewhere: Programme) -> None:
    for day in (8, 9, 4, 12):
        school.now = datetime(2024, 3, day, 9, tzinfo=SHANGHAI)
        school.person()
        elsewhere.now = datetime(2024, 3, max(day - 7, 1), 17, tzinfo=SHANGHAI)
        elsewhere.person()
    times = [recorded.body.recorded_at for recorded in school.log.scan()]
    assert times == sorted(times)
    assert {str(today(time)) for time in times} == {"2024-03-01", "2024-03-08", "2024-03-09", "2024-03-12"}


def test_what_was_known_on_a_day_stays_so_when_the_clock_is_put_back(
    school: Programme, elsewhere: Programme, show: Show
) -> None:
    shown = show(school)
    school.at("2024-03-12")
    nominee = school.nominee("three")
    elsewhere.nominee("four")
    elsewhere.at("2024-03-04")
    second = elsewhere.nominee("five")
    assert shown.stage(nominee, known="2024-03-11") is None
    assert shown.stage(second, known="2024-03-11") is None, "recorded no earlier than what came before it"
    assert shown.stage(second, known="2024-03-12") == "nominated"
    assert shown.last(second).recorded_at == shown.last(nominee).recorded_at


def test_today_is_never_before_what_is_recorded(school: Programme) -> None:
    """H4 asks the archive's time: the clerk whose machine is behind may record what happened since."""
    school.at("2024-03-12")
    person = school.person()
    told = {"person": person, "batch": BATCH, "tier": "three", "source": "office", "unit": "教务处", "reason": "补"}
    school.when("nominate-candidate", on="2024-03-11", today="2024-03-04", **told).done()
    school.when("record-honour", on="2024-03-13", today="2024-03-04", person=person, title="奖").then_refused("H4")


def test_one_seed_and_one_clock_give_the_same_bytes(tmp_path: Path) -> None:
    def stored(name: str, seed: str) -> list[tuple[Any, ...]]:
        (tmp_path / name).mkdir()
        school = Programme(tmp_path / name, seed=seed)
        school.found()
        school.member("three")
        school.close()
        return rows(school.log.path)

    first = stored("first", "seed")
    assert stored("second", "seed") == first
    assert not {row[4] for row in stored("third", "other")} & {row[4] for row in first}
