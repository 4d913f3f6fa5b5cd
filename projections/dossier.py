"""培养档案 (D1): everything on record of one person in one batch, each field with the event it comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.plan import Plan
from projections.exceptions import ExceptionEntry, exceptions_of
from projections.moment import Moment
from projections.parts.candidacy import Candidacy, candidacy
from projections.parts.corrections import Correction, corrections
from projections.parts.evaluation import YearEntry, years
from projections.parts.information_form import InformationForm, information_form
from projections.parts.materials import Material, materials
from projections.parts.trail import TrailEntry, trail
from projections.parts.training import Training, training
from projections.parts.training_register import TrainingRegister, training_register
from projections.sentences import Teller
from projections.shape import Shape, View, answered, canonical
from projections.trainee import Trainee, trainee

_NOT_CONTENT = {"hash", "position"}


class Cycle(Shape):
    """The batch's cycle, its last day included."""

    start: date
    end: date


class Batch(Shape):
    """The batch that the dossier is about. `in_english` are the plan's own words, by the Chinese one."""

    id: str
    name: str
    name_en: str
    school: str
    committee: str
    committee_en: str
    cycle: Cycle
    in_english: dict[str, str]


class Assessments(Shape):
    """考核考察情况."""

    selection: Candidacy
    years: list[YearEntry]


class Parts(Shape):
    """The five parts of D1."""

    information_form: InformationForm
    training_register: TrainingRegister
    assessments: Assessments
    training: Training
    materials: list[Material]


class Dossier(View):
    """The whole. `hash` covers all of it but itself and the head of the log, so only what concerns it changes it."""

    person_id: str
    name: str
    batch: Batch
    tier: str | None
    tier_label: str | None
    tier_horizon: str | None
    number: str | None
    status: str | None
    origin: str | None
    practice: bool
    hash: str
    photo: str | None
    parts: Parts
    exceptions: list[ExceptionEntry]
    corrections: list[Correction]
    trail: list[TrailEntry]


def dossier(
    moment: Moment, person: str, batch: str | None = None, *, origin: str | None = None, practice: bool = False
) -> Dossier:
    """The dossier of a person; by default in the batch of the latest membership, else of the latest nomination.

    `origin` names the archive it comes from, `practice` says that this is no real one.
    """
    of = trainee(moment, person, batch)
    events, teller = of.events(), Teller(moment)
    member = of.member
    tier = of.plan.tier(member.tier) if member else None
    whole = Dossier(
        person_id=person,
        name=of.name,
        batch=batch_of(of.plan),
        tier=member.tier if member else None,
        tier_label=tier.label if tier else None,
        tier_horizon=tier.horizon if tier else None,
        number=f"{of.batch}/{member.membership}" if member else None,
        status=member.status if member else None,
        origin=origin,
        practice=practice,
        hash="",
        photo=of.registered["photo"].value,
        parts=parts_of(of),
        exceptions=exceptions_of(moment, person, of.batch),
        corrections=corrections(moment, events, teller),
        trail=trail(of, events, teller),
        **answered(moment) | {"rests_on": max(moment.rests_on, teller.rests_on, moment.last_about(person))},
    )
    return whole.model_copy(update={"hash": content_hash(whole.model_dump(mode="json"))})


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of a dossier's canonical JSON (RFC 8785), without its own hash and the head of the log."""
    return hashlib.sha256(canonical({k: v for k, v in content.items() if k not in _NOT_CONTENT})).hexdigest()


def parts_of(of: Trainee) -> Parts:
    """The five parts, each as it stands at the moment."""
    return Parts(
        information_form=information_form(of),
        training_register=training_register(of),
        assessments=Assessments(selection=candidacy(of), years=years(of)),
        training=training(of),
        materials=materials(of),
    )


def batch_of(plan: Plan) -> Batch:
    """What every document says of the batch it is about."""
    return Batch(
        id=plan.batch,
        name=plan.name,
        name_en=plan.name_en,
        school=plan.school,
        committee=plan.committee_name,
        committee_en=plan.committee_name_en,
        cycle=Cycle(start=plan.cycle.starts_on, end=plan.cycle.ends_on),
        in_english=plan.in_english,
    )
