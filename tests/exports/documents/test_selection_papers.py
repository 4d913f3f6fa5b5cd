"""The papers of a selection say what the committee must see, in the words that it is used to."""

from dataclasses import replace
from datetime import date

import pytest

from api.main import App
from domain.errors import Unknown
from exports.documents import DOCUMENTS, Asked, model_of
from exports.documents.result_announcement import meetings_of
from exports.paper import manuscript
from projections.names import Order
from tests.exports.documents.conftest import DAY, Print
from tests.exports.prints import pages_of, squeezed, text_of
from tests.support.story import BATCH

pytestmark = pytest.mark.slow

_BY_PINYIN = ["盖思远", "陆昇", "区晓堃", "欧阳珺", "查一鸣"]  # Gài, Lù, Ōu, Ōuyáng, Zhā


def test_the_nominations_are_summed_in_the_standard_sentence(prints: dict[str, Print]) -> None:
    model, path, _ = prints["nomination-summary"]
    [ballot] = model["content"]["ballots"]
    text = text_of(path)
    assert (
        "共有{present}人参加推荐，共发票{issued}张，收回{returned}张，其中有效票{valid}张，无效票{invalid}张".format(
            **ballot
        )
        in text
    )
    first = model["content"]["people"][0]
    assert f"{100 * first['ballot']['agree'] / ballot['valid']:.1f}%" in text


def test_the_committee_sees_age_against_the_limit_and_each_exception_with_its_reason(prints: dict[str, Print]) -> None:
    model, path, _ = prints["committee-materials"]
    text = text_of(path)
    assert "46岁，超过45岁（要求45岁以下）例外" in text
    crossed = [entry for one in model["content"]["people"] for entry in one["exceptions"]]
    assert {entry["verdict"] for entry in crossed} == {"exception", "caution"}
    assert [entry["reason"] for entry in crossed if squeezed(entry["reason"]) not in text] == []


def test_the_ballot_paper_and_the_record_of_the_vote_name_each_candidate_once(prints: dict[str, Print]) -> None:
    model, path, _ = prints["committee-materials"]
    ballot, record = (squeezed(page) for page in pages_of(path)[-2:])
    assert "党委会表决票" in ballot
    assert "党委会表决记录" in record
    for one in model["content"]["people"]:
        assert ballot.count(one["name"]) == record.count(one["name"]) == 1
    assert ballot.count("□") == 3 * len(model["content"]["people"])


def test_only_who_passed_is_announced(prints: dict[str, Print]) -> None:
    text = text_of(prints["result-announcement"].path)
    assert "陆昇" not in text
    assert "确定以下11名同志" in text
    assert "（按姓氏笔画为序）：" in text
    assert text.index("仇建国") < text.index("单明远") < text.index("顾晓玥")
    assert "2024年3月14日学校党委会讨论决定" in text


def test_who_was_passed_a_year_later_and_never_admitted_is_not_announced_with_the_first_round(opened: App) -> None:
    document = DOCUMENTS["result-announcement"]
    asked = Asked(moment=opened.views.at(date(2025, 7, 31)), batch=BATCH)
    model = model_of(document, asked).model_dump(mode="json")
    [letter] = model["content"]["announcements"]
    assert (letter["decided_on"], letter["pending"], len(letter["people"])) == ("2024-03-14", 0, 11)
    assert "2024年3月14日学校党委会讨论决定，确定以下11名同志" in manuscript(document.layout, model, "zh").html
    [_, (later, _)] = meetings_of(asked)
    with pytest.raises(Unknown, match="Nothing is to be announced"):
        model_of(document, replace(asked, meeting=later))


def test_everybody_of_the_round_is_assessed_admitted_or_not_by_strokes(opened: App) -> None:
    asked = Asked(moment=opened.views.at(DAY), batch=BATCH, tier="five")
    people = model_of(DOCUMENTS["comprehensive-assessment"], asked).model_dump(mode="json")["people"]
    assert [one["name"] for one in people] == ["区晓堃", "陆昇", "欧阳珺", "查一鸣", "盖思远"]


def test_a_tier_that_the_plan_has_not_is_refused_with_those_it_has(opened: App) -> None:
    asked = Asked(moment=opened.views.at(DAY), batch=BATCH, tier="six")
    for kind in ("result-announcement", "annual-evaluation"):
        with pytest.raises(Unknown, match="no tier six"):
            model_of(DOCUMENTS[kind], asked)


def test_on_request_names_are_listed_by_pinyin_and_the_notice_says_so(opened: App) -> None:
    document = DOCUMENTS["result-announcement"]
    asked = Asked(moment=opened.views.at(DAY), batch=BATCH, order=Order.PINYIN)
    model = model_of(document, asked).model_dump(mode="json")
    html = manuscript(document.layout, model, "zh").html
    assert "（按姓氏拼音为序）：" in html
    assert html.index("顾晓玥") < html.index("仇建国") < html.index("单明远")


@pytest.mark.parametrize("kind", ["comprehensive-assessment", "training-register", "nomination-summary"])
def test_whoever_is_on_a_sheet_or_in_a_row_comes_in_that_order(opened: App, kind: str) -> None:
    asked = Asked(moment=opened.views.at(DAY), batch=BATCH, tier="five", order=Order.PINYIN)
    found = model_of(DOCUMENTS[kind], asked).model_dump(mode="json")
    names = [one["name"] for one in found["people"] or found["content"]["people"]]
    assert [one for one in names if one in _BY_PINYIN] == [one for one in _BY_PINYIN if one in names]
    assert len(names) > 2


def test_the_year_counts_its_grades(prints: dict[str, Print]) -> None:
    people = prints["annual-review-summary"].model["content"]["people"]
    graded = sum(one["grade"] == "qualified" for one in people)
    assert graded
    assert f"合格{graded}人" in text_of(prints["annual-review-summary"].path)
