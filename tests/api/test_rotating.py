"""Changing the signing key: cut off anywhere it completes itself, and whoever has less than the key changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api import settings
from api.demo.narrator import SetClock
from api.home import Home
from api.main import App, init_home, open_home
from api.proving import check_archive
from api.rotating import rotate
from domain.errors import Broken, TiduiError
from domain.office import Office
from projections.ledger.checkpoint import parse_checkpoint
from projections.ledger.held import Held, NoKey
from projections.ledger.keys import Turn, hand_over
from projections.ledger.note import Note, PrivateKey, signed_by
from projections.ledger.report import Report
from tests.projections.ledger import tampering

BEFORE = 3


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("rotating") / "home"
    init_home(home, settings.load(), practice=True, seed="rotating")
    tampering.recorded(home, BEFORE)
    return home


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "home"))


def opened(home: Path) -> App:
    return open_home(home, settings.load(), SetClock(tampering.START + timedelta(days=BEFORE)))


def change(home: Path) -> Turn:
    with opened(home) as app:
        return rotate(app, "经办人换岗")


def checked(home: Path) -> Report:
    return check_archive(Home(home), [])[1]


def test_the_new_key_signs_from_its_event_on(home: Path) -> None:
    old = Held(home).key()
    turn = change(home)
    held = Held(home)
    assert turn == (BEFORE + 1, held.key().public)
    assert [signed_by(held.checkpoint(size), old.public) for size in held.sizes()] == [True, True, True, False]
    assert signed_by(held.checkpoint(BEFORE + 1), held.key().public)
    assert not held.next_file.exists()
    assert held.key_file.stat().st_mode & 0o777 == 0o600
    assert old.secret() not in "".join(path.read_text(errors="ignore") for path in home.rglob("*") if path.is_file())
    tampering.recorded(home, 2, start=BEFORE + 1)
    report = checked(home)
    assert report.problems == []
    assert any(f"@{BEFORE + 1}" in note and str(turn.key) in note for note in report.notes)


def test_keys_change_as_often_as_is_wanted(home: Path) -> None:
    turns = [Turn(0, Held(home).key().public), change(home), change(home)]
    assert Home(home).keys().turns == turns
    assert len({turn.key for turn in turns}) == len(turns)
    assert checked(home).problems == []


def test_a_practice_archive_changes_to_the_same_key_again(sound: Path, tmp_path: Path) -> None:
    homes = [Path(shutil.copytree(sound, tmp_path / name)) for name in ("one", "other")]
    assert change(homes[0]) == change(homes[1])
    assert Held(homes[0]).head() == Held(homes[1]).head()


class Death(BaseException):
    """The process ends here."""


def dies(*_: Any, **__: Any) -> None:
    raise Death


# What is called where a rotation is cut off; and whether its first call after the event is meant.
CUTS: dict[str, tuple[type, str, bool]] = {
    "before the new key is on the disk": (Held, "next_key", False),
    "before the event": (Office, "carry_out", False),
    "between event and key file": (Held, "key_of", True),
    "between key file and checkpoint": (Held, "publish", True),
}


def cut_off(home: Path, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change the key up to a point."""
    owner, name, after_event = CUTS[where]
    with opened(home) as app, monkeypatch.context() as patch:
        if after_event:
            app.office.recorded = lambda _: patch.setattr(owner, name, dies)
        else:
            patch.setattr(owner, name, dies)
        with pytest.raises(Death):
            rotate(app, "经办人换岗")


