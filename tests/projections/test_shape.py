"""Canonical JSON: what RFC 8785 says, at the speed of the standard library."""

import pytest
import rfc8785

from projections.shape import canonical


@pytest.mark.parametrize(
    "content", [{"b": 2.0, "a": [1, 2.5, None, True]}, {"text": "2.0 e+"}, {"é": '单\u2028\x1f"/'}, [1e20, -0.0, 0.1]]
)
def test_it_is_what_the_standard_says(content: object) -> None:
    assert canonical(content) == rfc8785.dumps(content)  # type: ignore[arg-type]
