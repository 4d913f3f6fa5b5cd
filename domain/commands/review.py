"""年度考核: summary, tally, proposal, confirmation; exactly one grade, or one reasoned absence, a year (E1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from domain import school
from domain.capacities import COMMITTEE, GROUP, SELF, UNIT
from domain.commands.batch import leading_group_acts
from domain.commands.rounds import check_counts
from domain.desk import Command, Desk, Ground, Happening, once
from domain.errors import Refusal
from domain.events.base import BatchId, PersonId, ResolutionId
from domain.events.review import (
    AppraisalTallied,
    DeferredGradeResolved,
    GradeAcknowledged,
    GradeConfirmed,
    GradeProposed,
    GradeWaived,
    ReviewClosed,
    ReviewOpened,
    SelfSummarySubmitted,
)
from domain.language import Count, Grade, Text, Verdict, add_months
from domain.rules import Judgement, judge


class _OfYear(Command):
    """Something of one training year, which has begun by the day."""

    batch: BatchId
    year: int

    def _bounds(self, desk: Desk) -> tuple[date, date]:
        plan = desk.plan(self.batch)
        last = max([plan.cycle.ends_on, *(m.ends_on for m in school.members(desk.facts, self.batch))])
        if self.year not in plan.years(last):
            raise Refusal("E1", f"{self.year} 不是本批的培养年度。", f"{self.year} is no training year of this batch.")
        first, end = plan.year_bounds(self.year)
        if desk.day < first:
            raise Refusal("E1", f"{self.year} 年度 {first} 才开始。", f"Year {self.year} begins only on {first}.")
        return first, end


class OpenReview(_OfYear):
    """Opens the evaluation of a training year."""

    CLAUSE = "E1"
    EVENT = ReviewOpened
    LABEL = ("启动年度考核", "Open the review")
    CAPACITIES = GROUP
    EXAMPLE = {"batch": "2024-second", "year": 2024}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._bounds(desk)
        opened = ReviewOpened(batch=self.batch, year=self.year)
        yield from once(desk, Happening(self.batch, opened), str(self.year))


class CloseReview(_OfYear):
    """Closes the evaluation of a training year, not before its last day, once everybody has a grade or a reason.

    Whose membership ended before that day needs neither.
    """

    CLAUSE = "E1"
    EVENT = ReviewClosed
    LABEL = ("结束年度考核", "Close the review")
    CAPACITIES = GROUP
    EXAMPLE = {"batch": "2024-second", "year": 2024}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        first, last = self._bounds(desk)
        if desk.facts.one(self.batch, ReviewOpened, str(self.year)) is None:
            raise Refusal("E1", f"{self.year} 年度考核还没有启动。", f"The review of {self.year} was never opened.")
        if desk.day < last:
            raise Refusal(
                "E1",
                f"{self.year} 培养年度到 {last} 为止，此前不能结束考核。",
                f"Year {self.year} runs to {last}; its review does not close before.",
                value=desk.day,
                limit=last,
            )
        people = {
            m.person for m in school.members(desk.facts, self.batch) if m.on_roster(first, last) and m.lasted(last)
        }
        lacking = [p for p in sorted(people) if school.grade(desk.facts, p, self.batch, self.year) is None]
        if lacking:
            names = "、".join(school.name_of(desk.facts, person) for person in lacking)
            raise Refusal(
                "E1",
                f"还有 {len(lacking)} 人没有评价意见，也没有说明不评定的理由：{names}。",
                f"{len(lacking)} have neither a grade nor a reason for none: {names}.",
            )
        closed = ReviewClosed(batch=self.batch, year=self.year)
        yield from once(desk, Happening(self.batch, closed), str(self.year))


class _OfMember(_OfYear):
    """What is said of one member in one training year."""

    person: PersonId

    @property
    def _key(self) -> str:
        return f"{self.batch}/{self.year}"

    def _member(self, desk: Desk) -> school.Member:
        """The membership that the year belongs to, ended or suspended though it may be."""
        first, last = self._bounds(desk)
        of_year = [
            m
            for m in school.members(desk.facts, desk.person(self.person))
            if m.batch == self.batch and m.on_roster(first, last)
        ]
        if not of_year:
            raise Refusal(
                "H2",
                f"此人 {self.year} 年度不是本批培养对象。",
                f"In {self.year} this person was no member of the batch.",
            )
        return of_year[-1]

    def _under_review(self, desk: Desk) -> None:
        year = str(self.year)
        closed = desk.facts.one(self.batch, ReviewClosed, year)
        if desk.facts.one(self.batch, ReviewOpened, year) is None or (closed and closed.since < desk.day):
            raise Refusal("E1", f"{self.year} 年度考核没有启动，或已结束。", f"The review of {self.year} is not open.")

    def _graded_from(self, desk: Desk) -> date:
        """The last day of joining on which the year is still graded, counted back from the year's end."""
        plan = desk.plan(self.batch)
        return add_months(self._bounds(desk)[1] + timedelta(days=1), -plan.review.graded_from_months)

    def _check_lasted(self, desk: Desk) -> None:
        """No grade on a membership that has ended, unless the year ended before it."""
        member, last = self._member(desk), self._bounds(desk)[1]
        if not member.active and member.status_since <= last:
            raise Refusal(
                "H2",
                f"培养已于 {member.status_since} 结束，早于 {self.year} 年度届满，不再评定。",
                f"The membership ended on {member.status_since}, before the year {self.year} did; it is not graded.",
                value=desk.day,
                limit=member.status_since,
            )

    def _judge_time(self, desk: Desk, voted: date) -> None:
        """A grade long before the year's end is a caution."""
        from_day = self._bounds(desk)[1] - timedelta(days=desk.plan(self.batch).review.confirmed_from_days)
        day = min(desk.day, voted)
        desk.judge(judge("E1.early", ok=day >= from_day, value=day, limit=from_day, on=desk.day))

    def _judge_joined(self, desk: Desk) -> None:
        """A grade for who joined too late in the year is a caution."""
        since, limit = self._member(desk).since, self._graded_from(desk)
        desk.judge(judge("E1.joined", ok=since <= limit, value=since, limit=limit, on=desk.day))


