"""Forged papers: the lone verifier, the one in a browser and `verify-pdf` refuse each, and take what is genuine."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from api import dossiers, signing
from api.main import App
from domain import school
from domain.errors import TiduiError
from exports import verify
from exports.documents import DOCUMENTS
from exports.paper import manuscript, pressed
from exports.proof import carried
from tests.exports.forging import EDITS, PAGES, STATEMENTS, Genuine, forgeries
from tests.support.authority import Authority
from tests.support.browser import browser_page
from tests.support.press import SharedPress
from tests.support.story import BATCH, at_its_end

pytestmark = pytest.mark.slow

PAGE = Path(verify.__file__).with_name("verify.html")


@pytest.fixture(scope="module")
def opened(story_home: Path) -> Iterator[App]:
    with at_its_end(story_home) as app:
        yield app


@pytest.fixture(scope="module")
def genuine(opened: App, press: SharedPress, authority: Authority) -> Genuine:
    """A dossier with its second trainee's beside it."""
    people = [one.person for one in school.members(opened.views.at().facts, BATCH)]
    paper, other = (dossiers.export(opened, opened.views.at(), person, BATCH) for person in people[:2])
    beside = verify.attachments(paper)

    def reprint(model: dict[str, Any]) -> bytes:
        layout, photo = DOCUMENTS["dossier"].layout, opened.evidence.get(model["photo"]) if model["photo"] else None
        photos = {model["person_id"]: photo} if photo else {}
        return pressed(manuscript(layout, model, "zh", photos, carried(beside)), model, press)

    return Genuine(paper, other, reprint, authority.credential("别人"))


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser_page() as page:
        yield page


@pytest.fixture(scope="module")
def beside() -> Iterator[ThreadPoolExecutor]:
    """Another thread: the browser keeps this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def in_the_browser(page: Page, file: Path, key: str) -> bool:
    page.goto(PAGE.as_uri())
    page.fill("#key", key)
    page.set_input_files("#file", file)
    page.wait_for_selector(f'#result[data-done="{file.name}"]')
    return page.inner_text("#result").startswith("✓")


def alone(file: Path, key: str) -> bool:
    return verify.main([str(file), "--key", key]) == 0


def with_us(file: Path, key: str, opened: App | None) -> bool:
    try:
        return signing.judge(file, key, None, opened)[1]
    except TiduiError:
        return False


def judged(file: Path, key: str, page: Page, beside: ThreadPoolExecutor, opened: App) -> list[bool]:
    """By the lone verifier, by the page, by `verify-pdf` without an archive and with it."""
    ours = [beside.submit(with_us, file, key, at_hand).result() for at_hand in (None, opened)]
    return [alone(file, key), in_the_browser(page, file, key), *ours]


def test_what_is_genuine_holds_in_all_of_them(
    genuine: Genuine, page: Page, beside: ThreadPoolExecutor, opened: App, tmp_path: Path
) -> None:
    (tmp_path / "genuine.pdf").write_bytes(genuine.paper)
    key = str(opened.ledger.keys().latest)
    assert judged(tmp_path / "genuine.pdf", key, page, beside, opened) == [True] * 4


NAMES = [
    *STATEMENTS,
    *(f"{name}, written anew" for name in PAGES),
    *(f"{name}, attached" for name in EDITS),
    "printed by our own press, unsigned",
    "printed by our own press, with the old statement",
    "printed by our own press, signed by another key",
    "printed by our own press, handed over to another key",
    "the statement of another paper",
    "signed anew by another key",
    "a revision behind, and a signature",
    "another file behind, and a signature",
    "a signature that is seen over the page",
]


def test_every_forgery_is_tried(genuine: Genuine) -> None:
    assert [*forgeries(genuine)] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_forged_paper_holds_in_none_of_them(
    genuine: Genuine, page: Page, beside: ThreadPoolExecutor, opened: App, tmp_path: Path, name: str
) -> None:
    content = beside.submit(forgeries(genuine)[name]).result()
    assert sha256(content).digest() != sha256(genuine.paper).digest()
    (tmp_path / "forged.pdf").write_bytes(content)
    key = str(opened.ledger.keys().latest)
    assert judged(tmp_path / "forged.pdf", key, page, beside, opened) == [False] * 4
