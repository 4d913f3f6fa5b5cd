"""What is done to an archive while something happens to it: recording, and every command that takes long."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue
from threading import Thread
from time import sleep
from typing import Any

from eventsourcing import sqlite as library

from api import settings
from api.cli import main as command_line
from api.http import serve as service
from api.main import App, init_home, open_home
from domain.archive import sqlite as archive_sqlite
from domain.desk import Request
from domain.events.base import Recorded
from domain.language import Capacity, today
from domain.office import Office, Reply

SEED = "rehearsal"
_NORMAL = 1


def found(home: Path) -> Path:
    """A new practice archive."""
    init_home(home, settings.load(), practice=True, seed=SEED)
    return home


def people(opened: App, tag: str, numbers: Iterator[int]) -> Iterator[tuple[int, str]]:
    """People put on file one after another; each with position and id when it is acknowledged."""
    for number in numbers:
        now = datetime.now(UTC)
        request = Request(occurred_on=today(now), capacity=Capacity.OFFICE_CLERK)
        name = f"{tag}{chr(0x4E00 + number % 2000)}{chr(0x4E00 + number // 2000)}"
        data = {"name": name, "gender": "female", "birth_date": "1985-03-02"}
        reply = opened.office.handle("register-person", data, request)
        yield reply.events[0]["position"], reply.events[0]["id"]


def record(tell: Connection, home: Path, tag: str) -> None:
    """Record until the end of time."""
    with open_home(home, settings.load()) as opened:
        for done in people(opened, tag, count()):
            tell.send(done)


def record_hastily(tell: Connection, home: Path, tag: str) -> None:
    """The same by a database that does not wait for the disk: what must be caught."""
    usual = library.SQLiteConnectionPool._create_connection

    def hasty(pool: library.SQLiteConnectionPool) -> library.SQLiteConnection:
        connection = usual(pool)
        connection.cursor().execute("PRAGMA synchronous = NORMAL")
        return connection

    library.SQLiteConnectionPool._create_connection = hasty  # type: ignore[method-assign, assignment]
    archive_sqlite._FULL = _NORMAL
    record(tell, home, tag)


def record_too_early(tell: Connection, home: Path, tag: str) -> None:
    """Acknowledge an instant before it is recorded: what must be caught."""
    with open_home(home, settings.load()) as opened:
        append = opened.log.append

        def early(events: list[Recorded], *more: Any) -> None:
            for recorded in events:
                tell.send((recorded.position, recorded.body.id))
            append(events, *more)

        opened.log.append = early  # type: ignore[method-assign, assignment]
        for _ in people(opened, tag, count()):
            pass


def serve(tell: Connection, home: Path) -> None:
    """The service, on a port of its own choice; the port is told once it listens."""
    here = settings.load().model_copy(update={"port": 0})
    with open_home(home, here) as opened:
        service.serve(opened, lambda _, port: tell.send(port))


def serve_too_early(tell: Connection, home: Path) -> None:
    """The same, which answers as a dry run does and records a moment later: what must be caught."""
    handle, waiting = Office.handle, Queue[Any]()

    def record() -> None:
        while True:
            office, given, named = waiting.get()
            sleep(0.02)
            handle(office, *given, **named)

    def early(office: Office, *given: Any, **named: Any) -> Reply:
        reply = handle(office, *given, **named | {"dry_run": True})
        waiting.put((office, given, named))
        return reply

    Office.handle = early  # type: ignore[method-assign, assignment]
    Thread(target=record, daemon=True).start()
    serve(tell, home)


def sign(tell: Connection, home: Path) -> None:
    """Sign whatever was recorded, again and again."""
    with open_home(home, settings.load()) as opened:
        while True:
            opened.ledger.checkpoint()
            tell.send(opened.log.head())


def say(tell: Connection, home: Path, *words: str) -> None:
    """A command as it is typed; its exit code is told once it is done, and what it said if that is not 0."""
    os.environ["TIDUI_HOME"] = str(home)
    sys.argv = ["tidui", *words]
    try:
        command_line.main()
    except SystemExit as end:
        tell.send(end.code or 0)
        if end.code:
            os.lseek(1, 0, os.SEEK_SET)
            tell.send(os.read(1, 2000).decode(errors="replace"))


def say_hastily(tell: Connection, home: Path, *words: str) -> None:
    """The same where no file is synced: what must be caught."""
    os.fsync = lambda _: None  # type: ignore[assignment]
    say(tell, home, *words)
