"""What was done to grow a trainee: placements, mentoring, self-development, talks (M2-M4, D1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypeVar

from domain.events.training import (
    GuideAssigned,
    InspectionTalkHeld,
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
from projections.parts.field import Field, Scalar, label, named_in
from projections.trainee import Trainee

PLACEMENT, MENTORING, REQUIREMENT, GUIDE, PRACTICE, TALK = (
    "placement",
    "mentoring",
    "requirement",
    "guide",
    "practice",
    "talk",
)

V = TypeVar("V", bound=Training)
E = TypeVar("E", bound=Training)


class MeasureEntry(Field):
    """One measure. `value` is the department, the mentor, or the kind of guide or practice."""

    kind: str
    year: int
    title: str
    text: str | None
    start: date
    end: date | None
    appraisal: str | None


def measures(trainee: Trainee) -> list[MeasureEntry]:
    """Everything that was done in the batch, in the order in which it began."""
    found = [*_placements(trainee), *_mentoring(trainee), *_self_development(trainee), *_talks(trainee)]
    return sorted(found, key=lambda entry: (entry.start, entry.source))


def _entry(
    trainee: Trainee,
    row: Row[V],
    kind: str,
    value: Scalar,
    title: str,
    *,
    year: int | None = None,
    text: str | None = None,
    ended: Row[E] | None = None,
    appraisal: str | None = None,
) -> MeasureEntry:
    return MeasureEntry(
        kind=kind,
        value=value,
        label=label("entry", kind),
        year=trainee.plan.year_of(row.since) if year is None else year,
        title=title,
        text=text,
        start=row.since,
        end=ended.since if ended else None,
        appraisal=appraisal,
        source=row.source,
        sources={"end": ended.source, "appraisal": ended.source} if ended else {},
    )


def _placements(trainee: Trainee) -> Iterator[MeasureEntry]:
    for row in trainee.of_batch(PlacementStarted):
        ended = trainee.facts.one(trainee.person, PlacementEnded, row.key)
        title = f"{row.value.department}　{row.value.role}"
        appraisal = ended.value.appraisal if ended else None
        yield _entry(trainee, row, PLACEMENT, row.value.department, title, ended=ended, appraisal=appraisal)


def _mentoring(trainee: Trainee) -> Iterator[MeasureEntry]:
    for row in trainee.of_batch(MentorPaired):
        paired = row.value
        post = paired.other_post or named_in(trainee.plan.posts, paired.mentor_post)
        title = f"{trainee.name_of(paired.mentor)}（{post}）"
        closed = trainee.facts.one(trainee.person, PairingClosed, row.key)
        summary = closed.value.summary if closed else None
        yield _entry(
            trainee,
            row,
            MENTORING,
            paired.mentor,
            title,
            year=paired.year,
            text=paired.goals,
            ended=closed,
            appraisal=summary,
        )
    for activity in trainee.of_batch(MentoringActivityRecorded):
        title = label("event", MentoringActivityRecorded.KIND)
        yield _entry(trainee, activity, MENTORING, None, title, text=activity.value.text)


def _self_development(trainee: Trainee) -> Iterator[MeasureEntry]:
    for issued in trainee.of_batch(RequirementIssued):
        year, title = issued.value.year, label("entry", REQUIREMENT)
        yield _entry(trainee, issued, REQUIREMENT, year, title, year=year, text=issued.value.text)
    for guided in trainee.of_batch(GuideAssigned):
        guide = guided.value
        kind = guide.other or named_in(trainee.plan.training.guides, guide.kind)
        who = trainee.name_of(guide.guide) if guide.guide else None
        yield _entry(trainee, guided, GUIDE, guide.kind, "　".join(filter(None, (kind, guide.unit, who))))
    for practised in trainee.of_batch(PracticeRecorded):
        practice = practised.value
        title = practice.other or named_in(trainee.plan.training.practice, practice.kind)
        yield _entry(trainee, practised, PRACTICE, practice.kind, title, text=practice.text)


def _talks(trainee: Trainee) -> Iterator[MeasureEntry]:
    for row in trainee.of_batch(InspectionTalkHeld):
        title = f"{label('entry', TALK)}（{trainee.name_of(row.value.talker)}）"
        yield _entry(trainee, row, TALK, row.value.talker, title, text=row.value.text)
