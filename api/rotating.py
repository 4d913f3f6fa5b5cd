"""更换签名密钥: the old key signs all there is and hands over, an event says so, the new key signs from there on.

The new key is on the disk before the event names it, and takes the old one's place with the first checkpoint that it
signs. Whoever signs next does that, so a rotation that was cut off anywhere is completed by whatever comes after.
"""

from __future__ import annotations

from contextlib import suppress

from api.home import new_key
from api.main import App
from domain.commands.signing import RotateSigningKey
from domain.desk import Request, validate
from domain.errors import Broken, Stale, Unavailable
from domain.language import Capacity, today
from projections.ledger.checkpoint import parse_checkpoint
from projections.ledger.keys import Turn, hand_over, keys_of, parse_handover
from projections.ledger.note import BadNote, Note

_TRIES = 20


def rotate(opened: App, reason: str) -> Turn:
    """Have another key sign from the next event on; returns it with its position."""
    told = {"occurred_on": str(today(opened.clock())), "capacity": Capacity.ADMINISTRATOR, "reason": reason}
    request = validate(Request, told)
    for _ in range(_TRIES):
        try:
            _hand_over(opened, request)
        except Stale:
            continue
        opened.ledger.checkpoint()
        return opened.ledger.keys().turns[-1]
    raise Unavailable(
        "档案库太忙，密钥没有更换，请稍后再试。", "The archive is too busy; the key was not changed. Try again."
    )


def _hand_over(opened: App, request: Request) -> None:
    """The old key signs everything and the handover, and the event is recorded if it comes right after."""
    before = parse_checkpoint(opened.ledger.checkpoint())
    old, count = opened.ledger.key(), len(opened.ledger.keys().turns)
    new = opened.ledger.held.next_key(lambda: new_key(opened.charter, count))
    note = hand_over(before, old, new)
    _check(note, opened)
    command = RotateSigningKey(after=before.size, public_key=str(new.public), handover=str(note))
    opened.office.carry_out(command, request)


def _check(note: Note, opened: App) -> None:
    """That the note will count: the next key may have been put where it lies by somebody."""
    keys, file = opened.ledger.keys(), opened.ledger.held.next_file
    with suppress(BadNote):
        if keys_of(keys.first, (*keys.handovers, parse_handover(str(note)))).latest != keys.latest:
            return
    raise Broken(
        f"{file} 不能做本库的新密钥：它属于别的档案库，或已经用过。请移走这个文件，再更换。",
        f"{file} cannot be this archive's next key: it is another archive's, or was in use before. Move it away and "
        "try again.",
    )
