"""The published plan as frozen data. Everything that another school or batch would change is in its TOML file."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from domain.entry import Reading, days_out_of_range, hints
from domain.errors import Malformed, Refusal, Unknown
from domain.language import Clause, Code, Line, Measure, Step, add_months
from domain.malformed import malformed
from domain.rules import AgeRule, Judgement, judge_places

T = TypeVar("T")
Positive = Annotated[int, Field(ge=1, le=1000)]
Months = Annotated[int, Field(ge=1, le=600)]
Days = Annotated[int, Field(ge=0, le=366)]


class Part(BaseModel):
    """Frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Part):
    """A code of the plan with its two labels."""

    label: Line
    label_en: Line


class Post(Named):
    """A post; other names of the same post are aliases."""

    aliases: tuple[Line, ...] = ()


class Source(Named):
    """Who nominates: the nominee (self), a person, a unit, or something explained (other)."""

    by: Literal["self", "person", "unit", "other"]


class Tier(Named):
    """One of the tiers: how many, for when, of what age, by which training."""

    clause: Clause
    target: Positive
    horizon: Line
    horizon_en: Line
    age: AgeRule
    experience_any_of: tuple[Code, ...] = ()
    measure: Measure
    next_tier: Code | None = None


class Cycle(Part):
    """From the committee's day for some months, the last day included. An unusual length is an exception (O3)."""

    starts_on: date
    months: Months
    usual_months: Months

    @property
    def ends_on(self) -> date:
        """The planned last day."""
        return add_months(self.starts_on, self.months) - timedelta(days=1)


class Window(Named):
    """From one day to another, both included."""

    starts_on: date
    ends_on: date


