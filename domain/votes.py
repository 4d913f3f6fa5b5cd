"""Questions about votes and nominations: which of several on one matter counts, and what was taken back.

Of several votes on one matter the latest by the day of its meeting counts, on one day the one recorded last.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from domain.events.base import SCHOOL, Event
from domain.events.committee import ResolutionReached
from domain.events.cycle_end import OutcomeDecided
from domain.events.disqualification import (
    AppealDecided,
    AppealLodged,
    DisqualificationDecided,
    DisqualificationProposed,
    KnownCase,
)
from domain.events.selection import CandidateNominated, NominationWithdrawn
from domain.facts import Reader, Row
from domain.language import Grade, Matter, Outcome, Result

Vote = Row[ResolutionReached]


class Fields(NamedTuple):
    """Which of its fields a vote needs to say what it is on, and which it may have."""

    due: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every field that the matter has."""
        return self.due + self.optional


# What a vote is on is told by these fields. No matter has another of them than it lists here. What a vote leaves open
# of the optional ones it is on whatever they say.
TELLING = ("round", "tier", "year", "grade", "outcome", "extended_to", "rule", "case", "upheld")
FIELDS = dict.fromkeys(Matter, Fields()) | {
    Matter.ADMISSION: Fields(due=("tier",), optional=("round",)),
    Matter.SUPPLEMENT: Fields(due=("round",)),
    Matter.GRADE: Fields(due=("year", "grade")),
    Matter.OUTCOME: Fields(due=("outcome",), optional=("extended_to",)),
    Matter.DISQUALIFICATION: Fields(optional=("case",)),
    Matter.APPEAL: Fields(optional=("case", "upheld")),
    Matter.EXCEPTION: Fields(optional=("rule", "year", "tier", "round")),
}
OF_CASE = (Matter.DISQUALIFICATION, Matter.APPEAL)
ANSWERS = ("grade", "outcome", "extended_to", "upheld")


class Told(Protocol):
    """A vote, on record or about to be."""

    @property
    def matter(self) -> Matter: ...
    @property
    def outcome(self) -> Outcome | None: ...
    @property
    def rule(self) -> str | None: ...


class Knowing(Protocol):
    """Whatever answers for a day."""

    def on(self, day: date) -> Reader: ...


def allowed(vote: Told) -> tuple[str, ...]:
    """The fields that a vote may have: an extension alone has a last day, a year the rules of E1, a tier the others."""
    strays = set() if vote.outcome is Outcome.EXTENDED else {"extended_to"}
    if vote.rule:
        strays |= {"tier", "round"} if vote.rule.startswith("E1.") else {"year"}
    return tuple(name for name in FIELDS[vote.matter].allowed if name not in strays)


def cases(facts: Reader, person: str, batch: str, matter: Matter) -> list[str]:
    """Somebody's cases that have come to a vote on the matter: the open ones, or all where none is open."""
    of_person = [
        row.key for row in facts.all(SCHOOL, KnownCase) if (row.value.person, row.value.batch) == (person, batch)
    ]
    if matter is Matter.DISQUALIFICATION:
        ripe = [case for case in of_person if facts.one(case, DisqualificationProposed)]
        decided: type[Event] = DisqualificationDecided
    else:
        ripe = [case for case in of_person if facts.one(person, AppealLodged, case)]
        decided = AppealDecided
    return [case for case in ripe if facts.one(person, decided, case) is None] or ripe


def same_matter(one: ResolutionReached, other: ResolutionReached) -> bool:
    """Whether two votes are on one matter, by the fields that it has; what one of them leaves open is no difference.

    Plans change by many resolutions: each is told from the others by its text.
    """
    if (one.batch, one.matter) != (other.batch, other.matter):
        return False
    if one.matter is Matter.PLAN and one.text != other.text:
        return False
    return _agree(one, other, (name for name in FIELDS[one.matter].allowed if name not in ANSWERS))


def same_proposal(one: ResolutionReached, other: ResolutionReached) -> bool:
    """Whether two votes on one matter put the same to the vote, of the several answers that it can have."""
    return _agree(one, other, (name for name in FIELDS[one.matter].allowed if name in ANSWERS))


