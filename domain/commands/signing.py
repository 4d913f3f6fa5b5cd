"""更换签名密钥 (H5). It stands in no list of commands: who has the key gives it, on the machine that holds the key."""

from __future__ import annotations

from collections.abc import Iterator

from domain.desk import Bundle, Command, Desk, Happening, Inputs
from domain.errors import Stale
from domain.events.signing import KEYS, Note, SigningKeyRotated
from domain.facts import Facts
from domain.language import Capacity, Line


class RotateSigningKey(Command):
    """Names the key that signs from now on, by a note of both keys over the log as it stood at `after`."""

    CLAUSE = "H5"
    EVENT = SigningKeyRotated
    REASON_DUE = True
    CAPACITIES = frozenset({Capacity.ADMINISTRATOR})

    after: int
    public_key: Line
    handover: Note

    @classmethod
    def inputs(cls, bundle: Bundle, known: Facts) -> Inputs:
        del bundle
        return {"after": known.position}

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if desk.known.position != self.after:
            raise Stale(
                f"签署交接书时有 {self.after} 条记录，现在有 {desk.known.position} 条，请重来。",
                f"The handover was signed over {self.after} events, now there are {desk.known.position}; try again.",
            )
        yield Happening(KEYS, SigningKeyRotated(public_key=self.public_key, handover=self.handover))
