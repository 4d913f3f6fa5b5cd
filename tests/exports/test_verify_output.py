"""What the lone verifier prints, wherever it prints it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exports import verify

SCRIPT = Path(verify.__file__)


def run(*words: str, encoding: str = "utf-8", **streams: Any) -> subprocess.CompletedProcess[bytes]:
    options: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    return subprocess.run([sys.executable, str(SCRIPT), *words], check=False, env=environment, **options)


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "王𬭚"), ("gbk", "王[U+2CB5A]"), ("ascii", "[U+738B][U+2CB5A]")]
)
def test_what_a_terminal_lacks_stands_there_by_its_code_point(encoding: str, told: str) -> None:
    assert verify.shown("王𬭚", encoding) == told


def test_a_closed_output_ends_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7\n")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing) as gone:
        done = run(str(tmp_path / "x.pdf"), stdout=gone)
    assert done.returncode == 2
    assert "输出没有写完" in done.stderr.decode()
    assert b"Traceback" not in done.stderr
