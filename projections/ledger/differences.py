"""What became of the events that were signed, in words: altered, replaced, renumbered, moved, removed, inserted.

Only what the kept hashes show is said: where each row stood, and which rows were not there. Whether a row that is
other than it was is still of its stream, they do not tell; the attested heads of all streams may.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple, Protocol

from projections.ledger.alignment import Kept, Row, Run, TooMany, aligned, in_order
from projections.ledger.attestation import Attestation, StreamHead, root_of
from projections.ledger.nodes import Rows
from projections.ledger.report import Problem, places

_PAGE = 2000
_ASKED = 20  # altered rows whose stream is asked for


class Log(Rows, Protocol):
    """What is asked of a log."""

    def heads(self, upto: int) -> list[tuple[str, int]]: ...


class Segment(NamedTuple):
    """Between two runs that stayed in order: rows that were not signed, and places whose signed row is gone."""

    new: list[int]
    gone: list[int]
    forks: bool  # whether the whole history is another from here on, and more than one row of it

    @property
    def alters(self) -> bool:
        """Whether each row stands in the very place of one that is gone."""
        return self.new == self.gone and not self.forks


class Differences:
    """One log against the hashes kept of it. `due` are the versions that rows out of turn should have."""

    def __init__(self, log: Log, leaves: bytes, attested: Sequence[Attestation], due: dict[int, int]) -> None:
        self._log, self._kept, self._attested, self._due = log, Kept(leaves), attested, due

    def told(self, first: int) -> list[Problem]:
        """All that differs, from the first position on that does."""
        try:
            return list(self._all(first, aligned(self._rows(first), self._kept, first)))
        except TooMany:
            zh = f"至 @{first - 1} 与签署时相同；@{first} 起改动太多，未逐条辨认。"
            en = f"Up to @{first - 1} all is as it was signed; from @{first} on too much differs to be told one by one."
            return [Problem("otherwise", zh, en, first, self._kept.size)]

    def _rows(self, first: int) -> Iterator[Row]:
        after = first - 1
        while rows := self._log.rows(after, limit=_PAGE):
            yield from rows
            after = rows[-1][0]

    def _all(self, first: int, runs: list[Run]) -> Iterator[Problem]:
        stayed = in_order(runs)
        segments = list(_segments(range(first, self._kept.size + 1), runs, stayed))
        altered = [
            at for segment in segments if not segment.forks and segment.new == segment.gone for at in segment.new
        ]
        yield from _moved(runs, stayed)
        for segment in segments:
            if not segment.alters:
                yield _otherwise(segment)
        if len(altered) > _ASKED:
            yield from (_either(first, last) for first, last in _side_by_side(altered))
            return
        in_place = all(run.was in (None, run.at) for run in runs)
        for at in altered:
            yield self._altered(at, altered if in_place else [])

    def _altered(self, at: int, among: list[int]) -> Problem:
        """A row that is not the one that was signed at its place; `among` all such, none where others moved too."""
        ((_, stream, version, topic, state),) = self._log.rows(at - 1, at, 1)
        due = self._due.get(at)
        if due is not None and self._kept.holds((at, stream, due, topic, state), at):
            zh = f"@{at} 在流中的序号由 {due} 被改为 {version}，内容未变。"
            en = f"@{at} was renumbered in its stream from {due} to {version}; its content is as it was."
            return Problem("renumbered", zh, en, at, at)
        same = self._same_stream(at, among) if due is None else None
        if same is None:
            return _either(at, at)
        if same:
            return Problem("altered", f"@{at} 的内容被改动。", f"@{at} was altered.", at, at)
        zh = f"@{at} 换成了另一条流的记录：现为 {stream} 第 {version} 条。"
        en = f"@{at} was replaced by an event of another stream: now it is version {version} of {stream}."
        return Problem("replaced", zh, en, at, at)

    def _same_stream(self, at: int, among: list[int]) -> bool | None:
        """Whether the row is still of its stream; None where the attested heads do not tell."""
        after = next((said for said in self._attested if said.checkpoint.size >= at), None)
        before = next((said for said in reversed(self._attested) if said.checkpoint.size < at), None)
        since = before.checkpoint.size if before else 0
        if after is None or [other for other in among if since < other <= after.checkpoint.size] != [at]:
            return None
        return self._as_attested(after) if before is None or self._as_attested(before) else None

    def _as_attested(self, said: Attestation) -> bool:
        return root_of([StreamHead(*head) for head in self._log.heads(said.checkpoint.size)]) == said.heads


def _segments(signed: range, runs: list[Run], stayed: list[Run]) -> Iterator[Segment]:
    """All between the runs that stayed. A place without any row is passed over: the pass over the log tells of it."""
    known = {place for run in runs if run.was for place in range(run.was, run.was + run.length)}
    standing = {at for run in runs for at in range(run.at, run.at + run.length)}
    new = [at for run in runs if run.was is None for at in range(run.at, run.at + run.length)]
    gone = [place for place in signed if place in standing and place not in known]
    ends = [(bisect_left(new, run.at), bisect_left(gone, run.was or 0)) for run in stayed]
    for (at, was), (to, until) in pairwise([(0, 0), *ends]):
        if at < to or was < until:
            yield Segment(new[at:to], gone[was:until], forks=False)
    at, was = ends[-1] if ends else (0, 0)
    if was < len(gone):
        rest = gone[was:]
        whole = rest[0] == signed.start and len(rest) > 1 and rest[-1] - rest[0] == len(rest) - 1
        yield Segment(new[at:][: len(rest)], rest, forks=whole)  # what follows these was recorded since


def _side_by_side(positions: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of those that stand side by side."""
    for _, run in groupby(enumerate(positions), lambda pair: pair[1] - pair[0]):
        found = [at for _, at in run]
        yield found[0], found[-1]


