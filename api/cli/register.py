"""The command that says in the log that the register of accesses begins anew."""

from __future__ import annotations

from typing import Annotated

import typer

from api.access import AccessLog
from api.cli.app import ActorOption, HomeOption, app, archive, out, settings
from api.cli.speech import say
from api.home import Home
from domain.errors import Refusal


@app.command("restart-register")
def restart_register(
    reason: Annotated[str, typer.Option(help="Why; it is recorded")],
    home: HomeOption = None,
    actor: ActorOption = None,
) -> None:
    """Say in the log that lines of the register of accesses are lost for good, and that its chain begins anew."""
    place = Home(settings(home).home)
    if gone := place.charter.exists() and not place.access.exists():
        AccessLog(place.access).close()
    with archive(home, actor) as opened:
        if not gone and opened.ledger.misfit_of_register() is None:
            zh, en = "查阅登记与签署的相衔接，不必重新开始。", "The register continues what was signed."
            raise Refusal("H6", zh, en)
        position = opened.binding.restart(reason).position
        opened.ledger.checkpoint()
    out.print(say(f"@{position} 起查阅登记重新入链，并已签署", f"the register is chained anew from @{position} on"))
