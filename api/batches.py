"""All documents of a batch: worked out one after the other, set by every worker at once, each handed out whole, what
fails told by name.

They are all of one moment, taken when the run begins: what is recorded meanwhile is in none of them.
"""

from __future__ import annotations

import io
import json
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import structlog

from api import documents
from api.access import Act
from api.main import App
from api.unforeseen import place
from domain.errors import TiduiError, Unavailable, Unknown
from exports.documents.of_batch import Wanted, wanted
from exports.errors import Unforeseen
from exports.pdf import engine
from exports.pdf.kept import Kept
from exports.sheet import csv_text
from projections.moment import Moment

MANIFEST, SUMS, LIST = "manifest.json", "manifest-sha256.txt", "00-清单.csv"
STATES = {"made": "已制作", "nothing": "尚无记录", "failed": "未能制作"}
_AHEAD = 16  # documents, or two to a process; so many kept ones are handed out at a time
_LOGGER = structlog.get_logger("tidui")

Told = tuple[str, dict[str, Any]]  # the state of an outcome, and its line in the manifest
Find = Callable[[Wanted, documents.Copy], Kept | None]  # the finished bytes of a copy, where they are at hand


@dataclass(frozen=True)
class Run:
    """One handing out: the documents of a batch, all at the same moment."""

    opened: App
    moment: Moment
    batch: str | None
    of: list[Wanted]


@dataclass(frozen=True)
class Outcome:
    """What became of a document: its copy and its print, or why there is none. `stood` is one found in its place."""

    wanted: Wanted
    copy: documents.Copy | None = None
    print: Kept | None = None
    error: TiduiError | None = None
    stood: bool = False

    @property
    def state(self) -> str:
        """`made`, `nothing` (there is nothing on record for it) or `failed`."""
        if self.error is None:
            return "made"
        return "nothing" if self.copy is None and isinstance(self.error, Unknown) else "failed"

    @cached_property
    def line(self) -> dict[str, Any]:
        """As the manifest says it."""
        of = self.wanted
        told = {"file": of.file, "kind": of.document.kind, "person_id": of.person, "year": of.year, "round": of.round}
        if self.error is not None:
            return told | {"zh": self.error.zh, "en": self.error.en}
        assert self.copy
        assert self.print
        made = {"sha256": self.print.digest.hex(), "size": len(self.print.content)}
        return told | made | {"rests_on": self.copy.model["rests_on"], "print": self.copy.key}


def begin(opened: App, moment: Moment, batch: str | None) -> Run:
    """Everything that the batch has at a moment. What the machine lacks is said here, not of each document."""
    engine.versions()
    return Run(opened, moment, moment.batch(batch), wanted(moment, batch))


def drawn(run: Run, at_hand: Find = lambda _, __: None) -> Generator[list[Outcome], None, None]:
    """What becomes of each, in their order, as many at a time as are ready; some are made ahead of whoever takes
    them. Who stops taking stops the work.
    """
    processes = run.opened.workers.processes
    pool, waiting, ahead = ThreadPoolExecutor(processes), deque[Future[Outcome]](), max(_AHEAD, 2 * processes)
    begun = (_begin(run, pool, at, one, at_hand) for at, one in zip(run.moment.answers(), run.of, strict=False))
    try:
        while True:
            waiting.extend(islice(begun, ahead - len(waiting)))
            if not waiting:
                return
            ready = [waiting.popleft().result()]
            while waiting and waiting[0].done():
                ready.append(waiting.popleft().result())
            yield ready
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(run: Run, pool: ThreadPoolExecutor, at: Moment, one: Wanted, at_hand: Find) -> Future[Outcome]:
    """A document worked out here; a worker sets it, unless its print is at hand or kept."""
    opened, begun = run.opened, Future[Outcome]()
    try:
        found = documents.content(opened, one.document, at, batch=run.batch, **one.asked)
        copy = documents.copy_of(opened, one.document, found)
        stood = at_hand(one, copy)
        kept = stood or documents.kept(opened, copy)
    except Exception as error:  # noqa: BLE001 - whatever ails one document, the others still come
        begun.set_result(Outcome(one, error=_told(one, error)))
        return begun
    if kept is None:
        return pool.submit(_set, opened, one, copy)
    begun.set_result(Outcome(one, copy, kept, stood=stood is not None))
    return begun


def _set(opened: App, one: Wanted, copy: documents.Copy) -> Outcome:
    try:
        return Outcome(one, copy, documents.from_press(opened, copy))
    except Exception as error:  # noqa: BLE001 - as above
        return Outcome(one, copy, error=_told(one, error))


def _told(one: Wanted, error: Exception) -> TiduiError:
    """An error in our words; of one that is not ours the log tells where it happened."""
    if isinstance(error, TiduiError):
        return error
    if isinstance(error, OSError):
        return Unavailable(
            f"读写磁盘时出错（{error.strerror}）。请检查剩余空间和权限，再运行一次。",
            f"The disk could not be read or written ({error.strerror}). Check its space and permissions; run it again.",
        )
    _LOGGER.error("document_failed", document=one.document.kind, person=one.person, **place(error))
    return Unforeseen()


def hand_out(run: Run, outcomes: Iterable[Outcome]) -> None:
    """Write down, in one go, that documents are handed out; nothing is when that cannot be kept."""
    made = [(one.copy, one.line["sha256"]) for one in outcomes if one.copy and one.error is None]
    run.opened.access.write(
        *(
            entry
            for copy, digest in made
            for entry in documents.entries(run.opened, Act.EXPORT, copy.document, copy.model, run.moment, digest)
        )
    )


def to_zip(run: Run) -> Generator[bytes, None, None]:
    """All as the bytes of a ZIP, as they come: a few documents at a time are held."""
    sink, told = _Sink(), list[Told]()
    with ZipFile(sink, "w", ZIP_STORED) as bag:
        for outcomes in drawn(run):
            hand_out(run, outcomes)
            for one in outcomes:
                if one.print:
                    bag.writestr(ZipInfo(one.wanted.file), one.print.content)
                told.append((one.state, one.line))
            yield sink.taken()
        for name, content in as_files(manifest(run, told)).items():
            bag.writestr(ZipInfo(name), content)
    yield sink.taken()


def manifest(run: Run, told: Iterable[Told], *, complete: bool = True) -> dict[str, Any]:
    """What was made with its hashes, what there is nothing for, what failed and why: all of one moment."""
    said: dict[str, Any] = {
        "origin": run.opened.charter.origin,
        "practice": run.opened.charter.practice,
        "batch": run.batch,
        "as_of": run.moment.as_of.isoformat(),
        "known_at": run.moment.known_at,
        "position": run.moment.position,
        "complete": complete,
    }
    return said | {state: [line for found, line in told if found == state] for state in STATES}


def as_files(said: dict[str, Any]) -> dict[str, bytes]:
    """The manifest; its hashes once more as sha256sum reads them; and what there is of each, for people, in Excel."""
    text = json.dumps(said, ensure_ascii=False, indent=2) + "\n"
    sums = [f"{one['sha256']}  {one['file']}\n" for one in said["made"]]
    why = {one["file"]: one["zh"] for one in said["failed"]}
    rows = sorted((one["file"], label) for state, label in STATES.items() for one in said[state])
    listed = csv_text(("文件", "情况", "原因"), [(file, label, why.get(file)) for file, label in rows])
    return {MANIFEST: text.encode(), SUMS: "".join(sums).encode(), LIST: listed.encode()}


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
