"""Commands that prove: sign a checkpoint, check the archive, check a PDF."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from api.bundling import Kept, bundle, check_bundle
from api.cli.app import HomeOption, JsonOption, app, archive, err, out, print_json, settings
from api.cli.judge import summary
from api.cli.speech import say
from api.cli.terminal import write
from api.cli.witness import line as witness_line
from api.home import Charter, Home
from api.integrity import keep_result
from api.proving import as_data, check_archive, judged
from api.unbundling import unbundle
from domain.errors import TiduiError
from exports.verify_bundle import Found, told
from projections.ledger.report import Report

KeyOption = Annotated[str | None, typer.Option("--key", help="The public line that the school has published")]


@app.command()
def checkpoint(home: HomeOption = None) -> None:
    """Sign the log as it stands, and print the checkpoint."""
    with archive(home) as opened:
        write(str(opened.ledger.checkpoint()))


@app.command()
def verify(
    home: HomeOption = None,
    head: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint held elsewhere, or a PDF that carries one; can be repeated")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="A witness policy to judge by instead of the archive's own")
    ] = None,
    key: KeyOption = None,
    findings: Annotated[
        bool, typer.Option("--findings", help="Judge the history by the plan as well, which takes longer")
    ] = False,
    attestations: Annotated[
        bool, typer.Option("--attestations", help="Make every attestation again, not only the last")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Check that nothing was altered: log, signatures, attachments, attestation, views, register. Changes nothing, and
    keeps its result in verified.json unless it was asked to hold other things against the archive.
    """
    where = Home(settings(home).home)
    with shown_progress() as progress:
        charter, report = check_archive(where, head or [], progress, policy, key, every_attestation=attestations)
    if not (head or policy or key):
        with complained():
            keep_result(where, report, datetime.now(UTC))
    found = judged(where) if findings and report.events and not report.problems else None
    if json_:
        print_json(as_data(charter, report, found))
    else:
        print_report(charter, report)
        if found:
            out.print(summary(found), markup=False)
    if report.problems or (found and found.findings):
        raise typer.Exit(1)


@contextmanager
def complained() -> Iterator[None]:
    """What goes wrong beside the matter is said on the error output."""
    try:
        yield
    except TiduiError as error:
        err.print(say(f"{error.zh}\n{error.en}", error.en), style="yellow")


@contextmanager
def shown_progress() -> Iterator[Callable[[int, int], None]]:
    """A bar while an archive is checked, on a terminal only."""
    with Progress(console=err, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(say("校验", "verifying"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_report(charter: Charter, report: Report) -> None:
    """What was checked and what does not hold, for people."""
    for problem in report.problems:
        out.print(say(f"✗ {problem.zh}\n  {problem.en}", f"✗ {problem.en}"))
    for cosigned in {one.witness: one for one in report.cosigned}.values():  # the last of each
        out.print(f"- {witness_line(cosigned)}", markup=False)
    for note in report.notes:
        out.print(f"- {note}", markup=False)
    if report.register and (unbound := report.register.lines - report.register.bound) > 0:
        lines = report.register.lines
        zh = f"- 查阅登记共 {lines} 行，其中最后 {unbound} 行尚未写入存证或日志"
        en = f"- the register of accesses has {lines} lines, the last {unbound} are not bound yet"
        out.print(say(f"{zh}\n  {en[2:]}", en))
    if not report.problems:
        events, signed, files = report.events, report.checkpoints, report.files
        zh = f"✓ 校验：{events} 条记录、{signed} 个签署的检查点、{files} 份附件全部成立"
        en = f"verified: {events} events, {signed} signed checkpoints, {files} files"
        out.print(say(f"{zh}\n  {en}", f"✓ {en}") + f"\n  {charter.origin} {report.root.hex()}")


@app.command("verify-pdf")
def verify_pdf(
    file: Annotated[Path, typer.Argument(help="A paper as it was handed out")],
    home: HomeOption = None,
    key: KeyOption = None,
    trust: Annotated[
        Path | None, typer.Option(help="PEM root certificates to judge signatures by [TIDUI_TRUST]")
    ] = None,
) -> None:
    """Check a paper: the archive's statement over its bytes, electronic signatures, proofs, citations, each page
    against a print of what is attached; and, where the archive is at hand, that it was exported.
    """
    from api import signing  # noqa: PLC0415 - half a second of imports that only a signature needs

    chosen = settings(home, trust=trust)
    if Home(chosen.home).charter.exists():
        with archive(home) as opened:
            lines, holds = signing.judge(file, key, chosen.trust, opened)
    else:
        lines, holds = signing.judge(file, key, chosen.trust, None)
    out.print("\n".join(lines), markup=False)
    if not holds:
        raise typer.Exit(1)


@app.command("bundle")
def bundle_command(
    target: Annotated[Path, typer.Argument(help="A new folder, or a new file whose name ends in .zip")],
    home: HomeOption = None,
) -> None:
    """Write an evidence bundle (BagIt): everything held, what proves it, and the verifier."""
    with archive(home) as opened, shown_progress() as progress:
        digest = bundle(opened, target, progress)
    out.print(f"{target}　SHA-256 {digest}", markup=False)


BundleArgument = Annotated[Path, typer.Argument(help="A bundle: its folder or ZIP")]
KeptHeads = Annotated[
    list[Path] | None,
    typer.Option("--head", help="A checkpoint kept before, or a PDF that carries one; can be repeated"),
]
Witnesses = Annotated[
    list[str] | None,
    typer.Option("--witness", help="The public line of a witness who must have signed; can be repeated"),
]


@app.command("verify-bundle")
def verify_bundle(
    path: BundleArgument,
    key: KeyOption = None,
    head: KeptHeads = None,
    witness: Witnesses = None,
    json_: JsonOption = False,
) -> None:
    """Check an evidence bundle: every file, signature, event and attachment. Needs no archive."""
    print_found(check_bundle(path, Kept(key, tuple(head or ()), tuple(witness or ()))), json_=json_)


@app.command("unbundle")
def unbundle_command(
    path: BundleArgument,
    home: HomeOption = None,
    key: KeyOption = None,
    head: KeptHeads = None,
    witness: Witnesses = None,
    json_: JsonOption = False,
) -> None:
    """Check an evidence bundle and make an archive of it in a new folder, to be asked anything; it cannot sign."""
    kept = Kept(key, tuple(head or ()), tuple(witness or ()))
    print_found(unbundle(path, settings(home).home, kept), json_=json_)


def print_found(found: Found, *, json_: bool) -> None:
    """What a bundle holds, for people or machines."""
    if json_:
        print_json({"holds": True, **found._asdict()})
    else:
        out.print("\n".join(told(found)), markup=False)
