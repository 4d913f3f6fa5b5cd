"""Baseline: the eventsourcing library as its documentation uses it, on the same events, envelope and all.

Dates are kept by a transcoding, as the documentation shows, and what lies deeper stays plain dicts, which is kind.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import JSONTranscoder, Transcoding
from eventsourcing.system import NotificationLogReader

from domain.events.base import Recorded


class Subject(Aggregate):
    """A person, batch or case; one event method for all kinds, which spares the baseline any dispatch."""

    @event("Started")
    def __init__(self, name: str) -> None:
        self.name = name
        self.latest: dict[str, Any] = {}

    @staticmethod
    def create_id(name: str) -> UUID:
        return uuid5(NAMESPACE_URL, name)

    @event("Happened")
    def happen(self, kind: str, envelope: dict[str, Any], data: dict[str, Any]) -> None:  # noqa: ARG002
        self.latest[kind] = data


class DateAsISO(Transcoding):
    """Days."""

    type = date
    name = "date_iso"

    def encode(self, obj: date) -> str:
        return obj.isoformat()

    def decode(self, data: str) -> date:
        return date.fromisoformat(data)


class Stock(Application[UUID]):
    """Saves one fact at a time, each after loading its aggregate."""

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        super().register_transcodings(transcoder)
        transcoder.register(DateAsISO())

    def record(self, recorded: Recorded) -> None:
        subject_id = Subject.create_id(recorded.stream)
        subject = self.repository.get(subject_id) if subject_id in self.repository else Subject(recorded.stream)
        subject.happen(**fact(recorded))
        self.save(subject)


def fact(recorded: Recorded) -> dict[str, Any]:
    envelope = recorded.body.model_dump(exclude_defaults=True) | {"recorded_at": recorded.body.recorded_at}
    data = envelope.pop("data")
    return {"kind": recorded.event.KIND, "envelope": envelope, "data": data}


def opened(path: Path) -> Stock:
    return Stock(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})


def fill(app: Stock, events: Sequence[Recorded]) -> None:
    """The same facts, a subject's events to a save, which is kinder to the baseline than one by one."""
    subjects: dict[str, Subject] = {}
    for recorded in events:
        subject = subjects.setdefault(recorded.stream, Subject(recorded.stream))
        subject.happen(**fact(recorded))
    app.save(*subjects.values())


def read_log(app: Stock) -> None:
    """Every event through the notification log, a section of ten after the other."""
    for notification in NotificationLogReader(app.notification_log).read(start=1):
        app.mapper.to_domain_event(notification)


def read_pages(app: Stock) -> None:
    """Every event past the notification log, 500 at a time from the recorder."""
    start = 1
    while page := app.recorder.select_notifications(start, 500):
        for notification in page:
            app.mapper.to_domain_event(notification)
        start = page[-1].id + 1


class Projection:
    """A roster kept by pulling the log after each save, in a table of its own."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("CREATE TABLE seats (person TEXT PRIMARY KEY, kind TEXT, data TEXT)")
        self.position = 0

    def catch_up(self, app: Stock) -> None:
        while page := app.recorder.select_notifications(self.position + 1, 500):
            for notification in page:
                happened: Any = app.mapper.to_domain_event(notification)
                self.database.execute("BEGIN")
                if hasattr(happened, "kind"):
                    row = (str(notification.originator_id), happened.kind, json.dumps(happened.data, default=str))
                    self.database.execute("INSERT OR REPLACE INTO seats VALUES (?, ?, ?)", row)
                self.database.execute("COMMIT")
                self.position = notification.id
