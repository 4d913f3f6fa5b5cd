"""verify.html in the browser that people have: a file dropped in, no network, the same answers as verify.py."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page

from api import dossiers
from domain import school
from exports import verify
from exports.signing.sign import sign
from tests.exports.forged import FORGED, pdf_of
from tests.exports.rotated import Rotated
from tests.support.authority import Authority
from tests.support.browser import browser_page
from tests.support.story import BATCH, at_its_end

pytestmark = pytest.mark.slow

PAGE = Path(verify.__file__).with_name("verify.html")
CORRECTED = "单明远"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser_page() as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        yield page
        assert set(asked) == {PAGE.as_uri()}, "the page asked for something"


@pytest.fixture(scope="module")
def pdf(story_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "one.pdf"
    with at_its_end(story_home) as opened:
        facts = opened.views.at().facts
        person = next(m.person for m in school.members(facts, BATCH) if school.name_of(facts, m.person) == CORRECTED)
        path.write_bytes(dossiers.export(opened, opened.views.at(), person, BATCH))
    return path


def shown(page: Page, file: Path, key: str = "") -> str:
    page.goto(PAGE.as_uri())
    page.fill("#key", key)
    page.set_input_files("#file", file)
    page.wait_for_selector(f'#result[data-done="{file.name}"]')
    return page.inner_text("#result")


def test_a_dossier_holds(page: Page, pdf: Path) -> None:
    files = verify.attachments(pdf.read_bytes())
    text = shown(page, pdf)
    assert "✓" in text
    assert CORRECTED in text
    assert "演练" in text
    dossier, evidence = (json.loads(files[name]) for name in ("dossier.json", "evidence.json"))
    exact, derived = verify.check_citations(dossier, evidence)
    assert f"{exact} 项与记录逐字相同，{derived} 项由记录推算" in text


def test_of_a_signed_dossier_the_bytes_before_are_proved_and_what_follows_is_told(
    page: Page, pdf: Path, authority: Authority, tmp_path: Path
) -> None:
    signed = tmp_path / "signed.pdf"
    with ThreadPoolExecutor(1) as beside:  # the browser keeps this thread's event loop
        done = beside.submit(sign, pdf.read_bytes(), authority.credential("党委书记"), "", authority.long_term())
        signed.write_bytes(done.result())
    assert verify.attachments(signed.read_bytes()) == verify.attachments(pdf.read_bytes())
    behind = signed.stat().st_size - pdf.stat().st_size
    text = shown(page, signed)
    assert text.startswith(f"？ 其后另有 {behind} 字节")
    assert "签署声明成立" in text
    assert "✓" not in text
    lines, holds = verify.check_paper(signed.read_bytes())
    assert (lines[0].startswith(f"？ 其后另有 {behind} 字节"), holds) == (True, False)


def test_another_key_is_named(page: Page, pdf: Path) -> None:
    assert "✗" in shown(page, pdf, "tidui/other+00000000+AAAA")


def test_a_key_that_was_handed_on_proves_what_later_ones_signed(page: Page, rotated: Rotated, tmp_path: Path) -> None:
    (tmp_path / "third.pdf").write_bytes(pdf_of(rotated.files[2]))
    for line in rotated.lines:
        text = shown(page, tmp_path / "third.pdf", line)
        assert "所附记录已经证明" in text
        assert all(one in text for one in rotated.lines)
    (tmp_path / "first.pdf").write_bytes(pdf_of(rotated.files[0]))
    assert "不是您给的那一个" in shown(page, tmp_path / "first.pdf", rotated.lines[1])
    evidence = json.loads(rotated.files[2]["evidence.json"])
    evidence["rotations"].pop()
    (tmp_path / "cut.pdf").write_bytes(pdf_of(rotated.files[2] | {"evidence.json": json.dumps(evidence).encode()}))
    assert "没有在此处把密钥交给" in shown(page, tmp_path / "cut.pdf")


def test_an_altered_file_does_not_hold(page: Page, pdf: Path, tmp_path: Path) -> None:
    content = pdf.read_bytes()
    (tmp_path / "cut.pdf").write_bytes(content[: len(content) // 2])
    (tmp_path / "none.pdf").write_bytes("不是 PDF".encode())
    for name in ("cut.pdf", "none.pdf"):
        assert shown(page, tmp_path / name)[0] in "✗？"


@pytest.mark.parametrize("name", FORGED)
def test_whatever_the_file_the_answer_is_a_sentence(page: Page, tmp_path: Path, name: str) -> None:
    content, problem = FORGED[name]
    (tmp_path / "forged.pdf").write_bytes(content)
    text = shown(page, tmp_path / "forged.pdf")
    assert ("？ 无法核对" if "没有附带" in problem else "✗ 不成立") in text
    assert problem in text


def test_an_encrypted_dossier_is_said_to_be_encrypted(page: Page, pdf: Path, tmp_path: Path) -> None:
    with pikepdf.open(pdf) as document:
        document.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(verify.Failed, match="加密"):
        verify.attachments((tmp_path / "locked.pdf").read_bytes())
    assert "已加密" in shown(page, tmp_path / "locked.pdf")


@pytest.mark.parametrize("change", ["twice", "base64"])
def test_a_note_that_is_not_strictly_one_is_refused(page: Page, pdf: Path, tmp_path: Path, change: str) -> None:
    files = verify.attachments(pdf.read_bytes())
    note = files["checkpoint.txt"]
    files["checkpoint.txt"] = note + note.splitlines(keepends=True)[-1] if change == "twice" else note[:-1] + b"=\n"
    (tmp_path / "loose.pdf").write_bytes(pdf_of(files))
    assert ("规范" if change == "twice" else "base64") in shown(page, tmp_path / "loose.pdf")


def test_without_a_statement_its_words_and_pages_are_signed_by_nobody(page: Page, pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "bare.pdf").write_bytes(pdf_of(verify.attachments(pdf.read_bytes())))
    text = shown(page, tmp_path / "bare.pdf")
    assert text.startswith("？ 所附记录已经证明，文字和各页却没有任何人签署")
    assert "✓" not in text


@pytest.mark.parametrize("name", ["checkpoint.txt", "attestation.txt"])
def test_attachments_that_were_swapped_do_not_hold(page: Page, pdf: Path, tmp_path: Path, name: str) -> None:
    """Another archive's head in the place of this one's, everything else as it was."""
    with pikepdf.open(pdf) as document:
        note = verify.attachments(pdf.read_bytes())[name].replace(b"tidui-practice/", b"tidui-practice/z")
        document.attachments[name] = pikepdf.AttachedFileSpec(
            document, note, filename=name, description="", creation_date="", mod_date="", mime_type=""
        )
        document.save(tmp_path / f"{name}.pdf")
    with pytest.raises(verify.Failed):
        verify.check(verify.attachments((tmp_path / f"{name}.pdf").read_bytes()))
    assert "✗" in shown(page, tmp_path / f"{name}.pdf")
