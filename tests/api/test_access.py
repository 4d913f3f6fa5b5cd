import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.access import AccessLog, Act, Entry
from domain.errors import Refusal, Unavailable, Unknown
from domain.language import Capacity

NOW = datetime(2024, 3, 20, 1, tzinfo=UTC)


def entry(person: str = "p-000000", act: Act = Act.VIEW) -> Entry:
    return Entry(at=NOW, who="office", capacity=Capacity.OFFICE_CLERK, act=act, person_id=person)


@pytest.fixture
def log(tmp_path: Path) -> AccessLog:
    return AccessLog(tmp_path / "access.sqlite")


def test_an_entry_comes_back_as_it_was_written(log: AccessLog) -> None:
    written = Entry(
        at=NOW, who="office", capacity=Capacity.AUDITOR, act=Act.EXPORT, person_id="p-000000",
        as_of=date(2024, 3, 1), known_at="@12", position=12, sha256="0" * 64,
    )  # fmt: skip
    number = log.write(written)
    (kept,) = log.entries()
    assert vars(kept) == vars(written) | {"number": number}


def test_several_entries_are_kept_all_or_none(log: AccessLog) -> None:
    assert log.write(entry(), entry("p-000001")) == 2
    with pytest.raises(Unavailable):
        log.write(entry(), replace(entry(), who=None))  # type: ignore[arg-type]
    assert [one.person_id for one in log.entries()] == ["p-000000", "p-000001"]


def test_entries_of_a_person_are_paged_by_number(log: AccessLog) -> None:
    for person in ("p-000001", "p-000002", "p-000001"):
        log.write(entry(person))
    assert [e.number for e in log.entries(person="p-000001")] == [1, 3]
    assert [e.number for e in log.entries(after=1, limit=1)] == [2]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accesses SET who = 'nobody'",
        "DELETE FROM accesses",
        "INSERT OR REPLACE INTO accesses (number, at, who, capacity, act, what) VALUES (1, '', '', '', '', '')",
    ],
)
def test_what_is_written_stays(change: str, log: AccessLog, tmp_path: Path) -> None:
    log.write(entry())
    with sqlite3.connect(tmp_path / "access.sqlite") as other, pytest.raises(sqlite3.IntegrityError):
        other.execute(change)
    other.close()
    assert log.entries()[0].who == "office"


def test_a_consultation_is_asked_for_and_decided_once(log: AccessLog) -> None:
    request = log.request_consultation(entry())
    log.approve_consultation(request, entry(person="p-999999"))
    asked, approved = log.entries()
    assert (asked.act, approved.act) == (Act.CONSULTATION_REQUESTED, Act.CONSULTATION_APPROVED)
    assert (approved.consultation, approved.person_id) == (request, "p-000000")
    with pytest.raises(Refusal):
        log.refuse_consultation(request, entry())
    assert len(log.entries()) == 2


def test_a_consultation_that_nobody_asked_for(log: AccessLog) -> None:
    number = log.write(entry())
    with pytest.raises(Unknown):
        log.approve_consultation(number, entry())


def test_where_nothing_can_be_written_it_says_so(log: AccessLog, tmp_path: Path) -> None:
    log.check()
    with sqlite3.connect(tmp_path / "access.sqlite") as other:
        other.execute("DROP TABLE accesses")
    other.close()
    with pytest.raises(Unavailable):
        log.write(entry())
    with pytest.raises(Unavailable):
        log.check()
