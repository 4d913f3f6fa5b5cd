"""A witness: somebody else, with a key and a memory of their own, who signs that a log only grew.

logs                 the public line of each log that is witnessed
seen/ORIGIN          the last checkpoint that was signed of each, with the signature
signing.key          what signs; for its owner only

It sees sizes and hashes, never an event. What it signed is on its disk before it is handed out, and of two requests at
once the second is held against what the first left. A log's new key takes the old one's place when the old one hands
over to it in a request; from nobody else does the witness learn a key.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from domain.archive.disk import write_whole
from domain.errors import Broken, Malformed, TiduiError, Unknown
from projections.ledger import tree
from projections.ledger.checkpoint import Checkpoint, WitnessRequest, parse_checkpoint, parse_handovers, parse_request
from projections.ledger.cosignature import cosign, cosignature
from projections.ledger.held import Fork, Held
from projections.ledger.keys import parse_handover
from projections.ledger.note import (
    COSIGNATURE,
    BadNote,
    Note,
    PrivateKey,
    PublicKey,
    is_name,
    parse_note,
    parse_public,
    signed_by,
)


class AlreadyAWitness(TiduiError):
    """A witness is there already; its key is never written over."""


class OutOfStep(TiduiError):
    """The request does not begin where this witness stands."""


class Witness:
    """The folder of one witness."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._held = folder, Held(folder)

    def found(self, name: str, logs: list[str], seed: bytes) -> PublicKey:
        """Make a new witness for these logs; its public key is to be told to their archives."""
        if not is_name(name):
            raise Malformed(
                f"名称“{name}”不能为空，也不能含空格或加号。", f"The name “{name}” is empty, or has a space or plus."
            )
        keys = [parse_public(line) for line in logs]
        key = PrivateKey(name, seed, COSIGNATURE)
        (self.folder / "seen").mkdir(parents=True, exist_ok=True)
        with self._held.alone():
            if self._held.key_file.exists():
                raise AlreadyAWitness(f"{self.folder} 中已有见证方。", f"There is a witness in {self.folder}.")
            self._keep_logs(keys)
            self._held.keep_key(key)
        return key.public

    def sign(self, content: bytes, at: datetime, handovers: bytes = b"") -> Note:
        """The checkpoint of a request, signed, once it proved to continue what was seen; remembered before it is given.

        `handovers` is the file beside it.

        What was signed already is given again. Raises BadNote, Unknown, OutOfStep or Fork; nothing is written then.
        """
        key = self._key()
        request = _request(content, handovers)
        checkpoint = parse_checkpoint(request.checkpoint)
        with self._held.alone():
            seen = self.seen(checkpoint.origin)
            before = parse_checkpoint(seen) if seen else Checkpoint(checkpoint.origin, 0, tree.EMPTY)
            known = _known(self.logs(), request, before)
            self._check_key(request.checkpoint, checkpoint, known)
            if _continues(before, request, checkpoint) and seen:
                return seen
            signed = cosign(request.checkpoint, key, at)
            if known != self.logs():
                self._keep_logs(known)
            write_whole(self._seen(checkpoint.origin), str(signed).encode())
        return signed

    def logs(self) -> list[PublicKey]:
        """The keys of the logs that are witnessed; none where this is no witness's folder."""
        path = self.folder / "logs"
        return [parse_public(line) for line in path.read_text(encoding="utf-8").split()] if path.exists() else []

    def seen(self, origin: str) -> Note | None:
        """The last checkpoint of a log that this witness has signed."""
        path = self._seen(origin)
        try:
            note = parse_note(path.read_bytes())
            if parse_checkpoint(note).origin == origin and cosignature(note, self._key().public):
                return note
        except FileNotFoundError:
            return None
        except BadNote as error:
            raise Broken(f"{path} 已损坏：{error.zh}", f"{path} is damaged: {error.en}") from error
        raise Broken(f"{path} 不是本见证方签署的。", f"{path} was not signed by this witness.")

    def _keep_logs(self, keys: list[PublicKey]) -> None:
        write_whole(self.folder / "logs", "".join(f"{key}\n" for key in keys).encode())

    def _check_key(self, note: Note, checkpoint: Checkpoint, known: list[PublicKey]) -> None:
        keys = [key for key in known if key.name == checkpoint.origin]
        if not keys:
            raise Unknown(
                f"本见证方不见证 {checkpoint.origin}。如应见证，请把它公布的公钥加进 {self.folder / 'logs'}。",
                f"This witness does not know {checkpoint.origin}. If it should, add the line that its school has "
                f"published to {self.folder / 'logs'}.",
            )
        if not any(signed_by(note, key) for key in keys):
            raise Unknown(
                f"检查点不是用 {checkpoint.origin} 公布的密钥签署的。如学校换过密钥，请档案库用 tidui witness request "
                "--since 写明本见证方所见的条数，重做请求，并连同旁边的 .handovers 文件一起送来：其中有旧密钥的交接。",
                f"The checkpoint is not signed with the key that {checkpoint.origin} has published. If the key "
                "changed, have the archive make the request again with tidui witness request --since, from what this "
                "witness has seen, and bring the file .handovers beside it along: it hands the old key over.",
            )

    def _key(self) -> PrivateKey:
        if not self._held.key_file.exists():
            raise Unknown(
                f"{self.folder} 不是见证方的文件夹。请用 tidui witness init 建立。",
                f"{self.folder} is no witness's folder. Make one with tidui witness init.",
            )
        return self._held.key()

    def _seen(self, origin: str) -> Path:
        return self.folder / "seen" / quote(origin, safe="")


