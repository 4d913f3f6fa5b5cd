"""A moment: what was so on one day, as it was known at one time. Every view is a function of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from domain import school
from domain.archive import Log
from domain.errors import Malformed, Unknown
from domain.events.base import SCHOOL, Recorded
from domain.events.batch import KnownBatch, PlanAmended, PlanPublished
from domain.events.person import PersonName
from domain.facts import Row, effective
from domain.language import END_OF_TIME, end_of_day, today
from domain.plan import Plan
from projections.page import microseconds
from projections.reader import Remembered, TableReader
from projections.runner import Runner
from projections.table import Selection, Table

Clock = Callable[[], datetime]
T = TypeVar("T")
_Question = tuple[Callable[..., Any], tuple[Hashable, ...]]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_PLACE = re.compile(r"@(\d{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """One pair of times. Take a new one for each answer: `rests_on` gathers what that answer was read from."""

    facts: TableReader
    as_of: date
    known_at: str | None
    position: int
    now: datetime
    views: Views
    told: dict[_Question, tuple[Any, int]] = field(default_factory=dict, compare=False)

    @property
    def rests_on(self) -> int:
        """The last position at which anything looked at so far changed."""
        return self.facts.rests_on

    def answers(self) -> Iterator[Moment]:
        """The same moment for one answer after another. What several of them read is read once."""
        source, told = Remembered(self.views.runner), dict[_Question, tuple[Any, int]]()
        while True:
            yield replace(self, facts=TableReader(source, self.as_of, self.position), told=told)

    def once(self, view: Callable[..., T], *asked: Hashable) -> T:
        """A view that several answers are made of, worked out once for all of them; what it read counts as read."""
        if (view, asked) not in self.told:
            apart = replace(self, facts=self.facts.anew())
            self.told[view, asked] = view(apart, *asked), apart.rests_on
        found, rests_on = self.told[view, asked]
        self.facts.rests_on = max(self.facts.rests_on, rests_on)
        return cast(T, found)

    def batch(self, asked: str | None = None) -> str | None:
        """The batch a view is about: the one asked for, else the latest whose cycle holds the day, else the latest.

        None when no plan was known at this moment; Unknown when there is no such batch at all.
        """
        if asked is None:
            known = self.views.batches(self.position)
            return school.batch_of(known, self.as_of) if known else None
        if self.facts.one(asked, PlanPublished) is None:
            school.plan_in_force(self.latest(), asked)
        return asked

    def plan(self, batch: str) -> Plan | None:
        """The batch's plan in force on the day; None before its publication."""
        published = self.facts.one(batch, PlanPublished)
        if published is None:
            return None
        amendments = self.facts.all(batch, PlanAmended)
        if not amendments:
            return published.value.plan
        return self.views.amended_plan(self.facts, batch, (published.source, *(row.source for row in amendments)))

    def plan_on(self, batch: str, day: date) -> Plan | None:
        """The batch's plan as it was in force on another day, as known at this moment; None before its publication."""
        if not self.facts.all(batch, PlanAmended):
            return self.plan(batch)
        then = self.on(day)
        return school.plan_in_force(then, batch) if then.one(batch, PlanPublished) else None

    def last_plan(self) -> Plan | None:
        """The plan of the batch that a view means by default, for what it calls posts; None when there is none."""
        batch = self.batch()
        return self.plan(batch) if batch else None

    def latest(self) -> TableReader:
        """Everything that is on record now, later days included."""
        return TableReader(self.views.runner, END_OF_TIME, self.views.runner.catch_up())

    def names(self, people: Iterable[str]) -> dict[str, str]:
        """The names people go by; the id where nobody is on file under it."""
        known = self.facts.some(SCHOOL, PersonName, sorted(set(people)))
        return {person: known[person].value.name if person in known else person for person in people}

    def on(self, day: date) -> TableReader:
        """Facts at the end of another day, as known at this moment."""
        return TableReader(self.views.runner, day, self.position)

    def back_on(self, day: date, view: Callable[[Moment], T]) -> T:
        """What a view says of an earlier day, as known at this moment. What it read counts as read."""
        day = min(day, self.as_of)
        then = replace(self, facts=self.on(day), as_of=day, told={})
        found = view(then)
        self.facts.rests_on = max(self.facts.rests_on, then.facts.rests_on)
        return found

    def recorded(self, position: int) -> Recorded:
        """The event at a position as it was recorded; Unknown when this moment does not know it."""
        if not 0 < position <= self.position:
            raise Unknown(f"没有第 {position} 号记录。", f"There is no event at position {position}.")
        return self.views.recorded(position)

    def amendments(self, position: int) -> list[Recorded]:
        """The corrections and withdrawals that concern an event, as known at this moment."""
        found = self.views.runner.ask(lambda table: table.amendments(position, self.position))
        return [self.views.recorded(place) for place in found]

    def standing(self, position: int) -> Recorded | None:
        """The event as its amendments leave it; None when withdrawn."""
        return effective(self.recorded(position), self.amendments(position))[0]

    def positions(self, *, after: int = 0, limit: int = 100, **of: str | None) -> list[int]:
        """Positions of events in log order: all, or those that a Selection of these names means."""
        meant = Selection(**of)
        return self.views.runner.ask(lambda table: table.positions(after, self.position, limit, meant))

    def events(self, *, after: int = 0, limit: int = 100, **of: str | None) -> list[Recorded]:
        """The events themselves, fetched at once."""
        return self.views.log.some(self.positions(after=after, limit=limit, **of))

    def last_about(self, subject: str | None = None) -> int:
        """The position of the last event about a subject, or of all events."""
        if subject is None:
            return self.position
        return self.views.runner.ask(lambda table: table.last_about(subject, self.position))


