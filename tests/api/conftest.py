from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from api import settings
from api.http.service import create
from api.main import App, init_home, open_home

CLOCK = "2024-03-20T09:00:00+08:00"
Post = Callable[..., httpx2.Response]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(settings.PREFIX + name.upper(), raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A practice archive that stands still on 20 March 2024."""
    init_home(tmp_path / "home", settings.load(clock=CLOCK), practice=True, seed="tests")
    return tmp_path / "home"


@pytest.fixture
def opened(home: Path) -> Iterator[App]:
    with open_home(home, settings.load(clock=CLOCK)) as app:
        yield app


@pytest.fixture
def client(opened: App) -> Iterator[TestClient]:
    with TestClient(create(opened), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def post(client: TestClient) -> Post:
    """Sends a command of the office clerk."""

    def send(name: str, data: dict[str, Any], *, query: str = "", headers: Any = None, **more: Any) -> httpx2.Response:
        body = {"occurred_on": "2024-03-01", "capacity": "office_clerk", "data": data} | more
        return client.post(f"/v1/commands/{name}{query}", json=body, headers=headers)

    return send


@pytest.fixture
def plan() -> dict[str, Any]:
    """The data that publishes the plan of the second batch."""
    text = (resources.files("domain") / "plans" / "2024-second.toml").read_bytes()
    return {"toml": text.decode()}


@pytest.fixture
def person() -> dict[str, Any]:
    return {"name": "单晓珺", "gender": "female", "birth_date": "1988-02-29", "subject": "数学"}
