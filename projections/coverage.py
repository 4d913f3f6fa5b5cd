"""培养缺项: what the plan demands, was due, and is not on record (M1-M4, D1, E1, R4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from domain import school
from domain.events.committee import MeetingHeld, ResolutionReached, ResultAnnounced
from domain.events.cycle_end import OutcomeDecided
from domain.events.selection import Entrant
from domain.events.training import DocumentFiled, DocumentReturned, GuideAssigned, MentorPaired
from domain.facts import Row
from domain.language import Grade, Matter, Measure, Result, add_months
from domain.plan import Plan
from domain.text import key as text_key
from projections.moment import Moment
from projections.names import by_strokes
from projections.parts import measures as kinds
from projections.parts.materials import due_forms
from projections.parts.measures import MeasureEntry, measures
from projections.parts.standing import guide_lost, mentor_lost
from projections.parts.training import training
from projections.reader import TableReader
from projections.shape import Shape, View, answered
from projections.table import Segment
from projections.trainee import Trainee, trainees

_OTHER = "other"  # what a list that ends in 等 offers besides; nobody has to do it


class Gap(Shape):
    """Something due and not there. Nobody's where it concerns the batch. `suspended` when its time was not all free.

    `source` is the event that makes it due: the start of the membership, or the meeting.
    """

    person_id: str | None
    name: str | None
    tier: str | None
    status: str | None
    clause: str
    code: str
    what: str
    what_en: str
    year: int
    due_on: date
    days_over: int
    suspended: bool
    source: int | None


class Coverage(View):
    """All gaps of a batch, the longest overdue first."""

    batch: str | None
    gaps: list[Gap]


class Due(NamedTuple):
    """What is not on record, with the time there was for it, the last day included."""

    clause: str
    code: str
    year: int
    since: date
    until: date
    what: str
    what_en: str
    source: int | None = None
    form: str = ""  # of a document to be filed
    named: tuple[str, str] = ("", "")


def coverage(moment: Moment, batch: str | None = None) -> Coverage:
    """What is overdue on the day. Who has left the programme keeps the gaps from before, and gets no new ones."""
    batch = moment.batch(batch)
    plan = moment.plan(batch) if batch else None
    if batch is None or plan is None:
        return Coverage(batch=batch, gaps=[], **answered(moment))
    found = [gap for trainee in trainees(moment, batch) for gap in gaps_of(trainee)]
    found += _announcements(moment, batch, plan)
    found.sort(key=lambda gap: (gap.due_on, by_strokes(gap.name or ""), gap.clause, gap.code, gap.what))
    return Coverage(batch=batch, gaps=found, **answered(moment))


def deadlines(moment: Moment, batch: str) -> set[date]:
    """The last days of everything that has fallen due by the plan of the moment, whether it was there or not."""
    nothing = TableReader(_Nothing(), moment.as_of, moment.position)
    undone = [replace(trainee, moment=replace(moment, facts=nothing)) for trainee in trainees(moment, batch)]
    found = {due.until for trainee in undone if trainee.member for due in _dues(trainee)}
    found |= {
        due.until for trainee in trainees(moment, batch) for due in (*_recommendations(trainee), *_losses(trainee))
    }
    plan = moment.plan(batch)
    if plan:
        found |= {due.until for due in _announceable(moment, batch, plan)}
    return {day for day in found if day < moment.as_of}


class _Nothing:
    """As if nothing had been recorded: then all is lacking that can be."""

    def rows(self, *_: object) -> tuple[list[Segment], int]:
        return [], 0

    def rows_of(self, *_: object) -> tuple[dict[tuple[str, str], list[Segment]], int]:
        return {}, 0


def gaps_of(trainee: Trainee) -> list[Gap]:
    """The gaps of one trainee."""
    member = trainee.member
    if member is None:
        return []
    ended = date.max if member.active else member.status_since
    return [_gap(due, trainee.as_of, trainee) for due in _dues(trainee) if due.until < min(trainee.as_of, ended)]


def _dues(trainee: Trainee) -> list[Due]:
    """What is not there, overdue or not."""
    return [*_study(trainee), *_measure(trainee), *_materials(trainee), *_grades(trainee), *_termination(trainee)]


def open_dues(trainee: Trainee) -> list[Due]:
    """What an active member still lacks, overdue or not."""
    return _dues(trainee) if trainee.member and trainee.member.active else []


def _gap(due: Due, as_of: date, of: Trainee | None = None) -> Gap:
    member = of.member if of else None
    return Gap(
        person_id=of.person if of else None,
        name=of.name if of else None,
        tier=member.tier if member else None,
        status=member.status if member else None,
        clause=due.clause,
        code=due.code,
        what=due.what,
        what_en=due.what_en,
        year=due.year,
        due_on=due.until,
        days_over=(as_of - due.until).days,
        suspended=of is not None and of.suspended_between(due.since, due.until),
        source=member.started_source if member else due.source,
    )


def _study(trainee: Trainee) -> Iterator[Due]:
    """Each area once a year."""
    studied = {(trainee.plan.year_of(s.on), area) for s in training(trainee).sessions if s.hours for area in s.areas}
    for year in trainee.years:
        for code, area in trainee.plan.training.areas.items():
            if (year, code) not in studied:
                what = f"{year}年度没有参加“{area.label}”方面的学习"
                yield _by_year_end(trainee, "M1", "study_area", year, what, f"No study in {year}: {area.label_en}")


def _measure(trainee: Trainee) -> Iterator[Due]:
    """What the tier is grown by."""
    assert trainee.member is not None
    demands = {
        Measure.PLACEMENT: _departments,
        Measure.MENTORING: _pairings,
        Measure.SELF_DEVELOPMENT: _self_development,
    }
    tier = trainee.plan.tiers.get(trainee.member.tier)
    return demands[tier.measure](trainee, measures(trainee)) if tier else iter(())


def _departments(trainee: Trainee, done: list[MeasureEntry]) -> Iterator[Due]:
    seen, due = len(departments(done)), trainee.plan.training.departments
    if seen < due:
        what = f"岗位锻炼 {seen} 个部门，应有 {due} 个"
        yield _by_the_end(trainee, "M2", "departments", what, f"Placements in {seen} of {due} departments")


def departments(done: list[MeasureEntry]) -> set[str]:
    """The departments in which there was a placement."""
    return {text_key(str(entry.value)) for entry in done if entry.kind == kinds.PLACEMENT}


def _pairings(trainee: Trainee, done: list[MeasureEntry]) -> Iterator[Due]:
    """A mentor for every year; one who left, or gave up the post, covers it no longer from that day on (M3)."""
    del done
    days = trainee.plan.training.pairing_within_days
    for year in trainee.years:
        rows = [row for row in trainee.of_batch(MentorPaired) if row.value.year == year]
        lost = [day for row in rows if (day := mentor_lost(trainee, row))]
        if not rows or (len(lost) == len(rows) and max(lost) <= trainee.year_from(year)):
            yield _within(trainee, days, "M3", "pairing", year, f"{year}年度没有结对", f"No mentor for {year}")
        elif len(lost) == len(rows):
            yield _mentor_gone(trainee, year, max(lost))


def _mentor_gone(trainee: Trainee, year: int, day: date) -> Due:
    what, what_en = f"{year}年度结对导师自{day}起离校或不再任职，没有另行结对", f"No mentor in {year} since {day}: gone"
    return _from_day(trainee, "M3", "pairing", year, day, what, what_en)


def _from_day(trainee: Trainee, clause: str, code: str, year: int, day: date, what: str, what_en: str) -> Due:
    """A gap that opens on a day, at the end of the one before."""
    del trainee
    before = day - timedelta(days=1)
    return Due(clause, code, year, before, before, what, what_en)


def _losses(trainee: Trainee) -> Iterator[Due]:
    """Every day from which a mentor or guide was gone, whether somebody came after or not."""
    for row in trainee.of_batch(MentorPaired):
        day = mentor_lost(trainee, row)
        if day:
            yield _mentor_gone(trainee, row.value.year, day)
    for guided in trainee.of_batch(GuideAssigned):
        day = guide_lost(trainee, guided)
        if day:
            yield _guide_gone(trainee, trainee.plan.year_of(day), day)


def _guide_gone(trainee: Trainee, year: int, day: date) -> Due:
    what, what_en = f"{year}年度指导人自{day}起离校，没有另行安排", f"No guide in {year} since {day}: gone"
    return _from_day(trainee, "M4", "guide", year, day, what, what_en)


def _self_development(trainee: Trainee, done: list[MeasureEntry]) -> Iterator[Due]:
    days = trainee.plan.training.requirement_within_days
    for year in trainee.years:
        if not any(entry.kind == kinds.REQUIREMENT and entry.year == year for entry in done):
            what = f"{year}年度没有明确培养要求"
            yield _within(trainee, days, "M4", "requirement", year, what, f"No requirement for {year}")
        yield from _guides(trainee, year)
    practised = {entry.value for entry in done if entry.kind == kinds.PRACTICE}
    for code, kind in trainee.plan.training.practice.items():
        if code != _OTHER and code not in practised:
            what = f"没有“{kind.label}”方面的实践"
            yield _by_the_end(trainee, "M4", "practice", what, f"No practice: {kind.label_en}")


def _guides(trainee: Trainee, year: int) -> Iterator[Due]:
    """A guide by the end of every year; one who left guides no longer (M4)."""
    last = trainee.plan.year_bounds(year)[1]
    rows = [row for row in trainee.of_batch(GuideAssigned) if row.since <= last]
    lost = [day for row in rows if (day := guide_lost(trainee, row)) and day <= last]
    if not rows or (len(lost) == len(rows) and max(lost) <= trainee.year_from(year)):
        what = f"{year}年度没有确定指导人"
        yield _by_year_end(trainee, "M4", "guide", year, what, f"No guide by the end of {year}")
    elif len(lost) == len(rows):
        yield _guide_gone(trainee, year, max(lost))


def _materials(trainee: Trainee) -> Iterator[Due]:
    """Forms not filed, or returned and not filed again."""
    assert trainee.member is not None
    filed = trainee.of_batch(DocumentFiled)
    returned_ones = {row.key for row in trainee.of_batch(DocumentReturned)}
    for due in due_forms(trainee):
        form = trainee.plan.forms[due.form]
        own = {row.key for row in filed if row.value.form == due.form and due.year in (None, row.value.year)}
        if own - returned_ones:
            continue
        title, returned = f"{due.year}年度{form.label}" if due.year else form.label, bool(own)
        yield Due(
            "D1",
            "material",
            due.year or trainee.plan.year_of(due.due_on),
            trainee.year_from(due.year) if due.year else trainee.member.since,
            due.due_on,
            f"{title}退回后没有补交" if returned else f"{title}没有归档",
            f"{form.label_en}{f' {due.year}' if due.year else ''} {'returned' if returned else 'not filed'}",
            form=due.form,
            named=(title, f"{form.label_en}{f' {due.year}' if due.year else ''}"),
        )


def _grades(trainee: Trainee) -> Iterator[Due]:
    """One grade a year, or a reason for none; a deferred one resolved in time."""
    assert trainee.member is not None
    standing = {grade.year: grade for grade in school.grades(trainee.facts, trainee.person, trainee.batch)}
    for year in trainee.years:
        grade = standing.get(year)
        if grade is None and not trainee.member.lasted(trainee.plan.year_bounds(year)[1]):
            continue
        if grade is None:
            yield _by_year_end(trainee, "E1", "grade", year, f"{year}年度没有评价意见", f"No grade for {year}")
        elif grade.grade is Grade.DEFERRED:
            until = add_months(grade.confirmed_on, trainee.plan.review.deferred_within_months)
            what, what_en = f"{year}年度暂缓评定还没有结果", f"The deferred grade of {year} is not resolved"
            yield Due("E1", "deferred_grade", year, grade.confirmed_on, until, what, what_en)


def _termination(trainee: Trainee) -> Iterator[Due]:
    """After 建议终止 the committee decides whether training ends or goes on (E2)."""
    for due in _recommendations(trainee):
        if all(day < due.since for day in _decided_on(trainee)):
            yield due


def _recommendations(trainee: Trainee) -> Iterator[Due]:
    days = timedelta(days=trainee.plan.review.termination_within_days)
    for year, day in school.termination_recommended(trainee.facts, trainee.person, trainee.batch):
        what, what_en = (
            f"{year}年度建议终止培养，党委会没有决定",
            f"No decision on the recommendation of {year} to terminate",
        )
        yield Due("E2", "termination", year, day, day + days, what, what_en)


def _decided_on(trainee: Trainee) -> Iterator[date]:
    """The days on which the committee decided either way, by a vote of its own or by an outcome."""
    for row in trainee.of_batch(ResolutionReached):
        if row.value.matter is Matter.TERMINATION and row.value.result is not Result.DEFERRED:
            yield row.since
    yield from (row.since for row in trainee.of_batch(OutcomeDecided))


def _by_year_end(trainee: Trainee, clause: str, code: str, year: int, what: str, what_en: str) -> Due:
    return Due(clause, code, year, trainee.year_from(year), trainee.plan.year_bounds(year)[1], what, what_en)


def _within(trainee: Trainee, days: int, clause: str, code: str, year: int, what: str, what_en: str) -> Due:
    """Days run from the later of the year's start and the joining; the last of them is in time."""
    start = trainee.year_from(year)
    return Due(clause, code, year, start, start + timedelta(days=days), what, what_en)


