"""A dossier that was handed out after the signing key changed: provable with any key that its own came from."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from exports import verify
from projections.ledger.checkpoint import Checkpoint
from projections.ledger.keys import hand_over
from projections.ledger.note import PrivateKey
from tests.exports.rotated import Files, Rotated


def problem(files: Files, key: str | None = None) -> str:
    with pytest.raises(verify.Failed) as failed:
        verify.check(files, key)
    return str(failed.value.args[1])


def test_it_holds_by_its_own_key_and_by_every_one_before(rotated: Rotated) -> None:
    for number, files in enumerate(rotated.files):
        for line in rotated.lines[: number + 1]:
            assert f"signed by: {rotated.lines[number]}" in "\n".join(verify.check(files, line))
        for line in rotated.lines[number + 1 :]:
            assert "another key than yours" in problem(files, line)


def test_it_tells_which_keys_came_before(rotated: Rotated) -> None:
    told = [line.rpartition(": ")[2] for line in verify.check(rotated.files[2]) if "before it" in line]
    assert told == [*reversed(rotated.lines[:2])]


def test_what_was_handed_out_before_comes_out_the_same_bytes(rotated: Rotated) -> None:
    assert rotated.again == rotated.files[0]
    assert "rotations" not in json.loads(rotated.again["evidence.json"])


Change = Callable[[dict[str, Any]], object]


def rotated_otherwise(handover: Callable[[str, str], str]) -> Change:
    """The last rotation by another note, which is made of the origin and the one there was."""

    def change(evidence: dict[str, Any]) -> None:
        event = evidence["rotations"][-1]
        state = json.loads(event["state"])
        note = state["data"]["handover"]
        state["data"]["handover"] = handover(note.split("\n")[1], note)
        event["state"] = json.dumps(state, ensure_ascii=False)

    return change


def forged(origin: str, note: str) -> str:
    del note
    thief = PrivateKey(origin, bytes(32))
    return str(hand_over(Checkpoint(origin, 3, bytes(32)), thief, PrivateKey(origin, bytes([1] * 32))))


ALTERED: dict[str, tuple[Change, str]] = {
    "a rotation left out": (lambda evidence: evidence["rotations"].pop(), "does not hand over to"),
    "the first left out": (lambda evidence: evidence["rotations"].pop(0), "another key than yours"),
    "all left out": (lambda evidence: evidence.pop("rotations"), "another key than yours"),
    "in another order": (lambda evidence: evidence["rotations"].reverse(), "does not hand over to"),
    "another note": (rotated_otherwise(forged), "altered"),
    "no note": (rotated_otherwise(lambda *_: "nothing"), "altered"),
    "a number for them": (lambda evidence: evidence.update(rotations=1), "not in the format"),
    "something else in them": (lambda evidence: evidence.update(rotations=[{}]), "not in the format"),
}


@pytest.mark.parametrize("how", ALTERED)
def test_an_altered_chain_is_refused(rotated: Rotated, how: str) -> None:
    change, sentence = ALTERED[how]
    evidence = json.loads(rotated.files[2]["evidence.json"])
    change(evidence)
    assert sentence in problem(rotated.files[2] | {"evidence.json": json.dumps(evidence).encode()}, rotated.lines[0])


def test_a_note_that_only_the_new_key_signed_hands_nothing_over(rotated: Rotated) -> None:
    event = json.loads(rotated.files[1]["evidence.json"])["rotations"][0]
    state = json.loads(event["state"])
    note = state["data"]["handover"]
    old, new = note.split("\n")[4:6]
    assert verify.handed_over(event, note.split("\n")[1], new)[0] == old
    for gone in (-2, -3):
        kept = note.split("\n")
        del kept[gone]
        state["data"]["handover"] = "\n".join(kept)
        with pytest.raises(verify.Failed, match="no valid signature"):
            verify.handed_over(event | {"state": json.dumps(state)}, note.split("\n")[1], new)
    with pytest.raises(verify.Failed, match="does not hand over"):
        verify.handed_over(event | {"position": 9}, note.split("\n")[1], new)
