"""What reaches a terminal: text as it stands, in the characters it has, and a sentence where nothing takes it."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from api import settings
from api.cli.app import app
from api.cli.main import main
from api.cli.terminal import Terminal, visible, write
from api.main import init_home
from tests.api.support import Tidui
from tests.support.scenario import BATCH, Day
from tests.support.stages import Programme

HOSTILE = "[/组][b]"
TEXTS = {"name", "text", "title", "unit", "reason", "statement", "conclusion", "raised_by", "document", "subject"}
API = Path(__file__).parents[3] / "api"


class Hostile(Programme):
    """A school whose every text reads like markup."""

    def when(self, command: str, /, **told: Any) -> Hostile:
        return super().when(command, **{key: _hostile(key, value) for key, value in told.items()})

    def meeting(self, on: Day, batch: str = BATCH, title: str = HOSTILE) -> str:
        return super().meeting(on, batch, title)


def _hostile(key: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_hostile(key, one) for one in value]
    if isinstance(value, dict):
        return {name: _hostile(name, one) for name, one in value.items()}
    ours = key in TEXTS and isinstance(value, str)
    return value.removesuffix(HOSTILE) + HOSTILE if ours else value


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice archive with a member, a nomination, a concern and a vacancy, all told in markup."""
    home = tmp_path_factory.mktemp("hostile") / "home"
    init_home(home, settings.load(clock="2024-03-01T09:00:00+08:00"), practice=True, seed="hostile")
    school = Hostile(home)
    labels = re.compile(r'^(label|name) = "([^"]+)"', re.MULTILINE)
    school.found(3, edit=lambda toml: labels.sub(rf'\1 = "\2{HOSTILE}"', toml))
    school.members = {"four": school.member("four")}
    school.nominee("five")
    about = {"person": school.members["four"], "batch": BATCH}
    school.given("record-honour", on="2024-04-01", person=school.members["four"], title="优秀教师")
    school.given("raise-concern", on="2024-05-01", **about, ground="complaints", raised_by="教师", text="反映")
    school.vacated("four", "2024-06-01")
    school.close()
    return home


# How each command is called on the archive; `{person}` is its member, `{folder}` a folder of the test.
CALLS = {
    "roster": "roster --as-of 2024-04-01",
    "dossier": "dossier {person}",
    "appointment-form": "appointment-form {person} --lrmx {folder}/form.lrmx",
    "people": "people",
    "review": "review 2024 --as-of 2024-04-01",
    "history": "history",
    "access": "access",
    "explain": "explain {person}",
    "diff": "diff 2024-03-01 2024-06-02",
    "findings": "findings --covered",
    "vacancies": "vacancies",
    "structure": "structure",
    "batches": "batches",
    "plan show": "plan show",
    "gaps": "gaps --as-of 2024-05-30",
    "exceptions": "exceptions",
    "selection": "selection",
    "timetable": "timetable",
    "events": "events",
    "replay": "replay",
    "register": "register",
    "rebuild": "rebuild",
    "restart-register": "restart-register --reason [/组]",
    "doctor": "doctor",
    "backup": "backup {folder}/backup",
    "public-key": "public-key",
    "documents": "documents",
    "document": "document result-announcement --json",
    "pictures": "pictures",
    "picture": "picture ages --svg {folder}/ages.svg",
    "checkpoint": "checkpoint",
    "verify": "verify --findings",
    "verify-pdf": "verify-pdf {folder}/[/组].pdf",
    "bundle": "bundle {folder}/bundle",
    "verify-bundle": "verify-bundle {folder}/bundle",
    "unbundle": "unbundle {folder}/bundle",
    "record": "record no-[/组]-command",
    "import staff": "import staff {folder}/[/组].csv",
    "import nominations": "import nominations {folder}/[/组].csv",
    "key show": "key show",
    "key rotate": "key rotate --reason [/组]",
    "witness init": "witness init {folder}/witness --log tidui/0123456789abcdef --name w.example/[/组]",
    "witness request": "witness request {folder}/[/组].request",
    "witness sign": "witness sign {folder}/witness {folder}/[/组].request",
    "witness add": "witness add {folder}/[/组].request",
    "plan check": "plan check {folder}/[/组].toml",
    "plan publish": "plan publish {folder}/[/组].toml",
    "keep-signed": "keep-signed {folder}/[/组].pdf",
    "sign": "sign {folder}/[/组].pdf",
    "init": "init",
}
# Too slow for here, or without text from the archive.
APART = {"version", "serve", "reference", "bench", "demo", "export documents"}
SHOWING = {"people", "history", "explain", "diff", "findings", "selection", "vacancies", "roster", "gaps"}