def _each(positions: Sequence[int]) -> tuple[str, str]:
    """Positions in Chinese and in English."""
    told = [places(first, last) for first, last in _side_by_side(positions)]
    return "、".join(told), ", ".join(told)


def _either(first: int, last: int) -> Problem:
    where = places(first, last)
    zh, en = f"{where} 的内容被改动，或换成了别的记录。", f"{where} was altered, or replaced by another event."
    return Problem("altered", zh, en, first, last)


def _otherwise(segment: Segment) -> Problem:
    new, gone, _ = segment
    (here, here_en), (there, there_en) = _each(new), _each(gone)
    if segment.forks:
        code = "fork"
        zh = f"至 @{gone[0] - 1} 与签署的历史相同，@{new[0]} 起是另一份历史：签署的 {there} 一条也不在了。"
        en = (
            f"Up to @{gone[0] - 1} the history is the one that was signed, from @{new[0]} on another: nothing is left "
            f"of what was signed as {there_en}."
        )
    elif not new:
        code = "removed"
        zh = f"签署时的 {there} 被删去，其后的记录前移补位。"
        en = f"What was signed as {there_en} was removed, and what followed moved up."
    elif not gone:
        code = "inserted"
        zh = f"{here} 是插入的，签署时没有；其后的记录后移。"
        en = f"{here_en} was inserted: it was not there when the log was signed, and what followed moved down."
    else:
        code = "replaced"
        zh = f"签署时的 {there} 不在了，其位置上是 {here}。"
        en = f"What was signed as {there_en} is gone; {here_en} stands in its place."
    first, last = (new or gone)[0], (new or gone)[-1]
    return Problem(code, zh, en, first, last)


def _moved(runs: list[Run], stayed: list[Run]) -> Iterator[Problem]:
    """Rows that were signed, out of their order; two that stand in each other's place are told once."""
    told: set[Run] = set()
    for run in runs:
        if run.was is None or run in stayed or run in told:
            continue
        now, then = (places(start, start + run.length - 1) for start in (run.at, run.was))
        other = Run(run.was, run.at, run.length)
        if other in runs:
            one, two = (now, then) if run.at < run.was else (then, now)
            zh, en = f"{one} 与 {two} 被对调。", f"{one} and {two} changed places."
            told.add(other)
        else:
            zh, en = f"签署时的 {then} 被移到 {now}。", f"What was signed as {then} was moved to {now}."
        yield Problem("moved", zh, en, run.at, run.at + run.length - 1)
