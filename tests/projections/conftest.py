from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.projections.records import Records


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """An empty archive, with the plan of the second batch published."""
    kept = Records(tmp_path)
    kept.publish()
    yield kept
    kept.close()
