"""综合考评: eligibility, conduct, what is weighed, and the shortlist (R3, T1-T3, S1-S7)."""

from __future__ import annotations

from collections.abc import Iterator

from domain import school
from domain.capacities import COMMITTEE, GROUP, OFFICE, UNIT
from domain.commands.rounds import in_window, nominated, nominated_for, round_takes
from domain.commands.tier_rules import forecast, posts_held, shortlist_rules
from domain.desk import Command, Desk, Ground, Happening, repeated, same_day, unless_so
from domain.errors import Malformed, Refusal
from domain.events.base import INITIAL_ROUND, BatchId, PersonId, Round
from domain.events.selection import (
    AppraisalCited,
    CandidateShortlisted,
    ComprehensiveAssessmentCompleted,
    Condition,
    ConductAssessed,
    EligibilityAssessed,
    ExceptionGranted,
    PreferenceNoted,
    StaffOpinionRecorded,
    Weighed,
)
from domain.language import Code, Component, Count, Line, Matter, Step, Text
from domain.rulebook import exceptional


def eligibility(desk: Desk, person: str, batch: str, round: str, tier: str) -> EligibilityAssessed:
    """The forecast for a tier with what it rests on (T1-T3)."""
    return EligibilityAssessed(
        batch=batch,
        round=round,
        tier=tier,
        birth_date=school.birth_date(desk.latest, person),
        experience=posts_held(desk, person),
        results=forecast(desk, person, batch, round, tier),
    )


class AssessEligibility(Command):
    """Judges age and experience by the tier's rules and keeps inputs and results as they were judged.

    A forecast over all days on which the committee may vote. The reply's cautions tell, bound by bound, what the
    shortlist or the admission will need; nothing is needed yet.
    """

    CLAUSE = "T1"
    EVENT = EligibilityAssessed
    LABEL = ("资格审查", "Assess eligibility")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "tier": "three"}

    person: PersonId
    batch: BatchId
    tier: Code
    round: Round = INITIAL_ROUND

    def decide(self, desk: Desk) -> Iterator[Happening]:
        nominated(desk, self.person, self.batch, self.round)
        round_takes(desk, self.batch, self.round, self.tier)
        assessed = eligibility(desk, self.person, self.batch, self.round, self.tier)
        desk.tell(assessed.results)
        yield from unless_so(desk, Happening(self.person, assessed), f"{self.batch}/{self.round}/{self.tier}")


class GrantException(Command):
    """Grants one rule's exception to one person, by a passed resolution, with a reason.

    By a later resolution it is granted anew: that one counts.
    """

    CLAUSE = "T1"
    EVENT = ExceptionGranted
    LABEL = ("批准例外", "Grant an exception")
    CAPACITIES = COMMITTEE
    REASON_DUE = True
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "rule": "T1.age",
        "approver": "党委会",
        "resolution": "r-0000000000000000",
    }

    person: PersonId
    batch: BatchId
    rule: Line
    approver: Line
    resolution: str

    def decide(self, desk: Desk) -> Iterator[Happening]:
        exceptional(desk.plan(self.batch), self.rule)
        voted = school.resolution(desk.facts, desk.person(self.person), self.resolution).value
        decision = self.resolution if (voted.batch, voted.matter) == (self.batch, Matter.ADMISSION) else None
        desk.carried(self.rule, self.resolution, Ground(self.person, self.batch, decision))
        standing = school.granted(desk.latest, self.person, self.batch, self.rule)
        if standing and standing.value.resolution == self.resolution:
            return repeated(desk, standing, approver=self.approver)
        yield Happening(
            self.person,
            ExceptionGranted(batch=self.batch, rule=self.rule, approver=self.approver, resolution=self.resolution),
        )


