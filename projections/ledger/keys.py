"""The keys of one archive, one after another, and the note by which each is handed over to the next.

An archive begins with the key that it was founded with. A `SigningKeyRotated` names the next one and carries a note
that both have signed, over the log as it stood right before. So whoever trusts the old key has reason to trust the new
one, whoever has only the database hands nothing over, and what lies before is not rewritten with the new key alone.
A key signs the heads from its own position on, until the next one's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple, Protocol

from domain.events.base import Recorded
from domain.events.signing import KEYS, SigningKeyRotated
from projections.ledger.checkpoint import Checkpoint, parse_checkpoint
from projections.ledger.note import ED25519, BadNote, Note, PrivateKey, PublicKey, parse_note, parse_public, signed_by

_TITLE = "tidui-handover/1"


class Streams(Protocol):
    """A log that gives the events of a stream."""

    def head(self) -> int: ...

    def stream(self, stream: str, upto: int) -> list[Recorded]: ...


class Handover(NamedTuple):
    """That the holder of the old key, who had signed the log so far, gives its office to the new one."""

    before: Checkpoint
    old: PublicKey
    new: PublicKey

    def text(self) -> str:
        """The note's text."""
        return f"{_TITLE}\n{self.before.text()}{self.old}\n{self.new}\n"

    @property
    def position(self) -> int:
        """Where the event stands that carries it."""
        return self.before.size + 1


class Turn(NamedTuple):
    """A key, and the first size of the log that it signs."""

    since: int
    key: PublicKey


class Keys(NamedTuple):
    """The first key, and what was handed over since."""

    first: PublicKey
    handovers: tuple[Handover, ...] = ()

    @property
    def turns(self) -> list[Turn]:
        """Every key with the size from which it signs."""
        return [Turn(0, self.first), *(Turn(one.position, one.new) for one in self.handovers)]

    @property
    def latest(self) -> PublicKey:
        """The key in force."""
        return self.turns[-1].key

    def at(self, size: int) -> PublicKey:
        """The key that signs the log at a size."""
        return next(turn.key for turn in reversed(self.turns) if turn.since <= size)

    def signed(self, note: Note, size: int) -> bool:
        """Whether a note carries the signature of the key of a size. A false one in its name raises BadNote."""
        return signed_by(note, self.at(size))


def keys_of(first: PublicKey, handovers: Iterable[Handover]) -> Keys:
    """The keys that follow from the first. Of two handovers by one key the one that is given first counts."""
    keys, given = Keys(first), list(handovers)
    while following := next((one for one in given if _follows(one, keys)), None):
        keys = Keys(first, (*keys.handovers, following))
    return keys


def _follows(handover: Handover, keys: Keys) -> bool:
    """Whether the key in force hands over, later than it got its office, to one that never had it."""
    since, key = keys.turns[-1]
    return handover.old == key and handover.position > since and handover.new not in [turn.key for turn in keys.turns]


def keys_in(log: Streams, first: PublicKey) -> Keys:
    """The keys of a log as it stands."""
    return keys_of(first, handed_over(log.stream(KEYS, log.head())))


def handed_over(events: Iterable[Recorded]) -> Iterator[Handover]:
    """The handovers in events that stand where they were made for. Any other event changes nothing."""
    for recorded in events:
        event = recorded.event
        if isinstance(event, SigningKeyRotated):
            with suppress(BadNote):
                handover = parse_handover(event.handover)
                if (handover.position, str(handover.new)) == (recorded.position, event.public_key):
                    yield handover


def hand_over(before: Checkpoint, old: PrivateKey, new: PrivateKey) -> Note:
    """The note for the event that comes next after a checkpoint."""
    text = Handover(before, old.public, new.public).text()
    return Note(text, tuple(one for key in (old, new) for one in key.note(text).signatures))


@lru_cache(maxsize=256)
def parse_handover(content: str) -> Handover:
    """What a note hands over, once both keys have signed it. Raises BadNote where it is nothing of the kind."""
    note = parse_note(content)
    title, *lines = note.text[:-1].split("\n")
    if title != _TITLE or len(lines) != 5:  # noqa: PLR2004 - a checkpoint's three, and the keys
        raise _bad("this is no handover of a key", "不是密钥交接书")
    before = parse_checkpoint(Note("\n".join((*lines[:3], "")), ()))
    old, new = map(parse_public, lines[3:])
    if old == new or {(key.name, key.kind) for key in (old, new)} != {(before.origin, ED25519)}:
        raise _bad("it does not name two keys of the archive", "写明的不是本库的新旧两个密钥")
    for key, which in ((old, "旧"), (new, "新")):
        if not signed_by(note, key):
            raise _bad(f"{key} has not signed it", f"没有{which}密钥 {key} 的签名")
    return Handover(before, old, new)


def _bad(en: str, zh: str) -> BadNote:
    return BadNote(f"密钥交接书无效：{zh}。", f"This is not a valid handover: {en}.")
