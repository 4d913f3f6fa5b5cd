"""The browser that Debian packages, without a window."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright


@contextmanager
def browser_page() -> Iterator[Page]:
    """An empty page in it."""
    chromium = shutil.which("chromium")
    assert chromium, "no Chromium: run `./run test`, which installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()
