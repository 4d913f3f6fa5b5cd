"""Commands between an archive and its witnesses, over files: a stick goes to the education bureau and comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.app import HomeOption, app, archive, out
from api.cli.speech import say
from api.witnessing import add_cosigned, found_witness, handovers_of, sign_request, write_request
from projections.ledger.checkpoint import parse_checkpoint
from projections.ledger.cosignature import Cosigned

witness = typer.Typer(help="Others sign that the log only grew.", no_args_is_help=True)
app.add_typer(witness, name="witness")
FolderArgument = Annotated[Path, typer.Argument(help="The witness's own folder, on the witness's own machine")]


@witness.command("init")
def init(
    folder: FolderArgument,
    name: Annotated[str, typer.Option(help="What the witness's key is called, for example 教育局")],
    log: Annotated[list[str], typer.Option(help="The public line of an archive to witness; can be repeated")],
) -> None:
    """By the witness: make a key and a memory, and print the line that the archive writes into its policy."""
    key = found_witness(folder, name, log)
    out.print(f"witness {name} {key}", markup=False)


@witness.command("request")
def request(
    file: Annotated[Path, typer.Argument(help="The file to take to the witness")],
    home: HomeOption = None,
    witness_: Annotated[str | None, typer.Option("--witness", help="Whom to ask [the policy's only witness]")] = None,
    since: Annotated[
        int | None, typer.Option(min=0, help="The size that the witness has seen [the last it signed]")
    ] = None,
) -> None:
    """By the archive: write the checkpoint and the proof that it continues what the witness has seen."""
    with archive(home) as opened:
        start = write_request(opened, file, witness_, since)
        beside = handovers_of(file)
    out.print(f"{file}：由 {start} 条算起的请求，请送交见证方 / take it to the witness", markup=False)
    if beside.exists():
        out.print(f"{beside}：密钥交接书，请一并送交 / the handover of the key: take it along", markup=False)


@witness.command("sign")
def sign(
    folder: FolderArgument,
    file: Annotated[Path, typer.Argument(help="What the archive has brought")],
    out_: Annotated[Path | None, typer.Option("--out", help="Where to write what is signed [FILE.cosigned]")] = None,
) -> None:
    """By the witness: sign the checkpoint if it continues what this witness has seen."""
    written = out_ or file.with_name(f"{file.name}.cosigned")
    note, keys = sign_request(folder, file, written, datetime.now(UTC))
    signed = parse_checkpoint(note)
    for key in keys:
        out.print(f"旧密钥已交给新密钥，今后以它为准 / the old key handed over to: {key}", markup=False)
    out.print(f"{written}：已签 {signed.origin} 至第 {signed.size} 条，请交回 / signed, give it back", markup=False)


@witness.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="What the witness has signed")],
    home: HomeOption = None,
) -> None:
    """By the archive: keep the witness's signature beside the checkpoint; the checkpoint stays as it is."""
    with archive(home) as opened:
        new = add_cosigned(opened, file)
    out.print("\n".join(map(line, new)) or "已在案，没有新的见证签名 / on file already, nothing new", markup=False)


def line(one: Cosigned) -> str:
    """A witness's signature for people."""
    at = one.at.isoformat(timespec="seconds")
    return say(
        f"见证 / witnessed: {one.witness}，第 {one.size} 号检查点，{at}", f"witnessed: {one.witness}, @{one.size}, {at}"
    )
