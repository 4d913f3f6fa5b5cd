"""The verifier that needs no archive: what holds passes, and every forgery is named."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from api import dossiers
from api.main import App
from domain import school
from exports import verify
from exports.paper import settle
from exports.proof import attachments
from projections.dossier import content_hash
from projections.ledger.note import PrivateKey
from projections.shape import canonical
from tests.exports.forged import FORGED, pdf_of
from tests.support.story import BATCH, at_its_end

pytestmark = pytest.mark.slow

CORRECTED = "单明远"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def opened(story_home: Path) -> Iterator[App]:
    with at_its_end(story_home) as app:
        yield app


@pytest.fixture(scope="module")
def person(opened: App) -> str:
    facts = opened.views.at().facts
    return next(m.person for m in school.members(facts, BATCH) if school.name_of(facts, m.person) == CORRECTED)


def files_of(opened: App, person: str, **moment: Any) -> Files:
    found = dossiers.whole(opened, opened.views.at(**moment), person, BATCH)
    model = settle(found.model_dump(mode="json"))
    note = opened.ledger.covered(found.rests_on)
    proof = opened.ledger.stream(person, note)
    attached = attachments(model, proof, lambda at: opened.ledger.under(at, note), "zh")
    return {"dossier.json": canonical(model)} | {file.name: file.content for file in attached}


@pytest.fixture(scope="module")
def files(opened: App, person: str) -> Files:
    return files_of(opened, person)


def changed(files: Files, name: str, change: Callable[[Any], object]) -> Files:
    """The files with one JSON edited; a dossier's own hash is made to fit, as a forger would."""
    content = json.loads(files[name])
    change(content)
    if name == "dossier.json":
        content["hash"] = content_hash(content)
    return files | {name: json.dumps(content).encode()}


def refused(files: Files, key: str | None = None) -> str:
    with pytest.raises(verify.Failed) as problem:
        verify.check(files, key)
    return str(problem.value.args[1])


def test_what_holds_passes_and_says_what_to_compare(files: Files, opened: App) -> None:
    shown = "\n".join(verify.check(files, str(opened.ledger.keys().latest)))
    dossier = json.loads(files["dossier.json"])
    assert CORRECTED in shown
    assert dossier["hash"][:16] in shown
    assert f"@{dossier['rests_on']}" in shown
    assert "practice" in shown


def test_an_earlier_dossier_carries_what_was_recorded_until_its_checkpoint(opened: App, person: str) -> None:
    assert verify.check(files_of(opened, person, known_at="@1200"))


def test_most_fields_stand_in_an_event_word_for_word(files: Files) -> None:
    evidence = json.loads(files["evidence.json"])
    exact, derived = verify.check_citations(json.loads(files["dossier.json"]), evidence)
    assert exact > derived


@pytest.mark.parametrize("name", verify.FILES)
def test_a_missing_attachment_is_named(files: Files, name: str) -> None:
    assert name in refused({other: content for other, content in files.items() if other != name})


@pytest.mark.parametrize("name", verify.FILES)
def test_a_garbled_attachment_is_refused(files: Files, name: str) -> None:
    assert refused(files | {name: b"\xff\x00 not what it was"})


def test_an_edited_event_is_found(files: Files) -> None:
    def edit(evidence: Any) -> None:
        event = evidence["events"][3]
        event["state"] = event["state"].replace("2", "3", 1)

    assert "altered" in refused(changed(files, "evidence.json", edit))


def test_a_moved_event_is_found(files: Files) -> None:
    def move(evidence: Any) -> None:
        evidence["events"][3]["position"] += 1

    assert "altered" in refused(changed(files, "evidence.json", move))


@pytest.mark.parametrize("which", [0, 40, -1])
def test_an_omitted_event_is_found(files: Files, which: int) -> None:
    assert refused(changed(files, "evidence.json", lambda evidence: evidence["events"].pop(which)))


def test_a_late_event_left_out_is_found_although_versions_still_run(files: Files) -> None:
    assert "not all the events" in refused(changed(files, "evidence.json", lambda evidence: evidence["events"].pop()))


def test_a_field_that_differs_from_its_event_is_found(files: Files) -> None:
    def edit(dossier: Any) -> None:
        dossier["parts"]["information_form"]["fields"][0]["value"] = "别人"

    assert "differs from event" in refused(changed(files, "dossier.json", edit))


