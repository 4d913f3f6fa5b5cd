"""Reads a BagIt 1.0 package (RFC 8493), a folder or a ZIP, as one reads what a stranger hands over.

Nothing is unpacked and no file is held whole that could be large. Links, doubled names, names that lead elsewhere and
what unpacks to absurd sizes are refused before anything is read.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple

if __package__:
    from exports import verify
else:  # beside verify.py in a bundle
    import verify  # type: ignore[import-not-found, no-redef]

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD, TAGS, SIGNATURE = "manifest-sha256.txt", "tagmanifest-sha256.txt", "signature.txt"
LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
SMALL, LONGEST = 1 << 20, 1 << 24  # bytes of a file, and of a line, that are held at once
# Finder's, Explorer's and Office's own: .DS_Store, ._name, __MACOSX/._name, Thumbs.db, desktop.ini, ~$name.docx.
LEAVING = re.compile(
    r"(?:__MACOSX/(?:[^/]+/)*\._[^/]*)|(?:[^/]+/)*(?:\.DS_Store|\._[^/]+|Thumbs\.db|desktop\.ini|~\$[^/]+)",
    re.IGNORECASE,
)
TIMES = 100  # its own size, that a ZIP may unpack to
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Bag(NamedTuple):
    """The files of a package by their names in it, how to open one, and what file managers left among them."""

    names: frozenset[str]
    open: Callable[[str], IO[bytes]]
    left: frozenset[str] = frozenset()


def bag_of(names: Iterable[str], open_file: Callable[[str], IO[bytes]]) -> Bag:
    """The package without what file managers leave where a folder is looked at.

    To the check such files do not exist: no byte of them is read, and a manifest that lists one finds it missing. So
    nothing can hide behind such a name; it is told, for whoever looks at the folder.
    """
    there = frozenset(names)
    left = frozenset(filter(LEAVING.fullmatch, there))
    return Bag(there - left, open_file, left)


@contextmanager
def bag_in(path: pathlib.Path) -> Iterator[Bag]:
    """The package that a folder or a ZIP holds."""
    if path.is_dir():
        if not (path / "bagit.txt").exists():
            verify.fail("这不是证据包：没有 bagit.txt", "this is no bundle: the file bagit.txt is missing")
        yield bag_of(walked(path), lambda name: (path / name).open("rb"))
        return
    size = path.stat().st_size
    try:
        packed = zipfile.ZipFile(path)
    except (*DAMAGED, OSError):
        verify.fail("这不是 ZIP，或已损坏", "this is no ZIP, or it is damaged")
    with packed:
        entries = unpacked(packed, size)
        yield bag_of(entries, lambda name: opened(packed, entries[name]))


def opened(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> IO[bytes]:
    """A file in a ZIP. Where it is said to lie at an impossible place, the ZIP is to blame, not the disk."""
    try:
        return packed.open(entry)
    except OSError as error:
        raise zipfile.BadZipFile from error


def walked(folder: pathlib.Path) -> Iterator[str]:
    """Every file below a folder; a link is none, wherever it leads."""
    for where, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = pathlib.Path(where, name)
            kind, inside = path.lstat().st_mode, path.relative_to(folder).as_posix()
            if stat.S_ISREG(kind):
                yield inside
            elif not stat.S_ISDIR(kind):
                verify.fail(f"{inside} 是链接或特殊文件", f"{inside} is a link or a special file")


def unpacked(packed: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """What a ZIP holds, by the name below the one folder in it."""
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in packed.infolist():
        check_entry(entry)
        if entry.filename in entries:
            verify.fail(f"压缩包中有两个 {entry.filename}", f"the ZIP holds {entry.filename} twice")
        entries[entry.filename] = entry
    files = {name: entry for name, entry in entries.items() if not entry.is_dir()}
    if (total := sum(entry.file_size for entry in files.values())) > TIMES * size:
        verify.fail(
            f"压缩包解开后有 {total} 字节，是其自身的 {TIMES} 倍以上",
            f"the ZIP unpacks to {total} bytes, more than {TIMES} times its own size",
        )
    base = next((name[:-9] for name in files if name.endswith("/bagit.txt") and name.count("/") == 1), "")
    for name in files:
        if not (name.startswith(base) or LEAVING.fullmatch(name)):
            verify.fail(f"{name} 在证据包之外", f"{name} lies outside the bundle")
    return {name.removeprefix(base): entry for name, entry in files.items()}


def check_entry(entry: zipfile.ZipInfo) -> None:
    """A name in a ZIP leads nowhere else, and is a file's or a folder's."""
    name, kind = entry.filename, stat.S_IFMT(entry.external_attr >> 16)
    steps = name.removesuffix("/").split("/")
    if name != entry.orig_filename or {"", ".", ".."} & {*steps} or re.search(r"[\\:\x00-\x1f\x7f]", name):
        given = entry.orig_filename
        verify.fail(f"压缩包中有不安全的路径 {given}", f"the ZIP holds an unsafe path: {given}")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        verify.fail(f"压缩包中的 {name} 是链接或特殊文件", f"{name} in the ZIP is a link or a special file")
    if entry.flag_bits & 1:
        verify.fail(f"压缩包中的 {name} 已加密", f"{name} in the ZIP is encrypted")


# --- reading --------------------------------------------------------------------------------------------------------


def chunks(bag: Bag, name: str, read: Callable[[IO[bytes]], bytes]) -> Iterator[bytes]:
    """A file that must be there, part by part."""
    if name not in bag.names:
        verify.fail(f"缺少文件 {name}", f"the file {name} is missing")
    try:
        with bag.open(name) as file:
            while part := read(file):
                yield part
    except DAMAGED:
        verify.fail(f"压缩包中的 {name} 已损坏", f"{name} in the ZIP is damaged")


def digest(bag: Bag, name: str) -> str:
    """The SHA-256 of a file."""
    found = hashlib.sha256()
    for part in chunks(bag, name, lambda file: file.read(1 << 20)):
        found.update(part)
    return found.hexdigest()


def whole(bag: Bag, name: str) -> bytes:
    """A small file."""
    return within(SMALL, next(chunks(bag, name, lambda file: file.read(SMALL + 1)), b""), name)


def lines(bag: Bag, name: str) -> Iterator[bytes]:
    """A file's lines; each must have its end."""
    for line in chunks(bag, name, lambda file: file.readline(LONGEST + 1)):
        if not within(LONGEST, line, name).endswith(b"\n"):
            verify.fail(f"{name} 的末行不完整", f"the last line of {name} is cut off")
        yield line[:-1]


