"""How tests read a print, and the smallest thing that can be printed."""

import re
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from exports.pdf.manuscript import Manuscript


def text_of(pdf: Path) -> str:
    """What a reader can copy out of it, without any white space."""
    return squeezed("".join(pages_of(pdf)))


def pages_of(pdf: Path) -> list[str]:
    """The same page by page, as it stands."""
    return _pages(pdf, pdf.stat().st_mtime_ns)


@cache
def _pages(pdf: Path, _written: int) -> list[str]:
    shown = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=True, text=True).stdout
    return shown.split("\f")[:-1]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def sheet(body: str) -> Manuscript:
    html = f"<style>html {{ font-family: 'Tidui Song' }}</style>{body}"
    return Manuscript(html, (), "题", "著者", "zh", datetime(2024, 3, 14, tzinfo=UTC))
