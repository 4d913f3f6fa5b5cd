"""What should have happened and did not, or too late: gaps, who was to be a member, a group without its head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from domain import glossary, school, votes
from domain.commands.early_end import EARLY
from domain.commands.rounds import is_filled
from domain.events.base import INITIAL_ROUND, SCHOOL
from domain.events.batch import BatchClosed, PlanAmended
from domain.events.committee import MeetingHeld, ResolutionReached, ResultAnnounced
from domain.events.cycle_end import OutcomeDecided
from domain.events.membership import MembershipSuspended
from domain.events.person import PersonLeft
from domain.events.register import RegisterBegun
from domain.events.selection import ExceptionGranted
from domain.events.vacancy import VacancyCancelled, VacancyOpened
from domain.facts import effective
from domain.language import Departure, Result
from domain.plan import Plan
from domain.votes import overtaking
from projections.coverage import Gap, admissions, coverage, deadlines
from projections.moment import Moment
from projections.overtaken import overtaken_by
from projections.trainee import trainees


class Lack(NamedTuple):
    """Something due by a day. `person` is None where it is the batch's; `sources` are the events that made it due."""

    departure: Departure
    rule: str
    person: str | None
    on: date
    sources: tuple[int, ...]
    zh: str
    en: str
    covered_by: int | None = None


def lacks(moment: Moment, batch: str) -> Iterator[Lack]:
    """Everything of one batch until the day."""
    plan = moment.plan(batch)
    if plan is None:
        return
    standing = coverage(moment, batch).gaps
    for gap in standing:
        yield missing(moment, gap)
    for gap in made_good(moment, batch, standing):
        yield _late(gap)
    yield from _without_seat(moment, batch)
    yield from _before_the_register(moment, batch)
    yield from _without_outcome(moment, batch)
    yield from _outvoted(moment, batch)
    yield from _without_end(moment, batch)
    yield from _without_vacancy(moment, batch, plan)
    yield from _without_head(moment, batch, plan)
    yield from _overtaken(moment, batch)


def made_good(moment: Moment, batch: str, standing: list[Gap]) -> Iterator[Gap]:
    """What was lacking on the day after it fell due, by the plan of that day, and is not lacking any more."""
    lacking = {which(gap) for gap in standing}
    amended = [row.since - timedelta(days=1) for row in moment.facts.all(batch, PlanAmended)]
    moments = [on for day in (moment.as_of, *amended) if (on := _on(moment, day)).plan(batch)]
    due = {day for on in moments for day in deadlines(on, batch)}
    for day in sorted(due):
        after = _on(moment, day + timedelta(days=1))
        if after.plan(batch):
            yield from (g for g in coverage(after, batch).gaps if g.due_on == day and which(g) not in lacking)


def _on(moment: Moment, day: date) -> Moment:
    return replace(moment, as_of=day, facts=moment.on(day))


def which(gap: Gap) -> tuple[str | None, str, str, int, date]:
    """What makes it the same gap on another day, or by another plan."""
    return gap.person_id, gap.clause, gap.code, gap.year, gap.due_on


def missing(moment: Moment, gap: Gap) -> Lack:
    """What lacks. A suspension covers what the person could not do meanwhile; a grade, or its reason, is due anyway."""
    lack = _lack(Departure.MISSING, gap, f"{gap.what}（应于 {gap.due_on}）。", f"{gap.what_en}, due on {gap.due_on}.")
    if gap.person_id is None or not gap.suspended or gap.clause == "E1":
        return lack
    rows = moment.facts.all(gap.person_id, MembershipSuspended)
    suspended = max(row.source for row in rows if row.since <= gap.due_on)
    return lack._replace(departure=Departure.COVERED, covered_by=suspended)


def _late(gap: Gap) -> Lack:
    en = f"When it was due: {gap.what_en}; made good later."
    return _lack(Departure.LATE, gap, f"到期时{gap.what}，后来补上。", en)


def _lack(departure: Departure, gap: Gap, zh: str, en: str) -> Lack:
    sources = (gap.source,) if gap.source else ()
    return Lack(departure, f"{gap.clause}.{gap.code}", gap.person_id, gap.due_on, sources, zh, en)


def _without_seat(moment: Moment, batch: str) -> Iterator[Lack]:
    """Whom the committee decided to admit, nothing stopped, and nobody admitted by the end of that day (R4)."""
    carried_out = {member.resolution for member in school.members(moment.facts, batch)}
    for person, row in admissions(moment, batch):
        if row.since < moment.as_of and row.key not in carried_out and not _stopped(moment, person, batch, row):
            zh = f"{row.since}党委会同意列入，没有列入培养。"
            en = f"The committee admitted on {row.since}; there is no membership."
            yield Lack(Departure.MISSING, "R4.membership", person, row.since, (row.source,), zh, en)


def _stopped(moment: Moment, person: str, batch: str, vote: votes.Vote) -> bool:
    """Whether a later vote, the nominations taken back, a leaving, or others in every place of the round keeps
    somebody passed from being admitted.
    """
    turn = vote.value.round or INITIAL_ROUND
    nominated = votes.nominations(moment.facts, person, batch, turn)
    left = moment.facts.one(person, PersonLeft) is not None
    if left or not nominated or is_filled(moment.facts, batch, turn, str(vote.value.tier)):
        return True
    granted = [row.value for row in moment.facts.all(person, ExceptionGranted) if row.value.resolution == vote.key]
    declined = any(votes.exception_declined(moment.facts, person, vote, one.rule) for one in granted)
    return declined or votes.overtaking(moment.facts, person, vote) is not None


