"""结果公布: whom one meeting passed and who was admitted by it, tier by tier, as it is posted.

An announcement is of one meeting; a round that was decided at several has as many. It names nobody who was not admitted
by that meeting's resolution. Who was passed and is not admitted yet is counted, not named; in a public notice (公示),
which asks for objections before anybody is admitted, they are named as proposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from domain import school
from domain.commands.notice import is_over
from domain.errors import Unknown
from domain.events.base import INITIAL_ROUND
from domain.events.committee import MeetingHeld, NoticeClosed, NoticeOpened, ResolutionReached, ResultAnnounced
from domain.facts import Row
from domain.language import Matter, Result
from domain.plan import Plan
from exports.documents.document import Asked, Content, collective
from exports.documents.people import named_on, round_of
from projections.selection import Candidate, Round, selection


class Passed(NamedTuple):
    """Somebody whom a meeting passed for a tier; `admitted` once a membership rests on that vote."""

    person: str
    tier: str
    admitted: bool


def _content(asked: Asked) -> Content:
    found, plan = round_of(asked), asked.standing_plan()
    letters = [one for one in _letters(asked, plan, found) if one["people"]]
    if not letters:
        raise Unknown(
            f"{plan.name}当日还没有这样的结果可以公布：会议表决通过并列入培养的，才写入公布。请换一天（as_of）、另一轮（round）或另一次会议（meeting）。",
            "Nothing is to be announced by that day: it takes a vote that passed and the admission by it. Ask for "
            "another day (as_of), round or meeting.",
        )
    return {
        "round": found.label,
        "is_supplement": found.round != INITIAL_ROUND,
        "plan": f"《{plan.school}{plan.name}培养计划方案》",
        "announcements": letters,
        "people": [{"person_id": one["person_id"], "name": one["name"]} for each in letters for one in each["people"]],
    }


def _letters(asked: Asked, plan: Plan, found: Round) -> Iterator[dict[str, Any]]:
    for meeting, held in _meetings(asked, plan.batch, found):
        if asked.meeting in (None, meeting):
            passed = [
                one for turn in found.candidates for one in _passed(asked, plan.batch, found.round, turn, meeting)
            ]
            yield _letter(asked, plan, found.round, held, passed)


def _meetings(asked: Asked, batch: str, found: Round) -> list[tuple[str, Row[MeetingHeld]]]:
    """The meetings at which somebody of the round was passed, the earliest first."""
    keys = {row.value.meeting for one in found.candidates for row in _votes(asked, batch, found.round, one.person_id)}
    held = {key: asked.moment.facts.one(batch, MeetingHeld, key) for key in keys}
    return sorted(((key, row) for key, row in held.items() if row), key=lambda one: (one[1].since, one[1].origin))


def meetings_of(asked: Asked) -> list[tuple[str, date]]:
    """The meetings of a round that passed somebody, with their days; none where the round has no record."""
    batch = asked.standing_plan().batch
    rounds = asked.moment.once(selection, batch, asked.round or INITIAL_ROUND, asked.order).rounds
    return [(key, row.since) for found in rounds for key, row in _meetings(asked, batch, found)]


def _votes(asked: Asked, batch: str, turn: str, person: str) -> list[Row[ResolutionReached]]:
    """The votes that passed somebody in a round."""
    return [
        row
        for row in asked.moment.facts.all(person, ResolutionReached)
        if (row.value.batch, row.value.round, row.value.matter) == (batch, turn, Matter.ADMISSION)
        and row.value.result is Result.PASSED
    ]


def _passed(asked: Asked, batch: str, turn: str, one: Candidate, meeting: str) -> Iterator[Passed]:
    resting = {member.resolution for member in school.members(asked.moment.facts, one.person_id)}
    for row in _votes(asked, batch, turn, one.person_id):
        if row.value.meeting == meeting:
            standing = one.candidacy.votes is not None and one.candidacy.votes.resolution == row.key
            if row.key in resting:
                yield Passed(one.person_id, row.value.tier or one.tier, admitted=True)
            elif standing and not one.withdrawn and not resting:
                yield Passed(one.person_id, row.value.tier or one.tier, admitted=False)


def _letter(asked: Asked, plan: Plan, turn: str, held: Row[MeetingHeld], passed: Sequence[Passed]) -> dict[str, Any]:
    facts = asked.moment.facts
    announced = facts.one(plan.batch, ResultAnnounced, f"{turn}/{held.key}")
    notice = facts.one(plan.batch, NoticeOpened, turn)
    notice = notice if notice and notice.since >= held.since else None
    proposed = notice is not None and not is_over(notice, facts.one(plan.batch, NoticeClosed, turn))
    day = announced.since if announced else held.since
    named = [one for one in passed if one.admitted or proposed]
    names = named_on(asked.moment, day, [one.person for one in named])
    order = {person: asked.order.key(name) for person, name in names.items()}
    tiers = [
        {
            "label": tier.label,
            "horizon": tier.horizon,
            "names": [
                names[one.person] for one in sorted(named, key=lambda one: order[one.person]) if one.tier == code
            ],
        }
        for code, tier in plan.tiers.items()
    ]
    return {
        "meeting": held.key,
        "day": day.isoformat(),
        "decided_on": held.since.isoformat(),
        "announced_on": announced.since.isoformat() if announced else None,
        "proposed": proposed,
        "notice": _notice(notice) if notice else None,
        "pending": len(passed) - len(named),
        "tiers": [tier for tier in tiers if tier["names"]],
        "people": [{"person_id": person, "name": name} for person, name in names.items()],
    }


def _notice(row: Row[NoticeOpened]) -> dict[str, Any]:
    return {"place": row.value.place, "from": row.since.isoformat(), "to": row.value.last_day.isoformat()}


DOCUMENT = collective(
    "result-announcement", "选拔结果公布", "Announcement of the result", "R4", _content, asks=("round", "meeting")
)
