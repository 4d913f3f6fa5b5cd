"""An archive that holds three events of one person."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.archive import Log
from tests.support.rows import placed


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    log = Log(tmp_path / "archive.sqlite")
    log.append([placed(1), placed(2), placed(3)])
    yield log
    log.close()
