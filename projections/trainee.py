"""One person in one batch at one moment: what the dossier, the yearly review and the gaps all start from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from domain import school
from domain.events import KINDS
from domain.events.base import Recorded, Value
from domain.events.membership import MembershipResumed, MembershipSuspended
from domain.events.selection import CandidateNominated
from domain.facts import Row, amended
from domain.plan import Plan
from projections.moment import Moment
from projections.reader import TableReader

V = TypeVar("V", bound=Value)


@dataclass(frozen=True)
class Trainee:
    """Somebody on file, with the batch's plan in force and the membership in it, if there is one."""

    moment: Moment
    person: str
    batch: str
    plan: Plan
    member: school.Member | None

    @property
    def facts(self) -> TableReader:
        """What is asked for everything else."""
        return self.moment.facts

    @property
    def name(self) -> str:
        """The name the person goes by."""
        return school.name_of(self.facts, self.person)

    @cached_property
    def registered(self) -> dict[str, school.Field]:
        """The registration with later changes applied."""
        return school.registration(self.facts, self.person)

    @cached_property
    def stream(self) -> list[Recorded]:
        """Everything recorded of the person, in the order of the log."""
        return self.moment.views.stream(self.person, self.moment.position)

    def events(self) -> list[Recorded]:
        """The person's stream as far as it concerns this batch, or no batch at all."""
        return [recorded for recorded in self.stream if self._concerned(recorded)]

    def _concerned(self, recorded: Recorded) -> bool:
        """An amendment concerns the batch of what it amends."""
        original = amended(recorded, self._recorded.get) or recorded
        return getattr(original.event, "batch", self.batch) == self.batch

    def of_batch(self, kind: type[V]) -> list[Row[V]]:
        """The person's facts of a kind that belong to this batch."""
        return [row for row in self.facts.all(self.person, kind) if getattr(row.value, "batch", None) == self.batch]

    def envelope(self, row: Row[V]) -> Recorded:
        """The event in which a fact of the person was first recorded, with its envelope."""
        return self._recorded[row.origin]

    @cached_property
    def _recorded(self) -> dict[int, Recorded]:
        return {recorded.position: recorded for recorded in self.stream}

    def name_of(self, person: str) -> str:
        """Somebody else's name."""
        return school.name_of(self.facts, person)

    @property
    def as_of(self) -> date:
        """The day that is shown."""
        return self.moment.as_of

    @property
    def last_day(self) -> date:
        """The last day of training, planned or actual: who stays on after the end is overdue, not in training."""
        assert self.member is not None
        return min(self.member.last_day or self.member.ends_on, self.member.ends_on)

    @property
    def years(self) -> range:
        """The training years of the membership that have begun."""
        if self.member is None or self.last_day < self.member.since:
            return range(0)
        last = min(self.last_day, self.as_of)
        return range(self.plan.year_of(self.member.since), self.plan.year_of(last) + 1)

    def year_from(self, year: int) -> date:
        """The later of the year's start and the joining."""
        assert self.member is not None
        return max(self.plan.year_bounds(year)[0], self.member.since)

    def suspensions(self) -> Iterator[tuple[Row[MembershipSuspended], Row[MembershipResumed] | None]]:
        """Each suspension with what ended it."""
        resumed = self.of_batch(MembershipResumed)
        for row in self.of_batch(MembershipSuspended):
            yield row, next((r for r in resumed if (r.since, r.origin) > (row.since, row.origin)), None)

    def suspended_between(self, first: date, last: date) -> bool:
        """Whether the membership was suspended on a day of a span."""
        return any(s.since <= last and (r is None or r.since > first) for s, r in self.suspensions())


def trainee(moment: Moment, person: str, batch: str | None = None) -> Trainee:
    """The person in the batch; by default in that of the latest membership, else of the latest nomination."""
    moment.facts.read_ahead([person], *KINDS.values())
    seats = school.members(moment.facts, person)
    nominated = [row.value.batch for row in moment.facts.all(person, CandidateNominated)]
    found = batch or next(iter([*(m.batch for m in reversed(seats)), *reversed(nominated)]), None)
    found = found or school.batch_on(moment.facts, moment.as_of)
    member = next((m for m in reversed(seats) if m.batch == found), None)
    return Trainee(moment, person, found, _plan(moment, found), member)


def trainees(moment: Moment, batch: str) -> list[Trainee]:
    """Everybody who has or had a place in the batch, in the order in which they joined."""
    plan = _plan(moment, batch)
    last = {m.person: m for m in school.members(moment.facts, batch)}
    moment.facts.read_ahead([*last], *KINDS.values())
    return [Trainee(moment, m.person, batch, plan, m) for m in last.values()]


def _plan(moment: Moment, batch: str) -> Plan:
    return moment.plan(batch) or school.plan_in_force(moment.facts, batch)
