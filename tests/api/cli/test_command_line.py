"""The command line as its users meet it: what it prints, what it exits with, what it leaves behind."""

import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from api import settings
from api.main import open_home
from exports.workbook import Sheet, workbook
from tests.api.support import Tidui


def staff(folder: Path, text: str, encoding: str = "utf-8") -> str:
    path = folder / "staff.csv"
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_an_archive_is_founded_once(tidui: Tidui) -> None:
    assert tidui("init")[0] == 0
    code, _, err = tidui("init")
    assert code == 1
    assert "已有档案库" in err


def test_what_is_no_archive_is_said_with_the_cure(tidui: Tidui) -> None:
    code, _, err = tidui("roster")
    assert code == 1
    assert "tidui init" in err


def test_misuse_is_exit_2(tidui: Tidui) -> None:
    code, _, err = tidui("roster", "--as-of", "yesterday")
    assert (code, "请写作 2024-03-14" in err) == (2, True)


def test_publishing_twice_is_already_so(founded: Tidui) -> None:
    assert "already so" in founded("plan", "publish", "2024-second")[1]


def test_errors_are_json_for_machines(founded: Tidui) -> None:
    code, _, err = founded("dossier", "p-000000", "--json")
    assert code == 1
    assert json.loads(err)["error"] == "Unknown"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_staff_are_imported_once_whatever_the_encoding(founded: Tidui, tmp_path: Path, encoding: str) -> None:
    file = staff(
        tmp_path,
        "姓名,性别,出生日期,工号\n单晓珺,女,1988/2/29,T1\n欧阳明,男,1979年11月3日,T2\n蔡蔡,女,1990.1.1,T3\n",
        encoding,
    )
    assert founded("import", "staff", file, "--dry-run")[0] == 0
    assert json.loads(founded("people", "--json")[1])["people"] == []
    assert founded("import", "staff", file)[0] == 0
    assert founded("import", "staff", file)[0] == 0
    assert [p["name"] for p in json.loads(founded("people", "--json")[1])["people"]] == ["欧阳明", "单晓珺", "蔡蔡"]
    by_pinyin = json.loads(founded("people", "--json", "--order", "pinyin")[1])["people"]
    assert [p["name"] for p in by_pinyin] == ["蔡蔡", "欧阳明", "单晓珺"]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("姓名,性别,出生日期\n单晓珺,女,1988-02-30\n", "第 2 行：出生日期“1988-02-30”这一天不存在"),
        ("姓名,性别,出生日期\n单晓珺,未知,1988-02-29\n", "第 2 行：性别“未知”不认识"),
        ("姓名,性别,出生日期\n单晓珺,女,32202\n", "第 2 行：出生日期“32202”不是日期"),
        ("姓名,性别,出生日期\n,女,1988-02-29\n", "第 2 行：缺少姓名"),
        ("姓名,性别\n单晓珺,女\n", "第 1 行：缺少“出生日期”列"),
        ("姓名,性别,出生日期,身份证号\n单晓珺,女,1988-02-29,1\n", "第 1 行：没有“身份证号”这一列"),
        ("姓名,性别,出生日期,工号\n甲一,女,1988-02-29,7\n乙二,男,1988-02-29,7\n", "第 3 行：与第 2 行重复"),
        ("姓名,性别,出生日期\n单晓珺,女,1988-02-29,多\n", "第 2 行：有 4 格，表头只有 3 列"),
        ("姓名,性别,出生日期\n", "没有数据行"),
    ],
)
def test_every_problem_is_named_by_row_and_nothing_is_recorded(
    founded: Tidui, tmp_path: Path, rows: str, problem: str
) -> None:
    code, _, err = founded("import", "staff", staff(tmp_path, rows))
    assert code == 1
    assert problem in err
    assert json.loads(founded("people", "--json")[1])["people"] == []


def test_under_a_wrong_header_no_row_is_complained_of(founded: Tidui, tmp_path: Path) -> None:
    err = founded("import", "staff", staff(tmp_path, "姓名,性别\n单晓珺,未知\n单晓珺,未知,多\n"))[2]
    assert "有 1 处问题" in err


def test_one_bad_row_keeps_the_good_ones_out(founded: Tidui, tmp_path: Path) -> None:
    file = staff(tmp_path, "姓名,性别,出生日期\n单晓珺,女,1988-02-29\n欧阳明,男,明天\n")
    assert founded("import", "staff", file)[0] == 1
    assert json.loads(founded("people", "--json")[1])["people"] == []


def test_a_name_stands_for_the_only_person_who_goes_by_it(founded: Tidui, tmp_path: Path) -> None:
    founded("import", "staff", staff(tmp_path, "姓名,性别,出生日期,工号\n王伟,男,1980-01-01,1\n王伟,男,1981-01-01,2\n"))
    body = tmp_path / "honour.json"
    body.write_text(
        json.dumps(
            {
                "occurred_on": "2024-03-01",
                "capacity": "office_clerk",
                "data": {"person": "name:王伟", "title": "优秀教师"},
            }
        )
    )
    code, _, err = founded("record", "record-honour", "--json", str(body))
    assert code == 1
    assert "2 人" in err


