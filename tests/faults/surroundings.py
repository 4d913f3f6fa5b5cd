"""What the machine does to an archive: a full disk, a held lock, a read-only place."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.faults import deeds
from tests.faults.fault import Fault, Result
from tests.faults.standing import problems
from tests.faults.victim import started
from tests.support.story import tell_once

_ROOM, _MORE = "24M", "256M"
_SENTENCE = 8  # characters that a sentence has at least


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system in memory with little room."""
    place.mkdir()
    _do("mount", "-t", "tmpfs", "-o", f"size={_ROOM}", "tmpfs", place)
    try:
        yield place
    finally:
        _do("umount", "--lazy", place)


def _do(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


def full_disk(folder: Path, tries: int, chance: random.Random) -> Result:
    """The disk fills up under a command; with room again it is done, and nothing is missing."""
    story, result = tell_once(folder.parent / "story"), Result()
    for number in range(tries):
        with small_disk(folder / f"disk-{number}") as disk:
            home = Path(shutil.copytree(story, disk / "home", ignore=shutil.ignore_patterns("kept")))
            words = chance.choice(_words(disk))
            _fill(disk, chance.randrange(300_000))
            with started(deeds.say, home, *words) as filled:
                filled.ended()
            found = _said(words[0], filled.told)
            (disk / "ballast").unlink()
            _do("mount", "-o", f"remount,size={_MORE}", disk)
            if filled.told != [0]:
                with started(deeds.say, home, *words) as again:
                    again.ended()
                found += [] if again.told == [0] else [f"{words[0]} with room again: {again.told}"]
            result.add(found + problems(home, ()), "done" if filled.told == [0] else "refused")
    return result


def _words(disk: Path) -> list[tuple[str, ...]]:
    staff = disk / "staff.csv"
    staff.write_text(
        "姓名,性别,出生日期\n" + "".join(f"名单{chr(0x4E00 + n)},女,1985-03-02\n" for n in range(40)), "utf-8"
    )
    return [
        ("import", "staff", str(staff)),
        ("checkpoint",),
        ("key", "rotate", "--reason", "换岗"),
        ("backup", str(disk / "copy")),
        ("bundle", str(disk / "bundle.zip")),
        ("bundle", str(disk / "bag")),
        ("document", "overview", "--pdf", str(disk / "overview.pdf")),
        ("rebuild",),
    ]


def _fill(disk: Path, left: int) -> None:
    """Leave so many bytes of room."""
    room = shutil.disk_usage(disk).free - left
    with (disk / "ballast").open("wb") as ballast:
        ballast.write(bytes(max(room, 0)))


def _said(word: str, told: list[object]) -> list[str]:
    """Done, or refused in a sentence."""
    if told == [0]:
        return []
    said = str(told[-1]) if len(told) > 1 else ""
    if "Traceback" in said or len(said) < _SENTENCE:
        return [f"{word} on a full disk: {told}"]
    return []


def held_lock(folder: Path, tries: int, chance: random.Random) -> Result:
    """Another program holds the log: a command says so, and what it was to record is not there; then it is."""
    del chance
    home, result = deeds.found(folder / "home"), Result()
    staff = folder / "staff.csv"
    for number in range(tries):
        staff.write_text(f"姓名,性别,出生日期\n锁{chr(0x4E00 + number)},女,1985-03-02\n", encoding="utf-8")
        with closing(sqlite3.connect(home / "archive.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with started(deeds.say, home, "import", "staff", str(staff)) as locked:
                locked.ended()
        found = _said("import", locked.told) + (["recorded under a lock"] if locked.told == [0] else [])
        with started(deeds.say, home, "import", "staff", str(staff)) as free:
            free.ended()
        result.add(found + ([] if free.told == [0] else [f"afterwards: {free.told}"]) + problems(home, ()))
    return result


FAULTS = (
    Fault(
        "disk: full",
        "refused in a sentence; with room again it is done",
        full_disk,
        quick=0,
        whole=80,
        needs_root=True,
    ),
    Fault("disk: locked by another program", "refused in a sentence; then it is done", held_lock, quick=0, whole=5),
)
