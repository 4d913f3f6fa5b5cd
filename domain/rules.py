"""Soft numbers, one mechanism: every check gives a judgement of ok, caution or exception.

A caution needs a reason. An exception needs a reason, an approver and a resolution. Nothing that the
plan leaves open is rejected, and nothing that it limits is accepted silently.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Literal, Protocol, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from domain.bounds import wording
from domain.language import Clause, Line, Text, Verdict, full_years


class Judgement(BaseModel):
    """What one rule said of one value on the reference date, kept as it was judged."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    rule: Line
    verdict: Verdict
    value: str
    limit: str
    on: date
    reason: Text | None = None
    approver: Line | None = None
    resolution: Line | None = None
    document: Line | None = None

    NEEDS: ClassVar[dict[Verdict, tuple[str, ...]]] = {
        Verdict.OK: (),
        Verdict.CAUTION: ("reason",),
        Verdict.EXCEPTION: ("reason", "approver", "resolution"),
    }

    @property
    def clause(self) -> str:
        """The clause that the rule belongs to: the part of its name before the dot."""
        return self.rule.partition(".")[0]

    def missing(self) -> tuple[str, ...]:
        """Which of the due parts are not there. A document stands for a resolution that cannot exist yet."""
        lacking = (part for part in self.NEEDS[self.verdict] if getattr(self, part) is None)
        return tuple(part for part in lacking if part != "resolution" or self.document is None)

    def supported(self, **given: str | None) -> Self:
        """The same judgement with what was given for it: reason, approver, resolution, document."""
        return self.model_copy(update=given)

    def zh(self) -> str:
        """One Chinese sentence with the value, the bound and what is still due."""
        kind = "须说明理由" if self.verdict is Verdict.CAUTION else "属例外，须有理由、批准人和已通过的相应决议"
        return f"{wording(self).sentence.zh}，{kind}"

    def en(self) -> str:
        """The same in English."""
        kind = "a reason" if self.verdict is Verdict.CAUTION else "an exception: reason, approver and resolution"
        return f"{wording(self).sentence.en}: this needs {kind}"


class GrantedException(BaseModel):
    """The three parts that an exception rests on, as asked for in a command."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    rule: Line
    reason: Text
    approver: Line | None = None
    resolution: Line | None = None


class AgeRule(BaseModel):
    """`at_most`: the number is included and beyond it is an exception. `around`: a free and a caution band."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clause: Clause
    kind: Literal["at_most", "around"]
    years: Annotated[int, Field(ge=1, le=100)]
    free: Annotated[int, Field(ge=0, le=100)] = 0
    caution: Annotated[int, Field(ge=0, le=100)] = 0

    def judge(self, born: date, on: date) -> Judgement:
        """The age in full years on the day, against the band it crosses."""
        age = full_years(born, on)
        off = age - self.years
        if self.kind == "at_most":
            verdict, bound = (Verdict.OK if off <= 0 else Verdict.EXCEPTION), self.years
        else:
            verdict, width = _band(abs(off), self.free, self.caution)
            bound = self.years + (width if off > 0 else -width)
        return Judgement(rule=f"{self.clause}.age", verdict=verdict, value=str(age), limit=str(bound), on=on)


def judge_places(clause: str, *, after: int, target: int, with_reason: int, on: date) -> Judgement:
    """Seats of a tier once this one is taken: to the target free, `with_reason` more cautious, then an exception."""
    verdict, width = _band(after - target, 0, with_reason)
    return Judgement(rule=f"{clause}.places", verdict=verdict, value=str(after), limit=str(target + width), on=on)


def judge(
    rule: str, *, ok: bool, value: object, limit: object, on: date, otherwise: Verdict = Verdict.CAUTION
) -> Judgement:
    """A yes-or-no rule: fine, or of the verdict that the plan attaches to crossing it."""
    return Judgement(rule=rule, verdict=Verdict.OK if ok else otherwise, value=str(value), limit=str(limit), on=on)


def _band(off: int, free: int, caution: int) -> tuple[Verdict, int]:
    """The verdict for a distance, and the width of the band that was crossed (or stands nearest)."""
    if off <= free:
        return Verdict.OK, free
    if off <= caution:
        return Verdict.CAUTION, free
    return Verdict.EXCEPTION, caution


class Told(Protocol):
    """A judgement, or what a view tells of one."""

    @property
    def rule(self) -> str: ...
    @property
    def verdict(self) -> str: ...


T = TypeVar("T", bound=Told)


def favourable(judged: Iterable[T]) -> list[T]:
    """Of each rule the judgement that asks for least: a forecast asks for no more than some day would."""
    best: dict[str, T] = {}
    for one in judged:
        standing = best.get(one.rule)
        if standing is None or _GRAVITY[one.verdict] < _GRAVITY[standing.verdict]:
            best[one.rule] = one
    return list(best.values())


_GRAVITY: dict[str, int] = {verdict: rank for rank, verdict in enumerate(Verdict)}
