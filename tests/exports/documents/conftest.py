"""Every document of the story's batch, blank, ugly and in English too: each printed once for a whole run of tests."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from api.access import Act, Entry
from api.main import App
from domain.language import Capacity
from domain.school import members, name_of
from exports.documents import DOCUMENTS, Asked, Document, Scope, model_of
from exports.paper import manuscript, pressed
from projections.moment import Moment
from tests.exports.documents.ugliness import made_ugly
from tests.support.press import SharedPress
from tests.support.story import BATCH, at_its_end

DAY = date(2025, 6, 30)
CORRECTED = "单明远"
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
    astray: list[str]


class Prints(dict[str, Print]):
    """Set when it is first asked for: `KIND`, `KIND-blank` for the form, `KIND-ugly` for what nobody would wish on a
    printer, `KIND-en` in English. Personal ones are of one tier, which is enough of them, those of records of all.
    """

    def __init__(self, opened: App, press: SharedPress, folder: Path) -> None:
        super().__init__()
        self._opened, self._press, self._folder = opened, press, folder
        self.ragged: dict[str, list[str]] = {}

    def __missing__(self, name: str) -> Print:
        kind, form = next((name.removesuffix(end), end) for end in ("-blank", "-ugly", "-en", "") if name.endswith(end))
        document = DOCUMENTS[kind]
        model = model_of(document, self._asked(document, blank=form == "-blank")).model_dump(mode="json")
        model = made_ugly(model) if form == "-ugly" else model
        content = pressed(manuscript(document.layout, model, "en" if form == "-en" else "zh"), model, self._press)
        path = self._folder / f"{name}.pdf"
        path.write_bytes(content)
        self.ragged[name] = self._press.ragged(content)
        self[name] = Print(model, path, self._press.astray(content))
        return self[name]

    def _asked(self, document: Document, **more: Any) -> Asked:
        moment = self._opened.views.at(DAY)
        if document.kind == "dossier":
            more["person"] = _corrected(moment)
        elif document.scope is Scope.PERSON and not more["blank"]:
            more["tier"] = "three"
        if "year" in document.asks:
            more["year"] = 2024
        about: Any = {"accesses": lambda _: ACCESSES, "batch": BATCH, "origin": "ntyz.example", "practice": True}
        return Asked(moment=moment, **about, **more)


def _corrected(moment: Moment) -> str:
    people = (one.person for one in members(moment.facts, BATCH))
    return next(person for person in people if name_of(moment.facts, person) == CORRECTED)


@pytest.fixture(scope="session")
def opened(story_home: Path) -> Iterator[App]:
    with at_its_end(story_home) as app:
        yield app


@pytest.fixture(scope="session")
def prints(opened: App, press: SharedPress, tmp_path_factory: pytest.TempPathFactory) -> Prints:
    return Prints(opened, press, tmp_path_factory.mktemp("documents"))
