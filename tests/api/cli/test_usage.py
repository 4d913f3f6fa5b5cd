"""Help is Chinese first, misuse is a sentence with its cure, and the version is told."""

import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
from typer.main import get_command

from api.cli import main
from api.cli.app import app
from api.cli.help_words import HELP
from api.cli.usage import words

assert main.PAGES, "their commands are on the app"


def helps(command: Any, path: str = "tidui") -> Iterator[tuple[str, str]]:
    """Every command, argument and option with its help."""
    yield path, command.help or ""
    for parameter in command.params:
        yield f"{path} {parameter.opts[0]}", parameter.help or ""
    for name, inner in getattr(command, "commands", {}).items():
        yield from helps(inner, f"{path} {name}")


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["tidui", *words])
        with pytest.raises(SystemExit) as ended:
            main.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


@pytest.mark.parametrize(("place", "text"), list(helps(get_command(app))), ids=lambda one: one[:40])
def test_every_command_and_option_is_explained_in_chinese(place: str, text: str) -> None:
    assert re.search("[\u4e00-\u9fff]", words(text)), f"{place}: say it in api/cli/help_words.py"


def test_no_help_is_left_of_what_is_gone() -> None:
    there = {" ".join(text.split()) for _, text in helps(get_command(app))}
    assert HELP.keys() - there == {"Show this message and exit."}


def test_help_is_read_in_the_language_asked_for(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = ask("history", "--help")
    assert (code, out.splitlines()[0]) == (0, "用法：tidui history [选项]")
    assert "最多几条（默认 100）" in out
    monkeypatch.setenv("TIDUI_LANG", "en")
    code, out, _ = ask("history", "--help")
    assert (code, out.splitlines()[0]) == (0, "Usage: tidui history [OPTIONS]")
    assert not re.search("[\u4e00-\u9fff]", out)


def test_what_stands_in_brackets_is_shown(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDUI_LANG", "en")
    assert "What was so at the end of this day [today]" in ask("gaps", "--help")[1]


@pytest.mark.parametrize(
    ("call", "zh"),
    [
        ("roster --asof 2024-01-01", "没有 --asof 这个选项。用法见 tidui roster --help。"),
        ("rostre", "没有 rostre 这个命令。用法见 tidui --help。"),
        ("review x", "year：x 不是数字，请只用 0—9。用法见 tidui review --help。"),
        ("history --limit 0", "limit：不得小于 1。用法见 tidui history --help。"),
        ("roster --as-of tomorrow", "tomorrow 不是日期，请写作 2024-03-14。用法见 tidui roster --help。"),
        ("dossier", "没有写 person。用法见 tidui dossier --help。"),
        ("roster more", "多出的参数：more。用法见 tidui roster --help。"),
    ],
)
def test_misuse_is_a_sentence_in_both_languages(ask: Any, call: str, zh: str) -> None:
    code, out, err = ask(*call.split())
    assert (code, out, err.splitlines()[0]) == (2, "", zh)
    assert re.fullmatch(r"[ -~]+ See tidui[a-z ]* --help\.", err.splitlines()[1])


def test_nothing_asked_shows_the_help(ask: Any) -> None:
    code, out, err = ask()
    assert (code, err) == (2, "")
    assert "名册：谁在哪个梯队。" in out


@pytest.mark.parametrize("call", ["--version", "version"])
def test_the_version_is_told(ask: Any, call: str) -> None:
    assert ask(call) == (0, f"tidui {version('tidui')}\n", "")