@pytest.mark.parametrize("where", CUTS)
def test_a_rotation_that_is_cut_off_is_completed_by_whatever_comes_next(
    home: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(home, where, monkeypatch)
    assert checked(home).problems == []
    turns = Home(home).keys().turns
    assert len(turns) == 1 + CUTS[where][2]
    tampering.recorded(home, 1, start=BEFORE + 1)
    with opened(home) as app:
        covered = app.ledger.last()
        assert covered
        assert parse_checkpoint(covered).size == app.log.head()
    assert signed_by(covered, turns[-1].key)
    assert Held(home).key().public == turns[-1].key
    turn = change(home)
    assert (turn.key, turn.since) == (Held(home).key().public, parse_checkpoint(covered).size + 1)
    assert checked(home).problems == []


def test_a_new_key_that_was_lost_before_it_signed_is_asked_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_off(home, "between event and key file", monkeypatch)
    held = Held(home)
    held.next_file.rename(home.parent / "kept")
    with opened(home) as app, pytest.raises(NoKey, match="Put that one back"):
        app.ledger.checkpoint()
    assert checked(home).problems == []  # what is signed holds; that the rest is not is a note
    (home.parent / "kept").rename(held.key_file)
    with opened(home) as app:
        assert parse_checkpoint(app.ledger.checkpoint()).size == BEFORE + 1


SPOILT: dict[str, tuple[Callable[[Path], object], type[TiduiError], str]] = {
    "open to others": (lambda file: file.chmod(0o644), NoKey, "chmod 600"),
    "damaged": (lambda file: file.write_bytes(b"\xff"), NoKey, "cannot be used"),
    "of another archive": (
        lambda file: file.write_text(PrivateKey("tidui/other", bytes(32)).secret()),
        Broken,
        "Move it away and try again",
    ),
    "the old one": (lambda file: shutil.copy(file.with_name("signing.key"), file), Broken, "Move it away"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_next_key_that_will_not_do_is_told_of_and_nothing_is_recorded(home: Path, how: str) -> None:
    spoil, error, sentence = SPOILT[how]
    waiting = Held(home).next_file
    waiting.touch(mode=0o600)
    spoil(waiting)
    with pytest.raises(error, match=sentence):
        change(home)
    assert Home(home).keys().turns == Home(home).keys().turns[:1]
    waiting.unlink()
    assert change(home).since == BEFORE + 1


def test_a_key_that_was_given_up_is_not_taken_up_again(home: Path) -> None:
    first, held = Held(home).key(), Held(home)
    change(home)
    held.next_file.write_text(first.secret(), encoding="utf-8")
    held.next_file.chmod(0o600)
    with pytest.raises(Broken, match="was in use before"):
        change(home)
    with opened(home) as app:
        assert app.log.head() == BEFORE + 1


def test_without_the_key_nothing_is_handed_over(home: Path) -> None:
    Held(home).key_file.unlink()
    with pytest.raises(NoKey, match="Put it back"):
        change(home)
    with opened(home) as app:
        assert app.log.head() == BEFORE


def test_what_others_record_meanwhile_comes_before_the_handover(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def others_first(*given: Any) -> Note:
        monkeypatch.setattr("api.rotating.hand_over", hand_over)
        tampering.recorded(home, 1, start=BEFORE)
        return hand_over(*given)

    monkeypatch.setattr("api.rotating.hand_over", others_first)
    assert change(home).since == BEFORE + 2
    assert checked(home).problems == []


def test_whoever_has_only_the_database_is_found_and_changes_nothing(home: Path) -> None:
    own = Held(home).key()
    tampering.usurp_key(home, BEFORE)
    [problem] = checked(home).problems
    assert (problem.code, problem.first) == ("handover", BEFORE + 1)
    assert "without the signature of the key before" in problem.en
    assert Home(home).keys().latest == own.public
    Held(home).keep_key(PrivateKey(own.name, bytes([2] * 32)))  # the thief's
    with opened(home) as app, pytest.raises(NoKey):
        app.ledger.checkpoint()
    Held(home).keep_key(own)
    assert change(home).since == BEFORE + 2


def test_a_handover_over_a_history_that_was_rewritten_is_found_though_the_key_is_known(home: Path) -> None:
    """With the new key, and not the old one, nothing before the change can be rewritten."""
    change(home)
    tampering.edit(home, 2)
    tampering.rebuild_tree(home)
    tampering.drop_heads(home)
    tampering.sign_again(home)
    [problem, gone] = checked(home).problems
    assert gone.en.startswith(f"Checkpoint {BEFORE} is gone")
    assert (problem.code, f"handover@{BEFORE + 1} over {BEFORE} events" in problem.en) == ("fork", True)


def test_each_key_signs_its_own_part_only(home: Path) -> None:
    held = Held(home)
    old = held.key()
    change(home)
    new = held.key()
    for size, key in ((BEFORE, new), (BEFORE + 1, old)):
        path = home / "checkpoints" / f"{size:012}"
        whole = path.read_text(encoding="utf-8")
        path.write_text(str(key.note(whole.partition("\n\n")[0] + "\n")), encoding="utf-8")
        assert [one.code for one in checked(home).problems] == ["key"]
        path.write_text(whole, encoding="utf-8")
    assert checked(home).problems == []


def test_a_log_rolled_back_to_before_the_change_is_told_by_its_heads(home: Path, sound: Path) -> None:
    change(home)
    for ending in ("", "-wal", "-shm"):
        (home / f"archive.sqlite{ending}").unlink(missing_ok=True)
    shutil.copy(sound / "archive.sqlite", home / "archive.sqlite")
    assert {one.code for one in checked(home).problems} == {"truncated"}
    for note in (home / "checkpoints").glob("*.handover"):
        note.unlink()
    assert [one.code for one in checked(home).problems] == ["key", "key", "attestation"]


def test_a_change_of_key_that_cannot_be_read_is_told_of_and_nothing_else(home: Path) -> None:
    change(home)
    tampering.recorded(home, 2, start=BEFORE + 1)
    with tampering._rows(home) as rows:
        rows.execute("UPDATE stored_events SET state = x'00' WHERE originator_id = 'keys'")
    assert [one.code for one in checked(home).problems] == ["altered", "unreadable", "handover"]
    (note,) = (home / "checkpoints").glob("*.handover")
    note.write_bytes(b"\xff")
    assert f"checkpoints/{note.name}" in checked(home).problems[0].en


def test_the_note_of_a_change_is_put_back_where_it_is_gone(home: Path) -> None:
    change(home)
    (note,) = (home / "checkpoints").glob("*.handover")
    whole = note.read_bytes()
    note.unlink()
    assert checked(home).problems == []
    tampering.recorded(home, 1, start=BEFORE + 1)
    assert note.read_bytes() == whole
