"""The verifier of bundles: what somebody else knows counts, and whatever was done to a bundle is named."""

from __future__ import annotations

import base64
import io
import shutil
import stat
import zipfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from api import settings
from api.bundling import Kept, check_bundle
from api.home import Home
from api.main import init_home
from domain.errors import Broken
from exports import verify, verify_bundle
from exports.verify_bag import PAYLOAD, SIGNATURE, SMALL, TAGS, Bag, bag_of
from exports.verify_bundle import CHECKPOINTS, EVIDENCE, KEY
from exports.verify_log import EVENTS, PROOFS
from projections.ledger.note import COSIGNATURE, PrivateKey, parse_note
from tests.projections.ledger import tampering
from tests.support.bundles import WITNESS, Files, files_of

Attack = Callable[[Files], object]
UNSIGNED = "tagmanifest-sha256.txt is not the one that was signed"
STRANGER = PrivateKey("stranger", bytes(32), COSIGNATURE)


@pytest.fixture
def files(bundled: Path) -> Files:
    return files_of(bundled / "one.zip")


def check(files: Files, **more: object) -> verify_bundle.Found:
    return verify_bundle.check(Bag(frozenset(files), lambda name: io.BytesIO(files[name])), **more)  # type: ignore[arg-type]


def refused(files: Files, **more: object) -> str:
    with pytest.raises(verify.Failed) as problem:
        check(files, **more)
    return str(problem.value.args[1])


def relisted(files: Files) -> Files:
    """The manifests made again, as a forger would."""
    for manifest, inside in ((PAYLOAD, True), (TAGS, False)):
        names = sorted(n for n in files if n.startswith("data/") == inside and n not in (TAGS, SIGNATURE))
        files[manifest] = "".join(f"{sha256(files[n]).hexdigest()}  {n}\n" for n in names).encode()
    return files


def lines(files: Files, name: str, change: Callable[[list[bytes]], object]) -> None:
    """A file with its lines changed."""
    rows = files[name].splitlines(keepends=True)
    change(rows)
    files[name] = b"".join(rows)


def line_of(files: Files, old: str, new: str) -> None:
    assert old.encode() in files[EVENTS]
    files[EVENTS] = files[EVENTS].replace(old.encode(), new.encode(), 1)


def put(files: Files, name: str, content: bytes) -> None:
    files[name] = content


def first(files: Files, start: str) -> str:
    return min(name for name in files if name.startswith(start))


def last(files: Files) -> str:
    return max(name for name in files if name.startswith(CHECKPOINTS) and "." not in name)


# --- what somebody else knows ---------------------------------------------------------------------------------------


def test_it_is_checked_against_the_published_key(bundled: Path) -> None:
    with pytest.raises(Broken, match="another key"):
        check_bundle(bundled / "one.zip", Kept(str(STRANGER.public)))


def test_it_must_continue_a_head_that_was_kept(bundled: Path, files: Files) -> None:
    held = Home(bundled / "home").held
    kept = str(held.checkpoint(2)).encode()
    assert check(files, heads={"kept": kept}).continues == ["kept"]
    key = held.key()
    later = str(key.note(f"{key.name}\n9\n{base64.b64encode(bytes(32)).decode()}\n")).encode()
    assert refused(files, heads={"kept": later}) == "kept was signed over 9 events, here are only 3"
    empty = str(key.note(f"{key.name}\n0\n{base64.b64encode(sha256().digest()).decode()}\n")).encode()
    assert check(files, heads={"kept": empty}).continues == ["kept"]
    fork = str(key.note(f"{key.name}\n2\n{base64.b64encode(bytes(32)).decode()}\n")).encode()
    assert (
        refused(files, heads={"kept": fork})
        == "kept was signed over another history: its 2 events are not those in here"
    )
    forged = str(PrivateKey(key.name, bytes(32)).note(parse_note(kept).text)).encode()
    assert refused(files, heads={"kept": forged}) == "kept carries no valid signature of the key"
    other = str(STRANGER.note(parse_note(kept).text.replace(key.name, "tidui/other"))).encode()
    assert refused(files, heads={"kept": other}) == "kept is of another archive, tidui/other"
    assert refused(files, heads={"kept": b"%PDF"}) == "kept is no well-formed signed note"


def test_a_witness_who_must_have_signed_is_missed(files: Files) -> None:
    assert check(files, witnesses=[str(WITNESS.public)]).cosigned
    assert refused(files, witnesses=[str(STRANGER.public)]) == "the witness stranger has signed no checkpoint in it"


