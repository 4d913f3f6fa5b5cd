"""Files removed or replaced under a running program: nothing is acknowledged that would be gone at a restart."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import settings
from api.access import Act
from api.http.serve import serve
from api.http.service import create
from api.http.stopping import stopping_of
from api.main import App, init_home, open_home
from api.registering import written_down
from domain.archive import Displaced
from tests.api.support import Post, is_problem

PERSON = {"name": "王一", "gender": "female", "birth_date": "1985-03-02"}
LOG = ["archive.sqlite", "archive.sqlite-wal", "archive.sqlite-shm"]
ACCESSES = ["access.sqlite", "access.sqlite-wal"]


def remove(path: Path) -> None:
    path.unlink()


def replace(path: Path) -> None:
    copy = path.with_name("copy")
    shutil.copyfile(path, copy)
    copy.replace(path)


def move_away(path: Path) -> None:
    path.rename(path.with_name("away"))


@pytest.mark.parametrize("file", LOG)
@pytest.mark.parametrize("act", [remove, replace, move_away])
def test_nothing_is_recorded_in_a_log_that_lost_its_place(
    opened: App, client: TestClient, post: Post, act: Callable[[Path], None], file: str
) -> None:
    assert post("register-person", PERSON).status_code == 201
    act(opened.home.folder / file)
    problem = is_problem(post("register-person", PERSON | {"name": "王二"}), 503, "unavailable")
    assert file in problem["detail"]
    is_problem(client.get("/v1/events"), 503, "unavailable")
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert {look["name"] for look in ready.json()["checks"] if not look["ok"]} >= {"log"}


@pytest.mark.parametrize("file", ACCESSES)
@pytest.mark.parametrize("act", [remove, replace])
def test_nothing_is_read_where_the_access_log_lost_its_place(
    opened: App, client: TestClient, post: Post, act: Callable[[Path], None], file: str
) -> None:
    post("register-person", PERSON)
    assert client.get("/v1/events").status_code == 200
    act(opened.home.folder / file)
    is_problem(client.get("/v1/events"), 503, "unavailable")
    looks = {look["name"]: look["ok"] for look in client.get("/readyz").json()["checks"]}
    assert (looks["log"], looks["access_log"]) == (True, False)


def test_files_in_their_place_are_left_alone(opened: App, client: TestClient, post: Post) -> None:
    for name in ("王一", "王二"):
        assert post("register-person", PERSON | {"name": name}).status_code == 201
    with open_home(opened.home.folder, opened.settings) as other:  # comes and goes
        written_down(other, Act.VIEW, "people")
    assert post("register-person", PERSON | {"name": "王三"}).status_code == 201
    assert client.get("/readyz").status_code == 200


def test_what_is_taken_away_between_the_decision_and_the_commit_is_not_acknowledged(
    opened: App, monkeypatch: pytest.MonkeyPatch, post: Post
) -> None:
    append = opened.log._app.recorder._insert_events  # type: ignore[attr-defined]

    def late(*given: Any, **more: Any) -> Any:
        opened.home.log.rename(opened.home.folder / "away")
        return append(*given, **more)

    monkeypatch.setattr(opened.log._app.recorder, "_insert_events", late)
    is_problem(post("register-person", PERSON), 503, "unavailable")
    (opened.home.folder / "away").rename(opened.home.log)
    assert opened.log.head() == 0


def test_the_service_stops(opened: App, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[str] = []

    def until_stopped(_: object, **__: object) -> None:
        service = served[0]
        with TestClient(service, base_url="http://127.0.0.1") as client:
            assert client.get("/healthz").status_code == 200
            assert stopping_of(service).because is None
            opened.home.access.unlink()
            client.get("/readyz")
        stopped.append("stopped")

    served: list[FastAPI] = []

    def creating(opened: App) -> FastAPI:
        served.append(create(opened))
        return served[0]

    monkeypatch.setattr("api.http.serve.create", creating)
    monkeypatch.setattr("uvicorn.Server.run", until_stopped)
    with pytest.raises(Displaced, match=r"access\.sqlite"):
        serve(opened, lambda *_: None)
    assert stopped == ["stopped"]


def test_the_command_line_says_so_too(tmp_path: Path) -> None:
    init_home(tmp_path, settings.load())
    with open_home(tmp_path, settings.load()) as opened:
        opened.home.log.unlink()
        with pytest.raises(Displaced, match="removed or replaced"):
            written_down(opened, Act.VIEW, "people")
