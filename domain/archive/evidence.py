"""Files that support events, stored beside the log under their SHA-256. What is stored never changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from domain.archive.disk import make_folder, sync, write_whole
from domain.errors import Broken, Unavailable, Unknown
from domain.events.base import Evidence


class EvidenceStore:
    """A folder of files by hash, each with a small description of its own."""

    def __init__(self, folder: Path, beside: Path | None = None) -> None:
        self._folder, self._beside = folder, beside or folder  # drafts lie in `beside`

    def put(self, content: bytes, *, name: str, media_type: str) -> Evidence:
        """Keep a file; the same bytes are kept once, with the description they first came with."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if not _holds(path, content):
            evidence = Evidence(sha256=digest, size=len(content), media_type=media_type, name=name)
            self._write(path.with_suffix(".json"), evidence.model_dump_json().encode())
            self._write(path, content)
        sync(path.parent)  # whoever wrote it may have been killed before
        return self.describe(digest)

    def _write(self, path: Path, content: bytes) -> None:
        try:
            make_folder(path.parent)
            write_whole(path, content, self._beside)
        except OSError as error:
            raise _unwritable(path.parent, error) from error

    def describe(self, digest: str) -> Evidence:
        """What is known of a kept file. Raises Broken where that is of another file."""
        try:
            evidence = Evidence.model_validate_json(self._path(digest).with_suffix(".json").read_bytes())
            if (evidence.sha256, evidence.size) == (digest, self._path(digest).stat().st_size):
                return evidence
        except ValueError:
            pass
        except FileNotFoundError as error:
            raise Unknown(
                f"没有这份附件：{digest}。请先上传。", f"No such evidence: {digest}. Upload it first."
            ) from error
        raise Broken(
            f"附件 {digest} 的说明被改动或已损坏。请从备份恢复 {digest}.json。",
            f"The description of evidence {digest} was altered or is damaged. Restore {digest}.json from a backup.",
        )

    def get(self, digest: str) -> bytes:
        """The bytes; raises Broken when they are no longer those that were kept."""
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise Unknown(f"没有这份附件：{digest}。", f"No such evidence: {digest}.") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise Broken(f"附件 {digest} 的内容已被改动。", f"The bytes of evidence {digest} were altered.")
        return content

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.with_suffix(".json").exists() and path.read_bytes() == content
    except OSError:
        return False


def _unwritable(folder: Path, error: OSError) -> Unavailable:
    return Unavailable(f"附件无法写入 {folder}：{error.strerror}。", f"Cannot write to {folder}: {error.strerror}.")
