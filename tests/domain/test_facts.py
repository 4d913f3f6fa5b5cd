"""Facts at both times: late entries, corrections, withdrawals, withdrawn corrections. Events folded by hand."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.events.base import SCHOOL, Body, Event, Recorded
from domain.events.person import (
    HonourRecorded,
    PersonFactChanged,
    PersonLeft,
    PersonName,
    PersonRegistered,
    PostEnded,
    PostHeld,
)
from domain.events.record import EventCorrected, EventWithdrawn
from domain.facts import Facts, amended
from domain.language import Capacity, LeavingCause
from domain.school import posts, registration

PERSON = "p-000001"


class Log:
    """Events in the order in which they are recorded, with the facts as known after each."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []

    def record(self, event: Event, day: str, stream: str = PERSON) -> int:
        position = len(self.events) + 1
        body = Body[Event](
            id=f"e-{position}",
            occurred_on=date.fromisoformat(day),
            recorded_at=datetime(2024, 3, 1, 1, position, tzinfo=UTC),
            recorded_by="office",
            capacity=Capacity.OFFICE_CLERK,
            basis=type(event).CLAUSE,
            correlation="k-1",
            data=event,
        )
        self.events.append(Recorded(stream, position, position, body))
        return position

    def correct(self, target: int, changes: dict[str, Any] | None = None, day: str | None = None) -> int:
        moved = date.fromisoformat(day) if day else None
        event = EventCorrected(target=target, target_id=f"e-{target}", occurred_on=moved, changes=changes or {})
        return self.record(event, "2024-03-01")

    def withdraw(self, target: int) -> int:
        return self.record(EventWithdrawn(target=target, target_id=f"e-{target}"), "2024-03-01")

    def known(self, upto: int | None = None) -> Facts:
        facts = Facts()
        for recorded in self.events[:upto]:
            facts.apply(recorded)
        return facts


@pytest.fixture
def log() -> Log:
    log = Log()
    registered = PersonRegistered(person=PERSON, name="单晓珺", gender="female", birth_date=date(1988, 2, 29))
    log.record(registered, "2024-01-01")
    return log


def honour(title: str) -> HonourRecorded:
    return HonourRecorded(record="x-000001", title=title)


def titles(log: Log, day: str, upto: int | None = None) -> list[tuple[str, int]]:
    rows = log.known(upto).on(date.fromisoformat(day)).all(PERSON, HonourRecorded)
    return [(row.value.title, row.source) for row in rows]


def test_as_of_selects_the_end_of_a_day_and_known_at_the_log(log: Log) -> None:
    at = log.record(honour("优秀教师"), "2024-02-01")
    assert titles(log, "2024-01-31") == []
    assert titles(log, "2024-02-01") == [("优秀教师", at)]
    assert titles(log, "2024-02-01", upto=at - 1) == []


def test_a_late_entry_takes_its_place_in_time(log: Log) -> None:
    later = log.record(PostHeld(record="x-000002", post="grade_leader"), "2023-09-01")
    earlier = log.record(PostHeld(record="x-000001", post="officer"), "2020-09-01")
    assert [post.source for post in posts(log.known().on(), PERSON)] == [earlier, later]
    assert [post.post for post in posts(log.known(later).on(), PERSON)] == ["grade_leader"]


def test_of_one_key_the_later_day_counts_however_late_it_is_recorded(log: Log) -> None:
    moved = log.record(PersonLeft(cause=LeavingCause.TRANSFERRED), "2024-06-01")
    log.record(PersonLeft(cause=LeavingCause.RESIGNED), "2024-05-01")
    row = log.known().on().one(PERSON, PersonLeft)
    assert row is not None
    assert row.source == moved
    row = log.known().on(date(2024, 5, 31)).one(PERSON, PersonLeft)
    assert row is not None
    assert row.value.cause == "resigned"


