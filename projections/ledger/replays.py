"""What hangs on a log, held against it: the files events name, the attestations, the views made again from nothing."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from domain.archive import StoredLog
from domain.errors import TiduiError
from projections.ledger.attestation import Attestation, StreamHead, attest, code, parse_attestation, root_of
from projections.ledger.checkpoint import parse_checkpoint
from projections.ledger.held import Held
from projections.ledger.note import BadNote, PublicKey, signed_by
from projections.ledger.report import Report
from projections.moment import Views
from projections.runner import Runner
from projections.table import Table


def attachments(folder: Path, named: Mapping[str, int], report: Report) -> None:
    """Every file that an event names must be there, and be the one that is named."""
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


def attested(held: Held, key: PublicKey, report: Report) -> Attestation | None:
    """The last attestation; every one must be signed and stand beside its checkpoint."""
    last = None
    for size in held.sizes():
        try:
            checkpoint = parse_checkpoint(held.checkpoint(size))
        except TiduiError:
            continue  # told of among the heads
        try:
            note = held.attestation(size)
            said = parse_attestation(note)
            if not signed_by(note, key):
                raise BadNote("不是用本库的密钥签署的。", "It is not signed by this archive's key.")
            if said.checkpoint != checkpoint:
                raise BadNote("属于另一个检查点。", "It is of another checkpoint.")
            last = said
        except TiduiError as error:
            report.add("attestation", f"第 {size} 号存证：{error.zh}", f"Attestation {size}: {error.en}", size)
    return last


def replayed(said: Attestation | None, log: StoredLog, folder: Path, report: Report) -> None:
    """An attestation made again from the log alone."""
    if said is None or said.checkpoint.size > report.events:
        return
    size = said.checkpoint.size
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


def views(path: Path, log: StoredLog, folder: Path, report: Report) -> None:
    """The views in use against a replay; a file that other software made, or none, is made anew at the next use."""
    if not path.exists():
        return
    copy = copied(path, folder)
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
