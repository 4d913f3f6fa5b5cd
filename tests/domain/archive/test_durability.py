"""What was acknowledged is there: after a crash, after a failed append, whatever the environment says."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool

from domain.archive import Conflict, Log, Receipt
from domain.errors import Unavailable
from tests.support.rows import STREAM, datastore, placed, raw, rows

OTHER = "p-11111111"
RECEIPT = Receipt("key", "fingerprint", "{}")


def test_every_connection_waits_until_the_disk_has_it(log: Log) -> None:
    with ExitStack() as held:
        for commit in (False, True, False):  # three connections at once, readers' and writers'
            cursor = held.enter_context(datastore(log).transaction(commit=commit))
            assert [_pragma(cursor, name) for name in ("synchronous", "journal_mode")] == [2, "wal"]


def _pragma(cursor: object, name: str) -> object:
    cursor.execute(f"PRAGMA {name}")  # type: ignore[attr-defined]
    return cursor.fetchone()[0]  # type: ignore[attr-defined]


def test_an_sqlite_that_does_not_wait_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = SQLiteConnectionPool._create_connection

    def hasty(pool: SQLiteConnectionPool) -> SQLiteConnection:
        connection = usual(pool)
        connection.cursor().execute("PRAGMA synchronous = NORMAL")
        return connection

    monkeypatch.setattr(SQLiteConnectionPool, "_create_connection", hasty)
    with pytest.raises(Unavailable, match="synchronous=FULL"):
        Log(tmp_path / "other.sqlite")


def test_a_reopened_archive_holds_the_same(log: Log) -> None:
    before = list(log.scan())
    log.close()
    reopened = Log(log.path)
    assert list(reopened.scan()) == before
    assert [recorded.position for recorded in before] == [1, 2, 3]
    reopened.close()


CRASH = """
import os, signal, sys
from pathlib import Path
from domain.archive import Log
from tests.support.rows import placed
log = Log(Path(sys.argv[1]))
log.append([placed(4), placed(5)])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_acknowledged_outlives_a_killed_process(log: Log) -> None:
    died = subprocess.run([sys.executable, "-c", CRASH, log.path], cwd=Path(__file__).parents[3], check=False)
    assert died.returncode == -signal.SIGKILL
    assert [recorded.body.id for recorded in log.read(3)] == ["e-000004", "e-000005"]


def test_an_append_into_several_streams_is_all_or_nothing(log: Log) -> None:
    several = [placed(4), placed(5, OTHER, 1), placed(6, version=5)]
    with pytest.raises(Conflict):
        log.append([*several[:2], placed(6, OTHER, 1)], [RECEIPT])
    assert (log.head(), log.version(OTHER), log.receipt("key")) == (3, 0, None)
    log.append(several, [RECEIPT])
    assert log.read(3) == several
    assert log.receipt("key") == RECEIPT


def test_a_receipt_that_is_there_already_stops_its_events(log: Log) -> None:
    log.append([], [RECEIPT])
    with pytest.raises(Conflict):
        log.append([placed(4)], [RECEIPT])
    assert log.head() == 3


@pytest.mark.parametrize("late", [placed(3, OTHER, 1), placed(5, OTHER, 1), placed(9, OTHER, 1)])
def test_an_append_decided_elsewhere_in_the_log_is_a_conflict(log: Log, late: object) -> None:
    with pytest.raises(Conflict):
        log.append([late])  # type: ignore[list-item]
    assert log.head() == 3


def test_positions_have_no_gaps_after_appends_that_failed(log: Log) -> None:
    for _ in range(3):
        with pytest.raises(Conflict):
            log.append([placed(4), placed(5, version=3)])
    log.append([placed(4), placed(5)])
    assert [row[0] for row in rows(log.path)] == [1, 2, 3, 4, 5]


def test_events_of_one_append_keep_the_order_in_which_they_were_decided(log: Log) -> None:
    log.append([placed(4, OTHER, 1), placed(5, version=4), placed(6, OTHER, 2), placed(7, version=5)])
    assert [(r.stream, r.version) for r in log.read(3)] == [(OTHER, 1), (STREAM, 4), (OTHER, 2), (STREAM, 5)]
    assert [r.position for r in log.stream(OTHER, 7)] == [4, 6]


LIBRARY_SETTINGS = {
    "PERSISTENCE_MODULE": "eventsourcing.popo",
    "SQLITE_DBNAME": "elsewhere.sqlite",
    "CREATE_TABLE": "n",
    "ORIGINATOR_ID_TYPE": "uuid",
    "APPLICATION_RECORDER_TOPIC": "eventsourcing.sqlite:SQLiteApplicationRecorder",
    "MAPPER_TOPIC": "eventsourcing.persistence:Mapper",
    "COMPRESSOR_TOPIC": "zlib",
    "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
    "IS_SNAPSHOTTING_ENABLED": "y",
    "POSTGRES_ENABLE_DB_FUNCTIONS": "y",
}


def test_the_library_is_deaf_to_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in LIBRARY_SETTINGS.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(f"TIDUI_{name}", value)
    log = Log(tmp_path / "archive.sqlite")
    log.append([placed(1)])
    log.close()
    assert [row[3] for row in rows(log.path)] == ["honour-recorded/1"]
    with raw(log.path) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone() == (5,)
    assert {path.name.partition(".")[0] for path in tmp_path.iterdir()} == {"archive"}
    assert os.environ["PERSISTENCE_MODULE"] == "eventsourcing.popo"
