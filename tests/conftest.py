"""What tests of several folders share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.bundles import bundles
from tests.support.story import tell_once

if TYPE_CHECKING:
    from tests.support.authority import Authority


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what is made once for a whole run of tests, whichever of its processes comes first."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def story_home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's whole story as an archive, a copy for each worker. Read it, or copy it to write."""
    return Path(shutil.copytree(tell_once(shared / "story"), tmp_path_factory.getbasetemp() / "my-story"))


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small archive and its evidence bundles. Read them, or copy them to write."""
    return bundles(tmp_path_factory.mktemp("bundles"))


@pytest.fixture(scope="session")
def authority() -> Iterator[Authority]:
    """A certificate authority with a time stamper, on this machine."""
    from tests.support.authority import answering  # noqa: PLC0415 - half a second that most tests do without

    with answering() as made:
        yield made
