"""选拔记录: who was nominated by whom, assessed, shortlisted, voted on, admitted or not, round by round (R2-R4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from domain import school
from domain.events.base import INITIAL_ROUND
from domain.events.membership import SEAT
from domain.events.selection import BallotHeld, Entrant
from domain.events.vacancy import MotionRaised
from domain.facts import Row
from domain.language import Finding, Origin, Verdict
from domain.plan import Named, Plan
from domain.rules import favourable
from projections.moment import Moment
from projections.names import Order
from projections.parts.candidacy import KINDS, Candidacy, candidacy
from projections.parts.field import Field, label, named_in
from projections.shape import Shape, View, answered
from projections.trainee import Trainee

_WEIGHT = list(Verdict)


class BallotEntry(Field):
    """The counts of a nomination ballot; `value` is where it was held."""

    on: date
    expected: int
    present: int
    issued: int
    returned: int
    valid: int
    invalid: int


class Candidate(Shape):
    """One person's way through a round, in short and in full. `stage` is how far it led."""

    person_id: str
    name: str
    tier: str
    tier_label: str
    tier_label_en: str
    stage: str
    stage_label: str
    nominated_by: list[str]
    nominated_by_en: list[str]
    withdrawn: bool
    agree: int | None
    eligibility: str | None
    eligibility_label: str | None
    conduct: dict[Finding, int]
    assessed_on: date | None
    shortlisted_on: date | None
    voted_on: date | None
    result: str | None
    result_label: str | None
    admitted_on: date | None
    membership: str | None
    candidacy: Candidacy


class Round(Shape):
    """The first selection, or the one that a motion opened."""

    round: str
    label: str
    ballots: list[BallotEntry]
    candidates: list[Candidate]


class SelectionRecord(View):
    """All rounds of a batch, or one."""

    batch: str | None
    rounds: list[Round]


def selection(
    moment: Moment, batch: str | None = None, round: str | None = None, order: Order = Order.STROKES
) -> SelectionRecord:
    """The record of a batch's rounds in their order, also of those whose nomination was taken back."""
    batch = moment.batch(batch)
    plan = moment.plan(batch) if batch else None
    if batch is None or plan is None:
        return SelectionRecord(batch=batch, rounds=[], **answered(moment))
    people: dict[str, dict[str, None]] = {}
    for row in moment.facts.all(batch, Entrant):
        people.setdefault(row.key.partition("/")[0], {})[row.value.person] = None
    turns = [turn for turn in people if round in (None, turn)]
    rounds = [_round(moment, batch, plan, turn, list(people[turn]), order) for turn in turns]
    return SelectionRecord(batch=batch, rounds=rounds, **answered(moment))


def _round(moment: Moment, batch: str, plan: Plan, turn: str, people: list[str], order: Order) -> Round:
    ballots = [row for row in moment.facts.all(batch, BallotHeld) if row.value.round == turn]
    moment.facts.read_ahead(people, *KINDS, *SEAT)
    candidates = [_candidate(_entrant(moment, batch, plan, person), turn) for person in people]
    place = {tier: rank for rank, tier in enumerate(plan.tiers)}
    return Round(
        round=turn,
        label=_round_label(moment, batch, turn),
        ballots=[_ballot(row) for row in ballots],
        candidates=sorted(candidates, key=lambda c: (place.get(c.tier, len(place)), order.key(c.name))),
    )


def _round_label(moment: Moment, batch: str, turn: str) -> str:
    if turn == INITIAL_ROUND:
        return label("origin", Origin.INITIAL)
    motion = moment.facts.one(batch, MotionRaised, turn)
    return (
        f"{label('origin', Origin.SUPPLEMENT)}（{motion.since}动议）" if motion else label("origin", Origin.SUPPLEMENT)
    )


def _ballot(row: Row[BallotHeld]) -> BallotEntry:
    counts = row.value.model_dump(exclude={"record", "batch", "round", "meeting"})
    return BallotEntry(
        value=row.value.meeting, label=label("event", BallotHeld.KIND), on=row.since, source=row.source, **counts
    )


def _entrant(moment: Moment, batch: str, plan: Plan, person: str) -> Trainee:
    places = [member for member in school.members(moment.facts, person) if member.batch == batch]
    return Trainee(moment, person, batch, plan, places[-1] if places else None)


def _candidate(entrant: Trainee, turn: str) -> Candidate:
    course = candidacy(entrant, turn)
    tier = _tier(course)
    votes, member = course.votes, entrant.member
    admitted = member if member and votes and member.resolution == votes.resolution else None
    worst = max((Verdict(rule.verdict) for rule in favourable(course.eligibility)), key=_WEIGHT.index, default=None)
    stage = "admitted" if admitted else _stage(course)
    return Candidate(
        person_id=entrant.person,
        name=entrant.name,
        tier=tier,
        tier_label=named_in(entrant.plan.tiers, tier),
        tier_label_en=entrant.plan.tiers[tier].label_en if tier in entrant.plan.tiers else tier,
        stage=stage,
        stage_label=label("selection_stage", stage),
        nominated_by=["：".join(named) for named in _nominators(course, {})],
        nominated_by_en=[": ".join(named) for named in _nominators(course, entrant.plan.sources)],
        withdrawn=_withdrawn(course),
        agree=course.ballot.agree if course.ballot else None,
        eligibility=worst,
        eligibility_label=label("verdict", worst) if worst else None,
        conduct=dict(Counter(Finding(condition.verdict) for condition in course.conduct)),
        assessed_on=course.conclusion.on if course.conclusion else None,
        shortlisted_on=course.shortlist.on if course.shortlist else None,
        voted_on=votes.meeting_on if votes else None,
        result=votes.result if votes else None,
        result_label=votes.result_label if votes else None,
        admitted_on=admitted.since if admitted else None,
        membership=admitted.membership if admitted else None,
        candidacy=course,
    )


def _tier(course: Candidacy) -> str:
    """The tier last settled on: by the shortlist, the assessment, or the nomination."""
    settled = course.shortlist or course.conclusion
    return str(settled.value) if settled else course.nominations[-1].tier


def _nominators(course: Candidacy, in_english: Mapping[str, Named]) -> Iterator[list[str]]:
    """The source of each nomination that stands, and who made it."""
    for one in course.nominations:
        if one.withdrawn_on is None:
            named = in_english.get(str(one.value))
            yield [said for said in (named.label_en if named else one.source_label, one.nominator) if said]


def _withdrawn(course: Candidacy) -> bool:
    return all(one.withdrawn_on is not None for one in course.nominations)


def _stage(course: Candidacy) -> str:
    """How far somebody came who was not admitted."""
    if course.votes:
        return course.votes.result
    if _withdrawn(course):
        return "withdrawn"
    if course.shortlist:
        return "shortlisted"
    return "assessed" if course.conclusion else "nominated"
