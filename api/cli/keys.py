"""Commands about the key that signs the log: which it was and is, and changing it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.app import ActorOption, ClockReasonOption, HomeOption, JsonOption, app, archive, out, print_json, settings
from api.home import Home
from api.rotating import rotate as rotate_key
from projections.ledger.keys import Turn

key = typer.Typer(help="The signing key: which it is, changing it.", no_args_is_help=True)
app.add_typer(key, name="key")


@app.command("public-key")
def public_key(home: HomeOption = None) -> None:
    """Print the line by which anyone can check what this archive signs now. Publish it."""
    out.print(str(Home(settings(home).home).keys().latest), markup=False)


@key.command("show")
def show(home: HomeOption = None, json_: JsonOption = False) -> None:
    """Print the public line of every key that has signed, and the position from which it does."""
    turns = Home(settings(home).home).keys().turns
    if json_:
        print_json([_as_data(turn) for turn in turns])
    else:
        out.print("\n".join(f"@{turn.since} 起 / from @{turn.since}: {turn.key}" for turn in turns), markup=False)


@key.command("rotate")
def rotate(
    reason: Annotated[str, typer.Option(help="Why; it is recorded")],
    home: HomeOption = None,
    actor: ActorOption = None,
    clock_reason: ClockReasonOption = None,
    json_: JsonOption = False,
) -> None:
    """Change the signing key: the old one hands over to a new one and is gone, and the log says so."""
    with archive(home, actor, clock_reason=clock_reason) as opened:
        turn = rotate_key(opened, reason)
        file = opened.ledger.held.key_file
    if json_:
        print_json(_as_data(turn))
        return
    out.print(
        f"@{turn.since} 起用新密钥签署。公钥（请公布）：\n{turn.key}\n"
        f"新密钥在 {file}，请另行妥善备份；旧密钥已删除，请销毁它的备份。\n"
        f"The log is signed with a new key from @{turn.since} on. Publish its line; keep a copy of {file} and destroy "
        "the copies of the old key.",
        markup=False,
    )


def _as_data(turn: Turn) -> dict[str, Any]:
    return {"since": turn.since, "public_key": str(turn.key)}
