"""The folder of an archive, and the one file that says which archive it is.

archive.json     written once by `init`: origin, practice or not, seed, public key
archive.sqlite   the log: everything that was recorded
head             the last signed checkpoint of the log
checkpoints/     every checkpoint, and what the archive looked like then
witness-policy   which witnesses the archive knows, and how many of them suffice; written by hand
signing.key      what signs checkpoints; for its owner only
signing.key.next what is to sign next, while the key is being changed
archive.lock     shared by whoever has the archive open, held alone by who puts another in its place
evidence/        the files that support it
signed/          signed documents, each under the SHA-256 of the unsigned one
access.sqlite    who read what
views.sqlite     rebuilt from the log when it is deleted
ledger.sqlite    the nodes of the tree over the log; likewise
unbundled        there in an archive that was made of a bundle: its register is its own, and it signs nothing
verified.json    what the last `verify` found, and when
kept/            finished documents; made again when they are deleted
"""

import hashlib
import secrets
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from domain.archive import StoredLog
from domain.archive.disk import make_folder, write_whole
from domain.errors import Broken, TiduiError, Unavailable, Unknown
from projections.ledger.held import Held
from projections.ledger.keys import Keys, keys_in
from projections.ledger.note import BadNote, PrivateKey, parse_public
from projections.shape import canonical

FORMAT = 1
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 16
_SEED = 32


def _public_line(line: str) -> str:
    try:
        return str(parse_public(line))
    except BadNote as error:
        raise ValueError(error.en) from error


_PRACTICE = "tidui-practice/"
OriginName = Annotated[str, StringConstraints(pattern=r"^tidui(-practice)?/[0-9a-z]{16}$")]


class NotAnArchive(Unknown):
    """The folder holds no archive."""


class AlreadyAnArchive(TiduiError):
    """An archive is there already; nothing is ever made in its place."""


class NewerArchive(Unavailable):
    """A newer version of the software made it."""


class Charter(BaseModel):
    """What an archive was founded as. Never changes; `public_key` is the first of its keys."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    origin: OriginName
    practice: bool = False
    seed: str | None = None
    public_key: Annotated[str, AfterValidator(_public_line)]
    created_at: AwareDatetime

    @property
    def digest(self) -> str:
        """The SHA-256 of its canonical JSON, which every attestation binds."""
        return hashlib.sha256(canonical(self.model_dump(mode="json"))).hexdigest()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        """Practice stands in the origin, which every checkpoint signs; what a seed gives, follows from it."""
        if self.practice != self.origin.startswith(_PRACTICE) or (self.seed is not None and not self.practice):
            raise ValueError("it contradicts its own origin")
        if parse_public(self.public_key).name != self.origin:
            raise ValueError("its key is of another origin")
        return self


@dataclass(frozen=True)
class Home:
    """Where everything of one archive lies."""

    folder: Path

    @property
    def charter(self) -> Path:
        return self.folder / "archive.json"

    @property
    def log(self) -> Path:
        return self.folder / "archive.sqlite"

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"

    @property
    def signed(self) -> Path:
        return self.folder / "signed"

    @property
    def access(self) -> Path:
        return self.folder / "access.sqlite"

    @property
    def views(self) -> Path:
        return self.folder / "views.sqlite"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.sqlite"

    @property
    def held(self) -> Held:
        return Held(self.folder)

    @property
    def policy(self) -> Path:
        return self.folder / "witness-policy"

    @property
    def unbundled(self) -> Path:
        return self.folder / "unbundled"

    @property
    def verified(self) -> Path:
        return self.folder / "verified.json"

    @property
    def kept(self) -> Path:
        return self.folder / "kept"

    def prepare(self) -> None:
        """Make the folder for a new archive; refuses where one is."""
        try:
            make_folder(self.folder)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        if self.charter.exists() or self.log.exists():
            raise AlreadyAnArchive(
                f"{self.folder} 中已有档案库。请直接使用，或用 --home 另选一个文件夹。",
                f"There is an archive in {self.folder}. Use it, or choose another folder with --home.",
            )

    def found(self, charter: Charter) -> None:
        """Write the charter, the last act of `init`: a folder without one is no archive."""
        try:
            write_whole(self.charter, (charter.model_dump_json(indent=2) + "\n").encode())
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def read_charter(self) -> Charter:
        """The charter of the archive that is here, or an error with the cure."""
        try:
            charter = Charter.model_validate_json(self.charter.read_bytes())
        except FileNotFoundError:
            raise NotAnArchive(
                f"{self.folder} 不是档案库。请用 tidui init 建立，或用 --home 指明文件夹。",
                f"{self.folder} is no archive. Make one with tidui init, or name its folder with --home.",
            ) from None
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        except ValidationError as error:
            raise Broken(
                f"{self.charter} 已损坏。请从备份中取回这个文件。",
                f"{self.charter} is damaged. Take this file from a backup.",
            ) from error
        if charter.format > FORMAT:
            raise NewerArchive(
                f"{self.folder} 由更新版本的软件建立（格式 {charter.format}）。请更新本软件。",
                f"{self.folder} was made by newer software (format {charter.format}). Update this software.",
            )
        if not self.log.exists():
            raise Broken(
                f"{self.log} 不见了。请从备份恢复；不会另建空的档案库。",
                f"{self.log} is gone. Restore it from a backup; no empty one is made in its place.",
            )
        return charter

    def require_register(self) -> None:
        """Raise Broken where the register of accesses is gone: no empty one is made in its place unseen."""
        if not self.access.exists():
            raise Broken(
                f"{self.access} 不见了。请从备份恢复；如已无法恢复，运行 tidui restart-register 说明。",
                f"{self.access} is gone. Restore it from a backup; if it is lost for good, say so with tidui "
                "restart-register.",
            )

    def keys(self) -> Keys:
        """The keys that have signed the archive, and the one that does now; read from its log as it lies there."""
        first = parse_public(self.read_charter().public_key)
        with closing(StoredLog(self.log)) as log:
            return keys_in(log, first)


def founding(*, practice: bool, seed: str | None, now: datetime) -> tuple[Charter, PrivateKey]:
    """A new archive's charter and signing key. A practice archive has a seed, and both follow from it."""
    if practice:
        seed = seed or secrets.token_hex(8)
        origin = f"{_PRACTICE}{_spelled(_derived(seed, 'origin'))}"
        key = PrivateKey(origin, _derived(seed, "key"))
    else:
        seed, origin = None, f"tidui/{_spelled(secrets.token_bytes(_LENGTH))}"
        key = PrivateKey(origin, secrets.token_bytes(_SEED))
    return Charter(origin=origin, practice=practice, seed=seed, public_key=str(key.public), created_at=now), key


def new_key(charter: Charter, number: int) -> PrivateKey:
    """A key to come after so many others; a practice archive's follow from its seed."""
    seed = _derived(charter.seed, f"key/{number}") if charter.seed else secrets.token_bytes(_SEED)
    return PrivateKey(charter.origin, seed)


def _derived(seed: str, what: str) -> bytes:
    return hashlib.sha256(f"{seed}/{what}".encode()).digest()


def _spelled(digest: bytes) -> str:
    return "".join(_ALPHABET[byte & 31] for byte in digest[:_LENGTH])


def _unwritable(folder: Path, error: OSError) -> Unavailable:
    return Unavailable(
        f"文件夹 {folder} 无法使用（{error.strerror}）。请检查权限和磁盘空间，或用 --home 另选一个。",
        f"The folder {folder} cannot be used ({error.strerror}). "
        "Check its permissions and disk space, or choose another with --home.",
    )
