"""The stick between an archive and its witnesses: what is written, what verify says of it, what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from api import settings
from api.home import Home
from api.main import init_home, open_home
from projections.ledger import leaf, tree
from projections.ledger.checkpoint import parse_checkpoint
from projections.ledger.note import PrivateKey
from tests.api.support import Tidui
from tests.projections.ledger import tampering
from tests.support.command_line import command_line


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("witnessed") / "home"
    init_home(home, settings.load(), practice=True, seed="witnessed")
    tampering.recorded(home, 3)
    return home


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "home"))


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tidui:
    """Runs the command line as it is given."""
    return command_line(monkeypatch, capsys)


def found(said: Tidui, home: Path, name: str) -> str:
    """A witness beside the home, and its line for the policy."""
    code, line, err = said(
        "witness", "init", home.parent / name, "--name", name, "--log", Home(home).read_charter().public_key
    )
    assert code == 0, err
    return line


def carried(said: Tidui, home: Path, name: str, *more: object) -> tuple[int, str, str]:
    """There and back."""
    stick = home.parent / "stick"
    asked = said("witness", "request", stick, "--witness", name, "--home", home, *more)
    signed = said("witness", "sign", home.parent / name, stick) if asked[0] == 0 else asked
    return said("witness", "add", home.parent / "stick.cosigned", "--home", home) if signed[0] == 0 else signed


def state(folder: Path) -> dict[str, bytes]:
    """What was signed and written by hand; the databases' own files move when they are opened."""
    return {
        str(file): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "sqlite" not in file.name and "lock" not in file.name
    }


def test_two_of_three_witnesses_suffice(said: Tidui, home: Path) -> None:
    lines = [found(said, home, name) for name in ("bureau", "union", "court")]
    (home / "witness-policy").write_text("".join(lines) + "group two 2 bureau union court\nquorum two\n")
    before = state(home)
    code, out, _ = said("verify", "--home", home)
    assert (code, "见证规则不成立" in out) == (1, True)
    assert carried(said, home, "bureau")[0] == 0
    assert said("verify", "--home", home)[0] == 1
    assert carried(said, home, "court")[0] == 0
    code, out, _ = said("verify", "--home", home)
    assert (code, "见证规则成立：至 @3" in out, out.count("第 3 号检查点")) == (0, True, 2)
    told = json.loads(said("verify", "--home", home, "--json")[1])
    assert [(one["size"], one["witness"]) for one in told["cosigned"]] == [(3, "bureau"), (3, "court")]
    (home / "witness-policy").rename(home.parent / "witness-policy")
    assert "没有见证规则，无从核对" in said("verify", "--home", home)[1]
    (home.parent / "witness-policy").rename(home / "witness-policy")
    assert before.items() <= state(home).items()  # head and checkpoints are as they were


def test_the_witness_follows_a_log_that_grows(said: Tidui, home: Path) -> None:
    (home / "witness-policy").write_text(found(said, home, "bureau") + "quorum bureau\n")
    assert carried(said, home, "bureau")[0] == 0
    assert "没有新的" in carried(said, home, "bureau")[1]
    tampering.recorded(home, 2, start=3)
    assert "其后 2 条尚无" in said("verify", "--home", home)[1]
    code, out, _ = said("witness", "request", home.parent / "stick", "--home", home)
    assert (code, "由 3 条算起" in out) == (0, True)
    assert carried(said, home, "bureau")[0] == 0
    assert "见证规则成立：至 @5" in said("verify", "--home", home)[1]


def test_the_witness_follows_a_key_that_was_handed_over(said: Tidui, home: Path) -> None:
    (home / "witness-policy").write_text(found(said, home, "bureau") + "quorum bureau\n")
    assert carried(said, home, "bureau")[0] == 0
    assert said("key", "rotate", "--reason", "经办人换岗", "--home", home)[0] == 0
    line = said("public-key", "--home", home)[1].strip()
    stick = home.parent / "stick"
    said("witness", "request", stick, "--home", home)
    code, out, _ = said("witness", "sign", home.parent / "bureau", stick)
    assert (code, f"旧密钥已交给新密钥，今后以它为准 / the old key handed over to: {line}" in out) == (0, True)
    assert said("witness", "add", home.parent / "stick.cosigned", "--home", home)[0] == 0
    code, out, _ = said("verify", "--home", home)
    assert (code, "见证规则成立：至 @4" in out) == (0, True)
    own = home.parent / "own-policy"
    first = Home(home).read_charter().public_key
    own.write_text(f"log {first}\n{(home / 'witness-policy').read_text()}")
    assert said("verify", "--home", home, "--policy", own)[0] == 0  # whose log the auditor knows by its first key


