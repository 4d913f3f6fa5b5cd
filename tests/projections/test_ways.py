"""The way from nominated to outcome: everybody is counted once, where the way ended."""

from datetime import date

from domain.events.cycle_end import OutcomeDecided
from domain.language import EndCause, Outcome
from projections.ways import ways
from tests.projections.records import BATCH, START, Records, person

R = "r-0000000000000001"


def counted(records: Records, day: date) -> dict[tuple[str, str, str, str], int]:
    return {(way.tier, way.first, way.last, way.end): way.count for way in ways(records.moment(day)).ways}


def told(records: Records) -> Records:
    for number in (1, 2, 3, 4):
        records.register(number, f"教师{number}")
        records.nominate(number)
    for number in (1, 2, 3):
        records.admit(number, "three")
    return records


def test_who_was_admitted_is_in_training_and_who_was_not_stays_behind(records: Records) -> None:
    told(records)
    assert counted(records, date(2024, 6, 1)) == {
        ("three", "nominated", "nominated", "nominated"): 1,
        ("three", "nominated", "admitted", "active"): 3,
    }
    assert counted(records, date(2024, 3, 5)) == {("three", "nominated", "nominated", "nominated"): 4}


def test_what_became_of_a_place_is_the_end_of_the_way(records: Records) -> None:
    told(records)
    records.end(1, date(2025, 5, 1), EndCause.DISQUALIFIED)
    extended = OutcomeDecided(
        batch=BATCH,
        membership=records.membership(2),
        outcome=Outcome.EXTENDED,
        resolution=R,
        term_ends_on=date(2027, 3, 13),
    )
    records.record(person(2), extended, date(2027, 2, 1))
    found = counted(records, date(2027, 3, 1))
    assert {end: count for (*_, last, end), count in found.items() if last == "admitted"} == {
        "disqualified": 1,
        "extended": 1,
        "active": 1,
    }


def test_a_place_without_a_nomination_begins_at_admission(records: Records) -> None:
    records.register(5, "上一梯队")
    records.admit(5, "four", START)
    assert counted(records, START) == {("four", "admitted", "admitted", "active"): 1}
