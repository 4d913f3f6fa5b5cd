"""A blank form has the headings and the rows of the filled one: whoever fills it in by hand lacks no place."""

import re

import pytest

from exports.documents import DOCUMENTS
from exports.paper import manuscript
from tests.exports.documents.conftest import Print

pytestmark = pytest.mark.slow

KINDS = [one.kind for one in DOCUMENTS.values() if one.has_blank]
# Rows that are there only where something happened that a form does not foresee.
_INCIDENTS = {"暂停培养", "当前状态", "优先条件"}
# A filled table leaves out what none of its rows has; a blank one has the column for all of it (内容与鉴定, 起止时间).
_NARROWER = {"内容", "日期", "鉴定意见"}


def headings(print_: Print, kind: str) -> set[str]:
    html = manuscript(DOCUMENTS[kind].layout, print_.model, "zh").html
    return {re.sub(r"<[^>]*>|\s", "", one) for one in re.findall(r"<th[^>]*>(.*?)</th>", html, re.DOTALL)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_has_every_heading_of_the_filled_form(prints: dict[str, Print], kind: str) -> None:
    lacking = headings(prints[kind], kind) - headings(prints[f"{kind}-blank"], kind) - _INCIDENTS - _NARROWER
    assert lacking == set()
