"""Which key signs at which size: a handover counts with both signatures, in its own place, and not otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.events.base import Body, Event, Recorded
from domain.events.signing import KEYS, SigningKeyRotated
from domain.language import Capacity
from projections.ledger.checkpoint import Checkpoint
from projections.ledger.keys import Handover, Keys, hand_over, handed_over, keys_of, parse_handover
from projections.ledger.note import BadNote, Note, PrivateKey, parse_note

FIRST, SECOND, THIRD, THIEF = (PrivateKey("tidui/test", bytes([n] * 32)) for n in range(1, 5))
ROOT = bytes(range(32))


def before(position: int, origin: str = FIRST.name) -> Checkpoint:
    return Checkpoint(origin, position - 1, ROOT)


def rotation(position: int, new: PrivateKey, handover: Note | str) -> Recorded:
    event: Event = SigningKeyRotated(public_key=str(new.public), handover=str(handover))
    body = Body[Event](
        id=f"e-{position}",
        occurred_on=date(2024, 3, 1),
        recorded_at=datetime(2024, 3, 1, tzinfo=UTC),
        recorded_by="office_clerk",
        capacity=Capacity.ADMINISTRATOR,
        basis="H5",
        correlation="k-1",
        data=event,
    )
    return Recorded(KEYS, 1, position, body)


def rotated(*steps: tuple[int, PrivateKey, PrivateKey]) -> Keys:
    events = [rotation(at, new, hand_over(before(at), old, new)) for at, old, new in steps]
    return keys_of(FIRST.public, handed_over(events))


def test_one_key_signs_everything_until_it_is_handed_over() -> None:
    keys = keys_of(FIRST.public, [])
    assert keys.at(0) == keys.at(10**9) == keys.latest == FIRST.public


def test_each_key_signs_from_its_own_event_on() -> None:
    keys = rotated((5, FIRST, SECOND), (9, SECOND, THIRD))
    assert [keys.at(size) for size in (1, 4, 5, 8, 9)] == [key.public for key in (FIRST, FIRST, SECOND, SECOND, THIRD)]
    note = SECOND.note(Checkpoint(FIRST.name, 5, ROOT).text())
    assert (keys.signed(note, 5), keys.signed(note, 4), keys.signed(note, 9)) == (True, False, False)


def test_a_handover_reads_back() -> None:
    note = hand_over(before(5), FIRST, SECOND)
    assert parse_handover(str(note)) == Handover(before(5), FIRST.public, SECOND.public)


GOOD = hand_over(before(5), FIRST, SECOND)
USURPED: dict[str, Note | str] = {
    "signed by the new key alone": Note(GOOD.text, GOOD.signatures[1:]),
    "signed by the old key alone": Note(GOOD.text, GOOD.signatures[:1]),
    "from a key that is not the archive's": hand_over(before(5), THIEF, SECOND),
    "to another key than the event names": hand_over(before(5), FIRST, THIRD),
    "for another place": hand_over(before(6), FIRST, SECOND),
    "of another archive": hand_over(before(5, "tidui/other"), FIRST, SECOND),
    "to itself": hand_over(before(5), FIRST, FIRST),
    "with an altered root": Note(GOOD.text.replace("AAEC", "AAED"), GOOD.signatures),
    "a checkpoint": FIRST.note(before(5).text()),
    "no note": "nothing",
}


@pytest.mark.parametrize("case", USURPED)
def test_what_was_not_handed_over_changes_nothing(case: str) -> None:
    assert keys_of(FIRST.public, handed_over([rotation(5, SECOND, USURPED[case])])).latest == FIRST.public


def test_what_was_handed_over_later_still_counts() -> None:
    usurped = rotation(5, THIEF, hand_over(before(5), THIEF, SECOND))
    given = rotation(7, SECOND, hand_over(before(7), FIRST, SECOND))
    assert keys_of(FIRST.public, handed_over([usurped, given])).turns[-1] == (7, SECOND.public)


def test_a_key_that_was_given_up_hands_nothing_over() -> None:
    assert rotated((5, FIRST, SECOND), (9, FIRST, THIEF)).latest == SECOND.public


def test_what_a_key_gave_away_before_it_had_its_office_does_not_count_and_what_it_gives_after_does() -> None:
    assert rotated((3, SECOND, THIEF), (5, FIRST, SECOND), (9, SECOND, THIRD)).turns[1:] == [
        (5, SECOND.public),
        (9, THIRD.public),
    ]


def test_no_key_comes_twice() -> None:
    assert rotated((5, FIRST, SECOND), (9, SECOND, FIRST), (12, FIRST, THIRD)).turns[-1] == (5, SECOND.public)


def test_keys_follow_one_another_in_the_order_of_the_log() -> None:
    assert rotated((9, FIRST, SECOND), (5, SECOND, THIRD)).latest == SECOND.public


@pytest.mark.parametrize("cut", range(0, len(str(GOOD)), 23))
def test_a_handover_with_any_letter_changed_is_refused(cut: int) -> None:
    whole = str(GOOD)
    with pytest.raises(BadNote):
        parse_handover(whole[:cut] + ("B" if whole[cut] != "B" else "C") + whole[cut + 1 :])
    assert parse_note(whole) == GOOD
