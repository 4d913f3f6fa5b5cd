"""Places taken over time: the course of a tier says of every day what the roster of that day says."""

from datetime import date, timedelta

from domain.events.batch import PlanAmended
from domain.language import EndCause
from projections.headcount import headcount
from projections.roster import roster
from tests.projections.records import BATCH, START, Records

LEFT, JOINED = date(2025, 9, 1), date(2025, 10, 8)


def told(records: Records) -> Records:
    for number in (1, 2, 3):
        records.register(number, f"教师{number}")
    records.admit(1, "three")
    records.admit(2, "three")
    records.end(1, LEFT, EndCause.LEFT_SCHOOL)
    records.admit(3, "three", JOINED)
    return records


def levels(records: Records, day: date, name: str = "taken") -> list[tuple[date, int]]:
    tier = next(tier for tier in headcount(records.moment(day)).tiers if tier.tier == "three")
    return [(level.since, level.count) for level in getattr(tier, name)]


def test_places_are_taken_and_left(records: Records) -> None:
    told(records)
    assert levels(records, date(2026, 1, 1)) == [(START, 2), (LEFT, 1), (JOINED, 2)]
    assert levels(records, LEFT - timedelta(days=1)) == [(START, 2)]


def test_the_course_agrees_with_the_roster_of_every_day(records: Records) -> None:
    told(records)
    course = levels(records, date(2026, 1, 1))
    for change in (START, LEFT, JOINED):
        for day in (change - timedelta(days=1), change):
            on_the_day = next((count for since, count in reversed(course) if since <= day), 0)
            assert on_the_day == roster(records.moment(day)).tiers[0].active, day


def test_who_joins_on_the_day_another_leaves_changes_nothing(records: Records) -> None:
    records.register(1, "甲")
    records.register(2, "乙")
    records.admit(1, "three")
    records.end(1, LEFT)
    records.admit(2, "three", LEFT)
    assert levels(records, date(2026, 1, 1)) == [(START, 1)]


def test_a_target_holds_from_the_day_it_was_amended(records: Records) -> None:
    changed = PlanAmended(batch=BATCH, changes={"tiers.three.target": 4}, resolution="r-0000000000000009")
    records.record(BATCH, changed, date(2024, 6, 1))
    assert levels(records, date(2024, 5, 31), "targets") == [(date(2024, 3, 1), 3)]
    assert levels(records, date(2024, 7, 1), "targets") == [(date(2024, 3, 1), 3), (date(2024, 6, 1), 4)]


def test_before_a_plan_there_is_nothing(records: Records) -> None:
    found = headcount(records.moment(date(2024, 2, 1)))
    assert (found.tiers, found.starts_on) == ((), None)
