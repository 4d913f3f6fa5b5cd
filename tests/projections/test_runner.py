"""The views keep up with the log, and their file is never trusted: it can be lost, damaged or of another log."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.archive import Log
from domain.errors import Unavailable
from projections import runner as running
from projections.moment import Views
from projections.roster import roster
from projections.runner import Runner
from tests.projections.records import NOW, Records

PROCESS = """
import sys
from pathlib import Path
from domain.archive import Log
from projections.runner import Runner
log = Log(Path(sys.argv[1]))
runner = Runner(Path(sys.argv[2]), log)
sys.stdin.readline()
print(runner.catch_up(), runner.digest())
"""


@pytest.fixture
def filled(records: Records) -> Records:
    for number in range(1, 41):
        records.register(number, f"教师{number}")
        records.nominate(number)
    for number in range(1, 4):
        records.admit(number, "three")
    return records


@pytest.fixture
def views_file(filled: Records) -> Path:
    filled.moment()
    return filled.log.path.with_name("views.sqlite")


@pytest.fixture
def another(tmp_path: Path, filled: Records) -> Iterator[Runner]:
    """A second runner over the same log, with a file of its own."""
    runner = Runner(tmp_path / "other.sqlite", filled.log)
    yield runner
    runner.close()


def names(records: Records) -> list[str]:
    return [member.name for tier in roster(records.moment()).tiers for member in tier.members]


def test_what_was_recorded_shows_at_the_next_look(filled: Records) -> None:
    assert names(filled) == ["教师1", "教师2", "教师3"]
    filled.admit(4, "three")
    assert filled.views.runner.lag() == 3
    assert names(filled) == ["教师1", "教师2", "教师3", "教师4"]
    assert filled.views.runner.lag() == 0


def test_rebuilding_gives_the_same_bytes(filled: Records, another: Runner) -> None:
    filled.moment()
    before = filled.views.runner.digest()
    assert filled.views.runner.rebuild() == filled.log.head()
    assert filled.views.runner.digest() == before
    another.catch_up()
    assert another.digest() == before


def test_small_pages_give_the_same_bytes(filled: Records, another: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.moment()
    monkeypatch.setattr(running, "PAGE", 7)
    another.catch_up()
    assert another.digest() == filled.views.runner.digest()


def test_two_processes_catch_up_at_once(filled: Records, another: Runner, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROCESS, str(filled.log.path), str(tmp_path / "shared.sqlite")]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = {process.communicate("\n", timeout=60)[0] for process in processes}
    another.catch_up()
    assert answers == {f"{filled.log.head()} {another.digest()}\n"}


def test_many_threads_catch_up_at_once(filled: Records, another: Runner) -> None:
    heads: list[int] = []

    def catch_up() -> None:
        heads.append(another.catch_up())
        another.close()

    threads = [threading.Thread(target=catch_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heads == [filled.log.head()] * 8


def test_others_recording_meanwhile_are_no_reason_to_start_anew(
    filled: Records, views_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, head, before = Runner(views_file, filled.log), filled.log.head, views_file.stat().st_ino

    def slow_head() -> int:
        found = head()
        monkeypatch.setattr(filled.log, "head", head)
        filled.admit(4, "three")
        other.catch_up()
        return found

    monkeypatch.setattr(filled.log, "head", slow_head)
    assert names(filled) == ["教师1", "教师2", "教师3"]
    assert names(filled) == ["教师1", "教师2", "教师3", "教师4"]
    assert views_file.stat().st_ino == before
    other.close()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def scribble(path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)


def damage(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


def lose_a_table(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("DROP TABLE facts")
    file.close()


def remove(path: Path) -> None:
    path.unlink()


def of_other_software(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("UPDATE state SET made_by = 'older'")
        file.execute("DELETE FROM facts")
    file.close()


def of_another_log(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("UPDATE state SET event_id = 'e-of-another-log'")
        file.execute("DELETE FROM facts")
    file.close()


def ahead_of_the_log(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("UPDATE state SET position = position + 1000")
        file.execute("DELETE FROM facts")
    file.close()


HARM = [empty, scribble, damage, lose_a_table, remove, of_other_software, of_another_log, ahead_of_the_log]


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__)
def test_an_unusable_file_is_replaced(filled: Records, views_file: Path, harm: Callable[[Path], None]) -> None:
    sound = filled.views.runner.digest()
    filled.views.close()
    harm(views_file)
    reopened = Views(views_file, filled.log, lambda: NOW)
    assert [len(tier.members) for tier in roster(reopened.at()).tiers] == [3, 0, 0]
    assert reopened.runner.digest() == sound
    reopened.close()


@pytest.mark.parametrize("harm", [remove, scribble, lose_a_table], ids=lambda harm: harm.__name__)
def test_a_file_harmed_in_use_is_replaced(filled: Records, views_file: Path, harm: Callable[[Path], None]) -> None:
    harm(views_file)
    assert names(filled) == ["教师1", "教师2", "教师3"]
    filled.admit(4, "three")
    assert names(filled)[-1] == "教师4"


def test_a_view_in_the_making_survives_a_rebuild(filled: Records, views_file: Path) -> None:
    moment = filled.moment()
    other = Views(views_file, filled.log, lambda: NOW)
    other.runner.rebuild()
    other.close()
    assert [len(tier.members) for tier in roster(moment).tiers] == [3, 0, 0]


def test_a_log_put_back_to_an_earlier_state_is_followed(filled: Records, tmp_path: Path) -> None:
    filled.moment()
    shorter = Log(tmp_path / "shorter.sqlite")
    shorter.append(filled.log.read(0, 20))
    views = Views(tmp_path / "views.sqlite", shorter, lambda: NOW)
    assert views.at().position == 20
    views.close()
    shorter.close()


def test_where_the_file_cannot_be_the_cure_is_told(filled: Records, tmp_path: Path) -> None:
    (tmp_path / "taken.sqlite").mkdir()
    with pytest.raises(Unavailable, match="磁盘空间"):
        Runner(tmp_path / "taken.sqlite", filled.log).catch_up()


def test_an_archive_without_events_has_empty_views(tmp_path: Path) -> None:
    log = Log(tmp_path / "empty.sqlite")
    views = Views(tmp_path / "views.sqlite", log, lambda: NOW)
    assert views.at().position == 0
    assert roster(views.at()).tiers == ()
    views.close()
    log.close()
