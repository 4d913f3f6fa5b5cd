"""What is bound to the log: register, charter, descriptions of files, the chain of checkpoints, the schema."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from api import settings
from api.access import AccessLog, Act, Entry, chain
from api.bundling import bundle
from api.demo.narrator import SetClock
from api.home import Home
from api.main import App, init_home, open_home
from api.proving import check_archive
from api.registering import written_down
from api.unbundling import unbundle
from domain.errors import Broken
from domain.language import Capacity
from projections.ledger.attestation import parse_attestation
from projections.ledger.held import Fork, Held, NoKey
from projections.ledger.note import Note, parse_note
from projections.ledger.report import Report
from tests.projections.ledger import tampering
from tests.projections.ledger.tampering import EVENTS, START

pytestmark = pytest.mark.slow
READINGS = 6


def read(opened: App, count: int) -> None:
    for number in range(count):
        written_down(opened, Act.VIEW, "dossier", person=f"p-{number:06d}")


@contextmanager
def on_day(home: Path, day: int) -> Iterator[App]:
    with open_home(home, settings.load(), SetClock(START + timedelta(days=day))) as opened:
        yield opened


@pytest.fixture(scope="module")
def read_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that was read on a day, whose next day's first record bound the register, and read again since."""
    home = tampering.made(tmp_path_factory.mktemp("bound") / "home")
    with on_day(home, EVENTS - 1) as opened:
        read(opened, READINGS)
    tampering.recorded(home, 1, start=EVENTS)
    with on_day(home, EVENTS) as opened:
        read(opened, 2)
    return home


@pytest.fixture
def home(read_archive: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(read_archive, tmp_path / "home"))


def checked(home: Path, *heads: Path) -> Report:
    return check_archive(Home(home), [*heads])[1]


def said(home: Path) -> list[str]:
    return [problem.en for problem in checked(home).problems]


@contextmanager
def register(home: Path) -> Iterator[sqlite3.Connection]:
    """The register with all that guards it gone, and put back."""
    with closing(sqlite3.connect(home / "access.sqlite", isolation_level=None)) as database:
        guards = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            database.execute(f"DROP TRIGGER {name}")
        yield database
        for _, statement in guards:
            database.execute(statement)


def chain_again(database: sqlite3.Connection) -> None:
    """The chain made again over what is there now, as whoever holds the file can."""
    database.row_factory = sqlite3.Row
    rows = [dict(row) for row in database.execute("SELECT * FROM accesses ORDER BY number")]
    database.execute("DELETE FROM chain")
    database.executemany("INSERT INTO chain VALUES (?, ?)", chain.hashes(chain.EMPTY, rows))


# --- The register of accesses


def test_a_days_first_record_binds_the_register_in_the_log_and_under_its_checkpoint(read_archive: Path) -> None:
    report = checked(read_archive)
    assert report.problems == []
    assert report.register == (READINGS + 2, READINGS), "two lines are not bound yet"
    with on_day(read_archive, EVENTS) as opened:
        bound = opened.log.get(EVENTS + 2).event
        assert (bound.KIND, bound.lines) == ("access-register-bound", READINGS)  # type: ignore[attr-defined]
        last = parse_attestation(opened.ledger.held.attestation(EVENTS + 2))
    assert last.binding
    assert last.binding.register == (READINGS, bytes.fromhex(bound.head))  # type: ignore[attr-defined]


def test_neither_a_reading_nor_a_second_record_of_the_day_adds_to_the_log(home: Path) -> None:
    with on_day(home, EVENTS) as opened:
        before = opened.log.head()
        read(opened, 3)
        assert opened.log.head() == before
    tampering.recorded(home, 1, start=EVENTS, name="李")
    with on_day(home, EVENTS) as opened:
        assert opened.log.head() == before + 1


def test_a_running_service_binds_it_once_a_day_when_it_has_grown(home: Path) -> None:
    with on_day(home, EVENTS + 1) as opened:
        before = opened.log.head()
        opened.binding.daily()
        assert opened.log.head() == before + 1
        read(opened, 1)
        opened.binding.daily()
        assert opened.log.head() == before + 1, "once a day"
    with on_day(home, EVENTS + 2) as opened:
        opened.binding.daily()
        assert opened.log.head() == before + 2
    with on_day(home, EVENTS + 3) as opened:
        opened.binding.daily()
        assert opened.log.head() == before + 2, "only when it has grown"
    assert said(home) == []


