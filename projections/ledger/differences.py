"""What became of the events that were signed, in words: altered, replaced, renumbered, moved, removed, inserted.

Only what the kept hashes show is said: where each row stood, and which rows were not there. Whether a row that is
other than it was is still of its stream, they do not tell; the attested heads of all streams may.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from math import inf
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
    last: bool

    @property
    def forks(self) -> bool:
        """Whether all that was signed from here on is other than it was, and more than one row."""
        return self.last and len(self.gone) > 1 and self.gone[-1] - self.gone[0] == len(self.gone) - 1

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
        by_themselves = len(altered) <= _ASKED and all(run.was in (None, run.at) for run in runs)
        for at in altered:
            yield self._altered(at, altered if by_themselves else None)

    def _altered(self, at: int, among: list[int] | None) -> Problem:
        """A row that is not the one that was signed at its place; `among` all such, None where others moved too."""
        ((_, stream, version, topic, state),) = self._log.rows(at - 1, at, 1)
        due = self._due.get(at)
        if due is not None and self._kept.holds((at, stream, due, topic, state), at):
            zh = f"@{at} 在流中的序号由 {due} 被改为 {version}，内容未变。"
            en = f"@{at} was renumbered in its stream from {due} to {version}; its content is as it was."
            return Problem("renumbered", zh, en, at, at)
        same = self._same_stream(at, among) if among and due is None else None
        if same is None:
            zh, en = f"@{at} 的内容被改动，或换成了别的记录。", f"@{at} was altered, or replaced by another event."
        elif same:
            zh, en = f"@{at} 的内容被改动。", f"@{at} was altered."
        else:
            zh = f"@{at} 换成了另一条流的记录：现为 {stream} 第 {version} 条。"
            en = f"@{at} was replaced by an event of another stream: now it is version {version} of {stream}."
            return Problem("replaced", zh, en, at, at)
        return Problem("altered", zh, en, at, at)

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
    for run in (*stayed, None):
        ats = list(takewhile(lambda at: at < (run.at if run else inf), new))  # noqa: B023 - taken at once
        was = list(takewhile(lambda place: place < (run.was or 0 if run else inf), gone))  # noqa: B023 - as above
        del new[: len(ats)], gone[: len(was)]
        if run is None:
            ats = ats[: len(was)]  # what follows was recorded since
        if ats or was:
            yield Segment(ats, was, run is None)


def _otherwise(segment: Segment) -> Problem:
    new, gone, _ = segment
    here = places(new[0], new[-1]) if new else ""
    there = places(gone[0], gone[-1]) if gone else ""
    if segment.forks:
        code = "fork"
        zh = f"至 @{gone[0] - 1} 与签署的历史相同，@{new[0]} 起是另一份历史：签署的 {there} 一条也不在了。"
        en = (
            f"Up to @{gone[0] - 1} the history is the one that was signed, from @{new[0]} on another: nothing is left "
            f"of what was signed as {there}."
        )
    elif not new:
        code = "removed"
        zh = f"签署时的 {there} 被删去，其后的记录前移补位。"
        en = f"What was signed as {there} was removed, and what followed moved up."
    elif not gone:
        code = "inserted"
        zh = f"{here} 是插入的，签署时没有；其后的记录后移。"
        en = f"{here} was inserted: it was not there when the log was signed, and what followed moved down."
    else:
        code = "replaced"
        zh = f"签署时的 {there} 不在了，其位置上是 {here}。"
        en = f"What was signed as {there} is gone; {here} stands in its place."
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