def test_who_rewrites_history_gets_no_signature_and_the_old_one_tells(said: Tidui, home: Path, tmp_path: Path) -> None:
    (home / "witness-policy").write_text(found(said, home, "bureau") + "quorum bureau\n")
    assert carried(said, home, "bureau")[0] == 0
    tampering.edit(home, 2)
    tampering.rebuild_tree(home)
    (seen,) = (tmp_path / "bureau" / "seen").iterdir()
    tampering.sign_again(home)
    for words in (("--since", "3"), ("--since", "0")):
        code, _, err = carried(said, home, "bureau", *words)
        assert (code, "不是本见证方所见 3 条的延续" in err) == (1, True)
    assert not list((home / "checkpoints").glob("*.cosigned"))
    code, out, _ = said("verify", "--home", home, "--head", seen)
    assert (code, f"{seen}（3 条）" in out, "却出自两份历史" in out) == (1, True, True)
    code, _, err = said("witness", "add", seen, "--home", home)
    assert (code, "有两份历史" in err) == (1, True)
    assert not list((home / "checkpoints").glob("*.cosigned"))


def test_a_rolled_back_archive_cannot_ask(said: Tidui, home: Path) -> None:
    (home / "witness-policy").write_text(found(said, home, "bureau") + "quorum bureau\n")
    code, _, err = said("witness", "request", home.parent / "stick", "--since", "4", "--home", home)
    assert (code, "见证方已见过 4 条记录，本库只签署到 3 条" in err) == (1, True)
    assert not (home.parent / "stick").exists()


def test_a_false_cosignature_on_file_is_found(said: Tidui, home: Path) -> None:
    (home / "witness-policy").write_text(found(said, home, "bureau") + "quorum bureau\n")
    carried(said, home, "bureau")
    (file,) = (home / "checkpoints").glob("*.cosigned")
    whole = file.read_text(encoding="utf-8")
    line = whole.splitlines()[-1]
    file.write_text(whole.replace(line, line[:-20] + line[-20:-8].swapcase() + line[-8:]), encoding="utf-8")
    code, out, _ = said("verify", "--home", home)
    assert (code, "checkpoints/3.cosigned：见证方 bureau 的签名不成立" in out) == (1, True)
    file.write_text("nonsense", encoding="utf-8")
    code, out, _ = said("verify", "--home", home)
    assert (code, out.count(".cosigned 已损坏")) == (1, 1)


def test_what_no_known_witness_signed_is_not_kept(said: Tidui, home: Path, tmp_path: Path) -> None:
    line = found(said, home, "bureau")
    found(said, home, "stranger")
    (home / "witness-policy").write_text(line + "quorum bureau\n")
    before = state(home)
    request, signed = tmp_path / "stick", tmp_path / "stick.cosigned"
    said("witness", "request", request, "--home", home)
    said("witness", "sign", tmp_path / "stranger", request)
    code, _, err = said("witness", "add", signed, "--home", home)
    assert (code, "没有本库已知见证方的签名。已知：bureau" in err) == (1, True)
    other = tmp_path / "other"
    init_home(other, settings.load(), practice=True, seed="another")
    tampering.recorded(other, 1)
    code, _, err = said("witness", "add", other / "head", "--home", home)
    assert (code, "这是另一个档案库" in err) == (1, True)
    impostor = PrivateKey(Home(home).read_charter().origin, bytes(32))
    signed.write_text(str(impostor.note((home / "head").read_text(encoding="utf-8").partition("\n\n")[0] + "\n")))
    code, _, err = said("witness", "add", signed, "--home", home)
    assert (code, "不是用本库的密钥签署的" in err) == (1, True)
    signed.write_bytes(b"\xff")
    assert said("witness", "add", signed, "--home", home)[0] == 1
    assert state(home) == before


def test_a_policy_is_asked_for_and_read_strictly(said: Tidui, home: Path, tmp_path: Path) -> None:
    code, _, err = said("witness", "request", tmp_path / "stick", "--home", home)
    assert (code, "还不知道任何见证方" in err) == (1, True)
    lines = found(said, home, "bureau") + found(said, home, "union")
    (home / "witness-policy").write_text(lines + "quorum bureau\n")
    code, _, err = said("witness", "request", tmp_path / "stick", "--home", home)
    assert (code, "可选：bureau、union" in err) == (1, True)
    (home / "witness-policy").write_text(lines)
    code, _, err = said("verify", "--home", home)
    assert (code, "缺少 quorum" in err) == (1, True)
    (home / "witness-policy").write_bytes(b"\xff")
    assert said("verify", "--home", home)[0] == 1


