"""The signed heads of one archive, in files outside its database.

head                      the last checkpoint that was signed
checkpoints/000002095     every checkpoint, after its size
checkpoints/000002095.attestation   what the archive looked like then
checkpoints/000002095.cosigned      the checkpoint again, with the signatures of witnesses
checkpoints/000002095.handover      the note by which the key that signs from there on got its office
signing.key               what signs; mode 0600, never copied
signing.key.next          what is to sign next, from before the log names it until it signs

Files are written whole or not at all. One writer at a time: the head is compared and swapped under a lock, and
what the log says must begin with what was signed before.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from domain.archive.disk import make_folder, sync, write_whole
from domain.errors import Broken, TiduiError, Unavailable, Unknown
from projections.ledger.checkpoint import parse_checkpoint
from projections.ledger.note import BadNote, Note, PrivateKey, PublicKey, parse_note, parse_private


class Fork(TiduiError):
    """The log does not continue what was signed; nothing more is signed."""


class NoKey(Unavailable):
    """There is no usable signing key."""


class Held:
    """The folder's signed files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.head_file = folder / "head"
        self.checkpoints = folder / "checkpoints"
        self.key_file = folder / "signing.key"
        self.next_file = folder / "signing.key.next"

    def head(self) -> Note | None:
        """The last checkpoint that was signed, None in an archive that has none."""
        try:
            return parse_note(self.head_file.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(
                f"{self.head_file} 无法读取（{error.strerror}）。请检查权限和磁盘。",
                f"{self.head_file} cannot be read ({error.strerror}). Check its permissions and the disk.",
            ) from error
        except BadNote as error:
            raise Broken(
                f"{self.head_file} 已损坏。{error.zh}请从备份、见证方或任一导出的 PDF 中取回最后的检查点。",
                f"{self.head_file} is damaged. {error.en} Take the last checkpoint from a backup, a witness or any "
                "exported PDF.",
            ) from error

    def sizes(self) -> list[int]:
        """The sizes there are checkpoints of, ascending."""
        return self._sizes("")

    def cosigned_sizes(self) -> list[int]:
        """The sizes whose checkpoint a witness has signed, ascending."""
        return self._sizes(".cosigned")

    def attested_sizes(self) -> list[int]:
        """The sizes that an attestation is there of, ascending."""
        return self._sizes(".attestation")

    def _sizes(self, kind: str) -> list[int]:
        try:
            names = os.listdir(self.checkpoints)  # noqa: PTH208 - asked for each document, and many times as fast
        except FileNotFoundError:
            return []
        found = (name.removesuffix(kind) for name in names if name.endswith(kind))
        return sorted(int(size) for size in found if size.isdigit())

    def checkpoint(self, size: int) -> Note:
        """The checkpoint of a size. Raises Unknown, or Broken when its file is damaged."""
        return self._checkpoint(self._path(size), size)

    def cosigned(self, size: int) -> Note:
        """The checkpoint of a size with the signatures of its witnesses. Raises as `checkpoint` does."""
        return self._checkpoint(self._path(size).with_suffix(".cosigned"), size)

    def keep_cosigned(self, note: Note) -> None:
        """Keep a checkpoint that witnesses have signed beside the one without. Called inside `alone`."""
        write_whole(self._path(parse_checkpoint(note).size).with_suffix(".cosigned"), str(note).encode())

    def _checkpoint(self, path: Path, size: int) -> Note:
        try:
            note = parse_note(path.read_bytes())
            if parse_checkpoint(note).size != size:
                raise Broken(f"{path} 不是第 {size} 号检查点。", f"{path} is not the checkpoint of size {size}.")
        except FileNotFoundError:
            raise Unknown(f"没有第 {size} 号检查点。", f"There is no checkpoint of size {size}.") from None
        except BadNote as error:
            raise Broken(f"{path} 已损坏：{error.zh}", f"{path} is damaged: {error.en}") from error
        return note

    def covering(self, position: int) -> Note | None:
        """The first checkpoint that covers a position."""
        size = next((size for size in self.sizes() if size >= position), None)
        return None if size is None else self.checkpoint(size)

    def witnessed(self, position: int) -> Note | None:
        """The first checkpoint that covers a position and that witnesses have signed, with their signatures. A file
        that is not the checkpoint of its size is passed over.
        """
        for size in (size for size in self.cosigned_sizes() if size >= position):
            with suppress(Unknown, Broken):
                note = self.cosigned(size)
                if note.text == self.checkpoint(size).text:
                    return note
        return None

    def attestation(self, size: int) -> Note:
        """What stands beside the checkpoint of a size."""
        path = self._path(size).with_suffix(".attestation")
        try:
            return parse_note(path.read_bytes())
        except FileNotFoundError:
            raise Unknown(
                f"第 {size} 号检查点旁没有存证。", f"No attestation stands beside checkpoint {size}."
            ) from None
        except BadNote as error:
            raise Broken(f"{path} 已损坏：{error.zh}", f"{path} is damaged: {error.en}") from error

    def key(self) -> PrivateKey:
        """What signs. Raises NoKey, with the cure, when it is absent, damaged or open to others."""
        return _read_key(self.key_file)

    def key_of(self, public: PublicKey) -> PrivateKey:
        """What signs for a public key. The key that lies ready takes its place once it is the one asked for: the log
        names it then, and the old one is gone for good. Called inside `alone`; raises NoKey as `key` does.
        """
        if (
            self.next_file.exists()
            and not _is_key(self.key_file, public)
            and _read_key(self.next_file).public == public
        ):
            self.next_file.replace(self.key_file)
            sync(self.folder)
        key = self.key()
        if key.public != public:
            raise NoKey(
                f"{self.key_file} 不是公钥 {public} 的密钥，而日志以它为准。请从另行保存之处放回那一把。",
                f"{self.key_file} is not the key of the public line {public}, which the log says is in force. Put that "
                "one back from where its copy is kept.",
            )
        return key

    def holds(self, public: PublicKey) -> bool:
        """Whether what signs for a public key can be used, or lies ready."""
        return _is_key(self.key_file, public) or _is_key(self.next_file, public)

    def next_key(self, make: Callable[[], PrivateKey]) -> PrivateKey:
        """What is to sign next: what lies ready, else a new one, which is on the disk when this returns."""
        with self.alone():
            if not self.next_file.exists():
                write_whole(self.next_file, (make().secret() + "\n").encode())
            return _read_key(self.next_file)

    def handover_files(self) -> list[Path]:
        """Where the notes lie by which the key was handed over, in their order."""
        return sorted(self.checkpoints.glob("*.handover"))

    def keep_handover(self, position: int, note: str) -> None:
        """Keep such a note, unless it is there."""
        path = self._path(position).with_suffix(".handover")
        make_folder(self.checkpoints)
        if not path.exists():
            write_whole(path, note.encode())

    def keep_key(self, key: PrivateKey) -> None:
        """Write the signing key, for its owner's eyes only."""
        write_whole(self.key_file, (key.secret() + "\n").encode())

    def publish(self, signed: Note, attestation: Note, before: Note | None) -> None:
        """Keep a new head. Called inside `alone`; Fork when the head is no longer the one it was signed upon."""
        if (now := self.head()) != before:
            raise Fork("签署期间检查点已被改动。", f"The head was changed while it was signed: {now}")
        checkpoint = parse_checkpoint(signed)
        make_folder(self.checkpoints)
        path = self._path(checkpoint.size)
        write_whole(path.with_suffix(".attestation"), str(attestation).encode())
        write_whole(path, str(signed).encode())
        write_whole(self.head_file, str(signed).encode())

    def put_head(self, last: Note) -> None:
        """Put the last checkpoint on file at the head, which was lost or not swapped in time. Called inside `alone`."""
        if self.head() != last:
            write_whole(self.head_file, str(last).encode())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else signs meanwhile."""
        try:
            with (self.folder / "head.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise Unavailable(
                f"检查点无法写入 {self.folder}（{error.strerror}）。记录本身不受影响；请检查磁盘空间和权限。",
                f"No checkpoint can be written in {self.folder} ({error.strerror}). What is recorded is safe; check "
                "disk space and permissions.",
            ) from error

    def _path(self, size: int) -> Path:
        return self.checkpoints / f"{size:012}"


def _is_key(path: Path, public: PublicKey) -> bool:
    try:
        return _read_key(path).public == public
    except NoKey:
        return False


def _read_key(path: Path) -> PrivateKey:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise NoKey(f"别人也能读取 {path}。请运行 chmod 600。", f"Others can read {path}. Run chmod 600 on it.")
        return parse_private(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError, BadNote) as error:
        raise NoKey(
            f"签名密钥 {path} 无法使用。请从另行保存之处放回；没有它，不能再签署。",
            f"The signing key {path} cannot be used. Put it back from where its copy is kept; without it nothing more "
            "is signed.",
        ) from error
