"""Frozen examples of every event type, one file each, holding the very bytes that an archive holds.

    python -m tests.support.golden ARCHIVE.sqlite

adds what is missing, from an archive that has such events (the demo's has all). What is there is never written
again: a type whose form changes gets a new version, an upcaster, and one more file.
"""

import sys
from pathlib import Path

from domain.archive import Log
from domain.archive.mapper import UPCASTERS, encode
from domain.events import EVENT_TYPES

FOLDER = Path(__file__).parents[1] / "domain" / "golden"


def file_of(topic: str) -> Path:
    """Where a topic's example lies: `post-held/1` in `post-held-1.json`."""
    return FOLDER / f"{topic.replace('/', '-')}.json"


TOPICS = {file_of(topic).name: topic for topic in (*EVENT_TYPES, *UPCASTERS)}


def add_missing(archive: Path) -> list[Path]:
    """Take the fullest event of each type that has no example yet; returns the files made."""
    found: dict[Path, bytes] = {}
    log = Log(archive)
    for recorded in log.scan():
        path, state = file_of(recorded.event.TOPIC), encode(recorded.body)
        if not path.exists() and len(state) > len(found.get(path, b"")):
            found[path] = state
    log.close()
    for path, state in found.items():
        with path.open("xb") as file:
            file.write(state)
    return sorted(found)


if __name__ == "__main__":
    for made in add_missing(Path(sys.argv[1])):
        print(made.name)  # noqa: T201 - a tool's answer
