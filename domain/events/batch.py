"""公布方案 and the batch's own course: the plan in force, its timetable, its leading group. Stream: the batch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.events.base import SCHOOL, BatchId, Event, Fact, PersonId, Recorded, ResolutionId, Round, Value
from domain.language import Line, Sha256, Step
from domain.plan import Plan


class KnownBatch(Value):
    """A batch of the school, for finding the one whose cycle holds a day."""

    KIND = "known-batch"

    name: Line
    starts_on: date
    ends_on: date


class PlanPublished(Event):
    """方案公布: freezes every rule in force; to whom it was announced, and how (R1)."""

    TOPIC = "plan-published/1"
    CLAUSE = "R1"
    KEY = "batch"

    batch: BatchId
    plan: Plan
    file_sha256: Sha256
    audience: Line | None = None
    channel: Line | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PlanPublished, "", self, rec.day)
        cycle = self.plan.cycle
        known = KnownBatch(name=self.plan.name, starts_on=cycle.starts_on, ends_on=cycle.ends_on)
        yield Fact(SCHOOL, KnownBatch, self.batch, known, rec.day)


class PlanAmended(Event):
    """方案修订: dotted keys of the plan and their new values, by resolution (R1)."""

    TOPIC = "plan-amended/1"
    CLAUSE = "R1"

    batch: BatchId
    changes: dict[str, Any]
    resolution: ResolutionId


class StepOpened(Event):
    """时间步骤开始 (W)."""

    TOPIC = "step-opened/1"
    CLAUSE = "W"

    batch: BatchId
    step: Step
    round: Round


class StepClosed(Event):
    """时间步骤结束 (W)."""

    TOPIC = "step-closed/1"
    CLAUSE = "W"

    batch: BatchId
    step: Step
    round: Round


class StepRescheduled(Event):
    """时间步骤调整: a window of its own in place of the plan's (W)."""

    TOPIC = "step-rescheduled/1"
    CLAUSE = "W"

    batch: BatchId
    step: Step
    round: Round
    starts_on: date
    ends_on: date


class GroupMember(BaseModel):
    """Somebody on the leading group, with the office held there."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    person: PersonId
    office: Line


class LeadingGroupFormed(Event):
    """领导小组成立, headed by the Party secretary (O1)."""

    TOPIC = "leading-group-formed/1"
    CLAUSE = "O1"

    batch: BatchId
    chair: PersonId
    members: tuple[GroupMember, ...]

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, LeadingGroupFormed, "", self, rec.day)


class LeadingGroupChanged(Event):
    """领导小组调整 (O1)."""

    TOPIC = "leading-group-changed/1"
    CLAUSE = "O1"

    batch: BatchId
    chair: PersonId
    members: tuple[GroupMember, ...]

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        now = LeadingGroupFormed(batch=self.batch, chair=self.chair, members=self.members)
        yield Fact(rec.stream, LeadingGroupFormed, "", now, rec.day)


class BatchClosed(Event):
    """本批结束: every member has an outcome (E2)."""

    TOPIC = "batch-closed/1"
    CLAUSE = "E2"

    batch: BatchId
