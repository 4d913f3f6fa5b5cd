"""Every document of the story's batch, blank too: each printed once for all tests of the folder."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from api.main import App
from exports.documents import DOCUMENTS, Asked, model_of
from exports.paper import manuscript, pressed
from tests.support.story import BATCH, at_its_end

DAY = date(2025, 6, 30)


class Print(NamedTuple):
    model: dict[str, Any]
    path: Path


@pytest.fixture(scope="session")
def opened(story_home: Path) -> Iterator[App]:
    with at_its_end(story_home) as app:
        yield app


@pytest.fixture(scope="session")
def prints(opened: App, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Print]:
    """By kind, `KIND-blank` for the form; the dossier has tests of its own."""
    folder = tmp_path_factory.mktemp("documents")
    made = {}
    for document in (one for one in DOCUMENTS.values() if one.has_blank):
        for name, blank in ((document.kind, False), (f"{document.kind}-blank", True)):
            asked = Asked(moment=opened.views.at(DAY), batch=BATCH, blank=blank, origin="ntyz.example", practice=True)
            model = model_of(document, asked).model_dump(mode="json")
            made[name] = Print(model, folder / f"{name}.pdf")
            made[name].path.write_bytes(pressed(manuscript(document.layout, model, "zh"), model, opened.workers))
    return made
