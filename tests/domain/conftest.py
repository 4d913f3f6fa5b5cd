"""A school of its own for every test, copied from one that was made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import stages
from tests.support.stages import Programme


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Programme]:
    """The plan published, a committee of nine, a leading group; 1 March 2024."""
    school = stages.published(tmp_path / "school")
    yield school
    school.close()


@pytest.fixture
def trained(tmp_path: Path) -> Iterator[Programme]:
    """The same, with one member of each tier since 14 March 2024."""
    school = stages.in_training(tmp_path / "school")
    yield school
    school.close()
