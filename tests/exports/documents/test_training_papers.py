"""The papers of training say what was agreed, how a post was filled, and what the cycle came to."""

from datetime import date
from pathlib import Path

import pytest

from api.main import App
from domain.errors import Malformed, Unknown
from exports.documents import DOCUMENTS, Asked, model_of
from exports.paper import manuscript, pressed
from tests.exports.documents.conftest import DAY, Print
from tests.exports.prints import text_of
from tests.support.press import SharedPress
from tests.support.story import BATCH

pytestmark = pytest.mark.slow

AT_THE_END = date(2027, 3, 13)


def test_a_pairing_is_agreed_for_its_year_by_three_parties(prints: dict[str, Print]) -> None:
    model, path, _ = prints["pairing-agreement"]
    text = text_of(path)
    assert {one["tier"] for one in model["people"]} == {"four"}
    assert {one["year"] for one in model["people"]} == {2024}
    assert "本次为2024培养年度，自2024年3月26日起，至2025年3月13日止" in text
    assert text.count("乙方（结对导师）：") == len(model["people"])


def test_a_pairing_of_another_year_is_left_out(opened: App) -> None:
    asked = Asked(moment=opened.views.at(AT_THE_END), batch=BATCH, year=2025)
    found = model_of(DOCUMENTS["pairing-agreement"], asked).model_dump(mode="json")["people"]
    assert {one["year"] for one in found} == {2025}


def test_a_placement_that_goes_on_has_no_opinion_yet(opened: App, prints: dict[str, Print]) -> None:
    people = prints["placement-appraisal"].model["people"]
    assert {one["tier"] for one in people} == {"three"}
    for one in people:
        assert bool(one["end"]) == bool(one["appraisal"])
    first = people[0]
    early = opened.views.at(date.fromisoformat(first["start"]))
    asked = Asked(moment=early, batch=BATCH, person=first["person_id"])
    [found] = model_of(DOCUMENTS["placement-appraisal"], asked).model_dump(mode="json")["people"]
    assert (found["department"], found["end"], found["appraisal"]) == (first["department"], None, None)


def test_who_has_no_record_of_the_kind_has_no_paper(opened: App, prints: dict[str, Print]) -> None:
    someone = prints["placement-appraisal"].model["people"][0]["person_id"]
    with pytest.raises(Unknown) as refused:
        model_of(DOCUMENTS["pairing-agreement"], Asked(moment=opened.views.at(DAY), batch=BATCH, person=someone))
    assert "结对培养协议书" in refused.value.zh
    with pytest.raises(Malformed):
        model_of(DOCUMENTS["placement-appraisal"], Asked(moment=opened.views.at(DAY), batch=BATCH, year=2024))


def test_the_end_of_the_cycle_ticks_the_one_outcome(opened: App, press: SharedPress, tmp_path: Path) -> None:
    document = DOCUMENTS["cycle-appraisal"]
    asked = Asked(moment=opened.views.at(AT_THE_END), batch=BATCH, tier="three")
    model = model_of(document, asked).model_dump(mode="json")
    path = tmp_path / "end.pdf"
    path.write_bytes(pressed(manuscript(document.layout, model, "zh"), model, press))
    text = text_of(path)
    assert "■提拔任用□进入更高培养梯队□延长培养期□终止培养党委决议：2027年3月8日党委会2027年第5次会议" in text
    assert text.count("■") == sum(1 for one in model["people"] if one["outcome"])
    assert [len(one["years"]) for one in model["people"]] == [3] * len(model["people"])
    assert "培养期内完成各项任务" in text
