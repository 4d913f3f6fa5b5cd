import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from threading import Event
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.http import events
from api.http.events import Asked, feed
from api.main import App
from domain.events.base import Recorded
from tests.api.support import Post, is_problem, rest_of, serving

NEVER = Event()
NAMES = ("单晓珺", "解东", "仇英", "区伟明", "欧阳明月")


@pytest.fixture
def streams(post: Post, person: dict[str, Any]) -> list[str]:
    return [post("register-person", person | {"name": name}).json()["events"][0]["stream"] for name in NAMES]


def test_the_log_is_paged_by_position_with_links(client: TestClient, streams: list[str]) -> None:
    seen: list[str] = []
    url: str | None = "/v1/events?limit=2"
    while url:
        reply = client.get(url)
        page = reply.json()
        seen += [event["stream"] for event in page["events"]]
        link = reply.links.get("next")
        assert (link is None) == (page["next"] is None)
        url = link["url"] if link else None
    assert seen == streams


def test_a_link_keeps_what_was_asked_for(client: TestClient, streams: list[str]) -> None:
    assert len(streams) == len(NAMES)
    reply = client.get("/v1/events?limit=1&type=person-registered")
    assert reply.links["next"]["url"] == "/v1/events?limit=1&type=person-registered&after=1"
    assert client.get("/v1/events?limit=5").json()["next"] is None


def test_events_about_a_subject_and_of_a_type(client: TestClient, post: Post, streams: list[str]) -> None:
    post("record-honour", {"person": streams[1], "title": "优秀班主任"})
    about = client.get(f"/v1/events?subject={streams[1]}").json()["events"]
    assert [event["type"] for event in about] == ["person-registered", "honour-recorded"]
    both = client.get(f"/v1/events?subject={streams[1]}&type=honour-recorded").json()["events"]
    assert [event["position"] for event in both] == [len(NAMES) + 1]
    assert client.get("/v1/events?type=plan-published").json() == {"events": [], "next": None}


def test_one_event_is_the_same_everywhere(client: TestClient, post: Post, person: dict[str, Any]) -> None:
    (recorded,) = post("register-person", person).json()["events"]
    assert client.get("/v1/events/1").json() == recorded
    assert client.get("/v1/events").json()["events"] == [recorded]


@pytest.mark.parametrize("position", ["0", "1", "-1", "9007199254740991", "9" * 400, "one", "1.5", "%00", "%ff"])
def test_a_position_that_is_not_there(position: str, client: TestClient) -> None:
    is_problem(client.get(f"/v1/events/{position}"), 404, "not-found")


@pytest.mark.parametrize(
    "query",
    ["after=-1", "after=9007199254740992", f"after={'9' * 400}", "after=x", "after=", "limit=0", "limit=501", "type=A",
     "subject=%00", "type=%ff", "after=1&after=1", "aftr=1", "=1", "after", "After=1", "after=1&%00=1"],
)  # fmt: skip
def test_a_query_that_is_not_understood(query: str, client: TestClient) -> None:
    is_problem(client.get(f"/v1/events?{query}"), 422, "malformed")


def test_events_by_recorder_and_by_clause(client: TestClient, post: Post, streams: list[str]) -> None:
    post("record-honour", {"person": streams[1], "title": "优秀班主任"})
    every = client.get("/v1/events").json()["events"]
    for clause in {event["basis"] for event in every}:
        found = client.get(f"/v1/events?clause={clause}").json()["events"]
        assert found == [event for event in every if event["basis"] == clause]
    assert client.get("/v1/events?recorder=office_clerk").json()["events"] == every
    assert client.get("/v1/events?recorder=somebody").json()["events"] == []
    linked = client.get(f"/v1/events?recorder=office_clerk&subject={streams[1]}&limit=1")
    assert f"recorder=office_clerk&subject={streams[1]}" in linked.links["next"]["url"]


@pytest.mark.parametrize("asked", [{"headers": {"Last-Event-ID": "99"}}, {"params": {"after": 99}}])
def test_a_stream_from_beyond_the_log_is_refused(client: TestClient, streams: list[str], asked: Any) -> None:
    refused = client.get("/v1/events/stream", **asked)
    assert (refused.status_code, f"@{len(streams)}" in refused.json()["detail"]) == (422, True)


