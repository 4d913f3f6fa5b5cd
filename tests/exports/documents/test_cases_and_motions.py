"""The papers of a case and of a motion say what was found, moved and decided, and never who raised it."""

from datetime import date

import pytest

from api.main import App
from domain.errors import Unknown
from domain.events.base import SCHOOL
from domain.events.disqualification import KnownCase
from exports.documents import DOCUMENTS, Asked, model_of
from tests.exports.documents.conftest import DAY, Print
from tests.exports.prints import text_of
from tests.support.story import BATCH

pytestmark = pytest.mark.slow


def test_a_case_goes_from_the_finding_to_the_review(prints: dict[str, Print]) -> None:
    model, path, _ = prints["disqualification-approval"]
    text = text_of(path)
    assert [one["name"] for one in model["people"]] == ["曾志远"]
    told = ("群众意见反应较大", "反映的三件事中两件属实。", "承认沟通不足", "建议取消培养资格。", "责任认定有误")
    assert [words for words in told if words not in text] == []
    assert "同意7票，不同意1票，弃权1票，通过。" in text
    assert "表决事项：申诉成立。" in text


def test_who_raised_the_concern_is_on_no_paper(prints: dict[str, Print]) -> None:
    model, path, _ = prints["disqualification-approval"]
    assert "教职工来信" not in text_of(path)
    assert "教职工来信" not in str(model)


def test_a_concern_that_was_unfounded_has_no_paper(opened: App) -> None:
    moment = opened.views.at(DAY)
    [dismissed] = {row.value.person for row in moment.facts.all(SCHOOL, KnownCase)} - {_decided(opened)}
    with pytest.raises(Unknown):
        model_of(DOCUMENTS["disqualification-approval"], Asked(moment=moment, batch=BATCH, person=dismissed))


def _decided(opened: App) -> str:
    asked = Asked(moment=opened.views.at(DAY), batch=BATCH)
    [one] = model_of(DOCUMENTS["disqualification-approval"], asked).model_dump(mode="json")["people"]
    return str(one["person_id"])


def test_a_motion_names_the_place_its_windows_and_the_answer(prints: dict[str, Print]) -> None:
    model, path, _ = prints["supplement-motion"]
    text = text_of(path)
    first, second = model["content"]["motions"]
    assert [one["consented"] for one in (first, second)] == [True, True]
    assert second["places"][0]["left_by"] == "曾志远"
    assert "取消资格（曾志远）" in text
    assert "■同意增补□不同意增补" in text
    assert {one["name"] for one in model["content"]["people"]} == {"瞿喆", "曾志远", "薛赟"}


def test_a_motion_that_found_no_majority_says_so(opened: App) -> None:
    asked = Asked(moment=opened.views.at(date(2025, 12, 20)), batch=BATCH, tier="five")
    last = model_of(DOCUMENTS["supplement-motion"], asked).model_dump(mode="json")["content"]["motions"][-1]
    assert (last["consented"], last["answer"]["result_label"]) == (False, "未通过")
    assert last["places"][0]["filled_by"] is None


def test_before_any_motion_there_is_no_paper_of_one(opened: App) -> None:
    with pytest.raises(Unknown):
        model_of(DOCUMENTS["supplement-motion"], Asked(moment=opened.views.at(date(2024, 4, 1)), batch=BATCH))
