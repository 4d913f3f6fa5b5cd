"""培养登记表: the membership, what was done to grow the trainee (M2-M4), and how it came out (D2, E2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar

from domain import school
from domain.events.base import Value
from domain.events.cycle_end import CycleAssessed, OutcomeDecided, PromotionRecorded
from domain.events.disqualification import (
    AppealDecided,
    AppealLodged,
    DecisionNotified,
    DisqualificationDecided,
    DisqualificationRevoked,
)
from domain.events.membership import MembershipEnded
from domain.facts import Row
from domain.language import EndCause, Status
from projections.parts.field import Field, label, named_in, sources
from projections.parts.measures import MeasureEntry, measures
from projections.parts.resolved import Resolved, resolved
from projections.shape import Shape
from projections.trainee import Trainee

V = TypeVar("V", bound=Value)


class Suspension(Field):
    """Time in which the membership was suspended, until it was resumed or ended; no end while it is."""

    text: str | None
    start: date
    end: date | None


class MembershipEntry(Field):
    """The membership. `until` is the planned end, `ended_on` the first day off the roster."""

    tier: str
    tier_label: str
    origin: str
    origin_label: str
    since: date
    until: date
    status: str
    status_label: str
    cause: str | None
    cause_label: str | None
    ended_on: date | None
    resolution: str
    resolved: Resolved | None
    suspensions: list[Suspension]


class Overtaken(Field):
    """What a record of the end stands beside when the membership had ended otherwise before (S5)."""

    overtaken: str | None
    overtaken_label: str | None
    overtaken_on: date | None


class OutcomeEntry(Overtaken):
    """What was decided at the end of a term, with the assessment it rests on."""

    outcome: str
    on: date
    text: str | None
    resolution: str
    resolved: Resolved | None
    to_tier: str | None
    to_tier_label: str | None
    to_batch: str | None
    to_batch_label: str | None
    extended_to: date | None


class PromotionEntry(Overtaken):
    """The appointment that followed."""

    text: str | None
    on: date


class DecisionEntry(Field):
    """A step of a disqualification as the person was told of it."""

    text: str | None
    on: date
    resolution: str | None
    resolved: Resolved | None


class TrainingRegister(Shape):
    """The register as it stands on the day; no membership for somebody who was only nominated."""

    membership: MembershipEntry | None
    measures: list[MeasureEntry]
    outcome: OutcomeEntry | None
    earlier_outcomes: list[OutcomeEntry]
    promotion: PromotionEntry | None
    decisions: list[DecisionEntry]


def training_register(trainee: Trainee) -> TrainingRegister:
    """Membership, measures, outcome and, where there was one, the course of a disqualification."""
    outcomes = list(_outcomes(trainee))
    return TrainingRegister(
        membership=_membership(trainee),
        measures=measures(trainee),
        outcome=outcomes[-1] if outcomes else None,
        earlier_outcomes=outcomes[:-1],
        promotion=_promotion(trainee),
        decisions=sorted(_decisions(trainee), key=lambda decision: (decision.on, decision.source)),
    )


def _membership(trainee: Trainee) -> MembershipEntry | None:
    member = trainee.member
    if member is None:
        return None
    return MembershipEntry(
        value=member.membership,
        label=label("field", "membership"),
        tier=member.tier,
        tier_label=named_in(trainee.plan.tiers, member.tier),
        origin=member.origin,
        origin_label=label("origin", member.origin),
        since=member.since,
        until=member.ends_on,
        status=member.status,
        status_label=label("status", member.status),
        cause=member.cause,
        cause_label=label("end_cause", member.cause) if member.cause else None,
        ended_on=member.status_since if member.status is Status.ENDED else None,
        resolution=member.resolution,
        resolved=resolved(trainee.moment, trainee.person, member.resolution),
        suspensions=list(_suspensions(trainee)),
        source=member.started_source,
        sources=sources(status=member.source, cause=member.source, ended_on=member.source, until=member.term_source),
    )


def _suspensions(trainee: Trainee) -> Iterator[Suspension]:
    for row, resumed in trainee.suspensions():
        ends = [one for one in trainee.of_batch(MembershipEnded) if one.value.effective_on >= row.since]
        ended = min(ends, key=lambda one: (one.value.effective_on, one.origin), default=None)
        end = resumed.since if resumed else ended.value.effective_on if ended else None
        yield Suspension(
            value="suspended",
            label=label("status", "suspended"),
            text=row.value.text or trainee.envelope(row).body.reason,
            start=row.since,
            end=end,
            source=row.source,
            sources=sources(end=resumed.source if resumed else ended.source if ended else None),
        )


def _outcomes(trainee: Trainee) -> Iterator[OutcomeEntry]:
    if trainee.member is None:
        return
    assessed = trainee.facts.one(trainee.person, CycleAssessed, trainee.member.membership)
    for row in trainee.of_batch(OutcomeDecided):
        decided = row.value
        if decided.membership != trainee.member.membership:
            continue
        yield OutcomeEntry(
            value=decided.outcome,
            label=label("outcome", decided.outcome),
            outcome=decided.outcome,
            on=row.since,
            text=assessed.value.text if assessed else None,
            resolution=decided.resolution,
            resolved=resolved(trainee.moment, trainee.person, decided.resolution),
            to_tier=decided.to_tier,
            to_tier_label=named_in(trainee.plan.tiers, decided.to_tier) if decided.to_tier else None,
            to_batch=decided.to_batch,
            to_batch_label=_batch_label(trainee, decided.to_batch),
            extended_to=decided.extended_to,
            source=row.source,
            **_overtaken(
                trainee.member,
                overtaken=school.overtaken(trainee.member, row),
                text=assessed.source if assessed else None,
            ),
        )


def _overtaken(member: school.Member, *, overtaken: bool, text: int | None = None) -> dict[str, Any]:
    """The end that came first, where it overtook the record."""
    ended = member if overtaken else None
    cause = ended.cause if ended else None
    return {
        "overtaken": cause,
        "overtaken_label": label("end_cause", cause) if cause else None,
        "overtaken_on": ended.status_since if ended else None,
        "sources": sources(
            text=text, overtaken=ended.source if ended else None, overtaken_on=ended.source if ended else None
        ),
    }


def _batch_label(trainee: Trainee, batch: str | None) -> str | None:
    plan = trainee.moment.plan(batch) if batch else None
    return plan.name if plan else batch


def _promotion(trainee: Trainee) -> PromotionEntry | None:
    member = trainee.member
    recorded = trainee.facts.one(trainee.person, PromotionRecorded, member.membership) if member else None
    if member is None or recorded is None:
        return None
    return PromotionEntry(
        value=recorded.value.post,
        label=label("event", recorded.value.KIND),
        text=recorded.value.text,
        on=recorded.since,
        source=recorded.source,
        **_overtaken(member, overtaken=not member.active and member.cause is not EndCause.PROMOTED),
    )


def _decisions(trainee: Trainee) -> Iterator[DecisionEntry]:
    for decided in trainee.of_batch(DisqualificationDecided):
        ground = decided.value.ground
        named = named_in(trainee.plan.grounds, ground)
        text = f"{decided.value.other or named}：{decided.value.facts_found}"
        yield _decision(trainee, decided, ground, text, decided.value.resolution)
    for notified in trainee.of_batch(DecisionNotified):
        yield _decision(trainee, notified)
    for lodged in trainee.of_batch(AppealLodged):
        yield _decision(trainee, lodged, text=lodged.value.text)
    for settled in trainee.of_batch(AppealDecided):
        yield _decision(trainee, settled, settled.value.upheld, settled.value.text, settled.value.resolution)
    for revoked in trainee.of_batch(DisqualificationRevoked):
        yield _decision(trainee, revoked, resolution=revoked.value.resolution)


def _decision(
    trainee: Trainee,
    row: Row[V],
    value: str | bool | None = None,
    text: str | None = None,
    resolution: str | None = None,
) -> DecisionEntry:
    return DecisionEntry(
        value=value,
        label=label("event", row.value.KIND),
        text=text,
        on=row.since,
        resolution=resolution,
        resolved=resolved(trainee.moment, trainee.person, resolution),
        source=row.source,
    )
