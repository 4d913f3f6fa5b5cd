"""The access register tells every entry of the access log about a person until the day, and the log hands it over."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from api import documents
from api.access import Act, Entry
from api.main import App
from domain.language import Capacity
from exports.documents import DOCUMENTS
from exports.documents.access_register import _line
from tests.exports.documents.conftest import Print
from tests.exports.prints import text_of
from tests.support.story import BATCH

pytestmark = pytest.mark.slow


def test_an_entry_tells_when_who_how_what_and_why(prints: dict[str, Print]) -> None:
    text = text_of(prints["access-register"].path)
    assert "2025年6月3日09:30office-1党政办经办人查看" in text
    assert "申请查阅" in text
    assert "考察需要。" in text
    assert "后备干部培养登记表abababababab" in text


def test_what_is_no_document_has_its_name_too() -> None:
    entry = Entry(at=datetime(2025, 6, 3, tzinfo=UTC), who="office_clerk", capacity=Capacity.AUDITOR, act=Act.EXPORT)
    assert _line(replace(entry, what="bundle"))["what"] == "证据包"
    assert _line(replace(entry, what="appointment-form"))["what"] == "干部任免审批表"


def test_what_was_read_after_the_day_is_not_told(prints: dict[str, Print]) -> None:
    for one in prints["access-register"].model["people"]:
        assert [entry["at"][:10] for entry in one["accesses"]] == ["2025-06-03", "2025-06-04", "2025-06-05"]


def test_reading_the_register_is_in_the_register(opened: App, prints: dict[str, Print]) -> None:
    person = prints["access-register"].model["people"][0]["person_id"]
    asked = {"person": person, "batch": BATCH}

    def read() -> list[dict[str, str]]:
        found = documents.view(opened, DOCUMENTS["access-register"], opened.views.at(date(2027, 12, 31)), **asked)
        return list(found.model_dump(mode="json")["people"][0]["accesses"])

    before, after = read(), read()
    assert len(after) == len(before) + 1
    assert (after[-1]["act"], after[-1]["what"]) == ("act_view", "后备干部档案查阅登记表")
