"""干部任免审批表 read back: what the dossier says stands in the elements that other programs look for."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from api.main import App
from exports import appointment
from exports.appointment import appointment_form
from exports.errors import Unprintable
from projections.dossier import Dossier, dossier
from projections.people import people
from tests.support.story import BATCH, at_its_end

PROMOTED = "单明远"


@pytest.fixture(scope="module")
def opened(story_home: Path) -> Iterator[App]:
    with at_its_end(story_home) as app:
        yield app


@pytest.fixture(scope="module")
def promoted(opened: App) -> Dossier:
    moment = opened.views.at()
    (who,) = people(moment, PROMOTED).people
    return dossier(moment, who.person_id, BATCH)


def read(found: Dossier, photo: bytes | None = None) -> dict[str, str]:
    root = fromstring(appointment_form(found, photo))
    assert root.tag == "Person"
    assert [child.tag for child in root] == list(appointment._ELEMENTS)
    return {child.tag: child.text or "" for child in root}


def changed(found: Dossier, **texts: str) -> Dossier:
    """The dossier with other texts, or values, in its form."""
    form = found.parts.information_form
    fields = [
        field.model_copy(update={"text": texts[field.key], "value": texts[field.key]}) if field.key in texts else field
        for field in form.fields
    ]
    assert texts.keys() <= {field.key for field in form.fields}
    parts = found.parts.model_copy(update={"information_form": form.model_copy(update={"fields": fields})})
    return found.model_copy(update={"parts": parts})


def test_who_is_promoted_stands_there_with_words_and_months(promoted: Dossier) -> None:
    said = read(promoted)
    assert (said["XingMing"], said["XingBie"]) == (PROMOTED, "男")
    assert said["ChuShengNianYue"] == "198306"
    assert said["NiRenZhiWu"] == "教务处副主任"
    assert said["ChengBaoDanWei"] == promoted.batch.committee
    assert said["JiSuanNianLingShiJian"] == f"{promoted.as_of:%Y%m%d}"
    texts = {field.key: field.text for field in promoted.parts.information_form.fields}
    assert (said["MinZu"], said["QuanRiZhiJiaoYu_XueLi"]) == (texts["ethnicity"] or "", texts["education"] or "")


def test_posts_are_a_line_each_and_lines_end_as_on_windows(promoted: Dossier) -> None:
    form = promoted.parts.information_form
    first = form.posts[0].model_copy(update={"start": date(2015, 9, 1), "end": date(2020, 8, 1), "text": "班主任"})
    last = first.model_copy(update={"start": date(2020, 8, 1), "end": None, "text": "教研\n组长"})
    parts = promoted.parts.model_copy(update={"information_form": form.model_copy(update={"posts": [first, last]})})
    found = promoted.model_copy(update={"parts": parts})
    assert read(found)["JianLi"].splitlines() == ["2015.09--2020.08  班主任", "2020.08--         教研 组长"]
    assert "班主任\r\n2020.08".encode() in appointment_form(found, None)


def test_markup_emoji_and_rare_characters_come_back(promoted: Dossier) -> None:
    for name in ("<b>&amp;]]>", "张䶮𬭚", "好👍", "=cmd|'/c calc'!A1"):
        assert read(changed(promoted, name=name))["XingMing"] == name


def test_a_character_that_xml_cannot_hold_names_its_element(promoted: Dossier) -> None:
    for wrong in ("\x00", "\x1b", "\ufffe"):
        with pytest.raises(Unprintable, match="XingMing"):
            appointment_form(changed(promoted, name=f"单{wrong}"), None)


@pytest.mark.parametrize(
    ("status", "written"),
    [("member", "200407"), ("probationary", "200407"), ("democratic_party", "200407；democratic_party"), ("none", "")],
)
def test_when_somebody_joined_the_party(status: str, written: str, promoted: Dossier) -> None:
    found = changed(promoted, party_status=status, party_joined_on="2004-07-01")
    assert read(found)["RuDangShiJian"] == written


def test_the_photo_is_inside_and_the_same_dossier_gives_the_same_bytes(promoted: Dossier, photo: bytes) -> None:
    assert b64decode(read(promoted, photo)["ZhaoPian"]) == photo
    assert appointment_form(promoted, photo) == appointment_form(promoted, photo)
    assert read(promoted)["ZhaoPian"] == ""


def test_what_is_no_picture_stays_out(promoted: Dossier) -> None:
    assert read(promoted, b"<svg onload='x'/>")["ZhaoPian"] == ""
