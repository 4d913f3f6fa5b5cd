"""An English print: the product's and the plan's words are English, what people typed stays as they typed it."""

import re
from typing import Any

import pytest

from exports.documents import DOCUMENTS, Asked, model_of
from exports.english import in_english
from exports.paper import manuscript
from tests.exports import dossiers
from tests.exports.documents.conftest import DAY, Print
from tests.support.story import BATCH

pytestmark = pytest.mark.slow

CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff00-\uffee]")  # the wide space sets things apart in both
WORDS = {"三": "Three", "干事": "Officer", "处室推荐": "Office"}


def told(**said: Any) -> dict[str, Any]:
    return in_english(said | {"batch": {"in_english": WORDS}})


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"tier_label": "三"}, "Three"),
        ({"grade_label": "优秀"}, "excellent"),
        ({"label": "T1 年龄"}, "T1 age"),
        ({"label": "决议：通过"}, "resolution reached: passed"),
        ({"label": "2024年度"}, "2024"),
        ({"round": "增补（2025-05-12动议）"}, "supplement (moved 2025-05-12)"),
        ({"limit_text": "干事、三"}, "Officer, Three"),
        ({"before_text": "1983年6月18日", "before": "1983-06-18"}, "18 Jun 1983"),
        ({"text": "男", "key": "gender", "value": "male"}, "male"),
        ({"text": "干事", "label": "干事", "value": "officer"}, "Officer"),
        ({"after_text": "优秀", "after": "excellent"}, "excellent"),
    ],
)
def test_a_term_is_told_in_english_alone_or_among_others(said: dict[str, str], shown: str) -> None:
    assert told(entries=[said])["entries"][0][next(iter(said))] == shown


@pytest.mark.parametrize("typed", ["优秀", "合格", "男", "干事", "2024年3月1日"])
@pytest.mark.parametrize(
    "beside",
    [
        {"text": "title", "key": "title", "value": ...},  # a fact
        {"text": "opinion", "label": "初步人选", "value": "three"},  # an opinion, beside the code of a tier
        {"value": "appraisal", "label": "2023年度考核"},
        {"before": "fact", "after": "fact", "before_text": "fact", "after_text": "fact"},
        {"summary": "summary"},
        {"appraisal": "appraisal"},
        {"approver": "approver"},
        {"reason": "reason", "comment": "comment", "statement": "statement", "unit": "unit"},
    ],
)
def test_what_was_typed_stays_where_it_is_a_product_word(typed: str, beside: dict[str, Any]) -> None:
    said = {key: one if key in ("key", "label") or one == "three" else typed for key, one in beside.items()}
    kept = {key: one for key, one in said.items() if one == typed}
    shown = told(entries=[said])["entries"][0]
    assert {key: shown[key] for key in kept} == kept


def test_what_there_is_in_english_already_is_shown() -> None:
    assert told(steps=[{"text": "公布结果。", "text_en": "Announced."}])["steps"][0]["text"] == "Announced."


@pytest.mark.parametrize("typed", ["同意，优秀。", "优秀的三名干事", "干事（2024）"])
@pytest.mark.parametrize("key", ["text", "reason", "name", "appraisal", "comment"])
def test_what_was_typed_stays(typed: str, key: str) -> None:
    assert told(**{key: typed})[key] == typed


def test_the_chinese_model_and_the_attachment_stay_as_they_are() -> None:
    model = dossiers.rich_dossier()
    before = repr(model)
    in_english(model)
    assert repr(model) == before


@pytest.mark.parametrize("kind", [one.kind for one in DOCUMENTS.values() if one.has_blank])
def test_a_blank_form_in_english_is_english_throughout(opened: Any, kind: str) -> None:
    document = DOCUMENTS[kind]
    model = model_of(document, Asked(moment=opened.views.at(DAY), batch=BATCH, blank=True)).model_dump(mode="json")
    shown = re.sub(r"<[^>]+>", "\n", manuscript(document.layout, model, "en").html)
    assert [line for line in shown.split("\n") if CHINESE.search(line)] == []


@pytest.mark.parametrize("kind", list(DOCUMENTS))
def test_no_label_of_a_document_is_left_in_chinese(prints: dict[str, Print], kind: str) -> None:
    shown = in_english(prints[kind].model)
    assert {where: text for where, text in labels(shown) if CHINESE.search(text)} == {}


def labels(value: Any, where: str = "") -> list[tuple[str, str]]:
    """Every text under a name that says it is a label."""
    if isinstance(value, dict):
        return [
            found for key, inner in value.items() if key != "in_english" for found in labels(inner, f"{where}.{key}")
        ]
    if isinstance(value, list):
        return [found for inner in value for found in labels(inner, where)]
    return [(where, value)] if isinstance(value, str) and re.search(r"[._]label$|\.(ground|horizon)$", where) else []
