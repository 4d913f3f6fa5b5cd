"""The proceedings tell every step of a round in its order, with the body that took it and the document's number."""

from datetime import date

import pytest

from api.main import App
from domain.events.vacancy import MotionRaised
from exports.documents import DOCUMENTS, Asked, model_of
from tests.exports.documents.conftest import Print
from tests.exports.prints import text_of
from tests.support.story import BATCH

pytestmark = pytest.mark.slow


def test_the_first_round_goes_from_the_plan_to_the_notice(prints: dict[str, Print]) -> None:
    model, path, _ = prints["selection-proceedings"]
    steps = model["content"]["steps"]
    labels = [one["label"] for one in steps]
    in_order = [
        "方案公布",
        "民主推荐",
        "资格审查",
        "综合考评完成",
        "确定初步人选",
        "党委会召开",
        "决议：通过",
        "结果公布",
    ]
    assert sorted(in_order, key=labels.index) == in_order
    assert [one["on"] for one in steps] == sorted(one["on"] for one in steps)
    assert steps[0]["documents"]
    assert steps[0]["documents"][0] in text_of(path)
    assert {one["body"] for one in steps} == {"body_office", "body_group", "body_committee"}


def test_those_with_whom_the_same_was_done_stand_in_one_line(prints: dict[str, Print]) -> None:
    steps = prints["selection-proceedings"].model["content"]["steps"]
    [passed] = [one for one in steps if (one["label"], one["on"]) == ("决议：通过", "2024-03-14")]
    assert len(passed["names"]) == passed["count"] == 11
    [failed] = [one for one in steps if one["label"] == "决议：未通过"]
    assert failed["names"] == ["陆昇"]


def test_a_supplement_has_proceedings_of_its_own(opened: App) -> None:
    moment = opened.views.at(date(2024, 12, 31))
    motions = model_of(DOCUMENTS["supplement-motion"], Asked(moment=moment, batch=BATCH)).model_dump(mode="json")
    assert len(motions["content"]["motions"]) == 1
    [turn] = {row.key for row in moment.facts.all(BATCH, MotionRaised)}
    found = model_of(DOCUMENTS["selection-proceedings"], Asked(moment=moment, batch=BATCH, round=turn))
    told = found.model_dump(mode="json")["content"]
    assert [one["label"] for one in told["steps"]][:2] == ["增补动议", "党委会召开"]
    assert [one["name"] for one in told["people"]] == ["瞿喆"]
    assert {name for one in told["steps"] for name in one["names"]} == {"瞿喆"}
