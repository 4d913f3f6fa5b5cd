"""Who stands on the sheets: the members of a tier or a year, the candidates of a round, and how each is introduced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from domain.errors import Unknown
from domain.events.base import INITIAL_ROUND
from domain.events.committee import ResolutionReached
from exports.documents.document import Asked, introduction
from projections.moment import Moment
from projections.parts.field import label
from projections.parts.resolved import resolved
from projections.selection import Candidate, Round, selection
from projections.trainee import Trainee, trainee
from projections.yearly_review import YearlyReview, yearly_review


def round_of(asked: Asked) -> Round:
    """The round asked about, by default the first selection; of one tier where one is named."""
    plan = asked.standing_plan()
    found = asked.moment.once(selection, plan.batch, asked.round or INITIAL_ROUND, asked.order).rounds
    if not found:
        raise Unknown(
            f"{plan.name}当日还没有这一轮选拔的记录。请换一天（as_of）或另一轮（round）。",
            "There is no record of that round by that day. Ask for another day (as_of) or round.",
        )
    kept = [one for one in found[0].candidates if asked.tier in (None, one.tier)]
    return found[0].model_copy(update={"candidates": kept})


def introduced(asked: Asked, one: Candidate, day: date) -> dict[str, Any]:
    """A candidate of a round as a row begins, on the day that the paper is of."""
    batch = asked.standing_plan().batch
    of = asked.moment.back_on(day, lambda then: _introduced(trainee(then, one.person_id, batch)))
    return {"person_id": one.person_id, "day": day.isoformat(), "tier": one.tier, "tier_label": one.tier_label} | of


def _introduced(of: Trainee) -> dict[str, Any]:
    return {"name": of.name, "about": introduction(of)}


def named_on(moment: Moment, day: date, people: Iterable[str]) -> dict[str, str]:
    """The names that people went by on a day."""
    return moment.back_on(day, lambda then: then.names(people))


def candidates(asked: Asked) -> list[Trainee]:
    """The person asked about, else everybody of the round."""
    batch = asked.standing_plan().batch
    people = [asked.person] if asked.person else [one.person_id for one in round_of(asked).candidates]
    return [trainee(asked.moment, person, batch) for person in people]


def voted(moment: Moment, subject: str, key: str) -> dict[str, Any]:
    """A resolution about a person or a batch as a form records it: meeting, document, votes, result."""
    reached = moment.facts.one(subject, ResolutionReached, key)
    found = resolved(moment, subject, key)
    votes = reached.value.model_dump(include={"entitled", "agree", "disagree", "abstain"}) if reached else None
    return {
        "resolved": found.model_dump(mode="json") if found else None,
        "votes": votes,
        "put_label": _put(reached.value) if reached else None,
        "result_label": label("result", reached.value.result) if reached else None,
    }


def _put(vote: ResolutionReached) -> Any:
    """What was put to the vote on an appeal: that it is upheld, or that it is not."""
    return None if vote.upheld is None else label("answer", "upheld" if vote.upheld else "dismissed")


def last_of(of: Trainee) -> date:
    """The day asked about, at most the last one of a membership that has ended."""
    ended = of.member.last_day if of.member else None
    return min(ended or of.as_of, of.as_of)


def year_of(asked: Asked) -> int:
    """The training year asked about, by default the one that holds the day, or the last."""
    plan = asked.standing_plan()
    return asked.year or max(plan.years()[0], min(plan.year_of(asked.moment.as_of), plan.years()[-1]))


def review_of(asked: Asked) -> YearlyReview:
    """The year's review, of one tier where one is named."""
    found = asked.moment.once(yearly_review, year_of(asked), asked.standing_plan().batch, asked.order)
    kept = [one for one in found.members if asked.tier in (None, one.tier)]
    return found.model_copy(update={"members": kept})


def members_of_year(asked: Asked) -> list[Trainee]:
    """The person asked about, else everybody who was on the roster in the year."""
    batch = asked.standing_plan().batch
    people = [asked.person] if asked.person else [one.person_id for one in review_of(asked).members]
    return [trainee(asked.moment, person, batch) for person in people]
