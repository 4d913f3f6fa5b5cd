"""Names in order: by strokes as committees list people, and by pinyin."""

import random
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from strokes import strokes  # type: ignore[import-untyped]

from projections.names import by_pinyin, by_strokes, split


def _rows(file: str) -> list[list[str]]:
    lines = files("projections").joinpath(file).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


SURNAMES = _rows("surnames.tsv")
COUNTS = {character: int(count) for count, characters in _rows("strokes.tsv") for character in characters}


def _sorted(key: Callable[[str], tuple[Any, ...]], names: list[str]) -> list[str]:
    mixed = names.copy()
    random.Random(len(names)).shuffle(mixed)
    return sorted(mixed, key=key)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["丁小宁", "王小宁", "李小宁", "魏小宁"], id="fewer strokes of the surname first"),
        pytest.param(["王宁", "毛宁", "文宁", "孔宁"], id="then by the first stroke, 横竖撇点折"),
        pytest.param(["林宁", "欧宁", "尚宁", "周宁", "单宁", "孟宁"], id="then by the second, and so on"),
        pytest.param(["上官婉儿", "司马光", "欧阳少东", "洪少东", "诸葛亮", "慕容雪"], id="two-character surnames"),
        pytest.param(["高富", "高一鸣", "高大富"], id="one character before two"),
        pytest.param(["欧冶", "欧阳修", "欧阳一鸣", "欧阳少东"], id="one character before two after a long surname"),
        pytest.param(["区伟", "仇伟", "朴伟", "单伟", "查伟", "盖伟", "曾伟", "解伟"], id="surnames that are misread"),
        pytest.param(["阿依·买提", "阿依古丽·买买提"], id="a dot is a blank"),
        pytest.param(["张喆", "张淼", "张玥珺", "张㛃然", "张䶮一", "张𬭚一"], id="rare characters too"),
        pytest.param(["魏征", "龘伟", "Anna", "Smith", "𠮷田伟"], id="what is not known comes last, by code point"),
    ],
)
def test_people_are_listed_by_strokes(names: list[str]) -> None:
    assert _sorted(by_strokes, names) == names


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["曹伟", "岑伟", "曾伟", "查伟", "翟伟"], id="a surname is read as a surname"),
        pytest.param(["盖伟", "欧阳伟", "区阳阳", "朴伟", "仇伟", "单伟", "解伟"], id="ge ou ou piao qiu shan xie"),
        pytest.param(
            ["单于伟", "万俟伟", "尉伟", "尉迟伟", "宇文伟", "长孙伟"], id="chanyu moqi wei yuchi yuwen zhangsun"
        ),
        pytest.param(["王妈", "王麻", "王马", "王骂"], id="tones in turn"),
        pytest.param(["卢伟", "鲁伟", "陆伟", "吕伟"], id="ü after u"),
        pytest.param(["张伟", "张玮", "章伟"], id="who reads alike by strokes"),
    ],
)
def test_people_are_listed_by_pinyin(names: list[str]) -> None:
    assert _sorted(by_pinyin, names) == names


def test_characters_written_otherwise_are_the_same() -> None:
    assert by_strokes("\uf9e1明")[:2] == by_strokes("李明")[:2]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("欧阳明", ("欧阳", "明")),
        ("单晓珺", ("单", "晓珺")),
        ("单于明", ("单于", "明")),
        ("司马", ("司", "马")),
        ("爱新觉罗玄", ("爱新觉罗", "玄")),
        ("", ("", "")),
    ],
)
def test_a_name_is_parted_after_the_longest_surname(name: str, parts: tuple[str, str]) -> None:
    assert split(name) == parts


def test_the_surname_table_says_what_the_order_of_characters_says() -> None:
    first = {character: place for place, character in enumerate(COUNTS)}
    assert [row[0] for row in SURNAMES] == sorted((row[0] for row in SURNAMES), key=lambda s: [first[c] for c in s])
    assert [row for row in SURNAMES if COUNTS[row[0][0]] != int(row[1])] == []
    kinds = [(int(count), *("横竖撇点折".index(kind) for kind in begun)) for _, count, begun, _ in SURNAMES]
    assert kinds == sorted(kinds)


def test_strokes_are_counted_as_others_count_them() -> None:
    # Unihan, which this package carries, counts 艹 with four strokes in 范.
    assert [row[0] for row in SURNAMES if strokes(row[0][0]) != int(row[1])] == ["范"]
    common = [character for character in COUNTS if "\u4e00" <= character <= "\u9fff"]
    agreeing = sum(strokes(character) == COUNTS[character] for character in common)
    assert agreeing / len(common) > 0.99
