"""Whether a log ends as what was signed last, as far as can be told at once. An altered middle only `verify` sees."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from domain.errors import TiduiError
from projections.ledger import leaf, tree
from projections.ledger.checkpoint import parse_checkpoint
from projections.ledger.held import Fork, Held
from projections.ledger.keys import Keys
from projections.ledger.nodes import Nodes, Rows
from projections.ledger.note import Note

_END = 100  # events under the head that are hashed again


class Log(Rows, Protocol):
    """What is asked of a log."""

    def head(self) -> int: ...


class Misfit(NamedTuple):
    """What does not fit: the log, the register of accesses, or the last `verify`; in words, with the cure."""

    what: str
    zh: str
    en: str


class Unsettled(Fork):
    """Something does not fit what was signed; until that is settled no paper is signed."""

    def __init__(self, misfit: Misfit) -> None:
        super().__init__(
            f"{misfit.zh}在查明之前，不签署任何文件。", f"{misfit.en} Until that is settled no paper is signed."
        )


def last_signed(held: Held) -> Note | None:
    """The largest checkpoint on file: one may stand in its folder whose head was not swapped in time."""
    head, sizes = held.head(), held.sizes()
    if sizes and (head is None or sizes[-1] > parse_checkpoint(head).size):
        return held.checkpoint(sizes[-1])
    return head


def misfit_of_log(log: Log, held: Held, nodes: Nodes, keys: Keys) -> Misfit | None:
    """How the log's end differs from what was signed last; None where it does not."""
    try:
        note = last_signed(held)
        if note is None:
            return _unsigned() if log.head() else None
        head = parse_checkpoint(note)
        if head.origin != keys.first.name or not keys.signed(note, head.size):
            return _misfit("最后的检查点不是用本库的密钥签署的", "the last checkpoint is not signed with its key")
        if head.size > log.head():
            zh = f"已签署 {head.size} 条记录，日志中只有 {log.head()} 条"
            return _misfit(zh, f"{head.size} events were signed, but the log has {log.head()}")
        nodes.catch_up()
        rows = log.rows(max(head.size - _END, 0), head.size, _END)
        as_grown = all(leaf.hash_of(row) == nodes.leaf(row[0] - 1) for row in rows)
        if not as_grown or tree.root(head.size, nodes.node) != head.root:
            return _misfit("日志与最后的检查点不一致", "the log is not what the last checkpoint signed")
    except TiduiError as error:
        return Misfit("log", error.zh, error.en)
    return None


def _misfit(zh: str, en: str) -> Misfit:
    return Misfit(
        "log",
        f"档案与签署的不符：{zh}。请运行 tidui verify 查明，必要时从备份恢复。",
        f"The archive does not fit what was signed: {en}. Run tidui verify, and restore a backup where it says so.",
    )


def _unsigned() -> Misfit:
    return Misfit(
        "log",
        "日志中有记录，却没有任何检查点。请核对另存的检查点或导出的文件；无误后运行 tidui checkpoint。",
        "The log has events, but there is no checkpoint at all. Hold a checkpoint or a paper that was kept elsewhere "
        "against it; if it fits, run tidui checkpoint.",
    )