def test_a_practice_archive_that_is_tried_out_stays_what_its_seed_makes_it(home: Path) -> None:
    with open_home(home, settings.load()) as opened:
        before = opened.log.head()
        opened.binding.daily()
        assert opened.log.head() == before


_MOVED = "; ".join(f"UPDATE accesses SET number = {at + 1} WHERE number = {at}" for at in range(8, 3, -1))
_REST = "at, who, capacity, act, what, person_id, as_of, known_at, position, sha256, reason, consultation"
ON_THE_REGISTER: dict[str, tuple[str, str, str]] = {
    "alter a line": ("UPDATE accesses SET who = 'nobody' WHERE number = 3", "line 3 is not the", "lines 1 to 6"),
    "alter whose": ("UPDATE accesses SET person_id = 'p-x' WHERE number = 1", "line 1 is not the", "lines 1 to 6"),
    "delete a line": ("DELETE FROM accesses WHERE number = 2", "lacks line 2", "lacks line 2"),
    "delete the last bound": ("DELETE FROM accesses WHERE number >= 5", "2 are gone", "2 are gone"),
    "empty it": ("DELETE FROM accesses", "6 are gone", "6 are gone"),
    "insert in the middle": (
        f"{_MOVED}; INSERT INTO accesses SELECT 4, {_REST} FROM accesses WHERE number = 1",
        "line 4 is not the",
        "lines 1 to 6",
    ),
    "swap two": (
        "; ".join(f"UPDATE accesses SET number = {to} WHERE number = {at}" for at, to in ((2, -1), (3, 2), (-1, 3))),
        "line 2 is not the",
        "lines 1 to 6",
    ),
}


@pytest.mark.parametrize("again", [False, True], ids=["as it is", "the chain made again"])
@pytest.mark.parametrize("attack", ON_THE_REGISTER)
def test_no_bound_line_of_the_register_is_altered_removed_or_added_unseen(home: Path, attack: str, again: bool) -> None:
    script, as_it_is, once_chained = ON_THE_REGISTER[attack]
    with register(home) as database:
        for statement in script.split("; "):
            database.execute(statement)
        if again:
            chain_again(database)
    assert any((once_chained if again else as_it_is) in one for one in said(home)), said(home)


def emptied(home: Path) -> None:
    """An empty register in the place of the one there was."""
    for file in home.glob("access.sqlite*"):
        file.unlink()
    AccessLog(home / "access.sqlite").close()


def test_a_register_that_was_deleted_is_missed_and_no_empty_one_takes_its_place(home: Path) -> None:
    for file in home.glob("access.sqlite*"):
        file.unlink()
    with pytest.raises(Broken, match=r"access\.sqlite is gone. Restore it"):
        open_home(home, settings.load())
    assert not (home / "access.sqlite").exists()
    told = said(home)
    assert any("(access.sqlite) is gone" in one for one in told)
    assert any("has 0 lines, but had 6" in one for one in told)


def test_an_empty_register_in_its_place_does_not_fit(home: Path) -> None:
    emptied(home)
    with on_day(home, EVENTS) as opened:
        assert opened.ledger.misfit is not None
        assert opened.ledger.misfit.what == "register"
        with pytest.raises(Fork, match="no paper is signed"):
            opened.ledger.covered(1)
        read(opened, READINGS + 5)
        assert opened.ledger.find_misfit(), "as many lines are not the same lines"
    assert any("lines 1 to 6" in one for one in said(home))


def test_a_checkpoint_does_not_attest_a_register_that_begins_anew_unsaid(home: Path) -> None:
    emptied(home)
    sizes = Held(home).sizes()
    tampering.recorded(home, 1, start=EVENTS + 1)
    assert Held(home).sizes() == sizes
    with on_day(home, EVENTS + 1) as opened, pytest.raises(Fork, match="restart-register"):
        opened.ledger.checkpoint()