class Committee(Part):
    """How the Party committee decides (R4)."""

    quorum_share: tuple[Positive, Positive]
    announce_within_days: Days
    majority_of_entitled: Literal["more_than_half"] | tuple[Positive, Positive]
    admit_within_months: Months = 6

    def quorum(self, members: int) -> int:
        """The least number of members at the table, the recused counted."""
        above, below = self.quorum_share
        return -(-members * above // below)

    def majority(self, agree: int, entitled: int) -> bool:
        """Whether so many of those entitled are enough: more than half, or the plan's share of them."""
        if self.majority_of_entitled == "more_than_half":
            return 2 * agree > entitled
        above, below = self.majority_of_entitled
        return agree > 0 and agree * below >= above * entitled

    def contradictions(self) -> Iterator[str]:
        """Shares that nothing can meet, or that are none."""
        if self.quorum_share[0] > self.quorum_share[1]:
            yield "committee.quorum_share: is more than everybody"
        if self.majority_of_entitled == "more_than_half":
            return
        above, below = self.majority_of_entitled
        if not below < 2 * above <= 2 * below:
            yield "committee.majority_of_entitled: is no more than half, or more than everybody"


class Notice(Part):
    """公示 before a membership starts."""

    required: bool
    working_days: Days


class LeadingGroup(Part):
    """Whose post the chair must hold (O1)."""

    chair_post: Code


class Review(Part):
    """The numbers of the yearly evaluation (E1)."""

    deferred_within_months: Months
    graded_from_months: Months
    confirmed_from_days: Days = 30
    termination_within_days: Days = 30


class CycleEnd(Part):
    """The numbers of the end (E2)."""

    decided_from_months: Months
    extension_months: Months
    extensions: Positive


class Training(Part):
    """What each measure demands (M1-M4)."""

    areas: dict[Code, Named]
    departments: Positive
    pairing_within_days: Days
    requirement_within_days: Days
    mentor_posts: tuple[Code, ...]
    guides: dict[Code, Named]
    practice: dict[Code, Named]


class Structure(Part):
    """How the structure panel groups ages: up to each of these years, and beyond the last (P0)."""

    age_bands: tuple[Positive, ...] = (30, 35, 40, 45, 50)

    def bands(self) -> list[tuple[int, int | None]]:
        """First and last year of each band; the last one is open."""
        firsts = [0, *(years + 1 for years in self.age_bands)]
        return list(zip(firsts, [*self.age_bands, None], strict=True))


class Form(Named):
    """A part of the dossier that is filed: within days of joining, or by the end of each training year."""

    due: Literal["joining", "year"]
    within_days: Days | None = None

    @model_validator(mode="after")
    def _days_after_joining(self) -> Self:
        if (self.due == "joining") != (self.within_days is not None):
            raise ValueError("within_days is given for what is due after joining, and for nothing else")
        return self


class Plan(Part):
    """One batch's plan in force."""

    batch: Annotated[str, Field(pattern=r"^[0-9]{4}-[a-z0-9-]{1,40}$")]
    name: Line
    name_en: Line
    school: Line
    school_en: Line
    committee_name: Line
    committee_name_en: Line
    issued_on: date
    published_on: date
    cycle: Cycle
    tiers: dict[Code, Tier]
    places_with_reason: Annotated[int, Field(ge=0, le=10)]
    windows: dict[Step, Window]
    posts: dict[Code, Post]
    sources: dict[Code, Source]
    conditions: dict[Line, Named]
    preferred_experience: tuple[Code, ...]
    grounds: dict[Code, Named]
    impact_and_loss_ground: Code
    late_after_days: Days
    leading_group: LeadingGroup
    committee: Committee
    notice: Notice
    review: Review
    cycle_end: CycleEnd
    training: Training
    forms: dict[Code, Form]
    structure: Structure = Structure()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*_contradictions(self), *_descents(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def tier(self, code: str) -> Tier:
        """The tier of a code, or a clear error."""
        return pick(self.tiers, code, "梯队", "tier")

    def judge_places(self, code: str, after: int, on: date) -> Judgement:
        """So many places taken in a tier, against its target."""
        tier = self.tier(code)
        return judge_places(tier.clause, after=after, target=tier.target, with_reason=self.places_with_reason, on=on)

    def above(self, code: str) -> Iterator[str]:
        """The tiers above one, the next first."""
        higher = self.tier(code).next_tier
        while higher is not None:
            yield higher
            higher = self.tiers[higher].next_tier

    def year_of(self, day: date) -> int:
        """The training year a day falls in, named by the calendar year in which it begins (E1)."""
        return day.year - (day < self.year_bounds(day.year)[0])

    def year_bounds(self, year: int) -> tuple[date, date]:
        """First and last day of a training year."""
        start = self.cycle.starts_on
        first = add_months(start, 12 * (year - start.year))
        return first, add_months(start, 12 * (year + 1 - start.year)) - timedelta(days=1)

    def years(self, until: date | None = None) -> range:
        """The training years from the cycle's start to its end, or to a later day for an extended member."""
        return range(self.cycle.starts_on.year, self.year_of(until or self.cycle.ends_on) + 1)

    @cached_property
    def in_english(self) -> dict[str, str]:
        """The plan's own words in English, each by the Chinese one."""
        return dict(_worded(self.model_dump()))

    def amended(self, changes: Mapping[str, Any]) -> Plan:
        """The plan with dotted keys set anew; the whole must stay consistent.

        A key must exist, or be a new entry of a table: `grounds.bullying`.
        """
        key = json.dumps(changes, sort_keys=True, default=str)
        if key not in self._amended:
            self._amended[key] = self._with(changes)
        return self._amended[key]

    @cached_property
    def _amended(self) -> dict[str, Plan]:
        """What amendments came to before: every decision asks again for the plan in force."""
        return {}

    def _keeps_its_tiers(self, after: Plan) -> None:
        if gone := set(self.tiers) - set(after.tiers):
            codes = sorted(gone)
            raise Refusal("R1", f"梯队不能取消：{'、'.join(codes)}。", f"Tiers are not taken away: {', '.join(codes)}.")

    def _with(self, changes: Mapping[str, Any]) -> Plan:
        content = self.model_dump(mode="json")
        for dotted, value in changes.items():
            at: Any = content
            *path, last = dotted.split(".")
            part: Any = self
            for step in path:
                at = at.get(step) if isinstance(at, dict) else None
                part = part.get(step) if isinstance(part, dict) else getattr(part, step, None)
            if not isinstance(at, dict) or (last not in at and not isinstance(part, dict)):
                raise Malformed(f"计划中没有“{dotted}”这一项。", f"The plan has no key {dotted}.")
            at[last] = value
        after = validated(content)
        self._keeps_its_tiers(after)
        if (after.batch, after.cycle.starts_on) != (self.batch, self.cycle.starts_on):
            raise Refusal("R1", "批次和周期起始日不能修订。", "The batch and the start of its cycle are not amended.")
        return after


def _worded(part: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in part.items():
        if isinstance(value, dict):
            yield from _worded(value)
        elif f"{key}_en" in part:
            yield value, part[f"{key}_en"]


def pick(codes: Mapping[str, T], code: str, zh: str, en: str) -> T:
    """The entry of a code, or an error that lists the known ones."""
    if code not in codes:
        raise Unknown(
            f"计划中没有{zh}“{code}”，可用：{'、'.join(codes)}。",
            f"The plan has no {en} {code}. Known: {', '.join(codes)}.",
        )
    return codes[code]


def validated(content: Mapping[str, Any]) -> Plan:
    """A plan from plain data; every problem is named by its key."""
    try:
        return Plan.model_validate(content)
    except ValidationError as error:
        found = malformed({**one, "loc": one["loc"] or ("plan",)} for one in error.errors())
        zh, en = found.zh.partition("：")[2].replace("；", "\n"), found.en.partition(": ")[2].replace("; ", "\n")
        count = len(en.splitlines())
        raise Malformed(f"计划文件有 {count} 处问题：\n{zh}", f"The plan has {count} problems:\n{en}") from error


def read_plan(content: bytes) -> tuple[Plan, str]:
    """A plan from the bytes of a TOML file, its texts in their one form, with the SHA-256 of the bytes."""
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Malformed(f"计划文件不是有效的 TOML：{error}", f"The plan is not valid TOML: {error}") from error
    plan = validated(Reading().read(hints(Plan), data))
    if problems := [found for name, value in plan for found in days_out_of_range(value, name)]:
        raise malformed(problems)
    return plan, hashlib.sha256(content).hexdigest()


def shipped_plan() -> bytes:
    """The plan of the 2024 second batch that comes with the software."""
    return resources.files("domain").joinpath("plans", "2024-second.toml").read_bytes()


def read_plan_file(path: Path) -> tuple[Plan, str]:
    """Like `read_plan`, from a path; `2024-second` alone means the plan that is shipped."""
    if str(path) == "2024-second":
        return read_plan(shipped_plan())
    try:
        return read_plan(path.read_bytes())
    except OSError as error:
        raise Unknown(f"读不到计划文件 {path}：{error.strerror}", f"Cannot read {path}: {error.strerror}") from error


def _contradictions(plan: Plan) -> list[str]:
    """Rules of the plan that cannot hold together, each with its key."""
    found: list[str] = []
    if plan.published_on < plan.issued_on:
        found.append("published_on: lies before issued_on")
    for code, tier in plan.tiers.items():
        if tier.age.kind == "around" and tier.age.caution < tier.age.free:
            found.append(f"tiers.{code}.age.caution: is narrower than the free band")
        found += [
            f"tiers.{code}.experience_any_of: unknown post {post}"
            for post in tier.experience_any_of
            if post not in plan.posts
        ]
        if tier.next_tier is not None and tier.next_tier not in plan.tiers:
            found.append(f"tiers.{code}.next_tier: unknown tier {tier.next_tier}")
        elif _goes_round(plan, code):
            found.append(f"tiers.{code}.next_tier: the tiers lead round in a circle")
    missing = [step.value for step in Step if step not in plan.windows]
    found += [f"windows.{step}: is missing" for step in missing]
    windows = [(step, plan.windows[step]) for step in Step if step in plan.windows]
    found += [f"windows.{step}: ends before it starts" for step, window in windows if window.ends_on < window.starts_on]
    found += [
        f"windows.{step}: starts before {earlier}"
        for (earlier, before), (step, window) in pairwise(windows)
        if window.starts_on < before.starts_on
    ]
    found += plan.committee.contradictions()
    if plan.leading_group.chair_post not in plan.posts:
        found.append(f"leading_group.chair_post: unknown post {plan.leading_group.chair_post}")
    if plan.impact_and_loss_ground not in plan.grounds:
        found.append(f"impact_and_loss_ground: unknown ground {plan.impact_and_loss_ground}")
    for key, posts in (
        ("preferred_experience", plan.preferred_experience),
        ("training.mentor_posts", plan.training.mentor_posts),
    ):
        found += [f"{key}: unknown post {post}" for post in posts if post not in plan.posts]
    return found


def _descents(plan: Plan) -> Iterator[str]:
    if any(above <= below for below, above in pairwise(plan.structure.age_bands)):
        yield "structure.age_bands: do not ascend"


def _goes_round(plan: Plan, code: str) -> bool:
    seen, at = {code}, plan.tiers[code].next_tier
    while at is not None and at in plan.tiers:
        if at in seen:
            return True
        seen.add(at)
        at = plan.tiers[at].next_tier
    return False