def test_a_corrected_event_counts_with_its_content_from_the_correction_on(log: Log) -> None:
    at = log.record(honour("优秀教师"), "2024-02-01")
    correction = log.correct(at, {"title": "优秀班主任"})
    assert titles(log, "2024-02-01") == [("优秀班主任", correction)]
    assert titles(log, "2024-02-01", upto=at) == [("优秀教师", at)]


def test_a_corrected_day_moves_the_fact(log: Log) -> None:
    at = log.record(honour("优秀教师"), "2024-02-01")
    log.correct(at, day="2024-02-10")
    assert titles(log, "2024-02-09") == []
    assert [title for title, _ in titles(log, "2024-02-10")] == ["优秀教师"]


def test_the_last_of_several_corrections_counts(log: Log) -> None:
    at = log.record(honour("优秀教师"), "2024-02-01")
    log.correct(at, {"title": "优秀班主任"})
    last = log.correct(at, {"title": "优秀班主任", "level": "市级"})
    assert titles(log, "2024-02-01") == [("优秀班主任", last)]


def test_a_withdrawn_event_counts_as_never_recorded(log: Log) -> None:
    at = log.record(honour("优秀教师"), "2024-02-01")
    withdrawal = log.withdraw(at)
    assert titles(log, "2024-03-01") == []
    assert titles(log, "2024-03-01", upto=withdrawal - 1) == [("优秀教师", at)]
    known = log.known()
    assert known.standing(at) is None
    assert known.recorded(at) is not None
    assert known.withdrawn(at)


def test_a_withdrawn_correction_gives_the_original_back(log: Log) -> None:
    at = log.record(honour("优秀教师"), "2024-02-01")
    correction = log.correct(at, {"title": "优秀班主任"}, day="2024-02-10")
    log.withdraw(correction)
    assert titles(log, "2024-02-01") == [("优秀教师", at)]
    assert log.known().correction(at) is None


def test_withdrawing_one_correction_leaves_the_other(log: Log) -> None:
    at = log.record(honour("优秀教师"), "2024-02-01")
    first = log.correct(at, {"title": "优秀班主任"})
    second = log.correct(at, {"title": "模范教师"})
    log.withdraw(second)
    assert titles(log, "2024-02-01") == [("优秀班主任", first)]


def test_a_withdrawal_of_the_event_outlasts_that_of_its_correction(log: Log) -> None:
    at = log.record(honour("优秀教师"), "2024-02-01")
    correction = log.correct(at, {"title": "优秀班主任"})
    log.withdraw(at)
    log.withdraw(correction)
    assert titles(log, "2024-03-01") == []


def test_a_corrected_birth_date_shows_its_source(log: Log) -> None:
    correction = log.correct(1, {"birth_date": "1988-03-01"})
    born = registration(log.known().on(), PERSON)["birth_date"]
    assert (born.value, born.source) == ("1988-03-01", correction)


def test_the_end_of_a_post_is_withdrawn_on_its_own(log: Log) -> None:
    log.record(PostHeld(record="x-000001", post="officer"), "2020-09-01")
    end = log.record(PostEnded(record="x-000001"), "2022-07-01")
    assert posts(log.known().on(), PERSON)[0].ended_on == date(2022, 7, 1)
    log.withdraw(end)
    assert posts(log.known().on(), PERSON)[0].ended_on is None


def called(known: Facts, name: str, day: str = "2024-12-31") -> list[str]:
    rows = known.on(date.fromisoformat(day)).matching(SCHOOL, PersonName, name)
    everybody = known.on(date.fromisoformat(day)).all(SCHOOL, PersonName)
    assert rows == [row for row in everybody if row.value.search_key() == name]
    return [row.key for row in rows]


def test_somebody_is_found_by_the_name_of_the_day(log: Log) -> None:
    log.record(PersonFactChanged(field="name", was="单晓珺", now="单晓军"), "2024-02-01")
    known = log.known()
    assert (called(known, "单晓珺", "2024-01-31"), called(known, "单晓珺")) == ([PERSON], [])
    assert (called(known, "单晓军", "2024-01-31"), called(known, "单晓军")) == ([], [PERSON])


