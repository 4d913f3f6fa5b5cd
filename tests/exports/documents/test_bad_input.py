"""What nobody should hand in: the document says which field it is, or shows the text as text."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from exports.documents import DOCUMENTS
from exports.errors import TextTooLong
from exports.paper import manuscript, pressed
from exports.pdf import pictures
from tests.exports.documents.conftest import Print
from tests.exports.prints import text_of
from tests.support.press import SharedPress

pytestmark = pytest.mark.slow

FORM = DOCUMENTS["information-form"]


def bomb() -> bytes:
    """A small file of a very large picture."""
    written = BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(
    "photo", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"broken", bytes(20 * 2**20 + 1), bomb()], ids=range(5)
)
def test_a_form_with_a_photo_that_is_none_is_printed_with_a_remark(
    prints: dict[str, Print], press: SharedPress, photo: bytes
) -> None:
    """Since photos are looked at when they are recorded, only an older archive has such a one: it is no ground to
    refuse its papers for good."""
    model = prints["information-form"].model
    person = model["people"][0]
    made = manuscript(FORM.layout, model, "zh", {person["person_id"]: photo})
    assert made.html.count("<img") == 1 + manuscript(FORM.layout, model, "zh").html.count("<img")
    assert pressed(made, model, press).startswith(b"%PDF")
    assert pictures.reencode(made.pictures[person["person_id"]]) == pictures.remark()


def test_a_photo_is_set_in_its_place(prints: dict[str, Print], press: SharedPress, photo: bytes) -> None:
    model = prints["information-form"].model
    person = model["people"][0]
    plain = manuscript(FORM.layout, model, "zh")
    made = manuscript(FORM.layout, model, "zh", {person["person_id"]: photo})
    assert made.html.count("<img") == 1 + plain.html.count("<img")
    assert pressed(made, model, press).startswith(b"%PDF")


def test_a_word_without_end_is_refused_by_its_field(prints: dict[str, Print]) -> None:
    model: dict[str, Any] = prints["information-form"].model
    first = model["people"][0] | {"family": [{"label": "W" * 200_000, "value": "", "source": 1}]}
    with pytest.raises(TextTooLong) as refused:
        manuscript(FORM.layout, model | {"people": [first]}, "zh")
    assert refused.value.field == "people[0].family[0].label"


def test_a_character_that_no_face_has_is_shown_by_its_code(prints: dict[str, Print]) -> None:
    text = text_of(prints["annual-evaluation-ugly"].path)
    assert "表现突出〔U+1F600〕" in text
    assert "部分字符没有可用的字形，以代码表示：〔U+1F600〕" in text
