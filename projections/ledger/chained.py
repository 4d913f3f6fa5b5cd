"""The chain of checkpoints: each attestation names the checkpoint before its own, so that none can go unseen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from domain.errors import Broken
from projections.ledger.attestation import Attestation
from projections.ledger.checkpoint import Checkpoint, parse_checkpoint
from projections.ledger.held import Held
from projections.ledger.keys import Keys
from projections.ledger.note import BadNote
from projections.ledger.report import Report, Signed


def as_heads(attested: Iterable[Attestation], origin: str) -> Iterator[Signed]:
    """What was signed of the log before each attestation, whether that checkpoint is still there or not."""
    for said in attested:
        if said.binding and said.binding.before:
            before = Checkpoint(origin, said.binding.before, said.binding.root)
            yield Signed(before, f"checkpoints/{said.checkpoint.size}.attestation")


def missing(held: Held, attested: Iterable[Attestation], keys: Keys, report: Report) -> None:
    """Name every checkpoint of which something tells that it was signed, and that is not there."""
    there, told = set(held.sizes()), dict[int, str]()
    for size, where in _signed(held, tuple(attested), keys):
        told.setdefault(size, where)
    for size, where in sorted(told.items()):
        if size not in there:
            zh = (
                f"第 {size} 号检查点不见了：{where} 表明它签署过。请从备份恢复 checkpoints/；"
                "如签署时被中断，请运行 tidui checkpoint。"
            )
            en = (
                f"Checkpoint {size} is gone: {where} shows that it was signed. Restore checkpoints/ from a backup; "
                "where a program was cut off while it signed, run tidui checkpoint."
            )
            report.add("checkpoint", zh, en, size)


def _signed(held: Held, attested: Sequence[Attestation], keys: Keys) -> Iterator[tuple[int, str]]:
    for said in attested:
        if said.binding and said.binding.before:
            yield said.binding.before, f"checkpoints/{said.checkpoint.size}.attestation"
    for handover in keys.handovers:
        yield handover.before.size, f"handover@{handover.position}"
    for size in held.cosigned_sizes():
        yield size, f"checkpoints/{size}.cosigned"
    for size in held.attested_sizes():
        if not any(_passes_over(said, size) for said in attested):
            yield size, f"checkpoints/{size}.attestation"
    try:
        if head := held.head():
            yield parse_checkpoint(head).size, "head"
    except (BadNote, Broken):
        return  # told of among the heads


def _passes_over(said: Attestation, size: int) -> bool:
    """Whether an attestation tells that no checkpoint of a size came before its own: its signing was cut off."""
    return said.binding is not None and (said.binding.before or 0) < size < said.checkpoint.size
