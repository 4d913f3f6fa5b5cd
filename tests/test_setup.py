"""The files that set the project up agree with each other, and name no place but this one."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from exports.pdf.fonts import SYSTEM_PACKAGES

ROOT = Path(__file__).parents[1]
RUN = (ROOT / "run").read_text()
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WANTED = [Requirement(line) for line in PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]]
PINNED = dict(re.findall(r"^([a-z0-9.-]+)==([^ ;]+)", LOCK, re.MULTILINE))


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted.name)
def test_every_dependency_is_locked_within_its_bounds(wanted: Requirement) -> None:
    assert wanted.specifier.contains(PINNED[wanted.name]), "./run lock renews the lock"


def test_every_locked_package_has_hashes() -> None:
    packages = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(packages) == len(PINNED)
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_the_lock_names_no_registry() -> None:
    assert not re.search(r"://|index|find-links", LOCK)


def test_the_lock_tells_how_to_renew_it() -> None:
    assert "./run lock" in LOCK.splitlines()[1]


@pytest.mark.parametrize(("shell", "script"), [("sh", "run"), ("bash", ".ci/run")])
def test_scripts_can_be_run(shell: str, script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111
    subprocess.run([shell, "-n", ROOT / script], check=True)


def test_run_installs_every_system_package_that_documents_need() -> None:
    (line,) = re.findall(r"^system='(.+)'$", RUN, re.MULTILINE)
    assert set(SYSTEM_PACKAGES) <= set(line.split())


def test_the_environment_finds_the_sources_in_every_locale() -> None:
    """Python reads a .pth in the locale's encoding: a path with letters of its own would stop every start."""
    [link] = (ROOT / ".venv" / "lib").glob("python3*/site-packages/*tidui.pth")
    assert (link.parent / link.read_bytes().decode("ascii").strip()).resolve() == ROOT, "./run sets it up anew"
