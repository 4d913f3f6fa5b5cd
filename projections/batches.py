"""Which batches there are, how far each has come; and the plan in force of one, with its amendments (R1, O3)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from domain import school
from domain.events.base import SCHOOL
from domain.events.batch import BatchClosed, KnownBatch, PlanAmended, PlanPublished
from domain.events.membership import SEAT
from domain.facts import Row
from domain.glossary import label
from domain.language import BatchPhase
from domain.plan import Plan
from projections.moment import Moment
from projections.shape import Shape, View, answered, canonical


class BatchLine(Shape):
    """A batch with its cycle. `last_day` is the last day of its last membership, extensions included."""

    batch: str
    name: str
    name_en: str
    starts_on: date
    ends_on: date
    last_day: date
    phase: BatchPhase
    phase_label: str
    phase_label_en: str
    target: int
    active: int
    source: int


class Batches(View):
    """Every batch with a published plan, the latest cycle last."""

    batches: tuple[BatchLine, ...]


class OneBatch(View, BatchLine):
    """One batch."""


class Amendment(Shape):
    """An amendment that stands: dotted keys of the plan with their new values."""

    on: date
    changes: dict[str, Any]
    reason: str | None
    document: str | None
    resolution: str
    source: int


class PlanInForce(View):
    """The plan of a batch as it holds at the moment. `digest` is the file's SHA-256 until an amendment, then that
    of the digest before it and the amendment's changes as canonical JSON (RFC 8785), one after another.
    """

    batch: str
    published_on: date
    document: str | None
    file_sha256: str
    digest: str
    plan: Plan
    amendments: tuple[Amendment, ...]
    source: int


def batches(moment: Moment) -> Batches:
    """All batches whose plan was published by the day."""
    known = sorted(moment.facts.all(SCHOOL, KnownBatch), key=lambda row: (row.value.starts_on, row.key))
    moment.facts.read_ahead([row.key for row in known], PlanPublished, PlanAmended, *SEAT)
    lines = tuple(_line(moment, row.key, plan) for row in known if (plan := moment.plan(row.key)))
    return Batches(batches=lines, **answered(moment))


def one_batch(moment: Moment, asked: str) -> OneBatch:
    """One batch; Unknown where no plan of it was published by the moment."""
    line = _line(moment, asked, school.plan_in_force(moment.facts, asked))
    return OneBatch(**line.model_dump(), **answered(moment))


def plan_in_force(moment: Moment, asked: str) -> PlanInForce:
    """The plan; Unknown where none was published by the moment."""
    plan = school.plan_in_force(moment.facts, asked)
    published = moment.facts.one(asked, PlanPublished)
    assert published
    amendments = moment.facts.all(asked, PlanAmended)
    return PlanInForce(
        batch=asked,
        published_on=published.since,
        document=_envelope(moment, published).document,
        file_sha256=published.value.file_sha256,
        digest=_digest(published.value.file_sha256, amendments),
        plan=plan,
        amendments=tuple(_amendment(moment, row) for row in amendments),
        source=published.source,
        **answered(moment),
    )


def _line(moment: Moment, key: str, plan: Plan) -> BatchLine:
    active = [member for member in school.members(moment.facts, key) if member.active]
    last_day = max([plan.cycle.ends_on, *(member.ends_on for member in active)])
    phase = _phase(moment, key, plan, last_day)
    published = moment.facts.one(key, PlanPublished)
    assert published
    return BatchLine(
        batch=key,
        name=plan.name,
        name_en=plan.name_en,
        starts_on=plan.cycle.starts_on,
        ends_on=plan.cycle.ends_on,
        last_day=last_day,
        phase=phase,
        phase_label=label(phase).zh,
        phase_label_en=label(phase).en,
        target=sum(tier.target for tier in plan.tiers.values()),
        active=len(active),
        source=published.source,
    )


def _phase(moment: Moment, key: str, plan: Plan, last_day: date) -> BatchPhase:
    if moment.facts.all(key, BatchClosed):
        return BatchPhase.CLOSED
    if moment.as_of < plan.cycle.starts_on:
        return BatchPhase.SELECTING
    return BatchPhase.TRAINING if moment.as_of <= last_day else BatchPhase.CONCLUDING


def _digest(file_sha256: str, amendments: Sequence[Row[PlanAmended]]) -> str:
    digest = file_sha256
    for row in amendments:
        digest = hashlib.sha256(digest.encode() + b"\n" + canonical(row.value.changes)).hexdigest()
    return digest


def _amendment(moment: Moment, row: Row[PlanAmended]) -> Amendment:
    body = _envelope(moment, row)
    return Amendment(
        on=row.since,
        changes=row.value.changes,
        reason=body.reason,
        document=body.document,
        resolution=row.value.resolution,
        source=row.source,
    )


def _envelope(moment: Moment, row: Row[Any]) -> Any:
    standing = moment.standing(row.origin)
    assert standing
    return standing.body
