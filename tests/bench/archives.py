"""Archives of any size for the benchmark: the story's own events, again and again with other people's ids."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from domain.archive.log import Log
from domain.archive.mapper import EventMapper, encode
from domain.events.base import Recorded
from domain.facts import is_amendment
from tests.bench.measure import cpu

ID = re.compile(rb"\b([pcnmrstxvdek])-([0-9a-z]{16})\b")
BATCH = re.compile(rb"\b(2024|2027)-(?:second|third)\b")
TARGET = re.compile(rb'"target":(\d+)')
CHUNK = 1000


def copies(story: Log, number: int) -> Iterator[Recorded]:
    """Every event of the story `number` times in turn, so that the time of recording never decreases."""
    mapper, position = EventMapper(), 0
    versions: dict[str, int] = {}
    for told in story.scan():
        state, topic = encode(told.body), told.event.TOPIC
        for copy in range(number):
            stream = renamed(told.stream.encode(), copy).decode()
            versions[stream] = versions.get(stream, 0) + 1
            position += 1
            # Amendments name positions, which a copy has elsewhere: the story's n-th event is the copy's n-th too.
            moved = TARGET.sub(partial(_moved, number, copy), state) if is_amendment(told.event) else state
            body = mapper.decode(topic, renamed(moved, copy), f"copy {copy}")
            yield Recorded(stream, versions[stream], position, body)


def _moved(number: int, copy: int, found: re.Match[bytes]) -> bytes:
    return b'"target":%d' % ((int(found[1]) - 1) * number + copy + 1)


def renamed(text: bytes, copy: int) -> bytes:
    """The same with ids of its own; the first copy keeps the story's."""
    if copy == 0:
        return text
    text = ID.sub(lambda m: m[1] + b"-" + hashlib.sha256(m[2] + b"%d" % copy).hexdigest()[:16].encode(), text)
    return BATCH.sub(lambda m: m[1] + b"-b%03d" % copy, text)


def chunks(events: Iterator[Recorded]) -> Iterator[list[Recorded]]:
    """Events a transaction's worth at a time."""
    while chunk := list(islice(events, CHUNK)):
        yield chunk


def grown(log: Log, story: Log, number: int) -> float:
    """Fill an empty log with copies of the story; the CPU seconds that appending took."""
    return sum(cpu(partial(log.append, chunk)) for chunk in chunks(copies(story, number)))


def size_of(*files: Path) -> int:
    """Bytes on disk, write-ahead logs included."""
    return sum(
        part.stat().st_size for file in files for part in file.parent.glob(f"{file.name}*") if "lock" not in part.name
    )
