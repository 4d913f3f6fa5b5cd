"""A school to tell a story of, and what its readers are shown."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import stages
from tests.support.shown import Shown
from tests.support.stages import Programme

settings.register_profile("explore")  # test_machine.py tries other courses under it, and more


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


@pytest.fixture
def show() -> Iterator[Callable[[Programme], Shown]]:
    """The views of a school."""
    opened: list[Shown] = []

    def views_of(school: Programme) -> Shown:
        opened.append(Shown(school))
        return opened[-1]

    yield views_of
    for shown in opened:
        shown.close()