def test_a_corrected_name_is_found_and_a_withdrawn_correction_gives_the_old_one_back(log: Log) -> None:
    correction = log.correct(1, {"name": "单晓军"})
    log.withdraw(correction)
    assert (called(log.known(2), "单晓珺"), called(log.known(2), "单晓军")) == ([], [PERSON])
    assert (called(log.known(), "单晓珺"), called(log.known(), "单晓军")) == ([PERSON], [])


def test_namesakes_are_found_together_also_in_a_copy_of_the_facts(log: Log) -> None:
    other = PersonRegistered(person="p-000002", name="单 晓 珺", gender="male", birth_date=date(1979, 1, 1))
    log.record(other, "2024-01-01", "p-000002")
    known = log.known()
    assert called(known, "单晓珺") == ["p-000002", PERSON]
    without = known.counting({2: None})
    assert (called(without, "单晓珺"), called(known, "单晓珺")) == ([PERSON], ["p-000002", PERSON])


def test_a_search_by_name_is_among_what_was_read_even_where_nobody_has_it(log: Log) -> None:
    known = log.known()
    with known.reads() as read:
        assert known.on().matching(SCHOOL, PersonName, "无此人") == []
    assert (SCHOOL, PersonName) in read


def test_who_names_an_event_is_found(log: Log) -> None:
    post = log.record(PostHeld(record="x-000001", post="officer"), "2020-09-01")
    end = log.record(PostEnded(record="x-000001"), "2022-07-01")
    assert log.known().dependents(post) == [end]
    log.withdraw(end)
    assert log.known().dependents(post) == []


def test_a_correction_changes_whom_an_event_names(log: Log) -> None:
    first = log.record(PostHeld(record="x-000001", post="officer"), "2020-09-01")
    second = log.record(PostHeld(record="x-000002", post="grade_leader"), "2020-09-01")
    end = log.record(PostEnded(record="x-000001"), "2022-07-01")
    log.correct(end, {"record": "x-000002"})
    assert log.known().dependents(first) == []
    assert log.known().dependents(second) == [end]


# Each is recorded fifth: after a registration, an honour, the honour's withdrawal and a correction of the first.
AMENDMENTS_OF_NOTHING: dict[str, Event] = {
    "beyond the last": EventWithdrawn(target=99, target_id="e-99"),
    "itself": EventWithdrawn(target=5, target_id="e-5"),
    "before the first": EventWithdrawn(target=0, target_id="e-0"),
    "another id": EventWithdrawn(target=1, target_id="e-2"),
    "a withdrawal": EventWithdrawn(target=3, target_id="e-3"),
    "a correction, by a correction": EventCorrected(target=4, target_id="e-4", changes={"name": "乙"}),
    "into nothing that can be": EventCorrected(target=1, target_id="e-1", changes={"birth_date": "?"}),
    "by a field that there is not": EventCorrected(target=1, target_id="e-1", changes={"height": 7}),
}


@pytest.mark.parametrize("event", AMENDMENTS_OF_NOTHING.values(), ids=AMENDMENTS_OF_NOTHING)
def test_an_amendment_of_nothing_changes_nothing_and_is_kept_as_recorded(log: Log, event: Event) -> None:
    log.record(HonourRecorded(record="x-000001", title="先进"), "2024-01-02")
    log.withdraw(2)
    log.correct(1, {"name": "单小珺"})
    before = registration(log.known().on(), PERSON)
    place = log.record(event, "2024-03-02")
    known = log.known()
    assert registration(known.on(), PERSON) == before
    assert known.standing(2) is None
    assert known.recorded(place) == log.events[-1]
    assert amended(log.events[-1], known.recorded) is None
