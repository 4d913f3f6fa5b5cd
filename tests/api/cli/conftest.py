"""The command line in this process, on an archive of its own."""

from pathlib import Path

import pytest

from tests.api.support import Tidui
from tests.support.command_line import command_line


@pytest.fixture
def tidui(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Tidui:
    """Runs the command line in this process, on an archive in a temporary folder."""
    said = command_line(monkeypatch, capsys)

    def run(*words: str, home: Path = tmp_path / "home") -> tuple[int, str, str]:
        return said(*words, "--home", home)

    return run


@pytest.fixture
def founded(tidui: Tidui) -> Tidui:
    assert tidui("init")[0] == 0
    assert tidui("plan", "publish", "2024-second")[0] == 0
    return tidui
