"""Power cuts on a real file system: its device is frozen in time, copied, and the copy is opened as after a restart.

The archive lies on a file system in a file; that file lies on another one, which is frozen while it is copied. What the
inner one had not handed to its device by then is lost, as it is when the power goes. Needs root and loop devices.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.faults import deeds
from tests.faults.fault import Fault, Result
from tests.faults.standing import problems
from tests.faults.victim import Work, started
from tests.support.story import tell_once

_INNER, _OUTER = "192M", "1G"


class Device:
    """A mounted file system whose power can be cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.disk, self.after = folder / "disk", folder / "after-restart"

    @property
    def _image(self) -> Path:
        return self.folder / "outer" / "inner.img"

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """Both file systems, for as long as they are needed."""
        for place in (self.disk, self.after, self._image.parent):
            place.mkdir()
        outer = self.folder / "outer.img"
        _do("truncate", "--size", _OUTER, outer)
        _do("mkfs.ext4", "-q", outer)
        with _mount(outer, self._image.parent):
            _do("truncate", "--size", _INNER, self._image)
            _do("mkfs.ext4", "-q", self._image)
            with _mount(self._image, self.disk):
                yield

    @contextmanager
    def cut(self) -> Iterator[Path]:
        """The disk as it is found after the power goes at this instant."""
        snapshot = self.folder / "snapshot.img"
        _do("fsfreeze", "--freeze", self._image.parent)
        try:
            _do("cp", "--sparse=always", self._image, snapshot)
        finally:
            _do("fsfreeze", "--unfreeze", self._image.parent)
        with _mount(snapshot, self.after):
            yield self.after
        snapshot.unlink()


@contextmanager
def _mount(image: Path, place: Path) -> Iterator[None]:
    _do("mount", "-o", "loop", image, place)
    try:
        yield
    finally:
        _do("umount", place)


def _do(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


def _cannot(folder: Path) -> str:
    """Why no power can be cut here; empty where it can."""
    try:
        (folder / "try").mkdir()
        with Device(folder / "try").mounted():
            return ""
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no loop device can be mounted here ({error})"


def recording(folder: Path, tries: int, chance: random.Random, work: Work = deeds.record) -> Result:
    """The power goes while facts are recorded."""
    if why := _cannot(folder):
        return Result(skipped=why)
    device, result = Device(folder), Result()
    with device.mounted():
        home = deeds.found(device.disk / "home")
        for number in range(tries):
            with started(work, home, f"{number}号") as victim:
                victim.first()
                victim.wait(chance.uniform(0, 0.3))
                heard = list(victim.told)
                with device.cut() as after:
                    found = problems(after / "home", heard)
            result.add(found, *["acknowledged"] * len(heard))
    return result


def recording_hastily(folder: Path, tries: int, chance: random.Random) -> Result:
    """The variant whose database does not wait for the disk (synchronous=NORMAL)."""
    return recording(folder, tries, chance, deeds.record_hastily)


class Deed(NamedTuple):
    """A command that says done, and how its result is looked at; it runs on the archive in `home`."""

    words: tuple[str, ...]
    checked_by: tuple[str, ...] = ()


def _deeds(disk: Path) -> list[Deed]:
    photo = disk / "file.txt"
    return [
        Deed(("backup", str(disk / "copy")), ("verify", "--home", "{after}/copy")),
        Deed(("bundle", str(disk / "bundle.zip")), ("verify-bundle", "{after}/bundle.zip")),
        Deed(("bundle", str(disk / "bag")), ("verify-bundle", "{after}/bag")),
        Deed(("checkpoint",), ("verify", "--home", "{after}/home")),
        Deed(("key", "rotate", "--reason", "换岗"), ("verify", "--home", "{after}/home")),
        Deed(("document", "overview", "--pdf", str(disk / "overview.pdf")), ("verify-pdf", "{after}/overview.pdf")),
        Deed(("init", "--practice", "--home", str(disk / "another")), ("verify", "--home", "{after}/another")),
        Deed(("import", "staff", str(photo)), ("verify", "--home", "{after}/home")),
    ]


def saying_done(folder: Path, tries: int, chance: random.Random, work: Work = deeds.say) -> Result:
    """The power goes the moment a command has ended with 0: what it said it did is there and whole."""
    if why := _cannot(folder):
        return Result(skipped=why)
    del chance
    device, result = Device(folder), Result()
    with device.mounted():
        home = Path(shutil.copytree(tell_once(folder.parent / "story"), device.disk / "home"))
        _do("sync", "--file-system", device.disk)
        for number in range(tries):
            deed = _prepared(device.disk, number)
            with started(work, home, *deed.words) as done:
                done.ended()
            with device.cut() as after:
                result.add(_looked_at(after, deed, done.told), deed.words[0])
    return result


def _prepared(disk: Path, number: int) -> Deed:
    """The next command, with what an earlier one wrote out of its way."""
    for name in ("copy", "bag", "another"):
        shutil.rmtree(disk / name, ignore_errors=True)
    for name in ("bundle.zip", "overview.pdf"):
        (disk / name).unlink(missing_ok=True)
    rows = "".join(f"{chr(0x4E00 + number)}{chr(0x4F00 + n)}{n},女,1985-03-02\n" for n in range(3))
    (disk / "file.txt").write_text("姓名,性别,出生日期\n" + rows, encoding="utf-8")
    deeds_ = _deeds(disk)
    return deeds_[number % len(deeds_)]


def _looked_at(after: Path, deed: Deed, told: list[int]) -> list[str]:
    name = " ".join(deed.words[:2])
    if told != [0]:
        return [f"{name}: ended with {told}"]
    words = [word.format(after=after) for word in deed.checked_by]
    with started(deeds.say, after / "home", *words) as check:
        check.ended()
    return [] if check.told == [0] else [f"{name}: after the cut {' '.join(words)} ends with {check.told}"]


def saying_done_hastily(folder: Path, tries: int, chance: random.Random) -> Result:
    """The variant that syncs no file."""
    return saying_done(folder, tries, chance, deeds.say_hastily)


FAULTS = (
    Fault(
        "power cut: recording",
        "with synchronous=FULL nothing acknowledged is lost",
        recording,
        quick=0,
        whole=200,
        teeth=recording_hastily,
        needs_root=True,
    ),
    Fault(
        "power cut: saying done",
        "what a command said it did is on the disk",
        saying_done,
        quick=0,
        whole=64,
        teeth=saying_done_hastily,
        needs_root=True,
    ),
)
