"""Events to bytes and back: readable JSON, a stable name for every type, strict validation on reading.

The topic is `name/version` and never a module path, so folders can move. Older versions are brought up to
date by upcasters, plain dict to dict, before they are validated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from pydantic import TypeAdapter, ValidationError

from domain.archive.sqlite import StoredRow
from domain.errors import Broken
from domain.events import EVENT_TYPES
from domain.events.base import Body, Event, Recorded


class Upcaster(NamedTuple):
    """Brings the stored JSON of one topic to the next."""

    to: str
    change: Callable[[dict[str, Any]], dict[str, Any]]


# Old topic -> how it becomes the next one. Empty until a type's schema changes for the first time.
UPCASTERS: dict[str, Upcaster] = {}


class EventMapper(Mapper[str]):
    """The library's mapper in our terms. `types` and `upcasters` are given so that a test can try old versions."""

    def __init__(
        self, types: Mapping[str, type[Event]] = EVENT_TYPES, upcasters: Mapping[str, Upcaster] = UPCASTERS
    ) -> None:
        super().__init__(JSONTranscoder())
        self._readers = _Readers(types, upcasters)

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """The bytes that are stored for an event."""
        body = domain_event.body
        return StoredEvent(domain_event.stream, domain_event.version, body.data.TOPIC, encode(body))

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        """The event in stored bytes; its position is not known to the library, so it is 0 here."""
        body = self.decode(
            stored_event.topic,
            stored_event.state,
            f"{stored_event.originator_id}/{stored_event.originator_version}",
        )
        return Recorded(str(stored_event.originator_id), stored_event.originator_version, 0, body)

    def recorded(self, rows: Iterable[StoredRow]) -> Iterator[Recorded]:
        """The validated events of stored rows. Raises Broken, naming the position, at one that is not an event."""
        readers = self._readers
        for position, stream, version, topic, state in rows:
            try:
                body = readers[topic](state)
            except _UNREADABLE as error:
                raise _broken(f"@{position}", topic, error) from error
            yield Recorded(stream, version, position, body)

    def decode(self, topic: str, state: bytes, where: str) -> Body[Event]:
        """The validated content of a topic. Raises Broken, naming `where`, on anything that is not one."""
        try:
            return self._readers[topic](state)
        except _UNREADABLE as error:
            raise _broken(where, topic, error) from error


class _Readers(dict[str, Callable[[bytes], Body[Event]]]):
    """What reads a topic's bytes, made when the first one is met."""

    def __init__(self, types: Mapping[str, type[Event]], upcasters: Mapping[str, Upcaster]) -> None:
        super().__init__()
        self._types, self._upcasters = types, upcasters

    def __missing__(self, topic: str) -> Callable[[bytes], Body[Event]]:
        reader: Callable[[bytes], Body[Event]]
        if topic in self._upcasters:
            reader = partial(self._upcast, topic)
        elif topic in self._types:
            reader = TypeAdapter(Body[self._types[topic]]).validator.validate_json  # type: ignore[name-defined]
        else:
            raise ValueError(f"unknown or newer event type {topic}; this software is too old for this archive")
        self[topic] = reader
        return reader

    def _upcast(self, topic: str, state: bytes) -> Body[Event]:
        content = json.loads(state)
        while topic in self._upcasters:
            topic, change = self._upcasters[topic]
            content = change(content)
        return self[topic](json.dumps(content).encode())


def encode(body: Body[Event]) -> bytes:
    """The stored form: what equals its default is left out, which the type's version covers."""
    return body.model_dump_json(exclude_defaults=True).encode()


# What pydantic, json and upcasters raise.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)


def _broken(where: str, topic: str, error: Exception) -> Broken:
    return Broken(
        f"记录 {where}（{topic}）无法读取：{_short(error)}",
        f"Event {where} ({topic}) cannot be read: {_short(error)}",
    )


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
    return str(error)
