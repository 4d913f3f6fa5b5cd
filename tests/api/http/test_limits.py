"""Nobody takes so much of the service that others get nothing: turns, silence, slowness, pages of other sites."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http.connection import Connection
from api.http.lanes import Lane
from api.http.problems import Crowded
from api.http.service import create
from api.main import App
from tests.api.support import Post, answer_to, is_problem, rest_of, serving

ASKING = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
FOREIGN = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
GUARDS = {
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def limited(opened: App, **settings: Any) -> App:
    return replace(opened, settings=opened.settings.model_copy(update=settings))


async def _takes(lane: Lane) -> bool:
    """Whether a turn is to be had."""
    try:
        async with lane.turn():
            return True
    except Crowded:
        return False


@pytest.mark.parametrize(("waiting", "seconds"), [(0, 60), (1, 0.01)])
def test_who_finds_no_turn_is_told_at_once_or_when_the_time_is_over(waiting: int, seconds: float) -> None:
    async def crowd() -> list[bool]:
        lane = Lane(2, waiting, seconds)
        async with AsyncExitStack() as held:
            await held.enter_async_context(lane.turn())
            free = await _takes(lane)
            await held.enter_async_context(lane.turn())
            taken = await _takes(lane)
        return [free, taken, await _takes(lane)]

    assert asyncio.run(crowd()) == [True, False, True]


def test_who_waits_gets_the_next_turn() -> None:
    async def crowd() -> bool:
        lane = Lane(1, 1, 60)
        async with lane.turn():
            waiting = asyncio.ensure_future(_takes(lane))
            await asyncio.sleep(0)
            assert not await _takes(lane), "one may wait, not two"
        return await waiting

    assert asyncio.run(crowd())


def test_what_says_that_the_service_lives_waits_for_no_turn(opened: App) -> None:
    service = create(opened)
    with TestClient(service, base_url="http://127.0.0.1") as client:
        service.state.lanes.readings = Lane(0, 0, 0)
        busy = client.get("/v1/roster")
        is_problem(busy, 503, "busy")
        assert int(busy.headers["Retry-After"]) > 0
        for path in ("/healthz", "/readyz", "/metrics"):
            assert client.get(path).status_code == 200


def test_who_says_nothing_is_let_go(opened: App) -> None:
    with serving(limited(opened, idle_seconds=1)) as address:
        assert answer_to(address, b"") == b""
        half = answer_to(address, b"GET /healthz HTTP/1.1\r\nHost: 127")
        assert half.startswith(b"HTTP/1.1 408")
        assert b"application/problem+json" in half


def test_a_body_that_does_not_come_is_not_waited_for(opened: App) -> None:
    head = b"POST /v1/evidence HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n"
    with serving(limited(opened, body_seconds=0.05)) as address:
        reply = answer_to(address, head + b"half")
    assert reply.startswith(b"HTTP/1.1 408")
    assert json.loads(reply.partition(b"\r\n\r\n")[2])["type"].endswith("too-slow")


def test_silent_connections_leave_room_for_who_asks(opened: App) -> None:
    with serving(limited(opened, connection_limit=8, idle_seconds=600)) as address:
        silent = [socket.create_connection(address, timeout=60) for _ in range(8)]
        assert answer_to(address, ASKING).startswith(b"HTTP/1.1 200")
        assert rest_of(silent[0]) == b"", "the longest silent one was closed"
        for line in silent:
            line.close()


def test_small_answers_are_sent_at_once(opened: App, monkeypatch: pytest.MonkeyPatch) -> None:
    options: list[int] = []
    made = Connection.connection_made

    def looking(self: Connection, transport: asyncio.Transport) -> None:
        made(self, transport)
        options.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    monkeypatch.setattr(Connection, "connection_made", looking)
    with serving(opened) as address:
        answer_to(address, ASKING)
    assert len(options) == 1
    assert options[0] != 0


@pytest.mark.parametrize("path", ["/v1/roster", "/v1/events", "/v1/documents/nomination-summary.pdf", "/healthz"])
def test_no_page_of_another_site_reads_in_the_clerks_name(opened: App, client: TestClient, path: str) -> None:
    is_problem(client.get(path, headers=FOREIGN), 421, "misdirected")
    assert opened.access.entries() == []


def test_no_page_of_another_site_records_or_starts_a_run(
    opened: App, client: TestClient, post: Post, person: dict[str, Any]
) -> None:
    is_problem(post("register-person", person, headers=FOREIGN), 421, "misdirected")
    is_problem(client.post("/v1/documents/runs", headers=FOREIGN), 421, "misdirected")
    assert client.get("/v1/documents/runs").status_code == 404, "an image's address starts nothing"
    assert opened.log.head() == 0


@pytest.mark.parametrize("ours", [{}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"}])
def test_every_answer_keeps_other_sites_out(client: TestClient, ours: dict[str, str]) -> None:
    for path in ("/healthz", "/v1/roster", "/v1/nowhere", "/v1/checkpoint"):
        reply = client.get(path, headers=ours)
        assert reply.status_code != 421
        assert {name: reply.headers[name] for name in GUARDS} == GUARDS, path
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
