"""One pass over a log as it is stored: positions, streams, times, every event decoded, the tree against its heads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.archive import StoredLog
from domain.archive.mapper import EventMapper
from domain.archive.sqlite import StoredRow
from domain.errors import Broken, Unavailable
from domain.events.base import Recorded
from domain.events.signing import SigningKeyRotated
from projections.ledger import leaf, tree
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

    def __init__(self, report: Report, heads: list[Signed], leaves: bytes, progress: Progress | None) -> None:
        self.report, self._heads, self._leaves, self._progress = report, heads, leaves, progress
        self.evidence: dict[str, int] = {}
        self.rotations: list[int] = []
        self._mapper, self._tree = EventMapper(), tree.Frontier()
        self._versions: dict[str, int] = {}
        self._last: datetime | None = None
        self._at = 0
        self._sound = 0  # the largest head that still matched
        self._broken = False

    def run(self, log: StoredLog) -> None:
        """Read all of it, as far as it can be read."""
        waiting = list(self._heads)
        self._reached(0, waiting)
        try:
            self._outside(log)
            after = self._all(log, waiting)
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
        if waiting:
            size, where = waiting[-1].checkpoint.size, waiting[-1].where
            self.report.add(
                "truncated",
                f"{where} 签署时有 {size} 条记录，现在止于 @{after}：{places(after + 1, size)} 不见了。",
                f"{where} was signed over {size} events, the log ends at @{after}: {places(after + 1, size)} gone.",
                after + 1,
                size,
            )

    def _outside(self, log: StoredLog) -> None:
        """Rows before the first position: no reading of the log meets them, but one of their stream does."""
        for position, stream, version, *_ in log.rows(_FIRST, 0):
            self.report.add(
                "outside",
                f"日志之外（@{position}）有一行：{stream} 第 {version} 条。",
                f"A row stands outside the log, at @{position}: version {version} of {stream}.",
                position,
            )

    def _all(self, log: StoredLog, waiting: list[Signed]) -> int:
        total = log.head()
        while rows := self._page(log):
            for row in rows:
                self._row(row, self._at)
                self._at = row[0]
                self._reached(self._at, waiting)
            if self._progress:
                self._progress(self._at, total)
        return self._at

    def _page(self, log: StoredLog) -> list[StoredRow]:
        try:
            return log.rows(self._at, limit=_PAGE)
        except Unavailable:
            return log.rows(self._at, limit=1)  # up to the very event that cannot be read

    def _row(self, row: tuple[Any, ...], before: int) -> None:
        position, stream, version, topic, state = row
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
        self._versions[stream] = version if isinstance(version, int) else held + 1
        content = state if isinstance(state, bytes) else str(state).encode()
        digest = leaf.hash_of((position, stream, version, topic, content))
        if (self._leaves[32 * (position - 1) : 32 * position] or digest) != digest:
            add("altered", f"@{position} 的内容被改动。", f"@{position} was altered.", position)
        self._tree.add(digest)
        if topic == SigningKeyRotated.TOPIC:
            self.rotations.append(position)
        self._decode(position, stream, version, topic, content)

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
        for file in recorded.body.evidence:
            self.evidence.setdefault(file.sha256, position)

    def _reached(self, size: int, waiting: list[Signed]) -> None:
        """Hold the tree against every head of this size."""
        while waiting and waiting[0].checkpoint.size <= size:
            checkpoint, where = waiting.pop(0)
            if checkpoint.size == self._tree.size and self._tree.root() == checkpoint.root:
                self._sound = size
            elif not self._broken:
                self._broken = True
                among = places(self._sound + 1, checkpoint.size)
                self.report.add(
                    "root",
                    f"与 {where} 不符：{among} 之中有改动、增删或调换。",
                    f"The log is not what {where} signed: in {among} something was altered, removed, added or moved.",
                    self._sound + 1,
                    checkpoint.size,
                )
