"""The screen in the reader's language, empty views that say so, ids where the next command asks for them."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from api import settings
from api.cli.main import main
from api.cli.screen_words import EMPTY
from api.main import init_home
from domain.language import SHANGHAI
from tests.api.support import Tidui
from tests.support.scenario import BATCH, Day
from tests.support.stages import Programme

CHINESE = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]")
Run = Callable[[str], tuple[int, str, str]]


class Latin(Programme):
    """A school that writes nothing in Chinese."""

    def when(self, command: str, /, **told: Any) -> "Latin":
        return super().when(command, **{key: _latin(value) for key, value in told.items()})

    def meeting(self, on: Day, batch: str = BATCH, title: str = "meeting") -> str:
        return super().meeting(on, batch, title)


def _latin(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_latin(one) for one in value]
    if isinstance(value, dict):
        return {name: _latin(one) for name, one in value.items()}
    return re.sub("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", "text", value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def latin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice archive with a member, a candidate, a concern and a vacancy."""
    home = tmp_path_factory.mktemp("latin") / "home"
    init_home(home, settings.load(clock="2024-03-01T09:00:00+08:00"), practice=True, seed="latin")
    school = Latin(home)
    school.found(3)
    school.members = {"four": school.member("four")}
    school.nominee("five")
    about = {"person": school.members["four"], "batch": BATCH}
    school.given("raise-concern", on="2024-05-01", **about, ground="complaints", raised_by="text", text="text")
    school.vacated("four", "2024-06-01")
    school.close()
    return home


@pytest.fixture
def english(latin: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in English on that archive."""
    for name, value in {"HOME": str(latin), "LANG": "en", "CLOCK": "2024-06-20T09:00:00+08:00"}.items():
        monkeypatch.setenv(f"TIDUI_{name}", value)

    def run(call: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["tidui", *call.split()])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    "call",
    [
        "roster --as-of 2024-04-01", "people", "review 2024 --as-of 2024-05-01", "history --ids --limit 500",
        "vacancies", "structure", "batches", "plan show", "gaps --as-of 2024-05-30", "exceptions", "selection",
        "timetable", "access", "findings --covered", "diff 2024-03-01 2024-06-02", "explain",
        "roster --as-of 2024-01-01", "replay", "rebuild", "doctor", "verify",
    ],
)  # fmt: skip
def test_the_screen_is_english_for_who_asks_for_it(english: Run, call: str) -> None:
    code, out, err = english(call)
    assert code in (0, 1), err
    told = "\n".join(line for line in (out + err).splitlines() if CHINESE.search(line))
    assert not told


@pytest.mark.parametrize(
    ("call", "empty"),
    [
        ("roster", "roster"), ("people", "people"), ("people 无此人", "people"), ("history", "history"),
        ("vacancies", "places"), ("vacancies", "vacancies"), ("timetable", "timetable"), ("timetable", "due"),
        ("gaps", "gaps"), ("selection", "selection"), ("exceptions", "exceptions"), ("structure", "structure"),
        ("batches", "batches"), ("explain", "roster"),
    ],
)  # fmt: skip
def test_an_empty_view_says_what_would_be_there_and_how_it_comes(tidui: Tidui, call: str, empty: str) -> None:
    tidui("init")
    code, out, _ = tidui(*call.split())
    assert code == 0
    assert EMPTY[empty][0] in " ".join(out.split("\n"))


def test_a_view_that_is_not_empty_says_nothing_of_the_kind(founded: Tidui) -> None:
    for call in ("batches", "history", "structure"):
        out = founded(call)[1]
        assert not [zh for zh, _ in EMPTY.values() if zh in out], call


def test_a_vacancy_is_listed_with_what_a_motion_names(english: Run) -> None:
    key = json.loads(english("vacancies --json")[1])["vacancies"][0]["vacancy"]
    assert key in english("vacancies")[1]


def test_the_history_lists_the_ids_of_what_was_made_for_who_asks(english: Run) -> None:
    made = [one["made"] for one in json.loads(english("history --limit 500 --json")[1])["entries"] if one["made"]]
    assert {key.partition("-")[0] for key in made} >= {"p", "n", "r", "c", "v"}
    with_ids, without = english("history --limit 500 --ids")[1], english("history --limit 500")[1]
    assert [key for key in made if key not in with_ids] == []
    assert [key for key in made if key in without] == []


def test_accesses_are_told_by_name_at_local_time(founded: Tidui, tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text("姓名,性别,出生日期\n单晓珺,女,1988-02-29\n", encoding="utf-8")
    founded("import", "staff", str(tmp_path / "staff.csv"))
    founded("dossier", "单晓珺", "--batch", "2024-second")
    entry = json.loads(founded("access", "--json")[1])[0]
    local = datetime.fromisoformat(entry["at"]).astimezone(SHANGHAI)
    row = next(line for line in founded("access")[1].splitlines() if "单晓珺" in line)
    assert f"{local:%Y-%m-%d %H:%M}" in row
    assert "党政办经办人" in row
    assert "培养档案" in row
