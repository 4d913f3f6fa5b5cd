"""What becomes of the files and the clock: removed or swapped under a service, read-only, ahead and back."""

from __future__ import annotations

import http.client
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from unittest.mock import patch

from api import places, settings
from api.main import App, init_home, open_home
from domain.archive.placement import Placement
from domain.clock import ClockLimits
from domain.errors import Refusal
from tests.faults import deeds
from tests.faults.fault import Fault, Result
from tests.faults.service import posted, serving
from tests.faults.standing import problems
from tests.faults.victim import Work, started
from tests.support.story import tell_once

_FILES = ("archive.sqlite", "archive.sqlite-wal")
_AFTERWARDS = 5  # commands after the file lost its place
_LEAPS = (-400, -2, -0.5, 0, 1, 5, 181, 900)  # days from the last record
_LIMITS = ClockLimits()
_NAMED = "TIDUI_ACCESS_LOG"


def _removed(path: Path) -> None:
    path.unlink()


def _swapped(path: Path) -> None:
    copy = path.with_name("copy")
    shutil.copyfile(path, copy)
    copy.replace(path)


def serve_anything(tell: Connection, home: Path) -> None:
    """The service that does not look where its files lie: what must be caught."""
    with patch.object(Placement, "require", lambda _: None):
        deeds.serve(tell, home)


def files_lost(folder: Path, tries: int, chance: random.Random, work: Work = deeds.serve) -> Result:
    """A file of the log is removed or swapped under a service; whatever it answers 201 afterwards is there later."""
    result = Result()
    for number in range(tries):
        home = deeds.found(folder / f"home-{number}")
        file, act = chance.choice(_FILES), chance.choice((_removed, _swapped))
        with serving(home, work) as (service, port):
            told = _posted(port, "前", chance.randrange(1, _AFTERWARDS))
            act(home / file)
            later = _posted(port, "后", _AFTERWARDS)
            ended = bool(later) or service.wait(10)
        # What was acknowledged before the file was taken away went with it; what came after must not have.
        found = [f"{file} {act.__name__}: {len(later)} commands were acknowledged afterwards"] if later else []
        result.add(found + ([] if ended else ["the service went on"]), file, *["acknowledged"] * len(told))
        shutil.rmtree(home)
    return result


def _posted(port: int, tag: str, times: int) -> list[int]:
    """Positions of what was answered 201."""
    told = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        for number in range(times):
            status, said = posted(connection, f"{tag}{chr(0x4E00 + number)}")
            if status == http.HTTPStatus.CREATED:
                told.append(said["events"][0]["position"])
    return told


def files_lost_unseen(folder: Path, tries: int, chance: random.Random) -> Result:
    """The variant that looks at no file."""
    return files_lost(folder, tries, chance, serve_anything)


def clock_astray(folder: Path, tries: int, chance: random.Random, limits: ClockLimits | None = _LIMITS) -> Result:
    """The clock leaps; beyond the limits nothing is recorded without a reason, and times never go back."""
    home, result = folder / "home", Result()
    init_home(home, settings.load())
    with open_home(home, settings.load()) as opened:
        numbers = count()
        next(deeds.people(opened, "始", numbers))
        opened.office.clock_limits = limits
        for _ in range(tries):
            found, counted = _leapt(opened, numbers, chance.choice(_LEAPS))
            result.add(found, counted)
    result.broken += problems(home, ())
    return result


def _leapt(opened: App, numbers: Iterator[int], days: float) -> tuple[list[str], str]:
    """One record on a clock so many days from the last: what it broke, and whether a reason was asked for."""
    last = opened.log.get(opened.log.head()).body.recorded_at
    clock, known = opened.office.clock, opened.log.head()
    opened.office.clock = lambda: last + timedelta(days=days)
    try:
        return _recorded(opened, numbers, days, known, last)
    finally:
        opened.office.clock, opened.office.clock_reason = clock, None


