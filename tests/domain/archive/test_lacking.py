"""A full disk, a folder that cannot be written, another program's lock: said with the cure, nothing half-written."""

import os
import resource
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from domain.archive import Log
from domain.errors import Unavailable
from tests.support import stages
from tests.support.rows import datastore, placed, raw, rows
from tests.support.scenario import BATCH
from tests.support.stages import Programme

NOBODY = 65534
CURES = ("请检查磁盘空间", "Check disk space")


@contextmanager
def full_archive(log: Log) -> Iterator[None]:
    """The file may not grow by another page."""
    with _pragmas(log, max_page_count=1):
        yield


@contextmanager
def full_disk(log: Log) -> Iterator[None]:
    """No file of this process may grow: the system itself refuses, in the middle of a write."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    written = Path(f"{log.path}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (written + 100, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def read_only(log: Log) -> Iterator[None]:
    """What SQLite says of a file that it may not write to."""
    with _pragmas(log, query_only=1):
        yield


@contextmanager
def busy(log: Log) -> Iterator[None]:
    """Another program writes, and does not stop."""
    with raw(log.path) as other, _pragmas(log, busy_timeout=1):
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def _pragmas(log: Log, **settings: int) -> Iterator[None]:
    """Set on the one connection that a single thread uses, and set back."""
    before = {name: _pragma(log, name) for name in settings}
    for name, value in settings.items():
        _pragma(log, f"{name} = {value}")
    yield
    for name, value in before.items():
        _pragma(log, f"{name} = {value}")


def _pragma(log: Log, text: str) -> Any:
    with datastore(log).transaction(commit=False) as cursor:
        cursor.execute(f"PRAGMA {text}")
        row = cursor.fetchone()
        return row[0] if row else None


Trouble = Callable[[Log], AbstractContextManager[None]]
TROUBLES = {trouble.__name__: trouble for trouble in (full_archive, full_disk, read_only, busy)}


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Programme]:
    """A school in training whose free pages are used up."""
    school = stages.in_training(tmp_path / "school")
    yield school
    school.close()


def attendance(school: Programme) -> dict[str, Any]:
    """A command of several events in several streams, each of some size."""
    session = school.given(
        "hold-study-session",
        on="2024-04-01",
        batch=BATCH,
        title="时事政治",
        areas=["political"],
        hours=2,
        place="报告厅",
        speaker="党政办",
    )
    lines = [{"person": person, "attendance": "present"} for person in school.members.values()]
    return {"batch": BATCH, "session": session["session"], "lines": lines, "reason": "说明" * 900}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_nothing_is_half_written_and_the_cure_is_said(school: Programme, trouble: Trouble) -> None:
    told = attendance(school)
    before, known = rows(school.log.path), school.known.position
    with trouble(school.log):
        school.when("record-attendance", key="once", **told).then_fails(Unavailable)
    assert all(cure in str(school.error) for cure in CURES)
    assert str(school.log.path) in str(school.error)
    assert (rows(school.log.path), school.known.position) == (before, known)
    assert school.log.receipt("once") is None


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_once_the_trouble_is_over_the_same_office_goes_on(school: Programme, trouble: Trouble) -> None:
    told, head = attendance(school), school.log.head()
    with trouble(school.log):
        school.when("record-attendance", key="once", **told).then_fails(Unavailable)
    school.when("record-attendance", key="once", **told).then_recorded(*["attendance-recorded"] * 3)
    assert [event["position"] for event in school.done().events] == [head + 1, head + 2, head + 3]


def test_a_group_that_the_disk_does_not_take_is_not_recorded_at_all(school: Programme) -> None:
    before = rows(school.log.path)

    def many() -> None:
        with school.office.together():
            for number in range(30):
                school.given("record-honour", person=school.members["three"], title=f"第{number}届教学能手" * 12)

    with full_disk(school.log), pytest.raises(Unavailable):
        many()
    assert (rows(school.log.path), school.known.position) == (before, len(before))


def test_a_locked_archive_can_still_be_read_and_opened(log: Log) -> None:
    with busy(log):
        assert [recorded.position for recorded in log.scan()] == [1, 2, 3]
        again = Log(log.path)
        assert again.head() == 3
        again.close()


@contextmanager
def without_rights() -> Iterator[None]:
    """As a user to whom the files do not belong; the superuser may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shown_folder() -> Iterator[Path]:
    """A folder that everybody may look into and nobody write to; pytest's own can only be read by its owner."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = Log(folder / "archive.sqlite")
        log.append([placed(1)])
        log.close()
        (folder / "archive.sqlite").chmod(0o444)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ["archive.sqlite", "new.sqlite", "no/such/folder.sqlite"])
def test_a_folder_that_cannot_be_written_is_said_to_be_so(shown_folder: Path, name: str) -> None:
    before = sorted(shown_folder.iterdir())
    with without_rights(), pytest.raises(Unavailable) as refusal:
        Log(shown_folder / name).append([placed(2)])
    assert all(cure in str(refusal.value) for cure in CURES)
    assert sorted(shown_folder.iterdir()) == before
    assert (shown_folder / "archive.sqlite").stat().st_mode & 0o777 == 0o444


def test_a_file_that_is_no_archive_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    path.write_text("一份普通的文件，并不是档案库。" * 100)
    with pytest.raises(Unavailable):
        Log(path)
    assert path.read_text() == "一份普通的文件，并不是档案库。" * 100


def test_a_damaged_file_is_said_to_be_so(log: Log) -> None:
    with raw(log.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log.close()
    content = bytearray(log.path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    log.path.write_bytes(bytes(content))
    with pytest.raises(Unavailable, match="malformed"):
        list(Log(log.path).scan())
    with pytest.raises(sqlite3.DatabaseError):
        rows(log.path)
    assert log.path.read_bytes() == bytes(content)
