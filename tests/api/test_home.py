import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api import settings
from api.home import AlreadyAnArchive, NewerArchive, NotAnArchive
from api.main import init_home, open_home
from domain.errors import Broken, Malformed, TiduiError, Unavailable

CLOCK = "2027-03-20T09:00:00+08:00"


def test_a_practice_archive_follows_from_its_seed_and_obeys_the_clock(tmp_path: Path) -> None:
    still = settings.load(clock=CLOCK)
    one = init_home(tmp_path / "one", still, practice=True, seed="a")
    other = init_home(tmp_path / "other", still, practice=True, seed="a")
    assert one == other
    assert one.origin.startswith("tidui-practice/")
    with open_home(tmp_path / "one", still) as opened:
        assert opened.charter == one
        assert opened.clock() == datetime(2027, 3, 20, 1, tzinfo=UTC)


def test_another_seed_is_another_archive(tmp_path: Path) -> None:
    origins = {init_home(tmp_path / seed, settings.load(), practice=True, seed=seed).origin for seed in "ab"}
    assert len(origins) == 2


def test_a_real_archive_has_no_seed_and_refuses_the_clock(tmp_path: Path) -> None:
    charter = init_home(tmp_path, settings.load(), seed="ignored")
    assert (charter.practice, charter.seed) == (False, None)
    still = settings.load(clock=CLOCK)
    with pytest.raises(Malformed, match="TIDUI_CLOCK"):
        open_home(tmp_path, still)
    with pytest.raises(Malformed, match="TIDUI_CLOCK"):
        init_home(tmp_path / "new", still)
    assert not (tmp_path / "new").exists()


def test_init_never_touches_an_archive_that_is_there(tmp_path: Path) -> None:
    init_home(tmp_path, settings.load())
    before = (tmp_path / "archive.json").read_bytes()
    with pytest.raises(AlreadyAnArchive, match="--home"):
        init_home(tmp_path, settings.load())
    assert (tmp_path / "archive.json").read_bytes() == before


def test_a_folder_without_an_archive(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="tidui init"):
        open_home(tmp_path, settings.load())
    assert list(tmp_path.iterdir()) == []


def test_an_archive_of_newer_software(tmp_path: Path) -> None:
    init_home(tmp_path, settings.load())
    charter = json.loads((tmp_path / "archive.json").read_text())
    (tmp_path / "archive.json").write_text(json.dumps(charter | {"format": 2}))
    with pytest.raises(NewerArchive, match="Update"):
        open_home(tmp_path, settings.load())


def test_a_damaged_charter(tmp_path: Path) -> None:
    init_home(tmp_path, settings.load())
    (tmp_path / "archive.json").write_text("{")
    with pytest.raises(Broken, match="backup"):
        open_home(tmp_path, settings.load())


def test_no_empty_log_is_made_where_one_is_gone(tmp_path: Path) -> None:
    init_home(tmp_path, settings.load())
    (tmp_path / "archive.sqlite").unlink()
    with pytest.raises(Broken, match="Restore"):
        open_home(tmp_path, settings.load())
    assert not (tmp_path / "archive.sqlite").exists()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    init_home(tmp_path, settings.load())
    for ending in ("", "-wal", "-shm"):
        (tmp_path / f"archive.sqlite{ending}").unlink(missing_ok=True)
    (tmp_path / "archive.sqlite").write_bytes(b"not a database" * 500)
    with pytest.raises(TiduiError):
        open_home(tmp_path, settings.load())


def test_a_place_where_no_folder_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="--home"):
        init_home(tmp_path / "file" / "home", settings.load())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Unavailable, match="permissions"):
        init_home(tmp_path / "home", settings.load())


def test_settings_come_from_arguments_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDUI_PORT", "9000")
    assert settings.load().port == 9000
    assert settings.load(port=9001, actor=None).port == 9001


@pytest.mark.parametrize(
    ("name", "value"), [("TIDUI_PORT", "many"), ("TIDUI_CLOCK", "2027-03-20"), ("TIDUI_CLOK", "2027-03-20T09:00:00Z")]
)
def test_a_setting_that_is_wrong_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Malformed, match=name):
        settings.load()


def test_every_setting_is_described() -> None:
    assert all(field.description for field in settings.Settings.model_fields.values())
