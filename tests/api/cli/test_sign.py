"""Signing what was exported: by whom it is asked for, what is kept, and what is told of it afterwards."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from api import documents, settings
from api.cli.main import main
from api.http.service import create
from api.main import App, open_home
from exports.signing.certificate import Credential
from exports.signing.seal import Place
from exports.signing.sign import Seal, sign
from tests.api.support import Tidui, is_problem
from tests.exports.prints import text_of
from tests.support.authority import DAY, Authority, p12, pem, pem_key

pytestmark = pytest.mark.slow

PASSPHRASE = "不外传的密码"


@pytest.fixture(scope="module")
def secretary(authority: Authority) -> Credential:
    return authority.credential("单晓珺")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, authority: Authority, secretary: Credential) -> Path:
    """An exported dossier, and what a school gives: a secretary's locked PKCS#12, a clerk's PEM, the roots."""
    folder, clerk = tmp_path_factory.mktemp("school"), authority.credential("欧阳明")
    (folder / "secretary.p12").write_bytes(p12(secretary, PASSPHRASE.encode()))
    (folder / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (folder / "clerk.pem").write_bytes(pem(clerk.certificate))
    (folder / "clerk.key").write_bytes(pem_key(clerk, PASSPHRASE.encode()))
    (folder / "roots.pem").write_bytes(pem(authority.root))
    (folder / "old.p12").write_bytes(p12(authority.credential("旧", last=-DAY), None))
    (folder / "staff.csv").write_text("姓名,性别,出生日期\n王伟,男,1980-01-01\n", encoding="utf-8")
    for words in (
        ("init",),
        ("plan", "publish", "2024-second"),
        ("import", "staff", str(folder / "staff.csv")),
        ("dossier", "王伟", "--pdf", str(folder / "one.pdf")),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", ["tidui", *words, "--home", str(folder / "home")])
            with pytest.raises(SystemExit) as ended:
                main()
        assert not ended.value.code
    return folder


@pytest.fixture
def exported(told: Path, tmp_path: Path) -> Path:
    return shutil.copytree(told, tmp_path, dirs_exist_ok=True) / "one.pdf"


@pytest.fixture
def opened(exported: Path) -> Iterator[App]:
    with open_home(exported.parent / "home", settings.load()) as app:
        yield app


@pytest.fixture
def by_secretary(tidui: Tidui, exported: Path) -> Path:
    folder = exported.parent
    certificate = ("--certificate", str(folder / "secretary.p12"), "--passphrase-file", str(folder / "passphrase"))
    code, out, err = tidui("sign", str(exported), *certificate, "--role", "党委书记")
    assert code == 0, err
    signed = folder / "one-signed.pdf"
    assert signed.read_bytes().startswith(exported.read_bytes())
    assert digest(signed) in out
    assert PASSPHRASE not in out + err
    return signed


def digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def test_a_secretary_and_then_a_clerk_sign_and_both_are_told_of(
    tidui: Tidui, by_secretary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = by_secretary.parent
    monkeypatch.setenv("TIDUI_CERTIFICATE", str(folder / "clerk.pem"))
    monkeypatch.setenv("TIDUI_PRIVATE_KEY", str(folder / "clerk.key"))
    monkeypatch.setenv("TIDUI_PASSPHRASE", PASSPHRASE)
    both = folder / "both.pdf"
    assert tidui("sign", str(by_secretary), "--role", "党政办文书", "--out", str(both))[0] == 0
    code, out, _ = tidui("verify-pdf", str(both), "--trust", str(folder / "roots.pem"))
    assert code == 0
    assert out.index("单晓珺（党委书记）") < out.index("欧阳明（党政办文书）")
    assert out.count("由所信任的根证书证明") == 2
    assert "签名、证明和出处全部成立" in out
    assert "逐字节相同" in out
    assert "由本库第 1 次查阅导出" in out


def test_without_an_archive_the_pages_are_still_held_against_what_is_attached(
    tidui: Tidui, exported: Path, tmp_path: Path
) -> None:
    code, out, _ = tidui("verify-pdf", str(exported), home=tmp_path / "none")
    assert code == 0
    assert "逐字节相同" in out
    content = exported.read_bytes()
    (tmp_path / "altered.pdf").write_bytes(content.replace(b"%PDF-1.7", b"%PDF-1.6"))
    (tmp_path / "longer.pdf").write_bytes(exported.read_bytes() + b"hello")
    code, _, err = tidui("verify-pdf", str(tmp_path / "longer.pdf"), home=tmp_path / "none")
    assert (code, "5 bytes stand behind" in err) == (1, True)
    code, _, err = tidui("verify-pdf", str(tmp_path / "altered.pdf"), home=tmp_path / "none")
    assert code == 1
    assert "文件不是签署的那一份" in err


def test_every_signing_is_written_down_and_every_signed_file_kept(opened: App, by_secretary: Path) -> None:
    export, signing = opened.access.entries()[-2:]
    assert (export.act, signing.act, signing.what) == ("export", "sign", "dossier")
    assert signing.person_id == export.person_id is not None
    assert (export.sha256, signing.sha256) == (digest(by_secretary.with_name("one.pdf")), digest(by_secretary))
    assert opened.signed.get(digest(by_secretary)) == by_secretary.read_bytes()
    everything = b"".join(file.read_bytes() for file in opened.home.folder.rglob("*") if file.is_file())
    assert PASSPHRASE.encode() not in everything


def test_an_export_leads_to_what_it_became_and_back(opened: App, by_secretary: Path) -> None:
    unsigned, signed = digest(by_secretary.with_name("one.pdf")), digest(by_secretary)
    with TestClient(create(opened), base_url="http://127.0.0.1") as client:
        before = client.get(f"/v1/exports/{unsigned}").json()
        after = client.get(f"/v1/exports/{signed}").json()
        assert (before["act"], before["signed"], before["unsigned"]) == ("export", [signed], None)
        assert (after["act"], after["signed"], after["unsigned"]) == ("sign", [], unsigned)
        assert client.get(f"/v1/exports/{signed}/signed.pdf").content == by_secretary.read_bytes()
        assert (opened.access.entries()[-1].act, opened.access.entries()[-1].sha256) == ("export", signed)
        is_problem(client.get(f"/v1/exports/{unsigned}/signed.pdf"), 404, "not-found")


def test_a_backup_takes_the_signed_files_along(tidui: Tidui, by_secretary: Path, tmp_path: Path) -> None:
    assert tidui("backup", str(tmp_path / "copy"))[0] == 0
    assert by_secretary.read_bytes() in [
        f.read_bytes() for f in (tmp_path / "copy" / "signed").rglob("*") if f.is_file()
    ]


def test_what_was_signed_elsewhere_is_kept_when_it_was_exported_here(
    tidui: Tidui, opened: App, exported: Path, secretary: Credential
) -> None:
    elsewhere = exported.with_name("token.pdf")
    elsewhere.write_bytes(sign(exported.read_bytes(), secretary, "党委书记"))
    assert tidui("keep-signed", str(elsewhere))[:2] == (0, digest(elsewhere) + "\n")
    assert opened.signed.of(digest(exported)) == [digest(elsewhere)]
    code, _, err = tidui("keep-signed", str(exported))
    assert code == 1
    assert "没有签名" in err
    foreign = exported.with_name("foreign.pdf")
    foreign.write_bytes(sign(exported.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6"), secretary, ""))
    code, _, err = tidui("keep-signed", str(foreign))
    assert code == 1
    assert "不是本库导出的" in err


def test_a_signature_can_be_seen_on_the_page(tidui: Tidui, exported: Path) -> None:
    folder, seen = exported.parent, exported.with_name("seen.pdf")
    certificate = ("--certificate", str(folder / "secretary.p12"), "--passphrase-file", str(folder / "passphrase"))
    options = ("--role", "党委书记", "--at", "-1,120,230", "--out", str(seen))
    assert tidui("sign", str(exported), *certificate, *options)[0] == 0
    assert "单晓珺" in text_of(seen)
    assert tidui("verify-pdf", str(seen))[0] == 0


def test_a_document_without_proofs_is_signed_and_known_by_the_register(
    tidui: Tidui, exported: Path, tmp_path: Path
) -> None:
    paper = exported.with_name("paper.pdf")
    assert tidui("document", "overview", "--batch", "2024-second", "--as-of", "2024-03-01", "--pdf", str(paper))[0] == 0
    for home in (exported.parent / "home", tmp_path / "none"):
        code, out, _ = tidui("verify-pdf", str(paper), home=home)
        assert code == 0
        assert "签署声明成立" in out
        assert "各页以签署为凭" in out
        assert ("次查阅导出" in out) == home.exists()
    paper.write_bytes(paper.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6"))
    assert tidui("verify-pdf", str(paper))[0] == 1


def test_a_paper_that_holds_but_was_not_exported_here_is_exit_1(tidui: Tidui, opened: App, tmp_path: Path) -> None:
    document, batch = documents.named("overview"), "2024-second"
    found = documents.content(opened, document, opened.views.at(date(2024, 3, 1)), batch=batch)
    (tmp_path / "paper.pdf").write_bytes(documents.printed(opened, document, found))
    code, out, _ = tidui("verify-pdf", str(tmp_path / "paper.pdf"))
    assert code == 1
    assert "签署声明成立" in out
    assert "✗ 本库没有导出过这份文件" in out


def test_what_follows_must_be_signatures_and_those_that_are_seen_trusted(
    tidui: Tidui, exported: Path, secretary: Credential, tmp_path: Path
) -> None:
    none, roots, seen = tmp_path / "none", ("--trust", str(exported.parent / "roots.pem")), tmp_path / "seen.pdf"
    place = Seal(exported.read_bytes(), Place(-1, 120, 230))
    seen.write_bytes(sign(exported.read_bytes(), secretary, "", seal=place))
    code, out, _ = tidui("verify-pdf", str(seen), home=none)
    assert code == 1
    assert "签名框可能遮盖" in out
    assert tidui("verify-pdf", str(seen), *roots, home=none)[0] == 0
    written = IncrementalPdfFileWriter(BytesIO(exported.read_bytes()))
    written.root["/Lang"] = TextStringObject("en")
    written.update_root()
    with (tmp_path / "changed.pdf").open("wb") as file:
        written.write(file)
    code, out, _ = tidui("verify-pdf", str(tmp_path / "changed.pdf"), *roots, home=none)
    assert code == 1
    assert "不是电子签名" in out


def test_a_signature_that_does_not_hold_is_exit_1(tidui: Tidui, by_secretary: Path, authority: Authority) -> None:
    folder = by_secretary.parent
    (folder / "other.pem").write_bytes(pem(Authority(authority.address).root))
    code, out, _ = tidui("verify-pdf", str(by_secretary), "--trust", str(folder / "other.pem"))
    assert code == 1
    assert "不由所信任的根证书签发" in out
    code, out, _ = tidui("verify-pdf", str(by_secretary))
    assert code == 0
    assert "--trust" in out


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ((), "--certificate"),
        (("--certificate", "absent.p12"), "absent.p12"),
        (("--certificate", "one.pdf"), "PKCS#12"),
        (("--certificate", "secretary.p12"), "--passphrase-file"),
        (("--certificate", "secretary.p12", "--passphrase-file", "roots.pem"), "密码不对"),
        (("--certificate", "clerk.pem"), "--private-key"),
        (("--certificate", "old.p12"), "有效"),
        (("--certificate", "secretary.p12", "--at", "somewhere"), "-1,120,230"),
    ],
)
def test_bad_input_is_refused_in_words(tidui: Tidui, exported: Path, options: tuple[str, ...], problem: str) -> None:
    folder = exported.parent
    named = [str(folder / word) if (folder / word).exists() else word for word in options]
    code, _, err = tidui("sign", str(exported), *named)
    assert code == 1
    assert problem in err
    assert not exported.with_name("one-signed.pdf").exists()


def test_a_time_stamper_needs_roots(tidui: Tidui, exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDUI_TIME_STAMPER", "http://127.0.0.1:1/")
    monkeypatch.setenv("TIDUI_PASSPHRASE", PASSPHRASE)
    code, _, err = tidui("sign", str(exported), "--certificate", str(exported.with_name("secretary.p12")))
    assert code == 1
    assert "TIDUI_TRUST" in err
    monkeypatch.setenv("TIDUI_TIME_STAMPER", "ftp://x")
    assert "TIDUI_TIME_STAMPER" in tidui("roster")[2]


def test_the_passphrase_is_in_no_message_about_settings(tidui: Tidui, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDUI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("TIDUI_PORT", "no number")
    code, out, err = tidui("roster")
    assert code == 1
    assert PASSPHRASE not in out + err
    assert PASSPHRASE not in repr(settings.load(port=1))


def test_nothing_that_signs_is_loaded_before_it_is_needed() -> None:
    script = "import sys, json, api.cli.main; print(json.dumps([m for m in sys.modules if 'hanko' in m]))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
