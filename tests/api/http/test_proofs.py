"""Signed heads and proofs over HTTP, before and after the signing key changes under a service that runs."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import settings
from api.main import App, open_home
from api.rotating import rotate
from projections.ledger import leaf, tree
from projections.ledger.checkpoint import parse_checkpoint, parse_proof
from projections.ledger.note import parse_note, parse_public, signed_by
from tests.api.conftest import CLOCK
from tests.api.support import Post, is_problem


@pytest.fixture
def rotated(opened: App, post: Post, plan: dict[str, Any], person: dict[str, Any]) -> None:
    """A key changed by somebody at the command line while the service runs, between two records."""
    post("publish-plan", plan)
    with open_home(opened.home.folder, settings.load(clock=CLOCK)) as beside:
        rotate(beside, "经办人换岗")
    post("register-person", person)
    opened.ledger.checkpoint()


@pytest.mark.usefixtures("rotated")
def test_every_key_is_told_and_every_event_is_proved_under_the_one_of_its_time(client: TestClient, opened: App) -> None:
    told = client.get("/v1/checkpoints").json()
    assert told["sizes"] == [1, 2, 3]
    assert [key["since"] for key in told["keys"]] == [0, 2]
    assert told["public_key"] == told["keys"][-1]["public_key"]
    assert told["keys"][0]["public_key"] == opened.charter.public_key
    for size, key in ((1, 0), (2, 1), (3, 1)):
        line = parse_public(told["keys"][key]["public_key"])
        assert signed_by(parse_note(client.get(f"/v1/checkpoints/{size}").text), line)
        assert signed_by(parse_note(client.get(f"/v1/checkpoints/{size}/attestation").text), line)

    for row in opened.log.rows(0):
        proof = parse_proof(client.get(f"/v1/proof/{row[0]}").text)
        head = parse_checkpoint(proof.checkpoint)
        assert head.size == row[0]
        assert tree.root_of_inclusion(leaf.hash_of(row), proof.index, head.size, proof.hashes) == head.root
    [change] = client.get("/v1/events?type=signing-key-rotated").json()["events"]
    assert (change["position"], change["reason"]) == (2, "经办人换岗")


def test_there_is_nothing_to_show_of_an_archive_that_signed_nothing(client: TestClient) -> None:
    is_problem(client.get("/v1/checkpoint"), 404, "not-found")
    assert client.get("/v1/checkpoints").json()["sizes"] == []
    is_problem(client.get("/v1/proof/1"), 404, "not-found")
    assert "There is no @9999" in client.get("/v1/proof/9999").json()["detail"]
