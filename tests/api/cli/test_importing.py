"""Nominations from files: all of them or none, and every problem by its row."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Unavailable
from domain.office import Office, Reply
from domain.plan import shipped_plan
from exports.workbook import Sheet, workbook
from tests.api.support import Tidui

STAFF = "姓名,性别,出生日期,工号\n单晓珺,女,1988-02-29,1\n欧阳明,男,1979-11-03,2\n王𬭚,男,1985-05-01,3\n"
COLUMNS = ("推荐日期", "姓名", "梯队", "推荐来源", "推荐人", "推荐单位", "推荐理由")
DAY = date(2024, 3, 4)
GOOD: list[tuple[Any, ...]] = [
    (DAY, "单晓珺", "四", "处室推荐", None, "教务处", "=教学扎实👍"),
    ("2024年3月5日", "欧阳明", "three", "leader", "单晓珺", None, None),
    (DAY, "王𬭚", "四", "个人自荐", "王𬭚", None, None),
]


@pytest.fixture
def staffed(founded: Tidui, tmp_path: Path) -> Tidui:
    (tmp_path / "staff.csv").write_text(STAFF, encoding="utf-8")
    assert founded("import", "staff", str(tmp_path / "staff.csv"))[0] == 0
    return founded


def book(folder: Path, *rows: tuple[Any, ...], columns: tuple[str, ...] = COLUMNS) -> str:
    path = folder / "nominations.xlsx"
    path.write_bytes(workbook([Sheet("推荐", columns, rows)]))
    return str(path)


def nominated(tidui: Tidui, *asked: str) -> dict[str, tuple[str, list[str]]]:
    rounds = json.loads(tidui("selection", "--json", *asked)[1])["rounds"]
    return {one["name"]: (one["tier"], one["nominated_by"]) for turn in rounds for one in turn["candidates"]}


def test_nominations_are_recorded_from_a_workbook_and_once_only(staffed: Tidui, tmp_path: Path) -> None:
    file = book(tmp_path, *GOOD)
    code, out, err = staffed("import", "nominations", file, "--json")
    assert code == 0, err
    assert json.loads(out)["recorded"] == 3
    found = nominated(staffed)
    assert {name: tier for name, (tier, _) in found.items()} == {"单晓珺": "four", "欧阳明": "three", "王𬭚": "four"}
    assert found["单晓珺"][1] == ["处室推荐：教务处"]
    again = json.loads(staffed("import", "nominations", file, "--json")[1])
    assert again == json.loads(out) | {"recorded": 0, "new": 0, "passed_over": [2, 3, 4]}
    assert "3 行没有问题，已登记 0 行，另 3 行已在案" in staffed("import", "nominations", file)[1]


def test_a_dry_run_records_no_nomination(staffed: Tidui, tmp_path: Path) -> None:
    assert staffed("import", "nominations", book(tmp_path, *GOOD), "--dry-run")[0] == 0
    assert nominated(staffed) == {}


def test_one_bad_row_is_named_and_keeps_all_out(staffed: Tidui, tmp_path: Path, subtests: pytest.Subtests) -> None:
    bad: list[tuple[tuple[Any, ...], str]] = [
        ((DAY, "无此人", "四", "处室推荐", None, "教务处", None), "第 5 行：档案中没有叫“无此人”的人"),
        ((DAY, "单晓珺", "六", "处室推荐", None, "教务处", None), "第 5 行：梯队没有“六”"),
        ((DAY, "单晓珺", "四", "猜想", None, "教务处", None), "第 5 行：推荐来源没有“猜想”"),
        ((DAY, "单晓珺", "四", "处室推荐", None, None, None), "第 5 行：〔R2〕须写明推荐单位"),
        (("明天", "单晓珺", "四", "处室推荐", None, "教务处", None), "第 5 行：推荐日期“明天”不是日期"),
        ((DAY, None, "四", "处室推荐", None, "教务处", None), "第 5 行：缺少姓名"),
        ((DAY, "单晓珺", "四", "处室推荐", None, "长" * 201, None), "第 5 行："),
        (GOOD[0], "第 5 行：与第 2 行重复"),
        ((date(2024, 3, 5), 1, "五", "office", None, "教务处", "另一理由"), "第 5 行：与第 2 行重复"),
    ]
    for row, problem in bad:
        with subtests.test(problem):
            code, _, err = staffed("import", "nominations", book(tmp_path, *GOOD, row))
            assert (code, problem in err) == (1, True), err
    assert nominated(staffed) == {}


def test_every_bad_row_is_named_at_once_whatever_is_wrong_with_it(staffed: Tidui, tmp_path: Path) -> None:
    rows = [
        (DAY, "无此人", "四", "处室推荐", None, "教务处", None),
        (DAY, "单晓珺", "四", "处室推荐", None, None, None),
    ]
    err = staffed("import", "nominations", book(tmp_path, *rows))[2]
    assert "第 2 行：档案中没有叫“无此人”的人" in err
    assert "第 3 行：〔R2〕须写明推荐单位" in err


def test_a_nominator_who_nominated_for_another_tier_is_told_so(staffed: Tidui, tmp_path: Path) -> None:
    assert staffed("import", "nominations", book(tmp_path, *GOOD))[0] == 0
    code, _, err = staffed("import", "nominations", book(tmp_path, (DAY, "单晓珺", "五", *GOOD[0][3:])))
    assert (code, "第 2 行：〔R2〕同一推荐人已推荐此人为“四”梯队人选" in err) == (1, True)


def test_which_batch_is_meant_is_said_when_two_go_on(staffed: Tidui, tmp_path: Path) -> None:
    third = shipped_plan().decode().replace("2024-second", "2025-third")
    (tmp_path / "third.toml").write_text(third, encoding="utf-8")
    assert staffed("plan", "publish", str(tmp_path / "third.toml"))[0] == 0
    file = book(tmp_path, *GOOD)
    code, _, err = staffed("import", "nominations", file)
    assert (code, "未结束的批次有 2024-second 2025-third，请用 --batch 写明" in err) == (1, True)
    assert staffed("import", "nominations", file, "--batch", "2025-third")[0] == 0
    assert len(nominated(staffed, "--batch", "2025-third")) == 3
    assert nominated(staffed, "--batch", "2024-second") == {}


@pytest.mark.parametrize("given", [["--round", "d-0000000000000000"], ["--round", "x"]])
def test_a_round_that_there_is_not(staffed: Tidui, tmp_path: Path, given: list[str]) -> None:
    code, _, err = staffed("import", "nominations", book(tmp_path, *GOOD), *given)
    assert (code, f"没有可推荐的批次（轮次 {given[1]}）" in err) == (1, True)


def test_a_nomination_after_the_window_names_its_row_unless_a_reason_is_given(staffed: Tidui, tmp_path: Path) -> None:
    late = (date(2024, 3, 25), "单晓珺", "四", "处室推荐", None, "教务处", None)
    assert "第 2 行" in staffed("import", "nominations", book(tmp_path, late))[2]
    columns = (*COLUMNS, "情况说明")
    assert staffed("import", "nominations", book(tmp_path, (*late, "材料迟到"), columns=columns))[0] == 0
    assert nominated(staffed)["单晓珺"][0] == "four"


def test_namesakes_are_told_apart_by_staff_number(founded: Tidui, tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text(STAFF + "欧阳明,男,1990-01-01,4\n", encoding="utf-8")
    assert founded("import", "staff", str(tmp_path / "staff.csv"))[0] == 0
    by_name = book(tmp_path, (DAY, "欧阳明", "三", "处室推荐", None, "教务处", None))
    assert "有 2 人" in founded("import", "nominations", by_name)[2]
    assert founded("import", "nominations", book(tmp_path, (DAY, 2, "三", "领导推荐", "4", None, None)))[0] == 0
    assert [tier for tier, _ in nominated(founded).values()] == ["three"]


def test_staff_that_were_imported_on_an_earlier_day_are_passed_over(
    tidui: Tidui, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "staff.csv"
    monkeypatch.setenv("TIDUI_CLOCK", "2024-02-20T09:00:00+08:00")
    assert tidui("init", "--practice")[0] == 0
    file.write_text(STAFF, encoding="utf-8")
    assert tidui("import", "staff", str(file))[0] == 0
    monkeypatch.setenv("TIDUI_CLOCK", "2024-02-21T09:00:00+08:00")
    file.write_text(STAFF + "蔡蔡,女,1990-01-01,4\n", encoding="utf-8")
    code, out, err = tidui("import", "staff", str(file), "--json")
    assert code == 0, err
    assert (json.loads(out)["rows"], json.loads(out)["recorded"]) == (4, 1)


def test_when_recording_breaks_off_no_row_is_recorded(
    staffed: Tidui, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle, calls = Office.handle, iter(range(9))

    def breaks_off(office: Office, *given: Any, **more: Any) -> Reply:
        if next(calls) == 2:
            raise Unavailable("磁盘已满。", "The disk is full.")
        return handle(office, *given, **more)

    with monkeypatch.context() as broken:
        broken.setattr(Office, "handle", breaks_off)
        assert staffed("import", "nominations", book(tmp_path, *GOOD))[0] == 1
    assert nominated(staffed) == {}
