"""The edge of the service: HEAD, strict numbers, one encoding, each key once; every error a problem."""

from __future__ import annotations

import codecs
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.routing import Route

from api.http.service import create
from api.main import App
from tests.api.support import Post, answer_to, is_problem, serving

OK = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
NO_HTTP = (
    "GET /姓名 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode(),
    b"nothing at all\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # as who asks for TLS
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nno colon\r\n\r\n",
    b"GET / HTTP/9\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nx: " + b"y" * 70_000,
    b"POST /v1/evidence HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\n",
    b"POST /v1/evidence HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
    OK + b"\x00\x01\x02\r\n\r\n",
    b"\x00" * 5,
)
BODY = {"occurred_on": "2024-03-01", "capacity": "office_clerk"}


def test_head_answers_as_get_without_a_body(client: TestClient, post: Post, person: dict[str, Any]) -> None:
    post("register-person", person)
    for path in ("/healthz", "/v1/roster", "/v1/people", "/v1/events/1", "/openapi.json", "/docs", "/v1/people/p-none"):
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (got.status_code, b"")
        same = {"content-type", "content-length", "etag", "cache-control"}
        assert {k: v for k, v in head.headers.items() if k in same} == {
            k: v for k, v in got.headers.items() if k in same
        }


def test_every_route_that_answers_get_answers_head(client: TestClient, opened: App) -> None:
    routes = [route for route in create(opened).state.routes if isinstance(route, Route)]
    assert len(routes) > 20
    for route in routes:
        if "GET" in (route.methods or ()):
            assert client.head(route.path).status_code != 405, route.path


def test_a_head_is_a_reading_like_any_other(client: TestClient, opened: App) -> None:
    before = len(opened.access.entries())
    client.head("/v1/people")
    client.get("/v1/people")
    assert len(opened.access.entries()) == before + 2


def test_a_head_of_a_stream_ends(client: TestClient, post: Post, person: dict[str, Any]) -> None:
    post("register-person", person)
    reply = client.head("/v1/events/stream")
    assert (reply.status_code, reply.content) == (200, b"")


