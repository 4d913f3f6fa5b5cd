"""Pictures over HTTP: which there are, one as SVG, and that naming somebody leaves a trace."""

import pytest
from fastapi.testclient import TestClient

from api.main import App
from exports.pictures import PICTURES
from tests.api.support import is_problem


def test_every_picture_is_listed_and_drawn(client: TestClient, member: str) -> None:
    assert member
    listed = client.get("/v1/pictures").json()["pictures"]
    assert [one["kind"] for one in listed] == list(PICTURES)
    assert listed[0] == {
        "kind": "headcount", "label": "各梯队在培人数", "label_en": "Members of each tier", "asks": []}  # fmt: skip
    for one in listed:
        reply = client.get(f"/v1/pictures/{one['kind']}.svg")
        assert (reply.status_code, reply.headers["content-type"]) == (200, "image/svg+xml")
        assert one["label"] in reply.text


def test_both_times_count(client: TestClient, opened: App, member: str) -> None:
    assert member
    head = opened.log.head()
    assert "=单晓珺" in client.get("/v1/pictures/ages.svg").text
    assert "=单晓珺" not in client.get("/v1/pictures/ages.svg?as_of=2024-03-13").text
    assert "=单晓珺" not in client.get(f"/v1/pictures/ages.svg?known_at=@{head - 1}").text


@pytest.mark.parametrize(("kind", "names"), [("ages", True), ("hours", True), ("headcount", False), ("ways", False)])
def test_who_is_named_in_a_picture_was_read_of(
    client: TestClient, opened: App, member: str, *, kind: str, names: bool
) -> None:
    before = len(opened.access.entries())
    tag = client.get(f"/v1/pictures/{kind}.svg").headers["etag"]
    assert client.get(f"/v1/pictures/{kind}.svg", headers={"If-None-Match": tag}).status_code == 304
    written = [(entry.what, entry.person_id) for entry in opened.access.entries()[before:]]
    assert written == [(f"picture-{kind}", member if names else None)] * 2


def test_what_a_picture_cannot_be_asked_is_refused(client: TestClient, member: str) -> None:
    assert member
    is_problem(client.get("/v1/pictures/nothing.svg"), 404, "not-found")
    is_problem(client.get("/v1/pictures/ages.svg?year=2024"), 422, "malformed")
    is_problem(client.get("/v1/pictures/hours.svg?round=initial"), 422, "malformed")
    is_problem(client.get("/v1/pictures/hours.svg?year=2040"), 422, "unknown")
    is_problem(client.get("/v1/pictures/ages.svg?colour=red"), 422, "malformed")
