"""Every document in print, blank and ugly too: all that it says can be read, nothing leaves its page, and it is a
sound file.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from api import documents
from api.main import App
from exports import verify, wording
from exports.documents import DOCUMENTS
from exports.typesetting import in_words
from tests.exports.documents.conftest import Print, Prints
from tests.exports.prints import pages_of, sheet, squeezed, text_of
from tests.support.press import SharedPress

pytestmark = pytest.mark.slow

KINDS = [one.kind for one in DOCUMENTS.values() if one.has_blank]
ALL = [f"{kind}{form}" for kind in DOCUMENTS for form in ("", "-blank", "-ugly", "-en")]
ALL = [name for name in ALL if name not in {"overview-blank", "overview-ugly", "dossier-blank"}]
CHINESE = [name for name in ALL if not name.endswith("-en")]
FACES = {"Tidui-Song", "Tidui-Song-Bold", "Tidui-Hei", "Tidui-Kai"}

# Codes, names for machines, and what a tick, a label or a sentence stands for. Files have a register of their own,
# pictures tests.
_NOT_PRINTED = re.compile(
    r"_id|_en$|\.(key|kind|code|form|state|value|label|area|rule|verdict|grade|proposed|tier|origin|status|outcome|measure"
    r"|result|resolution|nomination|membership|round|shortlist|photo|cause|body|act|source|sources\..*|on|since)$"
    r"|materials|posts\.unit|limit|status_label|gender|about\.(birth_date|age|title|current_posts)"
    r"|exceptions\.clause|judged_label|announcements\.meeting|nominations\.statement|ballot\.(meeting|valid)|^\.(ages|hours)\."
)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    elif value is not None and not isinstance(value, bool) and not _NOT_PRINTED.search(path):
        text = in_words(wording.words("zh").date(value)) if isinstance(value, str) else f"{value:g}"
        yield path, squeezed(text.replace("😀", "〔U+1F600〕"))


@pytest.mark.parametrize("name", [f"{kind}{form}" for kind in KINDS for form in ("", "-ugly")])
def test_every_value_can_be_read_in_the_print(prints: dict[str, Print], name: str) -> None:
    model, path, _ = prints[name]
    text = text_of(path)
    assert sorted({where for where, value in leaves([model["people"], model["content"]]) if value not in text}) == []


@pytest.mark.parametrize("name", ALL)
def test_no_box_leaves_the_page_area_no_text_its_cell_or_stands_over_another(
    prints: dict[str, Print], name: str
) -> None:
    assert prints[name].astray == []


@pytest.mark.parametrize("name", ALL)
def test_no_line_ends_in_a_lone_character_or_parts_a_day_or_a_number_and_its_unit(prints: Prints, name: str) -> None:
    assert prints[name].path.exists()
    assert prints.ragged[name] == []


@pytest.mark.parametrize(
    "body",
    [
        "<p style='width: 70pt'>一二三四五六七八九十一</p>",
        "<p style='width: 80pt'>一二三四2024年3月14日五六七八</p>",
        "<p style='width: 94pt'>一二三四五六七8名九十</p>",
    ],
)
def test_the_press_keeps_the_ends_of_lines(press: SharedPress, body: str) -> None:
    assert press.ragged(press.render(sheet(body))) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<div style='width: 110%'>x", ["BlockBox <div>"]),
        ("<div style='margin-top: -9pt'>x", ["BlockBox <div>", "LineBox <div>"]),
        ("<table style='table-layout: fixed; width: 100%'><tr><td style='width: 9mm'>WWWWWWW<td>x", ["TextBox <td>"]),
        ("<p>x<p style='margin-top: -27pt'>y", ["TextBox x"]),
        ("<p>x<sup>1</sup><p>y", []),
    ],
)
def test_what_leaves_its_place_would_be_found(press: SharedPress, body: str, found: list[str]) -> None:
    astray = press.astray(press.render(sheet(body)))
    assert {" ".join(one.split()[1:3]) for one in astray} >= set(found)
    assert bool(astray) == bool(found)


@pytest.mark.parametrize("name", ALL)
def test_every_glyph_is_of_a_face_that_is_ours_and_embedded(prints: dict[str, Print], name: str) -> None:
    with pikepdf.open(prints[name].path) as pdf:
        faces = [face for page in pdf.pages for face in page.resources.get("/Font", {}).values()]
        drawn = [face.DescendantFonts[0].FontDescriptor for face in faces]
        assert {str(face.FontName).partition("+")[2] for face in drawn} <= FACES
        assert [face for face in drawn if not {"/FontFile2", "/FontFile3"} & set(face.keys())] == []


@pytest.mark.parametrize("name", CHINESE)
def test_every_page_has_its_number_and_its_foot(prints: dict[str, Print], name: str) -> None:
    model, path, _ = prints[name]
    assert squeezed(model.get("title") or DOCUMENTS["dossier"].zh) in text_of(path)
    told = f"依据第{model['rests_on']}号记录·截至2025年6月30日·摘要{model['hash'][:16]}"
    foot = "空白表式" if model.get("blank") else told
    for number, page in enumerate(pages_of(path), 1):
        assert f"ntyz.example·{foot}" in squeezed(page)
        assert f"—{number}—" in squeezed(page)
        assert "演练档案" in page


@pytest.mark.parametrize("name", ALL)
def test_nothing_empty_prints_as_a_word(prints: dict[str, Print], name: str) -> None:
    text = "".join(pages_of(prints[name].path))
    assert re.findall(r"\b(?:None|null|Undefined|nan|builtin)\b", text) == []


@pytest.mark.parametrize("name", ALL)
def test_it_is_an_archival_file_with_its_content_attached(prints: dict[str, Print], name: str) -> None:
    model, path, _ = prints[name]
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "U")
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert pdf.Root.Lang == ("en" if name.endswith("-en") else "zh")
        assert [file.AFRelationship for file in pdf.Root.AF] == ["/Source"]
        assert not [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Interpolate")]
        assert not [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/JS")]
        [attached] = pdf.attachments
        assert json.loads(pdf.attachments[attached].get_file().read_bytes())["hash"] == model["hash"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_form_names_nobody(prints: dict[str, Print], kind: str) -> None:
    told = prints[kind].model
    people = told["people"] or told["content"]["people"]
    text = text_of(prints[f"{kind}-blank"].path)
    assert people
    assert [one["name"] for one in people if squeezed(one["name"]) in text] == []


@pytest.mark.parametrize(
    ("name", "heads"),
    [
        ("nomination-summary-ugly", "序号姓名梯队学科推荐来源"),
        ("annual-review-summary-ugly", "序号梯队姓名培养措施学时"),
        ("training-register-ugly", "年度部门与岗位"),
    ],
)
def test_a_table_over_several_pages_repeats_its_head(prints: dict[str, Print], name: str, heads: str) -> None:
    assert sum(heads in squeezed(page) for page in pages_of(prints[name].path)) > 1


def test_what_is_typed_as_markup_is_shown_as_text(prints: dict[str, Print]) -> None:
    text = text_of(prints["comprehensive-assessment-ugly"].path)
    for typed in ("<script>alert(1)</script></td></tr></table>", "<style>*{display:none}</style>", "{{7*7}}"):
        assert typed in text


def test_a_file_of_one_person_proves_itself(prints: dict[str, Print], opened: App) -> None:
    first = prints["information-form"].model["people"][0]
    document = documents.named("information-form")
    found = documents.content(opened, document, opened.views.at(), person=first["person_id"])
    lines = verify.check(verify.attachments(documents.printed(opened, document, found)))
    assert any(first["name"] in line for line in lines)
