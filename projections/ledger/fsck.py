"""Whether an archive's files are what was recorded and signed. Reads them, changes nothing, says what is wrong.

One pass over the log: positions, streams, times, the tree against every signed head, every event decoded. Then what
hangs on it: the files events name, the last attestation made again from nothing, the views against their replay.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from domain.archive import StoredLog
from domain.archive.mapper import EventMapper
from domain.archive.sqlite import StoredRow
from domain.errors import Broken, TiduiError
from domain.events.base import Recorded
from projections.ledger import leaf, tree
from projections.ledger.attestation import StreamHead, attest, code, parse_attestation, root_of
from projections.ledger.checkpoint import Checkpoint, parse_checkpoint
from projections.ledger.held import Held
from projections.ledger.nodes import Nodes
from projections.ledger.note import BadNote, Note, PublicKey, signed_by
from projections.moment import Views
from projections.runner import Runner
from projections.table import Table

Progress = Callable[[int, int], None]
_PAGE = 2000


class Files(NamedTuple):
    """Where an archive's parts lie."""

    log: Path
    ledger: Path
    views: Path
    evidence: Path
    held: Held


class Problem(NamedTuple):
    """Something that does not hold, in words, from one position to another where it has a place."""

    code: str
    zh: str
    en: str
    first: int | None = None
    last: int | None = None


@dataclass
class Report:
    """What was looked at, and what does not hold."""

    events: int = 0
    checkpoints: int = 0
    files: int = 0
    root: bytes = tree.EMPTY
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, code_: str, zh: str, en: str, first: int | None = None, last: int | None = None) -> None:
        """One more thing that does not hold."""
        self.problems.append(Problem(code_, zh, en, first, last if last is not None else first))


class Signed(NamedTuple):
    """A signed head: what it says, and where it was found."""

    checkpoint: Checkpoint
    where: str


def verify(
    files: Files, origin: str, key: PublicKey, also: Mapping[str, Note] | None = None, progress: Progress | None = None
) -> Report:
    """Check everything. `also` are heads held elsewhere, by the name of where they were."""
    report = Report()
    log = StoredLog(files.log)
    try:
        heads = sorted(_signed(files.held, also or {}, origin, key, report))
        scan = _Scan(report, heads, _leaves(files.ledger, heads), progress)
        scan.run(log)
        _uncovered(report, heads)
        _attachments(files.evidence, scan.evidence, report)
        if not any(problem.code == "unreadable" for problem in report.problems):
            with tempfile.TemporaryDirectory() as folder:
                _attestation(files.held, log, Path(folder), key, report)
                _views(files.views, log, Path(folder), report)
    finally:
        log.close()
    return report


def _signed(held: Held, also: Mapping[str, Note], origin: str, key: PublicKey, report: Report) -> Iterator[Signed]:
    """Every head there is, with a valid signature of this archive; of all others it is said what is wrong."""
    for where, read in _heads(held, also):
        try:
            note = read()
            if note is None:
                continue
            checkpoint = parse_checkpoint(note)
            if checkpoint.origin != origin:
                report.add(
                    "origin", f"{where} 属于另一个档案库 {checkpoint.origin}。", f"{where} is of another archive."
                )
            elif not signed_by(note, key):
                report.add("key", f"{where} 不是用本库的密钥签署的。", f"{where} is not signed by this archive's key.")
            else:
                report.checkpoints += 1
                yield Signed(checkpoint, where)
        except (BadNote, Broken) as error:
            report.add("signature", f"{where}：{error.zh}", f"{where}: {error.en}")


def _heads(held: Held, also: Mapping[str, Note]) -> Iterator[tuple[str, Callable[[], Note | None]]]:
    yield "head", held.head
    for size in held.sizes():
        yield f"checkpoints/{size}", lambda size=size: held.checkpoint(size)  # type: ignore[misc]
    for where, note in also.items():
        yield where, lambda note=note: note  # type: ignore[misc]


