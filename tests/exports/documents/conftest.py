"""Every document of the story's batch, blank too: each printed once for all tests of the folder."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from api.access import Act, Entry
from api.main import App
from domain.language import Capacity
from exports.documents import DOCUMENTS, Asked, Scope, model_of
from exports.paper import manuscript, pressed
from tests.exports.documents.ugliness import made_ugly
from tests.support.story import BATCH, at_its_end

DAY = date(2025, 6, 30)
_READ: Any = {"who": "office-1", "capacity": Capacity.OFFICE_CLERK, "position": 1}
ACCESSES = [
    Entry(at=datetime(2025, 6, 3, 1, 30, tzinfo=UTC), act=Act.VIEW, **_READ),
    Entry(at=datetime(2025, 6, 4, 2, 0, tzinfo=UTC), act=Act.CONSULTATION_REQUESTED, reason="考察需要。", **_READ),
    Entry(
        at=datetime(2025, 6, 5, 2, 0, tzinfo=UTC), act=Act.EXPORT, what="training-register", sha256="ab" * 32, **_READ
    ),
    Entry(at=datetime(2025, 7, 1, 2, 0, tzinfo=UTC), act=Act.VIEW, what="history", **_READ),
]


class Print(NamedTuple):
    model: dict[str, Any]
    path: Path


@pytest.fixture(scope="session")
def opened(story_home: Path) -> Iterator[App]:
    with at_its_end(story_home) as app:
        yield app


@pytest.fixture(scope="session")
def prints(opened: App, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Print]:
    """By kind, `KIND-blank` for the form, `KIND-ugly` for what nobody would wish on a printer. Personal ones of one
    tier, which is enough of them, those of records of all. The dossier has tests of its own.
    """
    folder = tmp_path_factory.mktemp("documents")
    made = {}
    for document in (one for one in DOCUMENTS.values() if one.has_blank):
        tier = "three" if document.scope is Scope.PERSON else None
        about: Any = {"year": 2024} if "year" in document.asks else {}
        about |= {"accesses": lambda _: ACCESSES, "batch": BATCH, "origin": "ntyz.example", "practice": True}
        model = model_of(document, Asked(moment=opened.views.at(DAY), tier=tier, **about)).model_dump(mode="json")
        blank = model_of(document, Asked(moment=opened.views.at(DAY), blank=True, **about)).model_dump(mode="json")
        for name, one in (("", model), ("-blank", blank), ("-ugly", made_ugly(model))):
            path = folder / f"{document.kind}{name}.pdf"
            path.write_bytes(pressed(manuscript(document.layout, one, "zh"), one, opened.workers))
            made[path.stem] = Print(one, path)
    return made
