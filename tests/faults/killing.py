"""Processes killed at any moment: what they acknowledged is there, and what they were at can be done again."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.faults import deeds
from tests.faults.fault import Fault, Result
from tests.faults.standing import problems
from tests.faults.victim import Work, started
from tests.support.story import tell_once

_EVERY = 20  # so many kills between two verifications of the whole


def recording(folder: Path, tries: int, chance: random.Random, work: Work = deeds.record) -> Result:
    """Killed while it records, an instant after an acknowledgement or in between."""
    home, result = deeds.found(folder / "home"), Result()
    for number in range(tries):
        with started(work, home, f"{number}号") as victim:
            victim.first()
            victim.wait(chance.uniform(0, 0.15))
            victim.kill()
        verified = number % _EVERY == _EVERY - 1 or number == tries - 1
        result.add(problems(home, victim.told, verified=verified), *["acknowledged"] * len(victim.told))
    return result


def recording_too_early(folder: Path, tries: int, chance: random.Random) -> Result:
    """The variant that acknowledges first."""
    return recording(folder, tries, chance, deeds.record_too_early)


class LongWork(NamedTuple):
    """A command that takes long, and what is there before it."""

    name: str
    words: Sequence[str]
    cleared: Sequence[str] = ()


def _works(place: Path) -> list[LongWork]:
    staff = place / "staff.csv"
    staff.write_text(
        "姓名,性别,出生日期\n" + "".join(f"名单{chr(0x4E00 + n)},女,1985-03-02\n" for n in range(300)), encoding="utf-8"
    )
    return [
        LongWork("catch-up", ("roster",), ("views.sqlite", "ledger.sqlite")),
        LongWork("tree and checkpoint", ("checkpoint",), ("ledger.sqlite",)),
        LongWork("rebuild", ("rebuild",)),
        LongWork("key rotation", ("key", "rotate", "--reason", "换岗")),
        LongWork("import", ("import", "staff", str(staff))),
        LongWork("backup", ("backup", str(place / "copy"))),
        LongWork("bundle", ("bundle", str(place / "bundle.zip"))),
        LongWork("document run", ("export", "documents", "--to", str(place / "papers"))),
    ]


def long_work(folder: Path, tries: int, chance: random.Random) -> Result:
    """Each command that takes long, killed somewhere on its way; then it is done again, whole."""
    result, told = Result(), tell_once(folder.parent / "story")
    works = _works(folder)
    lasting = {work.name: _duration(folder, told, work) for work in works}
    for number in range(tries):
        work = works[number % len(works)]
        home = _copy(folder, told, work)
        with started(deeds.say, home, *work.words) as victim:
            ended = victim.wait(chance.uniform(0.01, lasting[work.name]))
            victim.kill()
        result.add([f"{work.name}: {one}" for one in _goes_on(folder, home, work)], "ended" if ended else work.name)
    return result


def _duration(folder: Path, told: Path, work: LongWork) -> float:
    home, begun = _copy(folder, told, work), time.monotonic()
    with started(deeds.say, home, *work.words) as victim:
        assert victim.ended() == 0, f"{work.name} does not work at all"
        assert victim.told == [0], f"{work.name} fails: {victim.told}"
    return time.monotonic() - begun


def _copy(folder: Path, told: Path, work: LongWork) -> Path:
    home = folder / "home"
    for stale in ("home", "copy", "papers"):
        shutil.rmtree(folder / stale, ignore_errors=True)
    (folder / "bundle.zip").unlink(missing_ok=True)
    shutil.copytree(told, home)
    for name in work.cleared:
        (home / name).unlink(missing_ok=True)
    return home


def _goes_on(folder: Path, home: Path, work: LongWork) -> list[str]:
    """What was left is no archive, or whole; done again, it succeeds."""
    found = problems(home, ())
    for target in ("copy", "papers"):
        shutil.rmtree(folder / target, ignore_errors=True)
    (folder / "bundle.zip").unlink(missing_ok=True)
    with started(deeds.say, home, *work.words) as again:
        again.ended()
    return found + ([] if again.told == [0] else [f"done again it fails: {again.told}"])


FAULTS = (
    Fault(
        "kill: recording",
        "what was acknowledged is there",
        recording,
        quick=12,
        whole=1000,
        teeth=recording_too_early,
    ),
    Fault("kill: long work", "nothing half is left standing, and it can be done again", long_work, quick=0, whole=200),
)
