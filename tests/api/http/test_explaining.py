"""Causes and changes over HTTP, and that reading them is written down."""

import pytest
from fastapi.testclient import TestClient

from api.access import Act
from api.main import App
from tests.api.support import is_problem


def test_a_field_is_explained_and_the_reading_written_down(client: TestClient, opened: App, member: str) -> None:
    reply = client.get(f"/v1/people/{member}/explain?field=birth_date")
    (field,) = reply.json()["fields"]
    assert field["said"][0]["value"] == "1988-02-29"
    assert reply.json()["events"][0]["event"]["type"] == "person-registered"
    entry = opened.access.entries()[-1]
    assert (entry.act, entry.what, entry.person_id) == (Act.VIEW, "explain", member)
    known = {"If-None-Match": reply.headers["ETag"]}
    again = client.get(f"/v1/people/{member}/explain?field=birth_date", headers=known)
    assert again.status_code == 304


def test_the_roster_is_explained_line_by_line(client: TestClient, opened: App, member: str) -> None:
    found = client.get("/v1/roster/explain").json()
    assert [line["person_id"] for line in found["members"]] == [member]
    tier = next(field for field in found["members"][0]["fields"] if field["field"] == "tier")
    assert tier["said"][0]["value"] == "four"
    sources = {cause["event"]["position"]: cause["event"]["type"] for cause in found["events"]}
    assert sources[tier["said"][0]["source"]] == "membership-started"
    assert opened.access.entries()[-1].what == "explain"


def test_what_changed_between_two_days(client: TestClient, opened: App, member: str) -> None:
    found = client.get("/v1/diff?from=2024-03-13&to=2024-03-14").json()
    assert (found["from"], found["to"], found["axis"]) == ("2024-03-13", "2024-03-14", "as_of")
    assert {(one["field"], one["before"], one["after"]) for one in found["changes"]} >= {("tier", None, "four")}
    assert found["parts"]
    assert [(entry.what, entry.person_id) for entry in opened.access.entries()] == [("diff", member)]
    client.get(f"/v1/diff?from=2024-03-13&to=2024-03-14&person={member}")
    entry = opened.access.entries()[-1]
    assert (entry.what, entry.person_id) == ("diff", member)


def test_what_was_recorded_meanwhile(client: TestClient, opened: App, member: str) -> None:
    assert member
    head = opened.log.head()
    found = client.get(f"/v1/diff?along=known_at&from=@{head - 1}&to=@{head}").json()
    assert {one["field"] for one in found["changes"]} >= {"tier", "since", "status"}


def test_questions_that_cannot_be_answered(client: TestClient, member: str, subtests: pytest.Subtests) -> None:
    for path, status, kind in (
        ("/v1/people/p-aaaaaaaaaaaaaaaa/explain", 404, "not-found"),
        ("/v1/people/{member}/explain?field=nothing", 422, "unknown"),
        ("/v1/people/{member}/explain?field=", 422, "malformed"),
        ("/v1/people/{member}/explain?fields=age", 422, "malformed"),
        ("/v1/diff?from=2024-03-13", 422, "malformed"),
        ("/v1/diff?from=2024-03-14&to=2024-03-13", 422, "malformed"),
        ("/v1/diff?from=2024-03-13&to=2024-03-14&as_of=2024-03-14", 422, "malformed"),
        ("/v1/diff?from=2024-03-13&to=2024-03-14&along=sideways", 422, "malformed"),
        ("/v1/diff?from=2024-03-13&to=2024-03-14&batch=2020-first", 422, "unknown"),
        ("/v1/diff?from=2024-03-13&to=2024-03-14&person=p-aaaaaaaaaaaaaaaa", 422, "unknown"),
        ("/v1/diff?along=known_at&from=@1&to=@99999999", 422, "unknown"),
    ):  # fmt: skip
        with subtests.test(path):
            is_problem(client.get(path.format(member=member)), status, kind)
