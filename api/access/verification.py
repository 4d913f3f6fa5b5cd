"""Whether the register of accesses is what was attested and recorded of it. Reads the file, changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

from api.access import chain
from api.access.log import CHAINED, SCHEMA
from domain.archive import StoredLog
from domain.archive.schema import compare_schema
from domain.archive.sqlite import read_only
from domain.errors import TiduiError
from domain.events.accesses import ACCESSES, AccessRegisterBound
from projections.ledger.attestation import Attestation, RegisterHead
from projections.ledger.report import RegisterLines, Report


class Bound(NamedTuple):
    """What was said of the register: where, at which position of the log, and how long it was."""

    where: str
    position: int
    register: RegisterHead


def bounds(log: StoredLog, attested: Iterable[Attestation]) -> list[Bound]:
    """What attestations and the log say of the register, the shortest first. Where the log says that it began anew,
    what was said before counts for nothing.
    """
    events, began = list(_recorded(log)), 0
    for position, event in events:
        began = position if event.restarted else began
    found = [
        *(Bound(f"@{at}", at, RegisterHead(event.lines, bytes.fromhex(event.head))) for at, event in events),
        *(
            Bound(f"attestation {said.checkpoint.size}", said.checkpoint.size, said.binding.register)
            for said in attested
            if said.binding
        ),
    ]
    return sorted((one for one in found if one.position >= began), key=lambda one: one.register.lines)


def restarts(log: StoredLog) -> list[int]:
    """Where in the log the register was said to begin anew."""
    return [position for position, event in _recorded(log) if event.restarted]


def _recorded(log: StoredLog) -> Iterator[tuple[int, AccessRegisterBound]]:
    with suppress(TiduiError):  # the scan of the log tells of it
        for recorded in log.stream(ACCESSES, log.head()):
            if isinstance(recorded.event, AccessRegisterBound):
                yield recorded.position, recorded.event


def check_register(path: Path, said: Sequence[Bound], report: Report) -> None:
    """Make the chain again line by line and hold it against what was said of it; count what is bound."""
    if not path.exists():
        _add(report, "不见了", "is gone")
    try:
        lines, due = _walk(path, said, report) if path.exists() else (0, list(said))
    except (sqlite3.Error, ValueError, TypeError) as error:
        _add(report, f"无法读取（{error}）", f"cannot be read ({error})")
        return
    if gone := [one for one in due if one.register.lines > lines]:
        last = gone[-1]
        _add(
            report,
            f"只有 {lines} 行，{last.where} 时有 {last.register.lines} 行：缺 {last.register.lines - lines} 行",
            f"has {lines} lines, but had {last.register.lines} at {last.where}: {last.register.lines - lines} are gone",
        )
    report.register = RegisterLines(lines, max((one.register.lines for one in said), default=0))


def _walk(path: Path, said: Sequence[Bound], report: Report) -> tuple[int, list[Bound]]:
    """Every line against its hash, and each bound against the line that it names; how many lines there are, and which
    bounds lie beyond them.
    """
    due, matched, told, number = list(said), 0, False, 0
    with closing(read_only(path)) as database:
        _schema(database, report)
        kept = _kept(database)
        for number, digest in chain.hashes(chain.EMPTY, _gapless(database, report)):
            if not told and kept.get(number, digest) != digest:
                told = True
                _add(report, f"第 {number} 行与其散列不符", f"line {number} is not the one that was chained")
            while due and due[0].register.lines <= number:
                bound, own = due[0], chain.EMPTY if due[0].register.lines == 0 else digest
                if own != bound.register.head and not told:
                    told = True
                    _altered(report, matched + 1, bound)
                matched = bound.register.lines
                del due[0]
    return number, [one for one in due if one.register.lines]


def _altered(report: Report, first: int, bound: Bound) -> None:
    last = bound.register.lines
    _add(
        report,
        f"第 {first} 至 {last} 行之中有改动、增删或调换（与 {bound.where} 不符）",
        f"was altered somewhere in lines {first} to {last}: it is not what {bound.where} says",
    )


def _gapless(database: sqlite3.Connection, report: Report) -> Iterator[dict[str, Any]]:
    """The lines in their order; a number that is left out is told."""
    due = 1
    for row in database.execute("SELECT * FROM accesses ORDER BY number"):
        line = dict(row)
        if line["number"] != due:
            _add(report, f"缺第 {due} 行", f"lacks line {due}")
        due = line["number"] + 1
        yield line


def _kept(database: sqlite3.Connection) -> dict[int, bytes]:
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'chain'").fetchone():
        return {}
    return {row["number"]: bytes(row["hash"]) for row in database.execute("SELECT number, hash FROM chain")}


def _schema(database: sqlite3.Connection, report: Report) -> None:
    for one in compare_schema(database, SCHEMA, CHAINED):
        report.add("schema", f"access.sqlite：{one.zh}。", f"access.sqlite: {one.en}.")


def _add(report: Report, zh: str, en: str) -> None:
    report.add("register", f"查阅登记（access.sqlite）{zh}。", f"The register of accesses (access.sqlite) {en}.")
