"""What cannot be written is read only where its register has a place; what can be is for its owner, and bounded."""

import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from fastapi.testclient import TestClient

from api import places, settings
from api.access import Act
from api.doctor import checks
from api.home import Home
from api.main import App, init_home, open_home
from api.registering import written_down
from domain import office
from domain.errors import Malformed, Unavailable
from exports.pdf.kept import KeptDocuments
from exports.pdf.manuscript import Manuscript
from tests.api.support import Post, is_problem
from tests.support.command_line import command_line

PERSON = {"name": "王一", "gender": "female", "birth_date": "1985-03-02"}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def login_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def tidui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("TIDUI_HOME", str(tmp_path / "home"))
    return command_line(monkeypatch, capsys)


@pytest.fixture
def read_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(places, "is_writable", lambda _: False)
    return home


def test_a_read_only_archive_is_read_where_its_register_has_a_place(read_only: Path, tmp_path: Path) -> None:
    register = tmp_path / "register.sqlite"
    with open_home(read_only, settings.load(access_log=register)) as opened:
        written_down(opened, Act.VIEW, "people")
        with pytest.raises(Unavailable, match="read only"):
            opened.log.check_writable()
    assert register.exists()
    assert not Home(read_only).views.exists(), "what is made again is made elsewhere"


def test_without_one_a_sentence_says_so(read_only: Path) -> None:
    with pytest.raises(Unavailable, match="TIDUI_ACCESS_LOG"):
        open_home(read_only, settings.load())


def test_an_archive_that_can_be_written_keeps_its_own_register(home: Path, tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="Unset it"):
        open_home(home, settings.load(access_log=tmp_path / "register.sqlite"))


def test_a_database_that_cannot_be_written_is_not_ready(
    client: TestClient, opened: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").status_code == 200

    def refuses() -> str:
        raise Unavailable("只读。", "attempt to write a readonly database")

    monkeypatch.setattr(opened.log, "check_writable", refuses)
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert [look["name"] for look in ready.json()["checks"] if not look["ok"]] == ["log"]


@pytest.mark.usefixtures("login_umask")
def test_whatever_the_command_line_writes_is_for_its_owner_alone(tidui: Run, tmp_path: Path) -> None:
    assert tidui("init")[0] == 0
    files = [tmp_path / "home", *(tmp_path / "home").rglob("*")]
    assert [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    (tmp_path / "home" / "archive.sqlite").chmod(0o644)
    assert not next(check for check in checks(tmp_path / "home", 0) if check.name == "modes").ok


def test_record_prints_its_reply_alone_on_the_standard_output(tidui: Run, tmp_path: Path) -> None:
    assert tidui("init")[0] == 0
    (tmp_path / "home" / "head").mkdir()  # no checkpoint can be signed: a warning follows the record
    body = tmp_path / "body.json"
    sent = {"occurred_on": "2024-03-01", "capacity": "office_clerk", "data": PERSON}
    body.write_text(json.dumps(sent), encoding="utf-8")
    code, out, err = tidui("record", "register-person", "--json", body)
    assert code == 0
    assert json.loads(out)["position"] == 1
    assert "checkpoint_failed" in err


def test_who_comes_while_the_log_is_held_is_told_so(opened: App, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_PATIENCE", 0.01)
    held, over = Event(), Event()

    def hold() -> None:
        with opened.office.together():
            held.set()
            over.wait(30)

    holder = Thread(target=hold)
    holder.start()
    held.wait(30)
    try:
        assert "try again" in is_problem(post("register-person", PERSON), 503, "unavailable")["detail"]
    finally:
        over.set()
        holder.join()
    assert post("register-person", PERSON).status_code == 201


class _NoPress:
    def render(self, manuscript: Manuscript) -> bytes:
        raise AssertionError(manuscript)


def test_finished_documents_are_kept_up_to_a_limit(tmp_path: Path) -> None:
    kept = KeptDocuments(tmp_path, _NoPress(), limit=1000)
    for number in range(50):
        kept.keep(f"{number:03}", bytes([number]) * 100)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 1000 + 132
    assert kept.kept("049") is not None
    assert kept.kept("000") is None


def test_drafts_of_killed_programs_are_swept_when_an_archive_is_opened(home: Path) -> None:
    (home / ".tidui-draft-killed").mkdir()
    (home / ".tidui-draft-killed" / "half").write_bytes(b"half")
    open_home(home, settings.load()).close()
    assert not (home / ".tidui-draft-killed").exists()


def test_init_leaves_no_draft(tmp_path: Path) -> None:
    init_home(tmp_path, settings.load())
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".tidui-draft-")] == []
