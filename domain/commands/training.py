"""培养措施: placements, mentoring, self-development, each foreseen for one tier (M2-M4)."""

from __future__ import annotations

from collections.abc import Iterator

from domain import school
from domain.capacities import GROUP, GUIDE, MENTOR, OFFICE, UNIT
from domain.desk import Command, Desk, Happening, once, other_explained, said_alike, same_day
from domain.errors import Refusal, Unknown
from domain.events.base import BatchId, PersonId, RecordId
from domain.events.person import PersonLeft
from domain.events.training import (
    GuideAssigned,
    MentoringActivityRecorded,
    MentorPaired,
    PairingClosed,
    PlacementEnded,
    PlacementStarted,
    PracticeRecorded,
    RequirementIssued,
    Training,
)
from domain.facts import Row
from domain.language import Code, Line, Measure, Text
from domain.plan import pick
from domain.rules import judge
from domain.text import alike


class WithTrainee(Command):
    """Something done with one trainee, in training on the day (H2)."""

    person: PersonId
    batch: BatchId

    def _measure(self, desk: Desk, clause: str, due: Measure) -> None:
        """The plan foresees the measure for one tier and leaves the others open: there a reason is due."""
        tier = desk.plan(self.batch).tier(desk.member(self.person, self.batch).tier)
        desk.judge(judge(f"{clause}.tier", ok=tier.measure is due, value=tier.measure, limit=due, on=desk.day))

    def _year(self, desk: Desk, clause: str, year: int | None) -> int:
        """The training year that something is meant for: the day's, or the next one, prepared ahead."""
        current = desk.plan(self.batch).year_of(desk.day)
        if year not in (None, current, current + 1):
            raise Refusal(
                clause,
                f"{desk.day} 属 {current} 培养年度，不能记入 {year} 年度。",
                f"{desk.day} lies in training year {current}, not in {year}.",
                value=year,
                limit=current,
            )
        return year or current

    def _unless_same_day(self, desk: Desk, event: Training) -> Iterator[Happening]:
        desk.member(self.person, self.batch)
        if not same_day(desk, self.person, event):
            yield Happening(self.person, event)


def begun(desk: Desk, person: str, batch: str, kind: type[Training], record: str) -> Row[Training]:
    """What was begun with a trainee by the day, under its record."""
    desk.member(person, batch)
    row = desk.facts.one(person, kind, record)
    if row is None or row.value.batch != batch:
        raise Unknown(f"{desk.day} 之前没有记录 {record}。", f"There is no record {record} by {desk.day}.")
    return row


class StartPlacement(WithTrainee):
    """Starts a placement in a department."""

    CLAUSE = "M2"
    EVENT = PlacementStarted
    LABEL = ("岗位锻炼开始", "Start a placement")
    CAPACITIES = UNIT
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "department": "教务处", "role": "干事"}

    department: Line
    role: Line

    def decide(self, desk: Desk) -> Iterator[Happening]:
        desk.member(self.person, self.batch)
        ended = {row.key for row in desk.facts.all(self.person, PlacementEnded)}
        for row in desk.facts.all(self.person, PlacementStarted):
            stands = (row.value.batch, row.value.department, row.value.role)
            if alike(stands, (self.batch, self.department, self.role)) and row.key not in ended:
                return
        self._measure(desk, "M2", Measure.PLACEMENT)
        yield Happening(self.person, PlacementStarted(record=desk.new_id("x"), **self.model_dump(exclude={"person"})))


class EndPlacement(WithTrainee):
    """Ends a placement, with the department's appraisal."""

    CLAUSE = "M2"
    EVENT = PlacementEnded
    LABEL = ("岗位锻炼结束", "End a placement")
    CAPACITIES = UNIT
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "record": "x-0000000000000000",
        "appraisal": "熟悉部门工作，认真负责。",
    }

    record: RecordId
    appraisal: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        begun(desk, self.person, self.batch, PlacementStarted, self.record)
        ended = PlacementEnded(**self.model_dump(exclude={"person"}))
        yield from once(desk, Happening(self.person, ended), self.record)


class PairMentor(WithTrainee):
    """Pairs a trainee with a mentor for a training year; the mentor holds one of the plan's posts on the day."""

    CLAUSE = "M3"
    EVENT = MentorPaired
    LABEL = ("结对培养", "Pair with a mentor")
    CAPACITIES = OFFICE
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "mentor": "p-1111111111111111",
        "mentor_post": "middle_manager",
    }

    mentor: PersonId
    mentor_post: Code
    year: int | None = None
    other_post: Line | None = None
    goals: Text | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        year = self._year(desk, "M3", self.year)
        self._check_mentor(desk)
        self._measure(desk, "M3", Measure.MENTORING)
        content = self.model_dump(exclude={"person"}) | {"year": year, "record": desk.new_id("x")}
        paired = MentorPaired(**content)
        standing = [
            row
            for row in desk.latest.all(self.person, MentorPaired)
            if (row.value.batch, row.value.year) == (self.batch, year)
        ]
        if any(row.value.model_copy(update={"record": paired.record}) == paired for row in standing):
            return
        closed = {row.key for row in desk.facts.all(self.person, PairingClosed)}
        if any(row.key not in closed for row in standing):
            raise Refusal("M3", f"{year} 年度已有结对，须先结束。", f"A pairing of {year} stands; close it first.")
        desk.judge(judge("M3.pairing", ok=not standing, value=len(standing) + 1, limit=1, on=desk.day))
        yield Happening(self.person, paired)

    def _check_mentor(self, desk: Desk) -> None:
        if desk.person(self.mentor) == self.person:
            raise Refusal("M3", "不能与本人结对。", "Nobody is their own mentor.")
        if desk.facts.one(self.mentor, PersonLeft):
            raise Refusal("M3", "结对导师已离校。", "The mentor has left the school.")
        other_explained(self.mentor_post, self.other_post, "导师职务", "mentor's post")
        if self.mentor_post == "other":
            desk.reason("M3", "导师职务不在方案所列之内", "The mentor's post is not one that the plan names")
            return
        posts = desk.plan(self.batch).training.mentor_posts
        if self.mentor_post not in posts or not school.holds_post(desk.facts, self.mentor, self.mentor_post):
            raise Refusal(
                "M3",
                f"导师当日须任方案所列职务之一：{'、'.join(posts)}；否则用 other 并说明。",
                f"On the day the mentor holds one of: {', '.join(posts)}; else use other, explained.",
            )


