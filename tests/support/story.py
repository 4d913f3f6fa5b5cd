"""The demo's story, told into a folder once for a whole run of tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from api import settings
from api.demo import command
from api.demo.narrator import SetClock
from api.main import App, open_home
from tests.support.once import locked

SEED = "2024"
BATCH = "2024-second"


def tell_once(home: Path) -> Path:
    """The story in `home`; whoever comes first tells it, the others wait."""
    with locked(home):
        if not (home / command.MARK).exists():
            clock = SetClock(command.START)
            command._found(home, SEED, batches=1)
            with open_home(home, settings.load(), clock) as opened:
                command._tell(opened, clock, SEED, batches=1)
    return home


@contextmanager
def at_its_end(home: Path) -> Iterator[App]:
    """The told archive, open, at the moment at which the story ends."""
    now = json.loads((home / command.MARK).read_text(encoding="utf-8"))["now"]
    with open_home(home, settings.load(), SetClock(datetime.fromisoformat(now))) as opened:
        yield opened