def test_what_an_address_takes_is_told_whole(client: TestClient) -> None:
    for method, path, allowed in (
        ("DELETE", "/v1/commands/nominate-candidate", "GET, HEAD, POST"),
        ("HEAD", "/v1/evidence", "POST"),
        ("GET", "/v1/evidence", "POST"),
        ("POST", "/healthz", "GET, HEAD"),
    ):
        reply = client.request(method, path)
        assert (reply.status_code, reply.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("value", ["1_0", "%2B5", "%D9%A3", "%205", "5%20", "05", "0x5", "1e1", "5.0", "-1", ""])
def test_a_number_is_written_in_digits_alone(client: TestClient, value: str) -> None:
    for path in (f"/v1/events?limit={value}", f"/v1/events?after={value}", f"/v1/consistency?from={value}&to=1"):
        is_problem(client.get(path), 422, "malformed")
    assert client.get(f"/v1/events/{value or '_'}").status_code == 404


def test_digits_are_read(client: TestClient) -> None:
    assert client.get("/v1/events?limit=10&after=0").status_code == 200


@pytest.mark.parametrize("charset", ["gbk", "GB18030", "utf-16", '"latin-1"'])
def test_a_body_in_another_encoding_is_turned_away(client: TestClient, person: dict[str, Any], charset: str) -> None:
    content = json.dumps(BODY | {"data": person | {"name": "钱一"}}, ensure_ascii=False)
    headers = {"Content-Type": f"application/json; charset={charset}"}
    reply = client.post("/v1/commands/register-person?dry_run=true", content=content.encode("gbk"), headers=headers)
    is_problem(reply, 415, "media-type")


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", '; charset="UTF-8"', "; CHARSET=utf8"])
def test_a_body_in_utf8_is_read(client: TestClient, person: dict[str, Any], charset: str) -> None:
    content = json.dumps(BODY | {"data": person}, ensure_ascii=False).encode()
    headers = {"Content-Type": f"application/json{charset}"}
    assert client.post("/v1/commands/register-person", content=content, headers=headers).status_code == 201


def test_a_body_with_a_byte_order_mark_is_read_as_on_the_command_line(
    client: TestClient, person: dict[str, Any]
) -> None:
    content = codecs.BOM_UTF8 + json.dumps(BODY | {"data": person}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    assert client.post("/v1/commands/register-person", content=content, headers=headers).status_code == 201


def test_a_body_that_no_reader_follows_to_its_end_is_told_so(client: TestClient, person: dict[str, Any]) -> None:
    data = json.dumps(person | {"title": "x"}).replace('"x"', '{"a":' * 150 + "1" + "}" * 150)
    content = json.dumps(BODY | {"data": 0}).replace('"data": 0', f'"data": {data}').encode()
    headers = {"Content-Type": "application/json"}
    reply = client.post("/v1/commands/register-person", content=content, headers=headers)
    is_problem(reply, 422, "malformed")
    assert "嵌套过深" in reply.json()["detail"]


def test_a_file_name_that_cannot_be_read_is_refused(client: TestClient) -> None:
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''%ff.txt"}
    is_problem(client.post("/v1/evidence", content=b"x", headers=headers), 422, "malformed")


def test_gbk_that_calls_itself_nothing_is_no_json(client: TestClient, person: dict[str, Any]) -> None:
    content = json.dumps(BODY | {"data": person | {"name": "郑玉"}}, ensure_ascii=False).encode("gbk")
    reply = client.post("/v1/commands/register-person", content=content, headers={"Content-Type": "application/json"})
    is_problem(reply, 422, "malformed")


@pytest.mark.parametrize("path", ["/v1/commands/register-person", "/v1/evidence"])
def test_a_body_that_is_packed_is_turned_away(client: TestClient, path: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    is_problem(client.post(path, content=b"\x1f\x8b", headers=headers), 415, "media-type")
    headers["Content-Encoding"] = "identity"
    assert client.post(path, content=b"{}", headers=headers).status_code != 415


@pytest.mark.parametrize(
    "body",
    [
        '{"occurred_on": "2024-03-01", "occurred_on": "2024-03-02", "capacity": "office_clerk", "data": {}}',
        '{"occurred_on": "2024-03-01", "capacity": "office_clerk", "data": {"name": "郑一", "name": "钱一"}}',
        '{"occurred_on": "2024-03-01", "capacity": "office_clerk", "data": {"a": [{"b": 1, "\\u0062": 2}]}}',
    ],
)
def test_a_key_that_stands_twice_is_refused(client: TestClient, body: str) -> None:
    reply = client.post(
        "/v1/commands/register-person", content=body.encode(), headers={"Content-Type": "application/json"}
    )
    assert "键重复" in is_problem(reply, 422, "malformed")["detail"]


@pytest.mark.parametrize(
    "body", ["", "{", "[" * 100_000, '{"data": NaN}', '{"data": "\\ud800"}', "9" * 5000, "\ufeff{}"]
)
def test_what_not_every_reader_takes_alike_is_refused(client: TestClient, body: str) -> None:
    reply = client.post(
        "/v1/commands/register-person", content=body.encode(), headers={"Content-Type": "application/json"}
    )
    is_problem(reply, 422, "malformed")


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/v1/people/%ff", 404, "not-found"),
        ("/v1/people/%00", 404, "not-found"),
        ("/v1/people?search=%ff", 422, "malformed"),
        ("/v1/people?search=%00", 422, "malformed"),
        ("/v1/%ed%a0%80", 404, "not-found"),
    ],
)
def test_bytes_that_are_no_text_are_a_problem(client: TestClient, path: str, status: int, kind: str) -> None:
    is_problem(client.get(path), status, kind)


def test_what_is_no_http_is_a_problem_too(opened: App) -> None:
    with serving(opened) as address:
        replies = [answer_to(address, sent) for sent in NO_HTTP]
    for sent, reply in zip(NO_HTTP, replies, strict=True):
        *_, last = reply.split(b"HTTP/1.1 ")  # of those before it, an answer under way is not disturbed
        head, _, body = last.partition(b"\r\n\r\n")
        assert head.startswith(b"400"), (sent, reply)
        assert b"application/problem+json" in head
        assert json.loads(body)["status"] == 400


@pytest.mark.parametrize("said", ["text/plain; charset=gbk", "text/plain"])
def test_a_text_is_handed_out_as_what_it_was_handed_in(client: TestClient, said: str) -> None:
    content = "材料".encode("gbk")
    kept = client.post("/v1/evidence", content=content, headers={"Content-Type": said}).json()
    reply = client.get(f"/v1/evidence/{kept['sha256']}")
    assert (reply.content, reply.headers["content-type"]) == (content, said)