def test_a_lost_register_begins_anew_in_the_log_with_a_reason(home: Path) -> None:
    emptied(home)
    with on_day(home, EVENTS + 1) as opened:
        read(opened, 1)
        opened.binding.restart("磁盘损坏，备份中也没有")
        opened.ledger.checkpoint()
        assert opened.ledger.find_misfit() is None
        opened.ledger.covered(1)
    report = checked(home)
    assert report.problems == []
    assert any("begin anew at @33" in note for note in report.notes)
    with register(home) as database:
        database.execute("DELETE FROM accesses")
    assert any("but had 1" in one for one in said(home)), "what is bound since is proved again"


def test_an_archive_made_of_a_bundle_holds_though_the_register_is_not_in_it(home: Path, tmp_path: Path) -> None:
    with on_day(home, EVENTS) as opened:
        before = opened.log.head()
        bundle(opened, tmp_path / "one.zip")
        assert opened.log.head() == before, "a bundle adds nothing to the log"
    unbundle(tmp_path / "one.zip", tmp_path / "again")
    report = checked(tmp_path / "again")
    assert report.problems == []
    assert any("made of a bundle" in note for note in report.notes)
    with on_day(tmp_path / "again", EVENTS) as opened:
        assert opened.ledger.misfit is None


def test_who_marks_an_archive_as_made_of_a_bundle_to_hide_its_register_stops_its_signing(home: Path) -> None:
    emptied(home)
    (home / "unbundled").write_text("")
    tampering.recorded(home, 1, start=EVENTS, name="李")
    with on_day(home, EVENTS + 1) as opened, pytest.raises(NoKey, match="signs nothing"):
        opened.ledger.checkpoint()
    assert any("made of a bundle" in note for note in checked(home).notes)


def test_lines_from_before_there_was_a_chain_are_bound_by_the_first_new_one(tmp_path: Path) -> None:
    path = tmp_path / "access.sqlite"
    with closing(AccessLog(path)) as log:
        log.write(*(_entry(n) for n in range(3)))
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for name in ("chain_no_update", "chain_no_delete", "chain_no_replace"):
            database.execute(f"DROP TRIGGER {name}")
        database.execute("DROP TABLE chain")
    with closing(AccessLog(path)) as log:
        assert log.head().lines == 0
        log.write(_entry(3))
        head = log.head()
        assert head.lines == 4
        rows = [{name: value for name, value in vars(one).items() if value} for one in log.entries()]
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        stored = [dict(row) for row in database.execute("SELECT * FROM accesses ORDER BY number")]
    assert len(rows) == len(stored) == 4
    assert list(chain.hashes(chain.EMPTY, stored))[-1] == (4, head.head)


def _entry(number: int) -> Entry:
    return Entry(
        at=START, who="office", capacity=Capacity.OFFICE_CLERK, act=Act.VIEW, person_id=f"p-{number:06d}", reason=None
    )


def test_a_trigger_planted_in_an_open_register_writes_nothing_else(tmp_path: Path) -> None:
    with closing(AccessLog(tmp_path / "access.sqlite")) as log:
        log.write(_entry(1))
        with closing(sqlite3.connect(tmp_path / "access.sqlite")) as other:
            other.executescript(
                "DROP TRIGGER accesses_no_update; CREATE TRIGGER helper AFTER INSERT ON accesses "
                "BEGIN UPDATE accesses SET who = 'nobody' WHERE number = NEW.number; END"
            )
        with pytest.raises(Exception, match="took something else"):
            log.write(_entry(2))
        assert [one.who for one in log.entries()] == ["office"]
    with pytest.raises(Exception, match="trigger helper"):
        AccessLog(tmp_path / "access.sqlite")


# --- The charter, the descriptions of evidence


@pytest.mark.parametrize("change", [{"created_at": "2019-01-01T00:00:00Z"}, {"seed": "another"}])
def test_a_charter_that_was_altered_is_told(home: Path, change: dict[str, str]) -> None:
    path = home / "archive.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert any("archive.json is not what attestation" in one for one in said(home))


def test_a_charter_cannot_contradict_its_own_origin_on_being_practice(home: Path) -> None:
    path = home / "archive.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"practice": False, "seed": None}))
    with pytest.raises(Exception, match=r"archive\.json is damaged"):
        Home(home).read_charter()


