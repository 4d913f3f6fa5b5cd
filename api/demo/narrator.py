"""Tells a story to the office: an agenda of days, and one way to act on each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from domain.desk import Request, validate
from domain.errors import TiduiError
from domain.language import SHANGHAI
from domain.office import Office, Reply


class SetClock:
    """A clock that stands where it is put."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Narrator:
    """Acts through the same commands as everyone. `told` keeps what was refused on purpose."""

    office: Office
    clock: SetClock
    rng: Random
    evidence: Callable[[str, str], str]
    refused: list[tuple[str, TiduiError]] = field(default_factory=list)
    pace: int = 1  # how many stories go on at once, so that a day holds them all
    _agenda: list[tuple[date, int, Callable[[], object]]] = field(default_factory=list)
    _ranks: Iterator[int] = field(default_factory=count)

    def at(self, day: date, act: Callable[[], object]) -> None:
        """Put something on the agenda; same days keep the order in which they were put there."""
        heappush(self._agenda, (day, next(self._ranks), act))

    def tell(self) -> None:
        """Live through the agenda in order of days. Acts may put later ones on it."""
        while self._agenda:
            day, _, act = heappop(self._agenda)
            self.today = day
            self.clock.now = max(self.clock.now, datetime.combine(day, time(9), SHANGHAI))
            act()

    def do(self, command: str, /, *, on: date | None = None, capacity: str = "office_clerk", reason: str | None = None,
           document: str | None = None, exceptions: list[dict[str, str]] | None = None,
           evidence: list[str] | None = None, **data: Any) -> Reply:  # fmt: skip
        """Record something today that happened today, or `on` an earlier day."""
        self.clock.now += timedelta(minutes=self.rng.randint(1, 4)) / self.pace
        request = {"occurred_on": (on or self.today).isoformat(), "capacity": capacity, "reason": reason,
                   "document": document, "exceptions": exceptions or [], "evidence": evidence or []}  # fmt: skip
        return self.office.handle(command, json.loads(json.dumps(data, default=str)), validate(Request, request))

    def made(self, command: str, key: str, /, **more: Any) -> str:
        """Do it and return the id of what it made."""
        return str(self.do(command, **more).events[0]["data"][key])

    def refuse(self, why: str, command: str, /, **more: Any) -> None:
        """Try something that must be refused, and keep the refusal."""
        try:
            self.do(command, **more)
        except TiduiError as refusal:
            self.refused.append((why, refusal))
            return
        raise AssertionError(f"{why}: {command} should have been refused")
