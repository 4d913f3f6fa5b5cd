"""A backup of an archive in use holds, whatever is done meanwhile, and is on the disk when it is called done."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.access import Act
from api.backup import back_up
from api.bundling import bundle
from api.home import Home
from api.main import App, open_home
from api.proving import check_archive
from api.registering import written_down
from domain.archive.disk import open_to_others
from domain.errors import Broken, Refusal, Unavailable
from tests.api.support import Post
from tests.support.disk_record import recording

PERSON = {"name": "王一", "gender": "female", "birth_date": "1985-03-02"}
_KILLED = """
import os, signal, sys
from pathlib import Path
from api import settings
from api.backup import back_up
from api.main import open_home
from domain.archive import Log
Log.copy_to = lambda log, path: os.kill(os.getpid(), signal.SIGKILL)
with open_home(Path(sys.argv[1]), settings.load()) as opened:
    back_up(opened, Path(sys.argv[2]))
"""


@pytest.fixture
def recorded(opened: App, post: Post) -> App:
    """Something recorded, signed, read and kept."""
    digest = opened.evidence.put(b"content", name="a.txt", media_type="text/plain").sha256
    assert post("register-person", PERSON, evidence=[digest]).status_code == 201
    opened.signed.put("0" * 64, b"%PDF")
    written_down(opened, Act.VIEW, "people")
    return opened


def more(opened: App, post: Post) -> None:
    """What somebody does meanwhile: a file, a record, a checkpoint, a reading."""
    number = opened.log.head()
    digest = opened.evidence.put(f"file {number}".encode(), name="b.txt", media_type="text/plain").sha256
    post("register-person", PERSON | {"name": f"王{chr(0x4E00 + number)}"}, evidence=[digest])
    opened.ledger.checkpoint()
    written_down(opened, Act.VIEW, "people")


def meanwhile(patch: pytest.MonkeyPatch, owner: object, name: str, act: Callable[[], None], *, first: bool) -> None:
    """Something happens right before a step, or right after it; not while the heads are copied: nobody signs then."""
    step = getattr(owner, name)

    def stepping(*given: Any, **named: Any) -> Any:
        heads = "checkpoints" in str(given[0])
        if first and not heads:
            act()
        done = step(*given, **named)
        if not first and not heads:
            act()
        return done

    patch.setattr(owner, name, stepping)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("step", ["log", "access", "files"])
def test_it_holds_whatever_is_recorded_meanwhile(
    recorded: App, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, first: bool
) -> None:
    owner, name = {
        "log": (recorded.log.__class__, "copy_to"),
        "access": (recorded.access.__class__, "copy_to"),
        "files": (shutil, "copytree"),
    }[step]
    meanwhile(monkeypatch, owner, name, lambda: more(recorded, post), first=first)
    done = back_up(recorded, tmp_path / "copy")
    _, report = check_archive(Home(tmp_path / "copy"), [])
    assert report.problems == []
    assert done == {"folder": str(tmp_path / "copy"), "events": report.events, "files": report.files}
    assert recorded.log.head() > 1, "something was recorded meanwhile"


def test_it_is_on_the_disk_when_it_is_done(recorded: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with recording(monkeypatch) as steps:
        back_up(recorded, tmp_path / "copy")
    files = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert {"archive.sqlite", "access.sqlite", "head", "archive.json"} <= {path.name for path in files}
    assert [path for path in files if not steps.durable(path)] == []
    renamed = [Path(step.place).name for step in steps if step.did == "rename"]
    assert renamed[-1] == "archive.json", "until then it is no archive"


def test_it_holds_no_key_and_nothing_that_others_can_read(recorded: App, tmp_path: Path) -> None:
    back_up(recorded, tmp_path / "copy")
    assert not list((tmp_path / "copy").glob("signing.key*"))
    assert open_to_others(tmp_path / "copy") == []


def test_it_answers_as_the_first_one(recorded: App, tmp_path: Path) -> None:
    back_up(recorded, tmp_path / "copy")
    with open_home(tmp_path / "copy", recorded.settings) as copy:
        assert copy.log.read(0) == recorded.log.read(0)
        assert [one.what for one in copy.access.entries()] == ["people"]


def test_a_copy_that_does_not_hold_is_not_called_one(recorded: App, tmp_path: Path) -> None:
    recorded.home.held.head_file.write_bytes(b"no head")
    with pytest.raises(Broken, match="does not verify"):
        back_up(recorded, tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(recorded: App, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "mine").write_bytes(b"")
    with pytest.raises(Refusal, match="not empty"):
        back_up(recorded, tmp_path / "copy")


def test_one_that_was_killed_is_no_archive_and_stands_in_nobodys_way(recorded: App, tmp_path: Path) -> None:
    killed = [sys.executable, "-c", _KILLED, str(recorded.home.folder), str(tmp_path / "copy")]
    assert subprocess.run(killed, check=False, capture_output=True).returncode == -9
    assert not Home(tmp_path / "copy").charter.exists()
    assert list((tmp_path / "copy").iterdir()) != []
    assert back_up(recorded, tmp_path / "copy")["events"] == 1


def test_a_place_that_takes_no_folder(recorded: App, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match="Cannot back up"):
        back_up(recorded, tmp_path / "file" / "copy")


@pytest.mark.parametrize("name", ["bundle.zip", "bundle"])
def test_a_bundle_is_on_the_disk_when_it_is_done(
    recorded: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    place = tmp_path / name
    with recording(monkeypatch) as steps:
        bundle(recorded, place)
    files = [path for path in place.rglob("*") if path.is_file()] if place.is_dir() else [place]
    assert files
    assert [path for path in files if not steps.durable(path)] == []


def test_checkpoints_and_signed_papers_are_on_the_disk_when_they_are_done(
    opened: App, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording(monkeypatch) as steps:
        post("register-person", PERSON)
        digest = opened.signed.put("0" * 64, b"%PDF")
    held = opened.home.held
    for path in (held.head_file, *held.checkpoints.iterdir(), opened.home.signed / ("0" * 64) / digest[:2] / digest):
        assert steps.durable(path), path