class SubmitSelfSummary(_OfMember):
    """Files a member's own summary of the year."""

    CLAUSE = "E1"
    EVENT = SelfSummarySubmitted
    LABEL = ("提交个人总结", "Submit a self-summary")
    CAPACITIES = SELF
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "year": 2024, "text": "一年来……"}

    text: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        desk.member(self.person, self.batch)
        self._member(desk)
        self._under_review(desk)
        summary = SelfSummarySubmitted(**self.model_dump(exclude={"person"}))
        yield from once(desk, Happening(self.person, summary), self._key)


class TallyAppraisal(_OfMember):
    """Records the counts of the colleagues' appraisal."""

    CLAUSE = "E1"
    EVENT = AppraisalTallied
    LABEL = ("民主测评统计", "Tally an appraisal")
    CAPACITIES = UNIT
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "year": 2024,
        "expected": 46,
        "present": 45,
        "issued": 45,
        "returned": 44,
        "valid": 44,
        "invalid": 0,
        "excellent": 30,
        "qualified": 12,
        "deferred": 1,
        "termination_recommended": 1,
    }

    expected: Count
    present: Count
    issued: Count
    returned: Count
    valid: Count
    invalid: Count
    excellent: Count
    qualified: Count
    deferred: Count
    termination_recommended: Count

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._member(desk)
        self._under_review(desk)
        check_counts("E1", self)
        votes = self.excellent + self.qualified + self.deferred + self.termination_recommended
        if votes > self.valid:
            raise Refusal(
                "E1",
                f"各档合计 {votes} 票，多于有效票 {self.valid} 张。",
                f"The grades add up to {votes}, more than {self.valid} valid ballots.",
                value=votes,
                limit=self.valid,
            )
        tally = AppraisalTallied(**self.model_dump(exclude={"person"}))
        yield from once(desk, Happening(self.person, tally), self._key)


class ProposeGrade(_OfMember):
    """The leading group proposes a grade. Until the committee confirms one, the last proposal counts."""

    CLAUSE = "E1"
    EVENT = GradeProposed
    LABEL = ("提出评价意见", "Propose a grade")
    CAPACITIES = GROUP
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "year": 2024,
        "grade": "excellent",
        "comment": "工作成绩突出。",
    }

    grade: Grade
    comment: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._check_lasted(desk)
        self._under_review(desk)
        leading_group_acts(desk, self.batch)
        proposed = GradeProposed(**self.model_dump(exclude={"person"}))
        standing = desk.facts.one(self.person, GradeProposed, self._key)
        if standing and standing.value == proposed:
            return
        if school.grade(desk.latest, self.person, self.batch, self.year):
            raise Refusal("E1", f"{self.year} 年度已有结论。", f"The year {self.year} has its result already.")
        self._judge_joined(desk)
        yield Happening(self.person, proposed)


