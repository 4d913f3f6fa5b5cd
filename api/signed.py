"""Signed documents on disk: signed/UNSIGNED/…, each under its own SHA-256. They cannot be made again.

A signature is added behind what was there, which stays as it was; so a signed file shows its earlier states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from domain.archive import EvidenceStore
from domain.errors import Unknown

_END = re.compile(rb"startxref\r?\n\d+\r?\n%%EOF(?:\r?\n)?")


def earlier(pdf: bytes) -> Iterator[bytes]:
    """Every state the file went through, the oldest first and the whole file last."""
    for end in _END.finditer(pdf):
        yield pdf[: end.end()]


class SignedDocuments:
    """A folder for each exported document, with all that it became by being signed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, unsigned: str, content: bytes) -> str:
        """Keep a signed document; its SHA-256."""
        return self._of(unsigned).put(content, name="signed.pdf", media_type="application/pdf").sha256

    def of(self, unsigned: str) -> list[str]:
        """The SHA-256 of every signed form of an exported document, the smallest first: each signature adds bytes."""
        files = [path for path in (self._folder / unsigned).glob("*/*") if not path.suffix]
        return [path.name for path in sorted(files, key=lambda path: path.stat().st_size)]

    def unsigned(self, signed: str) -> str | None:
        """The SHA-256 of the document that was signed."""
        found = next(self._folder.glob(f"*/{signed[:2]}/{signed}"), None)
        return found.parents[1].name if found else None

    def get(self, signed: str) -> bytes:
        """The bytes of a signed document."""
        unsigned = self.unsigned(signed)
        if unsigned is None:
            raise Unknown("本库没有保存这份签名文件。", "This archive keeps no such signed document.")
        return self._of(unsigned).get(signed)

    def _of(self, unsigned: str) -> EvidenceStore:
        return EvidenceStore(self._folder / unsigned, beside=self._folder)
