"""What every step of a selection round asks: its window, whether it may begin, who stands in it, whether counts fit."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from domain.desk import Desk
from domain.errors import Refusal
from domain.events.base import INITIAL_ROUND
from domain.events.batch import StepRescheduled
from domain.events.selection import (
    CandidateNominated,
    NominationWithdrawn,
)
from domain.events.vacancy import MotionConsented, MotionRaised
from domain.facts import Reader
from domain.language import Step
from domain.rules import judge


def window(desk: Desk, batch: str, step: Step, round: str = INITIAL_ROUND) -> tuple[date, date]:
    """The first and last day of a step: rescheduled, else of the round's motion, else of the plan."""
    moved = [r.value for r in desk.facts.all(batch, StepRescheduled) if r.value.step == step and r.value.round == round]
    if moved:
        return moved[-1].starts_on, moved[-1].ends_on
    if round == INITIAL_ROUND:
        planned = desk.plan(batch).windows[step]
        return planned.starts_on, planned.ends_on
    motion = desk.facts.one(batch, MotionRaised, round)
    own = next((w for w in motion.value.windows if w.step == step), None) if motion else None
    if own is None:
        raise Refusal(
            "D3", f"增补动议 {round} 没有这一步骤的时间安排。", f"Motion {round} brings no window for {step}."
        )
    return own.starts_on, own.ends_on


def in_window(desk: Desk, batch: str, step: Step, round: str) -> None:
    """Outside a step's window: accepted only with a reason, and flagged (W)."""
    first, last = window(desk, batch, step, round)
    desk.judge(
        judge(
            f"W.{step}",
            ok=first <= desk.day <= last,
            value=desk.day,
            limit=first if desk.day < first else last,
            on=desk.day,
        )
    )


def round_open(desk: Desk, batch: str, round: str) -> None:
    """A supplement's round starts only after the committee consented to its motion (D3)."""
    if round != INITIAL_ROUND and desk.facts.one(batch, MotionConsented, round) is None:
        raise Refusal("D3", "增补动议还没有经党委会同意。", "The Party committee has not consented to this motion.")


def nominations(facts: Reader, person: str, batch: str, round: str) -> list[CandidateNominated]:
    """The nominations of a person in a round that were not withdrawn."""
    withdrawn = {row.key for row in facts.all(person, NominationWithdrawn)}
    return [
        row.value
        for row in facts.all(person, CandidateNominated)
        if row.value.batch == batch and row.value.round == round and row.key not in withdrawn
    ]


def nominated(desk: Desk, person: str, batch: str, round: str) -> None:
    """Refuse what concerns somebody nobody nominated in this round."""
    if not nominations(desk.facts, desk.person(person), batch, round):
        raise Refusal("R2", "此人在本轮没有被推荐。", "Nobody nominated this person in this round.")


class Counts(Protocol):
    """The counts of a vote on paper."""

    @property
    def expected(self) -> int: ...
    @property
    def present(self) -> int: ...
    @property
    def issued(self) -> int: ...
    @property
    def returned(self) -> int: ...
    @property
    def valid(self) -> int: ...
    @property
    def invalid(self) -> int: ...


def check_counts(clause: str, c: Counts) -> None:
    """The counts of a tally fit: present ≤ expected, returned ≤ issued ≤ present, valid + invalid = returned."""
    if not (c.present <= c.expected and c.returned <= c.issued <= c.present and c.valid + c.invalid == c.returned):
        raise Refusal(
            clause,
            "票数不符：到会≤应到，收回≤发出≤到会，有效+无效=收回。",
            "The counts do not fit: present ≤ expected, returned ≤ issued ≤ present, valid + invalid = returned.",
        )
