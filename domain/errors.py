"""What can be refused, in Chinese and English. No HTTP here: the api gives each a status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.rules import Judgement


class TiduiError(Exception):
    """Anything the software says no to. `zh` and `en` tell what is wrong and the cure.

    `place` is the rank, from 0, of the command that it is about among several sent together.
    """

    def __init__(self, zh: str, en: str, place: int | None = None) -> None:
        super().__init__(f"{zh} / {en}")
        self.place = place
        self.zh = zh
        self.en = en


class Refusal(TiduiError):
    """The plan or a house rule does not allow it; `clause` says which, `value` and `limit` what was crossed, if any."""

    def __init__(self, clause: str, zh: str, en: str, *, value: object = None, limit: object = None) -> None:
        super().__init__(zh, en)
        self.clause = clause
        self.value, self.limit = value, limit

    def __str__(self) -> str:
        return f"[{self.clause}] {self.zh} / {self.en}"


class DependentsStand(Refusal):
    """Others rest on the event; `dependents` are their positions (H3)."""

    def __init__(self, dependents: Sequence[int], zh: str, en: str) -> None:
        places = ", ".join(f"@{p}" for p in dependents)
        super().__init__(
            "H3",
            f"{zh}，依据它的记录有：{places}。请先撤销这些记录，或与其更正一并提交。",
            f"{en}; these rest on it: {places}. Withdraw those first, or send their corrections with it.",
        )
        self.dependents = tuple(dependents)


class Unsupported(Refusal):
    """A soft number was passed without its reason, or an exception without its three parts."""

    def __init__(self, judgements: Sequence[Judgement]) -> None:
        first = judgements[0]
        super().__init__(first.clause, "；".join(j.zh() for j in judgements), "; ".join(j.en() for j in judgements))
        self.judgements = tuple(judgements)


class Unknown(TiduiError):
    """No such batch, person, event or code."""


class Ambiguous(Unknown):
    """More than one is meant; the text shows each."""


class Malformed(TiduiError):
    """The input is not of the form asked for."""


class Stale(TiduiError):
    """A stream has moved on since the writer looked at it."""


class KeyReused(TiduiError):
    """An idempotency key came back with another body."""


class Broken(TiduiError):
    """Stored data cannot be read as what it says it is; nothing was changed."""


class Unavailable(TiduiError):
    """The machine lacks something (disk, permission, a font, a free port); the text tells the cure."""
