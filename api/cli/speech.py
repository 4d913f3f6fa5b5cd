"""The language of the screen: Chinese, or English with TIDUI_LANG=en."""

from __future__ import annotations

from api.settings import reads_english


def say(zh: str, en: str) -> str:
    """One of the two."""
    return en if reads_english() else zh