def _leaves(path: Path, heads: list[Signed]) -> bytes:
    """The leaf hashes that lie under a signed head, end to end: they tell which event was altered."""
    if not path.exists() or not heads:
        return b""
    with tempfile.TemporaryDirectory() as folder:
        copy = _copied(path, Path(folder))
        try:
            nodes = Nodes(copy, _NoRows())
            try:
                size, root = heads[-1].checkpoint.size, heads[-1].checkpoint.root
                if nodes.size() < size or tree.root(size, nodes.node) != root:
                    return b""
                return nodes.leaves(size)
            finally:
                nodes.close()
        except TiduiError:
            return b""  # the file is trusted for nothing


class _NoRows:
    """The nodes are looked at as they are."""

    def rows(self, after: int, upto: int | None = None, limit: int = 0) -> list[StoredRow]:
        del after, upto, limit
        return []


class _Scan:
    """One pass over the log."""

    def __init__(self, report: Report, heads: list[Signed], leaves: bytes, progress: Progress | None) -> None:
        self.report, self._heads, self._leaves, self._progress = report, heads, leaves, progress
        self.evidence: dict[str, int] = {}
        self._mapper, self._tree = EventMapper(), tree.Frontier()
        self._versions: dict[str, int] = {}
        self._last: datetime | None = None
        self._sound = 0  # the largest head that still matched
        self._broken = False

    def run(self, log: StoredLog) -> None:
        """Read all of it."""
        total, after, waiting = log.head(), 0, list(self._heads)
        self._reached(0, waiting)
        while rows := log.rows(after, limit=_PAGE):
            for row in rows:
                self._row(row, after)
                after = row[0]
                self._reached(after, waiting)
            if self._progress:
                self._progress(after, total)
        self.report.events, self.report.root = self._tree.size, self._tree.root()
        if waiting:
            size, where = waiting[-1].checkpoint.size, waiting[-1].where
            self.report.add(
                "truncated",
                f"{where} 签署时有 {size} 条记录，现在只有 {after} 条：第 {after + 1}–{size} 条不见了。",
                f"{where} was signed over {size} events, there are {after}: {after + 1} to {size} are gone.",
                after + 1,
                size,
            )

    def _row(self, row: StoredRow, before: int) -> None:
        position, stream, version, topic, state = row
        add = self.report.add
        if position != before + 1:
            last = position - 1
            add(
                "gap", f"第 {before + 1}–{last} 号记录不见了。", f"@{before + 1} to @{last} are gone.", before + 1, last
            )
        if version != (held := self._versions.get(stream, 0)) + 1:
            zh = f"@{position}：{stream} 由第 {held} 条跳到第 {version} 条。"
            add("stream", zh, f"@{position}: {stream} goes from version {held} to {version}.", position)
        self._versions[stream] = version
        raw: Any = state  # whoever wrote to the file may have left text, or nothing
        content = raw if isinstance(raw, bytes) else str(raw).encode()
        digest = leaf.hash_of((position, stream, version, topic, content))
        if (self._leaves[32 * (position - 1) : 32 * position] or digest) != digest:
            add("altered", f"@{position} 的内容被改动。", f"@{position} was altered.", position)
        self._tree.add(digest)
        self._decode(position, stream, version, topic, content)

    def _decode(self, position: int, stream: str, version: int, topic: str, state: bytes) -> None:
        try:
            recorded = Recorded(stream, version, position, self._mapper.decode(topic, state, f"@{position}"))
        except Broken as error:
            self.report.add("unreadable", error.zh, error.en, position)
            return
        if self._last and recorded.body.recorded_at < self._last:
            self.report.add(
                "time", f"@{position} 的记录时间早于前一条。", f"@{position} is dated before its predecessor.", position
            )
        self._last = recorded.body.recorded_at
        for file in recorded.body.evidence:
            self.evidence.setdefault(file.sha256, position)

    def _reached(self, size: int, waiting: list[Signed]) -> None:
        """Hold the tree against every head of this size."""
        while waiting and waiting[0].checkpoint.size <= size:
            checkpoint, where = waiting.pop(0)
            if checkpoint.size == self._tree.size and self._tree.root() == checkpoint.root:
                self._sound = size
            elif not self._broken:
                self._broken = True
                self.report.add(
                    "root",
                    f"与 {where} 不符：第 {self._sound + 1}–{checkpoint.size} 号记录之中有改动、增删或调换。",
                    f"The log is not what {where} signed over {checkpoint.size} events: something among "
                    f"@{self._sound + 1} to @{checkpoint.size} was altered, removed, added or moved.",
                    self._sound + 1,
                    checkpoint.size,
                )