def test_a_body_that_is_no_json_is_refused(founded: Tidui, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text("{")
    assert founded("record", "record-honour", "--json", str(body))[0] == 1


def test_an_example_of_every_command_can_be_printed(founded: Tidui) -> None:
    told = json.loads(founded("record", "nominate-candidate", "--example")[1])
    assert told["data"]["source"] == "office"
    assert "nominate-candidate" in founded("record", "--list")[1]


def test_a_plan_with_problems_is_refused_by_key(founded: Tidui, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('batch = "2030-x"\nsurprise = 1\n')
    code, _, err = founded("plan", "publish", str(plan))
    assert code == 1
    assert "surprise" in err
    assert "cycle" in err


@pytest.mark.slow
def test_a_backup_is_an_archive_again(story_home: Path, tmp_path: Path, tidui: Tidui) -> None:
    code, out, _ = tidui("backup", str(tmp_path / "copy"), "--json", home=story_home)
    assert code == 0
    assert json.loads(out)["events"] == json.loads(tidui("replay", "--json", home=tmp_path / "copy")[1])["events"]
    rosters = [json.loads(tidui("roster", "--json", home=place)[1]) for place in (story_home, tmp_path / "copy")]
    assert rosters[0] == rosters[1]
    assert tidui("backup", str(tmp_path / "copy"), home=story_home)[0] == 1


@pytest.mark.slow
def test_replay_finds_views_that_were_tampered_with(story_home: Path, tmp_path: Path, tidui: Tidui) -> None:
    tidui("backup", str(tmp_path / "copy"), home=story_home)
    assert tidui("replay", home=tmp_path / "copy")[0] == 0
    with sqlite3.connect(tmp_path / "copy" / "views.sqlite") as views:
        views.execute("DELETE FROM about")
    assert tidui("replay", home=tmp_path / "copy")[0] == 1
    assert tidui("rebuild", home=tmp_path / "copy")[0] == 0
    assert tidui("replay", home=tmp_path / "copy")[0] == 0


@pytest.mark.slow
def test_every_reading_of_a_dossier_is_in_the_register(story_home: Path, tmp_path: Path, tidui: Tidui) -> None:
    tidui("backup", str(tmp_path / "copy"), home=story_home)
    home = tmp_path / "copy"
    with open_home(home, settings.load()) as opened:
        before = opened.access.check().removeprefix("@")
    assert tidui("dossier", "顾晓玥", "--batch", "2024-second", home=home)[0] == 0
    assert tidui("history", "--person", "顾晓玥", home=home)[0] == 0
    assert tidui("events", "--limit", "1", home=home)[0] == 0
    told = json.loads(tidui("access", "--after", before, "--json", home=home)[1])
    assert [(entry["act"], entry["what"]) for entry in told] == [("view", w) for w in ("dossier", "history", "events")]
    assert "顾晓玥" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.slow
def test_every_view_has_a_table_and_json(story_home: Path, tidui: Tidui) -> None:
    for word in ("roster", "vacancies", "timetable", "gaps", "selection", "exceptions"):
        code, out, _ = tidui(word, "--batch", "2024-second", "--as-of", "2026-06-30", home=story_home)
        assert code == 0
        assert len(out.splitlines()) > 3
        assert json.loads(tidui(word, "--batch", "2024-second", "--json", home=story_home)[1])["batch"] == "2024-second"
    assert "顾晓玥" in tidui("review", "2025", "--batch", "2024-second", home=story_home)[1]


def test_a_roster_is_written_for_spreadsheets(founded: Tidui, tmp_path: Path) -> None:
    path, table = tmp_path / "roster.xlsx", tmp_path / "roster.csv"
    assert founded("roster", "--xlsx", str(path), "--csv", str(table))[0] == 0
    assert CalamineWorkbook.from_path(path).sheet_names == ["名册", "说明"]
    assert table.read_text(encoding="utf-8-sig").startswith("梯队,姓名")
    assert founded("access")[1].count("名册") == 2


def test_staff_are_imported_from_a_workbook(founded: Tidui, tmp_path: Path) -> None:
    rows = [("单晓珺", "女", date(1988, 2, 29), 7), ("欧阳明", "男", "1979年11月3日", "T2")]
    (tmp_path / "staff.xlsx").write_bytes(workbook([Sheet("人员", ("姓名", "性别", "出生日期", "工号"), rows)]))
    assert founded("import", "staff", str(tmp_path / "staff.xlsx"))[0] == 0
    assert [p["name"] for p in json.loads(founded("people", "--json")[1])["people"]] == ["欧阳明", "单晓珺"]


def test_a_problem_in_a_workbook_is_named_by_the_row_that_excel_shows(founded: Tidui, tmp_path: Path) -> None:
    rows = [(None, None, None), ("单晓珺", "未知", date(1988, 2, 29))]
    path = tmp_path / "staff.xlsx"
    path.write_bytes(workbook([Sheet("人员", ("姓名", "性别", "出生日期"), rows)]))
    assert "第 3 行：性别“未知”不认识" in founded("import", "staff", str(path))[2]
    path.write_bytes(path.read_bytes()[:200])
    code, _, err = founded("import", "staff", str(path))
    assert (code, "不是完好的 XLSX" in err) == (1, True)