def test_declaring_a_field_worked_out_does_not_hide_the_edit(files: Files) -> None:
    field = "/parts/information_form/fields/0/value"

    def hide(evidence: Any) -> None:
        next(one for one in evidence["citations"] if one["field"] == field)["path"] = None

    def edit(dossier: Any) -> None:
        dossier["parts"]["information_form"]["fields"][0]["value"] = "别人"

    assert "differs from event" in refused(changed(changed(files, "evidence.json", hide), "dossier.json", edit))


def test_a_field_without_its_citation_is_found(files: Files) -> None:
    assert refused(changed(files, "evidence.json", lambda evidence: evidence["citations"].clear()))


def test_an_edit_that_leaves_the_hash_is_found(files: Files) -> None:
    dossier = json.loads(files["dossier.json"]) | {"tier_label": "一"}
    assert "hash" in refused(files | {"dossier.json": json.dumps(dossier).encode()})


def test_another_key_than_the_readers_is_named(files: Files, opened: App) -> None:
    other = PrivateKey(opened.charter.origin, bytes(32))
    assert "another key" in refused(files, str(other.public))


def test_a_forger_with_a_key_of_his_own_needs_the_reader_not_to_look(files: Files, opened: App) -> None:
    forged = PrivateKey(opened.charter.origin, bytes(32))
    text = files["checkpoint.txt"].decode().rpartition("\n\n")[0] + "\n"
    assert "signature" in refused(files | {"checkpoint.txt": str(forged.note(text)).encode()})


def resigned(files: Files, name: str, change: Callable[[str], str]) -> Files:
    """The files with one note's text edited, and all of them signed by a forger."""
    forger = PrivateKey("forger", bytes(32))
    texts = {one: files[one].decode().rpartition("\n\n")[0] + "\n" for one in ("checkpoint.txt", "attestation.txt")}
    texts[name] = change(texts[name])
    evidence = json.loads(files["evidence.json"]) | {"public_key": str(forger.public)}
    notes = {one: str(forger.note(text)).encode() for one, text in texts.items()}
    return files | notes | {"evidence.json": json.dumps(evidence).encode()}


def test_who_forges_all_of_it_is_found_by_his_key_alone(files: Files, opened: App) -> None:
    forged = resigned(files, "checkpoint.txt", str)
    assert verify.check(forged)
    assert "another key" in refused(forged, str(opened.ledger.keys().latest))


@pytest.mark.parametrize(
    ("name", "said", "otherwise", "problem"),
    [
        ("checkpoint.txt", "\n", "\n0", "the checkpoint is malformed"),
        ("checkpoint.txt", "=\n", "=\nmore\n", "the checkpoint is malformed"),
        ("checkpoint.txt", "=\n", "\n", "bad base64"),
        ("attestation.txt", "streams ", "streams 0", "is no attestation"),
        ("attestation.txt", "attestation/2", "attestation/1", "is no attestation"),
        ("attestation.txt", "as-of ", "as-of\t", "no well-formed signed note"),
    ],
)
def test_a_signed_text_that_is_spelled_otherwise_is_refused(
    files: Files, name: str, said: str, otherwise: str, problem: str
) -> None:
    assert problem in refused(resigned(files, name, lambda text: text.replace(said, otherwise, 1)))


def twice(note: bytes) -> bytes:
    return note + note.splitlines(keepends=True)[-1]


def with_false_line(note: bytes) -> bytes:
    """The signature in the key's name made false; the true one in another's name."""
    *text, line = note.decode().splitlines(keepends=True)
    _, name, made = line.split(" ")
    raw = bytearray(base64.b64decode(made))
    raw[-1] ^= 1
    return "".join([*text, f"— {name} {base64.b64encode(raw).decode()}\n", f"— other {made}"]).encode()


LOOSE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "signed twice": (twice, "no well-formed signed note"),
    "false in the key's name": (with_false_line, "no valid signature"),
    "without an end": (lambda note: note[:-1], "no well-formed signed note"),
    "with carriage returns": (lambda note: note.replace(b"\n", b"\r\n"), "no well-formed signed note"),
    "with an empty line": (lambda note: note + b"\n", "no well-formed signed note"),
    "with another dash": (lambda note: note.replace("— ".encode(), b"- "), "no well-formed signed note"),
    "with bad base64": (lambda note: note[:-1] + b"=\n", "bad base64"),
    "with too many lines": (
        lambda note: note + "".join(f"— w{number} AAAAAAAA\n" for number in range(64)).encode(),
        "no well-formed signed note",
    ),
    "no text": (lambda note: b"\xff" + note, "no UTF-8 text"),
}


