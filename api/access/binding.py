"""Binds the register of accesses into the log: with a day's first record, and once a day while the service runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.access.log import AccessLog
from domain.archive import Log
from domain.commands.accesses import BindAccessRegister
from domain.desk import Request
from domain.events.accesses import ACCESSES, AccessRegisterBound
from domain.events.base import Recorded
from domain.language import Capacity, today
from domain.office import Office, Reply


@dataclass(frozen=True)
class RegisterBinding:
    """What says in the log how long the register is. Readings never do: the log does not grow by being read.

    `active` is false where no time is the archive's own, as in a practice archive that somebody tries out: what it
    holds follows from its seed.
    """

    office: Office
    log: Log
    access: AccessLog
    active: bool = True

    def after(self, placed: Sequence[Recorded]) -> None:
        """Bind it where what was just recorded is the first of its day. Several decided together wait for the next."""
        if self.active and not self.office.is_grouping and self._is_first_of_day(placed[0]):
            self._bind()

    def daily(self) -> None:
        """Bind it where that was not done today."""
        last = self._last()
        if self.active and (last is None or today(last.body.recorded_at) < today(self.office.clock())):
            self._bind()

    def restart(self, reason: str) -> Reply:
        """Begin the chain anew in the log, since the lines that were bound are gone; the reason stands in the event."""
        head = self.access.head()
        command = BindAccessRegister(lines=head.lines, head=head.head.hex(), restarted=True)
        return self.office.carry_out(command, self._request(reason))

    def _bind(self) -> None:
        """Record length and last hash, where the register has grown since."""
        head, last = self.access.head(), self._last()
        bound = last.event.lines if last and isinstance(last.event, AccessRegisterBound) else 0
        if head.lines > bound:
            command = BindAccessRegister(lines=head.lines, head=head.head.hex())
            self.office.carry_out(command, self._request(None))

    def _request(self, reason: str | None) -> Request:
        day = today(self.office.clock())
        why = "随当日记录自动入链 / bound by itself with what was recorded"
        return Request(occurred_on=day, capacity=Capacity.ADMINISTRATOR, reason=reason, clock_reason=why)

    def _is_first_of_day(self, recorded: Recorded) -> bool:
        if isinstance(recorded.event, AccessRegisterBound):
            return False
        before = self.office.remembered(recorded.position - 1)
        if before is None and recorded.position > 1:
            before = self.log.get(recorded.position - 1)
        return before is None or today(before.body.recorded_at) < today(recorded.body.recorded_at)

    def _last(self) -> Recorded | None:
        return next(reversed(self.log.stream(ACCESSES, self.log.head())), None)
