"""All documents of a batch: as a ZIP, as a folder, with what fails told by name."""

import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient

from api import batches, documents
from api.access import Act
from api.main import App
from exports.documents import DOCUMENTS, Asked, Document, Scope
from exports.documents.document import ever_members
from exports.errors import GlyphMissing
from projections.shape import View
from tests.api.support import is_problem

pytestmark = pytest.mark.slow


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> str:
    """A kind of document that cannot be set."""
    whole = documents.printed

    def printed(opened: App, document: Document, found: View) -> bytes:
        if document.kind == "information-form":
            raise GlyphMissing("\U0001f9ff", "name")
        return whole(opened, document, found)

    monkeypatch.setattr(documents, "printed", printed)
    return "information-form"


def test_a_zip_holds_every_document_and_says_what_there_is_nothing_for(
    client: TestClient, opened: App, member: str
) -> None:
    steps = client.get("/v1/documents/progress?batch=2024-second").text.strip().split("\n\n")
    kinds = {one.kind for one in DOCUMENTS.values() if one.in_batch}
    told = [json.loads(step.partition("data: ")[2]) for step in steps]
    assert [(one["done"], one["of"]) for one in told] == [(n, len(kinds)) for n in range(1, len(kinds) + 1)]
    reply = client.get("/v1/documents.zip?batch=2024-second")
    with ZipFile(BytesIO(reply.content)) as bag:
        assert bag.testzip() is None
        said = json.loads(bag.read(batches.MANIFEST))
        assert said["failed"] == []
        assert {one["kind"] for one in said["made"] + said["nothing"]} == kinds
        for one in said["made"]:
            content = bag.read(one["file"])
            assert content.startswith(b"%PDF")
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["size"])
            assert f"{one['sha256']}  {one['file']}\n" in bag.read(batches.SUMS).decode()
    assert {one["kind"] for one in said["nothing"]} <= {
        one.kind for one in DOCUMENTS.values() if one.scope is not Scope.PERSON
    } | {"annual-evaluation", "cycle-appraisal"}
    exported = [entry for entry in opened.access.entries() if entry.act is Act.EXPORT]
    assert {entry.sha256 for entry in exported} == {one["sha256"] for one in said["made"]}
    assert member in {entry.person_id for entry in exported}
    assert client.get("/v1/documents.zip?batch=2024-second").content == reply.content


def test_what_fails_is_told_by_name_and_the_rest_still_comes(
    opened: App, member: str, broken: str, tmp_path: Path
) -> None:
    moment = opened.views.at()
    of = batches.wanted(moment, None)
    (tmp_path / "out").mkdir()
    for one in of:
        (tmp_path / "out" / one.file).write_bytes(b"of an earlier run")
    outcomes = list(batches.to_folder(opened, moment, None, tmp_path / "out", of))
    (failed,) = [one for one in outcomes if one.state == "failed"]
    assert (failed.wanted.document.kind, failed.wanted.person) == (broken, member)
    said: dict[str, Any] = json.loads((tmp_path / "out" / batches.MANIFEST).read_text())
    assert [(one["kind"], one["person_id"]) for one in said["failed"]] == [(broken, member)]
    assert "U+1F9FF" in said["failed"][0]["zh"]
    there = {path.name for path in (tmp_path / "out").glob("*.pdf")}
    assert there == {one["file"] for one in said["made"]}
    assert there


def test_a_run_that_broke_off_goes_on_and_hands_out_only_what_is_missing(
    opened: App, member: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert member
    moment, out = opened.views.at(), tmp_path / "out"
    of = batches.wanted(moment, None)
    run = batches.to_folder(opened, moment, None, out, of)
    first = [next(run) for _ in range(3)]
    run.close()
    stood = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    assert set(stood) == {one.wanted.file for one in first if one.state == "made"}
    before = len(opened.access.entries())
    outcomes = list(batches.to_folder(opened, moment, None, out, of))
    assert {name: (out / name).stat().st_mtime_ns for name in stood} == stood
    new = {entry.sha256 for entry in opened.access.entries()[before:]}
    assert new == {one.line()["sha256"] for one in outcomes if one.state == "made" and one.wanted.file not in stood}
    monkeypatch.setattr(opened.workers, "render", None)  # nothing is drawn once more
    again = list(batches.to_folder(opened, moment, None, tmp_path / "copy", of))
    assert [one.content for one in again] == [one.content for one in outcomes]


def test_the_longest_name_still_makes_a_file_name(
    opened: App, member: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (of,) = ever_members(Asked(moment=opened.views.at()))
    assert of.person == member
    monkeypatch.setattr(type(of), "name", "单" * 200)
    for one in batches.wanted(opened.views.at(), None):
        (tmp_path / one.file).touch()


def test_a_batch_that_is_not_there(client: TestClient, member: str) -> None:
    assert member
    is_problem(client.get("/v1/documents.zip?batch=2020-first"), 422, "unknown")
    is_problem(client.get("/v1/documents/progress?batch=2020-first"), 422, "unknown")
    is_problem(client.get("/v1/documents.zip?tier=four"), 422, "malformed")
