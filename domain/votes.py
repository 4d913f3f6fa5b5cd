"""Questions about votes and nominations: which of several on one matter counts, and what was taken back.

Of several votes on one matter the latest by the day of its meeting counts, on one day the one recorded last.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from domain.events.committee import ResolutionReached
from domain.events.selection import CandidateNominated, NominationWithdrawn
from domain.facts import Reader, Row
from domain.language import Matter, Result

Vote = Row[ResolutionReached]


class Fields(NamedTuple):
    """Which of its fields a vote needs to say what it is on, and which it may have."""

    due: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every field that the matter has."""
        return self.due + self.optional


# What a vote is on is told by these fields. No matter has another of them than it lists here.
TELLING = ("round", "tier", "year", "grade", "outcome", "rule", "case", "upheld")
FIELDS = dict.fromkeys(Matter, Fields()) | {
    Matter.ADMISSION: Fields(due=("tier",), optional=("round",)),
    Matter.SUPPLEMENT: Fields(due=("round",)),
    Matter.GRADE: Fields(due=("year", "grade")),
    Matter.OUTCOME: Fields(due=("outcome",)),
    Matter.DISQUALIFICATION: Fields(optional=("case",)),
    Matter.APPEAL: Fields(optional=("case", "upheld")),
    Matter.EXCEPTION: Fields(due=("rule",), optional=("year", "tier", "round")),
}
ANSWERS = ("grade", "outcome", "upheld")
# What a vote that is taken now must tell besides; older ones were taken without it.
SINCE = {Matter.PLAN: ("text",), Matter.DISQUALIFICATION: ("case",), Matter.APPEAL: ("case", "upheld")}


class Told(Protocol):
    """A vote, on record or about to be."""

    @property
    def matter(self) -> Matter: ...


def untold(vote: Told) -> list[str]:
    """What a vote that is taken or corrected now still has to tell."""
    return [name for name in SINCE.get(vote.matter, ()) if getattr(vote, name) is None]


def same_matter(one: ResolutionReached, other: ResolutionReached) -> bool:
    """Whether two votes are on one matter, by the fields that it has; what one of them leaves open is no difference.

    Plans change by many resolutions: each is told from the others by its text.
    """
    if (one.batch, one.matter) != (other.batch, other.matter):
        return False
    if one.matter is Matter.PLAN and one.text != other.text:
        return False
    fields = FIELDS[one.matter]
    pairs = {name: (getattr(one, name), getattr(other, name)) for name in fields.allowed if name not in ANSWERS}
    return all(mine == its or (name in fields.optional and None in (mine, its)) for name, (mine, its) in pairs.items())


def overtaking(facts: Reader, subject: str, vote: Vote) -> Vote | None:
    """The latest vote on the same matter after this one. One that lets another proposal fail leaves it as it is."""
    value = vote.value
    later = [
        row
        for row in facts.all(subject, ResolutionReached)
        if (row.since, row.origin) > (vote.since, vote.origin)
        and same_matter(row.value, value)
        and (row.value.result is Result.PASSED or proposal(row.value) == proposal(value))
    ]
    return later[-1] if later else None


def proposal(vote: ResolutionReached) -> tuple[object, ...]:
    """What was put to the vote, of the several answers that a matter can have."""
    return tuple(getattr(vote, name) for name in ANSWERS if name in FIELDS[vote.matter].allowed)


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
