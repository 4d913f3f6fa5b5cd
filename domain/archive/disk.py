"""The one way to write a file: whole or not at all, for its owner alone, and on the disk before anything calls it done.

What is written lies beside its place until it is whole, in a folder of its own that its writer holds locked. The lock
ends with the writer, however it ends, so whoever comes next can tell what was left behind and sweeps it away.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_DRAFT = ".tidui-draft-"


def write_whole(path: Path, content: bytes, beside: Path | None = None) -> None:
    """A file written whole or not at all, and on the disk with its folder when this returns."""
    with written_whole(path, beside) as draft:
        draft.write_bytes(content)


@contextmanager
def written_whole(path: Path, beside: Path | None = None) -> Iterator[Path]:
    """Where to write a file or a folder that takes its place once the block ends well; on the disk by then.

    The draft lies in `beside`, a folder of the same disk, by default the one it is for.
    """
    with drafted(beside or path.parent) as folder:
        draft = folder / path.name
        yield draft
        sync_all(draft)
        draft.replace(path)
    sync(path.parent)


@contextmanager
def drafted(beside: Path) -> Iterator[Path]:
    """A folder for drafts, gone at the end of the block."""
    folder, lock = _locked(beside)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _locked(beside: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(dir=beside, prefix=_DRAFT))
        with suppress(FileNotFoundError):  # swept between being made and being locked
            lock = os.open(folder, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.fstat(lock).st_nlink:
                return folder, lock
            os.close(lock)


def write_out(path: Path, content: bytes) -> None:
    """The same where somebody asked for it: a link is followed, and what is no file (a pipe, a terminal) is written."""
    place = path.resolve()
    try:
        if place.exists() and not place.is_file():
            place.write_bytes(content)
        else:
            write_whole(place, content)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # the file that was meant, not its draft


def make_folder(path: Path) -> None:
    """A folder with those above it, each on the disk when this returns."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        sync(path.parent)


def sync_all(path: Path) -> None:
    """A file, or a folder with all that is in it, for its owner alone and on the disk."""
    for inner in path.iterdir() if path.is_dir() else ():
        sync_all(inner)
    path.chmod(0o700 if path.is_dir() else 0o600)
    sync(path)


def sync(path: Path) -> None:
    """What a file holds, or which names a folder holds, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(*folders: Path) -> list[Path]:
    """Remove the drafts that killed writers left in folders; those of writers still at work stay. What was removed."""
    found = [draft for folder in folders for draft in folder.glob(f"{_DRAFT}*")]
    return [draft for draft in found if _abandoned(draft)]


def _abandoned(draft: Path) -> bool:
    with suppress(OSError):
        lock = os.open(draft, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(draft)
            return True
        finally:
            os.close(lock)
    return False


def open_to_others(folder: Path) -> list[Path]:
    """What in a folder, itself included, others than its owner may read, write or enter."""
    return [path for path in (folder, *sorted(folder.rglob("*"))) if _mode(path) & 0o077]


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.lstat().st_mode) if not path.is_symlink() else 0
    except FileNotFoundError:
        return 0
