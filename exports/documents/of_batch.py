"""Which documents a batch has: each kind once for every person, training year and round it applies to, and the file
that each becomes in a folder to be handed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.events.base import INITIAL_ROUND
from domain.events.selection import CandidateNominated, Entrant
from domain.events.training import MentorPaired
from domain.events.vacancy import MotionRaised
from domain.plan import Plan
from exports.documents import (
    DOCUMENTS,
    Document,
    Scope,
    annual_evaluation,
    pairing_agreement,
    result_announcement,
    supplement_motion,
)
from exports.documents.document import Asked, ever_members
from projections.moment import Moment
from projections.names import by_strokes
from projections.trainee import Trainee, trainee

_LONGEST = 40  # characters of a name; a file system takes 255 bytes for a folder's
_IN_A_NAME = re.compile(r"[\x00-\x1f/\\:*?\"<>|]")
_WHOLE, _OTHERS = "全批", "未入选人选"
_OF_CANDIDATES = {one.kind for one in DOCUMENTS.values() if one.scope is Scope.PERSON and "round" in one.asks}

# Which training years of somebody a kind of document tells of.
_YEARS: Mapping[str, Callable[[Trainee], Iterable[int]]] = {
    annual_evaluation.DOCUMENT.kind: lambda of: of.years,
    pairing_agreement.DOCUMENT.kind: lambda of: sorted({row.value.year for row in of.of_batch(MentorPaired)}),
}


@dataclass(frozen=True)
class Wanted:
    """A document of the batch with what it is asked, and the file that it becomes."""

    document: Document
    file: str
    person: str | None = None
    year: int | None = None
    round: str | None = None
    meeting: str | None = None

    @property
    def asked(self) -> dict[str, Any]:
        """What the document is asked for, beside the batch."""
        return {"person": self.person, "year": self.year, "round": self.round, "meeting": self.meeting}


def wanted(moment: Moment, batch: str | None) -> list[Wanted]:
    """Every document of the batch: the collective ones, then each member's, by tier and strokes, then what there is
    of those who were candidates only.
    """
    asked = Asked(moment=moment, batch=batch)
    plan, people = asked.standing_plan(), ever_members(asked)
    rounds = _rounds(moment, plan.batch)
    found = list(_collective(asked, people, rounds))
    for of in people:
        found += _personal(of, _folder_of_tier(plan, of), rounds, DOCUMENTS)
    for of in _candidates(moment, plan.batch, {of.person for of in people}):
        found += _personal(of, f"{len(plan.tiers) + 1:02}-{_OTHERS}", rounds, _OF_CANDIDATES)
    return found


def _rounds(moment: Moment, batch: str) -> dict[str, str]:
    """Each round by what it is called in a file's name: the first, then those that motions opened."""
    motions = enumerate(moment.facts.all(batch, MotionRaised), 2)
    return {INITIAL_ROUND: "第1轮（首轮选拔）"} | {row.key: f"第{n}轮（{row.since}动议增补）" for n, row in motions}


def _candidates(moment: Moment, batch: str, members: set[str]) -> list[Trainee]:
    """Who was nominated and never had a place, by strokes."""
    people = dict.fromkeys(row.value.person for row in moment.facts.all(batch, Entrant))
    found = [trainee(moment, person, batch) for person in people if person not in members]
    return sorted(found, key=lambda one: by_strokes(one.name))


def _collective(asked: Asked, people: list[Trainee], rounds: Mapping[str, str]) -> Iterator[Wanted]:
    years = sorted({year for of in people for year in of.years})
    for number, one in _in_batch(DOCUMENTS):
        if one is result_announcement.DOCUMENT:
            yield from _announcements(asked, f"00-{_WHOLE}/{number}-{one.zh}", rounds)
        elif one.scope is Scope.BATCH:
            turns = [turn for turn in rounds if turn != INITIAL_ROUND or one is not supplement_motion.DOCUMENT]
            yield from _each(one, f"00-{_WHOLE}/{number}", None, years, turns, rounds)


def _announcements(asked: Asked, path: str, rounds: Mapping[str, str]) -> Iterator[Wanted]:
    """One for each meeting of a round; where there is none, the document itself tells so."""
    document = result_announcement.DOCUMENT
    for turn, called in rounds.items():
        held = result_announcement.meetings_of(replace(asked, round=turn))
        for number, (meeting, day) in enumerate(held, 1):
            again = f"（{number}）" if [on for _, on in held].count(day) > 1 else ""
            yield Wanted(document, f"{path}-{called}-{day}{again}.pdf", round=turn, meeting=meeting)
        if not held:
            yield Wanted(document, f"{path}-{called}.pdf", round=turn)


def _personal(of: Trainee, folder: str, rounds: Mapping[str, str], kinds: Iterable[str]) -> Iterator[Wanted]:
    """One person's, each year and round of theirs; where there is none, the document itself tells so."""
    place = f"{folder}/{_safe(of.name)}-{of.person[-4:]}"
    entered = {row.value.round for row in of.of_batch(CandidateNominated)}
    for number, one in _in_batch(kinds):
        if one.scope is not Scope.BATCH:
            years = list(_YEARS[one.kind](of)) if "year" in one.asks else []
            turns = [turn for turn in rounds if turn in entered]
            yield from _each(one, f"{place}/{number}", of.person, years or [None], turns or [None], rounds)


def _in_batch(kinds: Iterable[str]) -> Iterator[tuple[str, Document]]:
    """Each kind under its number, which is the same in every batch."""
    for number, one in enumerate(DOCUMENTS.values(), 1):
        if one.in_batch and one.kind in kinds:
            yield f"{number:02}", one


def _each(
    one: Document,
    path: str,
    person: str | None,
    years: Iterable[int | None],
    turns: Iterable[str | None],
    rounds: Mapping[str, str],
) -> Iterator[Wanted]:
    for year in years if "year" in one.asks else [None]:
        for turn in turns if "round" in one.asks else [None]:
            period = [f"{year}年度" if year else None, rounds[turn] if turn else None]
            name = "-".join(filter(None, (path, one.zh, *period)))
            yield Wanted(one, f"{name}.pdf", person, year, turn)


def _folder_of_tier(plan: Plan, of: Trainee) -> str:
    tiers = list(plan.tiers)
    place = tiers.index(of.member.tier) if of.member else 0
    return f"{place + 1:02}-{_safe(plan.tiers[tiers[place]].label)}梯队"


def _safe(name: str) -> str:
    return _IN_A_NAME.sub("_", name[:_LONGEST])