def test_an_auditor_brings_a_policy_of_their_own(said: Tidui, home: Path, tmp_path: Path) -> None:
    own = tmp_path / "own-policy"
    own.write_text(found(said, home, "bureau") + "quorum bureau\n")
    assert said("verify", "--home", home)[0] == 0
    assert said("verify", "--home", home, "--policy", own)[0] == 1
    other = PrivateKey("tidui/other", bytes(32)).public
    own.write_text(f"log {other}\nquorum none\n")
    code, out, _ = said("verify", "--home", home, "--policy", own)
    assert (code, "没有本库" in out) == (1, True)


def test_signature_lines_alone_are_taken_as_a_witness_of_another_make_returns_them(said: Tidui, home: Path) -> None:
    (home / "witness-policy").write_text(found(said, home, "bureau") + "quorum bureau\n")
    stick, signed = home.parent / "stick", home.parent / "stick.cosigned"
    said("witness", "request", stick, "--home", home)
    said("witness", "sign", home.parent / "bureau", stick)
    line = signed.read_text(encoding="utf-8").splitlines()[-1] + "\n"
    tampering.recorded(home, 2, start=3)  # it is of an earlier checkpoint than the last
    signed.write_text(line, encoding="utf-8")
    code, out, err = said("witness", "add", signed, "--home", home)
    assert (code, "第 3 号检查点" in out) == (0, True), err
    assert "没有新的" in said("witness", "add", signed, "--home", home)[1]
    assert "见证规则成立：至 @3" in said("verify", "--home", home)[1]


def test_signature_lines_of_nobody_known_or_of_another_checkpoint_are_refused(said: Tidui, home: Path) -> None:
    (home / "witness-policy").write_text(found(said, home, "bureau") + "quorum bureau\n")
    found(said, home, "stranger")
    stick, signed = home.parent / "stick", home.parent / "stick.cosigned"
    said("witness", "request", stick, "--home", home)
    said("witness", "sign", home.parent / "stranger", stick)
    for line in (signed.read_text(encoding="utf-8").splitlines()[-1], "— bureau AAAAAAAA"):
        signed.write_text(line + "\n", encoding="utf-8")
        code, _, err = said("witness", "add", signed, "--home", home)
        assert (code, "已知：bureau" in err) == (1, True)
    assert not list((home / "checkpoints").glob("*.cosigned"))


def test_a_witness_of_another_make_reads_a_request_after_a_change_of_the_key(said: Tidui, home: Path) -> None:
    (home / "witness-policy").write_text(found(said, home, "bureau") + "quorum bureau\n")
    carried(said, home, "bureau")
    said("key", "rotate", "--reason", "换", "--home", home)
    stick = home.parent / "stick"
    assert "stick.handovers" in said("witness", "request", stick, "--home", home)[1]
    head, _, note = stick.read_text(encoding="utf-8").partition("\n\n")
    assert head.startswith("old 3\n")
    assert note == (home / "head").read_text(encoding="utf-8")
    assert carried(said, home, "bureau")[0] == 0
    assert "handovers" not in said("witness", "request", stick, "--home", home)[1]
    assert not stick.with_name("stick.handovers").exists()


def test_cosignatures_travel_in_proofs(said: Tidui, home: Path) -> None:
    (home / "witness-policy").write_text(found(said, home, "bureau") + "quorum bureau\n")
    with open_home(home, settings.load()) as opened:
        assert len(opened.ledger.proof(2).checkpoint.signatures) == 1
    carried(said, home, "bureau")
    with open_home(home, settings.load()) as opened:
        proof = opened.ledger.proof(2)
        assert [one.name for one in proof.checkpoint.signatures][1:] == ["bureau"]
        head = parse_checkpoint(proof.checkpoint)
        (row,) = opened.log.rows(1, 2)
        assert tree.root_of_inclusion(leaf.hash_of(row), 1, head.size, proof.hashes) == head.root
    (file,) = (home / "checkpoints").glob("*.cosigned")
    file.write_text("nonsense", encoding="utf-8")
    with open_home(home, settings.load()) as opened:
        assert len(opened.ledger.proof(2).checkpoint.signatures) == 1
