"""The docs are true: reference pages come from the code, names in the tables exist, README commands run."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer.main import get_command

from api.cli import main
from api.cli.app import app
from api.reference import pages
from domain import plan
from domain.commands import COMMANDS
from domain.events import EVENT_TYPES
from domain.glossary import GLOSSARY, plan_key
from domain.plan_words import PLAN_WORDS
from domain.rules import AgeRule

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CLAUSES = (ROOT / "docs" / "clauses.md").read_text(encoding="utf-8")
assert main.PAGES, "their commands are on the app"
WORDS = set(get_command(app).commands)  # type: ignore[attr-defined]


def blocks(kind: str) -> list[str]:
    found = re.findall(rf"```sh {kind}\n(.*?)```", README, re.DOTALL)
    return [line for block in found for line in block.replace("\\\n", " ").strip().splitlines()]


def test_every_block_of_the_readme_is_run_here() -> None:
    assert set(re.findall(r"^```(\w.*)$", README, re.MULTILINE)) <= {
        "sh", "sh demo", "sh walk", "sh curl", "sh curl school",
    }  # fmt: skip
    assert re.findall(r"```sh\n(.*?)```", README, re.DOTALL) == ["./run demo\n./run test\n"]


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address at which an archive is served, as the command line says it once it is bound."""
    words = [sys.executable, "-c", "from api.cli.main import main; main()", "serve", "--home", str(home), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT) as service:
        try:
            assert service.stdout
            yield service.stdout.readline().partition("/docs")[0]
        finally:
            service.terminate()


def curl(line: str, address: str) -> Any:
    """What a curl of the README is answered with."""
    words = shlex.split(line.replace("http://127.0.0.1:8345", address))
    done = subprocess.run([*words, "--fail-with-body"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, f"{line}\n{done.stdout}"
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", pages(app))
def test_reference_page_is_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == pages(app)[name], "renew it: ./run reference --write docs"


PLAN_PAGE = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
PARTS: list[type[BaseModel]] = [AgeRule]
PARTS += [one for one in vars(plan).values() if isinstance(one, type) and issubclass(one, plan.Part)]
PLAN_KEYS: list[tuple[type[BaseModel], str]] = [(model, name) for model in PARTS for name in model.model_fields]


@pytest.mark.parametrize(("model", "name"), PLAN_KEYS, ids=lambda one: getattr(one, "__name__", one))
def test_every_key_of_the_plan_is_described_in_both_languages(model: type[BaseModel], name: str) -> None:
    words = plan_key(model, name)
    assert words, "say what it means: domain/plan_words.py"
    assert re.search("[\u4e00-\u9fff]", words.zh)
    assert not re.search("[\u4e00-\u9fff]", words.en)


def test_no_key_of_the_plan_is_described_that_is_gone() -> None:
    there = {f"{cls.__name__}.{name}" for model, name in PLAN_KEYS for cls in model.__mro__}
    assert PLAN_WORDS.keys() - there == set()


def leaves(content: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in content.items():
        yield from leaves(value, (*path, name)) if isinstance(value, dict) else [(*path, name)]


@pytest.mark.parametrize("key", list(leaves(tomllib.loads(plan.shipped_plan().decode()))), ids=".".join)
def test_every_key_of_the_shipped_plan_stands_on_the_page(key: tuple[str, ...]) -> None:
    """As it is, or with `*` for a code of the plan's own."""
    ways = (key, *((*key[:at], "*", *key[at + 1 :]) for at in range(len(key))))
    assert any(f"| `{'.'.join(way)}` |" in PLAN_PAGE for way in ways)


def test_every_event_type_stands_in_the_clause_table() -> None:
    kinds = {cls.KIND for cls in EVENT_TYPES.values()}
    assert kinds - set(re.findall(r"`([a-z-]+)`", CLAUSES)) == set()


def test_names_in_the_clause_table_exist() -> None:
    known = {cls.KIND for cls in EVENT_TYPES.values()} | set(COMMANDS) | WORDS | {"basis", "cycle"}
    named = set(re.findall(r"`([a-z-]+)`", CLAUSES))
    assert named - known == set()
    assert all((ROOT / path).exists() for path in re.findall(r"`((?:tests|domain)/[\w./]+)`", CLAUSES))


def test_every_clause_of_the_code_has_a_row() -> None:
    rows = set(re.findall(r"^\| ([A-Z]\d?) \|", CLAUSES, re.MULTILINE))
    used = {cls.CLAUSE for cls in EVENT_TYPES.values()} | {cls.CLAUSE for cls in COMMANDS.values()}
    used |= {term.clause for term in GLOSSARY.values() if term.clause}
    assert used - rows - {f"S{n}" for n in range(2, 7)} == set()


def test_readme_names_every_word_of_the_command_line_or_help_does() -> None:
    used = {shlex.split(line)[1] for line in blocks("demo") + blocks("walk")}
    assert used <= WORDS


@pytest.fixture
def readme(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[str, dict[str, str]], str]:
    """Runs a README line as it is, its folders in another place: what it prints."""
    monkeypatch.chdir(ROOT)

    def run(line: str, places: dict[str, str]) -> str:
        words = line
        for name, place in places.items():
            words = words.replace(name, place)
        monkeypatch.setattr("sys.argv", ["tidui", *shlex.split(words)[1:]])
        with pytest.raises(SystemExit) as ended:
            main.main()
        out, err = capsys.readouterr()
        assert not ended.value.code, f"{line}\n{err}"
        return out

    return run


@pytest.mark.slow
def test_the_walk_from_an_empty_archive_runs(readme: Callable[[str, dict[str, str]], str], tmp_path: Path) -> None:
    places = {"var/": f"{tmp_path}/var/"}
    for line in blocks("walk"):
        readme(line, places)
    with served(tmp_path / "var" / "school") as address:
        for line in blocks("curl school"):
            assert {"events", "position"} <= curl(line, address).keys()
    told = readme("./run history --home var/school", places)
    assert "单晓珺" in told
    assert "物理教研室" in told


@pytest.mark.slow
def test_what_the_readme_shows_of_the_demo_runs(
    readme: Callable[[str, dict[str, str]], str], story_home: Path, tmp_path: Path
) -> None:
    for line in blocks("demo"):
        assert readme(line, {"var/demo/one.pdf": f"{tmp_path}/one.pdf", "var/demo": str(story_home)}).strip(), line


SOURCES = [path for folder in ("domain", "projections", "exports", "api") for path in (ROOT / folder).rglob("*.py")]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_a_text_names_exists(path: Path) -> None:
    """One name for the program, and words of it that there are: a cure that cannot be typed cures nothing."""
    named = re.findall(r"tidui ([a-z][a-z-]*)", path.read_text(encoding="utf-8"))
    assert [word for word in named if word not in WORDS] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_texts_call_the_program_tidui(path: Path) -> None:
    said = re.findall(r"\./run (\w+)", path.read_text(encoding="utf-8"))
    assert [word for word in said if word in WORDS - {"bench"}] == [], "only the benchmark needs a checkout"


@pytest.mark.slow
def test_what_the_readme_asks_over_http_is_answered(story_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(story_home, tmp_path / "demo"))
    with served(home) as address:
        *views, posted = [curl(line, address) for line in blocks("curl")]
    assert all(views)
    assert [event["type"] for event in posted["events"]] == ["honour-recorded"]