class NotePreference(Command):
    """Notes a preference between candidates declared equal, with a reason (S7)."""

    CLAUSE = "S7"
    EVENT = PreferenceNoted
    LABEL = ("同等条件优先", "Note a preference")
    CAPACITIES = GROUP
    REASON_DUE = True
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "tier": "four",
        "parity_with": ["p-1111111111111111"],
        "experience": ["homeroom_teacher"],
    }

    person: PersonId
    batch: BatchId
    tier: Code
    parity_with: tuple[PersonId, ...]
    round: Round = INITIAL_ROUND
    experience: tuple[Code, ...] = ()
    other_experience: Line | None = None
    results: Text | None = None
    contribution: Text | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        plan = desk.plan(self.batch)
        round_takes(desk, self.batch, self.round, self.tier)
        for person in (self.person, *self.parity_with):
            nominated(desk, person, self.batch, self.round)
        if not self.parity_with or self.person in self.parity_with:
            raise Refusal("S7", "须先写明与谁条件同等（parity_with）。", "Say with whom the candidate is on a par.")
        held = {post.post for post in school.posts(desk.facts, self.person)}
        for post in self.experience:
            if post not in plan.preferred_experience:
                raise Refusal(
                    "S7",
                    f"“{post}”不在优先经历之列，请用 other_experience 说明。",
                    f"{post} is not on the list of preferred experience; explain it as other_experience.",
                )
            if post not in held:
                raise Refusal("S7", f"此人没有“{post}”经历的记录。", f"No such experience is on record: {post}.")
        if not (self.experience or self.other_experience or self.results or self.contribution):
            raise Malformed("须写明优先的理由：经历、业绩或贡献。", "Say what the preference rests on.")
        noted = PreferenceNoted(**self.model_dump(exclude={"person"}))
        yield from unless_so(desk, Happening(self.person, noted), f"{self.batch}/{self.round}/{self.tier}")


class CiteAppraisal(Command):
    """Cites an earlier appraisal that the assessment draws on (R3)."""

    CLAUSE = "R3"
    EVENT = AppraisalCited
    LABEL = ("引用考核结果", "Cite an appraisal")
    CAPACITIES = UNIT
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "year": 2023, "result": "优秀"}

    person: PersonId
    batch: BatchId
    year: int
    result: Line
    document_text: Text | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        desk.plan(self.batch)
        born = school.birth_date(desk.facts, desk.person(self.person)).year
        if not born < self.year <= desk.day.year:
            raise Malformed(
                f"考核年度须在 {born + 1} 至 {desk.day.year} 之间。",
                f"The year of an appraisal is between {born + 1} and {desk.day.year}.",
            )
        cited = AppraisalCited(**self.model_dump(exclude={"person"}))
        if not any(row.value == cited for row in desk.latest.all(self.person, AppraisalCited)):
            yield Happening(self.person, cited)


class RecordStaffOpinion(Command):
    """Records what the staff representatives said (R3)."""

    CLAUSE = "R3"
    EVENT = StaffOpinionRecorded
    LABEL = ("教职工代表意见", "Record the staff's opinion")
    CAPACITIES = UNIT
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "heard": 12, "text": "群众基础好。"}

    person: PersonId
    batch: BatchId
    heard: Count
    text: Text
    round: Round = INITIAL_ROUND

    def decide(self, desk: Desk) -> Iterator[Happening]:
        nominated(desk, self.person, self.batch, self.round)
        in_window(desk, self.batch, Step.ASSESS, self.round)
        opinion = StaffOpinionRecorded(**self.model_dump(exclude={"person"}))
        if not same_day(desk, self.person, opinion):
            yield Happening(self.person, opinion)


