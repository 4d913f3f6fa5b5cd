"""The quick form of `./run faults`: each promise holds, and its variant that breaks it is caught."""

from pathlib import Path

import pytest

from tests.faults.fault import Fault, run
from tests.faults.run import FAULTS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("fault", [pytest.param(one, id=one.name) for one in FAULTS if one.quick])
def test_the_promise_holds_and_what_breaks_it_is_caught(fault: Fault, tmp_path: Path) -> None:
    result, teeth = run(fault, tmp_path / "tried", fault.quick, seed=7)
    assert result.broken == []
    assert result.tries == fault.quick
    assert teeth is None or teeth.broken
