"""The command line in this process, on an archive of its own."""

from pathlib import Path

import pytest

from api.cli.main import main
from tests.api.support import Tidui


@pytest.fixture
def tidui(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Tidui:
    """Runs the command line in this process, on an archive in a temporary folder."""

    def run(*words: str, home: Path = tmp_path / "home") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["tidui", *words, "--home", str(home)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


@pytest.fixture
def founded(tidui: Tidui) -> Tidui:
    assert tidui("init")[0] == 0
    assert tidui("plan", "publish", "2024-second")[0] == 0
    return tidui