def _request(content: bytes, handovers: bytes) -> WitnessRequest:
    try:
        request = parse_request(content.decode())
        request = replace(request, handovers=(*request.handovers, *parse_handovers(handovers.decode())))
    except UnicodeDecodeError as error:
        raise BadNote("请求不是 UTF-8 文本。", "The request is not UTF-8 text.") from error
    size = parse_checkpoint(request.checkpoint).size
    if request.old > size:
        raise BadNote(
            f"请求自相矛盾：由 {request.old} 条至 {size} 条。",
            f"The request goes from {request.old} events back to {size}.",
        )
    return request


def _known(keys: list[PublicKey], request: WitnessRequest, seen: Checkpoint) -> list[PublicKey]:
    """The keys, each one that hands over in the request replaced by the next; raises where that cannot be."""
    for handover in map(parse_handover, request.handovers):
        if handover.old in keys and handover.new not in keys:
            if handover.before.size < seen.size:
                raise Fork(
                    f"密钥在 @{handover.position} 交接，而本见证方已见过旧密钥签署的 {seen.size} 条：有两份历史。",
                    f"The key was handed over at @{handover.position}, but this witness has seen {seen.size} events "
                    "signed with the old one: there are two histories.",
                )
            keys = [handover.new if key == handover.old else key for key in keys]
    return keys


def _continues(seen: Checkpoint, request: WitnessRequest, new: Checkpoint) -> bool:
    """Whether it is what was seen already; raises unless it is that or continues it."""
    if new.size < seen.size:
        raise Fork(
            f"送来的检查点只有 {new.size} 条记录，本见证方已见过 {seen.size} 条。请查明档案库是否被退回旧版。",
            f"The checkpoint has {new.size} events, but this witness has seen {seen.size}. Find out whether the "
            "archive was rolled back.",
        )
    if new.size == seen.size and new.root == seen.root:
        return True
    if new.size > seen.size and request.old != seen.size:
        raise _out_of_step(seen.size, request.old)
    if not tree.is_consistent(seen.size, seen.root, new.size, new.root, request.hashes):
        raise Fork(
            f"至 {new.size} 条的检查点不是本见证方所见 {seen.size} 条的延续：历史被改写过，或证明有误。不予签署。",
            f"The checkpoint of {new.size} events does not continue the {seen.size} that this witness has seen: the "
            "history was rewritten, or the proof is wrong. It is not signed.",
        )
    return False


def _out_of_step(seen: int, old: int) -> OutOfStep:
    return OutOfStep(
        f"请求从 {old} 条算起，本见证方见到的是 {seen} 条。请档案库用 tidui witness request --since {seen} 重做。",
        f"The request starts at {old} events, this witness has seen {seen}. Have the archive make it again with "
        f"tidui witness request --since {seen}.",
    )
