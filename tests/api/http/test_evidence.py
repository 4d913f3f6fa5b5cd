import hashlib
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access import Act
from api.main import App
from tests.api.support import Post, is_problem

FILE = "会议纪要".encode()
SHA = hashlib.sha256(FILE).hexdigest()
HEADERS = {
    "content-type": "text/plain; charset=utf-8",
    "content-disposition": "attachment; filename*=UTF-8''%E7%BA%AA%E8%A6%81.txt",
}


def test_a_file_comes_back_as_it_was_sent_and_each_reading_is_written_down(client: TestClient, opened: App) -> None:
    reply = client.post("/v1/evidence", content=FILE, headers=HEADERS)
    assert reply.status_code == 201
    assert reply.json() == {
        "sha256": SHA,
        "size": len(FILE),
        "media_type": "text/plain; charset=utf-8",
        "name": "纪要.txt",
    }
    assert opened.access.entries() == []
    file = client.get(f"/v1/evidence/{SHA}")
    assert (file.content, file.headers["content-type"]) == (FILE, "text/plain; charset=utf-8")
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''%E7%BA%AA%E8%A6%81.txt"
    (entry,) = opened.access.entries()
    assert (entry.act, entry.what, entry.sha256, entry.who) == (Act.EXPORT, "evidence", SHA, "office_clerk")


def test_the_same_bytes_keep_their_first_description(client: TestClient) -> None:
    client.post("/v1/evidence", content=FILE, headers=HEADERS)
    assert client.post("/v1/evidence", content=FILE).json()["name"] == "纪要.txt"


def test_a_command_rests_on_a_file_that_was_sent(client: TestClient, post: Post, person: dict[str, Any]) -> None:
    is_problem(post("register-person", person, evidence=[SHA]), 422, "unknown")
    client.post("/v1/evidence", content=FILE, headers=HEADERS)
    reply = post("register-person", person, evidence=[SHA])
    assert reply.json()["events"][0]["evidence"][0]["name"] == "纪要.txt"


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2farchive.json", "%00", "a" * 5000])
def test_a_file_that_is_not_there(name: str, client: TestClient) -> None:
    is_problem(client.get(f"/v1/evidence/{name}"), 404, "not-found")


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "nonsense"},
        {"content-disposition": "attachment; filename*=UTF-8''%00"},
        {"content-disposition": f'attachment; filename="{"a" * 201}"'},
        {"content-disposition": "attachment; filename*=UTF-8''%ED%A0%80"},
    ],
)
def test_a_description_that_is_malformed(headers: dict[str, str], client: TestClient) -> None:
    reply = client.post("/v1/evidence", content=FILE, headers={"content-type": "text/plain"} | headers)
    assert reply.status_code in {201, 422}
    if reply.status_code == 422:
        is_problem(reply, 422, "malformed")


def test_an_empty_file_and_one_too_large(client: TestClient, opened: App, monkeypatch: pytest.MonkeyPatch) -> None:
    is_problem(client.post("/v1/evidence"), 422, "malformed")
    monkeypatch.setitem(vars(opened.settings), "evidence_limit", 1024)
    is_problem(client.post("/v1/evidence", content=b"x" * 1025), 413, "too-large")


def test_an_altered_file_is_not_handed_out(client: TestClient, opened: App) -> None:
    client.post("/v1/evidence", content=FILE)
    path = opened.home.evidence / SHA[:2] / SHA
    path.write_bytes(b"other")
    is_problem(client.get(f"/v1/evidence/{SHA}"), 500, "broken")


def test_a_reading_that_cannot_be_written_down_is_refused(client: TestClient, opened: App) -> None:
    client.post("/v1/evidence", content=FILE)
    opened.access.close()
    is_problem(client.get(f"/v1/evidence/{SHA}"), 503, "unavailable")


@pytest.mark.parametrize("sent", ["text/plain", "text/plain; charset=gbk", "text/csv; charset=GB18030", "image/png"])
def test_the_charset_that_was_sent_comes_back_and_none_is_added(sent: str, client: TestClient) -> None:
    content = "会议纪要，教务处。".encode("gbk")
    reply = client.post("/v1/evidence", content=content, headers={"content-type": sent})
    assert reply.json()["media_type"] == sent.lower()
    assert client.get(f"/v1/evidence/{reply.json()['sha256']}").headers["content-type"] == sent.lower()


@pytest.mark.parametrize("charset", ["utf-8", "ascii", "nonsense", "base64", "zlib", ""])
def test_a_charset_that_is_not_the_files_is_refused(charset: str, client: TestClient) -> None:
    content = "会议纪要，教务处。".encode("gbk")
    reply = client.post("/v1/evidence", content=content, headers={"content-type": f"text/plain; charset={charset}"})
    is_problem(reply, 415, "media-type")


@pytest.mark.parametrize("name", ["UTF-8''%ff.txt", "UTF-8''%E7%BA", "GBK''%BC%CD.txt", "''a.txt"])
def test_a_name_that_is_not_utf_8_is_refused(name: str, client: TestClient) -> None:
    told = {"content-type": "text/plain", "content-disposition": f"attachment; filename*={name}"}
    is_problem(client.post("/v1/evidence", content=FILE, headers=told), 422, "malformed")
