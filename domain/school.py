"""Questions that decisions and views ask of the facts, each answered in one place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from domain.errors import TiduiError, Unknown
from domain.events.base import SCHOOL
from domain.events.batch import KnownBatch, LeadingGroupFormed, PlanAmended, PlanPublished
from domain.events.committee import ResolutionReached
from domain.events.cycle_end import OutcomeDecided
from domain.events.disqualification import (
    AppealDecided,
    AppealLodged,
    DisqualificationDecided,
    DisqualificationRevoked,
)
from domain.events.membership import Seat, SeatEnd, SeatRestored, SeatStatus, SeatTerm
from domain.events.person import PersonFactChanged, PersonLeft, PersonName, PersonRegistered, PostEnded, PostHeld
from domain.events.review import DeferredGradeResolved, GradeConfirmed, GradeWaived
from domain.events.selection import ExceptionGranted
from domain.events.vacancy import VacancyCancelled, VacancyFilled, VacancyOpened
from domain.facts import Reader, Row
from domain.language import EndCause, Grade, Origin, Outcome, Status
from domain.plan import Plan
from domain.rules import Judgement


def plan_in_force(facts: Reader, batch: str) -> Plan:
    """The batch's plan with the amendments that stand.

    One that does not fit what an amendment told later leaves changes nothing: deciding it again finds that.
    """
    published = facts.one(batch, PlanPublished)
    if published is None:
        raise Unknown(f"没有公布过“{batch}”的培养方案。", f"No plan has been published for {batch}.")
    plan = published.value.plan
    for amendment in facts.all(batch, PlanAmended):
        with suppress(TiduiError):
            plan = plan.amended(amendment.value.changes)
    return plan


def batches(facts: Reader) -> list[Row[KnownBatch]]:
    """All batches with a published plan, the latest cycle last."""
    return sorted(facts.all(SCHOOL, KnownBatch), key=lambda row: (row.value.starts_on, row.key))


def next_batch(facts: Reader, batch: str) -> str | None:
    """The published batch whose cycle begins next after this one's, if there is one yet."""
    order = [row.key for row in batches(facts)]
    return next(iter(order[order.index(batch) + 1 :]), None) if batch in order else None


def batch_on(facts: Reader, day: date) -> str:
    """The latest published batch whose cycle holds the day, else the latest."""
    known = batches(facts)
    if not known:
        raise Unknown(
            "还没有公布任何培养方案。先用 tidui plan publish 公布。",
            "No plan has been published yet. Publish one: tidui plan publish FILE.",
        )
    return batch_of(known, day)


def batch_of(known: Sequence[Row[KnownBatch]], day: date) -> str:
    """The same among batches that are at hand, the latest cycle last."""
    holding = [row for row in known if row.value.starts_on <= day <= row.value.ends_on]
    return (holding or known)[-1].key


def name_of(facts: Reader, person: str) -> str:
    """The name a person goes by, or the id where nobody is on file under it."""
    named = facts.one(SCHOOL, PersonName, person)
    return named.value.name if named else person


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a registration with the event it comes from."""

    value: str | None
    source: int
    since: date


def registration(facts: Reader, person: str) -> dict[str, Field]:
    """The registration's fields with later changes applied, each with its source."""
    registered = facts.one(person, PersonRegistered)
    if registered is None:
        raise Unknown(f"没有登记人员 {person}。", f"Nobody is registered as {person}.")
    data = registered.value.model_dump(mode="json", exclude={"person", "same_as"})
    fields = {name: Field(value, registered.source, registered.since) for name, value in data.items()}
    for change in facts.all(person, PersonFactChanged):
        fields[change.key] = Field(change.value.now, change.source, change.since)
    return fields


def birth_date(facts: Reader, person: str) -> date:
    """The date of birth on file."""
    changed, registered = facts.one(person, PersonFactChanged, "birth_date"), facts.one(person, PersonRegistered)
    if changed:
        return date.fromisoformat(str(changed.value.now))
    if registered:
        return registered.value.birth_date
    raise Unknown(f"没有登记人员 {person}。", f"Nobody is registered as {person}.")


@dataclass(frozen=True, slots=True)
class Post:
    """A post held, with the first day without it where it has ended; `since` is None where that is not known."""

    record: str
    post: str
    text: str | None
    unit: str | None
    since: date | None
    ended_on: date | None
    source: int
    ended_source: int | None


def posts(facts: Reader, person: str) -> list[Post]:
    """Posts held until now, past ones included."""
    ended = {row.key: row for row in facts.all(person, PostEnded)}
    return [_post(row, ended.get(row.key)) for row in facts.all(person, PostHeld)]


