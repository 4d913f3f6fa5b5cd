"""The keys of an archive whose log may be damaged: the notes that lie beside the heads tell of them as well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from domain.archive import StoredLog
from domain.errors import TiduiError
from domain.events.signing import KEYS
from projections.ledger.held import Held
from projections.ledger.keys import Handover, Keys, handed_over, keys_of, parse_handover
from projections.ledger.note import PublicKey
from projections.ledger.report import Report, Signed


def known(log: StoredLog, held: Held, first: PublicKey, report: Report) -> Keys:
    """The keys by the log, and where it does not tell, by the notes on file; a note that is none is told of."""
    return keys_of(first, [*recorded(log), *_on_file(held, report)])


def recorded(log: StoredLog) -> Iterator[Handover]:
    """The handovers in a log, as far as it can be read."""
    with suppress(TiduiError):  # the scan tells of it
        for position, *_ in log.stored(KEYS, log.head()):
            with suppress(TiduiError):
                yield from handed_over([log.get(position)])


def _on_file(held: Held, report: Report) -> Iterator[Handover]:
    for path in held.handover_files():
        try:
            yield parse_handover(path.read_text(encoding="utf-8", errors="replace"))
        except TiduiError as error:
            report.add("signature", f"checkpoints/{path.name}：{error.zh}", f"checkpoints/{path.name}: {error.en}")


def as_heads(keys: Keys) -> Iterator[Signed]:
    """What was signed of the log where the key was handed over."""
    return (Signed(one.before, f"handover@{one.position}") for one in keys.handovers)


def tell(rotations: list[int], log: StoredLog, keys: Keys, report: Report) -> None:
    """Where the key changed; and events that say so, but that nobody with the key of then has vouched for."""
    for one in keys.handovers:
        report.notes.append(
            f"签名密钥在 @{one.position} 由旧密钥交给 {one.new}。 / "
            f"The signing key was handed over at @{one.position}, to {one.new}."
        )
    vouched = {one.position for one in keys_of(keys.first, recorded(log)).handovers}  # some may be new
    for position in sorted({*rotations} - vouched):
        report.add(
            "handover",
            f"@{position} 更换签名密钥，但没有原密钥的签名：不是持有密钥的人所记，此项更换不算数。",
            f"@{position} changes the signing key without the signature of the key before: it was not recorded by who "
            "holds that key, and counts for nothing.",
            position,
        )
