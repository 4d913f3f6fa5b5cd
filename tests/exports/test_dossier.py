"""The dossier in print holds what the dossier holds, however ugly, and shows what it does not hold."""

import re
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import rfc8785
from jinja2 import Environment, nodes

from exports import dossier, paper, wording
from tests.exports import dossiers
from tests.exports.prints import pages_of, squeezed, text_of
from tests.support.press import SharedPress

pytestmark = pytest.mark.slow

# Codes and names for machines: what stands for them in print is a label, a tick or a position.
_NOT_PRINTED = re.compile(
    r"(person_id|photo|id|kind|form|state|media_type|size|code|verdict|grade|result|tier|origin|status|outcome|area"
    r"|rule|source|hash|attended|late|value|resolved_from|practice|key|fields\.label|sha256|clause|appraisals\.on|corrections\.on|outcome\.decided_on)$"
)
_SENTENCE = re.compile(r"第\d+条，因故延期并报党委会研究。")


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    elif value is not None and not isinstance(value, bool) and not _NOT_PRINTED.search(path):
        yield path, wording.words("zh").date(value) if isinstance(value, str) else f"{value:g}"


def test_every_value_can_be_read_in_the_print(printed: dict[str, Path]) -> None:
    text = text_of(printed["rich"])
    model = dossiers.rich_dossier()
    for one in model["trail"]:
        one["recorded_at"] = one["recorded_at"] if one["late"] else None
    for one in model["parts"]["assessments"]["years"]:
        one["tally"] = None  # its sentence has a test of its own
    absent = [(path, value) for path, value in leaves(model) if squeezed(value) not in text]
    assert absent == [], "\n".join(map(str, absent))


def test_fields_print_their_value_in_words(printed: dict[str, Path]) -> None:
    text = text_of(printed["rich"])
    for shown in ("1984年6月12日，42岁", "2008年7月", "中共党员", "高二年级部副主任；数学备课组长"):
        assert shown in text


def test_a_tally_reads_as_the_standard_sentence_with_shares_of_the_valid_votes(printed: dict[str, Path]) -> None:
    text = text_of(printed["rich"])
    assert (
        "应参加190人，共有182人参加推荐，共发票182张，收回181张，其中有效票179张，无效票2张；同意163票（91.1%）" in text
    )
    assert "优秀150票（85.2%）" in text


def test_the_grade_is_ticked(printed: dict[str, Path]) -> None:
    text = text_of(printed["rich"])
    assert text.count("■优秀□合格□暂缓评定□建议终止培养") == 2
    assert "□优秀■合格□暂缓评定□建议终止培养" in text
    assert "□优秀□合格□暂缓评定□建议终止培养" in text_of(printed["empty"])


def test_late_entries_are_marked(printed: dict[str, Path]) -> None:
    late = [one for one in dossiers.rich_dossier()["trail"] if one["late"]]
    assert text_of(printed["rich"]).count("补录于") == len(late)


def test_each_page_says_practice_and_what_it_rests_on(printed: dict[str, Path]) -> None:
    pages = subprocess.run(["pdftotext", "-raw", printed["rich"], "-"], capture_output=True, check=True, text=True)
    for number, page in enumerate(pages.stdout.split("\f")[:-1], 1):
        assert "演练档案" in page
        foot = f"依据第402号记录·截至2027年3月20日·所知截至2027年3月20日09:00·摘要{sha256(b'rich').hexdigest()[:16]}"
        assert foot in squeezed(page)
        assert f"—{number}—" in squeezed(page)
    assert "演练档案" not in text_of(printed["empty"])


def test_the_contents_page_gives_the_real_pages(printed: dict[str, Path]) -> None:
    shown = subprocess.run(["pdftotext", "-raw", printed["rich"], "-"], capture_output=True, check=True, text=True)
    pages = [squeezed(page) for page in shown.stdout.split("\f")]
    listed = re.findall(r"([一二三四五六七]、[^.…]+?)\.+(\d+)", pages[1])
    assert [title for title, _ in listed] == [
        "一、信息表",
        "二、培养登记表",
        "三、考核考察情况",
        "四、培训情况",
        "五、材料目录",
        "六、例外与更正",
        "七、纪实",
    ]
    for title, page in listed:
        assert title in pages[int(page) - 1]