def _post(held: Row[PostHeld], ended: Row[PostEnded] | None) -> Post:
    value = held.value
    until, place = (ended.since, ended.source) if ended else (None, None)
    since = None if value.since_unknown else held.since
    return Post(held.key, value.post, value.text, value.unit, since, until, held.source, place)


def post_code(facts: Reader, given: str) -> str | None:
    """The code of what a published plan calls a post, by code, label or another name; None where none has it.

    Before any plan is published a code is taken as it is.
    """
    plans = [plan_in_force(facts, row.key) for row in batches(facts)]
    if given in ("other", "其他") or not plans:
        return "other" if given == "其他" else given
    named = {code: post for plan in plans for code, post in plan.posts.items()}
    return next((code for code, post in named.items() if given in (code, post.label, *post.aliases)), None)


def post_labels(facts: Reader) -> list[str]:
    """What the published plans call their posts."""
    return list(dict.fromkeys(p.label for row in batches(facts) for p in plan_in_force(facts, row.key).posts.values()))


def holds_post(facts: Reader, person: str, post: str) -> bool:
    """Whether the person, who is at the school, holds the post at the reader's time."""
    there = facts.one(person, PersonLeft) is None
    return there and any(held.post == post and held.ended_on is None for held in posts(facts, person))


class Member(NamedTuple):
    """A membership as it stands. `source` is where its status comes from, `started_source` its start;
    `ended_by` is the resolution that ended it, where one did; `results` is what the rules said of the admission.
    """

    membership: str
    person: str
    batch: str
    tier: str
    origin: Origin
    resolution: str
    since: date
    ends_on: date
    status: Status
    cause: EndCause | None
    status_since: date
    source: int
    started_source: int
    term_source: int
    ended_by: str | None = None
    results: tuple[Judgement, ...] = ()

    @property
    def active(self) -> bool:
        """Whether the place is taken; a suspended member keeps it."""
        return self.status is not Status.ENDED

    @property
    def last_day(self) -> date | None:
        """The last day on the roster, once the membership has ended."""
        return None if self.active else self.status_since - timedelta(days=1)

    def lasted(self, day: date) -> bool:
        """Whether it did not end before the day; of a year's last day: whether the year asks for a grade (E1)."""
        return self.active or self.status_since >= day

    def on_roster(self, first: date, last: date) -> bool:
        """Whether the place was taken on some day from `first` to `last`."""
        return self.since <= last and (self.last_day is None or self.last_day >= first)


def members(facts: Reader, subject: str) -> list[Member]:
    """All memberships of a batch, or of a person, ended ones included, in the order they began."""
    terms = {row.key: row for row in facts.all(subject, SeatTerm)}
    states = {row.key: row for row in facts.all(subject, SeatStatus)}
    ends = _first_ends(facts, subject)
    return [_member(row, terms[row.key], states[row.key], ends.get(row.key)) for row in facts.all(subject, Seat)]


def _first_ends(facts: Reader, subject: str) -> dict[str, Row[SeatEnd]]:
    """Of each membership the end that came first since it began or was restored (S5)."""
    restored = {row.key: (row.since, row.origin) for row in facts.all(subject, SeatRestored)}
    found: dict[str, Row[SeatEnd]] = {}
    for row in facts.all(subject, SeatEnd):
        membership = row.value.membership
        if membership not in restored or restored[membership] < (row.since, row.origin):
            found.setdefault(membership, row)
    return found


def _member(seat: Row[Seat], term: Row[SeatTerm], state: Row[SeatStatus], end: Row[SeatEnd] | None) -> Member:
    value = seat.value
    return Member(
        value.membership,
        value.person,
        value.batch,
        value.tier,
        value.origin,
        value.resolution,
        seat.since,
        term.value.ends_on,
        Status.ENDED if end else state.value.status,
        end.value.cause if end else None,
        (end or state).since,
        (end or state).source,
        seat.source,
        term.source,
        end.value.resolution if end else None,
        value.results,
    )


def active_membership(facts: Reader, person: str, batch: str | None = None) -> Member | None:
    """The one active membership of a person, if any (H1)."""
    standing = [m for m in members(facts, person) if m.active and batch in (None, m.batch)]
    return standing[-1] if standing else None


def overtaken(member: Member, outcome: Row[OutcomeDecided]) -> bool:
    """Whether the membership ended otherwise before its outcome took effect with the term's end (S5)."""
    if member.active or member.membership != outcome.value.membership:
        return False
    if outcome.value.outcome is Outcome.EXTENDED:
        return member.status_since < outcome.value.term_ends_on or member.status_since <= outcome.since
    return member.ended_by != outcome.value.resolution


def last_outcome(facts: Reader, person: str, batch: str) -> Row[OutcomeDecided] | None:
    """The outcome of a person's last term in a batch."""
    return next((row for row in reversed(facts.all(person, OutcomeDecided)) if row.value.batch == batch), None)