def test_the_stream_goes_on_where_it_was_left_and_brings_what_is_recorded_meanwhile(
    opened: App, post: Post, person: dict[str, Any], streams: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_AT_ONCE", 1)
    monkeypatch.setattr(events, "_QUIET", 10**9)  # one comment, however long the machine takes for what follows

    async def listen() -> list[str]:
        heard = feed(opened, Asked(type="person-registered", subject=None, recorder=None, clause=None), 3, NEVER)
        first = [await anext(heard) for _ in range(len(NAMES) - 3)]
        waiting = asyncio.ensure_future(anext(heard))
        quiet = await waiting
        await asyncio.to_thread(post, "record-honour", {"person": streams[1], "title": "优秀班主任"})
        await asyncio.to_thread(post, "register-person", person | {"name": "查一鸣"})
        return [*first, quiet, await anext(heard)]

    *first, quiet, last = asyncio.run(listen())
    assert [line.partition("\n")[0] for line in first] == ["id: 4", "id: 5"]
    assert quiet == ": \n\n"
    identity, kind, data, *_ = last.split("\n")
    assert (identity, kind) == (f"id: {len(NAMES) + 2}", "event: person-registered")
    assert json.loads(data.removeprefix("data: "))["data"]["name"] == "查一鸣"


def test_an_idle_listener_costs_a_look_at_the_last_position_and_nothing_more(
    opened: App, streams: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[int] = []

    class Watched(Asked):
        def page(self, opened: App, after: int, limit: int) -> list[Recorded]:
            searched.append(after)
            return super().page(opened, after, limit)

    async def listen() -> list[str]:
        heard = feed(opened, Watched(type="plan-published", subject=None, recorder=None, clause=None), 2, NEVER)
        return [await anext(heard), await anext(heard)]

    assert streams
    monkeypatch.setattr(events, "_PAUSE", 0)
    assert asyncio.run(listen()) == [": \n\n"] * 2, "a comment at once, and one after a while"
    assert searched == [2], "what was there is searched once; thirty looks later still"


def at(address: tuple[str, int]) -> str:
    return f"http://{address[0]}:{address[1]}"


def test_the_stream_over_a_socket_starts_after_the_last_event_id(opened: App, streams: list[str]) -> None:
    assert streams
    with (
        serving(opened) as address,
        httpx2.stream(
            "GET", f"{at(address)}/v1/events/stream?after=1", headers={"Last-Event-ID": "4"}, timeout=20
        ) as reply,
    ):
        assert reply.headers["content-type"].startswith("text/event-stream")
        lines = reply.iter_lines()
        assert next(lines) == "id: 5"
    assert opened.access.entries()[-1].what == "events"


def test_the_stream_ends_when_nobody_listens_any_more(
    opened: App, streams: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Event()

    async def watched(opened: App, wanted: Asked, after: int, stopping: Event) -> AsyncIterator[str]:
        try:
            async for line in feed(opened, wanted, after, stopping):
                yield line
        finally:
            ended.set()

    monkeypatch.setattr(events, "feed", watched)
    with serving(opened) as address:
        with httpx2.stream("GET", f"{at(address)}/v1/events/stream", timeout=20) as reply:
            lines = reply.iter_lines()  # held: the connection closes with its iterator
            assert next(lines) == "id: 1"
            assert not ended.is_set()
        assert ended.wait(10)
    assert streams


@pytest.mark.parametrize("path", ["", "/1", "/stream"])
def test_no_event_is_sent_before_the_reading_is_written_down(
    path: str, client: TestClient, opened: App, streams: list[str]
) -> None:
    opened.access.close()
    refused = client.get(f"/v1/events{path}")
    is_problem(refused, 503, "unavailable")
    assert streams[0] not in refused.text


@pytest.mark.parametrize("header", ["x", "-1", "9" * 17])
def test_a_last_event_id_that_is_no_position(header: str, client: TestClient) -> None:
    is_problem(client.get("/v1/events/stream", headers={"Last-Event-ID": header}), 422, "malformed")


def test_a_hundred_listeners_do_not_keep_the_service_from_ending(opened: App, streams: list[str]) -> None:
    """They end by themselves: the time after which what is under way is broken off does not pass."""
    assert streams
    patient = replace(opened, settings=opened.settings.model_copy(update={"stop_seconds": 600}))
    lines = []
    with serving(patient) as address:
        for _ in range(100):
            lines.append(socket.create_connection(address, timeout=60))
            lines[-1].sendall(b"GET /v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        for line in lines:
            assert line.recv(65536).startswith(b"HTTP/1.1 200")
    for line in lines:
        assert rest_of(line).endswith(b"0\r\n\r\n"), "the end that says that nothing more comes"
        line.close()


def test_listeners_are_as_many_as_the_settings_say(opened: App, streams: list[str]) -> None:
    assert streams
    few = replace(opened, settings=opened.settings.model_copy(update={"listener_limit": 1}))
    with serving(few) as address:
        url = f"{at(address)}/v1/events/stream"
        with httpx2.stream("GET", url, timeout=60) as first:
            assert first.status_code == 200
            refused = httpx2.get(url, timeout=60)
            is_problem(refused, 503, "busy")
            assert refused.headers["Retry-After"] == "1"
