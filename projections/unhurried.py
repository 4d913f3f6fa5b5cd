"""Long work by which hardly anything comes to lie in circles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEW = 50_000  # objects made between two looks


@contextmanager
def unhurried() -> Iterator[None]:
    """Garbage that refers to itself is looked for less often: looking as often as usual takes an eighth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(_NEW, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
