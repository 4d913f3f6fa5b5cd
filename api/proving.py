"""What shows that nothing was altered: the archive checked whole, attestations made again, PDFs checked."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from api.access.log import Written
from api.access.verification import bounds, check_register, restarts
from api.condition import clock
from api.home import Charter, Home
from api.main import App
from api.signed import earlier
from api.witnessing import policy_of
from domain.archive import StoredLog
from domain.clock import ClockLimits
from domain.errors import Broken, Malformed, TiduiError, Unknown
from exports import verify as offline
from exports.pdf.workers import Workers
from exports.reprint import reprinted
from exports.statement import emptied
from projections.conformance.findings import Findings, findings
from projections.ledger import witnessed
from projections.ledger.attestation import Attestation, Binding, StreamHead, attest, parse_attestation
from projections.ledger.checkpoint import Checkpoint, parse_checkpoint
from projections.ledger.fsck import Files, verify
from projections.ledger.keys import Keys
from projections.ledger.note import BadNote, Note, parse_note, parse_public
from projections.ledger.report import Report
from projections.ledger.scan import Progress, root_of_log
from projections.moment import Views


def check_archive(
    home: Home,
    heads: list[Path],
    progress: Progress | None = None,
    policy: Path | None = None,
    line: str | None = None,
    *,
    every_attestation: bool = False,
) -> tuple[Charter, Report]:
    """Everything in a home, against its own signed heads, those that were held elsewhere, a witness policy, and the
    public line that somebody knows.
    """
    charter = home.read_charter()
    files = Files(home.log, home.ledger, home.views, home.evidence, home.held)
    also = {str(path): head_in(path) for path in heads}
    known = policy_of(home, policy)
    report = verify(files, charter.origin, parse_public(charter.public_key), also, progress, every=every_attestation)
    witnessed.judge(home.held, known, report)
    _beside(home, charter, report)
    _clock(home, charter, report)
    if line is not None and line not in {str(turn.key) for turn in report.keys.turns}:
        report.add("key", "您给的公钥不是本库的任何一个。", "The public line that you gave is none of this archive's.")
    return charter, report


def _clock(home: Home, charter: Charter, report: Report) -> None:
    """A last record that lies ahead of the clock is no fault of the archive, and is told."""
    with suppress(TiduiError), closing(StoredLog(home.log)) as log:  # the scan tells of what cannot be read
        found = clock(log, None if charter.practice else ClockLimits())
        if not found.ok:
            report.notes.append(f"{found.zh}。 / {found.en[0].upper()}{found.en[1:]}.")


def _beside(home: Home, charter: Charter, report: Report) -> None:
    """What stands beside the log and is bound to it: the charter, and the register of accesses."""
    for said in report.attested:
        if said.binding and said.binding.charter != charter.digest:
            zh = f"archive.json 不是第 {said.checkpoint.size} 号存证时的那一份。"
            en = f"archive.json is not what attestation {said.checkpoint.size} binds."
            report.add("charter", zh, en)
            break
    with closing(StoredLog(home.log)) as log:
        with suppress(TiduiError):  # the scan tells of it
            if report.events and not charter.practice and charter.created_at > log.get(1).body.recorded_at:
                report.add("charter", "archive.json 的建立时间晚于 @1。", "archive.json says it was made after @1.")
        if home.unbundled.exists():
            report.notes.append(
                "本库由证据包建立，查阅登记是它自己的，原库的不在其中。 / "
                "This archive was made of a bundle: the register of the archive it comes from is not in it."
            )
            return
        check_register(home.access, bounds(log, report.attested), report)
        for position in restarts(log):
            report.notes.append(
                f"查阅登记在 @{position} 声明重新开始，此前入链的行已失。 / "
                f"The register of accesses was said to begin anew at @{position}; lines bound before are gone."
            )


def judged(home: Home) -> Findings:
    """What the log departs from the plan in until its last day, from the log alone and over views of its own."""
    log = StoredLog(home.log)
    try:
        with tempfile.TemporaryDirectory() as folder:
            views = Views(Path(folder) / "views.sqlite", log, lambda: log.get(log.head()).body.recorded_at)
            try:
                return findings(views.at())
            finally:
                views.close()
    finally:
        log.close()


def head_in(path: Path) -> Note:
    """The checkpoint in a file: one of its own, or the one that a PDF carries."""
    try:
        content = path.read_bytes()
        if content.startswith(b"%PDF"):
            content = offline.attachments(content).get("checkpoint.txt", b"")
        note = parse_note(content)
        parse_checkpoint(note)
    except OSError as error:
        raise Malformed(f"无法读取 {path}：{error.strerror}。", f"Cannot read {path}: {error.strerror}.") from error
    except offline.Failed as error:
        raise BadNote(f"{path}：{error.args[0]}。", f"{path}: {error.args[1]}.") from error
    except BadNote as error:
        raise BadNote(f"{path} 中没有检查点。", f"There is no checkpoint in {path}.") from error
    return note


def attested_again(home: Home, size: int) -> tuple[Attestation | None, Attestation]:
    """What was attested at a position, None where no checkpoint is, and what the log alone gives there now."""
    keys, held = home.keys(), home.held
    said = _said(held.attestation(size), size, keys) if size in held.sizes() else None
    with closing(StoredLog(home.log)) as log:
        return said, _attest(log, keys.first.name, size, said.binding if said else None)


def _said(note: Note, size: int, keys: Keys) -> Attestation:
    if not keys.signed(note, size):
        raise BadNote("存证不是用本库的密钥签署的。", "The attestation is not signed by this archive's key.")
    return parse_attestation(note)


def _attest(log: StoredLog, origin: str, size: int, binding: Binding | None) -> Attestation:
    last = log.get(size).body.recorded_at
    checkpoint = Checkpoint(origin, size, root_of_log(log, size))
    with tempfile.TemporaryDirectory() as folder:
        views = Views(Path(folder) / "views.sqlite", log, lambda: last)
        try:
            return attest(views, [StreamHead(*head) for head in log.heads(size)], checkpoint, binding)
        finally:
            views.close()


_UNPROVED = (
    "？ 本件不附证明，文字和各页也没有任何人签署，只能凭导出登记核对"
    " / ? no proof is attached, and its words and pages are signed by nobody: only the register of exports can tell"
)
_SIGNED_PAGES = (
    "  不附证明，不重新排版，各页以签署为凭 / no proof is attached, nothing is set again: the signature counts"
)


class PaperReport(NamedTuple):
    """What a PDF proves, line by line, and whether all that it should.

    So many bytes stand `behind` the file as it was finished; `recorded` are all of them in the register of exports.
    """

    lines: list[str]
    holds: bool
    behind: int
    recorded: bool


def check_pdf(path: Path, key: str | None, opened: App | None) -> PaperReport:
    """What a PDF proves, and whether its pages show it; with the archive also whether it was handed out there. What
    stands behind the finished file is only measured. Raises Broken.
    """
    try:
        content = path.read_bytes()
        paper = offline.read_paper(content)
        lines = _proved(paper, key, opened)
    except OSError as error:
        raise Malformed(f"无法读取 {path}：{error.strerror}。", f"Cannot read {path}: {error.strerror}.") from error
    except offline.Failed as error:
        raise Broken(f"{path.name}：{error.args[0]}。", f"{path.name}: {error.args[1]}.") from error
    first, row = _first_state(content), handed_out(opened, content) if opened else None
    signed = paper.statement is not None and first == paper.finished
    return PaperReport(
        lines=[*lines, *([_registered(row)] if opened else [])],
        holds=signed and (opened is None or row is not None),
        behind=len(content) - len(first),
        recorded=opened is not None and opened.access.export(sha256(content).hexdigest()) is not None,
    )


def _proved(paper: offline.Paper, key: str | None, opened: App | None) -> list[str]:
    files, statement = offline.attachments(paper.finished), paper.statement
    if statement is None:
        if opened is not None and "dossier.json" not in files and handed_out(opened, paper.finished):
            return [_UNPROVED]
        lines = [offline.UNSIGNED, *offline.check(files, key)]
        _require_own(opened, [json.loads(files["evidence.json"])["public_key"]])
        return lines
    lines = [*offline.signed_paper(statement, files, key)]
    _require_own(opened, statement.keys[:1])
    return [*lines, _set_again(paper.finished, files, opened) if "dossier.json" in files else _SIGNED_PAGES]


def _require_own(opened: App | None, lines: list[str]) -> None:
    """With the archive at hand its own keys count, and no other."""
    if opened is not None and not {*lines} & {str(turn.key) for turn in opened.ledger.keys().turns}:
        raise Broken(
            f"签署公钥 {lines[0]} 不是本库的任何一个。",
            f"It is signed with {lines[0]}, which is no key of this archive.",
        )


def _set_again(finished: bytes, files: dict[str, bytes], opened: App | None) -> str:
    if opened is None:
        with Workers(1) as workers:
            return reprinted(emptied(finished), files, workers)
    return reprinted(emptied(finished), files, opened.workers, lambda digest: _photo(opened, digest))


def _first_state(content: bytes) -> bytes:
    """The file before it was signed. Broken where something else than signatures stands behind it."""
    states = list(earlier(content)) or [content]
    if behind := content[len(states[-1]) :].strip():
        raise Broken(
            f"文件末尾之后另有 {len(behind)} 字节，不是导出或签名时写下的。",
            f"{len(behind)} bytes stand behind the file's end: neither an export nor a signature put them there.",
        )
    return states[0]


def _photo(opened: App, digest: str) -> bytes | None:
    """The photo that a document names, where this archive keeps it."""
    try:
        return opened.evidence.get(digest) if re.fullmatch(r"[0-9a-f]{64}", digest) else None
    except Unknown:
        return None


def handed_out(opened: App, content: bytes) -> Written | None:
    """The entry under which a file was handed out; of a signed one, under which it was before it was signed."""
    rows = (opened.access.export(sha256(state).hexdigest()) for state in earlier(content))
    return next(filter(None, rows), None)


def _registered(row: Written | None) -> str:
    if row is None:
        return "✗ 本库没有导出过这份文件（逐字节） / ✗ this archive has exported no such file, byte for byte"
    return (
        f"由本库第 {row.number} 次查阅导出 / exported here, access {row.number}, {row.at.isoformat(timespec='seconds')}"
    )


def as_data(charter: Charter, report: Report, found: Findings | None = None) -> dict[str, Any]:
    """A report for machines."""
    return {
        "origin": charter.origin,
        "practice": charter.practice,
        "events": report.events,
        "root": report.root.hex(),
        "checkpoints": report.checkpoints,
        "keys": [{"since": turn.since, "public_key": str(turn.key)} for turn in report.keys.turns],
        "files": report.files,
        "cosigned": [one._asdict() for one in report.cosigned],
        "notes": report.notes,
        "register": report.register._asdict() if report.register else None,
        "holds": not report.problems,
        "problems": [problem._asdict() for problem in report.problems],
        "findings": None if found is None else Counter(line.departure for line in found.findings),
    }
