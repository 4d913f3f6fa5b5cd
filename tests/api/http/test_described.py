"""The OpenAPI document tells a client everything: every field, every command, every header, under names that stay."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import batches
from api.http.described import _HEADERS, _meaning, body_of
from api.main import App
from api.signed import SignedDocuments
from domain.commands import COMMANDS
from projections.view_words import VIEW_WORDS
from tests.api.http.test_written_down import DIGEST, FILE, OPEN, READ, route_of

IDS = Path(__file__).with_name("operation_ids.txt")


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def fields(name: str, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for field, inner in schema.get("properties", {}).items():
        yield f"{name}.{field}", inner
        yield from fields(f"{name}.{field}", inner)


def test_every_field_of_every_schema_is_described(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    bare = [at for name, one in schemas.items() for at, inner in fields(name, one) if not inner.get("description")]
    assert bare == [], "say what they mean: projections/view_words.py, domain/contents.py or domain/plan_words.py"


def test_no_words_are_left_of_fields_that_are_gone(document: dict[str, Any]) -> None:
    there = {
        at.rpartition(".")[2] for name, one in document["components"]["schemas"].items() for at, _ in fields(name, one)
    }
    stems = {
        field[: -len(suffix)]
        for field in there
        for suffix in ("_label", "_text", "_source", "_since", "_name", "_en")
        if field.endswith(suffix)
    }
    assert [field for field in VIEW_WORDS if field not in there | stems] == []


def test_words_of_a_field_are_chinese_and_english() -> None:
    assert _meaning("Tier", "target") != _meaning("RosterTier", "target")
    for field in VIEW_WORDS:
        words = _meaning("Any", field)
        assert words
        assert re.search("[\u4e00-\u9fff]", words.zh), field
        assert re.fullmatch("[ -~…]+", words.en), field


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_a_schema_and_an_example_of_its_own(document: dict[str, Any], name: str) -> None:
    post = document["paths"]["/v1/commands/{name}"]["post"]["requestBody"]["content"]["application/json"]
    assert {"$ref": f"#/components/schemas/{body_of(name)}"} in post["schema"]["anyOf"]
    assert post["examples"][name]["value"]["data"] == COMMANDS[name].EXAMPLE
    data = document["components"]["schemas"][body_of(name)]["properties"]["data"]
    assert data["properties"].keys() == COMMANDS[name].model_fields.keys()


def test_every_reference_leads_somewhere_and_names_are_plain(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert set(re.findall(r'#/components/schemas/([^"\']+)', str(document))) - schemas.keys() == set()
    assert [name for name in schemas if "__" in name] == []


def test_operation_ids_are_those_that_clients_hold_on_to(document: dict[str, Any]) -> None:
    """Add to the file; a line that goes, or changes, breaks whoever generated a client."""
    ids = sorted(
        f"{operation['operationId']} {method.upper()} {path}" for path, method, operation in operations(document)
    )
    assert IDS.read_text(encoding="utf-8").splitlines() == ids
    assert len({line.split()[0] for line in ids}) == len(ids)


def test_headers_of_replies_are_declared(
    client: TestClient, opened: App, member: str, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "drawn", lambda *_: iter(()))
    monkeypatch.setattr(SignedDocuments, "get", lambda *_: FILE)
    client.post("/v1/evidence", content=FILE)
    client.get(f"/v1/evidence/{DIGEST}")
    filled = {"member": member, "size": str(opened.ledger.held.sizes()[-1]), "digest": DIGEST}
    for address in (*READ, *sorted(OPEN)):
        declared = document["paths"][route_of(address.format(**filled)).path]["get"]["responses"]["200"]["headers"]
        sent = {name for name in _HEADERS if name in client.get(address.format(**filled)).headers}
        assert sent <= declared.keys(), address
        assert declared.keys() - sent <= {"Link"}, address


def test_a_page_that_goes_on_and_a_record_that_was_made_say_where(client: TestClient, member: str, post: Any) -> None:
    assert "Link" in client.get("/v1/events?limit=1").headers
    made = post("record-honour", {"person": member, "title": "优秀教师"})
    assert (made.status_code, "Location" in made.headers) == (201, True), made.text


def test_an_event_may_carry_judgements_and_evidence(document: dict[str, Any]) -> None:
    event = document["components"]["schemas"]["EventShown"]["properties"]
    assert event["judgements"]["items"] == {"$ref": "#/components/schemas/Judgement"}
    assert event["evidence"]["items"] == {"$ref": "#/components/schemas/Evidence"}
