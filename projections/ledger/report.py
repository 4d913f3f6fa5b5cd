"""What a check of an archive found: what was looked at, and everything that does not hold, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from projections.ledger import tree
from projections.ledger.attestation import Attestation
from projections.ledger.checkpoint import Checkpoint
from projections.ledger.cosignature import Cosigned
from projections.ledger.keys import Keys


class Problem(NamedTuple):
    """Something that does not hold, in words, from one position to another where it has a place."""

    code: str
    zh: str
    en: str
    first: int | None = None
    last: int | None = None


class RegisterLines(NamedTuple):
    """How many lines the register of accesses has, and how many of them attestations or the log bind."""

    lines: int
    bound: int


@dataclass
class Report:
    """What was looked at, and what does not hold."""

    keys: Keys
    events: int = 0
    checkpoints: int = 0
    files: int = 0
    root: bytes = tree.EMPTY
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    cosigned: list[Cosigned] = field(default_factory=list)
    attested: list[Attestation] = field(default_factory=list)
    register: RegisterLines | None = None

    def add(self, code_: str, zh: str, en: str, first: int | None = None, last: int | None = None) -> None:
        """One more thing that does not hold."""
        self.problems.append(Problem(code_, zh, en, first, last if last is not None else first))

    def found(self, *codes: str) -> bool:
        """Whether one of these is among what does not hold."""
        return any(problem.code in codes for problem in self.problems)


class Signed(NamedTuple):
    """A signed head: what it says, and where it was found."""

    checkpoint: Checkpoint
    where: str


def places(first: int, last: int) -> str:
    """From one position to another, in either language."""
    return f"@{first}" if first == last else f"@{first}–@{last}"
