"""Stored bytes are readable JSON, and nothing is taken for an event that is not exactly one."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from domain.archive import EvidenceStore, Log
from domain.archive.mapper import encode
from domain.errors import Broken, Unavailable
from domain.office import Office
from projections.runner import Runner
from tests.support import stages
from tests.support.rows import placed, rows, tamper

GOOD = json.loads(encode(placed(2).body))


def changed(**envelope: Any) -> bytes:
    """The second event's JSON with other contents; None takes a field away."""
    content = {name: value for name, value in (GOOD | envelope).items() if value is not None}
    return json.dumps(content).encode()


def with_data(**data: Any) -> bytes:
    return changed(data=GOOD["data"] | data)


DAMAGED = {
    "cut off": encode(placed(2).body)[:-9],
    "more after it": encode(placed(2).body) + b"{}",
    "not text": b"\xff\xfe" + encode(placed(2).body),
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "no data": changed(data=None),
    "no id": changed(id=None),
    "an unknown field": changed(signature="x"),
    "an unknown field of the event": with_data(prize=100),
    "a missing field of the event": changed(data={"record": "x-000002"}),
    "a number for a text": with_data(title=7),
    "an id of another form": with_data(record="x-ÄÖÜ"),
    "a day that never was": changed(occurred_on="2024-02-30"),
    "a day with a time": changed(occurred_on="2024-03-01T08:00:00Z"),
    "a capacity that is none": changed(capacity="king"),
    "a clause that is none": changed(basis="?"),
    "a judgement that is none": changed(judgements=[{"rule": "T1.age"}]),
}


@pytest.mark.parametrize("state", DAMAGED.values(), ids=DAMAGED)
def test_altered_json_is_broken_and_named_by_its_position(log: Log, state: bytes) -> None:
    tamper(log.path, 2, state=state)
    after = rows(log.path)
    for read in (lambda: log.get(2), lambda: log.read(0), lambda: list(log.scan())):
        with pytest.raises(Broken, match=r"@2 \(honour-recorded/1\)"):
            read()
    assert [log.get(1).body.id, log.get(3).body.id] == ["e-000001", "e-000003"]
    assert rows(log.path) == after


@pytest.mark.parametrize("topic", ["honour-recorded/2", "tea-drunk/1", "honour-recorded", "", "os:system"])
def test_an_unknown_or_newer_type_is_broken_and_says_so(log: Log, topic: str) -> None:
    tamper(log.path, 2, topic=topic)
    with pytest.raises(Broken, match=rf"@2 \({re.escape(topic)}\).*too old for this archive"):
        log.get(2)
    assert log.get(3).position == 3


def test_the_content_of_another_type_is_broken(log: Log) -> None:
    tamper(log.path, 2, topic="post-held/1")
    with pytest.raises(Broken, match="@2"):
        log.get(2)


def test_nothing_is_decided_or_shown_on_a_broken_log(tmp_path: Path) -> None:
    school = stages.published(tmp_path)
    school.close()
    tamper(tmp_path / "archive.sqlite", 5, state=b"{}")
    before = rows(tmp_path / "archive.sqlite")
    reopened = stages.Programme(tmp_path)
    reopened.when("register-person", name="单晓珺", gender="female", birth_date="1988-02-29").then_fails(Broken)
    with pytest.raises(Broken, match="@5"):
        Runner(tmp_path / "views.sqlite", reopened.log).catch_up()
    reopened.close()
    assert rows(tmp_path / "archive.sqlite") == before


def test_what_is_stored_reads_as_plain_json_with_its_chinese_in_it(log: Log) -> None:
    topic, state = rows(log.path)[0][3:]
    assert topic == "honour-recorded/1"
    assert json.loads(state) == {
        "id": "e-000001",
        "occurred_on": "2024-03-01",
        "recorded_at": "2024-03-01T08:00:00.000000Z",
        "recorded_by": "office",
        "capacity": "office_clerk",
        "basis": "S7",
        "correlation": "k-000001",
        "data": {"record": "x-000001", "title": "南通市第1届教学能手"},
    }
    assert "南通市第1届教学能手".encode() in state


def test_an_office_reads_on_where_another_process_has_written(log: Log, tmp_path: Path) -> None:
    office = Office(log, EvidenceStore(tmp_path), lambda: placed(1).body.recorded_at, None, "office")  # type: ignore[arg-type]
    assert office.known().position == 3
    other = Log(log.path)
    other.append([placed(4)])
    other.close()
    assert office.known().position == 4


QUESTIONS = {"head": Log.head, "event": lambda log: log.get(1), "page": lambda log: log.read(0)}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_log_that_was_closed_is_not_opened_again_unseen(log: Log, question: Any) -> None:
    question(log)
    log.close()
    with pytest.raises(Unavailable, match="closed"):
        question(log)