def _agree(one: ResolutionReached, other: ResolutionReached, names: Iterable[str]) -> bool:
    pairs = ((name, getattr(one, name), getattr(other, name)) for name in names)
    optional = FIELDS[one.matter].optional
    return all(mine == its or (name in optional and None in (mine, its)) for name, mine, its in pairs)


def overtaking(facts: Reader, subject: str, vote: Vote) -> Vote | None:
    """The latest vote on the same matter after this one. One that lets another proposal fail leaves it as it is."""
    value = vote.value
    later = [
        row
        for row in facts.all(subject, ResolutionReached)
        if (row.since, row.origin) > (vote.since, vote.origin)
        and same_matter(row.value, value)
        and (row.value.result is Result.PASSED or same_proposal(row.value, value))
    ]
    return later[-1] if later else None


def settles(later: ResolutionReached, vote: ResolutionReached) -> bool:
    """Whether a vote is on the grade that an earlier one deferred."""
    return vote.grade is Grade.DEFERRED and later.grade is not Grade.DEFERRED


def outvoted(facts: Reader, subject: str, vote: Vote) -> Vote | None:
    """The latest vote on the matter after this one, where it did not decide the same once more."""
    later = overtaking(facts, subject, vote)
    again = later and later.value.result is Result.PASSED and same_proposal(later.value, vote.value)
    return None if again else later


def outcome_outvoted(known: Knowing, person: str, outcome: Row[OutcomeDecided]) -> Vote | None:
    """The last vote before an outcome decided ahead took effect, where that decided otherwise."""
    before = known.on(outcome.value.takes_effect_on(outcome.since) - timedelta(days=1))
    vote = before.one(person, ResolutionReached, outcome.value.resolution)
    return outvoted(before, person, vote) if vote else None


def exception_declined(facts: Reader, subject: str, vote: Vote, rule: str) -> Vote | None:
    """The latest vote on an exception by itself, after the vote that made it, where that did not make it."""
    value = vote.value
    later = [
        row
        for row in facts.all(subject, ResolutionReached)
        if (row.since, row.origin) > (vote.since, vote.origin)
        and (row.value.batch, row.value.matter, row.value.rule) == (value.batch, Matter.EXCEPTION, rule)
        and all(
            None in (mine := (getattr(value, name), getattr(row.value, name))) or mine[0] == mine[1]
            for name in FIELDS[Matter.EXCEPTION].optional
        )
    ]
    return later[-1] if later and later[-1].value.result is not Result.PASSED else None


def admission(facts: Reader, person: str, batch: str, tier: str, round: str) -> Vote | None:
    """The vote that counts on whether a round lets somebody into a tier."""
    about = (batch, Matter.ADMISSION, tier, round)
    votes = [
        row
        for row in facts.all(person, ResolutionReached)
        if (row.value.batch, row.value.matter, row.value.tier, row.value.round) == about
    ]
    return votes[-1] if votes else None


# Nominations


def withdrawals(facts: Reader, person: str) -> dict[str, Row[NominationWithdrawn]]:
    """By nomination, what took it back: its own withdrawal, or one at the nominee's wish, which takes back all."""
    made = {row.key: row for row in facts.all(person, CandidateNominated)}
    found: dict[str, Row[NominationWithdrawn]] = {}
    for row in facts.all(person, NominationWithdrawn):
        named = made.get(row.key)
        taken = [row.key]
        if row.value.at_own_wish and named is not None:
            taken += [key for key, other in made.items() if _together(named, other) and _before(other, row)]
        for key in taken:
            found.setdefault(key, row)
    return found


def _together(one: Row[CandidateNominated], other: Row[CandidateNominated]) -> bool:
    return (one.value.batch, one.value.round) == (other.value.batch, other.value.round)


def _before(nomination: Row[CandidateNominated], withdrawal: Row[NominationWithdrawn]) -> bool:
    return (nomination.since, nomination.origin) < (withdrawal.since, withdrawal.origin)


def nominations(facts: Reader, person: str, batch: str, round: str) -> list[Row[CandidateNominated]]:
    """The nominations of a person in a round that were not taken back."""
    back = withdrawals(facts, person)
    return [
        row
        for row in facts.all(person, CandidateNominated)
        if row.value.batch == batch and row.value.round == round and row.key not in back
    ]
