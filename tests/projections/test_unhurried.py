"""Garbage is looked for less often during long work, and afterwards as before."""

import gc
from contextlib import suppress

from projections.unhurried import unhurried


def test_after_long_work_even_cut_off_garbage_is_looked_for_as_often_as_before() -> None:
    before = gc.get_threshold()
    with suppress(RuntimeError), unhurried():
        during = gc.get_threshold()
        raise RuntimeError
    assert during[0] > before[0]
    assert gc.get_threshold() == before
