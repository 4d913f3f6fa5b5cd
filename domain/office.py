"""The one way a fact comes into the archive: command in, judged, recorded in one transaction, receipt out."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.archive import Conflict, EvidenceStore, Log, Receipt
from domain.clock import ClockLimits, Stamp, stamped
from domain.commands import COMMANDS
from domain.commands.consequences import about
from domain.desk import Command, Desk, Happening, Request, validate
from domain.entry import Remark
from domain.errors import KeyReused, Unavailable, Unknown
from domain.events.base import Body, Event, Recorded
from domain.facts import Facts
from domain.house_rules import decided
from domain.photo import check_photo
from domain.rules import Judgement
from domain.transaction import Draft, Transaction, check_expected, placed_after

Clock = Callable[[], datetime]
_ALPHABET = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")
_TRIES = 50
_PATIENCE = 10.0  # seconds that a command waits for those before it, as long as for another program


class Reply(BaseModel):
    """What a command is answered with: the events as recorded, the head, the cautions they stand under or lead to."""

    model_config = ConfigDict(frozen=True)

    events: tuple[dict[str, Any], ...]
    position: int
    cautions: tuple[Judgement, ...] = ()
    remarks: tuple[Remark, ...] = ()


class Ids:
    """Where ids come from: chance, or in a practice archive the seed and the place in the log."""

    def __init__(self, seed: str | None = None) -> None:
        self._seed = seed

    def maker(self, position: int) -> Callable[[str], str]:
        """A source of ids for the decision made at a position; the prefix tells the kind, nothing else."""
        count = 0

        def new(prefix: str) -> str:
            nonlocal count
            count += 1
            if self._seed is None:
                digest = secrets.token_bytes(10)
            else:
                digest = hashlib.sha256(f"{self._seed}/{position}/{count}".encode()).digest()[:10]
            return f"{prefix}-{base64.b32encode(digest).translate(_ALPHABET).decode()[::-1]}"

        return new


def parse(name: str, data: Any, known: Facts | None = None) -> Command:
    """The command of a name from plain data, with people found by name or staff number where facts are given.

    Raises Unknown or Malformed; every wrong field is named.
    """
    if name not in COMMANDS:
        raise Unknown(f"没有“{name}”这个命令。可用命令见 tidui record --list。", f"There is no command {name}.")
    return validate(COMMANDS[name], data, known)


@dataclass
class _Group:
    """What was decided and is held back, to be recorded in one transaction once there are `size` events."""

    append: Callable[[Sequence[Recorded], Sequence[Receipt]], None]
    size: int
    events: list[Recorded] = field(default_factory=list)
    receipts: dict[str, Receipt] = field(default_factory=dict)

    def hold(self, placed: Sequence[Recorded], receipts: Sequence[Receipt]) -> None:
        self.events += placed
        self.receipts |= {receipt.key: receipt for receipt in receipts}
        if len(self.events) >= self.size:
            self.record()

    def record(self) -> None:
        self.append(self.events, list(self.receipts.values()))
        self.events, self.receipts = [], {}


@dataclass
class Office:
    """Takes commands for one archive. Safe to use from several threads' and processes' offices at once.

    `recorded` is told what has just been recorded, transaction by transaction; it raises nothing. Without
    `clock_limits` the clock is followed wherever it goes.
    """

    log: Log
    evidence: EvidenceStore
    clock: Clock
    ids: Ids
    actor: str
    recorded: Callable[[Sequence[Recorded]], None] | None = None
    clock_limits: ClockLimits | None = None
    clock_reason: str | None = None  # for every command that brings none of its own

    def __post_init__(self) -> None:
        self._known = Facts()
        self._lock = threading.RLock()
        self._group: _Group | None = None

    def known(self) -> Facts:
        """Everything on record, caught up with the log; what is held back `together` is ahead of it."""
        with self._turn():
            if self._group is None or not self._group.events:
                for recorded in self.log.scan(self._known.position):
                    self._known.apply(recorded)
            return self._known

    def remembered(self, position: int) -> Recorded | None:
        """The event at a position, where it need not be read for that."""
        return self._known.recorded(position) if 0 < position <= self._known.position else None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One thread decides at a time. None waits long: where the log is held, all behind are told so."""
        if not self._lock.acquire(timeout=_PATIENCE):
            raise Unavailable(
                "档案库正被占用，排队的命令没有等到。什么也没有写入，请稍后再试。",
                "The archive is held by another command or program, and the wait was too long. Nothing was written; "
                "try again.",
            )
        try:
            yield
        finally:
            self._lock.release()

    @property
    def is_grouping(self) -> bool:
        """Whether decisions are held back to be recorded together."""
        return self._group is not None

    @contextmanager
    def together(self, size: int = 1000) -> Iterator[None]:
        """Inside, commands are decided one after the other as ever, but about `size` events share a transaction.

        Replies hold once the block has ended. When it fails, what is still held back is not recorded, and the facts
        are read anew from the log. Other threads wait; another process's event in between is a Conflict.
        """
        with self._lock:
            assert self._group is None, "a group does not begin within another"
            self._group = _Group(self._append, size)
            try:
                yield
                self._group.record()
            except BaseException:
                self._known = Facts()
                raise
            finally:
                self._group = None

    def handle(self, name: str, data: Any, request: Request, *, key: str | None = None, dry_run: bool = False) -> Reply:
        """Judge a command and record what it decides. `key` makes it idempotent; `dry_run` records nothing."""
        fingerprint = _fingerprint(name, data, request) if key is not None else ""
        return self.carry_out(parse(name, data, self.known()), request, key, fingerprint, dry_run=dry_run)

    def carry_out(
        self,
        command: Command,
        request: Request,
        key: str | None = None,
        fingerprint: str = "",
        *,
        dry_run: bool = False,
    ) -> Reply:
        """The same for a command that is read already, or that stands in no list."""
        for _ in range(_TRIES):
            try:
                with self._turn():
                    return self._once(command, request, key, fingerprint, dry_run)
            except Conflict:
                if self._group is not None:
                    raise
        raise Conflict("档案库太忙，请稍后再试。", "The archive is too busy; try again.")

    def _once(self, command: Command, request: Request, key: str | None, fingerprint: str, dry_run: bool) -> Reply:
        if key is not None and (kept := self._first_reply(key, fingerprint)):
            return kept
        known = self.known()
        check_expected(known, request)
        drafts, judgements = self.decide(known, command, request)
        placed = placed_after(drafts, known)
        reply = Reply(
            events=tuple(shown(r) for r in placed),
            position=known.position + (0 if dry_run else len(placed)),
            cautions=tuple(judgements),
            remarks=command.remarks + request.remarks,
        )
        if not dry_run:
            self._record(placed, [Receipt(key, fingerprint, reply.model_dump_json())] if key is not None else [])
        return reply

    def handle_together(
        self,
        commands: Sequence[tuple[str, Any, Request]],
        *,
        key: str | None = None,
        dry_run: bool = False,
    ) -> Reply:
        """Several commands in one transaction, all or none, each decided on what the earlier ones leave.

        Corrections and withdrawals among them are judged by the state at the end: what holds only together is sent
        together. An error tells the `place` of its command.
        """
        contents = [[name, data, _accompanying(request)] for name, data, request in commands]
        fingerprint = _fingerprint_of(contents) if key is not None else ""
        for _ in range(_TRIES):
            try:
                with self._turn():
                    return self._once_together(commands, key, fingerprint, dry_run)
            except Conflict:
                if self._group is not None:
                    raise
        raise Conflict("档案库太忙，请稍后再试。", "The archive is too busy; try again.")

    def _once_together(
        self, commands: Sequence[tuple[str, Any, Request]], key: str | None, fingerprint: str, dry_run: bool
    ) -> Reply:
        if key is not None and (kept := self._first_reply(key, fingerprint)):
            return kept
        known = self.known()
        transaction = Transaction(known, self.desk, self.drafts)
        for place, (name, data, request) in enumerate(commands):
            with about(place):
                transaction.decide(parse(name, data, transaction.known), request)
        placed = transaction.result()
        reply = Reply(
            events=tuple(shown(r) for r in placed),
            position=known.position + (0 if dry_run else len(placed)),
            cautions=transaction.cautions,
            remarks=transaction.remarks,
        )
        if not dry_run:
            self._record(placed, [Receipt(key, fingerprint, reply.model_dump_json())] if key is not None else [])
        return reply

    def _record(self, placed: Sequence[Recorded], receipts: Sequence[Receipt]) -> None:
        if self._group is not None:
            for recorded in placed:
                self._known.apply(recorded)
            self._group.hold(placed, receipts)
        elif placed or receipts:
            self.log.append(placed, receipts)
            self._take_in(placed)
            self._tell(placed)

    def _take_in(self, placed: Sequence[Recorded]) -> None:
        """What is recorded is recorded: facts that do not take it are read anew for the next command."""
        try:
            for recorded in placed:
                self._known.apply(recorded)
        except Exception:  # noqa: BLE001 - whatever it is, it comes again with the next command
            self._known = Facts()

    def _append(self, placed: Sequence[Recorded], receipts: Sequence[Receipt]) -> None:
        self.log.append(placed, receipts)
        self._tell(placed)

    def _tell(self, placed: Sequence[Recorded]) -> None:
        if placed and self.recorded:
            self.recorded(placed)

    def decide(self, known: Facts, command: Command, request: Request) -> tuple[list[Draft], list[Judgement]]:
        """The drafts a command leads to on the facts as known, under the house rules; records nothing."""
        desk = self.desk(known, request)
        drafts = self.drafts(desk, decided(command, desk))
        return drafts, [*desk.judgements, *desk.outlook]

    def desk(self, known: Facts, request: Request) -> Desk:
        """Where a command meets facts, now."""
        new_id = self.ids.maker(known.position + 1)
        evidence = tuple(map(self.evidence.describe, request.evidence))
        at = self._stamped(known, request)
        return Desk(
            known,
            request,
            at.recorded_at,
            new_id,
            evidence,
            look_at=self._look_at,
            clock=at.clock,
            clock_reason=at.reason,
        )

    def _look_at(self, photo: str) -> None:
        self.evidence.describe(photo)
        check_photo(self.evidence.get(photo))

    def drafts(self, desk: Desk, happenings: Sequence[Happening]) -> list[Draft]:
        """What a decision comes to, in envelopes."""
        correlation = desk.new_id("k")
        return [self._draft(desk, happening, rank, correlation) for rank, happening in enumerate(happenings)]

    def _draft(self, desk: Desk, happening: Happening, rank: int, correlation: str) -> Draft:
        request = desk.request
        event: Event = happening.event
        body = Body[Event](
            id=desk.new_id("e"),
            occurred_on=request.occurred_on,
            recorded_at=desk.now,
            recorded_by=self.actor,
            capacity=request.capacity,
            basis=type(event).CLAUSE,
            correlation=correlation,
            causation=request.causation,
            reason=happening.reason or request.reason,
            document=request.document,
            judgements=tuple(desk.judgements) if rank == 0 else (),
            evidence=desk.evidence if rank == 0 else (),
            clock=desk.clock,
            clock_reason=desk.clock_reason if rank == 0 else None,
            data=event,
        )
        return Draft(happening.stream, body)

    def _stamped(self, known: Facts, request: Request) -> Stamp:
        """The clock, but never before what is already recorded, whatever the machine's clock does (H3)."""
        reason = request.clock_reason or self.clock_reason
        return stamped(self.clock().astimezone(UTC), known.recorded(known.position), self.clock_limits, reason)

    def _first_reply(self, key: str, fingerprint: str) -> Reply | None:
        held = self._group.receipts.get(key) if self._group is not None else None
        kept = held or self.log.receipt(key)
        if kept is None:
            return None
        if kept.fingerprint != fingerprint:
            raise KeyReused(
                "这个 Idempotency-Key 已用于另一内容。请换一个。",
                "This Idempotency-Key came with another body before. Use a new one.",
            )
        return Reply.model_validate_json(kept.reply)


def shown(recorded: Recorded) -> dict[str, Any]:
    """An event as programs see it."""
    body = recorded.body.model_dump(mode="json", exclude_none=True)
    return {
        "position": recorded.position,
        "id": body.pop("id"),
        "type": recorded.event.KIND,
        "stream": recorded.stream,
        "version": recorded.version,
        **body,
    }


def _fingerprint(name: str, data: Any, request: Request) -> str:
    return _fingerprint_of([name, data, _accompanying(request)])


def _accompanying(request: Request) -> dict[str, Any]:
    """What makes two requests the same: why the clock was followed does not."""
    return request.model_dump(mode="json", exclude={"clock_reason"})


def _fingerprint_of(contents: Any) -> str:
    content = json.dumps(contents, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()
