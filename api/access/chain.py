"""The chain of the register of accesses: a hash beside each line, over the hash before and the line as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

EMPTY = hashlib.sha256(b"tidui-register/1\n").digest()


def canonical(line: Mapping[str, Any]) -> bytes:
    """A line in the one spelling that is hashed: JSON of what is not empty, names in order."""
    content = {name: value for name, value in line.items() if value is not None}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hashes(before: bytes, lines: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, bytes]]:
    """The number of each line with its hash, from the hash before the first on."""
    for line in lines:
        before = hashlib.sha256(before + canonical(line)).digest()
        yield line["number"], before