def _uncovered(report: Report, heads: list[Signed]) -> None:
    """What no head covers could be altered unseen; an archive signs from its first event on."""
    covered = heads[-1].checkpoint.size if heads else 0
    if covered == 0 < report.events:
        report.add("unsigned", "没有任何有效的检查点。", "There is no valid checkpoint at all.", 1, report.events)
    elif covered < report.events:
        report.notes.append(
            f"@{covered + 1} 起的 {report.events - covered} 条尚无检查点覆盖，可用 tidui checkpoint 签署。 / "
            f"{report.events - covered} events from @{covered + 1} on are under no checkpoint yet: tidui checkpoint."
        )


def _attachments(folder: Path, named: Mapping[str, int], report: Report) -> None:
    for digest, position in named.items():
        path = folder / digest[:2] / digest
        report.files += 1
        if not path.exists():
            report.add(
                "attachment",
                f"@{position} 的附件 {digest[:16]} 不见了。",
                f"The file {digest[:16]} of @{position} is gone.",
                position,
            )
        elif _digest(path) != digest:
            report.add(
                "attachment",
                f"@{position} 的附件 {digest[:16]} 被改动。",
                f"The file {digest[:16]} of @{position} was altered.",
                position,
            )


def _attestation(held: Held, log: StoredLog, folder: Path, key: PublicKey, report: Report) -> None:
    """The last attestation, made again from the log alone."""
    sizes = [size for size in held.sizes() if size <= report.events]
    if not sizes:
        return
    size = sizes[-1]
    try:
        note = held.attestation(size)
        said = parse_attestation(note)
        if not signed_by(note, key):
            raise BadNote("不是用本库的密钥签署的。", "It is not signed by this archive's key.")
    except TiduiError as error:
        report.add("attestation", f"第 {size} 号存证：{error.zh}", f"Attestation {size}: {error.en}", size)
        return
    heads = [StreamHead(*head) for head in log.heads(size)]
    if (said.streams, said.heads) != (len(heads), root_of(heads)):
        report.add(
            "attestation", f"第 {size} 号存证与各流的条数不符。", f"Attestation {size} names other stream heads.", size
        )
    views = Views(folder / "afresh.sqlite", log, lambda: log.get(size).body.recorded_at)
    try:
        made = attest(views, heads, said.checkpoint)
    except TiduiError as error:
        report.add(
            "attestation",
            f"第 {size} 号存证无法重做：{error.zh}",
            f"Attestation {size} cannot be made again: {error.en}",
            size,
        )
        return
    finally:
        views.close()
    differing = [name for name, digest in made.views.items() if said.views.get(name) != digest]
    if differing and said.code != code():
        report.notes.append(
            f"第 {size} 号存证由另一版本的软件所作，{len(differing)} 个视图未能比对。 / "
            f"Another version of the software made attestation {size}; {len(differing)} views were not compared."
        )
        return
    for name in differing:
        report.add(
            "attestation",
            f"第 {size} 号存证：{name} 与重放不符。",
            f"Attestation {size}: {name} differs from its replay.",
            size,
        )


def _views(path: Path, log: StoredLog, folder: Path, report: Report) -> None:
    """The views in use against a replay; a file that other software made, or none, is made anew at the next use."""
    if not path.exists():
        return
    copy = _copied(path, folder)
    used, afresh = Runner(copy, log), Runner(folder / "afresh.sqlite", log)
    try:
        position = Table(copy).state().position
        used.catch_up()
        afresh.catch_up()
        if used.digest() != afresh.digest():
            report.add(
                "views",
                f"视图（至 @{position}）与重放不一致，请运行 tidui rebuild。",
                f"The views, as of @{position}, differ from their replay; run tidui rebuild.",
            )
    except TiduiError as error:
        report.add("views", error.zh, error.en)
    finally:
        used.close()
        afresh.close()


def _copied(path: Path, folder: Path) -> Path:
    """A file and its write-ahead log, where nothing that is done to it can hurt."""
    for ending in ("", "-wal"):
        source = path.with_name(path.name + ending)
        if source.exists():
            shutil.copy(source, folder / source.name)
    return folder / path.name


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
