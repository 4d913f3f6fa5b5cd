"""Hours of a training year by area: what the yearly review counts, for every member of every tier."""

from datetime import date

import pytest

from domain.errors import Unknown
from domain.events.training import AttendanceRecorded, StudySessionHeld
from domain.language import Attendance
from projections.hours import Hours, hours
from tests.projections.records import BATCH, Records, person


def study(records: Records, number: int, on: date, hours: float, *areas: str) -> None:
    session = f"t-{records.log.head():016d}"
    held = StudySessionHeld(session=session, batch=BATCH, title="学习", areas=areas, hours=hours)
    records.record(BATCH, held, on)
    attended = AttendanceRecorded(batch=BATCH, session=session, attendance=Attendance.PRESENT, hours=hours)
    records.record(person(number), attended, on)


@pytest.fixture
def studied(records: Records) -> Records:
    for number, tier in ((1, "three"), (2, "five")):
        records.register(number, f"教师{number}")
        records.admit(number, tier)
    study(records, 1, date(2024, 5, 1), 2.0, "political", "ethics")
    study(records, 1, date(2024, 9, 1), 1.5, "ethics")
    study(records, 1, date(2025, 4, 1), 3.0, "ability")
    return records


def of(found: Hours) -> dict[str, tuple[dict[str, float], float]]:
    return {one.name: (one.hours, one.total) for tier in found.tiers for one in tier.people}


def test_an_hour_in_two_areas_counts_in_both_and_once_in_all(studied: Records) -> None:
    found = hours(studied.moment(date(2025, 3, 1)))
    none = {"political": 0.0, "ethics": 0.0, "professional": 0.0, "ability": 0.0}
    assert (found.year, found.starts_on, found.ends_on) == (2024, date(2024, 3, 14), date(2025, 3, 13))
    assert of(found) == {"教师1": (none | {"political": 2.0, "ethics": 3.5}, 3.5), "教师2": (none, 0.0)}


def test_the_year_is_the_one_of_the_day_or_the_one_asked_for(studied: Records) -> None:
    day = date(2025, 6, 1)
    assert of(hours(studied.moment(day)))["教师1"][0]["ability"] == 3.0
    assert of(hours(studied.moment(day), year=2024))["教师1"][1] == 3.5
    assert hours(studied.moment(date(2024, 3, 5))).year == 2024, "before the cycle, its first year"
    assert hours(studied.moment(date(2027, 5, 1))).year == 2026, "after it, its last"
    with pytest.raises(Unknown, match="2030"):
        hours(studied.moment(day), year=2030)