@pytest.mark.parametrize(
    "change", [{"name": "别的.txt"}, {"media_type": "text/html"}, {"size": 1}, {"sha256": "0" * 64}]
)
def test_what_is_kept_with_a_file_is_what_was_signed(home: Path, change: dict[str, object]) -> None:
    path = tampering._evidence(home, 20).with_suffix(".json")
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert any("kept with the file" in one and "@20" in one for one in said(home))


def test_a_description_of_another_file_is_not_recorded(home: Path) -> None:
    path = tampering._evidence(home, 20)
    other = path.with_suffix(".json")
    other.write_text(json.dumps(json.loads(other.read_text()) | {"sha256": "0" * 64}))
    with on_day(home, EVENTS) as opened, pytest.raises(Exception, match="was altered or is damaged"):
        opened.evidence.describe(path.name)


# --- The chain of checkpoints


def test_every_checkpoint_that_is_gone_is_named(home: Path) -> None:
    sizes = Held(home).sizes()
    for size in sizes[:-1]:
        for file in (home / "checkpoints").glob(f"{size:012}*"):
            file.unlink()
    (told,) = said(home)
    assert told.startswith(f"Checkpoint {sizes[-2]} is gone: checkpoints/{sizes[-1]}.attestation shows that it was")


def cut_off_while_signing(home: Path) -> None:
    """The last attestation is there, its checkpoint and the head are not yet."""
    last, before = Held(home).sizes()[-1], Held(home).sizes()[-2]
    (home / "checkpoints" / f"{last:012}").unlink()
    (home / "head").write_bytes((home / "checkpoints" / f"{before:012}").read_bytes())


def test_a_checkpoint_cut_off_in_the_middle_is_named_until_it_is_signed(home: Path) -> None:
    cut_off_while_signing(home)
    assert any("run tidui checkpoint" in one for one in said(home))
    with on_day(home, EVENTS) as opened:
        opened.after.catch_up()
    assert said(home) == []


def test_one_that_the_next_checkpoint_passed_over_was_never_there(home: Path) -> None:
    cut_off_while_signing(home)
    tampering.recorded(home, 1, start=EVENTS + 1, name="李")
    with on_day(home, EVENTS + 1) as opened:
        opened.ledger.checkpoint()
    assert said(home) == []


@pytest.mark.parametrize("place", [1, 14, EVENTS])
def test_a_checkpoint_whose_file_alone_is_gone_is_named(home: Path, place: int) -> None:
    (home / "checkpoints" / f"{place:012}").unlink()
    assert any(f"Checkpoint {place} is gone" in one for one in said(home))


def test_what_a_lost_checkpoint_signed_is_still_held_against_the_log(home: Path) -> None:
    """The attestation after it says its root."""
    for size in range(1, EVENTS):
        for file in (home / "checkpoints").glob(f"{size:012}*"):
            file.unlink()
    tampering.edit(home, 20)
    tampering.rebuild_tree(home)
    assert any("in @1–@29 something was altered" in one for one in said(home)), said(home)


def test_attestations_of_the_first_version_are_read_and_bind_nothing(home: Path) -> None:
    key, held = Held(home).key(), Held(home)
    for size in held.sizes():
        old = parse_attestation(held.attestation(size))._replace(binding=None)
        assert old.text().startswith("tidui-attestation/1\n")
        note = key.note(old.text())
        (home / "checkpoints" / f"{size:012}.attestation").write_text(str(note), encoding="utf-8")
        assert parse_attestation(note) == old
    assert said(home) == []


@pytest.mark.parametrize("line", ["charter", "before", "register"])
def test_an_attestation_without_one_of_its_lines_is_none(home: Path, line: str) -> None:
    whole = Held(home).attestation(EVENTS)
    text = "".join(one + "\n" for one in whole.text.splitlines() if not one.startswith(f"{line} "))
    with pytest.raises(Exception, match="not an attestation"):
        parse_attestation(Note(text, whole.signatures))
    assert parse_attestation(parse_note(str(whole)))


