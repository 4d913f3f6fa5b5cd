"""Whether an archive's files are what was recorded and signed. Reads them, changes nothing, says what is wrong.

One pass over the log: positions, streams, times, the tree against every signed head, every event decoded. Then what
hangs on it: the files events name, the last attestation made again from nothing, the views against their replay.
"""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from domain.archive import StoredLog
from domain.archive.sqlite import StoredRow, find_corruption, schema_differences
from domain.errors import Broken, TiduiError, Unavailable
from projections.ledger import chained, handovers, replays, tree
from projections.ledger.alignment import Kept
from projections.ledger.checkpoint import Checkpoint, parse_checkpoint
from projections.ledger.held import Held
from projections.ledger.keys import Keys
from projections.ledger.nodes import Nodes
from projections.ledger.note import BadNote, Note, PublicKey
from projections.ledger.report import Report, Signed
from projections.ledger.scan import Progress, Scan
from projections.unhurried import unhurried

_LARGE = 16 << 20  # bytes of a log from which on a second process is worth its start
_PRACTICE = "tidui-practice/"
_NO_REPLAY = ("unreadable", "form", "damaged")  # such rows make no views


class Files(NamedTuple):
    """Where an archive's parts lie."""

    log: Path
    ledger: Path
    views: Path
    evidence: Path
    held: Held


@unhurried()
def verify(
    files: Files,
    origin: str,
    key: PublicKey,
    also: Mapping[str, Note] | None = None,
    progress: Progress | None = None,
    *,
    every: bool = False,
) -> Report:
    """Check everything. `key` is the first there was, `also` are heads held elsewhere, by where that is.

    The last attestation is made again, or with `every` each of them.
    """
    with closing(StoredLog(files.log)) as log, tempfile.TemporaryDirectory() as name:
        report = Report(Keys(key))
        keys = report.keys = handovers.known(log, files.held, key, report)
        used, afresh = replays.copied(files.views, Path(name)), Path(name) / "afresh.sqlite"
        end = _end(log)  # others may go on recording
        with _meanwhile(partial(replays.made_afresh, files.log, end, afresh), files.log) as digest:
            _schema(files.log, report)
            signed = list(_signed(files.held, also or {}, origin, keys, report))
            attested = report.attested = replays.attested(files.held, keys, report)
            heads = sorted([*signed, *handovers.as_heads(keys), *chained.as_heads(attested, origin)])
            nodes = _tree(files.ledger, heads)
            scan = Scan(log, report, heads, nodes.leaves, attested)
            scan.run(progress)
            if not origin.startswith(_PRACTICE):  # a practice archive's clock is set
                report.notes += scan.clocks.told()
            handovers.tell(scan.rotations, log, keys, report)
            _head(files.held, report)
            chained.missing(files.held, attested, keys, report)
            _beginnings(also or {}, scan, report)
            _uncovered(report, heads)
            _wrong_tree(report, nodes, scan)
            replays.attachments(files.evidence, scan.evidence, report)
            if not report.found(*_NO_REPLAY):
                with closing(StoredLog(files.log, end)) as until:
                    replays.replayed(attested if every else attested[-1:], used, until, afresh, digest, report)
    return report


def _schema(path: Path, report: Report) -> None:
    """What stands in the log's schema and was not put there by the product, and what SQLite itself finds wrong."""
    with suppress(sqlite3.Error):  # the scan tells of it
        if wrong := find_corruption(path):
            zh, en = (
                f"archive.sqlite 内部不一致（{wrong}）。请从备份恢复。",
                f"archive.sqlite contradicts itself: {wrong}.",
            )
            report.add("database", zh, f"{en} Restore it from a backup.")
        for one in schema_differences(path):
            report.add("schema", f"archive.sqlite：{one.zh}。", f"archive.sqlite: {one.en}.")


def _beginnings(also: Mapping[str, Note], scan: Scan, report: Report) -> None:
    """Of heads held elsewhere, that today's history begins with them."""
    for head in scan.matched:
        if head.where in also:
            size, last = head.checkpoint.size, report.events
            report.notes.append(
                f"{head.where} 所见的 {size} 条，正是今天 {last} 条的开头。 / "
                f"The {size} events of {head.where} are the beginning of today's {last}."
            )


def _end(log: StoredLog) -> int:
    try:
        return log.head()
    except Unavailable:
        return 0  # the scan tells of it


@contextmanager
def _meanwhile(work: Callable[[], str], log: Path) -> Iterator[Callable[[], str]]:
    """Gives the work's result; of a large log it is done in a process of its own, of a small one when asked for."""
    if not log.exists() or log.stat().st_size < _LARGE or len(os.sched_getaffinity(0)) == 1:
        yield work
        return
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
        yield beside.submit(work).result


