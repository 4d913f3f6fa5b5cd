"""Several processes at once: the last place goes to one of them; a backup taken meanwhile is whole."""

from __future__ import annotations

import random
import shutil
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any
from unittest.mock import patch

from api import backup
from api.home import Home
from api.main import App
from domain.errors import TiduiError
from tests.faults import deeds
from tests.faults.fault import Fault, Result
from tests.faults.standing import problems
from tests.faults.victim import Work, machine, started
from tests.support import stages
from tests.support.stages import Programme

_CLERKS, _DAY = 4, "2024-03-14"


def last_place(folder: Path, tries: int, chance: random.Random, *, guarded: bool = True) -> Result:
    """One place is left and four processes admit somebody at the same instant: one of them does."""
    del chance
    contested, waiting = _contested(folder)
    result, ready = Result(), machine().Barrier(_CLERKS)
    with _clerks(waiting, ready, guarded=guarded) as clerks:
        for number in range(tries):
            place = shutil.copytree(contested, folder / f"try-{number}")
            for clerk in clerks:
                clerk.send(str(place))
            outcomes = sorted(clerk.recv() for clerk in clerks)
            broken = [] if outcomes.count("recorded") == 1 else [f"{outcomes.count('recorded')} took the last place"]
            result.add(broken, *outcomes)
            shutil.rmtree(place)
    return result


def last_place_unguarded(folder: Path, tries: int, chance: random.Random) -> Result:
    """The variant whose log takes a decision wherever it was decided."""
    return last_place(folder, tries, chance, guarded=False)


def _contested(folder: Path) -> tuple[Path, list[dict[str, str]]]:
    place = folder / "contested"
    school = stages.published(place)
    for _ in range(2):
        school.member("three")
    waiting = [school.admissible("three") for _ in range(_CLERKS)]
    school.close()
    return place, waiting


class _clerks:  # noqa: N801 - used as a context
    """Processes that each wait for an archive, and admit their own candidate in it when all are ready."""

    def __init__(self, waiting: list[dict[str, str]], ready: Barrier, *, guarded: bool) -> None:
        self._asked = [(admit, ready, guarded) for admit in waiting]

    def __enter__(self) -> list[Any]:
        self._ends: list[Connection] = []
        self._processes = []
        for about in self._asked:
            mine, theirs = machine().Pipe()
            process = machine().Process(target=_clerk, args=(theirs, *about), daemon=True)
            process.start()
            theirs.close()
            self._ends.append(mine)
            self._processes.append(process)
        return self._ends

    def __exit__(self, *_: object) -> None:
        for end in self._ends:
            end.close()
        for process in self._processes:
            process.join()


def _clerk(asked: Connection, admit: dict[str, str], ready: Barrier, guarded: bool) -> None:
    while True:
        try:
            place = Path(asked.recv())
        except EOFError:
            return
        school = Programme(place, today=_DAY)
        if not guarded:
            _unguard(school)
        ready.wait()
        asked.send(_admitted(school, admit))
        school.close()


def _admitted(school: Programme, admit: dict[str, str]) -> str:
    school.when("admit-candidate", on=_DAY, **admit)
    if isinstance(school.error, TiduiError):
        return type(school.error).__name__
    return "recorded"


def _unguard(school: Programme) -> None:
    """Decide on what was read, however the log went on meanwhile."""
    append = school.log.append

    def anywhere(events: Any, *more: Any) -> None:
        head = school.log.head()
        moved = [one._replace(position=head + rank) for rank, one in enumerate(events, 1)]
        append(moved, *more)

    school.log.append = anywhere  # type: ignore[method-assign, assignment]


def _copied_backwards(opened: App, target: Home) -> dict[str, int]:
    """The log before the heads that point into it, and nothing verified."""
    opened.log.copy_to(target.log)
    opened.access.copy_to(target.access)
    backup._copy_heads(opened.home, target)
    shutil.copyfile(opened.home.charter, target.charter)
    return {}


def say_backwards(tell: Connection, home: Path, *words: str) -> None:
    """A command whose backups are copied so: what must be caught."""
    with patch.object(backup, "_copied", _copied_backwards):
        deeds.say(tell, home, *words)


def backup_while_recording(folder: Path, tries: int, chance: random.Random, work: Work = deeds.say) -> Result:
    """Backups while two processes record and sign: each verifies, and holds what was acknowledged before it."""
    home, result = deeds.found(folder / "home"), Result()
    for number in range(tries):
        with started(deeds.record, home, f"甲{number}") as one, started(deeds.sign, home) as other:
            one.first()
            one.wait(chance.uniform(0, 0.2))
            before, copy = list(one.told), folder / f"copy-{number}"
            with started(work, home, "backup", str(copy)) as copying:
                copying.ended()
            one.kill()
            other.kill()
        ended = [] if copying.told == [0] else [f"backup ended with {copying.told}"]
        result.add(ended or problems(copy, before, signs=False), *["acknowledged"] * len(before))
        shutil.rmtree(copy, ignore_errors=True)
    return result


def backup_backwards(folder: Path, tries: int, chance: random.Random) -> Result:
    """The variant that copies what is pointed to before what points."""
    return backup_while_recording(folder, tries, chance, say_backwards)


FAULTS = (
    Fault(
        "crowd: the last place",
        "one of four takes it",
        last_place,
        quick=25,
        whole=2500,
        teeth=last_place_unguarded,
    ),
    Fault(
        "crowd: backup while recording",
        "each backup verifies",
        backup_while_recording,
        quick=0,
        whole=50,
        teeth=backup_backwards,
    ),
)
