"""What must be so of an archive after anything: it opens, holds what it acknowledged, goes on, and verifies."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from api import settings
from api.home import Home
from api.main import open_home
from api.proving import check_archive
from domain.errors import TiduiError


def problems(home: Path, told: Iterable[tuple[int, str]], *, verified: bool = True, signs: bool = True) -> list[str]:
    """What is not so. `told` are the positions and ids that were acknowledged."""
    try:
        with open_home(home, settings.load()) as opened:
            held = {recorded.position: recorded.body.id for recorded in opened.log.scan()}
            lost = [position for position, event in told if held.get(position) != event]
            found = [f"@{position} was acknowledged and is not there" for position in lost]
            if held and signs:
                opened.ledger.checkpoint()
        return found + (_verified(home) if verified and held else [])
    except TiduiError as error:
        return [f"{type(error).__name__}: {error.en}"]


def _verified(home: Path) -> list[str]:
    return [f"verify: {problem}" for problem in check_archive(Home(home), [])[1].problems]
