"""查阅登记入链 (H6). They stand in no list of commands: the archive itself gives the one, its keeper the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from domain.desk import Bundle, Command, Desk, Happening, Inputs
from domain.events.accesses import ACCESSES, AccessRegisterBound
from domain.facts import Facts
from domain.language import Capacity


class BindAccessRegister(Command):
    """Says in the log how long the register of accesses is, and the last hash of its chain."""

    CLAUSE = "H6"
    EVENT = AccessRegisterBound
    CAPACITIES = frozenset({Capacity.ADMINISTRATOR})
    RESTARTS: ClassVar[bool] = False

    lines: int
    head: str

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:
        del bundle, known
        return {}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        del desk
        yield Happening(ACCESSES, AccessRegisterBound(lines=self.lines, head=self.head, restarted=self.RESTARTS))


class RestartAccessRegister(BindAccessRegister):
    """The same of a register whose bound lines are gone: it begins anew, and the reason says why."""

    REASON_DUE = True
    RESTARTS = True
