"""All documents of a batch: drawn on every worker at once, each handed out whole, what fails told by name.

What was drawn once is kept until something in it changes, so a run that broke off goes on where it stopped.
"""

from __future__ import annotations

import io
import json
import re
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from api import documents
from api.access import Act
from api.main import App
from domain.errors import TiduiError, Unknown
from exports.documents import DOCUMENTS, Asked, Document, Scope
from exports.documents.document import ever_members
from projections.ledger.held import write_whole
from projections.moment import Moment
from projections.shape import View

MANIFEST, SUMS = "manifest.json", "manifest-sha256.txt"
Told = tuple[str, dict[str, Any]]  # the state of an outcome, and its line in the manifest
_LONGEST = 40  # characters of a name; a file system takes 255 bytes for the whole
_IN_A_NAME = re.compile(r"[\x00-\x1f/\\:*?\"<>|]")


@dataclass(frozen=True)
class Wanted:
    """A document of the batch, of one person where it is about people, and the file that it becomes."""

    document: Document
    person: str | None
    file: str


@dataclass(frozen=True)
class Outcome:
    """What became of it: its content and print, or why there is none. `nothing` is on record where that is the why."""

    wanted: Wanted
    found: View | None = None
    content: bytes = b""
    error: TiduiError | None = None

    @property
    def state(self) -> str:
        """`made`, `nothing` (there is nothing on record for it) or `failed`."""
        if self.error is None:
            return "made"
        return "nothing" if self.found is None and isinstance(self.error, Unknown) else "failed"

    def line(self) -> dict[str, Any]:
        """As the manifest says it."""
        told = {"file": self.wanted.file, "kind": self.wanted.document.kind, "person_id": self.wanted.person}
        if self.error is not None:
            return told | {"zh": self.error.zh, "en": self.error.en}
        assert self.found is not None
        digest = sha256(self.content).hexdigest()
        return told | {"sha256": digest, "size": len(self.content), "rests_on": self.found.rests_on}


def wanted(moment: Moment, batch: str | None) -> list[Wanted]:
    """Every document of the batch: the collective ones, then each person's, by tier and strokes."""
    people = ever_members(Asked(moment=moment, batch=batch))
    kinds = [one for one in DOCUMENTS.values() if one.in_batch]
    found = [Wanted(one, None, f"{one.zh}.pdf") for one in kinds if one.scope is Scope.BATCH]
    for of in people:
        whose = _IN_A_NAME.sub("_", f"{of.name[:_LONGEST]}-{of.person[-4:]}")
        found += [Wanted(one, of.person, f"{whose}-{one.zh}.pdf") for one in kinds if one.scope is not Scope.BATCH]
    return found


def drawn(opened: App, moment: Moment, batch: str | None, of: Iterable[Wanted]) -> Iterator[Outcome]:
    """What becomes of each, in their order; a few are drawn ahead of whoever takes them."""

    def draw(one: Wanted) -> Outcome:
        at = opened.views.at(moment.as_of, moment.known_at)  # a moment is read by one thread
        found: View | None = None
        try:
            found = documents.content(opened, one.document, at, batch=batch, person=one.person)
            return Outcome(one, found, documents.printed(opened, one.document, found))
        except TiduiError as error:
            return Outcome(one, found, error=error)

    rest, workers = iter(of), opened.settings.pdf_workers
    with ThreadPoolExecutor(workers) as pool:
        waiting = deque(pool.submit(draw, one) for one in islice(rest, 2 * workers))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(draw, one) for one in islice(rest, 1))


def to_folder(
    opened: App, moment: Moment, batch: str | None, folder: Path, of: list[Wanted]
) -> Generator[Outcome, None, None]:
    """Each document as a file, whole or not at all, and at the end the manifest. One that stands there already with
    the same bytes was handed out before and is left; one that can no longer be made is taken away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told: list[Told] = []
    for outcome in drawn(opened, moment, batch, of):
        path = folder / outcome.wanted.file
        if outcome.error is None and not (path.is_file() and path.read_bytes() == outcome.content):
            _hand_out(opened, moment, outcome)
            write_whole(path, outcome.content)
        elif outcome.error is not None:
            path.unlink(missing_ok=True)  # what an earlier run left says what is no longer so
        told.append((outcome.state, outcome.line()))
        yield outcome
    for name, text in _manifest(opened, moment, batch, told).items():
        write_whole(folder / name, text.encode())


def to_zip(opened: App, moment: Moment, batch: str | None, of: list[Wanted]) -> Iterator[bytes]:
    """The same as the bytes of a ZIP, as they come: a document at a time is held."""
    sink = _Sink()
    told: list[Told] = []
    with ZipFile(sink, "w", ZIP_STORED) as bag:
        for outcome in drawn(opened, moment, batch, of):
            if outcome.error is None:
                _hand_out(opened, moment, outcome)
                bag.writestr(ZipInfo(outcome.wanted.file), outcome.content)
            told.append((outcome.state, outcome.line()))
            yield sink.taken()
        for name, text in _manifest(opened, moment, batch, told).items():
            bag.writestr(ZipInfo(name), text)
    yield sink.taken()


def _hand_out(opened: App, moment: Moment, outcome: Outcome) -> None:
    assert outcome.found is not None
    documents.register(opened, Act.EXPORT, outcome.wanted.document, outcome.found, moment, outcome.content)


def _manifest(opened: App, moment: Moment, batch: str | None, told: list[Told]) -> dict[str, str]:
    """What was made with its hashes, what there is nothing for, what failed and why; and the hashes for sha256sum."""
    said: dict[str, Any] = {
        "origin": opened.charter.origin,
        "practice": opened.charter.practice,
        "batch": moment.batch(batch),
        "as_of": moment.as_of.isoformat(),
        "known_at": moment.known_at,
        "position": moment.position,
    }
    for state in ("made", "nothing", "failed"):
        said[state] = [line for found, line in told if found == state]
    sums = [f"{one['sha256']}  {one['file']}\n" for one in said["made"]]
    return {MANIFEST: json.dumps(said, ensure_ascii=False, indent=2) + "\n", SUMS: "".join(sums)}


class _Sink(io.RawIOBase):
    """Takes what a ZIP writes, and gives it on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        found, self._parts = b"".join(self._parts), []
        return found
