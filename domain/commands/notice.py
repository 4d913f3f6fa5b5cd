"""公示: posted, objected to, closed, where the plan has it or the school chooses it (R4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain import first_round, votes
from domain.capacities import COMMITTEE, DISCIPLINE
from domain.commands.calendar import notice_ends_on
from domain.desk import Command, Desk, Happening, once, same_day
from domain.errors import Refusal, Unknown
from domain.events.base import INITIAL_ROUND, BatchId, PersonId, RecordId, Round
from domain.events.committee import (
    NoticeClosed,
    NoticeOpened,
    ObjectionReceived,
    ObjectionResolved,
    ResolutionReached,
)
from domain.facts import Reader, Row
from domain.language import Line, Matter, Result, Text
from domain.rules import Judgement, judge


class OpenNotice(Command):
    """Posts the public notice of a round; its days are working days from the day after posting.

    Where the plan has it, it follows the vote: whom the committee passes after it is posted anew once it is over.
    """

    CLAUSE = "R4"
    EVENT = NoticeOpened
    LABEL = ("开始公示", "Open the notice")
    CAPACITIES = COMMITTEE
    EXAMPLE = {"batch": "2024-second", "place": "校园网"}

    batch: BatchId
    place: Line
    round: Round = INITIAL_ROUND

    def decide(self, desk: Desk) -> Iterator[Happening]:
        notice = desk.plan(self.batch).notice
        last = notice_ends_on(desk.day, notice.working_days)
        opened = NoticeOpened(batch=self.batch, round=self.round, place=self.place, last_day=last)
        earlier = desk.latest.one(self.batch, NoticeOpened, self.round)
        if earlier and not self._is_due_anew(desk, earlier):
            yield from once(desk, Happening(self.batch, opened), self.round)
            return
        if notice.required and not _passed(desk.facts, self.batch, self.round):
            raise Refusal(
                "R4",
                "本轮还没有人选经党委会表决通过，没有可公示的；请先表决，再公示。",
                "The committee has passed nobody in this round yet: the vote comes first, then the notice.",
            )
        yield Happening(self.batch, opened)

    def _is_due_anew(self, desk: Desk, earlier: Row[NoticeOpened]) -> bool:
        """Whether the notice before this one is over, and somebody was passed after it began."""
        closed = desk.facts.one(self.batch, NoticeClosed, self.round)
        voted = _passed(desk.facts, self.batch, self.round)
        return is_over(earlier, closed) and any(_place(vote) > _place(earlier) for vote in voted)


class ReceiveObjection(Command):
    """Records an objection during the notice; while open it holds this person back."""

    CLAUSE = "R4"
    EVENT = ObjectionReceived
    LABEL = ("收到异议", "Receive an objection")
    CAPACITIES = DISCIPLINE | COMMITTEE
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "text": "对其业绩有不同意见。"}

    person: PersonId
    batch: BatchId
    text: Text
    round: Round = INITIAL_ROUND

    def decide(self, desk: Desk) -> Iterator[Happening]:
        opened = desk.facts.one(self.batch, NoticeOpened, self.round)
        if opened is None:
            raise Refusal("R4", "公示还没有开始。", "There is no notice open.")
        desk.judge(_notice_judgement(desk.day, opened.value.last_day))
        received = ObjectionReceived(record=desk.new_id("x"), batch=self.batch, round=self.round, text=self.text)
        if not same_day(desk, desk.person(self.person), received):
            yield Happening(self.person, received)


def _notice_judgement(day: date, last: date) -> Judgement:
    return judge("R4.notice", ok=day <= last, value=day, limit=last, on=day)


class ResolveObjection(Command):
    """Settles an objection, upheld or not."""

    CLAUSE = "R4"
    EVENT = ObjectionResolved
    LABEL = ("处理异议", "Resolve an objection")
    CAPACITIES = DISCIPLINE | COMMITTEE
    EXAMPLE = {
        "person": "p-0000000000000000",
        "record": "x-0000000000000000",
        "upheld": False,
        "text": "经核实不成立。",
    }

    person: PersonId
    record: RecordId
    upheld: bool
    text: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if desk.facts.one(self.person, ObjectionReceived, self.record) is None:
            raise Unknown(f"没有异议记录 {self.record}。", f"There is no objection {self.record}.")
        resolved = ObjectionResolved(record=self.record, upheld=self.upheld, text=self.text)
        yield from once(desk, Happening(self.person, resolved), self.record)


class CloseNotice(Command):
    """Ends the public notice, after its last working day."""

    CLAUSE = "R4"
    EVENT = NoticeClosed
    LABEL = ("结束公示", "Close the notice")
    CAPACITIES = COMMITTEE
    EXAMPLE = {"batch": "2024-second"}

    batch: BatchId
    round: Round = INITIAL_ROUND

    def decide(self, desk: Desk) -> Iterator[Happening]:
        opened = desk.facts.one(self.batch, NoticeOpened, self.round)
        if opened is None:
            raise Refusal("R4", "公示还没有开始。", "There is no notice open.")
        if desk.day <= opened.value.last_day:
            raise Refusal(
                "R4",
                f"公示到 {opened.value.last_day} 为止，次日起才能结束。",
                f"The notice runs to {opened.value.last_day} and closes after it.",
                value=desk.day,
                limit=opened.value.last_day,
            )
        if not is_over(opened, desk.latest.one(self.batch, NoticeClosed, self.round)):
            yield Happening(self.batch, NoticeClosed(batch=self.batch, round=self.round))


def notice_allows(desk: Desk, person: str, batch: str, vote: votes.Vote) -> None:
    """Where the plan has a public notice, one that followed the vote is over and no objection to this person is open
    or upheld (R4).
    """
    if not desk.plan(batch).notice.required:
        return
    turn = str(vote.value.round)
    if not any(_place(opened) > _place(vote) and over for opened, over in _notices(desk, batch, turn)):
        raise Refusal(
            "R4",
            "表决之后的公示还没有结束。",
            f"No public notice that followed the vote of {vote.since} is over.",
            limit=vote.since,
        )
    if any(_objected(facts, person, batch, turn) for facts in (desk.facts, desk.latest)):
        raise Refusal(
            "R4",
            "对此人的异议还没有处理完，或异议成立。",
            "An objection to this person is open, or was upheld.",
        )


def is_over(opened: Row[NoticeOpened], closed: Row[NoticeClosed] | None) -> bool:
    """Whether a notice was closed, and not only one before it."""
    return closed is not None and _place(closed) > _place(opened)


def _notices(desk: Desk, batch: str, round: str) -> Iterator[tuple[Row[NoticeOpened], bool]]:
    """Every notice of a round by the day, and whether it is over."""
    closed = [row for row in desk.known.line(batch, NoticeClosed, round) if row.value and row.since <= desk.day]
    for opened in desk.known.line(batch, NoticeOpened, round):
        if opened.value and opened.since <= desk.day:
            yield opened, any(is_over(opened, row) for row in closed)


def _passed(facts: Reader, batch: str, round: str) -> list[votes.Vote]:
    """The votes of a round by which somebody is to be admitted."""
    return [
        row
        for person in first_round.entrants(facts, batch, round)
        for row in facts.all(person, ResolutionReached)
        if (row.value.batch, row.value.matter, row.value.round) == (batch, Matter.ADMISSION, round)
        and row.value.result is Result.PASSED
    ]


def _place(row: Row[Any]) -> tuple[date, int]:
    """Of what happened on one day, the order of the log counts."""
    return row.since, row.origin


def _objected(facts: Reader, person: str, batch: str, round: str) -> bool:
    settled = {row.key: row.value.upheld for row in facts.all(person, ObjectionResolved)}
    received = facts.all(person, ObjectionReceived)
    return any((row.value.batch, row.value.round) == (batch, round) and settled.get(row.key, True) for row in received)
