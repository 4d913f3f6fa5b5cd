"""What was recorded since the last checkpoint and asked for one: signing failed then, or was cut off."""

from __future__ import annotations

from typing import Protocol

from domain.events.base import Recorded
from domain.events.committee import ResolutionReached
from domain.events.signing import SigningKeyRotated
from domain.language import today
from projections.ledger.checkpoint import parse_checkpoint
from projections.ledger.fit import last_signed
from projections.ledger.held import Held
from projections.ledger.nodes import PAGE, Rows

DECISIONS = ResolutionReached | SigningKeyRotated
_TOPICS = frozenset({ResolutionReached.TOPIC, SigningKeyRotated.TOPIC})


class Log(Rows, Protocol):
    """What is asked of a log."""

    def head(self) -> int: ...

    def get(self, position: int) -> Recorded: ...


def overdue(log: Log, held: Held) -> int | None:
    """The position of an event that asked for a checkpoint which is not there: a decision, a change of key, a new
    day; or the size of one whose signing was cut off.

    None where nothing is due.
    """
    note, head = last_signed(held), log.head()
    size = parse_checkpoint(note).size if note else 0
    if size >= head:  # beyond the log: signing and `verify` say what is wrong
        return None
    if size == 0:
        return 1
    if (begun := max(held.attested_sizes(), default=0)) > size:
        return min(begun, head)
    after = size
    while rows := log.rows(after, head, PAGE):
        for position, _, _, topic, _ in rows:
            if topic in _TOPICS:
                return position
        after = rows[-1][0]
    return head if today(log.get(size).body.recorded_at) != today(log.get(head).body.recorded_at) else None
