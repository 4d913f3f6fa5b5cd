"""Bytes that were stored once are read for ever: a frozen example of every type of event.

A new type gets its file by `python -m tests.support.golden ARCHIVE.sqlite`. A failure here means that archives
in use would no longer be read, or not as they were written: give the type a new version and an upcaster.
"""

from pathlib import Path

import pytest

from domain.archive.mapper import EventMapper, encode
from domain.events import EVENT_TYPES
from domain.events.base import Recorded
from tests.support import golden
from tests.support.golden import FOLDER, TOPICS, add_missing, file_of
from tests.support.rows import STREAM
from tests.support.stages import Programme

FILES = sorted(FOLDER.iterdir())


def test_every_type_has_one() -> None:
    assert [topic for topic in EVENT_TYPES if not file_of(topic).exists()] == []


def test_every_one_has_a_type() -> None:
    assert [path.name for path in FILES if path.name not in TOPICS] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_reads_and_is_written_alike(path: Path) -> None:
    topic, stored = TOPICS[path.name], path.read_bytes()
    body = EventMapper().decode(topic, stored, path.name)
    if topic in EVENT_TYPES:
        assert type(body.data) is EVENT_TYPES[topic]
        assert encode(body) == stored
    for fact in Recorded(STREAM, 1, 1, body).facts():
        assert fact.value is None or fact.kind.model_validate_json(fact.value.model_dump_json()) == fact.value


def test_the_tool_adds_what_is_missing_and_never_writes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "FOLDER", tmp_path / "golden")
    (tmp_path / "golden").mkdir()
    file_of("post-held/1").write_bytes(b"kept")
    school = Programme(tmp_path)
    school.person()
    school.close()
    assert [made.name for made in add_missing(tmp_path / "archive.sqlite")] == ["person-registered-1.json"]
    assert add_missing(tmp_path / "archive.sqlite") == []
    assert file_of("post-held/1").read_bytes() == b"kept"
