"""查阅登记入链 (H6). It stands in no list of commands: the archive gives it, or its keeper where lines are lost."""

from __future__ import annotations

from collections.abc import Iterator

from domain.desk import Bundle, Command, Desk, Happening, Inputs
from domain.errors import Refusal
from domain.events.accesses import ACCESSES, AccessRegisterBound
from domain.facts import Facts
from domain.language import Capacity


class BindAccessRegister(Command):
    """Says in the log how long the register of accesses is, and the last hash of its chain. Where lines that were bound
    are gone it begins anew, and the reason says why.
    """

    CLAUSE = "H6"
    EVENT = AccessRegisterBound
    CAPACITIES = frozenset({Capacity.ADMINISTRATOR})

    lines: int
    head: str
    restarted: bool = False

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:
        del bundle, known
        return {}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if self.restarted and not desk.request.reason:
            raise Refusal("H6", "登记重新开始，请写明理由。", "Give the reason why the register begins anew.")
        yield Happening(ACCESSES, AccessRegisterBound(lines=self.lines, head=self.head, restarted=self.restarted))
