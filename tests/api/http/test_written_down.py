"""Which reads leave a trace: a route is decided on here, or the first test fails."""

from hashlib import sha256

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from api import batches
from api.http.service import ROUTED
from api.main import App
from api.signed import SignedDocuments
from domain.glossary import GLOSSARY
from exports.documents import DOCUMENTS
from exports.pictures import PICTURES
from tests.api.support import is_problem

FILE = b"minutes"
DIGEST = sha256(FILE).hexdigest()

# What a reading is written down as.
READ = {
    "/v1/roster": "roster",
    "/v1/roster.csv": "roster",
    "/v1/roster/explain": "explain",
    "/v1/reviews/2024": "review",
    "/v1/reviews/2024.csv": "review",
    "/v1/vacancies": "vacancies",
    "/v1/timetable": "timetable",
    "/v1/timetable.ics": "timetable",
    "/v1/gaps": "gaps",
    "/v1/structure": "structure",
    "/v1/register": "register",
    "/v1/structure.csv": "structure",
    "/v1/batches": "batches",
    "/v1/batches/2024-second": "batches",
    "/v1/batches/2024-second/plan": "plan",
    "/v1/selection": "selection",
    "/v1/selection.csv": "selection",
    "/v1/exceptions": "exceptions",
    "/v1/diff?from=2024-03-13&to=2024-03-14": "diff",
    "/v1/findings": "findings",
    "/v1/findings.csv": "findings",
    "/v1/pictures/ages.svg": "picture-ages",
    "/v1/people": "people",
    "/v1/people.csv": "people",
    "/v1/people/{member}": "person",
    "/v1/people/{member}/history": "history",
    "/v1/people/{member}/explain": "explain",
    "/v1/people/{member}/dossier": "dossier",
    "/v1/people/{member}/dossier.pdf": "dossier",
    "/v1/people/{member}/appointment-form.lrmx": "appointment-form",
    "/v1/documents/progress": "documents",
    "/v1/documents/information-form": "information-form",
    "/v1/documents/information-form.pdf": "information-form",
    "/v1/events": "events",
    "/v1/events/1": "events",
    "/v1/exports/{digest}": "export",
    "/v1/exports/{digest}/signed.pdf": "evidence",
    "/v1/evidence/{digest}": "evidence",
}
# Tested where they are tested: the stream by test_events, each document of the ZIP by test_batches.
READ_ELSEWHERE = {"/v1/events/stream", "/v1/documents.zip"}
# Nothing of anyone is shown. A command shows who sends it what it has just said.
OPEN = {
    "/v1/pictures", "/v1/documents", "/v1/commands", "/v1/commands/nominate-candidate", "/v1/checkpoint",
    "/v1/checkpoints", "/v1/checkpoints/{size}", "/v1/checkpoints/{size}/attestation", "/v1/proof/1",
    "/v1/consistency?from=0&to=1", "/healthz", "/readyz", "/metrics",
}  # fmt: skip
SENT = {("POST", "/v1/commands"), ("POST", "/v1/commands/{name}"), ("POST", "/v1/evidence")}
RUN = ("POST", "/v1/documents/runs")  # what it draws is written down as it is handed out; test_batches
KNOWN = {"if-none-match": "*"}


def route_of(address: str) -> APIRoute:
    """The first route that takes an address, as the service finds it."""
    path = address.partition("?")[0]
    routes = [route for module in ROUTED for route in module.router.routes if isinstance(route, APIRoute)]
    return next(route for route in routes if "GET" in (route.methods or ()) and route.path_regex.match(path))


@pytest.fixture
def filled(client: TestClient, opened: App, member: str) -> dict[str, str]:
    """What stands in the addresses: a person, a size, the hash of a file that is on file and was handed out."""
    client.post("/v1/evidence", content=FILE)
    client.get(f"/v1/evidence/{DIGEST}")
    return {"member": member, "size": str(opened.ledger.held.sizes()[-1]), "digest": DIGEST}


def test_every_route_is_decided_on() -> None:
    sample = {"member": "p-000000", "size": "1", "digest": DIGEST}
    decided = {("GET", route_of(address.format(**sample)).path) for address in (*READ, *READ_ELSEWHERE, *OPEN)} | {
        *SENT,
        RUN,
    }
    there = {
        (method, route.path)
        for module in ROUTED
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert there == decided, "does it show what is about a person? decide, and say it above"


def test_what_is_written_down_has_a_name_in_the_register() -> None:
    pictures = {f"picture-{kind}" for kind in PICTURES}
    unnamed = [what for what in {*READ.values(), *pictures} - DOCUMENTS.keys() if f"access.{what}" not in GLOSSARY]
    assert unnamed == []


def test_what_is_read_is_written_down_even_when_it_is_known_already(
    client: TestClient, opened: App, filled: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _draw_nothing(client, monkeypatch)
    monkeypatch.setattr(SignedDocuments, "get", lambda *_: FILE)
    for address, what in READ.items():
        before = len(opened.access.entries())
        reply = client.get(address.format(**filled), headers=KNOWN)
        assert reply.status_code in {200, 304}, (address, reply.text)
        assert {entry.what for entry in opened.access.entries()[before:]} == {what}, address


def _draw_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run over the documents that is over at once."""
    monkeypatch.setattr(batches, "drawn", lambda *_: (one for one in list[list[batches.Outcome]]()))
    assert client.post("/v1/documents/runs").status_code == 202


def test_what_cannot_be_written_down_is_not_read(
    client: TestClient, opened: App, filled: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _draw_nothing(client, monkeypatch)
    monkeypatch.setattr(SignedDocuments, "get", lambda *_: FILE)
    opened.access.close()
    for address in READ:
        is_problem(client.get(address.format(**filled), headers=KNOWN), 503, "unavailable")


def test_what_shows_nothing_of_anyone_leaves_no_trace(client: TestClient, opened: App, filled: dict[str, str]) -> None:
    before = len(opened.access.entries())
    for address in OPEN:
        assert client.get(address.format(**filled)).status_code == 200, address
    assert len(opened.access.entries()) == before


def test_a_view_is_written_down_for_each_whose_matter_it_shows(client: TestClient, opened: App, member: str) -> None:
    """There is no exception, so nobody's matter is in their register; and a list of who there is tells of nobody."""
    shown = {"reviews/2024": member, "gaps?as_of=2024-06-01": member, "timetable": member, "selection": member}
    for path, whose in (shown | {"exceptions": None, "roster": None, "structure": None, "people": None}).items():
        before = len(opened.access.entries())
        client.get(f"/v1/{path}")
        assert [entry.person_id for entry in opened.access.entries()[before:]] == [whose], path
