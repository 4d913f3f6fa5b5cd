"""The documents of a batch as a folder to be handed over: files, and a manifest that says what they are.

A run that broke off goes on where it stopped: a file that is there, as the manifest says it was written, of a
document that has not changed since, is left. So is one that was signed meanwhile. What the manifest named before
and is no longer so is taken away.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from api.batches import LIST, MANIFEST, SUMS, Outcome, Run, Told, as_files, drawn, hand_out, manifest
from api.documents import Copy
from domain.archive.disk import make_folder, sweep, write_whole
from domain.errors import Unavailable
from exports.pdf.kept import Kept
from exports.statement import finished

_EVERY = 32  # documents, after which the manifest is written once more


def to_folder(run: Run, folder: Path) -> Generator[Outcome, None, None]:
    """Each document as a file, whole or not at all. The manifest is complete, and the disk has everything, at the
    end only.
    """
    told: list[Told] = []
    with _writable(folder):
        before = _before(folder)
        for name in (SUMS, LIST):
            (folder / name).unlink(missing_ok=True)  # they speak of a whole
        for outcomes in drawn(run, lambda one, copy: _standing(run, folder / one.file, before.get(one.file), copy)):
            hand_out(run, [one for one in outcomes if not one.stood])
            for one in outcomes:
                _put(folder, one)
                told.append((one.state, one.line))
                before.pop(one.wanted.file, None)
                if len(told) % _EVERY == 1:
                    _note(run, folder, told, before)
                yield one
        for file, line in before.items():
            _take_away(folder / file, line)
        _finish(folder, as_files(manifest(run, told)))


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        make_folder(folder)
        sweep(folder)
        yield
    except OSError as error:
        raise Unavailable(
            f"无法写入 {folder}（{error.strerror}）。请检查位置、权限和剩余空间；再次运行会接着做。",
            f"{folder} cannot be written ({error.strerror}). Check the place, its permissions and space; run it again "
            "and it goes on.",
        ) from error


def _before(folder: Path) -> dict[str, dict[str, Any]]:
    """What an earlier run says it wrote, by file; nothing where there was none, or it says nothing sensible."""
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
        return {line["file"]: line for line in [*said.get("earlier", ()), *said["made"]]}
    except (FileNotFoundError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _standing(run: Run, path: Path, line: dict[str, Any] | None, copy: Copy) -> Kept | None:
    """What stands in the file, when it is what was written there for the same print, or that with a signature."""
    if line is None or line.get("print") != copy.key or not path.is_file():
        return None
    content = path.read_bytes()
    digest = sha256(content).digest()
    if line["sha256"] not in (digest.hex(), run.opened.signed.unsigned(digest.hex())):
        return None
    return Kept(content, digest) if copy.is_print(finished(content)) else None


def _put(folder: Path, outcome: Outcome) -> None:
    path = folder / outcome.wanted.file
    if outcome.print is None:
        path.unlink(missing_ok=True)  # what an earlier run left says what is no longer so
    elif not outcome.stood:
        make_folder(path.parent)
        write_whole(path, outcome.print.content, folder)


def _note(run: Run, folder: Path, told: list[Told], before: dict[str, dict[str, Any]]) -> None:
    """How far it has come, and what an earlier run left that was not looked at yet."""
    said = manifest(run, told, complete=False) | {"earlier": list(before.values())}
    write_whole(folder / MANIFEST, json.dumps(said, ensure_ascii=False).encode())


def _take_away(path: Path, line: dict[str, Any]) -> None:
    """A file of an earlier run that is no longer wanted; what somebody else made of it meanwhile stays."""
    if path.is_file() and sha256(path.read_bytes()).hexdigest() == line["sha256"]:
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()


def _finish(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        write_whole(folder / name, content)
