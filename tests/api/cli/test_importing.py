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


def test_one_nomination_in_two_spellings_stands_once(staffed: Tidui, tmp_path: Path) -> None:
    row = (DAY, "单晓珺", "四", "处室推荐", None)
    code, _, err = staffed(
        "import", "nominations", book(tmp_path, (*row, "教务处", None), (*row, "教 务\u200b处", None))
    )
    assert code != 0
    assert "与第 2 行重复" in err
    _, _, err = staffed("import", "nominations", book(tmp_path, (*row, "教\u200b务处", None)))
    assert "推荐单位“教\u200b务处”按规范记作“教务处”" in err.replace("〔U+200B〕", "\u200b")
    assert "unit" not in err.split("Row")[0]


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


# Who is who in lists of staff


def staff(tidui: Tidui, folder: Path, text: str, *options: str) -> tuple[int, dict[str, Any], str]:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    code, out, err = tidui("import", "staff", str(folder / "list.csv"), "--json", *options)
    return code, json.loads(out) if code == 0 else {}, err


def people_on_file(tidui: Tidui) -> list[str]:
    return [one["name"] for one in json.loads(tidui("people", "--json")[1])["people"]]


def test_a_list_in_another_spelling_registers_nobody_again(founded: Tidui, tmp_path: Path) -> None:
    header = "姓名,性别,出生日期,任教学科\n"
    done = staff(founded, tmp_path, header + "林　泉,男,1985-05-05,数学\n曾\u00a0楠,女,1991-01-01,音乐\n")[1]
    assert done["recorded"] == 2
    assert done["notes"][0]["zh"] == "第 2 行：姓名“林　泉”按规范记作“林泉”。"
    again = staff(founded, tmp_path, header + "林泉,男,1985-05-05,数学\n曾楠,女,1991-01-01,音乐\n")[1]
    assert (again["recorded"], again["passed_over"]) == (0, [2, 3])
    assert sorted(people_on_file(founded)) == ["曾楠", "林泉"]


def test_a_list_with_one_more_column_completes_who_is_on_file(founded: Tidui, tmp_path: Path) -> None:
    staff(founded, tmp_path, "姓名,性别,出生日期,任教学科\n周宁,男,1985-05-05,数学\n")
    done = staff(founded, tmp_path, "姓名,性别,出生日期,任教学科,职称\n周宁,男,1985-05-05,数学,一级教师\n")[1]
    assert (done["recorded"], [note["zh"] for note in done["notes"]]) == (1, ["第 2 行：此人已在案，补入职称。"])
    assert people_on_file(founded) == ["周宁"]


def test_a_question_is_asked_by_row_and_answered_in_a_column(founded: Tidui, tmp_path: Path) -> None:
    staff(founded, tmp_path, "姓名,性别,出生日期,工号\n周宁,男,1985-05-05,7\n")
    asked = "姓名,性别,出生日期,工号\n周宁,男,1985-05-05,8\n"
    assert (
        "第 2 行：〔H1〕周宁（工号 8，1985 年生）与在案的周宁（工号 7，1985 年生）"
        in staff(founded, tmp_path, asked)[2]
    )
    header = "姓名,性别,出生日期,工号,同一人,情况说明\n"
    assert "须说明理由" in staff(founded, tmp_path, header + "周宁,男,1985-05-05,8,另一人,\n")[2]
    assert staff(founded, tmp_path, header + "周宁,男,1985-05-05,8,另一人,确系两人\n")[1]["recorded"] == 1
    assert people_on_file(founded) == ["周宁", "周宁"]
    twice = staff(founded, tmp_path, "姓名,性别,出生日期\n吴一,男,1985-05-05\n吴 一,男,1985-05-05\n")
    assert "第 3 行：与第 2 行重复" in twice[2]


def test_posts_come_with_their_beginning_or_say_that_it_is_not_known(founded: Tidui, tmp_path: Path) -> None:
    header = "姓名,性别,出生日期,工号,现任职务,任职时间\n"
    text = header + "周宁,男,1985-05-05,7,年级主任、班主任,2020-09-01\n吴一,女,1986-05-05,8,班主任,不详\n"
    assert "任职时间" in staff(founded, tmp_path, header + "周宁,男,1985-05-05,7,班主任,\n")[2]
    assert "没有“皇帝”这一职务" in staff(founded, tmp_path, header + "周宁,男,1985-05-05,7,皇帝,不详\n")[2]
    assert staff(founded, tmp_path, text, "--dry-run")[1]["new"] == 2
    assert staff(founded, tmp_path, text)[1]["recorded"] == 2
    assert staff(founded, tmp_path, text)[1]["recorded"] == 0
    more = text.replace("班主任,不详", "班主任、备课组长,不详")
    assert staff(founded, tmp_path, more)[1]["recorded"] == 1
    assert founded("history")[1].count("吴一任班主任") == 1


def test_a_trial_finds_what_the_import_refuses_in_posts_by_row(founded: Tidui, tmp_path: Path) -> None:
    header = "姓名,性别,出生日期,现任职务,任职时间\n"
    rows = "周宁,男,1985-05-05,班主任,1980-09-01\n李四,男,1985-05-05,班主任,2099-09-01\n"
    for trial in ((), ("--dry-run",)):
        code, _, err = staff(founded, tmp_path, header + rows, *trial)
        assert code != 0
        assert "第 2 行：1980-09-01 不晚于此人的出生日期" in err
        assert "第 3 行：〔H4〕2099-09-01 还没有到" in err
    assert json.loads(founded("people", "--json")[1])["people"] == []


def test_a_second_list_gives_nobody_a_post_again(founded: Tidui, tmp_path: Path) -> None:
    row = "姓名,性别,出生日期,现任职务,任职时间\n周宁,男,1985-05-05,班主任,"
    assert staff(founded, tmp_path, row + "2015-09-01\n")[0] == 0
    code, _, err = staff(founded, tmp_path, row + "2016-09-01\n")
    assert code != 0
    assert "第 2 行：〔T1〕现任班主任在案自 2015-09-01 起，此次写自 2016-09-01 起" in err
    for since in ("2015-09-01", "不详"):
        assert staff(founded, tmp_path, row + since + "\n")[1]["new"] == 0