class ConfirmGrade(_OfMember):
    """The Party committee confirms a grade, on the leading group's proposal. Another than proposed needs a reason."""

    CLAUSE = "E1"
    EVENT = GradeConfirmed
    LABEL = ("确定评价意见", "Confirm a grade")
    CAPACITIES = COMMITTEE
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "year": 2024,
        "grade": "excellent",
        "resolution": "r-0000000000000000",
    }

    grade: Grade
    resolution: ResolutionId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._check_lasted(desk)
        if school.waiver(desk.latest, self.person, self.batch, self.year):
            raise Refusal("E1", f"{self.year} 年度已定不予评定。", f"The year {self.year} was waived.")
        desk.passed(self.person, self.resolution, matter="grade", batch=self.batch, year=self.year, grade=self.grade)
        self._judge_proposal(desk)
        self._judge_joined(desk)
        self._judge_time(desk, school.resolution(desk.facts, self.person, self.resolution).since)
        confirmed = GradeConfirmed(**self.model_dump(exclude={"person"}))
        yield from once(desk, Happening(self.person, confirmed), self._key)

    def _judge_proposal(self, desk: Desk) -> None:
        proposed = desk.facts.one(self.person, GradeProposed, self._key)
        if proposed is None:
            raise Refusal("E1", "领导小组还没有提出评价意见。", "The leading group has proposed no grade yet.")
        desk.voted_after("E1", self.person, self.resolution, proposed.since)
        as_proposed = proposed.value.grade is self.grade
        desk.judge(judge("E1.proposal", ok=as_proposed, value=self.grade, limit=proposed.value.grade, on=desk.day))


class WaiveGrade(_OfMember):
    """No grade for the year, with a reason. For who was in training long enough it takes an exception."""

    CLAUSE = "E1"
    EVENT = GradeWaived
    LABEL = ("不予评定", "Waive a grade")
    CAPACITIES = GROUP | COMMITTEE
    REASON_DUE = True
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "year": 2024}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        member = self._member(desk)
        if desk.latest.one(self.person, GradeConfirmed, self._key):
            raise Refusal("E1", f"{self.year} 年度已有评价意见。", f"The year {self.year} has a grade.")
        desk.judge(self._judgement(desk, member), Ground(self.person, self.batch, about={"year": self.year}))
        waived = Happening(self.person, GradeWaived(batch=self.batch, year=self.year))
        if school.waiver(desk.latest, self.person, self.batch, self.year):
            yield from once(desk, waived, self._key)
        else:
            yield waived

    def _judgement(self, desk: Desk, member: school.Member) -> Judgement:
        limit, year_end = self._graded_from(desk), self._bounds(desk)[1]
        part_of_it = member.last_day is not None and member.last_day < year_end
        return judge(
            "E1.waived",
            ok=member.since > limit or part_of_it,
            value=member.since,
            limit=limit,
            on=desk.day,
            otherwise=Verdict.EXCEPTION,
        )


class ResolveDeferredGrade(_OfMember):
    """Settles a deferred grade by resolution; later than the plan's months, with a reason."""

    CLAUSE = "E1"
    EVENT = DeferredGradeResolved
    LABEL = ("暂缓评定的结果", "Resolve a deferred grade")
    CAPACITIES = COMMITTEE
    EXAMPLE = ConfirmGrade.EXAMPLE | {"grade": "qualified"}

    grade: Grade
    resolution: ResolutionId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._check_lasted(desk)
        deferred = desk.facts.one(self.person, GradeConfirmed, self._key)
        if deferred is None or deferred.value.grade is not Grade.DEFERRED:
            raise Refusal("E1", f"{self.year} 年度没有暂缓评定。", f"The grade of {self.year} was not deferred.")
        if self.grade is Grade.DEFERRED:
            raise Refusal("E1", "暂缓评定不能再以暂缓了结。", "A deferred grade is not resolved by deferring again.")
        desk.passed(self.person, self.resolution, matter="grade", batch=self.batch, year=self.year, grade=self.grade)
        desk.voted_after("E1", self.person, self.resolution, deferred.since)
        due = add_months(deferred.since, desk.plan(self.batch).review.deferred_within_months)
        desk.judge(judge("E1.deferred", ok=desk.day <= due, value=desk.day, limit=due, on=desk.day))
        resolved = DeferredGradeResolved(**self.model_dump(exclude={"person"}))
        yield from once(desk, Happening(self.person, resolved), self._key)


class AcknowledgeGrade(_OfMember):
    """Records that the member was shown the grade; a deferred one again when it is resolved."""

    CLAUSE = "E1"
    EVENT = GradeAcknowledged
    LABEL = ("本人确认", "Acknowledge a grade")
    CAPACITIES = SELF
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "year": 2024, "comment": "无异议。"}

    comment: Text | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        self._member(desk)
        grade = school.grade(desk.facts, self.person, self.batch, self.year)
        if grade is None or grade.waived:
            raise Refusal(
                "E1", f"{self.year} 年度没有评价意见可确认。", f"There is no grade of {self.year} to confirm."
            )
        acknowledged = GradeAcknowledged(**self.model_dump(exclude={"person"}))
        standing = desk.latest.one(self.person, GradeAcknowledged, self._key)
        if standing is None or standing.source < grade.source:
            yield Happening(self.person, acknowledged)
        else:
            yield from once(desk, Happening(self.person, acknowledged), self._key)