def _by_the_end(trainee: Trainee, clause: str, code: str, what: str, what_en: str) -> Due:
    assert trainee.member is not None
    until = trainee.member.ends_on
    return Due(clause, code, trainee.plan.year_of(until), trainee.member.since, until, what, what_en)


def _announcements(moment: Moment, batch: str, plan: Plan) -> Iterator[Gap]:
    """Meetings that admitted somebody and whose result was not announced in time (R4)."""
    for due in _announceable(moment, batch, plan):
        if due.until < moment.as_of and not moment.facts.one(batch, ResultAnnounced, due.code):
            yield _gap(due._replace(code="announcement"), moment.as_of)


def _announceable(moment: Moment, batch: str, plan: Plan) -> Iterator[Due]:
    """Every result that there is to announce; its code is the round and the meeting."""
    votes = [row.value for _, row in admissions(moment, batch)]
    for turn, key in sorted({(str(vote.round), vote.meeting) for vote in votes}):
        held = moment.facts.one(batch, MeetingHeld, key)
        if held:
            until = held.since + timedelta(days=plan.committee.announce_within_days)
            what, what_en = f"{held.since}党委会的结果没有公布", f"The result of {held.since} is not announced"
            yield Due("R4", f"{turn}/{key}", plan.year_of(held.since), held.since, until, what, what_en, held.source)


def admissions(moment: Moment, batch: str) -> Iterator[tuple[str, Row[ResolutionReached]]]:
    """Whom the committee decided to admit, and the resolution."""
    for person in sorted({row.value.person for row in moment.facts.all(batch, Entrant)}):
        for row in moment.facts.all(person, ResolutionReached):
            vote = row.value
            if vote.batch == batch and vote.matter is Matter.ADMISSION and vote.result is Result.PASSED:
                yield person, row
