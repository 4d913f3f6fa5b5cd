"""One pass over a log as it is stored: positions, streams, times, every event decoded, the tree against its heads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from domain.archive import StoredLog
from domain.archive.mapper import EventMapper
from domain.archive.sqlite import StoredRow
from domain.errors import Broken, TiduiError, Unavailable
from domain.events.base import Evidence, Recorded
from domain.events.record import EventCorrected, EventWithdrawn
from domain.events.signing import SigningKeyRotated
from domain.facts import amended
from projections.ledger import histories, leaf, tree
from projections.ledger.alignment import Kept, content_of
from projections.ledger.attestation import Attestation
from projections.ledger.clocks import Clocks
from projections.ledger.differences import Differences
from projections.ledger.report import Report, Signed, places

Progress = Callable[[int, int], None]
_PAGE = 2000
_FIRST = -(2**63)
_FORM = (int, str, int, str, bytes)


def root_of_log(log: StoredLog, size: int) -> bytes:
    """The root over the first `size` events, from the log alone."""
    frontier, after = tree.Frontier(), 0
    while rows := log.rows(after, size, _PAGE):
        for row in rows:
            frontier.add(leaf.hash_of(row))
        after = rows[-1][0]
    return frontier.root()


class Scan:
    """One pass over the log."""

    def __init__(
        self, log: StoredLog, report: Report, heads: list[Signed], leaves: bytes, attested: Sequence[Attestation]
    ) -> None:
        self._log, self.report, self._heads, self._leaves, self._attested = log, report, heads, leaves, attested
        self.evidence: dict[str, tuple[int, Evidence]] = {}
        self.rotations: list[int] = []
        self._mapper, self._tree = EventMapper(), tree.Frontier()
        self._versions: dict[str, int] = {}
        self._due: dict[int, int] = {}  # the versions that rows out of turn should have
        self._last: datetime | None = None
        self.clocks = Clocks()
        self._at = 0
        self._other = 0  # the first position whose row is not the one that was kept
        self.matched: list[Signed] = []
        self._unlike: list[Signed] = []

    @property
    def fits(self) -> bool:
        """Whether the log is what every head signed; not so where there is none."""
        return bool(self.matched) and not self._unlike and len(self.matched) == len(self._heads)

    def run(self, progress: Progress | None = None) -> None:
        """Read all of it, as far as it can be read."""
        waiting = list(self._heads)
        self._reached(0, waiting)
        before = len(self.report.problems)
        try:
            self._outside()
            self._all(waiting, progress)
            if self._other:
                differences = Differences(self._log, self._leaves, self._attested, self._due)
                self.report.problems[before:before] = differences.told(self._other)
        except Unavailable as error:
            self.report.add(
                "damaged",
                f"数据库文件已损坏，第 {self._at + 1} 号记录起无法读取（{error.__cause__}）。请从备份恢复。",
                f"The database is damaged: nothing can be read from @{self._at + 1} on ({error.__cause__}). Restore it "
                "from a backup.",
                self._at + 1,
            )
            return
        finally:
            self.report.events, self.report.root = self._tree.size, self._tree.root()
        self.report.problems += histories.told(self._heads, self._unlike, self.matched, Kept(self._leaves))
        if waiting:
            self._truncated(waiting[-1])

    def _truncated(self, head: Signed) -> None:
        """That a head was signed over more; which are gone is known where all that is left is as it was kept."""
        size, at = head.checkpoint.size, self._at
        gone = (f"少了 {size - at} 条", f"{size - at} fewer")
        if len(self._leaves) == 32 * size and not self._other:
            gone = (f"{places(at + 1, size)} 不见了", f"{places(at + 1, size)} gone")
        zh = f"{head.where} 签署时有 {size} 条记录，现在止于 @{at}：{gone[0]}。"
        en = f"{head.where} was signed over {size} events, the log ends at @{at}: {gone[1]}."
        self.report.add("truncated", zh, en, at + 1, size)

    def _outside(self) -> None:
        """Rows before the first position: no reading of the log meets them, but one of their stream does."""
        for position, stream, version, *_ in self._log.rows(_FIRST, 0):
            self.report.add(
                "outside",
                f"日志之外（@{position}）有一行：{stream} 第 {version} 条。",
                f"A row stands outside the log, at @{position}: version {version} of {stream}.",
                position,
            )

    def _all(self, waiting: list[Signed], progress: Progress | None) -> None:
        total = self._log.head()
        while rows := self._page():
            for row in rows:
                self._row(row, self._at)
                self._at = row[0]
                self._reached(self._at, waiting)
            if progress:
                progress(self._at, total)

    def _page(self) -> list[StoredRow]:
        try:
            return self._log.rows(self._at, limit=_PAGE)
        except Unavailable:
            return self._log.rows(self._at, limit=1)  # up to the very event that cannot be read

    def _row(self, row: tuple[Any, ...], before: int) -> None:
        position, stream, version, *_ = row
        add = self.report.add
        if position != before + 1:
            first, last = before + 1, position - 1
            which = places(first, last)
            add("gap", f"{which} 不见了。", f"{which}: gone.", first, last)
        held = self._versions.get(stream, 0)
        if tuple(map(type, row)) != _FORM:
            zh, en = f"@{position} 不是记录的样子。", f"@{position} has not the form of an event."
            add("form", zh, en, position)
        elif version != held + 1:
            zh = f"@{position}：{stream} 由第 {held} 条跳到第 {version} 条。"
            add("stream", zh, f"@{position}: {stream} goes from version {held} to {version}.", position)
        if version != held + 1:
            self._due[position] = held + 1
        self._versions[stream] = version if isinstance(version, int) else held + 1
        content = content_of(row)
        digest = leaf.hash_of((position, *content))
        if not self._other and (self._leaves[32 * (position - 1) : 32 * position] or digest) != digest:
            self._other = position
        self._tree.add(digest)
        if content[2] == SigningKeyRotated.TOPIC:
            self.rotations.append(position)
        self._decode(position, *content)

    def _decode(self, position: int, stream: str, version: int, topic: str, state: bytes) -> None:
        try:
            recorded = Recorded(stream, version, position, self._mapper.decode(topic, state, f"@{position}"))
        except Broken as error:
            self.report.add("unreadable", error.zh, error.en, position)
            return
        if self._last and recorded.body.recorded_at < self._last:
            self.report.add(
                "time", f"@{position} 的记录时间早于前一条。", f"@{position} is dated before its predecessor.", position
            )
        self._last = recorded.body.recorded_at
        self.clocks.see(recorded)
        for file in recorded.body.evidence:
            self.evidence.setdefault(file.sha256, (position, file))
        event = recorded.event
        if isinstance(event, EventCorrected | EventWithdrawn) and amended(recorded, self._earlier) is None:
            zh = f"@{position} 要更正或撤销的 @{event.target} 不是它所说的那条较早的记录，所以不起作用。"
            en = f"@{position} corrects or withdraws @{event.target}, which is not the earlier event that it names; it "
            self.report.add("amendment", zh, f"{en}has no effect.", position)

    def _earlier(self, position: int) -> Recorded | None:
        """An event that was read before, where it can be read."""
        try:
            return self._log.get(position)
        except TiduiError:
            return None

    def _reached(self, size: int, waiting: list[Signed]) -> None:
        """Hold the tree against every head of this size."""
        while waiting and waiting[0].checkpoint.size <= size:
            head = waiting.pop(0)
            same = head.checkpoint.size == self._tree.size and head.checkpoint.root == self._tree.root()
            (self.matched if same else self._unlike).append(head)
