"""Commands that are decided one on another and recorded together, or none of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from domain.commands.consequences import about, check
from domain.desk import Command, Deferred, Desk, Happening, Request
from domain.entry import Remark
from domain.errors import Stale
from domain.events.base import Body, Event, Recorded
from domain.events.record import EventCorrected, EventWithdrawn
from domain.facts import Facts
from domain.house_rules import check_judgements, decided
from domain.redecision import BASELESS, not_on_record
from domain.rules import Judgement


class Draft(NamedTuple):
    """An event for a stream, not yet in its place."""

    stream: str
    body: Body[Event]


class Transaction:
    """Commands that are decided one on another, before anything of it is recorded."""

    def __init__(
        self,
        known: Facts,
        desk: Callable[[Facts, Request], Desk],
        drafts: Callable[[Desk, Sequence[Happening]], list[Draft]],
    ) -> None:
        self.known, self._begun_at = known.copy(), known.position
        self._desk, self._drafts = desk, drafts
        self._before: Facts | None = None
        self._decided: list[tuple[Command, Desk, list[Recorded]]] = []
        self._deferred: list[Deferred] = []

    def decide(self, command: Command, request: Request) -> None:
        """The next command, on what the earlier ones leave."""
        check_expected(self.known, request)
        desk = self._desk(self.known, request)
        desk.deferred, desk.begun_at, desk.place = self._deferred, self._begun_at, len(self._decided)
        if self._before is None and command.AMENDS:
            self._before = self.known.copy()
        placed = placed_after(self._drafts(desk, self._happenings(command, desk)), self.known)
        for recorded in placed:
            self.known.apply(recorded)
        self._decided.append((command, desk, placed))

    def _happenings(self, command: Command, desk: Desk) -> list[Happening]:
        """What a command comes to; what the amendments before it left may be no state that commands know."""
        try:
            return decided(command, desk)
        except BASELESS as error:
            if self._before is None:
                raise
            raise not_on_record() from error

    def result(self) -> list[Recorded]:
        """What is to be recorded, once the amendments among it hold at the end."""
        if self._deferred and self._before:
            check(self._before, self.known, self._deferred)
            for place, (command, desk, _) in enumerate(self._decided):
                with about(place):
                    check_judgements(command, desk)
        last = self.known.position if len(self._decided) > 1 else None
        return [_sealed(r, desk, rank, last) for _, desk, placed in self._decided for rank, r in enumerate(placed)]

    @property
    def cautions(self) -> tuple[Judgement, ...]:
        """The judgements that all of it stands under."""
        return tuple(judgement for _, desk, _ in self._decided for judgement in desk.judgements)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was typed otherwise than it is recorded."""
        return tuple(one for command, desk, _ in self._decided for one in (*command.remarks, *desk.request.remarks))


def _sealed(recorded: Recorded, desk: Desk, rank: int, last: int | None) -> Recorded:
    """The record with the judgements that came at the end; an amendment tells with what it was judged."""
    data = recorded.event
    if isinstance(data, EventCorrected | EventWithdrawn):
        data = data.model_copy(update={"judged_at": last})
    judgements = tuple(desk.judgements) if rank == 0 else ()
    return recorded._replace(body=recorded.body.model_copy(update={"data": data, "judgements": judgements}))


def placed_after(drafts: Sequence[Draft], known: Facts) -> list[Recorded]:
    """Drafts in the places they will have when the log still stands where the facts do."""
    placed, before = [], Counter[str]()
    for position, draft in enumerate(drafts, known.position + 1):
        before[draft.stream] += 1
        placed.append(Recorded(draft.stream, known.version(draft.stream) + before[draft.stream], position, draft.body))
    return placed


def check_expected(known: Facts, request: Request) -> None:
    for stream, version in request.expected.items():
        actual = known.version(stream)
        if actual != version:
            raise Stale(
                f"{stream} 已有第 {actual} 条记录，您看到的是第 {version} 条。请刷新后再办。",
                f"{stream} is at version {actual}, you saw {version}. Look again and retry.",
            )