def taken(facts: Reader, batch: str, tier: str) -> int:
    """Places of a tier that are taken."""
    return sum(1 for member in members(facts, batch) if member.tier == tier and member.active)


def open_vacancies(facts: Reader, batch: str) -> list[Row[VacancyOpened]]:
    """Vacancies neither filled nor cancelled."""
    closed = {row.key for row in facts.all(batch, VacancyFilled)} | {
        row.key for row in facts.all(batch, VacancyCancelled)
    }
    return [row for row in facts.all(batch, VacancyOpened) if row.key not in closed]


def disqualified(facts: Reader, person: str, batch: str) -> bool:
    """Whether the person was disqualified in the batch, and the decision was not revoked (D2)."""
    revoked = {row.key for row in facts.all(person, DisqualificationRevoked)}
    decided = facts.all(person, DisqualificationDecided)
    return any(row.value.batch == batch and row.key not in revoked for row in decided)


def awaits_appeal(facts: Reader, person: str, batch: str) -> bool:
    """Whether an appeal of the person in the batch still waits for its decision (D2)."""
    decided = {row.key for row in facts.all(person, AppealDecided)}
    return any(row.value.batch == batch and row.key not in decided for row in facts.all(person, AppealLodged))


def granted(facts: Reader, person: str, batch: str, rule: str) -> Row[ExceptionGranted] | None:
    """The exception granted to a person for one rule in a batch; it covers no other rule."""
    return facts.one(person, ExceptionGranted, f"{batch}/{rule}")


def leading_group(facts: Reader, batch: str) -> Row[LeadingGroupFormed] | None:
    """The leading group as it stands (O1)."""
    return facts.one(batch, LeadingGroupFormed)


def resolution(facts: Reader, subject: str, key: str) -> Row[ResolutionReached]:
    """A resolution about a person or batch, or a clear error."""
    found = facts.one(subject, ResolutionReached, key)
    if found is None:
        raise Unknown(
            f"没有关于此人（或此批）的决议 {key}。",
            f"There is no resolution {key} about this person or batch.",
        )
    return found


@dataclass(frozen=True, slots=True)
class StandingGrade:
    """The one grade, or the reasoned absence of one, of a member and year (E1)."""

    year: int
    grade: Grade | None
    confirmed_on: date
    source: int
    deferred_on: date | None = None
    resolved_on: date | None = None

    @property
    def waived(self) -> bool:
        """No grade, with a reason."""
        return self.grade is None


def waivers(facts: Reader, person: str, batch: str) -> list[Row[GradeWaived]]:
    """The reasoned absences of a grade. One that was told while somebody was disqualified ends with their restoration:
    the year is a part of one no more.
    """
    revoked = {row.key: row.since for row in facts.all(person, DisqualificationRevoked)}
    decided = {row.key: row.since for row in facts.all(person, DisqualificationDecided)}
    out = [(decided[case], back) for case, back in revoked.items() if case in decided]
    return [
        row
        for row in facts.all(person, GradeWaived)
        if row.value.batch == batch and not any(first <= row.since < back for first, back in out)
    ]


def waiver(facts: Reader, person: str, batch: str, year: int) -> Row[GradeWaived] | None:
    """The reasoned absence of a year's grade, where there is one."""
    return next((row for row in waivers(facts, person, batch) if row.value.year == year), None)


def grades(facts: Reader, person: str, batch: str) -> Iterator[StandingGrade]:
    """The standing grade of each training year that has one."""
    resolved = {row.value.year: row for row in facts.all(person, DeferredGradeResolved) if row.value.batch == batch}
    for row in facts.all(person, GradeConfirmed):
        if row.value.batch == batch:
            later = resolved.get(row.value.year)
            if later:
                yield StandingGrade(row.value.year, later.value.grade, row.since, later.source, row.since, later.since)
            else:
                yield StandingGrade(row.value.year, row.value.grade, row.since, row.source)
    for waived in waivers(facts, person, batch):
        yield StandingGrade(waived.value.year, None, waived.since, waived.source)


def grade(facts: Reader, person: str, batch: str, year: int) -> StandingGrade | None:
    """The standing grade of one training year, or its reasoned absence."""
    return next((found for found in grades(facts, person, batch) if found.year == year), None)


def termination_recommended(facts: Reader, person: str, batch: str) -> Iterator[tuple[int, date]]:
    """The years whose standing grade recommends to terminate, and since when (E1)."""
    for found in grades(facts, person, batch):
        if found.grade is Grade.TERMINATION_RECOMMENDED:
            yield found.year, found.resolved_on or found.confirmed_on
