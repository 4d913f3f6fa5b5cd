"""Questions about a batch's first round: until when it runs, whom it lets in, which places it has filled (D3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain import school
from domain.events.base import INITIAL_ROUND
from domain.events.committee import ResolutionReached, ResultAnnounced
from domain.events.person import PersonLeft
from domain.events.selection import CandidateShortlisted, Entrant
from domain.events.vacancy import MotionRaised, MotionRefused, VacancyCancelled, VacancyFilled, VacancyOpened
from domain.facts import Facts, Reader, Row
from domain.language import Matter, Origin, Result, VacancyCause
from domain.votes import admission, nominations


def entrants(facts: Reader, batch: str, round: str = INITIAL_ROUND) -> list[str]:
    """Everybody who was nominated in a round, whether or not that was taken back."""
    rows = facts.all(batch, Entrant)
    return list(dict.fromkeys(row.value.person for row in rows if row.key.partition("/")[0] == round))


def voted_at(facts: Reader, batch: str, round: str) -> Iterator[tuple[str, str, str]]:
    """Person, tier and meeting of every vote on admission in a round."""
    for person in entrants(facts, batch, round):
        for row in facts.all(person, ResolutionReached):
            vote = row.value
            if (vote.batch, vote.matter, vote.round) == (batch, Matter.ADMISSION, round):
                yield person, str(vote.tier), vote.meeting


def ended_on(facts: Reader, batch: str, tier: str) -> date | None:
    """The day on which a tier's result was first announced, or its open places were declared, if earlier."""
    meetings = {meeting for _, code, meeting in voted_at(facts, batch, INITIAL_ROUND) if code == tier}
    days = [
        row.since
        for row in facts.all(batch, ResultAnnounced)
        if row.value.round == INITIAL_ROUND and row.value.meeting in meetings
    ]
    days += [row.since for row in _initial(facts, batch, tier)]
    return min(days, default=None)


def is_pending(facts: Reader, batch: str, tier: str) -> bool:
    """Whether a tier still waits for its own result: somebody is on its shortlist, and none was announced."""
    if ended_on(facts, batch, tier) is not None:
        return False
    return any(
        listed.value.tier == tier and nominations(facts, person, batch, INITIAL_ROUND)
        for person in entrants(facts, batch)
        if (listed := facts.one(person, CandidateShortlisted, f"{batch}/{INITIAL_ROUND}"))
        and facts.one(person, PersonLeft) is None
    )


def let_in(known: Facts, person: str, batch: str, tier: str, day: date) -> bool:
    """Whether the first round may let somebody in on a day: once its result is out, only whom the committee had
    passed, or deferred, by then.
    """
    over = ended_on(known.on(day), batch, tier)
    if over is None or day <= over:
        return True
    vote = admission(known.on(over), person, batch, tier, INITIAL_ROUND)
    return vote is not None and vote.value.result is not Result.FAILED


def is_deferred(known: Facts, person: str, batch: str, tier: str, day: date) -> bool:
    """Whether the committee had deferred somebody when the tier's first result came out."""
    over = ended_on(known.on(day), batch, tier)
    vote = admission(known.on(over), person, batch, tier, INITIAL_ROUND) if over else None
    return vote is not None and vote.value.result is Result.DEFERRED


def waiting(facts: Reader, batch: str, tier: str) -> list[str]:
    """Whom the first round passed and who has not taken the place yet: it is kept."""
    carried_out = {member.resolution for member in school.members(facts, batch)}
    found = []
    for person in entrants(facts, batch):
        vote = admission(facts, person, batch, tier, INITIAL_ROUND)
        if vote is None or vote.value.result is not Result.PASSED or vote.key in carried_out:
            continue
        if nominations(facts, person, batch, INITIAL_ROUND) and facts.one(person, PersonLeft) is None:
            found.append(person)
    return found


def places_begun(facts: Reader, batch: str, tier: str) -> int:
    """Places of the cycle's start that somebody took, left though they may be, or that a supplement filled."""
    everybody = school.members(facts, batch)
    initial = {row.key for row in _initial(facts, batch, tier)}
    supplements = {m.membership for m in everybody if m.origin is Origin.SUPPLEMENT}
    filled = facts.all(batch, VacancyFilled)
    others = supplements | {row.value.membership for row in filled if row.key not in initial}
    own = sum(m.tier == tier and m.membership not in others for m in everybody)
    return own + sum(row.key in initial and row.value.membership in supplements for row in filled)


def places_left(facts: Reader, batch: str, tier: str) -> list[str]:
    """The vacancies of a tier that stand open and that no motion names, whoever left them."""
    moved = _moved(facts, batch)
    return [row.key for row in school.open_vacancies(facts, batch) if row.value.tier == tier and row.key not in moved]


def places_free(facts: Reader, batch: str, tier: str) -> list[str]:
    """The initial vacancies among them."""
    initial = {row.key for row in _initial(facts, batch, tier)}
    return [key for key in places_left(facts, batch, tier) if key in initial]


def _moved(facts: Reader, batch: str) -> set[str]:
    """The vacancies that a motion names, refused ones apart."""
    refused = {row.key for row in facts.all(batch, MotionRefused)}
    return {key for row in facts.all(batch, MotionRaised) if row.key not in refused for key in row.value.vacancies}


def left_before(facts: Reader, batch: str, tier: str, day: date) -> bool:
    """Whether a place that somebody left by a day stands open."""
    return any(
        row.value.tier == tier and row.value.cause is not VacancyCause.INITIAL and row.since <= day
        for row in school.open_vacancies(facts, batch)
    )


def to_declare(facts: Reader, batch: str, tier: str, target: int) -> int:
    """How many places a tier starts without that nobody waits for and no vacancy stands for."""
    given_up = {row.key for row in facts.all(batch, VacancyCancelled)}
    initial = _initial(facts, batch, tier)
    still_open = {row.key for row in school.open_vacancies(facts, batch)}
    declared = sum(row.key in given_up | still_open for row in initial)
    return target - places_begun(facts, batch, tier) - len(waiting(facts, batch, tier)) - declared


def _initial(facts: Reader, batch: str, tier: str) -> list[Row[VacancyOpened]]:
    return [
        row
        for row in facts.all(batch, VacancyOpened)
        if row.value.tier == tier and row.value.cause is VacancyCause.INITIAL
    ]
