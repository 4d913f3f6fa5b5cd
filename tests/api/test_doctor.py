import json
import socket
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest

from api import doctor
from exports.errors import FontAltered
from exports.pdf import engine, fonts


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def look(name: str, home: Path, port: int) -> doctor.Check:
    return next(check for check in doctor.checks(home, port) if check.name == name)


@pytest.mark.parametrize("name", ["python", "time_zone", "sqlite", "folder", "port"])
def test_what_every_machine_that_runs_the_tests_has(name: str, tmp_path: Path, free_port: int) -> None:
    assert look(name, tmp_path, free_port).ok


def test_a_home_not_made_yet_is_judged_where_it_would_be_made(tmp_path: Path, free_port: int) -> None:
    check = look("folder", tmp_path / "var" / "demo", free_port)
    assert check.ok
    assert str(tmp_path) in check.finding["en"]


def test_looking_leaves_nothing_behind(tmp_path: Path, free_port: int) -> None:
    doctor.checks(tmp_path / "home", free_port)
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_cannot_be_a_folder(tmp_path: Path, free_port: int) -> None:
    (tmp_path / "file").touch()
    check = look("folder", tmp_path / "file" / "home", free_port)
    assert not check.ok
    assert "--home" in check.cure["zh"]


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        check = look("port", tmp_path, server.getsockname()[1])
    assert not check.ok
    assert "--port" in check.cure["en"]


def test_an_old_sqlite(tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 34, 1))
    check = look("sqlite", tmp_path, free_port)
    assert not check.ok
    assert "< 3.35.0" in check.finding["en"]


def test_no_time_zone_database(tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(key: str) -> None:
        raise ZoneInfoNotFoundError(f"No time zone found with key {key}")

    monkeypatch.setattr(doctor, "ZoneInfo", none)
    check = look("time_zone", tmp_path, free_port)
    assert not check.ok
    assert "tzdata" in check.cure["zh"]


def test_a_full_disk(tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_DISK_GIB", 1 << 30)
    assert not look("disk", tmp_path, free_port).ok


def test_a_missing_library_is_named_with_its_cure(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "missing_packages", lambda: ["libharfbuzz-subset0"])
    assert look("pango", tmp_path, free_port).ok
    check = look("harfbuzz_subset", tmp_path, free_port)
    assert not check.ok
    assert check.cure["zh"] == "请运行：sudo apt-get install libharfbuzz-subset0"


def test_a_font_that_is_not_the_pinned_one(tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def altered() -> None:
        raise FontAltered("字体文件与登记的版本不同。", "Not the pinned font.")

    monkeypatch.setattr(fonts, "load_all", altered)
    check = look("fonts", tmp_path, free_port)
    assert not check.ok
    assert "fonts-noto-cjk" in check.cure["en"]


def test_people_read_the_cure_only_where_something_is_wanting() -> None:
    good = doctor.Check("a", ok=True, finding={"zh": "好", "en": "fine"}, cure={"zh": "无", "en": "none"})
    bad = doctor.Check("b", ok=False, finding={"zh": "缺", "en": "missing"}, cure={"zh": "装", "en": "install"})
    assert doctor.render([good, bad], "zh") == "✓ 好\n✗ 缺\n  → 装"
    assert doctor.render([good, bad], "en") == "✓ fine\n✗ missing\n  → install"


def test_machines_read_json(tmp_path: Path, free_port: int) -> None:
    data = json.loads(json.dumps(doctor.as_data(doctor.checks(tmp_path, free_port)[:1])))
    assert data["ok"] is True
    assert data["checks"][0]["name"] == "python"
    assert set(data["checks"][0]) == {"name", "ok", "finding", "cure"}


def test_an_archive_that_cannot_sign(home: Path, free_port: int) -> None:
    assert look("signing_key", home, free_port).ok
    key = home / "signing.key"
    key.chmod(0o644)
    check = look("signing_key", home, free_port)
    assert (check.ok, "chmod 600" in check.cure["zh"]) == (False, True)
    key.chmod(0o600)
    key.rename(home / "signing.key.next")  # what signs next takes it from there
    assert look("signing_key", home, free_port).ok
    (home / "archive.sqlite").unlink()
    assert "Restore it from a backup" in look("signing_key", home, free_port).finding["en"]
