"""Every document in print: what it says can be read, and it is a sound file."""

import json

import pikepdf
import pytest

from api import documents
from api.main import App
from exports import verify
from exports.documents import DOCUMENTS
from tests.exports.documents.conftest import Print
from tests.exports.prints import pages_of, squeezed, text_of

pytestmark = pytest.mark.slow

KINDS = [one.kind for one in DOCUMENTS.values() if one.has_blank]
ALL = [*KINDS, *(f"{kind}-blank" for kind in KINDS)]


@pytest.mark.parametrize("name", ALL)
def test_every_page_has_its_title_or_head_its_number_and_its_foot(prints: dict[str, Print], name: str) -> None:
    model, path = prints[name]
    assert squeezed(model["title"]) in text_of(path)
    foot = (
        "空白表式" if model["blank"] else f"依据第{model['rests_on']}号记录·截至2025年6月30日·摘要{model['hash'][:16]}"
    )
    for number, page in enumerate(pages_of(path), 1):
        assert f"ntyz.example·{foot}" in squeezed(page)
        assert f"—{number}—" in squeezed(page)
        assert "演练档案" in page


@pytest.mark.parametrize("name", ALL)
def test_nothing_empty_prints_as_a_word(prints: dict[str, Print], name: str) -> None:
    text = text_of(prints[name].path)
    assert [word for word in ("None", "null", "Undefined", "nan") if word in text] == []


@pytest.mark.parametrize("name", ALL)
def test_it_is_an_archival_file_with_its_content_attached(prints: dict[str, Print], name: str) -> None:
    model, path = prints[name]
    with pikepdf.open(path) as pdf:
        assert pdf.open_metadata()["pdfaid:part"] == "3"
        [attached] = pdf.attachments
        assert json.loads(pdf.attachments[attached].get_file().read_bytes())["hash"] == model["hash"]


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_in_it_is_named(prints: dict[str, Print], kind: str) -> None:
    model, path = prints[kind]
    text = text_of(path)
    people = model["people"] or model["content"]["people"]
    assert people
    assert [one["name"] for one in people if squeezed(one["name"]) not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_form_names_nobody(prints: dict[str, Print], kind: str) -> None:
    model, path = prints[f"{kind}-blank"]
    people = prints[kind].model["people"] or prints[kind].model["content"]["people"]
    text = text_of(path)
    assert [one["name"] for one in people if squeezed(one["name"]) in text] == []
    assert model["person_id"] is None


def test_the_information_form_has_a_page_for_each(prints: dict[str, Print]) -> None:
    model, path = prints["information-form"]
    pages = pages_of(path)
    assert len(pages) == len(model["people"])
    for person, page in zip(model["people"], pages, strict=True):
        shown = squeezed(page)
        assert person["name"] in shown
        assert [post["text"] for post in person["posts"] if squeezed(post["text"]) not in shown] == []


def test_a_file_of_one_person_proves_itself(prints: dict[str, Print], opened: App) -> None:
    first = prints["information-form"].model["people"][0]
    document = documents.named("information-form")
    found = documents.content(opened, document, opened.views.at(), person=first["person_id"])
    lines = verify.check(verify.attachments(documents.printed(opened, document, found)))
    assert any(first["name"] in line for line in lines)
