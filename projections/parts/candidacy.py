"""考核考察情况, the selection: how somebody was nominated, assessed and voted on in one round (R2-R4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from domain.events.base import INITIAL_ROUND, Value
from domain.events.committee import MeetingHeld, ResolutionReached
from domain.events.selection import (
    AppraisalCited,
    BallotCounted,
    BallotHeld,
    CandidateNominated,
    CandidateShortlisted,
    ComprehensiveAssessmentCompleted,
    ConductAssessed,
    EligibilityAssessed,
    NominationWithdrawn,
    PreferenceNoted,
    StaffOpinionRecorded,
)
from domain.facts import Row
from domain.language import Component, Matter
from domain.rules import Judgement
from domain.votes import withdrawals
from projections.parts.field import Field, label, named_in, sources
from projections.parts.judged import in_words
from projections.parts.resolved import Resolved, resolved
from projections.shape import Shape
from projections.trainee import Trainee

V = TypeVar("V", bound=Value)

# What a course is read from: who draws those of many fetches them in one look.
KINDS: tuple[type[Value], ...] = (
    AppraisalCited,
    BallotCounted,
    CandidateNominated,
    CandidateShortlisted,
    ComprehensiveAssessmentCompleted,
    ConductAssessed,
    EligibilityAssessed,
    NominationWithdrawn,
    PreferenceNoted,
    ResolutionReached,
    StaffOpinionRecorded,
)


class Nomination(Field):
    """One nomination; `value` is the code of its source."""

    nomination: str
    source_label: str
    nominator: str
    nominator_id: str | None
    tier: str
    statement: str | None
    on: date
    withdrawn_on: date | None


class Ballot(Field):
    """The counts of the ballot, and this person's votes in it."""

    on: date
    meeting: str
    expected: int
    present: int
    issued: int
    returned: int
    valid: int
    invalid: int
    agree: int
    disagree: int
    abstain: int


class Eligibility(Field):
    """One rule of the tier as it was judged; never judged anew."""

    rule: str
    verdict: str
    verdict_label: str
    limit: str
    text: str | None
    limit_text: str | None
    label_en: str
    text_en: str
    judged_label: str
    judged_label_en: str
    on: date


class Conduct(Field):
    """One basic condition; `text` is what it demands."""

    code: str
    text: str
    verdict: str
    verdict_label: str
    evidence: str | None
    assessor: str


class Weighed(Field):
    """One of the four components; a score is optional."""

    kind: str
    text: str
    score: float | None


class Note(Field):
    """A text of a day."""

    text: str | None
    on: date


class Preference(Note):
    """A tie-break between candidates declared equal, with its reason."""

    reason: str | None
    text_en: str


class Votes(Field):
    """The committee's vote on the person."""

    meeting_on: date | None
    present: int | None
    entitled: int
    recused: int | None
    agree: int
    disagree: int
    abstain: int
    result: str
    result_label: str
    resolution: str
    resolved: Resolved | None
    en_bloc: bool


class Candidacy(Shape):
    """Everything of one round about one person."""

    round: str | None
    nominations: list[Nomination]
    ballot: Ballot | None
    eligibility: list[Eligibility]
    conduct: list[Conduct]
    appraisals: list[Note]
    staff_opinions: list[Note]
    components: list[Weighed]
    conclusion: Note | None
    preference: Preference | None
    shortlist: Note | None
    votes: Votes | None


def candidacy(trainee: Trainee, round: str | None = None) -> Candidacy:
    """The person's course through a round; by default the one that led to the membership, else the latest."""
    turn = round or latest_round(trainee)
    course = _Course(trainee, turn or INITIAL_ROUND)
    completed = trainee.facts.one(trainee.person, ComprehensiveAssessmentCompleted, course.key)
    return Candidacy(
        round=turn,
        nominations=list(course.nominations()),
        ballot=course.ballot(),
        eligibility=list(course.eligibility()),
        conduct=list(course.conduct()),
        appraisals=list(course.appraisals()),
        staff_opinions=list(course.staff_opinions()),
        components=list(course.components(completed)),
        conclusion=_note(completed, label("field", "conclusion"), completed.value.tier, completed.value.conclusion)
        if completed
        else None,
        preference=course.preference(),
        shortlist=course.shortlist(),
        votes=course.votes(),
    )


