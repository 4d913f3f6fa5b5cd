import json
import socket
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient
from starlette.routing import Route

from api import settings
from api.http.serve import NotLoopback, PortTaken, serve
from api.http.service import create
from api.main import App, init_home, open_home
from domain.errors import Broken
from tests.api.support import Post, is_problem


def test_it_is_up_and_says_which_archive_it_serves(client: TestClient, opened: App) -> None:
    assert client.get("/healthz").json() == {"ok": True, "origin": opened.charter.origin, "practice": True}


def test_ready_looks_at_each_thing_it_needs(client: TestClient, opened: App) -> None:
    names = [look["name"] for look in client.get("/readyz").json()["checks"]]
    assert names == ["log", "views", "access_log", "fit", "after_recording", "clock", "verified", "disk", "pdf"]
    opened.access.close()
    reply = client.get("/readyz")
    assert reply.status_code == 503
    assert next(look["name"] for look in reply.json()["checks"] if not look["ok"]) == "access_log"


def test_metrics_count_by_route_and_never_by_query(client: TestClient, post: Post, person: dict[str, Any]) -> None:
    post("register-person", person)
    client.get("/v1/events?subject=p-secret")
    text = client.get("/metrics").text
    assert 'tidui_http_requests_total{method="GET",route="/v1/events",status="200"} 1' in text
    assert "tidui_log_position 1" in text
    assert "secret" not in text


def test_a_practice_archive_says_so_in_every_reply(client: TestClient) -> None:
    for path in ("/healthz", "/v1/events", "/nowhere", "/docs", "/openapi.json"):
        assert client.get(path).headers["tidui-practice"] == "yes"


def test_a_real_archive_does_not(tmp_path: Path) -> None:
    real = settings.load()
    init_home(tmp_path, real)
    with open_home(tmp_path, real) as opened, TestClient(create(opened), base_url="http://localhost") as client:
        assert "tidui-practice" not in client.get("/healthz").headers


def test_the_page_of_the_document_loads_nothing_from_elsewhere(client: TestClient) -> None:
    assert client.get("/", follow_redirects=False).headers["Location"] == "/docs"
    page = client.get("/docs")
    assert "http" not in page.text.replace("http://127.0.0.1", "")
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"):
        assert f"/docs/assets/{asset}" in page.text
        assert client.get(f"/docs/assets/{asset}").status_code == 200


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/events/", "/docs/assets/x", "/v1/%ff", "/v2/events"])
def test_an_address_that_is_not_there(path: str, client: TestClient) -> None:
    is_problem(client.get(path), 404, "not-found")


def test_a_method_that_an_address_does_not_take(client: TestClient) -> None:
    reply = client.delete("/v1/events")
    is_problem(reply, 405, "method")
    assert reply.headers["allow"] == "GET, HEAD"


def test_every_operation_tells_its_problems_as_problem_details(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert "HTTPValidationError" not in json.dumps(document)
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status == "default" or int(status) >= 400:
                    assert list(response["content"]) in (["application/problem+json"], ["application/json"])
            assert "default" in operation["responses"]


def test_other_hosts_and_other_sites_are_turned_away(client: TestClient, person: dict[str, Any]) -> None:
    is_problem(client.get("/v1/events", headers={"host": "school.example"}), 421, "misdirected")
    is_problem(client.get("/v1/events", headers={"host": "[::1"}), 421, "misdirected")
    assert client.get("/v1/events", headers={"host": "localhost:8345"}).status_code == 200
    body = {"occurred_on": "2024-03-01", "capacity": "office_clerk", "data": person}
    for origin in ("https://school.example", "null"):
        reply = client.post("/v1/commands/register-person", json=body, headers={"origin": origin})
        is_problem(reply, 421, "misdirected")
    own = client.post("/v1/commands/register-person", json=body, headers={"origin": "http://127.0.0.1"})
    assert own.status_code == 201


def test_the_log_of_requests_tells_neither_query_nor_message(client: TestClient) -> None:
    def fail() -> None:
        raise RuntimeError("单晓珺")

    client.app.router.routes.insert(0, Route("/fails", lambda _: fail()))  # type: ignore[attr-defined]
    with structlog.testing.capture_logs() as lines:
        client.get("/v1/events?subject=p-secret")
        reply = client.get("/fails?name=secret")
    is_problem(reply, 500, "failed")
    assert reply.headers["x-request-id"] in {line["request_id"] for line in lines if line["event"] == "failed"}
    assert "secret" not in str(lines)
    assert "单晓珺" not in str(lines) + reply.text
    assert "/v1/events" in {line.get("route") for line in lines}


def test_damaged_data_are_a_problem_of_their_own(
    client: TestClient, opened: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise Broken("记录已损坏。", "The record is damaged.")

    monkeypatch.setattr(opened.log, "read", broken)
    is_problem(client.get("/v1/events"), 500, "broken")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "school.example", ""])
def test_only_this_machine_is_served_until_there_are_accounts(host: str, home: Path) -> None:
    with open_home(home, settings.load(host=host or "::")) as opened, pytest.raises(NotLoopback, match="--host"):
        serve(opened, lambda *_: pytest.fail("an address is told before it is bound"))


def test_a_port_that_something_else_uses(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = settings.load(port=other.getsockname()[1])
        with open_home(home, taken) as opened, pytest.raises(PortTaken, match="--port"):
            serve(opened, lambda *_: pytest.fail("an address is told before it is bound"))


def test_the_address_is_told_once_it_is_bound(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int]] = []

    def answer(_: object, sockets: list[socket.socket]) -> None:
        assert told == [sockets[0].getsockname()]

    monkeypatch.setattr("uvicorn.Server.run", answer)
    with open_home(home, settings.load(port=0)) as opened:
        serve(opened, lambda host, port: told.append((host, port)))
    assert told[0][1] != 0