@pytest.mark.parametrize("name", ["rich", "empty", "ugly", "english"])
def test_nothing_missing_prints_as_a_word(printed: dict[str, Path], name: str) -> None:
    assert not re.search(r"None|Undefined|\bnull\b", text_of(printed[name]))


def test_ugly_text_is_printed_whole_and_does_nothing(printed: dict[str, Path]) -> None:
    text = text_of(printed["ugly"])
    assert squeezed(dossiers.HOSTILE) in text
    assert "喆堃珺玥淼昇镕頔䶮𬭚㛃玙璟晞翀赟" in text
    assert "未来的培养方式" in text
    whole = sum(value.count("第124条，") for _, value in leaves(dossiers.ugly_dossier()) if dossiers.LONG in value)
    assert len(_SENTENCE.findall(text)) > 0.95 * whole * dossiers.LONG.count("条")  # a page's end parts a few
    assert text.count("W") > 4 * len(dossiers.UNBROKEN)


def test_the_dossier_travels_in_its_print(printed: dict[str, Path]) -> None:
    with pikepdf.open(printed["rich"]) as pdf:
        attached = pdf.attachments["dossier.json"].get_file().read_bytes()
    assert attached == rfc8785.dumps(dossiers.rich_dossier())


@pytest.mark.parametrize("posts", [1, 6, 8, 40])
def test_a_cover_holds_whatever_posts_there_are(press: SharedPress, tmp_path: Path, posts: int) -> None:
    model = dossiers.rich_dossier()
    [field] = [one for one in model["parts"]["information_form"]["fields"] if one["key"] == "current_posts"]
    field["text"] = "；".join(f"高二年级第{number}学科备课组长" for number in range(posts))
    made = dossier.dossier_pdf(model, press)
    (tmp_path / "dossier.pdf").write_bytes(made)
    cover, contents, *_ = map(squeezed, pages_of(tmp_path / "dossier.pdf"))
    assert press.astray(made) == []
    for told in ("培养周期2024年3月14日至2027年3月13日", "中共江苏省南通第一中学委员会2027年3月20日", "扫码核对档案"):
        assert told in cover
    assert cover.count("备课组长") == posts or "…（全部见信息表）" in cover
    assert contents.startswith("目录一、信息表")


def test_the_code_on_the_cover_says_nothing_about_the_person() -> None:
    content = paper.qr_content(dossiers.rich_dossier())
    assert content == f"tidui:ntyz.example/tidui/2024/402/{sha256(b'rich').hexdigest()[:16]}"


def test_a_character_without_a_glyph_is_shown_by_its_code(press: SharedPress, tmp_path: Path) -> None:
    model = dossiers.empty_dossier()
    model["parts"]["materials"] = [{"title": "总结👍"}]
    (tmp_path / "dossier.pdf").write_bytes(dossier.dossier_pdf(model, press))
    assert "总结〔U+1F44D〕" in text_of(tmp_path / "dossier.pdf")


def test_the_start_of_each_fingerprint_is_printed(printed: dict[str, Path]) -> None:
    text = text_of(printed["rich"])
    for material in dossiers.rich_dossier()["parts"]["materials"]:
        assert (material.get("sha256") or "")[:12] in text


def test_a_photo_is_printed_and_a_broken_one_named(press: SharedPress, photo: bytes) -> None:
    with_photo = dossier.dossier_pdf(dossiers.empty_dossier(), press, photo)
    assert b"/Subtype /Image" in with_photo


def test_templates_use_only_words_that_exist() -> None:
    folder = Path(dossier.__file__).with_name("templates")
    known = {*wording.words("zh"), *vars(wording.Words), "get"}
    for path in folder.rglob("*.html"):
        tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        used = {n.attr for n in tree.find_all(nodes.Getattr) if isinstance(n.node, nodes.Name) and n.node.name == "w"}
        assert used <= known, path