class Views:
    """The read side of one archive."""

    def __init__(self, path: Path, log: Log, clock: Clock) -> None:
        self.log, self._clock = log, clock
        self.runner = Runner(path, log)
        # What a position names never changes, so it may be kept.
        self.recorded = lru_cache(maxsize=4096)(log.get)
        self.stream = lru_cache(maxsize=64)(log.stream)
        self.batches = lru_cache(maxsize=64)(self._batches)
        self._amended: dict[tuple[int, ...], Plan] = {}

    def at(self, as_of: date | None = None, known_at: str | None = None) -> Moment:
        """The moment asked for, by default today as known now, caught up with the log."""
        head, now = self.runner.catch_up(), self._clock()
        position = head if known_at is None else self._position(known_at, head, now)
        day = as_of or today(now)
        return Moment(TableReader(self.runner, day, position), day, known_at, position, now, self)

    def amended_plan(self, facts: TableReader, batch: str, sources: tuple[int, ...]) -> Plan:
        """The plan that a publication and amendments come to; worked out once, for positions name contents."""
        if sources not in self._amended:
            self._amended[sources] = school.plan_in_force(facts, batch)
        return self._amended[sources]

    def close(self) -> None:
        """Let go of the file."""
        self.runner.close()

    def _batches(self, position: int) -> list[Row[KnownBatch]]:
        return school.batches(TableReader(self.runner, END_OF_TIME, position))

    def _position(self, known_at: str, head: int, now: datetime) -> int:
        if place := _PLACE.fullmatch(known_at):
            if int(place[1]) > head:
                raise Unknown(
                    f"known_at={known_at} 超出档案末尾（现为 @{head}）。",
                    f"known_at={known_at} is beyond the last event, which is @{head}.",
                )
            return int(place[1])
        moment = _moment(known_at, now)
        return self.runner.ask(lambda table: _last_until(table, microseconds(moment), head))


def _moment(known_at: str, now: datetime) -> datetime:
    """The time that a day or a time means. Nobody can say what will be known later than now."""
    try:
        moment = _read(known_at)
    except (ValueError, OverflowError) as error:
        raise Malformed(
            f"known_at={known_at} 不合格式。可用：2024-03-14、2024-03-14T09:00:00+08:00、@120（日志序号）。",
            f"known_at={known_at} is not understood. Write 2024-03-14, 2024-03-14T09:00:00+08:00, or @120 "
            "(a log position).",
        ) from error
    if moment > (end_of_day(today(now)) if _DAY.fullmatch(known_at) else now):
        raise Unknown(
            f"known_at={known_at} 还没有到；不填即为现在。",
            f"known_at={known_at} is still to come; leave it out to mean now.",
        )
    return moment


def _read(known_at: str) -> datetime:
    if _DAY.fullmatch(known_at):
        return end_of_day(date.fromisoformat(known_at))
    if _TIME.fullmatch(known_at):
        return datetime.fromisoformat(known_at).astimezone(UTC)
    raise ValueError(known_at)


def _last_until(table: Table, moment: int, head: int) -> int:
    """The last position recorded until a moment, 0 when there is none: times of recording never decrease."""
    low, high = 0, head
    while low < high:
        middle = (low + high + 1) // 2
        if table.recorded_at(middle) <= moment:
            low = middle
        else:
            high = middle - 1
    return low
