"""A witness signs what continues what it has seen, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import Broken, TiduiError, Unknown
from projections.ledger import tree
from projections.ledger.checkpoint import Checkpoint, WitnessRequest, parse_checkpoint
from projections.ledger.cosignature import cosignature, cosigned_at
from projections.ledger.held import Fork, NoKey
from projections.ledger.keys import hand_over
from projections.ledger.note import BadNote, Note, PrivateKey, PublicKey, Signature, parse_note, parse_public
from projections.ledger.witness import AlreadyAWitness, OutOfStep, Witness

LOG = PrivateKey("tidui/test", bytes(range(32)))
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LEAVES = [tree.leaf_hash(bytes([n])) for n in range(16)]
OTHERS = [*LEAVES[:4], *(tree.leaf_hash(bytes([99, n])) for n in range(12))]


def request(
    old: int, new: int, leaves: list[bytes] = LEAVES, key: PrivateKey = LOG, handovers: tuple[str, ...] = ()
) -> bytes:
    node = tree.nodes_of(leaves)
    signed = key.note(Checkpoint(key.name, new, tree.root(new, node)).text())
    before = "".join(f"{note}\n" for note in handovers)  # where earlier versions put them
    return (before + WitnessRequest(old, tuple(tree.consistency(old, new, node)), signed).text()).encode()


def handover(position: int, old: PrivateKey, new: PrivateKey) -> str:
    size = position - 1
    return str(hand_over(Checkpoint(old.name, size, tree.root(size, tree.nodes_of(LEAVES))), old, new))


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    made = Witness(tmp_path / "witness")
    made.found("教育局", [str(LOG.public)], bytes([7] * 32))
    return made


def key_of(witness: Witness) -> PublicKey:
    return witness._held.key().public


def test_the_example_of_the_format_is_read() -> None:
    """The cosigned checkpoint in c2sp.org/tlog-cosignature: its time is the one its text names."""
    note = parse_note(
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0"
        "xUe+mbIUBkBIfZ+qnA==\n"
    )
    assert cosigned_at(note.signatures[0]).timestamp() == 1679315147


def test_the_message_that_is_signed_is_that_of_the_format(witness: Witness) -> None:
    note = witness.sign(request(0, 5), NOW)
    own = note.signatures[-1]
    seconds = int(NOW.timestamp())
    assert own.content[:8] == seconds.to_bytes(8)
    assert key_of(witness).signed(f"cosignature/v1\ntime {seconds}\n{note.text}".encode(), own.content[8:])
    assert str(key_of(witness)).startswith("教育局+")
    assert parse_public(str(key_of(witness))).kind == 0x04


@pytest.mark.parametrize("sizes", [(1, 2, 3, 4, 7, 8, 9, 16), (16,), (5, 5, 6)])
def test_a_log_that_grows_is_signed_at_every_size(witness: Witness, sizes: tuple[int, ...]) -> None:
    old = 0
    for size in sizes:
        note = witness.sign(request(old, size), NOW)
        assert cosignature(note, key_of(witness))
        assert parse_checkpoint(note).size == old or size > old
        assert witness.seen(LOG.name) == note
        old = size


def test_what_was_signed_already_is_given_again_with_its_time(witness: Witness) -> None:
    first = witness.sign(request(0, 5), NOW)
    assert witness.sign(request(0, 5), NOW + timedelta(days=1)) == first
    assert witness.sign(request(5, 5), NOW + timedelta(days=1)) == first


def altered(content: bytes, change: Callable[[Note], Note]) -> bytes:
    head, _, note = content.decode().partition("\n\n")
    return f"{head}\n\n{change(parse_note(note))}".encode()


STRANGER = PrivateKey("tidui/other", bytes(32))
IMPOSTOR = PrivateKey("tidui/test", bytes(32))
CASES: dict[str, tuple[bytes, type[TiduiError], str]] = {
    "rolled back": (request(0, 3), Fork, "只有 3 条记录，本见证方已见过 5 条"),
    "the witness is ahead": (request(4, 9), OutOfStep, "从 4 条算起，本见证方见到的是 5 条。.*--since 5"),
    "the witness is behind": (request(6, 9), OutOfStep, "从 6 条算起，本见证方见到的是 5 条"),
    "forked at the same size": (request(0, 5, OTHERS), Fork, "不是本见证方所见 5 条的延续"),
    "forked since": (request(5, 9, OTHERS), Fork, "不是本见证方所见 5 条的延续"),
    "a proof too long": (
        request(5, 9).replace(b"\n\n", b"\n" + b"A" * 43 + b"=\n\n", 1),
        Fork,
        "不是本见证方所见",
    ),
    "another origin": (request(0, 5, key=STRANGER), Unknown, "不见证 tidui/other"),
    "an unknown key": (request(5, 9, key=IMPOSTOR), Unknown, "不是用 tidui/test 公布的密钥"),
    "a false signature": (
        altered(request(5, 9), lambda n: Note(n.text.replace("\n9\n", "\n10\n"), n.signatures)),
        BadNote,
        "签名不成立",
    ),
    "no text": (b"\xff" + request(5, 9), BadNote, "不是 UTF-8"),
    "no request": (b"surprise", BadNote, "不是送交见证方的请求"),
    "a number with a zero before it": (request(5, 9).replace(b"old 5", b"old 05"), BadNote, "数字格式有误"),
    "a bad hash": (request(5, 9).replace(b"old 5\n", b"old 5\nAAAA\n"), BadNote, "散列值格式有误"),
    "no checkpoint": (b"old 5\n\n", BadNote, "没有签名"),
    "backwards": (request(5, 9).replace(b"old 5", b"old 10"), BadNote, "自相矛盾"),
    "cut short": (request(5, 9)[:-20], BadNote, "签名文本无效"),
}


@pytest.mark.parametrize("case", CASES)
def test_nothing_else_is_signed_and_nothing_is_written(witness: Witness, case: str) -> None:
    content, error, sentence = CASES[case]
    witness.sign(request(0, 5), NOW)
    before = {file: file.read_bytes() for file in witness.folder.rglob("*") if file.is_file()}
    with pytest.raises(error, match=sentence):
        witness.sign(content, NOW)
    assert {file: file.read_bytes() for file in witness.folder.rglob("*") if file.is_file()} == before


SECOND, THIRD = (PrivateKey("tidui/test", bytes([n] * 32)) for n in (2, 3))


def test_a_key_that_was_handed_over_takes_the_old_ones_place(witness: Witness) -> None:
    witness.sign(request(0, 5), NOW)
    first = handover(7, LOG, SECOND)
    witness.sign(request(5, 8, key=SECOND, handovers=(first,)), NOW)
    assert witness.logs() == [SECOND.public]
    with pytest.raises(Unknown, match="tidui witness request --since"):
        witness.sign(request(8, 9), NOW)
    second = handover(10, SECOND, THIRD)
    witness.sign(request(8, 12, key=THIRD, handovers=(first, second)), NOW)
    assert witness.logs() == [THIRD.public]
    witness.sign(request(12, 16, key=THIRD), NOW)


def test_keys_that_changed_before_it_began_are_followed_from_the_one_it_was_told(witness: Witness) -> None:
    both = handover(7, LOG, SECOND), handover(10, SECOND, THIRD)
    witness.sign(request(0, 12, key=THIRD, handovers=both), NOW)
    assert witness.logs() == [THIRD.public]


HANDOVERS: dict[str, tuple[bytes, type[TiduiError], str]] = {
    "none": (request(5, 9, key=SECOND), Unknown, "如学校换过密钥"),
    "from somebody else": (
        request(5, 9, key=SECOND, handovers=(handover(7, IMPOSTOR, SECOND),)),
        Unknown,
        "不是用 tidui/test 公布的密钥",
    ),
    "to somebody else": (
        request(5, 9, key=IMPOSTOR, handovers=(handover(7, LOG, SECOND),)),
        Unknown,
        "不是用 tidui/test 公布的密钥",
    ),
    "before what was seen": (
        request(5, 9, key=SECOND, handovers=(handover(5, LOG, SECOND),)),
        Fork,
        "@5 交接，而本见证方已见过.*5 条",
    ),
    "over another history": (request(5, 9, OTHERS, SECOND, (handover(7, LOG, SECOND),)), Fork, "不是本见证方所见 5 条"),
    "signed by one": (
        request(5, 9, key=SECOND, handovers=(handover(7, LOG, SECOND).rpartition("—")[0],)),
        BadNote,
        "没有新密钥",
    ),
    "nonsense": (request(5, 9, key=SECOND, handovers=("some\n\nthing\n",)), BadNote, "签名文本无效"),
    "half": (b"tidui-handover/1\n\n" + request(5, 9, key=SECOND), BadNote, "无效"),
}


@pytest.mark.parametrize("case", HANDOVERS)
def test_a_key_that_was_not_handed_over_is_not_taken(witness: Witness, case: str) -> None:
    content, error, sentence = HANDOVERS[case]
    witness.sign(request(0, 5), NOW)
    before = {file: file.read_bytes() for file in witness.folder.rglob("*") if file.is_file()}
    with pytest.raises(error, match=sentence):
        witness.sign(content, NOW)
    assert {file: file.read_bytes() for file in witness.folder.rglob("*") if file.is_file()} == before


def test_a_witness_that_has_seen_nothing_asks_for_the_whole(witness: Witness) -> None:
    with pytest.raises(OutOfStep, match="从 4 条算起，本见证方见到的是 0 条"):
        witness.sign(request(4, 9), NOW)
    with pytest.raises(Fork, match="证明有误"):
        witness.sign(request(4, 9).replace(b"old 4", b"old 0"), NOW)
    assert witness.seen(LOG.name) is None


def test_a_memory_that_was_altered_is_not_relied_on(witness: Witness) -> None:
    witness.sign(request(0, 5), NOW)
    (file,) = (witness.folder / "seen").iterdir()
    file.write_text(file.read_text(encoding="utf-8").replace("\n5\n", "\n2\n"), encoding="utf-8")
    with pytest.raises(Broken, match="已损坏：见证方 教育局 的签名不成立"):
        witness.sign(request(2, 9), NOW)
    file.write_bytes(request(0, 2).partition(b"\n\n")[2])
    with pytest.raises(Broken, match="不是本见证方签署的"):
        witness.sign(request(2, 9), NOW)


def test_a_key_is_made_once_and_for_its_owner_only(witness: Witness) -> None:
    with pytest.raises(AlreadyAWitness):
        witness.found("教育局", [str(LOG.public)], bytes([8] * 32))
    assert key_of(witness).content == PrivateKey("教育局", bytes([7] * 32), 0x04).public.content
    (witness.folder / "signing.key").chmod(0o644)
    with pytest.raises(NoKey, match="chmod 600"):
        witness.sign(request(0, 5), NOW)


def test_what_is_no_witness_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unknown, match="tidui witness init"):
        Witness(tmp_path).sign(request(0, 5), NOW)
    with pytest.raises(TiduiError, match="不能含空格"):
        Witness(tmp_path / "new").found("教育 局", [str(LOG.public)], bytes(32))
    with pytest.raises(BadNote):
        Witness(tmp_path / "new").found("教育局", ["nonsense"], bytes(32))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("content", [b"", bytes(8), bytes(71), b"\xff" * 72])
def test_a_cosignature_of_no_such_form_is_false(witness: Witness, content: bytes) -> None:
    key = key_of(witness)
    note = witness.sign(request(0, 5), NOW)
    with pytest.raises(BadNote, match="的签名不成立"):
        cosignature(Note(note.text, (Signature(key.name, key.key_id, content),)), key)


def test_of_nothing_recorded_only_the_root_of_nothing_is_signed(witness: Witness) -> None:
    empty = LOG.note(Checkpoint(LOG.name, 0, LEAVES[0]).text())
    with pytest.raises(BadNote, match="不是空树的根"):
        witness.sign(WitnessRequest(0, (), empty).text().encode(), NOW)
    assert witness.seen(LOG.name) is None
    witness.sign(WitnessRequest(0, (), LOG.note(Checkpoint(LOG.name, 0, tree.EMPTY).text())).text().encode(), NOW)
    witness.sign(request(0, 5), NOW)


def test_a_request_after_a_change_of_the_key_is_what_the_specification_says_and_the_handover_lies_beside(
    witness: Witness,
) -> None:
    """A witness of another make reads `old`, hashes, a blank line and the checkpoint, and nothing before."""
    witness.sign(request(0, 5), NOW)
    node, change = tree.nodes_of(LEAVES), handover(7, LOG, SECOND)
    signed = SECOND.note(Checkpoint(LOG.name, 9, tree.root(9, node)).text())
    asked = WitnessRequest(5, tuple(tree.consistency(5, 9, node)), signed, (change, change))
    assert asked.text().startswith("old 5\n")
    assert asked.text().partition("\n\n")[2] == str(signed)
    with pytest.raises(Unknown, match=r"\.handovers"):
        witness.sign(asked.text().encode(), NOW)
    witness.sign(asked.text().encode(), NOW, asked.handovers_text().encode())
    assert witness.logs() == [SECOND.public]


@pytest.mark.parametrize("beside", [b"nonsense", b"some\n\nthing\n\n", b"\xff", b"\n\n\n\n"])
def test_handovers_that_are_none_are_refused_and_nothing_is_written(witness: Witness, beside: bytes) -> None:
    with pytest.raises(BadNote):
        witness.sign(request(0, 5), NOW, beside)
    assert witness.seen(LOG.name) is None
