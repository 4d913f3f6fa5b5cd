"""The files that go between an archive and its witnesses, read and written."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from api.home import Home
from api.main import App
from domain.archive.disk import write_out
from domain.errors import Malformed, Unknown
from projections.ledger import witnessed
from projections.ledger.cosignature import Cosigned
from projections.ledger.note import Note, PublicKey
from projections.ledger.policy import Policy, parse_policy
from projections.ledger.witness import Witness

_SEED = 32


def policy_of(home: Home, instead: Path | None = None) -> Policy | None:
    """The archive's policy, or the one that an auditor brings; None where there is none."""
    path = instead or home.policy
    if instead is None and not path.exists():
        return None
    try:
        return parse_policy(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise Malformed(f"{path} 不是 UTF-8 文本。", f"{path} is not UTF-8 text.") from error


def found_witness(folder: Path, name: str, logs: list[str]) -> PublicKey:
    """Make a new witness."""
    return Witness(folder).found(name, logs, secrets.token_bytes(_SEED))


def sign_request(folder: Path, request: Path, out: Path, now: datetime) -> tuple[Note, list[PublicKey]]:
    """Sign what an archive has brought, by the witness in a folder; and the keys that were handed over to in it."""
    witness = Witness(folder)
    known = witness.logs()
    beside = handovers_of(request)
    signed = witness.sign(request.read_bytes(), now, beside.read_bytes() if beside.exists() else b"")
    write_out(out, str(signed).encode())
    return signed, [key for key in witness.logs() if key not in known]


def write_request(opened: App, file: Path, witness: str | None, since: int | None) -> int:
    """Write what a witness is asked; from which size on. It is the last that the witness is known to have signed."""
    if since is None:
        since = witnessed.last_seen(opened.home.held, _known(opened), witness)
    request, beside = witnessed.request(opened.ledger, since), handovers_of(file)
    if request.handovers:
        write_out(beside, request.handovers_text().encode())
    else:
        beside.unlink(missing_ok=True)
    write_out(file, request.text().encode())
    return since


def handovers_of(request: Path) -> Path:
    """The file beside a request that brings the handovers of the key along."""
    return request.with_name(f"{request.name}.handovers")


def add_cosigned(opened: App, file: Path) -> list[Cosigned]:
    """Keep what a witness has signed."""
    policy = _known(opened)
    return witnessed.add(opened.ledger, policy, witnessed.read_cosigned(opened.ledger, policy, file.read_bytes()))


def _known(opened: App) -> Policy:
    policy = policy_of(opened.home)
    if policy is None or not policy.witnesses:
        raise Unknown(
            f"本库还不知道任何见证方。请在 {opened.home.policy} 中写明，例如两行：witness 教育局 公钥；quorum 教育局。",
            f"This archive knows no witness yet. Write them into {opened.home.policy}, for example in two lines: "
            "witness bureau KEY; quorum bureau.",
        )
    return policy
