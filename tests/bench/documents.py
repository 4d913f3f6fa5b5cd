"""A dossier drawn warm, in CPU seconds, one that has not changed, and one that a browser checks."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from playwright.sync_api import sync_playwright

from api import dossiers
from api.main import App
from exports import verify
from exports.dossier import dossier_manuscript
from exports.pdf.render import Renderer
from projections.roster import roster
from tests.bench.measure import Bench, cpu, in_turn
from tests.support.story import BATCH

_PAGE = Path(verify.__file__).with_name("verify.html")


def dossier(bench: Bench, opened: App) -> None:
    found = dossiers.whole(opened, opened.views.at(), _person(opened), BATCH)
    manuscript = dossier_manuscript(found.model_dump(mode="json"))
    renderer = Renderer()
    (spent,) = in_turn(3, lambda: renderer.render(manuscript), clock=cpu)
    bench.most("dossier PDF, warm", spent, 1.3, "CPU s", ".2f")
    (kept,) = in_turn(20, lambda: dossiers.printed(opened, found))
    bench.most("dossier PDF, unchanged", kept * 1000, 20, "ms", ".1f")


def in_the_browser(bench: Bench, opened: App) -> None:
    """From the opening of the page to its verdict on the file."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return
    path = bench.folder / "dossier.pdf"
    path.write_bytes(dossiers.export(opened, opened.views.at(), _person(opened), BATCH))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()

        def check() -> None:
            page.goto(_PAGE.as_uri())
            page.set_input_files("#file", path)
            page.wait_for_selector(f'#result[data-done="{path.name}"]')

        (spent,) = in_turn(3, check)
        browser.close()
    bench.most("verify.html checks a dossier", spent, 1, "s", ".2f")


def _person(opened: App) -> str:
    return roster(opened.views.at(date(2026, 6, 30)), BATCH).tiers[0].members[-1].person_id
