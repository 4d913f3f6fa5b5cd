"""`tidui findings` as an auditor meets it."""

import json
from pathlib import Path

from domain.plan import shipped_plan
from tests.api.support import Tidui


def test_a_clean_history_says_so_and_exits_0(founded: Tidui) -> None:
    code, out, _ = founded("findings")
    assert code == 0
    assert "记录全部符合规则" in out


def test_findings_are_counted_listed_and_exit_1(tidui: Tidui, story_home: Path, tmp_path: Path) -> None:
    asked = ("findings", "--as-of", "2025-06-30", "--batch", "2024-second")
    code, out, _ = tidui(*asked, "--csv", str(tmp_path / "found.csv"), home=story_home)
    assert code == 1
    assert "档案材料" in out
    assert "检查结果：不合规则 0 项，应有而没有 1 项" in out
    found = json.loads(tidui(*asked, "--covered", "--json", home=story_home)[1])
    assert len((tmp_path / "found.csv").read_text(encoding="utf-8-sig").splitlines()) == len(found["findings"]) + 1
    assert "T1.age" in {line["rule"] for line in found["covered"]}


def test_another_plan_names_whom_it_would_have_decided_otherwise(
    tidui: Tidui, story_home: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(shipped_plan().decode().replace("years = 45", "years = 40", 1), encoding="utf-8")
    code, out, _ = tidui("findings", "--plan", str(other), home=story_home)
    assert code == 0
    assert "按此方案会另有决定的人" in out
    assert "4 处不同，涉及 1 人" in out
    found = json.loads(tidui("findings", "--plan", str(other), "--json", home=story_home)[1])["otherwise"]
    assert [one["text"].split("：")[0] for one in found] == ["资格审查", "确定初步人选", "决议", "列入培养"]


def test_another_plan_brings_its_own_batch(founded: Tidui) -> None:
    code, _, err = founded("findings", "--plan", "2024-second", "--batch", "2024-second")
    assert code == 1
    assert "批次由方案文件指明" in err


def test_verification_counts_the_findings_when_asked_to(tidui: Tidui, story_home: Path) -> None:
    assert json.loads(tidui("verify", "--json", home=story_home)[1])["findings"] is None
    code, out, _ = tidui("verify", "--findings", "--json", home=story_home)
    told = json.loads(out)
    assert (code, told["holds"]) == (1, True)
    listed = json.loads(tidui("findings", "--json", home=story_home)[1])["findings"]
    assert told["findings"] == {"missing": len(listed)}


def test_a_table_that_cannot_be_written_is_said_in_a_sentence(founded: Tidui, tmp_path: Path) -> None:
    code, _, err = founded("findings", "--csv", str(tmp_path / "nowhere" / "found.csv"))
    assert code == 1
    assert "文件无法读写" in err
    assert "found.csv" in err