@pytest.mark.parametrize("how", LOOSE)
@pytest.mark.parametrize("name", ["checkpoint.txt", "attestation.txt"])
def test_a_note_that_is_not_strictly_one_is_refused(files: Files, name: str, how: str) -> None:
    change, problem = LOOSE[how]
    assert problem in refused(files | {name: change(files[name])})


@pytest.mark.parametrize("name", FORGED)
def test_whatever_the_file_the_answer_is_a_sentence(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, problem = FORGED[name]
    (tmp_path / "forged.pdf").write_bytes(content)
    assert verify.main([str(tmp_path / "forged.pdf")]) == 1
    assert problem in capsys.readouterr().out


def test_without_a_statement_its_words_and_pages_are_signed_by_nobody(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.pdf").write_bytes(pdf_of(files))
    assert verify.main([str(tmp_path / "one.pdf")]) == 1
    out = capsys.readouterr().out
    assert out.startswith("？")
    assert "its events are proved, its words and pages are signed by nobody" in out
    assert "✓" not in out


def test_a_file_damaged_anywhere_is_refused_in_a_sentence(files: Files) -> None:
    content = pdf_of({name: file[:600] for name, file in files.items()})
    for place in range(9, len(content), 7):
        for damaged in (content[:place], content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]):
            with pytest.raises(verify.Failed):
                verify.check(verify.attachments(damaged))


def test_what_is_said_of_a_file_stays_on_its_line(files: Files) -> None:
    forged = changed(files, "evidence.json", lambda evidence: evidence.update(public_key="k\n✓ \x1b[2K"))
    assert "\n" not in refused(forged, "k")
    assert "\x1b" not in refused(forged, "k")


def test_an_event_that_amends_itself_ends() -> None:
    assert list(verify.amended({3: {"data": {"target": 3}}}, 3)) == [3]
    assert list(verify.amended({3: {"data": {"target": 2}}, 2: {"data": {"target": 3}}}, 3)) == [3, 2]


def test_another_persons_events_are_refused(files: Files, opened: App, person: str) -> None:
    other = next(m.person for m in school.members(opened.views.at().facts, BATCH) if m.person != person)
    assert "somebody else" in refused(files_of(opened, other) | {"dossier.json": files["dossier.json"]})


def test_an_attestation_of_another_checkpoint_is_refused(files: Files, opened: App) -> None:
    earlier = opened.ledger.held.attestation(opened.ledger.held.sizes()[3])
    assert "another checkpoint" in refused(files | {"attestation.txt": str(earlier).encode()})


def test_pdf_in_plain_python_from_its_own_file(opened: App, person: str, tmp_path: Path) -> None:
    content = dossiers.export(opened, opened.views.at(), person, BATCH)
    assert dossiers.export(opened, opened.views.at(), person, BATCH) == content
    (tmp_path / "one.pdf").write_bytes(content)
    (tmp_path / "cut.pdf").write_bytes(content[: len(content) // 2])
    (tmp_path / "none.pdf").write_bytes(b"no document")

    def run(name: str, *more: str) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-I", "-S", verify.__file__, str(tmp_path / name), *more]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    key = str(opened.ledger.keys().latest)
    assert (run("one.pdf", "--key", key).returncode, run("cut.pdf").returncode, run("none.pdf").returncode) == (0, 1, 1)
    assert run("absent.pdf").returncode == 2
    assert all(run(name).stderr == "" for name in ("one.pdf", "cut.pdf", "none.pdf"))
    attached = verify.attachments(content)["dossier.json"]
    assert attached == canonical(json.loads(attached))


@pytest.mark.parametrize("message", [b"", b"a", bytes(300)])
def test_the_verifiers_signatures_are_those_of_the_library(message: bytes) -> None:
    key = PrivateKey("x", sha256(b"seed").digest())
    signature = key.sign(message)
    assert verify.ed25519(key.public.content, message, signature)
    for bit in range(0, 512, 37):
        broken = bytearray(signature)
        broken[bit // 8] ^= 1 << bit % 8
        assert not verify.ed25519(key.public.content, message, bytes(broken))
    assert not verify.ed25519(key.public.content, message + b"x", signature)
    assert not verify.ed25519(base64.b64decode("AQ" + "A" * 41 + "="), message, signature)
