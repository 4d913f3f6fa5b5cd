"""Checkpoints and proofs as texts: c2sp.org/tlog-checkpoint, c2sp.org/tlog-proof, and what a witness is asked."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from projections.ledger import tree
from projections.ledger.note import BadNote, Note, base64_strict, parse_note

_PROOF = "c2sp.org/tlog-proof@v1"
_HASH = 32
_TALLEST = 63  # hashes of a proof


class Checkpoint(NamedTuple):
    """What is signed: the log of this origin had so many events, and this root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note's text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Proof:
    """That a leaf is in the tree of a checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Note

    def text(self) -> str:
        """The proof as a file of its own."""
        lines = [_PROOF, f"index {self.index}", *(base64.b64encode(one).decode() for one in self.hashes)]
        return "\n".join(lines) + f"\n\n{self.checkpoint}"


@dataclass(frozen=True)
class WitnessRequest:
    """A checkpoint, and the proof that it continues the log of size `old` (c2sp.org/tlog-witness, add-checkpoint).

    Where the archive's key changed since, the notes by which it was handed over go along in a file of their own: a
    witness of another make reads the request, and is told of the new key by its keeper.
    """

    old: int
    hashes: tuple[bytes, ...]
    checkpoint: Note
    handovers: tuple[str, ...] = ()

    def text(self) -> str:
        """The request as a file of its own."""
        return f"old {self.old}\n{hashes_text(self.hashes)}\n{self.checkpoint}"

    def handovers_text(self) -> str:
        """The notes by which the key was handed over, as a file beside it."""
        return "".join(f"{note}\n" for note in self.handovers)


def parse_checkpoint(note: Note) -> Checkpoint:
    """What a note says as a checkpoint. Raises BadNote where it is none."""
    lines = note.text[:-1].split("\n")
    if len(lines) != 3 or not lines[0]:  # noqa: PLR2004 - origin, size, root; this log adds no extension lines
        raise _bad("a checkpoint has three lines", "检查点应有三行")
    checkpoint = Checkpoint(lines[0], number(lines[1]), _hash(lines[2]))
    if checkpoint.size == 0 and checkpoint.root != tree.EMPTY:
        raise _bad("it covers no event, and has not the root of that", "没有记录，却不是空树的根")
    return checkpoint


def parse_proof(content: str) -> Proof:
    """An inclusion proof from its file. Raises BadNote where it is none."""
    head, _, checkpoint = content.partition("\n\n")
    first, *lines = head.split("\n")
    if first != _PROOF:
        raise _bad("this is no proof of inclusion", "不是收录证明")
    if lines and lines[0].startswith("extra "):
        base64_strict(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index ") or len(lines) > _TALLEST:
        raise _bad("the proof names no index", "证明没有写明序号")
    return Proof(number(lines[0].removeprefix("index ")), tuple(map(_hash, lines[1:])), parse_note(checkpoint))


def parse_request(content: str) -> WitnessRequest:
    """What a witness is asked, from its file. Earlier versions put the handovers before it. Raises BadNote where it is
    nothing of the kind.
    """
    blocks, handovers = content.split("\n\n"), list[str]()
    while len(blocks) > 2 and not blocks[0].startswith("old "):  # noqa: PLR2004 - a note's text and its signatures
        handovers.append("{}\n\n{}\n".format(*blocks[:2]))
        del blocks[:2]
    first, *lines = blocks[0].split("\n")
    if not first.startswith("old ") or len(lines) > _TALLEST:
        raise _bad("this is no request to a witness", "不是送交见证方的请求")
    old, hashes = number(first.removeprefix("old ")), tuple(map(_hash, lines))
    return WitnessRequest(old, hashes, parse_note("\n\n".join(blocks[1:])), tuple(handovers))


def parse_handovers(content: str) -> tuple[str, ...]:
    """The notes in the file beside a request, whatever they say. Raises BadNote where they are not notes."""
    blocks = content.removesuffix("\n\n").split("\n\n")
    if blocks == [""]:
        return ()
    if len(blocks) % 2:
        raise _bad("the file of handovers is cut short", "交接书文件不完整")
    return tuple(f"{text}\n\n{below}\n" for text, below in zip(blocks[::2], blocks[1::2], strict=True))


def hashes_text(hashes: Sequence[bytes]) -> str:
    """Hashes a line each, as in a proof."""
    return "".join(base64.b64encode(one).decode() + "\n" for one in hashes)


def number(text: str) -> int:
    """A decimal without leading zeros."""
    if not (text.isascii() and text.isdigit()) or (text != "0" and text.startswith("0")) or len(text) > 18:  # noqa: PLR2004 - 63 bits
        raise _bad("a number in it is malformed", "数字格式有误")
    return int(text)


def _hash(text: str) -> bytes:
    raw = base64_strict(text)
    if len(raw) != _HASH:
        raise _bad("a hash in it is malformed", "散列值格式有误")
    return raw


def _bad(en: str, zh: str) -> BadNote:
    return BadNote(f"检查点或证明无效：{zh}。", f"This is not a valid checkpoint or proof: {en}.")
