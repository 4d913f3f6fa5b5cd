"""Commands that sign: an exported document with a certificate, and one that was signed elsewhere."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from api.cli.app import ActorOption, HomeOption, app, archive, out
from domain.archive.disk import write_out

ExportedFile = Annotated[Path, typer.Argument(help="A PDF as this archive exported it, or with signatures added")]


@app.command()
def sign(
    file: ExportedFile,
    home: HomeOption = None,
    actor: ActorOption = None,
    certificate: Annotated[Path | None, typer.Option(help="PKCS#12, or PEM with its chain [TIDUI_CERTIFICATE]")] = None,
    private_key: Annotated[
        Path | None, typer.Option(help="Its PEM key, where the certificate's file has none [TIDUI_PRIVATE_KEY]")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="A file with the passphrase; without it one is asked for")
    ] = None,
    role: Annotated[str, typer.Option(help="In which role somebody signs, for example 党委书记")] = "",
    at: Annotated[
        str | None, typer.Option(help="Show the signature at PAGE,LEFT,TOP: millimetres; -1 is the last page")
    ] = None,
    out_: Annotated[Path | None, typer.Option("--out", help="Where to write it [FILE-signed.pdf]")] = None,
) -> None:
    """Add an electronic signature (PAdES) to an exported PDF; the bytes that were there stay as they are."""
    from api import signing  # noqa: PLC0415 - half a second of imports that only a signature needs
    from exports.signing.seal import place  # noqa: PLC0415 - as above

    where = place(at) if at else None
    given = {"certificate": certificate, "private_key": private_key, "passphrase_file": passphrase_file}
    with archive(home, actor, **given) as opened:
        signer = signing.credential(opened.settings, _prompt)
        content = signing.signed(opened, signing.read(file), signer, role, where)
    written = out_ or file.with_name(f"{file.stem}-signed{file.suffix}")
    write_out(written, content)
    out.print(f"{written}　{signer.name}　SHA-256 {sha256(content).hexdigest()}", markup=False)


@app.command("keep-signed")
def keep_signed(file: ExportedFile, home: HomeOption = None, actor: ActorOption = None) -> None:
    """Keep an exported PDF that was signed elsewhere: with a hardware token, or a maker's own program."""
    from api import signing  # noqa: PLC0415 - half a second of imports that only a signature needs

    with archive(home, actor) as opened:
        out.print(signing.keep(opened, signing.read(file)), markup=False)


def _prompt() -> bytes | None:
    """The passphrase from the terminal, unseen; nothing where there is no terminal."""
    if not sys.stdin.isatty():
        return None
    return str(typer.prompt("私钥密码 / passphrase", hide_input=True, err=True)).encode()