def latest_round(trainee: Trainee) -> str | None:
    """The round whose resolution admitted the person, else the one of the latest nomination."""
    if trainee.member:
        admitted = trainee.facts.one(trainee.person, ResolutionReached, trainee.member.resolution)
        if admitted and admitted.value.round:
            return admitted.value.round
    rounds = [row.value.round for row in trainee.of_batch(CandidateNominated)]
    return rounds[-1] if rounds else None


def _note(row: Row[V], name: str, value: str, text: str | None) -> Note:
    return Note(value=value, label=name, text=text, on=row.since, source=row.source)


@dataclass(frozen=True)
class _Course:
    trainee: Trainee
    round: str

    @property
    def key(self) -> str:
        return f"{self.trainee.batch}/{self.round}"

    def nominations(self) -> Iterator[Nomination]:
        back = withdrawals(self.trainee.facts, self.trainee.person)
        for row in self.trainee.of_batch(CandidateNominated):
            one = row.value
            if one.round != self.round:
                continue
            withdrawn = back.get(row.key)
            named = named_in(self.trainee.plan.sources, one.source)
            nominator = self.trainee.name_of(one.nominator) if one.nominator else None
            yield Nomination(
                value=one.source,
                label=named,
                nomination=one.nomination,
                source_label=named,
                nominator="　".join(filter(None, (one.unit, one.other, nominator))),
                nominator_id=one.nominator,
                tier=one.tier,
                statement=one.statement,
                on=row.since,
                withdrawn_on=withdrawn.since if withdrawn else None,
                source=row.source,
                sources=sources(withdrawn_on=withdrawn.source if withdrawn else None),
            )

    def ballot(self) -> Ballot | None:
        lines = [row for row in self.trainee.of_batch(BallotCounted) if row.value.round == self.round]
        if not lines:
            return None
        line = lines[-1]
        held = self.trainee.facts.one(self.trainee.batch, BallotHeld, line.value.ballot)
        if held is None:
            return None
        counts = held.value.model_dump(exclude={"record", "batch", "round"})
        votes = line.value.model_dump(include={"agree", "disagree", "abstain"})
        return Ballot(
            value=line.value.agree,
            label=label("event", BallotHeld.KIND),
            on=line.since,
            source=line.source,
            sources=dict.fromkeys(counts, held.source),
            **counts,
            **votes,
        )

    def eligibility(self) -> Iterator[Eligibility]:
        """What the rules said: of the admission, else on the day of the vote, else as it was forecast."""
        for source, results in self._judged():
            for result in results:
                yield Eligibility(
                    value=result.value,
                    rule=result.rule,
                    verdict=result.verdict,
                    verdict_label=label("verdict", result.verdict),
                    limit=result.limit,
                    on=result.on,
                    source=source,
                    **in_words(result, self.trainee.moment.plan_on(self.trainee.batch, result.on)),
                )

    def _judged(self) -> list[tuple[int, Sequence[Judgement]]]:
        votes, member = self._admission_votes(), self.trainee.member
        if member and member.results and member.resolution in {row.key for row in votes}:
            return [(member.started_source, member.results)]
        if votes and votes[-1].value.results:
            return [(votes[-1].source, votes[-1].value.results)]
        assessed = self.trainee.of_batch(EligibilityAssessed)
        return [(row.source, row.value.results) for row in assessed if row.value.round == self.round]

    def _admission_votes(self) -> list[Row[ResolutionReached]]:
        return [
            row
            for row in self.trainee.of_batch(ResolutionReached)
            if row.value.matter is Matter.ADMISSION and row.value.round == self.round
        ]

    def conduct(self) -> Iterator[Conduct]:
        row = self.trainee.facts.one(self.trainee.person, ConductAssessed, self.key)
        for condition in row.value.conditions if row else ():
            assert row is not None
            text = named_in(self.trainee.plan.conditions, condition.code)
            yield Conduct(
                value=condition.finding,
                label=text,
                code=condition.code,
                text=text,
                verdict=condition.finding,
                verdict_label=label("finding", condition.finding),
                evidence=condition.evidence,
                assessor=condition.assessor,
                source=row.source,
            )

    def appraisals(self) -> Iterator[Note]:
        for row in self.trainee.of_batch(AppraisalCited):
            name = f"{row.value.year}年度{label('component', Component.APPRAISAL)}"
            yield _note(row, name, row.value.result, row.value.document_text)

    def staff_opinions(self) -> Iterator[Note]:
        for row in self.trainee.of_batch(StaffOpinionRecorded):
            if row.value.round == self.round:
                yield _note(row, label("event", StaffOpinionRecorded.KIND), str(row.value.heard), row.value.text)

    def components(self, completed: Row[ComprehensiveAssessmentCompleted] | None) -> Iterator[Weighed]:
        for weighed in completed.value.components if completed else ():
            assert completed is not None
            text = weighed.text or f"无：{weighed.none_because}"
            yield Weighed(
                value=text,
                label=label("component", weighed.component),
                kind=weighed.component,
                text=text,
                score=weighed.score,
                source=completed.source,
            )

    def preference(self) -> Preference | None:
        noted = [row for row in self.trainee.of_batch(PreferenceNoted) if row.value.round == self.round]
        if not noted:
            return None
        row, found = noted[-1], noted[-1].value
        posts, posts_en = (
            [named_in(self.trainee.plan.posts, code, english=en) for code in found.experience] for en in (False, True)
        )
        typed = [found.other_experience, found.results, found.contribution]
        return Preference(
            value=tuple(self.trainee.name_of(person) for person in found.parity_with),
            label=label("event", PreferenceNoted.KIND),
            text="；".join(filter(None, [*posts, *typed])),
            text_en="; ".join(filter(None, [*posts_en, *typed])),
            on=row.since,
            reason=self.trainee.envelope(row).body.reason,
            source=row.source,
        )

    def shortlist(self) -> Note | None:
        row = self.trainee.facts.one(self.trainee.person, CandidateShortlisted, self.key)
        return _note(row, label("event", CandidateShortlisted.KIND), row.value.tier, row.value.opinion) if row else None

    def votes(self) -> Votes | None:
        """The vote on admission in this round; for who came from another tier, the vote behind the membership."""
        facts, person, member = self.trainee.facts, self.trainee.person, self.trainee.member
        reached = self._admission_votes()
        behind = facts.one(person, ResolutionReached, member.resolution) if member else None
        advanced = behind if behind and behind.value.matter is not Matter.ADMISSION else None
        row = reached[-1] if reached else advanced
        if row is None:
            return None
        vote = row.value
        meeting = facts.one(vote.batch, MeetingHeld, vote.meeting)
        place = meeting.source if meeting else None
        return Votes(
            value=vote.result,
            label=label("matter", vote.matter),
            meeting_on=meeting.since if meeting else None,
            present=len(meeting.value.present) if meeting else None,
            recused=len(meeting.value.members) - vote.entitled if meeting else None,
            result_label=label("result", vote.result),
            resolved=resolved(self.trainee.moment, person, row.key),
            source=row.source,
            sources=sources(meeting_on=place, present=place, recused=place),
            **vote.model_dump(include={"entitled", "agree", "disagree", "abstain", "result", "resolution", "en_bloc"}),
        )
