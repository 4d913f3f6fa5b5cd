"""A small archive, with a plan, people and a witness who has seen them, and bundles of it."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from api import settings
from api.bundling import bundle
from api.home import Home
from api.main import init_home, open_home
from domain.desk import Request
from domain.language import Capacity
from exports.verify_bag import bag_in, whole
from projections.ledger.cosignature import cosign
from projections.ledger.note import COSIGNATURE, PrivateKey
from tests.projections.ledger import tampering

Files = dict[str, bytes]
BATCH = "2024-second"
WITNESS = PrivateKey("bureau", bytes(32), COSIGNATURE)
SEEN = datetime(2024, 3, 17, tzinfo=UTC)


def made(home: Path, people: int) -> Path:
    """An archive with a plan, people, and a witness who has seen them."""
    init_home(home, settings.load(), practice=True, seed="bundles")
    toml = (resources.files("domain") / "plans" / "2024-second.toml").read_text(encoding="utf-8")
    with open_home(home, settings.load(), lambda: tampering.START) as opened:
        request = Request(occurred_on=tampering.START.date(), capacity=Capacity.OFFICE_CLERK)
        opened.office.handle("publish-plan", {"toml": toml}, request)
    tampering.recorded(home, people, start=14)
    (home / "witness-policy").write_text(f"witness bureau {WITNESS.public}\nquorum bureau\n", encoding="utf-8")
    held = Home(home).held
    held.keep_cosigned(cosign(held.checkpoint(held.sizes()[-1]), WITNESS, SEEN))
    return home


def bundles(folder: Path) -> Path:
    """The archive in `home`, bundled twice as a ZIP and once as a folder."""
    with open_home(made(folder / "home", 2), settings.load()) as opened:
        for name in ("one.zip", "two.zip", "folder"):
            bundle(opened, folder / name)
    return folder


def files_of(path: Path) -> Files:
    """Every file of a bundle."""
    with bag_in(path) as bag:
        return {name: whole(bag, name) for name in bag.names}