def test_a_head_that_is_swapped_while_it_is_signed_stops_the_signing(home: Path) -> None:
    tampering.recorded(home, 1, start=EVENTS, name="李")
    held, other = Held(home), str(Held(home).checkpoint(10))
    with on_day(home, EVENTS + 1) as opened:
        opened.ledger._log = _Swapping(  # type: ignore[assignment]
            opened.log, lambda: held.head_file.write_text(other, encoding="utf-8")
        )
        with pytest.raises(Fork, match="changed while it was signed"):
            opened.ledger.checkpoint()
    assert str(held.head()) == other, "what somebody else put there is not written over"


class _Swapping:
    """A log during whose reading somebody else puts another head in place."""

    def __init__(self, log: object, swap: Callable[[], object]) -> None:
        self._inner, self._swap = log, swap

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def heads(self, upto: int) -> object:
        self._swap()
        return self._inner.heads(upto)  # type: ignore[attr-defined]


# --- The schema, the tree


@pytest.mark.parametrize("file", ["archive.sqlite", "access.sqlite"])
def test_what_stands_in_a_schema_and_is_not_the_products_is_named_and_not_opened(home: Path, file: str) -> None:
    with closing(sqlite3.connect(home / file)) as database:
        database.execute("CREATE VIEW helper AS SELECT 1")
    assert said(home) == [f"{file}: there is a foreign view helper on helper."]
    with pytest.raises(Exception, match=f"{file} was altered.*restore this file from a backup"):
        open_home(home, settings.load())


def test_an_index_that_hides_an_event_from_its_stream_is_found(home: Path) -> None:
    """The rows are all there and as they were; who asks for a person's events by the index misses one."""
    index = "SELECT * FROM sqlite_master WHERE type = 'index' AND tbl_name = 'stored_events'"
    bare = "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB)"
    with closing(sqlite3.connect(home / "archive.sqlite", isolation_level=None)) as database:
        (row,) = database.execute(index).fetchall()
        (whole,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'stored_events'").fetchone()
        guards = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            database.execute(f"DROP TRIGGER {name}")
        database.execute("PRAGMA writable_schema = ON")
        database.execute("DELETE FROM sqlite_master WHERE name = ?", (row[1],))
        database.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'stored_events'", (bare,))
    with closing(sqlite3.connect(home / "archive.sqlite", isolation_level=None)) as database:
        (stream,) = database.execute("SELECT originator_id FROM stored_events WHERE rowid = 32").fetchone()
        database.execute("UPDATE stored_events SET originator_id = 'p-x' WHERE rowid = 32")
        database.execute("PRAGMA writable_schema = ON")
        database.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
        database.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'stored_events'", (whole,))
    with closing(sqlite3.connect(home / "archive.sqlite", isolation_level=None)) as database:
        for _, statement in guards:
            database.execute(statement)
    assert stream == "accesses"
    assert any("archive.sqlite contradicts itself" in one for one in said(home))


def test_of_a_tree_that_was_altered_it_is_said_that_the_tree_is_wrong_and_no_event(home: Path) -> None:
    tampering.alter_tree(home, 1)
    (told,) = said(home)
    assert "The tree in ledger.sqlite is wrong, the log is not" in told


def test_of_an_event_that_was_altered_it_is_said_though_the_tree_was_too(home: Path) -> None:
    tampering.alter_tree(home, 1)
    tampering.edit(home, 20)
    assert any(one.startswith("The log is not what") for one in said(home))
    assert not any("@1 was altered" in one for one in said(home))


def test_a_head_held_elsewhere_is_said_to_be_a_beginning(home: Path) -> None:
    notes = checked(home, home / "checkpoints" / f"{10:012}").notes
    assert any("are the beginning of today's 32" in note for note in notes)


def test_a_large_tree_is_looked_at_whole(tmp_path: Path) -> None:
    """With higher tiles in place a wrong leaf does not come to the root that is read from those."""
    home = tmp_path / "large"
    init_home(home, settings.load(), practice=True, seed="large")
    tampering.recorded(home, 70)
    tampering.alter_tree(home, 1)
    (told,) = said(home)
    assert "The tree in ledger.sqlite is wrong, the log is not" in told
