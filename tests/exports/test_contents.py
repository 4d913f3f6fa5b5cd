"""What goes into the dossier's print, before it is set: which records are told, which columns there are, which text."""

from typing import Any

import pytest

from domain.events import EVENT_TYPES
from exports import dossier, glyphs, wording
from exports.trail import IN_TABLES, told
from exports.training_register import sections
from tests.exports import dossiers

SAY = wording.words("zh")


def measure(kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "label": kind, "title": "题", "year": 2024, "start": "2024-04-01", "source": 1} | more


def test_types_with_a_table_of_their_own_exist_and_are_named_once() -> None:
    named = [kind for kinds in IN_TABLES.values() for kind in kinds]
    assert set(named) <= {cls.KIND for cls in EVENT_TYPES.values()}
    assert len(named) == len(set(named))


@pytest.mark.parametrize("mark", [{"late": True}, {"corrected_by": 9}, {"withdrawn_by": 9}])
def test_a_remarkable_record_is_told_although_a_table_shows_it(mark: dict[str, Any]) -> None:
    quiet = {"type": "attendance-recorded", "late": False, "corrected_by": None, "withdrawn_by": None}
    assert told([quiet]) == []
    assert told([quiet | mark]) == [quiet | mark]


def test_a_type_that_came_later_is_told() -> None:
    assert told([{"type": "moon-landed"}]) == [{"type": "moon-landed"}]


def test_a_section_has_the_columns_that_have_something_to_say() -> None:
    placement, mentoring, own, talk = sections(
        [measure("placement", appraisal="好", end="2024-06-01"), measure("talk", text="谈")], SAY
    )
    assert placement.labels == ["年度", "部门与岗位", "鉴定意见", "起止时间"]
    assert talk.labels == ["年度", "项　　目", "内　　容", "日　　期"]
    assert (mentoring.rows, own.rows) == ([], [])
    assert sum(placement.widths) == sum(talk.widths) == 156


def test_text_and_appraisal_share_a_column() -> None:
    [_, mentoring, *_] = sections([measure("mentoring", text="目标。", appraisal="完成。")], SAY)
    assert mentoring.rows[0].text == "目标。鉴定：完成。"


def test_a_kind_that_came_later_has_a_section_with_its_name() -> None:
    later = sections([measure("rotation")], SAY)[-1]
    assert (later.heading, later.rows[0].title) == ("其他培养", "rotation：题")


@pytest.mark.parametrize("character", ["\N{THUMBS UP SIGN}", "\0", "\N{RIGHT-TO-LEFT OVERRIDE}", "\ue000", "\u2610"])
def test_a_character_that_cannot_be_drawn_is_shown_by_its_code(character: str) -> None:
    model, codes = glyphs.shown({"parts": [{"title": f"总{character}结"}]})
    assert codes == [f"〔U+{ord(character):04X}〕"]
    assert model == {"parts": [{"title": f"总{codes[0]}结"}]}


def test_what_can_be_drawn_stays_as_it_is() -> None:
    model = {"name": "喆堃珺玥淼昇镕頔䶮𬭚㛃玙璟晞翀赟", "text": "一\n二\t■□〔〕—“”", "seen": [None, 2.5, True]}
    assert glyphs.shown(model) == (model, [])


def test_undrawn_characters_are_listed_and_kept_in_the_attachment() -> None:
    model = dossiers.rich_dossier() | {"name": "顾晓玥👍"}
    manuscript = dossier.dossier_manuscript(model)
    assert "顾晓玥〔U+1F44D〕" in manuscript.html
    assert "以代码表示：〔U+1F44D〕" in manuscript.html
    assert "顾晓玥👍".encode() in manuscript.attachments[0].content


def test_an_earlier_state_of_knowledge_is_named_at_the_foot() -> None:
    model = dossiers.rich_dossier() | {"known_at": "@120"}
    assert "所知截至第120号记录" in dossier.dossier_manuscript(model).html
    assert "所知截至" not in dossier.dossier_manuscript(model | {"known_at": None}).html


def test_a_recorder_is_named_with_the_capacity_where_the_name_does_not_say_it() -> None:
    clerk = {"recorded_by": "office_clerk", "recorded_by_label": "党政办经办人"}
    assert wording.recorder(clerk | {"capacity_label": "党政办经办人"}) == "党政办经办人"
    assert wording.recorder(clerk | {"capacity_label": "领导小组"}) == "党政办经办人（领导小组）"
    assert wording.recorder({"recorded_by": "陆珺", "capacity_label": "党政办"}) == "陆珺（党政办）"


def test_a_heading_names_the_record_that_most_rows_rest_on() -> None:
    assert wording.shared_source([{"source": 3}, {"source": 7}, {"source": 7}]) == 7
    assert wording.shared_source([{"source": 3}]) is None
    assert wording.shared_source(None) is None
