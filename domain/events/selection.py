"""民主推荐 and 综合考评: how somebody comes onto the shortlist (R2, R3). Stream: the person, ballots the batch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict

from domain.events.base import (
    BatchId,
    Event,
    Fact,
    NominationId,
    PersonId,
    Recorded,
    RecordId,
    ResolutionId,
    Round,
    Value,
)
from domain.language import Code, Component, Count, Finding, Line, Text
from domain.rules import Judgement


class Entrant(Value):
    """Somebody who entered a batch's selection, on the batch's own list."""

    KIND = "entrant"

    person: PersonId


class CandidateNominated(Event):
    """民主推荐: one per person, source and nominator in a round."""

    TOPIC = "candidate-nominated/1"
    CLAUSE = "R2"
    KEY = "nomination"

    nomination: NominationId
    batch: BatchId
    round: Round
    tier: Code
    source: Code
    nominator: PersonId | None = None
    unit: Line | None = None
    other: Line | None = None
    statement: Text | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield self.fact(rec, rec.stream)
        yield Fact(self.batch, Entrant, f"{self.round}/{self.nomination}", Entrant(person=rec.stream), rec.day)


class NominationWithdrawn(Event):
    """推荐撤回: this one, or at the nominee's own wish all of theirs in the round."""

    TOPIC = "nomination-withdrawn/1"
    CLAUSE = "R2"

    nomination: NominationId
    batch: BatchId
    at_own_wish: bool = False

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, NominationWithdrawn, self.nomination, self, rec.day)


class BallotHeld(Event):
    """推荐票统计: the counts that the standard sentence tells (R2). Nothing personal. Stream: the batch."""

    TOPIC = "ballot-held/1"
    CLAUSE = "R2"
    KEY = "record"

    record: RecordId
    batch: BatchId
    round: Round
    meeting: Line
    expected: Count
    present: Count
    issued: Count
    returned: Count
    valid: Count
    invalid: Count


class BallotCounted(Event):
    """个人得票 in a ballot (R2)."""

    TOPIC = "ballot-counted/1"
    CLAUSE = "R2"

    ballot: RecordId
    batch: BatchId
    round: Round
    agree: Count
    disagree: Count
    abstain: Count


class EligibilityAssessed(Event):
    """资格审查: rules, inputs and results as they were judged; never re-decided by a later correction."""

    TOPIC = "eligibility-assessed/1"
    CLAUSE = "T1"

    batch: BatchId
    round: Round
    tier: Code
    birth_date: date
    experience: tuple[Code, ...]
    results: tuple[Judgement, ...]

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, EligibilityAssessed, f"{self.batch}/{self.round}/{self.tier}", self, rec.day)


class ExceptionGranted(Event):
    """例外批准: one rule, for one person, by resolution. The reason is the envelope's."""

    TOPIC = "exception-granted/1"
    CLAUSE = "T1"
    AFTER_END = True
    WHILE_SUSPENDED = True

    batch: BatchId
    rule: Line
    approver: Line
    resolution: ResolutionId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, ExceptionGranted, f"{self.batch}/{self.rule}", self, rec.day)


class PreferenceNoted(Event):
    """同等条件下优先: a tie-break on declared parity (S7)."""

    TOPIC = "preference-noted/1"
    CLAUSE = "S7"

    batch: BatchId
    round: Round
    tier: Code
    parity_with: tuple[PersonId, ...]
    experience: tuple[Code, ...] = ()
    other_experience: Line | None = None
    results: Text | None = None
    contribution: Text | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, PreferenceNoted, f"{self.batch}/{self.round}/{self.tier}", self, rec.day)


class AppraisalCited(Event):
    """考核考评结果: an earlier appraisal that the assessment draws on (R3)."""

    TOPIC = "appraisal-cited/1"
    CLAUSE = "R3"

    batch: BatchId
    year: int
    result: Line
    document_text: Text | None = None


class StaffOpinionRecorded(Event):
    """教职工代表意见 (R3)."""

    TOPIC = "staff-opinion-recorded/1"
    CLAUSE = "R3"

    batch: BatchId
    round: Round
    heard: Count
    text: Text


class Condition(BaseModel):
    """One basic condition with its finding, evidence and assessor."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    code: Line
    finding: Finding
    evidence: Text | None = None
    assessor: Line


class ConductAssessed(Event):
    """基本条件审核: S1-S6, never scored automatically (S1)."""

    TOPIC = "conduct-assessed/1"
    CLAUSE = "S1"

    batch: BatchId
    round: Round
    conditions: tuple[Condition, ...]

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, ConductAssessed, f"{self.batch}/{self.round}", self, rec.day)


class Weighed(BaseModel):
    """One of the four components: what it said, or why there is none. A score is optional."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    component: Component
    text: Text | None = None
    none_because: Text | None = None
    score: float | None = None


class ComprehensiveAssessmentCompleted(Event):
    """综合考评完成: all four components weighed (R3)."""

    TOPIC = "comprehensive-assessment-completed/1"
    CLAUSE = "R3"

    batch: BatchId
    round: Round
    tier: Code
    components: tuple[Weighed, ...]
    conclusion: Text

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, ComprehensiveAssessmentCompleted, f"{self.batch}/{self.round}", self, rec.day)


class CandidateShortlisted(Event):
    """确定为初步人选 (R3). Exceptions are asked for here, with reason and evidence."""

    TOPIC = "candidate-shortlisted/1"
    CLAUSE = "R3"

    batch: BatchId
    round: Round
    tier: Code
    opinion: Text | None = None

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, CandidateShortlisted, f"{self.batch}/{self.round}", self, rec.day)
