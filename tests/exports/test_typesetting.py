"""Text made ready for type: what stays on one line, which face a name gets, how days read."""

import re

import pytest

from exports import glyphs
from exports.typesetting import typeset

RARE, HEI_OR_KAI = "张𬎆", "\U0002c386"


def marked(html: str, language: str = "zh") -> str:
    return typeset(html, language).replace("\N{WORD JOINER}", "~")


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("<p>确定以下人选。</p>", "<p>确定以下~人~选~。</p>"),
        ("<td>办公室</td>", "<td>办~公~室</td>"),
        ("<p>摘要01ff2</p>", "<p>摘要01ff2</p>"),
        ("<h1>第二批干部\n结果公布</h1>", "<h1>第二批~干~部\n结果~公~布</h1>"),
        ("<p>见<b>附件</b></p>", "<p>见<b>~附~件</b></p>"),
        ("<p>甲乙丙丁<sup>12</sup></p>", "<p>甲乙~丙~丁<sup>12</sup></p>"),
        ("<p>甲&amp;乙丙</p>", "<p>甲&amp;~乙~丙</p>"),
        ("<p>甲乙丙丁。<br>戊己庚辛</p>", "<p>甲乙~丙~丁~。<br>戊己~庚~辛</p>"),
    ],
)
def test_the_last_characters_of_a_line_stay_together(written: str, set_: str) -> None:
    assert marked(written) == set_


@pytest.mark.parametrize("whole", ["2024年3月14日", "2024年3月", "11名", "第5次", "22.5学时", "68.2%"])
def test_a_day_or_a_number_with_its_unit_is_on_one_line(whole: str) -> None:
    shown = marked(f"<p>前{whole}后面还有很多字</p>")
    assert whole in shown.replace("~", "")
    assert not re.search(r"\d[年月日名次学]|[年月第]\d", shown)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("增补（2025-05-12动议）", "增补（2025年5月12日动议）"),
        ("党委会 2024-09-02。", "党委会 2024年9月2日。"),
        ("2024-02-31", "2024-02-31"),
        ("总结2024-03-14.pdf", "总结2024-03-14.pdf"),
        ("文号12-2024-03-14-7", "文号12-2024-03-14-7"),
    ],
)
def test_days_are_told_in_chinese_where_they_are_days(written: str, told: str) -> None:
    assert marked(f"<p>{written}</p>").replace("~", "") == f"<p>{told}</p>"
    assert written in marked(f"<p>{written}</p>", "en").replace("~", "")


def test_a_name_is_set_in_one_face_that_has_all_of_it() -> None:
    shown = marked(f"<td>{RARE}</td><p>同意{RARE}等人列入名单</p>").replace("~", "")
    assert shown == (
        f'<td><span class="in-kai">{RARE}</span></td><p>同意<span class="in-kai">{RARE}</span>等人列入名单</p>'
    )
    assert set(RARE) <= glyphs.faces()["kai"]
    assert HEI_OR_KAI not in glyphs.faces()["song"]


def test_a_name_that_kai_lacks_is_set_in_song_and_where_none_is_known_the_ideographs_around_stay_together() -> None:
    [lacked, *_] = sorted(glyphs.faces()["song"] - glyphs.faces()["kai"] - set(map(chr, range(0x2E80, 0x3400))))[-1:]
    assert f'<span class="in-song">王{lacked}</span>' in marked(f"<p>（王{lacked}）同志</p>").replace("~", "")


def test_a_name_in_a_drawing_gets_its_face_by_an_attribute() -> None:
    assert 'font-family="Tidui Kai">' in marked(f"<svg><text x='1'>{RARE}</text></svg>")


def test_common_names_stay_as_they_are() -> None:
    assert "<span" not in marked("<td>顾晓玥</td><td>王喆</td>")


def test_quotes_in_kai_have_the_width_of_a_character() -> None:
    assert marked('<p class="below-title">“三”</p><p>“四”</p>').count('<span class="in-song">') == 2


@pytest.mark.parametrize("selector", ["\ufe00", "\ufe0f", "\U000e0100", "\U000e01ef"])
def test_the_choice_of_a_variant_leaves_no_mark_on_paper(selector: str) -> None:
    shown, undrawn = glyphs.shown({"people": [{"name": f"葛{selector}", "text": f"葛{selector}A"}]})
    assert (shown, undrawn) == ({"people": [{"name": "葛", "text": "葛A"}]}, [])
