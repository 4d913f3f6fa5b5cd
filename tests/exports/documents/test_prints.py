"""Every document in print, blank and ugly too: all that it says can be read, nothing leaves its page, and it is a
sound file.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from api import documents
from api.main import App
from exports import verify, wording
from exports.documents import DOCUMENTS
from tests.exports.documents.conftest import Print
from tests.exports.prints import pages_of, squeezed, text_of

pytestmark = pytest.mark.slow

KINDS = [one.kind for one in DOCUMENTS.values() if one.has_blank]
ALL = [f"{kind}{form}" for kind in KINDS for form in ("", "-blank", "-ugly")]
FACES = {"Tidui-Song", "Tidui-Song-Bold", "Tidui-Hei", "Tidui-Kai"}
MARGIN = 26 / 25.4 * 72

# Codes, names for machines, and what a tick, a label or a sentence stands for. Files have a register of their own,
# pictures tests.
_NOT_PRINTED = re.compile(
    r"_id|\.(key|kind|code|form|state|value|label|area|rule|verdict|grade|proposed|tier|origin|status|outcome|measure"
    r"|result|resolution|nomination|membership|round|shortlist|photo|cause|body|act|source|sources\..*|on|since)$"
    r"|materials|posts\.unit|limit|status_label|gender|about\.(birth_date|age|title|current_posts)"
    r"|nominations\.statement|ballot\.(meeting|valid)|^\.(ages|hours)\."
)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    elif value is not None and not isinstance(value, bool) and not _NOT_PRINTED.search(path):
        text = wording.words("zh").date(value) if isinstance(value, str) else f"{value:g}"
        yield path, squeezed(text.replace("😀", "〔U+1F600〕"))


@pytest.mark.parametrize("name", [f"{kind}{form}" for kind in KINDS for form in ("", "-ugly")])
def test_every_value_can_be_read_in_the_print(prints: dict[str, Print], name: str) -> None:
    model, path = prints[name]
    text = text_of(path)
    assert sorted({where for where, value in leaves([model["people"], model["content"]]) if value not in text}) == []


@pytest.mark.parametrize("name", ALL)
def test_nothing_leaves_the_page(prints: dict[str, Print], name: str) -> None:
    shown = subprocess.run(["pdftotext", "-bbox", prints[name].path, "-"], capture_output=True, check=True, text=True)
    for page in shown.stdout.split("<page ")[1:]:
        width, height = map(float, re.findall(r'(?:width|height)="([\d.]+)"', page)[:2])
        for left, top, right, bottom in re.findall(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)"', page):
            assert float(left) >= MARGIN, page[:300]
            assert float(right) <= width - MARGIN + 0.5, page[:300]
            assert 0 <= float(top) < float(bottom) <= height


@pytest.mark.parametrize("name", ALL)
def test_every_glyph_is_of_a_face_that_is_ours(prints: dict[str, Print], name: str) -> None:
    lines = subprocess.run(["pdffonts", prints[name].path], capture_output=True, check=True, text=True).stdout
    used = {line.split()[0].partition("+")[2] for line in lines.splitlines()[2:]}
    assert used <= FACES


@pytest.mark.parametrize("name", ALL)
def test_every_page_has_its_number_and_its_foot(prints: dict[str, Print], name: str) -> None:
    model, path = prints[name]
    assert squeezed(model["title"]) in text_of(path)
    told = f"依据第{model['rests_on']}号记录·截至2025年6月30日·摘要{model['hash'][:16]}"
    foot = "空白表式" if model["blank"] else told
    for number, page in enumerate(pages_of(path), 1):
        assert f"ntyz.example·{foot}" in squeezed(page)
        assert f"—{number}—" in squeezed(page)
        assert "演练档案" in page


@pytest.mark.parametrize("name", ALL)
def test_nothing_empty_prints_as_a_word(prints: dict[str, Print], name: str) -> None:
    text = text_of(prints[name].path)
    assert [word for word in ("None", "null", "Undefined", "nan", "builtin") if word in text] == []


@pytest.mark.parametrize("name", ALL)
def test_it_is_an_archival_file_with_its_content_attached(prints: dict[str, Print], name: str) -> None:
    model, path = prints[name]
    with pikepdf.open(path) as pdf:
        assert pdf.open_metadata()["pdfaid:part"] == "3"
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