def _recorded(opened: App, numbers: Iterator[int], days: float, known: int, last: datetime) -> tuple[list[str], str]:
    far = not -1 <= days <= _LIMITS.ahead.days
    if far:
        try:
            next(deeds.people(opened, "钟", numbers))
        except Refusal:
            opened.office.clock_reason = "演练时钟"
        else:
            return [f"recorded {days} days from the last record without a reason"], "recorded"
    next(deeds.people(opened, "钟", numbers))
    body = opened.log.get(known + 1).body
    found = [f"@{known + 1} goes back"] if body.recorded_at < last else []
    found += ["what the clock said is gone"] if (body.clock is None) != (days >= 0) else []
    return found + (["the reason is gone"] if far and not body.clock_reason else []), "asked" if far else "followed"


def clock_unwatched(folder: Path, tries: int, chance: random.Random) -> Result:
    """The variant without limits."""
    return clock_astray(folder, max(tries, 8), chance, None)


def say_with_register(tell: Connection, home: Path, register: Path | None, *words: str) -> None:
    """A command whose register of accesses goes to another disk."""
    if register:
        os.environ[_NAMED] = str(register)
    deeds.say(tell, home, *words)


def say_unawares(tell: Connection, home: Path, register: Path | None, *words: str) -> None:
    """The same that takes every disk for one that can be written: what must be caught."""
    with patch.object(places, "is_writable", lambda _: True):
        say_with_register(tell, home, register, *words)


def read_only(folder: Path, tries: int, chance: random.Random, work: Work = say_with_register) -> Result:
    """On a read-only mount: verified as it is; read only with a place for the register; nothing is recorded."""
    del chance
    story, result = tell_once(folder.parent / "story"), Result()
    staff, register = folder / "staff.csv", folder / "register.sqlite"
    staff.write_text("姓名,性别,出生日期\n只读,女,1985-03-02\n", encoding="utf-8")
    for number in range(tries):
        with _mounted(story, folder / f"mount-{number}") as home:
            found = _done(work, home, None, "verify")
            found += _refused(work, home, None, _NAMED, "people")
            found += _done(work, home, register, "people")
            found += _refused(work, home, register, "", "import", "staff", str(staff))
        result.add(found)
    return result


def read_only_unawares(folder: Path, tries: int, chance: random.Random) -> Result:
    """The variant that does not look whether the disk can be written."""
    return read_only(folder, tries, chance, say_unawares)


def _done(work: Work, home: Path, register: Path | None, *words: str) -> list[str]:
    told = _told(work, home, register, *words)
    return [] if told == "0" else [f"{words[0]}: {told}"]


def _refused(work: Work, home: Path, register: Path | None, named: str, *words: str) -> list[str]:
    """Refused in a sentence that names the cure."""
    told = _told(work, home, register, *words)
    return [] if told != "0" and "Traceback" not in told and named in told else [f"{words[0]}: {told}"]


def _told(work: Work, home: Path, register: Path | None, *words: str) -> str:
    with started(work, home, register, *words) as said:
        said.ended()
    return " ".join(map(str, said.told))


@contextmanager
def _mounted(archive: Path, place: Path) -> Iterator[Path]:
    place.mkdir()
    _do("mount", "--bind", archive, place)
    try:
        _do("mount", "-o", "remount,ro,bind", place)
        yield place
    finally:
        _do("umount", "--lazy", place)


def _do(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


FAULTS = (
    Fault(
        "files: removed or swapped under a service",
        "nothing more is acknowledged, and it ends",
        files_lost,
        quick=2,
        whole=100,
        teeth=files_lost_unseen,
    ),
    Fault(
        "clock: ahead and back",
        "times never go back; far off only with a reason",
        clock_astray,
        quick=10,
        whole=1000,
        teeth=clock_unwatched,
    ),
    Fault(
        "disk: read-only",
        "verified; read with a place for the register; nothing recorded",
        read_only,
        quick=0,
        whole=5,
        teeth=read_only_unawares,
        bites=5,
        needs_root=True,
    ),
)
