"""Publishing and amending the plan (R1)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Annotated, Any

from pydantic import Field

from domain.capacities import COMMITTEE
from domain.commands.places import most_taken
from domain.commands.rounds import within_cycle
from domain.desk import Command, Desk, Ground, Happening
from domain.entry import type_under
from domain.errors import Malformed, Refusal, TiduiError
from domain.events.base import BatchId, ResolutionId
from domain.events.batch import (
    PlanAmended,
    PlanPublished,
)
from domain.facts import Facts
from domain.language import Line, Sha256, Step, Verdict
from domain.plan import Plan, read_plan, shipped_plan
from domain.rules import judge

BY_AMENDMENT = (
    "方案的规则从某日起更改，须以修订（amend-plan）说明理由并附决议。",
    "Rules of the plan change from a day on, by an amendment with a reason and a resolution.",
)


class Publication(Command):
    """A plan that was read from its file, to be frozen into the log."""

    CLAUSE = "R1"
    EVENT = PlanPublished
    UNCORRECTED = frozenset({"plan", "file_sha256"})
    CURE = BY_AMENDMENT
    CAPACITIES = COMMITTEE

    plan: Plan
    file_sha256: Sha256
    audience: Line | None = None
    channel: Line | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        plan = self.plan
        published = desk.latest.one(plan.batch, PlanPublished)
        if published:
            if published.value.file_sha256 == self.file_sha256:
                return
            raise Refusal(
                "R1",
                f"“{plan.batch}”的方案已公布，只能用修订（amend-plan）更改。",
                f"The plan of {plan.batch} is published; change it with amend-plan.",
            )
        if desk.day < plan.published_on:
            raise Refusal(
                "R1",
                f"方案定于 {plan.published_on} 公布。",
                f"The plan is to be published on {plan.published_on}.",
                value=desk.day,
                limit=plan.published_on,
            )
        check_windows(plan)
        judge_cycle(desk, plan, plan.cycle.usual_months)
        due = max(plan.published_on, plan.windows[Step.ANNOUNCE].ends_on)
        desk.judge(judge("W.announce", ok=desk.day <= due, value=desk.day, limit=due, on=desk.day))
        event = PlanPublished(batch=plan.batch, plan=plan, **self.model_dump(exclude={"plan"}))
        yield Happening(plan.batch, event)


def check_windows(plan: Plan) -> None:
    """The first round ends within the cycle (W)."""
    for step in plan.windows.values():
        within_cycle("W", plan, step.ends_on)


def judge_cycle(desk: Desk, plan: Plan, usual: int, ground: Ground | None = None) -> None:
    """A cycle of another length than was published as usual takes an exception (O3)."""
    length = plan.cycle.months
    desk.judge(
        judge("O3.cycle", ok=length == usual, value=length, limit=usual, on=desk.day, otherwise=Verdict.EXCEPTION),
        ground,
    )


class PublishPlan(Command):
    """Freezes a plan file into the log. Once published, a plan changes only by amendment."""

    CLAUSE = "R1"
    LABEL = ("公布方案", "Publish the plan")
    CAPACITIES = COMMITTEE
    EXAMPLE = {"toml": shipped_plan().decode()}

    toml: Annotated[str, Field(max_length=200_000, description="The text of the plan file")]
    audience: Line | None = None
    channel: Line | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        plan, digest = read_plan(self.toml.encode())
        told = {"audience": self.audience, "channel": self.channel}
        yield from Publication(plan=plan, file_sha256=digest, **told).decide(desk)


class AmendPlan(Command):
    """Sets dotted keys of the plan anew, with a reason and a passed resolution."""

    CLAUSE = "R1"
    EVENT = PlanAmended
    UNCORRECTED = frozenset({"changes"})
    CURE = BY_AMENDMENT
    LABEL = ("修订方案", "Amend the plan")
    CAPACITIES = COMMITTEE
    REASON_DUE = True
    EXAMPLE = {
        "batch": "2024-second",
        "changes": {"tiers.three.target": 4},
        "resolution": "r-0000000000000000",
    }

    batch: BatchId
    changes: dict[str, Any]
    resolution: ResolutionId

    @classmethod
    def types(cls, data: Mapping[str, Any], known: Facts | None) -> Mapping[str, Any]:
        """What is set anew has the form that the plan's file gives it."""
        changes = data.get("changes")
        keys = changes if isinstance(changes, Mapping) else ()
        return {
            **super().types(data, known),
            "changes": {key: reduce(type_under, key.split("."), Plan) for key in keys},
        }

    def decide(self, desk: Desk) -> Iterator[Happening]:
        plan = desk.plan(self.batch)
        desk.passed(self.batch, self.resolution, matter="plan", batch=self.batch)
        if moved := sorted(key for key in self.changes if key.partition(".")[0] == "windows"):
            raise Refusal(
                "W",
                f"时间安排（{'、'.join(moved)}）用调整（reschedule-step）更改，不用修订。",
                f"A window ({', '.join(moved)}) is moved by reschedule-step, not by an amendment.",
            )
        self._check_apart()
        after = plan.amended(self.changes)
        if after == plan:
            return
        _check_given(self.changes, plan, after)
        ground = Ground(self.batch, self.batch, self.resolution)
        if after.cycle != plan.cycle:
            check_windows(after)
            judge_cycle(desk, after, self._usual(desk), ground)
        self._judge_places(desk, plan, after, ground)
        self._check_later(desk, after)
        yield Happening(self.batch, PlanAmended(batch=self.batch, changes=self.changes, resolution=self.resolution))

    def _check_apart(self) -> None:
        """No key lies inside another: which of two values counts is not left to their order."""
        for key in self.changes:
            if inside := sorted(other for other in self.changes if other.startswith(f"{key}.")):
                raise Malformed(
                    f"“{inside[0]}”已包含在“{key}”中，只写一处。", f"{inside[0]} lies inside {key}: set one."
                )

    def _usual(self, desk: Desk) -> int:
        """The usual length of a cycle as it was published: an amendment does not make its own length usual."""
        published = desk.facts.one(self.batch, PlanPublished)
        assert published is not None, "a plan is in force"
        return published.value.plan.cycle.usual_months

    def _check_later(self, desk: Desk, plan: Plan) -> None:
        """Amendments of later days, which are on record already, still fit the plan that this one leaves."""
        for row in desk.latest.all(self.batch, PlanAmended):
            if row.since <= desk.day:
                continue
            try:
                plan = plan.amended(row.value.changes)
            except TiduiError as error:
                raise Refusal(
                    "R1",
                    f"{row.since} 的修订（@{row.source}）与此不能并存：{error.zh}",
                    f"The amendment of {row.since} (@{row.source}) does not go with it: {error.en}",
                ) from error

    def _judge_places(self, desk: Desk, plan: Plan, after: Plan, ground: Ground) -> None:
        """The places that are taken from the day on, where the plan covers fewer of them than before."""
        for code, tier in plan.tiers.items():
            fewer = after.places_with_reason < plan.places_with_reason or after.tier(code).target < tier.target
            if fewer:
                desk.judge(after.judge_places(code, most_taken(desk, self.batch, code), desk.day), ground)


def _check_given(changes: Mapping[str, Any], before: Plan, after: Plan) -> None:
    """Refuse an amendment that was read as something else than it was written as (`true` as 1, "4" as 4), and one of
    the days on which the plan was issued and published.
    """
    if (after.issued_on, after.published_on) != (before.issued_on, before.published_on):
        raise Refusal(
            "R1",
            "方案印发和公布的日期不能修订。",
            "The days on which a plan was issued and published are not amended.",
        )
    for dotted, value in changes.items():
        became: Any = after.model_dump(mode="json")
        for step in dotted.split("."):
            became = became[step]
        if not _same(value, became):
            raise Malformed(
                f"“{dotted}”的值类型不对，应写作 {json.dumps(became, ensure_ascii=False)}。",
                f"{dotted} is of another type.",
            )


def _same(value: Any, became: Any) -> bool:
    if isinstance(value, Mapping):
        return isinstance(became, Mapping) and all(_same(one, became.get(key)) for key, one in value.items())
    if isinstance(value, list | tuple):
        pairs = zip(value, became, strict=False)
        return isinstance(became, list | tuple) and len(value) == len(became) and all(_same(*pair) for pair in pairs)
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (value, became))
    return value == became and (numbers or type(value) is type(became))
