"""A photo is a picture that can be seen, whatever way it comes in; the refusal is in words (D1)."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from domain.errors import Malformed
from domain.photo import MOST_BYTES, check_photo, fault
from tests.support.stages import Programme

SOMEBODY = {"name": "周宁", "gender": "male", "birth_date": "1985-05-01"}
WHY = {"reason": "换照片"}


def picture(form: str, size: tuple[int, int] = (27, 37)) -> bytes:
    written = BytesIO()
    Image.new("RGB" if form != "GIF" else "P", size).save(written, form)
    return written.getvalue()


def bomb() -> bytes:
    """A small file of a very large picture."""
    written = BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_is_taken(form: str) -> None:
    assert fault(picture(form)) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"not an image", b"<svg onload='x'/>", picture("PNG")[:60], picture("JPEG")[:-40], picture("GIF"),
     bytes(MOST_BYTES + 1), bomb()],
    ids=["empty", "text", "svg", "broken png", "broken jpeg", "gif", "too many bytes", "too many pixels"],
)  # fmt: skip
def test_what_is_none_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        check_photo(content)
    assert not re.search("[A-Za-z_]{5,}", refused.value.zh.replace("JPEG", "").replace("PNG", ""))


WAYS: dict[str, Callable[[Programme, str], Programme]] = {
    "registered": lambda school, photo: school.when("register-person", **SOMEBODY, photo=photo),
    "changed": lambda school, photo: school.when(
        "change-person-fact", person=school.person(), field="photo", now=photo
    ),
    "registered again": lambda school, photo: registered(school).when("register-person", **SOMEBODY, photo=photo),
    "corrected": lambda school, photo: registered(school).when(
        "correct-event", position=school.log.head(), changes={"photo": photo}, **WHY
    ),
    "change corrected": lambda school, photo: changed(school).when(
        "correct-event", position=school.log.head(), changes={"now": photo}, **WHY
    ),
}


def registered(school: Programme) -> Programme:
    school.given("register-person", **SOMEBODY)
    return school


def changed(school: Programme) -> Programme:
    school.given("change-person-fact", person=school.person(), field="photo", now=school.photo("red"))
    return school


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_looks_at_the_photo(school: Programme, way: str) -> None:
    WAYS[way](school, school.file("no picture")).then_fails(Malformed)
    WAYS[way](school, school.photo()).done()


def test_a_photo_taken_before_is_no_obstacle_to_other_corrections(school: Programme, tmp_path: Path) -> None:
    """Nothing of an older archive is looked at again."""
    del tmp_path
    school.given("register-person", **SOMEBODY, photo=school.photo())
    position = school.log.head()
    for file in school.folder.glob("evidence/*/*"):
        file.write_bytes(b"lost" if not file.suffix else file.read_bytes())
    school.when("correct-event", position=position, changes={"title": "一级教师"}, **WHY).done()
