"""One way to write a file: whole or not at all, for its owner alone, on the disk with its folder before it is done."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.archive.disk import make_folder, open_to_others, sweep, write_out, write_whole, written_whole
from domain.archive.evidence import EvidenceStore
from tests.support.disk_record import recording

_KILLED = """
import os, signal, sys
from pathlib import Path
from domain.archive.disk import written_whole
with written_whole(Path(sys.argv[1])) as draft:
    draft.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def _fail_halfway(path: Path) -> None:
    with written_whole(path) as draft:
        draft.write_bytes(b"half")
        raise ZeroDivisionError


def test_a_file_is_synced_then_put_in_its_place_then_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording(monkeypatch) as steps:
        write_whole(tmp_path / "file", b"whole")
    assert [step.did for step in steps] == ["sync", "rename", "sync"]
    assert steps.durable(tmp_path / "file")


@pytest.mark.parametrize("missing", [0, 2])
def test_the_record_of_steps_can_tell_a_sync_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: int
) -> None:
    with recording(monkeypatch) as steps:
        write_whole(tmp_path / "file", b"whole")
    del steps[missing]
    assert not steps.durable(tmp_path / "file")


def test_a_folder_is_synced_with_all_that_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with recording(monkeypatch) as steps, written_whole(tmp_path / "folder") as draft:
        (draft / "inner").mkdir(parents=True)
        (draft / "inner" / "file").write_bytes(b"whole")
    assert steps.durable(tmp_path / "folder" / "inner" / "file")
    assert (tmp_path / "folder" / "inner" / "file").read_bytes() == b"whole"


def test_a_new_folder_is_synced_into_the_one_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with recording(monkeypatch) as steps:
        make_folder(tmp_path / "one" / "two")
    assert [step.path for step in steps] == [str(tmp_path), str(tmp_path / "one")]


def test_what_fails_leaves_what_was_there_and_nothing_beside(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"before")
    with pytest.raises(ZeroDivisionError):
        _fail_halfway(tmp_path / "file")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"before"}


@pytest.fixture
def login_umask() -> Iterator[None]:
    """What a login gives."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("login_umask")
def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"")
    EvidenceStore(tmp_path / "evidence").put(b"content", name="a", media_type="text/plain")
    tmp_path.chmod(0o700)
    assert open_to_others(tmp_path) == []


def test_what_others_can_read_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "file").chmod(0o640)
    assert open_to_others(tmp_path) == [tmp_path / "file"]


def test_drafts_of_the_killed_are_swept_and_those_of_the_living_stay(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _KILLED, tmp_path / "file"], check=False)
    assert len(list(tmp_path.iterdir())) == 1
    with written_whole(tmp_path / "other") as draft:
        draft.write_bytes(b"still at work")
        assert len(sweep(tmp_path)) == 1
        assert [path.read_bytes() for path in tmp_path.glob("*/other")] == [b"still at work"]
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_a_link_is_followed_and_a_pipe_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_out(tmp_path / "link", b"content")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"content"
    write_out(Path(os.devnull), b"content")
    assert not Path(os.devnull).is_file()


def test_a_file_that_cannot_be_written_is_named_as_it_was_given(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere/file"):
        write_out(tmp_path / "nowhere" / "file", b"")


def test_evidence_is_on_the_disk_when_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = EvidenceStore(tmp_path / "evidence")
    with recording(monkeypatch) as steps:
        digest = store.put(b"content", name="a.txt", media_type="text/plain").sha256
    path = tmp_path / "evidence" / digest[:2] / digest
    assert steps.durable(path)
    assert steps.durable(path.with_suffix(".json"))
    assert [step.path for step in steps[:2]] == [str(tmp_path), str(tmp_path / "evidence")], "its folders first"


def test_evidence_that_a_power_cut_left_empty_is_written_again_when_it_is_sent_again(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    digest = store.put(b"content", name="a.txt", media_type="text/plain").sha256
    (tmp_path / digest[:2] / digest).write_bytes(b"")
    store.put(b"content", name="a.txt", media_type="text/plain")
    assert store.get(digest) == b"content"
