from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.support import Post, is_problem

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