def within(limit: int, content: bytes, name: str) -> bytes:
    """A part that is not too large to be held."""
    if len(content) > limit:
        verify.fail(f"{name} 过大", f"{name} is too large")
    return content


# --- manifests ------------------------------------------------------------------------------------------------------


def check(bag: Bag) -> None:
    """It is a package of BagIt 1.0, in which every file is listed and every listed file is what was listed."""
    if whole(bag, "bagit.txt") != DECLARATION:
        verify.fail("bagit.txt 不是 BagIt 1.0 声明", "bagit.txt does not declare BagIt 1.0")
    payload = {name for name in bag.names if name.startswith("data/")}
    check_manifest(bag, TAGS, bag.names - payload)
    check_manifest(bag, PAYLOAD, payload)


def check_manifest(bag: Bag, manifest: str, there: frozenset[str] | set[str]) -> None:
    """The files that a manifest lists are there as it says, and no others beside it and what signs it."""
    listed: dict[str, str] = {}
    for number, line in enumerate(lines(bag, manifest), 1):
        found = LINE.fullmatch(verify.read_text(line, manifest))
        if not found or found[2] in listed:
            verify.fail(f"{manifest} 第 {number} 行格式不对", f"line {number} of {manifest} is malformed")
        listed[found[2]] = found[1]
    for name, expected in listed.items():
        if digest(bag, name) != expected:
            verify.fail(f"文件 {name} 被改动", f"the file {name} was altered")
    for name in sorted(there - set(listed) - {TAGS, SIGNATURE}):
        verify.fail(f"多出文件 {name}", f"the file {name} is in no manifest")