class AssessConduct(Command):
    """Records the checklist of basic conditions, each with its finding, evidence and assessor (S1-S6)."""

    CLAUSE = "S1"
    EVENT = ConductAssessed
    LABEL = ("基本条件审核", "Assess conduct")
    CAPACITIES = GROUP
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "conditions": [{"code": f"S{n}", "finding": "met", "assessor": "考评组"} for n in range(1, 7)],
    }

    person: PersonId
    batch: BatchId
    conditions: tuple[Condition, ...]
    round: Round = INITIAL_ROUND

    def decide(self, desk: Desk) -> Iterator[Happening]:
        plan = desk.plan(self.batch)
        nominated(desk, self.person, self.batch, self.round)
        codes = [condition.code for condition in self.conditions]
        if sorted(codes) != sorted(plan.conditions):
            raise Refusal(
                "S1",
                f"须逐项审核 {'、'.join(plan.conditions)}，每项一次。",
                f"Each of {', '.join(plan.conditions)} is assessed once.",
            )
        in_window(desk, self.batch, Step.ASSESS, self.round)
        assessed = ConductAssessed(batch=self.batch, round=self.round, conditions=self.conditions)
        yield from unless_so(desk, Happening(self.person, assessed), f"{self.batch}/{self.round}")


class CompleteAssessment(Command):
    """Completes the comprehensive assessment: all four components, or an explicit “none, because” (R3)."""

    CLAUSE = "R3"
    EVENT = ComprehensiveAssessmentCompleted
    LABEL = ("完成综合考评", "Complete the assessment")
    CAPACITIES = GROUP
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "tier": "three",
        "conclusion": "建议列入。",
        "components": [{"component": c, "text": "…"} for c in ("nomination", "appraisal", "staff_opinion", "conduct")],
    }

    person: PersonId
    batch: BatchId
    tier: Code
    components: tuple[Weighed, ...]
    conclusion: Text
    round: Round = INITIAL_ROUND

    def decide(self, desk: Desk) -> Iterator[Happening]:
        round_takes(desk, self.batch, self.round, self.tier)
        nominated(desk, self.person, self.batch, self.round)
        if sorted(w.component for w in self.components) != sorted(Component):
            raise Refusal(
                "R3",
                "四项都要有，每项一次：推荐、考核、教职工代表意见、一贯表现。",
                "All four components are due, each once.",
            )
        if any((w.text is None) == (w.none_because is None) for w in self.components):
            raise Refusal(
                "R3",
                "每项写明内容，或写明为何没有（none_because），二者取一。",
                "Each component has its text, or why there is none, not both.",
            )
        in_window(desk, self.batch, Step.ASSESS, self.round)
        completed = ComprehensiveAssessmentCompleted(**self.model_dump(exclude={"person"}))
        yield from unless_so(desk, Happening(self.person, completed), f"{self.batch}/{self.round}")


class ShortlistCandidate(Command):
    """Puts a candidate on the shortlist. Exceptions are asked for here, with a reason; the committee grants them."""

    CLAUSE = "R3"
    EVENT = CandidateShortlisted
    LABEL = ("确定初步人选", "Shortlist a candidate")
    CAPACITIES = GROUP
    ASKS = True
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "tier": "three",
        "opinion": "同意列为初步人选。",
    }

    person: PersonId
    batch: BatchId
    tier: Code
    opinion: Text | None = None
    round: Round = INITIAL_ROUND

    def decide(self, desk: Desk) -> Iterator[Happening]:
        round_takes(desk, self.batch, self.round, self.tier)
        nominated(desk, self.person, self.batch, self.round)
        standing = desk.facts.one(self.person, CandidateShortlisted, f"{self.batch}/{self.round}")
        if standing and standing.value.tier == self.tier:
            return repeated(desk, standing, opinion=self.opinion)
        completed = desk.facts.one(self.person, ComprehensiveAssessmentCompleted, f"{self.batch}/{self.round}")
        if completed is None or completed.value.tier != self.tier:
            raise Refusal("R3", "综合考评还没有完成。", "The comprehensive assessment is not complete.")
        for judgement in shortlist_rules(desk, self.person, self.batch, self.round, self.tier):
            desk.judge(judgement, Ground(self.person, self.batch))
        desk.judge(nominated_for(desk, self.person, self.batch, self.round, self.tier))
        in_window(desk, self.batch, Step.ASSESS, self.round)
        yield Happening(self.person, CandidateShortlisted(**self.model_dump(exclude={"person"})))