def _names(group: Any, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, command in group.commands.items():
        found |= _names(command, f"{prefix}{name} ") if hasattr(command, "commands") else {prefix + name}
    return found


def test_every_command_is_walked() -> None:
    assert _names(typer.main.get_command(app)) == CALLS.keys() | APART


def test_recorded_text_is_shown_as_text_by_every_command(
    hostile: Path,
    tmp_path: Path,
    subtests: pytest.Subtests,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(call: str, home: Path) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["tidui", *call.split()])
        monkeypatch.setenv("TIDUI_HOME", str(home))
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    monkeypatch.setenv("TIDUI_CLOCK", "2024-06-20T09:00:00+08:00")
    person = next(p for p in json.loads(run("people --json", hostile)[1])["people"] if p["left"])["person_id"]
    for name, call in CALLS.items():
        with subtests.test(name):
            home = tmp_path / "elsewhere" if name in ("unbundle", "init") else hostile
            code, out, err = run(call.format(person=person, folder=tmp_path), home)
            assert code in (0, 1), err
            assert HOSTILE in out or name not in SHOWING, out
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", out + err)


def test_a_title_a_cell_and_a_line_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    from api.cli.app import print_table  # noqa: PLC0415 - beside what it shows

    print_table(HOSTILE, (HOSTILE,), ((HOSTILE,), (Path("/[red]x"),)))
    Terminal(None).print(HOSTILE, Path("/[red]y"))
    out = capsys.readouterr().out
    assert out.count(HOSTILE) == 4
    assert "/[red]x" in out
    assert "/[red]y" in out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a〔U+001B〕[31mb"),
        ("\x00\x07\x7f\x9b", "〔U+0000〕〔U+0007〕〔U+007F〕〔U+009B〕"),
        ("甲\u202e乙", "甲〔U+202E〕乙"),
        ("甲\r\n乙\t丙", "甲\n乙\t丙"),
        ("甲\r乙", "甲〔U+000D〕乙"),
        ("半\ud800", "半〔U+D800〕"),
        ("王𬭚，👨‍👩‍👧", "王𬭚，👨‍👩‍👧"),
    ],
)
def test_control_characters_never_reach_a_terminal(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "王𬭚"), ("gb18030", "王𬭚"), ("gbk", "王〔U+2CB5A〕"), ("ascii", "[U+738B][U+2CB5A]")],
)
def test_what_a_terminal_has_no_character_for_stands_there_by_its_code_point(encoding: str, shown: str) -> None:
    assert visible("王𬭚", encoding) == shown


def test_json_is_utf8_and_steers_no_terminal() -> None:
    raw = io.BytesIO()
    terminal = io.TextIOWrapper(raw, encoding="gbk")
    write('{"name": "王𬭚\x9b"}\n', terminal)
    assert raw.getvalue() == '{"name": "王𬭚\\u009b"}\n'.encode()


def test_nothing_prints_beside_the_terminal() -> None:
    beside = re.compile(r"sys\.std(out|err)\.(buffer|write)|\bprint\(|Console\(|typer\.(echo|secho)|(?<!\.)echo\(")
    found = {
        f"{path.relative_to(API)}: {line.strip()}"
        for path in API.rglob("*.py")
        if path.name not in ("terminal.py", "own_log.py")  # lines of the log are escaped
        for line in path.read_text(encoding="utf-8").splitlines()
        if beside.search(re.sub(r"\b(out|err)\.print\(|def print\(|_print\(", "", line))
    }
    assert found == set()


# The process itself

STAFF = "姓名,性别,出生日期,工号\n王𬭚,男,1985-05-01,T0003\n单晓珺,女,1988-02-29,T0001\n"


@pytest.fixture
def staffed(founded: Tidui, tmp_path: Path) -> Path:
    (tmp_path / "staff.csv").write_text(STAFF, encoding="utf-8")
    assert founded("import", "staff", str(tmp_path / "staff.csv"))[0] == 0
    return tmp_path / "home"


def process(home: Path, *words: str, encoding: str = "utf-8", **streams: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from api.cli.main import main; main()", *words, "--home", str(home)]
    options: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUNBUFFERED": ""}
    return subprocess.run(command, check=False, env=environment, cwd=API.parent, **options)


def test_a_terminal_that_lacks_a_character_shows_the_rest(staffed: Path) -> None:
    done = process(staffed, "people", encoding="gbk")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "王〔U+2CB5A〕" in done.stdout.decode("gbk")
    assert "单晓珺" in done.stdout.decode("gbk")


def test_a_name_that_a_terminal_lacks_in_an_error(staffed: Path) -> None:
    done = process(staffed, "dossier", "𬭚𬭚", encoding="gbk")
    assert done.returncode == 1
    assert "档案中没有叫“〔U+2CB5A〕〔U+2CB5A〕”的人" in done.stderr.decode("gbk")


def test_json_is_utf8_on_any_terminal(staffed: Path) -> None:
    done = process(staffed, "people", "--json", encoding="gbk")
    assert {p["name"] for p in json.loads(done.stdout.decode("utf-8"))["people"]} == {"王𬭚", "单晓珺"}


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_a_closed_pipe_ends_in_a_sentence(staffed: Path, form: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing) as gone:
        done = process(staffed, "history", *form, stdout=gone)
    assert done.returncode == 1
    assert "读取输出的一方已经关闭" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_a_full_disk_ends_in_a_sentence(staffed: Path, form: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = process(staffed, "people", *form, stdout=full)
    assert done.returncode == 1
    assert "输出写不出去" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_error_output_still_ends_with_the_exit_code(staffed: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        assert process(staffed, "dossier", "无此人", stderr=full).returncode == 1


def test_a_command_line_with_control_characters_is_refused(tidui: Tidui) -> None:
    code, out, err = tidui("people", "\x1b[31m")
    assert (code, out) == (1, "")
    assert "命令行含有控制字符" in err
