"""The ledger of one archive: signs heads of its log and proves what is under them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple, Protocol

from domain.archive.sqlite import StoredRow
from domain.errors import Unknown
from domain.events.accesses import ACCESSES, AccessRegisterBound
from domain.events.base import Recorded
from domain.events.signing import KEYS, SigningKeyRotated
from domain.language import today
from projections.ledger import tree
from projections.ledger.attestation import Binding, RegisterHead, StreamHead, attest, parse_attestation, proof_of
from projections.ledger.checkpoint import Checkpoint, Proof, parse_checkpoint
from projections.ledger.fit import Misfit, Unsettled, last_signed, misfit_of_log
from projections.ledger.held import Fork, Held, NoKey
from projections.ledger.keys import Keys, Streams, keys_in, parse_handover
from projections.ledger.nodes import Nodes, Rows
from projections.ledger.note import Note, PrivateKey, PublicKey
from projections.ledger.overdue import DECISIONS
from projections.moment import Views


class Log(Rows, Streams, Protocol):
    """What the ledger needs of a log."""

    def heads(self, upto: int) -> list[tuple[str, int]]: ...

    def stored(self, stream: str, upto: int) -> list[StoredRow]: ...


class Register(Protocol):
    """What the ledger needs of the register of accesses."""

    def head(self) -> RegisterHead: ...

    def hash_at(self, number: int) -> bytes | None: ...


class StreamProof(NamedTuple):
    """Everything one stream holds under a checkpoint: each event with its proof, and that there are no more.

    `place` and `head` prove the stream's version in the tree of heads that the attestation names. `key` has signed
    both, and `rotations` are the events by which it came to do so, each with its proof.
    """

    checkpoint: Note
    attestation: Note
    rows: list[StoredRow]
    proofs: list[list[bytes]]
    place: int
    head: list[bytes]
    key: PublicKey
    rotations: list[tuple[StoredRow, list[bytes]]]


class Ledger:
    """Signs only what continues what was signed before. `first` is the key that the archive was founded with.

    `charter` is the digest of the charter; it and the `register` of accesses are attested with each checkpoint.
    One that was made of a bundle has a register of its own, None here, and signs nothing.
    `misfit` is what was found not to fit at opening: as long as it stands, no paper is signed.
    """

    def __init__(
        self,
        held: Held,
        nodes: Nodes,
        log: Log,
        views: Views,
        first: PublicKey,
        charter: str,
        register: Register | None,
    ) -> None:
        self.held, self.nodes, self._log, self._views, self._first = held, nodes, log, views, first
        self.origin, self._charter, self._register = first.name, charter, register
        self.misfit: Misfit | None = None

    def close(self) -> None:
        """Let go of the nodes."""
        self.nodes.close()

    def checkpoint(self) -> Note:
        """Sign the log as it stands; the head there is when nothing was recorded since.

        Raises Fork when the log does not continue the head, NoKey when it cannot be signed.
        """
        with self.held.alone():
            head = self.held.head()
            size = self.nodes.catch_up()
            before = self.last()
            if before is not None and self._continues(before, size) == size:
                self.held.put_head(before)
                return before
            if size == 0:
                raise Unknown("档案库还是空的，无可签署。", "The archive is empty; there is nothing to sign.")
            key = self.held.key_of(self.keys().at(size))
            signed = key.note(self._checkpoint(size).text())
            binding = self._binding(before)
            attested = key.note(attest(self._views, self.heads(size), self._checkpoint(size), binding).text())
            for note in self.handovers():
                self.held.keep_handover(parse_handover(note).position, note)
            self.held.publish(signed, attested, head)
            return signed

    def last(self) -> Note | None:
        """The largest checkpoint on file: one may stand in its folder whose head was not swapped in time."""
        return last_signed(self.held)

    def covered(self, position: int) -> Note:
        """The first checkpoint that covers a position; one is made where there is none. Raises Unsettled where
        something does not fit what was signed.
        """
        self.require_fit()
        return self.held.covering(position) or self.checkpoint()

    def require_fit(self) -> None:
        """Raise Unsettled while what was found not to fit still does not: it is looked at again."""
        if self.misfit is not None and (misfit := self.find_misfit()):
            raise Unsettled(misfit)

    def is_due(self, placed: Sequence[Recorded]) -> bool:
        """Whether what was just recorded asks for a checkpoint: a decision, a change of key, a day's first record."""
        if any(isinstance(one.event, DECISIONS) for one in placed):
            return True
        head = self.held.head()
        size = parse_checkpoint(head).size if head else 0
        if not 0 < size <= placed[-1].position:  # beyond the log: signing will say what is wrong
            return True
        return today(self._views.recorded(size).body.recorded_at) != today(placed[-1].body.recorded_at)

    def proof(self, position: int) -> Proof:
        """That the event at a position is under the first checkpoint that covers it and that a witness has signed, or
        where none has, the first that covers it; Unknown while none does.
        """
        last = self.nodes.catch_up()
        if not 0 < position <= last:
            raise Unknown(f"没有 @{position}：档案止于 @{last}。", f"There is no @{position}: the log ends at @{last}.")
        note = self.held.witnessed(position) or self.held.covering(position)
        if note is None:
            raise Unknown(
                f"还没有覆盖 @{position} 的检查点。请先运行 tidui checkpoint。",
                f"No checkpoint covers @{position} yet. Run tidui checkpoint first.",
            )
        size = parse_checkpoint(note).size
        return Proof(position - 1, tuple(tree.inclusion(position - 1, size, self.nodes.node)), note)

    def stream(self, stream: str, note: Note) -> StreamProof:
        """A whole stream under a checkpoint."""
        size = parse_checkpoint(note).size
        self.nodes.catch_up()
        rows, keys = self._log.stored(stream, size), self.keys()
        changes = {one.position for one in keys.handovers}
        rotations = [row for row in self._log.stored(KEYS, size) if row[0] in changes]
        return StreamProof(
            note,
            self.held.attestation(size),
            rows,
            [self.under(row[0], note)[1] for row in rows],
            *proof_of(self.heads(size), stream),
            keys.at(size),
            [(row, self.under(row[0], note)[1]) for row in rotations],
        )

    def under(self, position: int, note: Note) -> tuple[bytes, list[bytes]]:
        """The hash of the leaf at a position, and the proof that it is under a checkpoint."""
        size = parse_checkpoint(note).size
        return self.nodes.leaf(position - 1), tree.inclusion(position - 1, size, self.nodes.node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the log at size `new` begins with the log at size `old`. Raises Unknown beyond the log."""
        if not 0 <= old <= new <= self.nodes.catch_up():
            raise Unknown(
                f"无法证明 {old} 至 {new}：两数应由小到大，且不超出档案末尾。",
                f"Nothing proves {old} to {new}: give the smaller first, and neither beyond the last event.",
            )
        return tree.consistency(old, new, self.nodes.node)

    def heads(self, upto: int) -> list[StreamHead]:
        """The streams and their versions at a position, in the order of their ids."""
        return [StreamHead(stream, version) for stream, version in self._log.heads(upto)]

    def _checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.origin, size, tree.root(size, self.nodes.node))

    def _binding(self, before: Note | None) -> Binding:
        """What is attested beside the log: also where the chain of checkpoints comes from."""
        if self._register is None:
            raise NoKey("由证据包建立的档案库不签署。", "An archive that was made of a bundle signs nothing.")
        if misfit := self.misfit_of_register():
            raise Unsettled(misfit)
        last = parse_checkpoint(before) if before else Checkpoint(self.origin, 0, tree.EMPTY)
        return Binding(self._charter, last.size, last.root, self._register.head())

    def find_misfit(self) -> Misfit | None:
        """Hold the ends of the log and of the register against what was signed last, and remember what does not fit."""
        self.misfit = misfit_of_log(self._log, self.held, self.nodes, self.keys()) or self.misfit_of_register()
        return self.misfit

    def misfit_of_register(self) -> Misfit | None:
        """Whether the register of accesses goes on from where it was attested or recorded last."""
        bound = self._bound()
        if bound is None or self._register is None or self._register.hash_at(bound.lines) == bound.head:
            return None
        lines = self._register.head().lines
        return Misfit(
            "register",
            f"查阅登记与签署的不符：曾有 {bound.lines} 行，现有 {lines} 行，不相衔接。请运行 tidui verify，并从备份恢复"
            " access.sqlite；如已无法恢复，运行 tidui restart-register 说明。",
            f"The register of accesses does not fit what was signed: it had {bound.lines} lines and now has {lines} "
            "that do not continue them. Run tidui verify and restore access.sqlite from a backup; if it is lost for "
            "good, say so with tidui restart-register.",
        )

    def _bound(self) -> RegisterHead | None:
        """What was said last of the register, by the log or by an attestation since."""
        events = self._log.stream(ACCESSES, self._log.head())
        last = events[-1] if events else None
        note = self.last()
        size = parse_checkpoint(note).size if note else 0
        if last and isinstance(last.event, AccessRegisterBound) and (last.position > size):
            return RegisterHead(last.event.lines, bytes.fromhex(last.event.head))
        with suppress(Unknown):
            binding = parse_attestation(self.held.attestation(size)).binding
            return binding.register if binding else None
        return None

    def _continues(self, before: Note, size: int) -> int:
        signed = parse_checkpoint(before)
        if signed.origin != self.origin:
            raise Fork(f"检查点属于另一个档案库 {signed.origin}。", f"The head is of another archive, {signed.origin}.")
        if signed.size > size:
            raise Fork(
                f"已签署 {signed.size} 条记录，日志中只有 {size} 条。请从备份恢复。",
                f"{signed.size} events were signed, but the log has {size}. Restore it from a backup.",
            )
        if tree.root(signed.size, self.nodes.node) != signed.root:
            raise Fork(
                "日志与已签署的检查点不一致，不再签署。请运行 tidui verify；如无问题，再运行 tidui rebuild。",
                "The log does not continue what was signed; nothing more is signed. Run tidui verify, and if it finds "
                "nothing, tidui rebuild.",
            )
        return signed.size

    def key(self, size: int = sys.maxsize) -> PrivateKey:
        """What signs now, or signs the log of a size. Raises NoKey when it cannot be used."""
        with self.held.alone():
            return self.held.key_of(self.keys().at(size))

    def vouch(self, text: str, size: int) -> Note:
        """A text of the archive's own about the log at a size, signed. Raises NoKey when it cannot be, Unsettled where
        something does not fit what was signed.
        """
        self.require_fit()
        return self.key(size).note(text)

    def handovers(self, since: int = 0) -> tuple[str, ...]:
        """The notes by which the key was handed over in what was recorded since a size."""
        counted = {one.position for one in self.keys().handovers if one.position > since}
        events = (one for one in self._log.stream(KEYS, self._log.head()) if one.position in counted)
        return tuple(one.event.handover for one in events if isinstance(one.event, SigningKeyRotated))

    def keys(self) -> Keys:
        """The keys that have signed and do so now."""
        return keys_in(self._log, self._first)
