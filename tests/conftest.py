"""What tests of several folders share."""

import os
import shutil
from pathlib import Path

import pytest

from tests.support.story import tell_once


@pytest.fixture(scope="session")
def story_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's whole story as an archive, a copy for each worker. Read it, or copy it to write."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return Path(shutil.copytree(tell_once(shared / "story"), own / "my-story"))
