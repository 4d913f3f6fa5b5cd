"""Pictures: what they show, that nothing leaves the sheet, that hostile text is only text, the same on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from api.main import App
from exports.pictures import PICTURES
from exports.pictures.drawing import WIDTH, Drawing, fitted, wide
from projections.ages import Ages
from projections.shape import View
from tests.exports.prints import sheet, squeezed, text_of
from tests.support.press import SharedPress
from tests.support.story import BATCH, at_its_end

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2026, 2, 10)
KINDS = list(PICTURES)
_FITTED = "<style>svg { width: 100%; height: auto }</style>"


@pytest.fixture(scope="module")
def opened(story_home: Path) -> Iterator[App]:
    with at_its_end(story_home) as app:
        yield app


@pytest.fixture(scope="module")
def found(opened: App) -> dict[str, View]:
    return {kind: picture.ask(opened.views.at(DAY), BATCH) for kind, picture in PICTURES.items()}


def texts(svg: str) -> list[str]:
    return [str(text.text) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def text_extent(text: ET.Element) -> tuple[float, float]:
    size, x = float(text.get("font-size", 12)), float(text.get("x", 0))
    width = wide(text.text or "", size)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
    return left, left + width


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_picture_is_told_in_words_too(found: dict[str, View], kind: str, language: str) -> None:
    svg = PICTURES[kind].svg(found[kind], language)
    root = ET.fromstring(svg)
    assert (root.get("role"), root.get("lang"), root[0].tag, root[1].tag) == (
        "img", language, f"{SVG}title", f"{SVG}desc")  # fmt: skip
    assert root[0].text == PICTURES[kind].title(language) == texts(svg)[0]
    assert len(str(root[1].text)) > 30
    assert PICTURES[kind].svg(found[kind], language) == svg
    assert "None" not in svg


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_leaves_the_sheet(found: dict[str, View], kind: str, language: str) -> None:
    root = ET.fromstring(PICTURES[kind].svg(found[kind], language))
    height = float(str(root.get("height")))
    for text in root.iter(f"{SVG}text"):
        left, right = text_extent(text)
        assert left >= -1, text.text
        assert right <= WIDTH + 1, text.text
        assert float(str(text.get("y"))) <= height
    for box in root.iter(f"{SVG}rect"):
        assert float(str(box.get("x"))) + float(str(box.get("width"))) <= WIDTH
        assert float(str(box.get("y"))) + float(str(box.get("height"))) <= height


def test_members_are_counted_against_the_target(found: dict[str, View]) -> None:
    assert "在培5 / 目标4" in texts(PICTURES["headcount"].svg(found["headcount"], "zh"))


def test_an_age_stands_where_its_number_is_and_an_exception_is_named(found: dict[str, View]) -> None:
    svg = PICTURES["ages"].svg(found["ages"], "zh")
    assert "例外" in texts(svg)
    assert isinstance(found["ages"], Ages)
    shown = [one for tier in found["ages"].tiers for one in tier.people]
    dots = [dot for dot in ET.fromstring(svg).iter(f"{SVG}circle") if dot.get("fill") != "#fff"][1:]
    places = sorted({(one.age, float(str(dot.get("cx")))) for one, dot in zip(shown, dots, strict=True)})
    assert [x for _, x in places] == sorted(x for _, x in places), "older is farther to the right"
    assert len(places) == len({age for age, _ in places}), "one age, one place"


def test_a_step_that_came_early_says_so(found: dict[str, View]) -> None:
    words = texts(PICTURES["timetable"].svg(found["timetable"], "zh"))
    assert {"早1天", "早2天", "按期", "未记录"} <= set(words)


def test_everybody_nominated_is_somewhere_at_the_end(found: dict[str, View]) -> None:
    words = texts(PICTURES["ways"].svg(found["ways"], "zh"))
    counts = {word.rpartition(" ")[0]: int(word.rpartition(" ")[2]) for word in words if word[-1:].isdigit()}
    stations = {"已推荐", "已考评", "初步人选", "列入培养"}
    assert counts["已推荐"] == sum(count for word, count in counts.items() if word not in stations)


@pytest.mark.parametrize("kind", KINDS)
def test_where_there_is_nothing_to_draw_it_says_so(opened: App, kind: str) -> None:
    nothing = PICTURES[kind].ask(opened.views.at(date(2024, 1, 1)))
    assert "还没有可画的内容。" in texts(PICTURES[kind].svg(nothing, "zh"))


def test_hostile_names_are_text_cut_to_their_column(found: dict[str, View]) -> None:
    name = "</text><script>alert(1)</script>" + "珺" * 160 + "\x00\ufffe"
    assert isinstance(found["ages"], Ages)
    tier = found["ages"].tiers[0]
    people = tuple(one.model_copy(update={"name": name}) for one in tier.people)
    ugly = found["ages"].model_copy(update={"tiers": (tier.model_copy(update={"people": people}),)})
    root = ET.fromstring(PICTURES["ages"].svg(ugly, "zh"))
    assert [child.tag for child in root if child.tag.endswith("script")] == []
    assert all(text_extent(text)[1] <= WIDTH for text in root.iter(f"{SVG}text"))


def test_text_is_cut_only_where_there_is_no_room() -> None:
    assert fitted("欧阳文静", 48) == "欧阳文静"
    assert fitted("欧阳文静", 47) == "欧阳文…"
    assert fitted("任何", 0) == "…"


def test_a_drawing_refers_to_nothing_outside() -> None:
    drawing = Drawing("题", "述", "zh")
    drawing.head("题", "下")
    assert "url(" not in drawing.svg()
    assert "href" not in drawing.svg()


@pytest.mark.slow
def test_the_same_picture_is_set_in_print_with_our_faces(
    found: dict[str, View], press: SharedPress, tmp_path: Path
) -> None:
    drawn = [PICTURES[kind].svg(view, "zh") for kind, view in found.items()]
    (tmp_path / "pictures.pdf").write_bytes(press.render(sheet(_FITTED + "".join(drawn))))
    printed = squeezed(text_of(tmp_path / "pictures.pdf"))
    for word in (word for svg in drawn for word in texts(svg)):
        assert squeezed(word) in printed, word
