"""An evidence bundle holds, is the same bytes again, and names whatever was done to it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from api import settings
from api.bundling import Kept, bundle, check_bundle
from api.cli.main import main
from api.main import App, init_home, open_home
from api.rotating import rotate
from domain.errors import Broken, Malformed, Unknown
from exports import verify, verify_bundle
from exports.four_tests import Looked, as_json
from exports.verify_bag import PAYLOAD, SIGNATURE, TAGS
from exports.verify_bundle import EVIDENCE
from exports.verify_log import EVENTS
from projections.ledger.checkpoint import Checkpoint
from projections.ledger.keys import Keys
from projections.ledger.note import COSIGNATURE, PrivateKey
from projections.ledger.report import Report
from tests.support.bundles import SEEN, Files, files_of, made


@pytest.fixture
def opened(bundled: Path) -> Iterator[App]:
    with open_home(bundled / "home", settings.load()) as app:
        yield app


@pytest.fixture
def files(bundled: Path) -> Files:
    return files_of(bundled / "one.zip")


# --- what holds -----------------------------------------------------------------------------------------------------


def test_the_same_archive_gives_the_same_bytes(bundled: Path, files: Files) -> None:
    assert (bundled / "one.zip").read_bytes() == (bundled / "two.zip").read_bytes()
    assert files_of(bundled / "folder") == files


def test_events_are_those_of_the_log_byte_for_byte(opened: App, files: Files) -> None:
    told = [json.loads(line) for line in files[EVENTS].splitlines()]
    rows = [tuple(one.values()) for one in told]
    assert rows == [(*row[:4], row[4].decode()) for row in opened.log.rows(0)]


def test_it_holds_what_the_issue_of_evidence_asks_for(opened: App, files: Files) -> None:
    plan = json.loads(files["data/plan/2024-second.json"])
    roster = json.loads(files["data/rosters/2024-second-2024.json"])
    about, told = (files[f"data/{name}.csv"].decode() for name in ("evidence", "history"))
    assert plan["batch"] == roster["batch"] == "2024-second"
    assert {name.removeprefix(EVIDENCE) for name in files if name.startswith(EVIDENCE)} == {
        one.sha256 for row in opened.log.read(0) for one in row.body.evidence
    }
    assert "户口簿.txt" in about
    assert [line.split(",")[0] for line in told.splitlines()[1:]] == ["1", "2", "3"]
    assert opened.charter.public_key in files["README.md"].decode()
    assert all("演练档案库" in files[name].decode() for name in ("README.md", "data/report.md"))


def test_it_is_a_bag_by_rfc_8493(files: Files) -> None:
    payload = {name: content for name, content in files.items() if name.startswith("data/")}
    assert files["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    about = dict(line.split(": ", 1) for line in files["bag-info.txt"].decode().splitlines())
    assert about["Payload-Oxum"] == f"{sum(map(len, payload.values()))}.{len(payload)}"
    for manifest, listed in ((PAYLOAD, payload), (TAGS, files.keys() - payload.keys() - {TAGS, SIGNATURE})):
        lines = [f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(listed)]
        assert files[manifest].decode() == "".join(lines)
    assert all(name.isascii() for name in files)


def test_what_holds_is_told(bundled: Path, opened: App, files: Files) -> None:
    found = check_bundle(bundled / "one.zip", Kept(opened.charter.public_key))
    assert (found.events, found.checkpoints, found.attachments) == (3, 3, 2)
    assert found.cosigned == [{"witness": "bureau", "size": 3, "at": SEEN.isoformat()}]
    assert found.root == report(files)["root"]
    shown = "\n".join(verify_bundle.told(found))
    assert "practice" in shown
    assert "bureau @3" in shown


def report(files: Files) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["data/report.json"])
    return found


def test_the_report_says_how_many_of_what_were_looked_at(files: Files) -> None:
    tests = {test["checked_en"]: test for test in report(files)["tests"]}
    assert {test["property"] for test in tests.values()} == {"authenticity", "integrity", "usability", "safety"}
    numbers = {name: test["number"] for name, test in tests.items()}
    assert numbers["checkpoints and their attestations are signed with the archive's key"] == 6
    assert numbers["each file that was filed with an event is there, unchanged"] == 2
    assert numbers["signatures of witnesses"] == 1
    assert [name for name, test in tests.items() if test["holds"] is None] == ["viruses"]
    text = files["data/report.md"].decode()
    assert all(test["checked"] in text and test["checked_en"] in text for test in tests.values())


def test_the_report_tells_of_attachments_that_are_not_what_they_are_called() -> None:
    looked = Looked(
        Checkpoint("tidui/x", 1, bytes(32)),
        Report(Keys(PrivateKey("tidui/x", bytes(32)).public), files=4),
        1,
        1,
        0,
        "other",
    )
    looked.attachment("a", "application/pdf", b"MZ is no PDF")
    looked.attachment("b", "text/plain", b"\xff")
    looked.attachment("c", "audio/x", b"")
    looked.attachment("d", "image/png", b"\x89PNG\r\n\x1a\n")
    looked.file("data/evidence/e", b"PRIVATE+KEY+x")
    said = {test["checked_en"]: test for test in json.loads(as_json(looked))["tests"]}
    odd = said["attachments begin as files of their kind do"]
    assert (odd["holds"], odd["found_en"]) == (False, "1 as they should, 2 not, 1 of kinds not known: a b")
    assert said["no attachment is a program"]["found_en"] == "does not hold: a"
    assert said["no private key is in the bundle"]["found_en"] == "does not hold: data/evidence/e"
    assert said["the views in the last attestation follow from the events"]["holds"] is None


def test_the_verifier_inside_needs_nothing_else_and_leaves_nothing_behind(bundled: Path) -> None:
    for _ in range(2):
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "verify.py", "."], cwd=bundled / "folder", capture_output=True, check=False
        )
        assert (ran.returncode, ran.stderr) == (0, b""), ran.stdout.decode()


def test_it_is_written_down_for_a_person_before_it_is_there(bundled: Path, opened: App) -> None:
    row = opened.access.export(sha256((bundled / "one.zip").read_bytes()).hexdigest())
    assert row is not None
    assert (row.what, row.position) == ("bundle", 3)
    assert row.person_id is not None


def test_nothing_is_written_over(bundled: Path, opened: App) -> None:
    with pytest.raises(Malformed, match="choose another name"):
        bundle(opened, bundled / "one.zip")


def test_an_archive_without_people_is_bundled_though_too_few_witnesses_have_signed(tmp_path: Path) -> None:
    home, path = made(tmp_path / "home", 0), tmp_path / "nobody.zip"
    line = PrivateKey("union", bytes(32), COSIGNATURE).public
    (home / "witness-policy").write_text(f"witness union {line}\nquorum union\n", encoding="utf-8")
    with open_home(home, settings.load()) as opened:
        row = opened.access.export(bundle(opened, path))
    assert row is not None
    assert row.person_id is None
    assert check_bundle(path).attachments == 0
    tests = {test["checked_en"]: test for test in report(files_of(path))["tests"]}
    assert "witness policy does not hold" in tests["signatures of witnesses"]["found_en"]
    assert [name for name, test in tests.items() if test["holds"] is False] == ["signatures of witnesses"]


def test_an_empty_archive_is_not_bundled(tmp_path: Path) -> None:
    init_home(tmp_path / "empty", settings.load(), practice=True, seed="x")
    with open_home(tmp_path / "empty", settings.load()) as opened, pytest.raises(Unknown, match="empty"):
        bundle(opened, tmp_path / "empty.zip")
    assert not (tmp_path / "empty.zip").exists()


def test_after_a_change_of_key_it_holds_by_every_key_there_was(bundled: Path, tmp_path: Path) -> None:
    home, path = Path(shutil.copytree(bundled / "home", tmp_path / "home")), tmp_path / "rotated.zip"
    with open_home(home, settings.load()) as opened:
        rotate(opened, "经办人换岗")
        bundle(opened, path)
        first, second = (str(turn.key) for turn in opened.ledger.keys().turns)
    for key in (first, second):
        assert check_bundle(path, Kept(key)).public_key == second
    found = check_bundle(path, Kept(first, (bundled / "home" / "head",)))
    assert (found.earlier_keys, found.events) == ([first], 4)
    shown = "\n".join(verify_bundle.told(found))
    assert f"signed by: {second}" in shown
    assert f"the key before it: {first}" in shown
    with pytest.raises(Broken, match="another key than yours"):
        check_bundle(path, Kept(str(PrivateKey(found.origin, bytes(32)).public)))
    kept, text = tmp_path / "kept", (home / "head").read_text(encoding="utf-8").partition("\n\n")[0]
    kept.write_text(str(PrivateKey(found.origin, bytes(32)).note(f"{text}\n")), encoding="utf-8")
    with pytest.raises(Broken, match="no valid signature"):
        check_bundle(path, Kept(first, (kept,)))


def test_an_archive_that_does_not_verify_is_not_bundled(bundled: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(bundled / "home", tmp_path / "home"))
    next(file for file in (home / "evidence").glob("*/*") if not file.suffix).write_bytes(b"other")
    with open_home(home, settings.load()) as opened, pytest.raises(Broken, match="was altered"):
        bundle(opened, tmp_path / "no.zip")
    assert [one.name for one in tmp_path.iterdir()] == ["home"]


def test_the_command_line_answers_in_sentences(
    bundled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["tidui", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), "".join(capsys.readouterr())

    assert run("bundle", tmp_path / "a.zip", "--home", bundled / "home")[0] == 0
    code, out = run("verify-bundle", tmp_path / "a.zip", "--json", "--head", bundled / "home" / "head")
    assert (code, json.loads(out)["events"]) == (0, 3)
    assert run("verify-bundle", tmp_path / "a.zip", "--key", "x")[0] == 1
    assert run("unbundle", tmp_path / "a.zip", "--home", tmp_path / "again")[0] == 0
    assert run("unbundle", tmp_path / "a.zip", "--home", tmp_path / "again")[0] == 1
    assert run("verify-bundle", tmp_path / "none.zip")[0] == 1
    (tmp_path / "no.zip").write_bytes(b"PK no")
    assert run("verify-bundle", tmp_path / "no.zip")[0] == 1
    assert [verify.main([str(tmp_path / name)]) for name in ("a.zip", "no.zip", "none.zip")] == [0, 1, 2]