def _signed(held: Held, also: Mapping[str, Note], origin: str, keys: Keys, report: Report) -> Iterator[Signed]:
    """Every head there is, with a valid signature of this archive; of all others it is said what is wrong."""
    sizes = set()
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
            elif not keys.signed(note, checkpoint.size):
                report.add(
                    "key",
                    f"{where} 不是用本库当时的密钥签署的。",
                    f"{where} is not signed by its key of then.",
                )
            else:
                sizes.add(checkpoint.size)
                report.checkpoints = len(sizes)  # head and cosignatures repeat one
                yield Signed(checkpoint, where)
        except BadNote as error:
            report.add("signature", f"{where}：{error.zh}", f"{where}: {error.en}")
        except Broken as error:
            report.add("signature", error.zh, error.en)  # names the file


def _heads(held: Held, also: Mapping[str, Note]) -> Iterator[tuple[str, Callable[[], Note | None]]]:
    yield "head", held.head
    for size in held.sizes():
        yield f"checkpoints/{size}", lambda size=size: held.checkpoint(size)  # type: ignore[misc]
    for size in held.cosigned_sizes():
        yield f"checkpoints/{size}.cosigned", lambda size=size: held.cosigned(size)  # type: ignore[misc]
    for where, note in also.items():
        yield where, lambda note=note: note  # type: ignore[misc]


class _Tree(NamedTuple):
    """The leaf hashes that lie under the largest signed head, end to end: they tell which event was altered. Empty
    where the tree has not grown so far, or is another than was signed. `sound` is false where any hash in it is wrong.
    """

    leaves: bytes
    sound: bool = True


def _tree(path: Path, heads: list[Signed]) -> _Tree:
    """The file is trusted for nothing: its leaves count where they come to the root that was signed."""
    if not path.exists() or not heads:
        return _Tree(b"")
    with tempfile.TemporaryDirectory() as folder:
        copy = replays.copied(path, Path(folder))
        try:
            nodes = Nodes(copy, _NoRows())
            try:
                return _under(nodes, [head.checkpoint for head in heads if head.checkpoint.size == _largest(heads)])
            finally:
                nodes.close()
        except TiduiError:
            return _Tree(b"", sound=False)


def _largest(heads: list[Signed]) -> int:
    return heads[-1].checkpoint.size if heads else 0


def _under(nodes: Nodes, heads: list[Checkpoint]) -> _Tree:
    """Of the tree, or of the one that was set aside when the log was no longer its own."""
    size, roots = heads[0].size, {head.root for head in heads}
    grown = nodes.size() >= size
    leaves = nodes.leaves()[: 32 * size] if grown else b""
    sound = not grown or (tree.root(size, nodes.node) in roots and nodes.is_sound())
    if grown and Kept(leaves).root() in roots:
        return _Tree(leaves, sound)
    former = nodes.former()[: 32 * size]
    if len(former) == 32 * size and Kept(former).root() in roots:
        return _Tree(former, sound and nodes.is_sound())
    return _Tree(b"", sound and not grown)


class _NoRows:
    """The nodes are looked at as they are."""

    def rows(self, after: int, upto: int | None = None, limit: int = 0) -> list[StoredRow]:
        del after, upto, limit
        return []


def _head(held: Held, report: Report) -> None:
    """The head is written last: it may be one behind after a crash, but it is not gone while others are there."""
    sizes = held.sizes()
    if not sizes or report.found("signature"):
        return
    head = held.head()
    if head is None:
        report.add(
            "head",
            f"head 文件不见了；最后的检查点是第 {sizes[-1]} 号。请与别处留存的核对，再运行 tidui checkpoint。",
            f"The file head is gone; the last checkpoint is {sizes[-1]}. Hold one kept elsewhere against it, then run "
            "tidui checkpoint.",
        )
    elif parse_checkpoint(head).size < sizes[-1]:
        report.notes.append(
            f"head 落后于第 {sizes[-1]} 号检查点，可运行 tidui checkpoint。 / "
            f"The head is behind checkpoint {sizes[-1]}: tidui checkpoint."
        )


def _wrong_tree(report: Report, nodes: _Tree, scan: Scan) -> None:
    """The tree does not come to what was signed: whether the log does says which of the two is wrong."""
    if nodes.sound:
        return
    if scan.fits:
        zh = "树（ledger.sqlite）有错，日志没有：重算日志得到签署的根。请运行 tidui rebuild。"
        en = "The tree in ledger.sqlite is wrong, the log is not: its own hashes come to the root that was signed. Run "
        report.add("tree", zh, f"{en}tidui rebuild.")
    elif not report.problems:
        zh = "树（ledger.sqlite）与签署的不一致，请运行 tidui rebuild。"
        report.add("tree", zh, "The tree in ledger.sqlite is not what was signed; run tidui rebuild.")


def _uncovered(report: Report, heads: list[Signed]) -> None:
    """What no head covers could be altered unseen; an archive signs from its first event on."""
    covered = _largest(heads)
    if covered == 0 < report.events:
        report.add("unsigned", "没有任何有效的检查点。", "There is no valid checkpoint at all.", 1, report.events)
    elif covered < report.events:
        report.notes.append(
            f"@{covered + 1} 起的 {report.events - covered} 条尚无检查点覆盖，可用 tidui checkpoint 签署。 / "
            f"{report.events - covered} events from @{covered + 1} on are under no checkpoint yet: tidui checkpoint."
        )
