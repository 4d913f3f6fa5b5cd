"""Many decisions to a transaction: the same bytes as one by one, and all of a group or nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.archive import Conflict, EvidenceStore, Log
from domain.desk import Request
from domain.errors import Refusal
from domain.language import Capacity
from domain.office import Ids, Office, Reply

REQUEST = Request(occurred_on=date(2024, 3, 1), capacity=Capacity.OFFICE_CLERK)
NOW = datetime(2024, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def open_office(tmp_path: Path) -> Iterator[Callable[[str], Office]]:
    logs = []

    def opened(name: str) -> Office:
        logs.append(Log(tmp_path / name))
        return Office(logs[-1], EvidenceStore(tmp_path / "evidence"), lambda: NOW, Ids("together"), "office_clerk")

    yield opened
    for log in logs:
        log.close()


def register(office: Office, number: int, **more: Any) -> Reply:
    data = {"name": "单晓珺", "gender": "female", "birth_date": f"198{number}-02-28", "staff_number": f"T{number}"}
    return office.handle("register-person", data | more, REQUEST, key=f"key-{number}")


def work(office: Office) -> None:
    """Registrations, events that follow from one another, a refusal, and something that is so already."""
    for number in range(7):
        person = register(office, number).events[0]["stream"]
        post = {"person": person, "post": "homeroom_teacher"}
        office.handle("record-post", post, REQUEST)
        office.handle("record-post", post, REQUEST)
    with pytest.raises(Refusal):
        office.handle("register-person", {"name": "解东", "gender": "male", "birth_date": "1980-01-01",
                                          "staff_number": "T3"}, REQUEST)  # fmt: skip
    register(office, 0)


def stored(office: Office) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(office.log.path)) as file:
        return [
            *file.execute("SELECT rowid, * FROM stored_events ORDER BY rowid"),
            *file.execute("SELECT * FROM receipts ORDER BY key"),
        ]


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_a_group_is_recorded_as_its_events_would_be_one_by_one(open_office: Callable[[str], Office], size: int) -> None:
    alone, grouped = open_office("alone"), open_office("grouped")
    work(alone)
    with grouped.together(size):
        work(grouped)
    assert stored(grouped) == stored(alone)
    assert grouped.known().position == 14


def test_nothing_is_on_record_before_its_group_is(open_office: Callable[[str], Office]) -> None:
    office, heads = open_office("log"), []
    with office.together(3):
        for number in range(7):
            register(office, number)
            heads.append(office.log.head())
    assert heads == [0, 0, 3, 3, 3, 6, 6]
    assert office.log.head() == 7


def test_what_is_held_back_is_dropped_when_the_block_fails(open_office: Callable[[str], Office]) -> None:
    office = open_office("log")

    def fails() -> None:
        with office.together(3):
            for number in range(5):
                register(office, number)
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert office.log.head() == office.known().position == 3
    assert register(office, 4).position == 4


def test_an_event_of_another_writer_in_between_is_a_conflict(open_office: Callable[[str], Office]) -> None:
    office, other = open_office("log"), open_office("log")

    def interrupted() -> None:
        with office.together(2):
            register(office, 1)
            register(other, 2)
            for number in (3, 4):  # also for who thinks nothing of the first failure
                with pytest.raises(Conflict):
                    register(office, number)

    with pytest.raises(Conflict):
        interrupted()
    assert [recorded.event.staff_number for recorded in office.known().log()] == ["T2"]  # type: ignore[attr-defined]


def test_a_key_is_answered_alike_inside_a_group(open_office: Callable[[str], Office]) -> None:
    office = open_office("log")
    with office.together():
        first = register(office, 1)
        assert register(office, 1) == first
    assert register(office, 1) == first
