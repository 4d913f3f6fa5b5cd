"""Baseline: the raw sqlite3 driver with a bitemporal table written by hand, synchronous=FULL as ours."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from domain.archive.mapper import encode
from domain.events.base import Recorded

EVER, KNOWN = 4_000_000, 1 << 40
SCHEMA = """
CREATE TABLE events (stream TEXT, version INTEGER, topic TEXT, state BLOB, PRIMARY KEY (stream, version));
CREATE TABLE facts (subject TEXT, kind TEXT, key TEXT, valid_from INTEGER, valid_to INTEGER,
                    known_from INTEGER, known_to INTEGER, value TEXT);
CREATE INDEX of_subject ON facts (subject, kind, key);
"""
INSERT = "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
STANDING = "valid_from <= ? AND ? < valid_to AND known_from <= ? AND ? < known_to AND value IS NOT NULL"
SEATS = f"""SELECT kind, key, valid_from, value FROM facts
WHERE subject = ? AND kind IN ('seat', 'seat-term', 'seat-status') AND {STANDING}"""
NAMES = f"SELECT key, value FROM facts WHERE subject = 'school' AND kind = 'person-name' AND key IN (%s) AND {STANDING}"


class Raw:
    """One event row and its fact rows in one transaction."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = FULL")
        self.database.executescript(SCHEMA)

    def write(self, events: Sequence[Recorded]) -> None:
        """All of them in one transaction: the event, then each fact closes its predecessor and opens a row."""
        ask = self.database.execute
        ask("BEGIN IMMEDIATE")
        for recorded in events:
            body = recorded.body
            ask(
                "INSERT INTO events VALUES (?, ?, ?, ?)",
                (recorded.stream, recorded.version, body.data.TOPIC, encode(body)),
            )
            for subject, kind, key, value, since in recorded.facts():
                day, place, about = since.toordinal(), recorded.position, (subject, kind.KIND, key)
                was = ask(
                    "SELECT rowid, valid_from, value FROM facts WHERE subject = ? AND kind = ? AND key = ? "
                    "AND known_to = ? AND valid_to = ?",
                    (*about, KNOWN, EVER),
                ).fetchone()
                if was:
                    ask("UPDATE facts SET known_to = ? WHERE rowid = ?", (place, was[0]))
                    ask(INSERT, (*about, was[1], day, place, KNOWN, was[2]))
                text = value.model_dump_json(exclude_defaults=True) if value else None
                ask(INSERT, (*about, day, EVER, place, KNOWN, text))
        ask("COMMIT")

    def roster(self, batch: str, day: int, position: int) -> dict[str, list[tuple[str, int, dict[str, Any]]]]:
        """By tier, who has a place: name, since when, and the seat with its term and status."""
        at, places = (day, day, position, position), defaultdict[str, dict[str, Any]](dict)
        for _, key, since, value in self.database.execute(SEATS, (batch, *at)):
            place = places[key]
            place["since"] = max(since, place.get("since", 0))
            place.update(json.loads(value))
        people = [place["person"] for place in places.values()]
        marks = ", ".join("?" * len(people))
        names = {key: json.loads(value)["name"] for key, value in self.database.execute(NAMES % marks, (*people, *at))}
        tiers = defaultdict[str, list[tuple[str, int, dict[str, Any]]]](list)
        for place in places.values():
            if place["status"] != "ended":
                tiers[place["tier"]].append((names[place["person"]], place["since"], place))
        return tiers