# --- what was done to it --------------------------------------------------------------------------------------------


ALTERED: dict[str, tuple[Attack, str]] = {
    "no report": (lambda files: files.pop("data/report.md"), "the file data/report.md is missing"),
    "no verifier": (lambda files: files.pop("verify.py"), "the file verify.py is missing"),
    "no manifest": (lambda files: files.pop(PAYLOAD), "the file manifest-sha256.txt is missing"),
    "no tag manifest": (lambda files: files.pop(TAGS), "the file tagmanifest-sha256.txt is missing"),
    "no signature": (lambda files: files.pop(SIGNATURE), "the file signature.txt is missing"),
    "no declaration": (lambda files: files.pop("bagit.txt"), "the file bagit.txt is missing"),
    "another declaration": (lambda files: put(files, "bagit.txt", b"BagIt-Version: 0.97\n"), "declare BagIt 1.0"),
    "events altered": (lambda files: line_of(files, "1", "2"), "the file data/events.jsonl was altered"),
    "payload added": (lambda files: put(files, "data/more", b""), "the file data/more is in no manifest"),
    "a file added": (lambda files: put(files, "more", b""), "the file more is in no manifest"),
    "a broken line": (lambda files: put(files, TAGS, files[TAGS] + b"x\n"), "tagmanifest-sha256.txt is malformed"),
    "a listed twice": (lambda files: put(files, TAGS, 2 * files[TAGS]), "tagmanifest-sha256.txt is malformed"),
    "cut off": (lambda files: put(files, TAGS, files[TAGS][:-1]), "last line of tagmanifest-sha256.txt is cut off"),
    "no text": (lambda files: put(files, TAGS, b"\xff\n"), "tagmanifest-sha256.txt is no UTF-8 text"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_what_was_done_to_a_file_is_named(files: Files, name: str) -> None:
    attack, said = ALTERED[name]
    attack(files)
    assert said in refused(files)


def _swap(files: Files) -> None:
    one, other = sorted(name for name in files if name.startswith(EVIDENCE))
    files[one], files[other] = files[other], files[one]


def _moved_up(files: Files) -> None:
    """The second event left out, and what follows moved up."""
    lines(files, EVENTS, lambda rows: rows.pop(1))
    lines(files, PROOFS, lambda rows: rows.pop(1))
    for name in (EVENTS, PROOFS):
        files[name] = files[name].replace(b'"position": 3', b'"position": 2')


def _without_last(files: Files) -> None:
    lines(files, EVENTS, lambda rows: rows.pop())
    lines(files, PROOFS, lambda rows: rows.pop())


FORGED: dict[str, tuple[Attack, str]] = {
    "edited": (lambda files: line_of(files, "王", "汪"), "@2 is not what the checkpoint covers: it, its place or its"),
    "another version": (lambda files: line_of(files, '"version": 1', '"version": 9'), "@1 is not what the checkpoint"),
    "more in a line": (lambda files: line_of(files, ": 1,", ': 1, "seen": 1,'), "events.jsonl:1 is not spelled"),
    "spelled otherwise": (
        lambda files: line_of(files, '"state"', ' "state"'),
        "events.jsonl:1 is not spelled as Tidui",
    ),
    "another kind": (lambda files: put(files, EVENTS, b"[]\n"), "data/events.jsonl:1 should be"),
    "no text": (lambda files: put(files, EVENTS, b"\xff\n"), "data/events.jsonl:1 is no UTF-8 text"),
    "no JSON": (lambda files: put(files, EVENTS, b"{\n"), "data/events.jsonl:1 is no JSON"),
    "deep": (lambda files: put(files, EVENTS, b"[" * 100_000 + b"\n"), "data/events.jsonl:1 is nested too deeply"),
    "a note of megabytes": (lambda files: put(files, last(files), b"x" * (SMALL + 1)), "000000000003 is too large"),
    "half a character": (lambda files: line_of(files, "王", "\\ud800"), "data/events.jsonl:2 is not spelled"),
    "no events": (lambda files: put(files, EVENTS, b""), "data/proofs.jsonl has more lines than data/events.jsonl"),
    "no file of events": (lambda files: files.pop(EVENTS), "the file data/events.jsonl is missing"),
    "reordered": (lambda files: lines(files, EVENTS, list.reverse), "line 1 of data/events.jsonl is @3: events were"),
    "one left out": (lambda files: lines(files, EVENTS, lambda rows: rows.pop(1)), "line 2 of data/events.jsonl is @3"),
    "one left out, the rest moved up": (_moved_up, "@2 is not what the checkpoint covers"),
    "the last left out": (_without_last, "data/checkpoints/000000000003 was signed over 3 events, here are only 2"),
    "a proof left out": (lambda files: lines(files, PROOFS, list.pop), "data/proofs.jsonl:3 lacks position"),
    "proofs reordered": (lambda files: lines(files, PROOFS, list.reverse), "@1 is not what the checkpoint covers"),
    "no last checkpoint": (
        lambda files: files.pop(last(files)),
        "@3, but the last checkpoint is data/checkpoints/000000000002",
    ),
    "checkpoint renamed": (
        lambda files: put(files, last(files), files[first(files, CHECKPOINTS)]),
        "000000000003 is the checkpoint of size 1",
    ),
    "no attestation": (lambda files: files.pop(last(files) + ".attestation"), "000000000003.attestation is missing"),
    "another attestation": (
        lambda files: put(files, last(files) + ".attestation", files[first(files, CHECKPOINTS) + ".attestation"]),
        "000000000003.attestation is not its attestation",
    ),
    "another key": (lambda files: put(files, KEY, str(STRANGER.public).encode()), "the public key is malformed"),
    "attachments swapped": (_swap, "was altered"),
    "an attachment removed": (lambda files: files.pop(first(files, EVIDENCE)), "is missing"),
    "an attachment added": (lambda files: put(files, EVIDENCE + "0" * 64, b"x"), "no event names the attachment 0000"),
    "a roster altered": (lambda files: put(files, "data/rosters/2024-second-2024.csv", b""), UNSIGNED),
    "the report altered": (lambda files: put(files, "data/report.md", b""), UNSIGNED),
    "the verifier altered": (lambda files: put(files, "verify.py", b""), UNSIGNED),
    "a file added": (lambda files: put(files, "data/more", b""), UNSIGNED),
}


@pytest.mark.parametrize("name", FORGED)
def test_manifests_made_again_hide_nothing(files: Files, name: str) -> None:
    attack, said = FORGED[name]
    attack(files)
    assert said in refused(relisted(files))


def test_what_another_archive_signed_is_named(files: Files, tmp_path: Path) -> None:
    init_home(tmp_path / "other", settings.load(), practice=True, seed="other")
    tampering.recorded(tmp_path / "other", 1)
    held = Home(tmp_path / "other").held
    files[first(files, CHECKPOINTS)] = str(held.checkpoint(1)).encode()
    assert "000000000001 is of another archive, tidui-practice/" in refused(relisted(files))


def test_who_forges_all_of_it_is_found_by_his_key_alone(bundled: Path, files: Files) -> None:
    charter = Home(bundled / "home").read_charter()
    forger = PrivateKey(charter.origin, bytes(32))
    for name in files:
        if name == SIGNATURE or (name.startswith(CHECKPOINTS) and not name.endswith("cosigned")):
            files[name] = str(forger.note(parse_note(files[name]).text)).encode()
    files.pop(last(files) + ".cosigned")
    files[KEY] = str(forger.public).encode()
    digest = sha256(relisted(files)[TAGS]).hexdigest()
    files[SIGNATURE] = str(forger.note(f"tidui-bundle/1\n{charter.origin}\n3\n{digest}\n")).encode()
    assert check(files).key_given is False
    assert "another key" in refused(files, key=charter.public_key)


# --- hostile packages -----------------------------------------------------------------------------------------------


def _entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


HOSTILE: dict[str, tuple[list[tuple[str | zipfile.ZipInfo, bytes]], str]] = {
    "a path upwards": ([("../bagit.txt", b"")], "unsafe path: ../bagit.txt"),
    "a path within": ([("bag/data/../bagit.txt", b"")], "unsafe path"),
    "an absolute path": ([("/etc/passwd", b"")], "unsafe path: /etc/passwd"),
    "a drive": ([("C:/x", b"")], "unsafe path"),
    "a backslash": ([("bag\\x", b"")], "unsafe path"),
    "a line of its own": ([("bag/x\n✓", b"")], "unsafe path"),
    "a link": ([(_entry("bag/x", stat.S_IFLNK | 0o777), b"/etc/passwd")], "bag/x in the ZIP is a link"),
    "a device": ([(_entry("bag/x", stat.S_IFBLK | 0o777), b"")], "bag/x in the ZIP is a link or a special file"),
    "a bomb": ([("bag/x", bytes(1 << 20))], "more than 100 times its own size"),
    "a neighbour": ([("bag/bagit.txt", b""), ("x", b"")], "x lies outside the bundle"),
    "nothing": ([], "bagit.txt is missing"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_zip_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    entries, said = HOSTILE[name]
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for entry, content in entries:
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
    with pytest.raises(Broken) as problem:
        check_bundle(tmp_path / "x.zip")
    assert said in problem.value.en


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_with_one_name_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("bag/bagit.txt", b"1")
        packed.writestr("bag/bagit.txt", b"2")
    with pytest.raises(Broken, match=r"holds bag/bagit\.txt twice"):
        check_bundle(tmp_path / "x.zip")


def test_a_zip_damaged_anywhere_is_refused_in_a_sentence(bundled: Path, tmp_path: Path) -> None:
    content = (bundled / "one.zip").read_bytes()
    for place in range(0, len(content), len(content) // 60):
        for damaged in (content[:place], content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]):
            (tmp_path / "x.zip").write_bytes(damaged)
            with suppress(Broken):  # what no reader looks at may be damaged
                assert check_bundle(tmp_path / "x.zip").events == 3


def test_a_zip_whose_files_lie_at_impossible_places_is_refused(bundled: Path, tmp_path: Path) -> None:
    content = bytearray((bundled / "one.zip").read_bytes())
    entry = content.rfind(b"PK\1\2", 0, content.find(b"bagit.txt", content.find(b"PK\1\2")))
    content[entry + 42 : entry + 46] = b"\xff\xff\xff\x7f"
    end = content.rfind(b"PK\5\6")
    content[end + 16 : end + 20] = (int.from_bytes(content[end + 16 : end + 20], "little") + 2**31).to_bytes(
        4, "little"
    )
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(Broken, match="damaged"):
        check_bundle(tmp_path / "x.zip")


def test_a_link_in_a_folder_is_refused(bundled: Path, tmp_path: Path) -> None:
    bag = Path(shutil.copytree(bundled / "folder", tmp_path / "bag"))
    (bag / "data" / "more").symlink_to("/etc")
    with pytest.raises(Broken, match="data/more is a link"):
        check_bundle(bag)


LEFT = (".DS_Store", "data/.DS_Store", "data/evidence/Thumbs.db", "desktop.ini", "~$目录.docx", "__MACOSX/._data")


def test_what_a_file_manager_left_is_told_apart(bundled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    for name, content in files_of(bundled / "one.zip").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for name in LEFT:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"left")
    found = check_bundle(folder, Kept(None, (), ()))
    assert found.left == sorted(LEFT)
    assert sum("left by a file manager" in line for line in verify_bundle.told(found)) == len(LEFT)


@pytest.mark.parametrize(
    "name", ["DS_Store", "data/.DS_Store.jsonl", "__MACOSX/events.jsonl", "data/evil.db", ".hidden", "x~$y.docx", "._"]
)
def test_no_other_file_passes_for_one(files: Files, name: str) -> None:
    bag = bag_of([*files, name], lambda one: io.BytesIO(files.get(one, b"")))
    with pytest.raises(verify.Failed) as problem:
        verify_bundle.check(bag)
    assert problem.value.args[1] == f"the file {name} is in no manifest"


def test_nothing_that_counts_hides_behind_such_a_name(files: Files) -> None:
    event = files.pop(EVENTS)
    hidden = {**files, "data/.DS_Store": event}
    for given in (hidden, relisted(dict(hidden))):
        bag = bag_of(given, lambda name, given=given: io.BytesIO(given[name]))  # type: ignore[misc]
        with pytest.raises(verify.Failed) as problem:
            verify_bundle.check(bag)
        assert "missing" in problem.value.args[1]


def test_a_leaving_in_a_zip_is_told_too(bundled: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(bundled / "one.zip", tmp_path / "one.zip"))
    with zipfile.ZipFile(path, "a") as packed:
        base = packed.namelist()[0].partition("/")[0]
        packed.writestr(f"{base}/.DS_Store", b"left")
        packed.writestr(f"__MACOSX/{base}/._data", b"left")
    assert [name.rpartition("/")[2] for name in check_bundle(path, Kept(None, (), ())).left] == [".DS_Store", "._data"]
