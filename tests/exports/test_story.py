"""Dossiers of the story, as the view really gives them: what a committee must find on its table, and what not."""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pytest

from api import dossiers
from domain import language, school
from exports.dossier import dossier_manuscript, dossier_pdf
from exports.trail import told
from exports.typesetting import in_words
from projections.dossier import content_hash
from tests.exports.prints import pages_of, squeezed, text_of
from tests.support.press import SharedPress
from tests.support.story import BATCH, at_its_end

pytestmark = pytest.mark.slow

APPEALED, CORRECTED, DISQUALIFIED = "曾志远", "单明远", "查一鸣"
_LIKE_HEX = set("0123456789abcdef")
CODES = {
    code.value
    for codes in vars(language).values()
    if isinstance(codes, type) and issubclass(codes, StrEnum)
    for code in codes
    if not set(code.value) <= _LIKE_HEX
}


class Print(NamedTuple):
    model: dict[str, Any]
    path: Path


@pytest.fixture(scope="session")
def story(story_home: Path, press: SharedPress, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Print]:
    folder = tmp_path_factory.mktemp("story")
    prints = {}
    with at_its_end(story_home) as opened:
        moment = opened.views.at()
        people = {school.name_of(moment.facts, m.person): m.person for m in school.members(moment.facts, BATCH)}
        for name in (APPEALED, CORRECTED, DISQUALIFIED):
            model = dossiers.whole(opened, opened.views.at(), people[name], BATCH).model_dump(mode="json")
            prints[name] = Print(model, folder / f"{name}.pdf")
            prints[name].path.write_bytes(dossier_pdf(model, press))
    return prints


@pytest.fixture(params=[APPEALED, CORRECTED, DISQUALIFIED])
def one(request: pytest.FixtureRequest, story: dict[str, Print]) -> Print:
    return story[request.param]


def resolutions(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("resolved"):
            yield value["resolved"]
        for inner in value.values():
            yield from resolutions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from resolutions(inner)


def test_nobody_reads_a_code_or_an_id(one: Print) -> None:
    text = text_of(one.path).replace(one.model["number"], "").replace(one.model["origin"], "")
    assert re.findall(r"\b[a-z]-[0-9a-z]{16}|[a-z]+_[a-z]+", text) == []
    assert [code for code in CODES if code in text] == []


def test_it_is_no_longer_than_one_reads_in_a_meeting(one: Print) -> None:
    assert 8 <= len(pages_of(one.path)) <= 14


def test_no_page_but_the_last_is_nearly_empty(one: Print) -> None:
    for page in pages_of(one.path)[2:-1]:
        assert len(squeezed(page)) > 250, page


def test_a_resolution_is_named_by_its_meeting_and_day(one: Print) -> None:
    text = text_of(one.path)
    found = list(resolutions(one.model["parts"]))
    assert found
    for resolved in found:
        year, month, day = map(int, resolved["on"].split("-"))
        assert squeezed(f"{year}年{month}月{day}日{resolved['meeting']}") in text


def test_the_record_tells_what_no_table_shows_and_how_much_there_is(one: Print) -> None:
    text, trail = text_of(one.path), one.model["trail"]
    shown = told(trail)
    assert f"共有{len(trail)}条记录，此处列出{len(shown)}条" in text
    assert len(shown) < len(trail) / 2
    assert [entry["position"] for entry in shown if squeezed(in_words(entry["sentence"])) not in text] == []


def test_what_was_corrected_or_late_says_so(story: dict[str, Print]) -> None:
    text = text_of(story[CORRECTED].path)
    [correction] = story[CORRECTED].model["corrections"]
    assert f"（已由第{correction['source']}号记录更正）" in text
    assert "（补录于2024年6月3日" in text


def test_an_ended_training_has_no_empty_form_to_fill_in(story: dict[str, Print]) -> None:
    text = text_of(story[DISQUALIFIED].path)
    assert "（七）培养期满结果无" in text
    assert "（三）岗位锻炼无" in text
    assert "年月日" not in text
    assert "取消培养资格决定" in text


def test_what_is_attached_proves_itself(one: Print) -> None:
    with pikepdf.open(one.path) as pdf:
        attached = json.loads(pdf.attachments["dossier.json"].get_file().read_bytes())
    assert content_hash(attached) == one.model["hash"]
    assert attached | {"position": None} == one.model | {"position": None}
    assert f"依据第{one.model['rests_on']}号记录" in text_of(one.path)


def test_an_unrelated_record_leaves_the_print_alone(one: Print) -> None:
    later = one.model | {"position": one.model["position"] + 1}
    assert dossier_manuscript(later).key == dossier_manuscript(one.model).key


def test_it_prints_in_english(story: dict[str, Print], press: SharedPress, tmp_path: Path) -> None:
    (tmp_path / "english.pdf").write_bytes(dossier_pdf(story[APPEALED].model, press, language="en"))
    assert "Recordofdecisions" in text_of(tmp_path / "english.pdf")
