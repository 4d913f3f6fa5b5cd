"""Old versions are brought up to date on reading, one step after another; what is stored stays as it was."""

import json
from datetime import date
from typing import Any

import pytest

from domain.archive import Log
from domain.archive.mapper import UPCASTERS, EventMapper, Upcaster, encode
from domain.errors import Broken
from domain.events import EVENT_TYPES
from domain.events.base import Event
from domain.events.person import HonourRecorded
from domain.language import Line
from tests.support.rows import placed, rows, tamper


class TeaServed(Event):
    """An event whose form has changed twice: a cup became cups, and the tea got a day of its harvest."""

    TOPIC = "tea-served/3"
    CLAUSE = "D1"

    tea: Line
    cups: int
    harvested_on: date | None = None


def _cups(content: dict[str, Any]) -> dict[str, Any]:
    data = dict(content["data"])
    return content | {"data": data | {"cups": int(data.pop("cup"))}}


def _harvest(content: dict[str, Any]) -> dict[str, Any]:
    tea, _, harvested_on = content["data"]["tea"].partition(" ")
    return content | {"data": content["data"] | {"tea": tea, "harvested_on": harvested_on or None}}


TYPES = {"tea-served/3": TeaServed}
STEPS = {"tea-served/1": Upcaster("tea-served/2", _cups), "tea-served/2": Upcaster("tea-served/3", _harvest)}
MAPPER = EventMapper(TYPES, STEPS)


def stored(**data: Any) -> bytes:
    content = json.loads(encode(placed(2).body))
    return json.dumps(content | {"data": data}, ensure_ascii=False).encode()


def test_the_oldest_version_comes_through_the_whole_chain() -> None:
    body = MAPPER.decode("tea-served/1", stored(tea="龙井 2024-04-01", cup="3"), "@2")
    assert body.data == TeaServed(tea="龙井", cups=3, harvested_on=date(2024, 4, 1))
    assert (body.id, body.recorded_at) == ("e-000002", placed(2).body.recorded_at)


def test_a_later_version_joins_the_chain_where_it_stands() -> None:
    assert MAPPER.decode("tea-served/2", stored(tea="碧螺春", cups=1), "@2").data == TeaServed(tea="碧螺春", cups=1)
    assert MAPPER.decode("tea-served/3", stored(tea="碧螺春", cups=1), "@2").data == TeaServed(tea="碧螺春", cups=1)


@pytest.mark.parametrize(
    ("topic", "state"),
    [
        ("tea-served/1", stored(tea="龙井")),
        ("tea-served/1", stored(tea="龙井", cup="many")),
        ("tea-served/1", stored(tea="龙井", cup=None)),
        ("tea-served/1", stored(tea="龙井 yesterday", cup="3")),
        ("tea-served/1", stored(tea=None, cup="3")),
        ("tea-served/1", stored(tea="龙井", cup="3", sugar=True)),
        ("tea-served/1", b"[]"),
        ("tea-served/1", b'"tea"'),
        ("tea-served/1", b"{"),
        ("tea-served/4", stored(tea="龙井", cups=3)),
    ],
)
def test_an_old_event_that_is_none_is_broken(topic: str, state: bytes) -> None:
    with pytest.raises(Broken, match=rf"@2 \({topic}\)"):
        MAPPER.decode(topic, state, "@2")


def test_a_chain_that_leads_nowhere_is_broken() -> None:
    mapper = EventMapper({}, STEPS)
    with pytest.raises(Broken, match="unknown or newer event type tea-served/3"):
        mapper.decode("tea-served/1", stored(tea="龙井", cup="3"), "@2")


def test_an_archive_with_old_events_reads_as_if_they_were_new(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EVENT_TYPES, "tea-served/3", TeaServed)
    for topic, step in STEPS.items():
        monkeypatch.setitem(UPCASTERS, topic, step)
    tamper(log.path, 2, topic="tea-served/1", state=stored(tea="毛尖", cup="2"))
    before = rows(log.path)
    assert [type(recorded.event) for recorded in log.scan()] == [HonourRecorded, TeaServed, HonourRecorded]
    assert log.get(2).event == TeaServed(tea="毛尖", cups=2)
    assert rows(log.path) == before


def test_no_type_is_both_current_and_old() -> None:
    assert not set(UPCASTERS) & set(EVENT_TYPES)
    for topic, step in UPCASTERS.items():
        assert step.to in {*UPCASTERS, *EVENT_TYPES}, f"{topic} leads nowhere"