def _before_the_register(moment: Moment, batch: str) -> Iterator[Lack]:
    """Meetings before the first entry of a register that was begun later: their own lists count (R4). Said once."""
    first = min((row.since for row in moment.facts.all(SCHOOL, RegisterBegun)), default=None)
    early = [row for row in moment.facts.all(batch, MeetingHeld) if first and row.since < first]
    if early:
        zh = f"{first} 登记名册以前的 {len(early)} 次会议，应到人数以会议自列的名单为准。"
        en = f"{len(early)} meetings before the register of {first}: who was entitled is by their own lists."
        yield Lack(Departure.LATE, "R4.register", None, early[0].since, (early[0].source,), zh, en)


def _without_outcome(moment: Moment, batch: str) -> Iterator[Lack]:
    """Members whose term is over and who have no outcome (E2)."""
    for member in school.members(moment.facts, batch):
        if member.active and member.ends_on < moment.as_of:
            zh = f"培养期到 {member.ends_on} 为止，没有期满结果。"
            en = f"The term ran to {member.ends_on}; there is no outcome."
            sources = (member.started_source, member.term_source)
            yield Lack(Departure.MISSING, "E2.outcome", member.person, member.ends_on, sources, zh, en)


def _outvoted(moment: Moment, batch: str) -> Iterator[Lack]:
    """Outcomes decided ahead on which the committee voted otherwise before they took effect (R4)."""
    for row in moment.facts.all(batch, OutcomeDecided):
        person = moment.recorded(row.origin).stream
        if later := votes.outcome_outvoted(moment, person, row):
            zh = f"期满结果生效前，{later.since}党委会又作了表决，结论不同，没有重新决定。"
            en = f"Before the outcome took effect the committee voted otherwise on {later.since}; nobody decided anew."
            yield Lack(Departure.MISSING, "R4.outcome", person, later.since, (row.source, later.source), zh, en)


def _without_end(moment: Moment, batch: str) -> Iterator[Lack]:
    """Whose membership the committee decided to end before its term, and whose was not ended that day (E2)."""
    matters = {matter for matter, _ in EARLY.values()}
    for member in school.members(moment.facts, batch):
        votes = moment.facts.all(member.person, ResolutionReached) if member.active else []
        for row in votes:
            vote = row.value
            decided = vote.batch == batch and vote.matter in matters and vote.result is Result.PASSED
            if (
                decided
                and member.since <= row.since < moment.as_of
                and not overtaking(moment.facts, member.person, row)
            ):
                zh, en = (
                    f"{row.since}党委会决定提前结束培养，没有办理。",
                    f"On {row.since} the committee ended it; nobody did.",
                )
                yield Lack(Departure.MISSING, "E2.ending", member.person, row.since, (row.source,), zh, en)


def _without_vacancy(moment: Moment, batch: str, plan: Plan) -> Iterator[Lack]:
    """Places that nobody has and no vacancy stands for, once the first round is announced, within the cycle (D3)."""
    announced = [row for row in moment.facts.all(batch, ResultAnnounced) if row.value.round == INITIAL_ROUND]
    if not announced or moment.as_of > plan.cycle.ends_on:
        return
    first = min(announced, key=lambda row: row.since)
    given_up = {row.key for row in moment.facts.all(batch, VacancyCancelled)}
    opened = [*school.open_vacancies(moment.facts, batch)]
    opened += [row for row in moment.facts.all(batch, VacancyOpened) if row.key in given_up]
    for code, tier in plan.tiers.items():
        held = school.taken(moment.facts, batch, code)
        named = sum(row.value.tier == code for row in opened)
        if held + named < tier.target:
            zh = f"{tier.label}梯队目标 {tier.target} 人，在培 {held} 人，只登记了 {named} 个空缺。"
            en = f"Tier {tier.label_en}: {tier.target} places, {held} taken, {named} on record as vacant."
            yield Lack(Departure.MISSING, "D3.places", None, first.since, (first.source,), zh, en)


def _overtaken(moment: Moment, batch: str) -> Iterator[Lack]:
    """What stands on a membership though an end told later came before it (S5)."""
    for trainee in trainees(moment, batch):
        if trainee.member is None or trainee.member.active:
            continue
        for recorded in trainee.events():
            standing = effective(recorded, moment.amendments(recorded.position))[0]
            by = overtaken_by(moment, standing, standing.day) if standing else None
            if standing and by and standing.position < by:
                term = glossary.event(standing.event.KIND)
                zh = f"“{term.zh}”在培养结束（{trainee.member.status_since}）之后，被先到的结束覆盖。"
                en = f"{term.en}: overtaken by the membership's end on {trainee.member.status_since}."
                yield Lack(
                    Departure.OUTDATED, "H2.overtaken", trainee.person, standing.day, (standing.position, by), zh, en
                )


def _without_head(moment: Moment, batch: str, plan: Plan) -> Iterator[Lack]:
    """A leading group whose chair no longer holds the post, while the batch is open (O1)."""
    group = school.leading_group(moment.facts, batch)
    if group is None or moment.facts.all(batch, BatchClosed):
        return
    post = plan.leading_group.chair_post
    held = [p for p in school.posts(moment.facts, group.value.chair) if p.post == post]
    left = moment.facts.one(group.value.chair, PersonLeft)
    ended = [(p.ended_on, p.ended_source) for p in held if p.ended_on and p.ended_source and p.ended_on >= group.since]
    ended += [(left.since, left.source)] if left else []
    if not ended or school.holds_post(moment.facts, group.value.chair, post):
        return
    on, source = max(ended)
    label = plan.posts[post]
    zh = f"领导小组组长自 {on} 起不再是{label.label}，小组没有调整。"
    en = f"Since {on} the chair of the leading group does not hold the post: {label.label_en}."
    yield Lack(Departure.MISSING, "O1.chair", group.value.chair, on, (group.source, source), zh, en)
