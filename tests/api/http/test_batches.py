"""All documents of a batch: as a ZIP, as a folder, with what fails told by name."""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any
from zipfile import ZipFile

import anyio
import anyio.lowlevel
import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from api import batch_folder, batches, documents
from api.access import Act
from api.batch_folder import to_folder
from api.http import live
from api.main import App
from domain.errors import Unavailable
from exports.errors import GlyphMissing
from exports.pdf.kept import Kept
from exports.pdf.manuscript import Manuscript
from tests.api.support import is_problem


@pytest.fixture
def pressed(opened: App, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles of what is set from now on, at no cost: no pages, only bytes that are as different."""
    titles: list[str] = []

    def render(manuscript: Manuscript) -> bytes:
        titles.append(manuscript.title)
        return f"%PDF of {manuscript.key}\nstartxref\n0\n%%EOF\n".encode()

    monkeypatch.setattr(opened.workers, "render", render)
    return titles


@pytest.fixture
def run(opened: App, member: str, pressed: list[str]) -> batches.Run:
    assert member
    assert not pressed
    return batches.begin(opened, opened.views.at(), None)


def said_in(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / batches.MANIFEST).read_bytes())
    return said


def files_in(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*.pdf")}


@pytest.mark.slow
def test_a_zip_holds_every_document_and_says_what_there_is_nothing_for(
    client: TestClient, opened: App, member: str
) -> None:
    is_problem(client.get("/v1/documents/progress?batch=2024-second"), 409, "run-missing")
    begun = client.post("/v1/documents/runs?batch=2024-second")
    assert begun.status_code == 202
    steps = client.get(begun.headers["Location"]).text.strip().split("\n\n")
    assert begun.json()["of"] == len(steps)
    told = [json.loads(step.partition("data: ")[2]) for step in steps]
    assert [(one["done"], one["of"]) for one in told] == [(n, len(told)) for n in range(1, len(told) + 1)]
    assert not any("file" in one for one in told)  # a file's name is a person's
    reply = client.get("/v1/documents.zip?batch=2024-second")
    with ZipFile(BytesIO(reply.content)) as bag:
        assert bag.testzip() is None
        said = json.loads(bag.read(batches.MANIFEST))
        assert (said["failed"], said["complete"]) == ([], True)
        assert len(said["made"] + said["nothing"]) == len(told)
        for one in said["made"]:
            content = bag.read(one["file"])
            assert content.startswith(b"%PDF")
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["size"])
            assert f"{one['sha256']}  {one['file']}\n" in bag.read(batches.SUMS).decode()
        listed = list(csv.reader(bag.read(batches.LIST).decode("utf-8-sig").splitlines()))
        assert sorted(row[0] for row in listed[1:]) == sorted(one["file"] for one in said["made"] + said["nothing"])
        assert {row[1] for row in listed[1:]} == {"已制作", "尚无记录"}
    assert {one["kind"] for one in said["made"]} >= {"dossier", "nomination-summary", "committee-materials"}
    exported = [entry for entry in opened.access.entries() if entry.act is Act.EXPORT]
    assert {entry.sha256 for entry in exported} == {one["sha256"] for one in said["made"]}
    assert member in {entry.person_id for entry in exported}
    assert client.get("/v1/documents.zip?batch=2024-second").content == reply.content


def test_what_fails_is_told_by_name_and_the_rest_still_comes(
    run: batches.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = documents.from_press

    def broken(opened: App, copy: documents.Copy) -> Kept:
        if copy.document.kind == "information-form":
            raise GlyphMissing("\U0001f9ff", "name")
        if copy.document.kind == "training-register":
            raise ZeroDivisionError("a secret")
        return whole(opened, copy)

    monkeypatch.setattr(documents, "from_press", broken)
    for one in run.of:
        (tmp_path / one.file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / one.file).write_bytes(b"of an earlier run")
    with capture_logs() as logs:
        list(to_folder(run, tmp_path))
    said = said_in(tmp_path)
    known, unforeseen = said["failed"]
    assert (known["kind"], unforeseen["kind"]) == ("information-form", "training-register")
    assert "U+1F9FF" in known["zh"]
    assert "日志" in unforeseen["zh"]
    assert [(log["event"], log["kind"]) for log in logs] == [("document_failed", "ZeroDivisionError")]
    assert "a secret" not in str(logs) + str(said)
    assert said["made"]
    assert set(files_in(tmp_path)) == {one["file"] for one in said["made"]}


def test_a_run_that_broke_off_goes_on_from_what_the_folder_holds(
    run: batches.Run, tmp_path: Path, pressed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_folder, "_EVERY", 3)
    going = to_folder(run, tmp_path)
    first = [next(going) for _ in range(4)]
    going.close()
    stood = files_in(tmp_path)
    assert set(stood) == {one.wanted.file for one in first if one.state == "made"}
    assert not said_in(tmp_path)["complete"]
    assert not [name for name in (batches.SUMS, batches.LIST) if (tmp_path / name).exists()]
    torn, *_ = stood
    (tmp_path / torn).write_bytes(b"%PDF torn")
    _forget_prints(run)
    before, drawn_before = len(run.opened.access.entries()), len(pressed)
    outcomes = list(to_folder(run, tmp_path))
    assert {one.wanted.file for one in outcomes if one.stood} == set(stood) - {torn}
    new = {entry.sha256 for entry in run.opened.access.entries()[before:]}
    assert new == {one.line["sha256"] for one in outcomes if one.state == "made" and not one.stood}
    assert len(pressed) - drawn_before == sum(one.state == "made" and not one.stood for one in outcomes)
    assert said_in(tmp_path)["complete"]
    for one in said_in(tmp_path)["made"]:
        assert hashlib.sha256((tmp_path / one["file"]).read_bytes()).hexdigest() == one["sha256"]


def test_what_stands_unchanged_is_neither_drawn_nor_handed_out_again(
    run: batches.Run, tmp_path: Path, pressed: list[str]
) -> None:
    list(to_folder(run, tmp_path))
    stood, said, before = files_in(tmp_path), said_in(tmp_path), len(run.opened.access.entries())
    _forget_prints(run)
    pressed.clear()
    list(to_folder(run, tmp_path))
    assert (files_in(tmp_path), said_in(tmp_path), pressed) == (stood, said, [])
    assert len(run.opened.access.entries()) == before


def test_a_file_that_was_signed_meanwhile_stays_and_one_no_longer_wanted_goes(run: batches.Run, tmp_path: Path) -> None:
    list(to_folder(run, tmp_path))
    signed, gone = said_in(tmp_path)["made"][:2]
    content = (tmp_path / signed["file"]).read_bytes() + b" signed"
    (tmp_path / signed["file"]).write_bytes(content)
    run.opened.signed.put(signed["sha256"], content)
    run.of[:] = [one for one in run.of if one.file != gone["file"]]
    list(to_folder(run, tmp_path))
    assert (tmp_path / signed["file"]).read_bytes() == content
    assert said_in(tmp_path)["made"][0]["sha256"] == hashlib.sha256(content).hexdigest()
    assert not (tmp_path / gone["file"]).exists()


def test_all_are_of_the_moment_at_which_the_run_began(
    run: batches.Run, clerk: Callable[..., Any], tmp_path: Path
) -> None:
    going = to_folder(run, tmp_path)
    outcomes = [next(going)]
    clerk("register-person", "2024-03-18", name="后来人", gender="male", birth_date="1990-01-01", subject="物理")
    assert run.opened.log.head() > run.moment.position
    outcomes += list(going)
    positions = {one.copy.model["position"] for one in outcomes if one.copy}
    assert positions == {run.moment.position, said_in(tmp_path)["position"]}


def test_who_stops_taking_stops_the_work(run: batches.Run, monkeypatch: pytest.MonkeyPatch, pressed: list[str]) -> None:
    shut, numbers = Event(), count()

    class Pool(ThreadPoolExecutor):
        def submit(self, work: Any, /, *of: Any, **more: Any) -> Any:  # all but the first wait until it is called off
            return super().submit(self._waiting, next(numbers), work, *of, **more)

        def _waiting(self, number: int, work: Any, *of: Any) -> Any:
            if number:
                shut.wait()
            return work(*of)

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            shut.set()
            super().shutdown(wait)

    monkeypatch.setattr(batches, "ThreadPoolExecutor", Pool)
    drawn = batches.drawn(run)
    next(drawn)
    drawn.close()
    assert next(numbers) > 2 + run.opened.workers.processes, "more was begun than could be at work"
    assert len(pressed) <= 1 + run.opened.workers.processes


def test_a_reply_that_is_broken_off_ends_the_work_that_makes_it() -> None:
    ended = False

    def work() -> Generator[bytes, None, None]:
        nonlocal ended
        try:
            while True:
                yield b"a document"
        finally:
            ended = True

    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        while len(sent) < 3:  # the head and two documents
            await anyio.lowlevel.checkpoint()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        await anyio.lowlevel.checkpoint()

    going = work()
    anyio.run(live.WorkedOut(going), {"type": "http"}, receive, send)
    assert ended


def test_a_folder_that_cannot_be_written_is_told(run: batches.Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="file"):
        list(to_folder(run, tmp_path / "file"))


def test_a_batch_that_is_not_there(client: TestClient, member: str) -> None:
    assert member
    is_problem(client.get("/v1/documents.zip?batch=2020-first"), 422, "unknown")
    is_problem(client.get("/v1/documents/progress?batch=2020-first"), 422, "unknown")
    is_problem(client.post("/v1/documents/runs?batch=2020-first"), 422, "unknown")
    is_problem(client.get("/v1/documents.zip?batch=2024-second"), 409, "run-missing")
    is_problem(client.get("/v1/documents.zip?tier=four"), 422, "malformed")


def _forget_prints(run: batches.Run) -> None:
    shutil.rmtree(run.opened.home.kept)
