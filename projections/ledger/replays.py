"""What hangs on a log, held against it: the files events name, the attestations, the views made again from nothing."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from domain.archive import StoredLog
from domain.errors import TiduiError
from domain.events.base import Evidence
from projections.ledger.attestation import Attestation, StreamHead, attest, code, parse_attestation
from projections.ledger.checkpoint import parse_checkpoint
from projections.ledger.held import Held
from projections.ledger.keys import Keys
from projections.ledger.note import BadNote
from projections.ledger.report import Report
from projections.moment import Views
from projections.runner import Runner
from projections.unhurried import unhurried


def attachments(folder: Path, named: Mapping[str, tuple[int, Evidence]], report: Report) -> None:
    """Every file that an event names must be there, and be the one that is named; so must its description."""
    for digest, (position, evidence) in named.items():
        path = folder / digest[:2] / digest
        report.files += 1
        if not path.exists():
            zh, en = f"@{position} 的附件 {digest[:16]} 不见了。", f"The file {digest[:16]} of @{position} is gone."
        elif _digest(path) != digest:
            zh, en = f"@{position} 的附件 {digest[:16]} 被改动。", f"The file {digest[:16]} of @{position} was altered."
        elif _description(path) != evidence:
            zh = f"@{position} 的附件 {digest[:16]} 的说明（名称、类型、大小）与签署的不符。"
            en = f"The name, type or size kept with the file {digest[:16]} of @{position} is not what was signed."
        else:
            continue
        report.add("attachment", zh, en, position)


def _description(path: Path) -> Evidence | None:
    try:
        return Evidence.model_validate_json(path.with_suffix(".json").read_bytes())
    except (OSError, ValueError):
        return None


def attested(held: Held, keys: Keys, report: Report) -> list[Attestation]:
    """All attestations, the last one last; every one must be signed and stand beside its checkpoint."""
    found = []
    for size in held.sizes():
        try:
            checkpoint = parse_checkpoint(held.checkpoint(size))
        except TiduiError:
            continue  # told of among the heads
        try:
            note = held.attestation(size)
            said = parse_attestation(note)
            if not keys.signed(note, size):
                raise BadNote("不是用本库的密钥签署的。", "It is not signed by this archive's key.")
            if said.checkpoint != checkpoint:
                raise BadNote("属于另一个检查点。", "It is of another checkpoint.")
            found.append(said)
        except TiduiError as error:
            report.add("attestation", f"第 {size} 号存证：{error.zh}", f"Attestation {size}: {error.en}", size)
    return found


@unhurried()
def made_afresh(log: Path, end: int, path: Path) -> str:
    """The views made again from the log alone, up to a position, in a file of their own; their digest."""
    stored = StoredLog(log, end)
    runner = Runner(path, stored)
    try:
        runner.ask(lambda table: table.without_journal())
        runner.catch_up()
        return runner.digest()
    finally:
        runner.close()
        stored.close()


def replayed(
    said: Sequence[Attestation],
    used: Path,
    log: StoredLog,
    afresh: Path,
    digest: Callable[[], str],
    report: Report,
) -> None:
    """The views in use, and attestations, against the views made `afresh`, whose digest may be still under way.

    Meanwhile the views in use answer for the attestations: where they prove to be the same, so is what they say.
    """
    due = [one for one in said if one.checkpoint.size <= log.head()]
    made: list[Attestation | TiduiError] = []
    try:
        if used.exists():
            position, theirs = _in_use(used, log)
            with suppress(Exception):  # views that were altered may raise anything, and count for nothing
                made = [_made_again(one, log, used) for one in due]
            if theirs != digest():
                made = []
                report.add(
                    "views",
                    f"视图（至 @{position}）与重放不一致，请运行 tidui rebuild。",
                    f"The views, as of @{position}, differ from their replay; run tidui rebuild.",
                )
    except TiduiError as error:
        made = []
        report.add("views", error.zh, error.en)
    for one, again in zip(due, made or (_made_again(one, log, afresh) for one in due), strict=True):
        _compare(one, again, report)


def _in_use(path: Path, log: StoredLog) -> tuple[int, str]:
    """How far views had come, and their digest once they have caught up; those of other software are made anew."""
    runner = Runner(path, log)
    try:
        position = runner.ask(lambda table: table.state().position)
        runner.catch_up()
        return position, runner.digest()
    finally:
        runner.close()


def _made_again(said: Attestation, log: StoredLog, path: Path) -> Attestation | TiduiError:
    size = said.checkpoint.size
    views = Views(path, log, lambda: log.get(size).body.recorded_at)
    try:
        return attest(views, [StreamHead(*head) for head in log.heads(size)], said.checkpoint, said.binding)
    except TiduiError as error:
        return error
    finally:
        views.close()


def _compare(said: Attestation, made: Attestation | TiduiError, report: Report) -> None:
    size = said.checkpoint.size
    if isinstance(made, TiduiError):
        zh, en = f"第 {size} 号存证无法重做：{made.zh}", f"Attestation {size} cannot be made again: {made.en}"
        report.add("attestation", zh, en, size)
        return
    if (said.streams, said.heads) != (made.streams, made.heads):
        zh, en = f"第 {size} 号存证与各流的条数不符。", f"Attestation {size} names other stream heads."
        report.add("attestation", zh, en, size)
    differing = sorted({name for name, _ in made.views.items() ^ said.views.items()})
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


def copied(path: Path, folder: Path) -> Path:
    """A file and its write-ahead log, where nothing that is done to it can hurt."""
    for ending in ("", "-wal"):
        source = path.with_name(path.name + ending)
        if source.exists():
            shutil.copy(source, folder / source.name)
    return folder / path.name


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
