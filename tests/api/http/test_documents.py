"""Documents over HTTP: which there are, each as data and in print, and that every reading is written down."""

from io import BytesIO

import pikepdf
import pytest
from fastapi.testclient import TestClient

from api.access import Act
from api.main import App
from exports.documents import DOCUMENTS
from tests.api.support import is_problem


def test_the_list_says_what_each_is_about(client: TestClient) -> None:
    listed = client.get("/v1/documents").json()["documents"]
    assert [one["kind"] for one in listed] == list(DOCUMENTS)
    assert listed[0] == {
        "kind": "information-form",
        "label": "后备干部信息表",
        "label_en": "Information form",
        "clause": "D1",
        "scope": "person",
        "asks": [],
        "has_blank": True,
    }


def test_a_document_as_data_is_written_down_for_everybody_in_it(client: TestClient, opened: App, member: str) -> None:
    found = client.get("/v1/documents/information-form?batch=2024-second&order=pinyin").json()
    assert ([one["person_id"] for one in found["people"]], found["order"]) == ([member], "pinyin")
    [entry] = opened.access.entries()
    assert (entry.act, entry.what, entry.person_id) == (Act.VIEW, "information-form", member)


def test_an_unknown_kind_person_or_question_is_a_problem(client: TestClient, member: str) -> None:
    is_problem(client.get("/v1/documents/tax-return"), 404, "not-found")
    is_problem(client.get("/v1/documents/information-form?person=p-0000000000000000"), 422, "unknown")
    is_problem(client.get("/v1/documents/information-form?tier=nine"), 422, "unknown")
    is_problem(client.get("/v1/documents/information-form?year=2024"), 422, "malformed")
    is_problem(client.get(f"/v1/documents/information-form?blank=true&person={member}"), 422, "malformed")
    is_problem(client.get("/v1/documents/information-form?colour=red"), 422, "malformed")


@pytest.mark.slow
def test_it_prints_by_suffix_or_accept_and_is_not_sent_twice(client: TestClient, opened: App, member: str) -> None:
    one = client.get(f"/v1/documents/information-form.pdf?person={member}")
    assert one.headers["content-type"] == "application/pdf"
    with pikepdf.open(BytesIO(one.content)) as pdf:
        assert "dossier.json" in pdf.attachments
    url = f"/v1/documents/information-form?person={member}"
    assert client.get(url, headers={"accept": "application/pdf"}).content == one.content
    again = client.get(
        f"/v1/documents/information-form.pdf?person={member}", headers={"if-none-match": one.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert [entry.act for entry in opened.access.entries()] == [Act.EXPORT] * 3


@pytest.mark.slow
def test_a_blank_form_is_nobodys_matter(client: TestClient, opened: App) -> None:
    assert client.get("/v1/documents/information-form.pdf?blank=true").content.startswith(b"%PDF")
    assert opened.access.entries() == []
