"""A workbook's parts, read out of its ZIP within bounds and parsed without anything that XML could unfold."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.parsers import expat

from api.sheets.table import MOST_UNPACKED, Told
from domain.errors import Malformed

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PART = 1 << 16
_CURE = Told(
    "请在 Excel 或 WPS 中把名单另存为新的 .xlsx 工作簿，不带密码和宏。",
    "Save the list from Excel or WPS as a new .xlsx workbook, without password or macros.",
)
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, KeyError)

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Characters = Callable[[str], None]


def is_workbook(content: bytes) -> bool:
    """Whether it is a ZIP, or what Excel made before there were any."""
    return content.startswith((b"PK", _OLE))


class Package:
    """The parts of one XLSX. Sizes are counted as they unpack; what a part claims of itself is not believed."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self._left = name, MOST_UNPACKED
        if content.startswith(_OLE):
            raise self.refused(*(_password() if _ENCRYPTED in content else _old()))
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGED as error:
            raise self.broken(error) from error
        self.parts = {part.lower(): part for part in self._zip.namelist()}
        if any(part.endswith("vbaproject.bin") for part in self.parts):
            raise self.refused("含有宏", "holds macros")
        if not any(part.endswith("workbook.xml") for part in self.parts):
            raise self.refused("不是 .xlsx 工作簿", "is no .xlsx workbook")

    def parse(
        self, part: str, start: Start, end: End = lambda _: None, characters: Characters = lambda _: None
    ) -> None:
        """Hand a part's elements over by their local names, and their attributes likewise."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, given: start(_local(tag), {_local(k): v for k, v in given.items()})
        parser.EndElementHandler = lambda tag: end(_local(tag))
        parser.CharacterDataHandler = characters
        parser.StartDoctypeDeclHandler = self._no_types
        try:
            for chunk in self._chunks(part):
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise self.broken(error) from error

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that one names: by id their kind and their path."""
        folder, base = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, given: dict[str, str]) -> None:
            if tag == "Relationship" and given.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", ""))).lstrip("/")
                found[given.get("Id", "")] = given.get("Type", "").rpartition("/")[2], target

        listing = posixpath.join(folder, "_rels", f"{base}.rels")
        if listing.lower() in self.parts:
            self.parse(listing, start)
        return found

    def refused(self, zh: str, en: str) -> Malformed:
        """What the file is that cannot be read here, with the cure."""
        return Malformed(f"{self.name} {zh}，无法读取。{_CURE.zh}", f"{self.name} {en}: not read. {_CURE.en}")

    def broken(self, error: Exception) -> Malformed:
        """It claims to be a workbook and is damaged."""
        return Malformed(
            f"{self.name} 不是完好的 XLSX（{error}）。请在 Excel 中重新保存。",
            f"{self.name} is no sound XLSX ({error}). Save it again from Excel.",
        )

    def _chunks(self, part: str) -> Iterator[bytes]:
        try:
            with self._zip.open(self.parts[part.lower()]) as file:
                while chunk := file.read(_PART):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise self.refused(
                            f"解开后超过 {MOST_UNPACKED >> 20} MiB", f"unpacks to over {MOST_UNPACKED >> 20} MiB"
                        )
                    yield chunk
        except _DAMAGED as error:
            raise self.broken(error) from error

    def _no_types(self, *_: object) -> None:
        raise self.refused("含有文档类型声明（DTD）", "declares a document type (DTD)")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _password() -> Told:
    return Told("有密码保护", "is protected by a password")


def _old() -> Told:
    return Told("是旧版格式（.xls 或 .et）", "is of an old format (.xls or .et)")
