"""Bytes that were stored once are read for ever: a frozen example of every type of event.

A new type gets its file by `python -m tests.support.golden ARCHIVE.sqlite`. A failure here means that archives
in use would no longer be read, or not as they were written: give the type a new version and an upcaster.
"""

from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from domain.archive.mapper import EventMapper, encode
from domain.events import EVENT_TYPES
from domain.events.base import Body, Recorded
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


# What plans take that were published before these values were there. Add to it; never change a line of it.
PLAN_DEFAULTS = {
    "Committee.admit_within_months": "6",
    "Plan.structure": "age_bands=(30, 35, 40, 45, 50)",
    "Structure.age_bands": "(30, 35, 40, 45, 50)",
    "Review.confirmed_from_days": "30",
    "Review.termination_within_days": "30",
}


def test_what_is_left_out_of_the_bytes_means_nothing() -> None:
    """Defaults are not stored: one that said something would change what old events say when it is changed.

    Values that the plan got later are what they are here for ever, in plans that were published without them.
    """
    saying = {
        f"{model.__name__}.{name}": str(field.default)
        for model in stored_models()
        for name, field in model.model_fields.items()
        if not field.is_required() and field.default not in (None, (), False, 0)
    }
    assert saying == PLAN_DEFAULTS


def stored_models() -> set[type[BaseModel]]:
    """The envelope, every event, and all that they are made of."""
    found: set[type[BaseModel]] = set()
    waiting: list[Any] = [Body, *EVENT_TYPES.values()]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in found:
                waiting += [field.annotation for field in one.model_fields.values()]
            found.add(one)
        waiting += get_args(one)
    return found


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
