"""Signed notes and checkpoints as texts: what is read, and what is not."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from exports import verify
from projections.ledger import note
from projections.ledger.checkpoint import Checkpoint, Proof, parse_checkpoint, parse_proof
from projections.ledger.note import (
    ED25519,
    BadNote,
    PrivateKey,
    PublicKey,
    parse_note,
    parse_private,
    parse_public,
    parse_signatures,
    signed_by,
)

KEY = PrivateKey("tidui/test", bytes(range(32)))
HEAD = Checkpoint("tidui/test", 7, bytes(32))
SIGNED = str(KEY.note(HEAD.text()))


def test_what_was_signed_reads_back() -> None:
    note = parse_note(SIGNED)
    assert str(note) == SIGNED
    assert signed_by(note, KEY.public)
    assert parse_checkpoint(note) == HEAD


def test_keys_are_lines() -> None:
    assert parse_public(str(KEY.public)) == KEY.public
    assert parse_private(KEY.secret()) == KEY
    assert KEY.secret() not in repr(KEY)


def test_the_example_of_the_format_verifies() -> None:
    """The note and key in the documentation of Go's sumdb/note package, which the format comes from."""
    key = parse_public("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = parse_note(
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert signed_by(note, key)


def test_an_unknown_key_is_passed_over() -> None:
    assert not signed_by(parse_note(SIGNED), PrivateKey("tidui/test", bytes(32)).public)


def test_a_false_signature_of_a_known_key_is_refused() -> None:
    with pytest.raises(BadNote):
        signed_by(parse_note(SIGNED.replace("\n7\n", "\n8\n")), KEY.public)


LINE = SIGNED.splitlines(keepends=True)[-1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no signature\n",
        SIGNED.rstrip("\n"),
        SIGNED + LINE,
        SIGNED.replace("\n7\n", "\n7\t\n"),
        SIGNED.replace("\n7\n", "\n7\r\n"),
        SIGNED.replace("— ", "- "),
        SIGNED.replace(LINE, "— tidui/test AAAA\n"),
        SIGNED.replace(LINE, "— tidui/test !!!!AAAA\n"),
        SIGNED.replace(LINE, LINE.replace("tidui/test", "tidui+test")),
        SIGNED.replace(LINE, LINE.replace("tidui/test", "tidui\u3000test")),
        SIGNED.replace(LINE, "".join(LINE.replace("tidui", f"w{n}") for n in range(65))),
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_note(text)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(BadNote):
        parse_note(b"\xff" + SIGNED.encode())


@pytest.mark.parametrize(
    "text",
    [
        "tidui/test\n07\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "tidui/test\n-7\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "tidui/test\n\u0667\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "tidui/test\n7\n" + base64.b64encode(bytes(31)).decode() + "\n",
        "tidui/test\n7\n" + base64.b64encode(bytes(32)).decode().rstrip("=") + "\n",
        "tidui/test\n7\n",
        HEAD.text() + "more\n",
        "\n7\n" + base64.b64encode(bytes(32)).decode() + "\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_checkpoint(parse_note(str(KEY.note(text))))


def test_a_proof_reads_back() -> None:
    proof = Proof(3, (bytes(32), bytes([1] * 32)), KEY.note(HEAD.text()))
    assert parse_proof(proof.text()) == proof
    with_extra = proof.text().replace("\nindex", "\nextra AAAA\nindex")
    assert parse_proof(with_extra) == proof


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1", "@v2"),
        ("index 3", "index 03"),
        ("index 3", "3"),
        (
            "AAAA",
            "AA",
        ),
        ("\n\n", "\n"),
    ],
)
def test_what_is_no_proof_is_refused(old: str, new: str) -> None:
    text = Proof(3, (bytes(32),), KEY.note(HEAD.text())).text()
    with pytest.raises(BadNote):
        parse_proof(text.replace(old, new, 1))


@pytest.mark.parametrize(
    "line",
    ["", "x", "x+00000000+AAAA", str(KEY.public).replace("+", "+0", 1), str(KEY.public).replace("tidui", "other")],
)
def test_what_is_no_public_key_is_refused(line: str) -> None:
    with pytest.raises(BadNote):
        parse_public(line)


P = 2**255 - 19
SMALL = sorted(note._SMALL_ORDER)


@pytest.mark.parametrize("y", [*SMALL, *(y + P for y in SMALL if y + P < 2**255)], ids=hex)
@pytest.mark.parametrize("sign", [0, 1])
def test_a_key_of_small_order_is_refused_wherever_it_is_read(y: int, sign: int) -> None:
    content = (y | sign << 255).to_bytes(32, "little")
    forged = PublicKey("tidui/test", ED25519, content)
    with pytest.raises(BadNote, match="small order"):
        parse_public(str(forged))
    assert not forged.signed(b"any text", content + bytes(32))
    assert not verify.ed25519(content, b"any text", content + bytes(32))


def test_under_a_key_of_small_order_a_signature_that_nobody_made_holds_for_any_text() -> None:
    """What is refused above: the library that checks signatures takes it."""
    neutral = (1).to_bytes(32, "little")
    Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"any text")


def test_the_points_of_small_order_are_all_there_are() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    found = set()
    for y in range(2, 60):
        point = verify.point(y.to_bytes(32, "little"))
        if point:
            _, height, z, _ = verify.sum_of(order, point, 0, point)
            found.add(height * pow(z, P - 2, P) % P)
    assert found == set(SMALL)


def test_signature_lines_alone_are_read_and_nothing_else_is_taken_for_them() -> None:
    signed = KEY.note("text\n")
    assert parse_signatures(str(signed).partition("\n\n")[2].encode()) == signed.signatures
    for content in (b"", str(signed).encode(), b"\xff", "— a b\n".encode()):
        assert parse_signatures(content) is None