class ClosePairing(WithTrainee):
    """Closes a pairing with its summary."""

    CLAUSE = "M3"
    EVENT = PairingClosed
    LABEL = ("结束结对", "Close a pairing")
    CAPACITIES = MENTOR
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "record": "x-0000000000000000",
        "summary": "完成年度结对任务。",
    }

    record: RecordId
    summary: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        begun(desk, self.person, self.batch, MentorPaired, self.record)
        closed = PairingClosed(**self.model_dump(exclude={"person"}))
        yield from once(desk, Happening(self.person, closed), self.record)


class RecordMentoring(WithTrainee):
    """Records something that mentor and trainee did together."""

    CLAUSE = "M3"
    EVENT = MentoringActivityRecorded
    LABEL = ("结对活动", "Record mentoring")
    CAPACITIES = MENTOR
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "record": "x-0000000000000000",
        "text": "跟岗一天，参加年级组会议。",
    }

    record: RecordId
    text: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        begun(desk, self.person, self.batch, MentorPaired, self.record)
        closed = desk.facts.one(self.person, PairingClosed, self.record)
        if closed and closed.since < desk.day:
            raise Refusal("M3", f"结对已于 {closed.since} 结束。", f"The pairing was closed on {closed.since}.")
        yield from self._unless_same_day(desk, MentoringActivityRecorded(**self.model_dump(exclude={"person"})))


class IssueRequirement(WithTrainee):
    """Issues what the Party organisation requires of a trainee, once for a training year."""

    CLAUSE = "M4"
    EVENT = RequirementIssued
    LABEL = ("提出培养要求", "Issue a requirement")
    CAPACITIES = GROUP
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "text": "参加社团指导，每学期一次总结。"}

    text: Text
    year: int | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        year = self._year(desk, "M4", self.year)
        self._measure(desk, "M4", Measure.SELF_DEVELOPMENT)
        issued = RequirementIssued(batch=self.batch, year=year, text=self.text)
        standing = [
            row.value
            for row in desk.latest.all(self.person, RequirementIssued)
            if (row.value.batch, row.value.year) == (self.batch, year)
        ]
        if standing and issued not in standing:
            raise Refusal("M4", f"{year} 年度已提出要求。", f"The requirement of {year} is issued; correct it instead.")
        if not standing:
            yield Happening(self.person, issued)


class AssignGuide(WithTrainee):
    """Assigns somebody, or a unit, to look after a trainee."""

    CLAUSE = "M4"
    EVENT = GuideAssigned
    LABEL = ("安排指导", "Assign a guide")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "kind": "grade_division", "unit": "高一年级部"}

    kind: Code
    guide: PersonId | None = None
    unit: Line | None = None
    other: Line | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        pick(desk.plan(self.batch).training.guides, self.kind, "指导力量", "kind of guide")
        _explained(desk, self.kind, self.other, "指导力量", "kind of guide")
        if self.guide is None and self.unit is None:
            raise Refusal("M4", "须写明指导人（guide）或单位（unit）。", "Name the guide or the unit.")
        if self.guide and desk.person(self.guide) == self.person:
            raise Refusal("M4", "不能由本人指导。", "Nobody is their own guide.")
        assigned = GuideAssigned(**self.model_dump(exclude={"person"}))
        self._measure(desk, "M4", Measure.SELF_DEVELOPMENT)
        if not any(said_alike(row.value, assigned) for row in desk.latest.all(self.person, GuideAssigned)):
            yield Happening(self.person, assigned)


def _explained(desk: Desk, code: str, text: str | None, zh: str, en: str) -> None:
    """A list that ends in 等 takes `other` with a text and a reason."""
    other_explained(code, text, zh, en)
    if code == "other":
        desk.reason("M4", f"{zh}不在方案所列之内", f"The {en} is not one that the plan names")


class RecordPractice(WithTrainee):
    """Records practice of one of the kinds the plan names."""

    CLAUSE = "M4"
    EVENT = PracticeRecorded
    LABEL = ("记录实践", "Record practice")
    CAPACITIES = GUIDE
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "kind": "clubs", "text": "指导天文社观测活动。"}

    kind: Code
    text: Text
    other: Line | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        pick(desk.plan(self.batch).training.practice, self.kind, "实践", "kind of practice")
        _explained(desk, self.kind, self.other, "实践", "kind of practice")
        self._measure(desk, "M4", Measure.SELF_DEVELOPMENT)
        yield from self._unless_same_day(desk, PracticeRecorded(**self.model_dump(exclude={"person"})))
