"""Which commands leave a trace in the access log: a command is decided on here, or the first test fails."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from api.access import AccessLog
from api.cli import main
from api.cli.app import app
from tests.api.support import Tidui

# What a reading is written down as; `person` and `folder` are filled in.
READ = {
    "roster": "roster",
    "people": "people",
    "review 2024": "review",
    "vacancies": "vacancies",
    "timetable": "timetable",
    "gaps": "gaps",
    "structure": "structure",
    "register": "register",
    "batches": "batches",
    "plan show": "plan",
    "selection": "selection",
    "exceptions": "exceptions",
    "findings": "findings",
    "history": "history",
    "events": "events",
    "access": "access-register",
    "diff 2024-03-01 2024-03-02": "diff",
    "explain": "explain",
    "dossier person --batch 2024-second": "dossier",
    "appointment-form person --batch 2024-second --lrmx folder/form.lrmx": "appointment-form",
    "document information-form person --json": "information-form",
    "picture headcount --svg folder/picture.svg": "picture-headcount",
}
# Tested where they are tested: a document at a time, a bundle, a signature.
READ_ELSEWHERE = {"export documents", "bundle", "sign", "keep-signed", "demo"}
# Shows nothing of anyone; or what the caller has just said; or what lies in the caller's own file.
OPEN = {
    "version", "init", "doctor", "serve", "reference", "bench", "documents", "pictures", "plan check", "plan publish",
    "record", "import staff", "import nominations", "checkpoint", "public-key", "key show",
    "key rotate", "unbundle", "verify", "verify-pdf", "verify-bundle",
    "replay", "rebuild", "restart-register", "backup", "witness init", "witness request", "witness sign", "witness add",
}  # fmt: skip


def commands(group: Any, path: str = "") -> Iterator[str]:
    for name, inner in getattr(group, "commands", {}).items():
        yield from commands(inner, f"{path}{name} ") if hasattr(inner, "commands") else [f"{path}{name}"]


@pytest.fixture
def staffed(founded: Tidui, tmp_path: Path) -> Tidui:
    """An archive with one nominee."""
    (tmp_path / "staff.csv").write_text("姓名,性别,出生日期,工号\n单晓珺,女,1988-02-29,1\n", encoding="utf-8")
    rows = "推荐日期,姓名,梯队,推荐来源,推荐单位\n2024-03-04,单晓珺,四,处室推荐,教务处\n"
    (tmp_path / "nominations.csv").write_text(rows, encoding="utf-8")
    for kind in ("staff", "nominations"):
        assert founded("import", kind, str(tmp_path / f"{kind}.csv"))[0] == 0
    return founded


def test_every_command_is_decided_on() -> None:
    assert main.PAGES, "their commands are on the app"
    there = set(commands(get_command(app)))
    decided = {next(one for one in sorted(there, key=len, reverse=True) if words.startswith(one)) for words in READ}
    assert there == decided | READ_ELSEWHERE | OPEN, "does it show what is about a person? decide, and say it above"


def test_what_is_shown_is_written_down_in_json_as_in_tables(staffed: Tidui, tmp_path: Path) -> None:
    log, filled, last = AccessLog(tmp_path / "home" / "access.sqlite"), {"person": "单晓珺"}, 0
    for words, what in READ.items():
        call = [filled.get(word, word.replace("folder", str(tmp_path))) for word in words.split()]
        ways = [call] if "--" in words or words == "events" else [call, [*call, "--json"]]
        for way in ways:
            code, _, err = staffed(*way)
            assert code == 0, (way, err)
            entries = log.entries(after=last)
            assert {entry.what for entry in entries} == {what}, way
            last = entries[-1].number
    log.close()


def test_json_beside_a_file_is_refused_before_anything_is_read(staffed: Tidui, tmp_path: Path) -> None:
    file = tmp_path / "file"
    for words in (
        "roster --xlsx", "people --csv", "review 2024 --xlsx", "selection --csv", "timetable --ics", "findings --csv",
        "dossier 单晓珺 --pdf", "document information-form --pdf", "picture ages --svg",
    ):  # fmt: skip
        code, out, err = staffed(*words.split(), str(file), "--json")
        assert (code, out) == (1, ""), words
        assert "--json goes without" in err or "--json 不与" in err
    code, _, err = staffed("roster", "--xlsx", str(file), "--csv", str(file.parent / "." / "file"))
    assert code == 1
    assert "is given twice" in err or "写了两次" in err
    log = AccessLog(tmp_path / "home" / "access.sqlite")
    assert (log.entries(), file.exists()) == ([], False)
    log.close()
