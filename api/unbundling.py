"""An evidence bundle as an archive again, to be asked what its files do not tell. It has no key to sign with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api.access import AccessLog
from api.bundling import Kept, checked
from api.home import Charter, Home
from domain.archive import EvidenceStore, Log
from domain.archive.disk import make_folder, sweep, write_whole, written_whole
from domain.archive.sqlite import StoredRow
from domain.errors import Broken, Malformed
from exports.verify_bag import Bag, chunks, lines, whole
from exports.verify_bundle import CHARTER, CHECKPOINTS, EVIDENCE, POLICY, Found
from exports.verify_log import EVENTS

_PART = 1 << 20
_NO_TYPE = "application/octet-stream"  # of what an event only mentions


def unbundle(path: Path, folder: Path, kept: Kept | None = None) -> Found:
    """Check a bundle and make an archive of it in a new folder. Raises Broken when it does not hold."""
    if folder.exists():
        raise Malformed(f"{folder} 已存在，请另选一个名字。", f"{folder} exists; choose another name.")
    make_folder(folder.absolute().parent)
    sweep(folder.absolute().parent)
    with checked(path, kept) as (bag, found), written_whole(folder.absolute()) as place:
        draft = Home(place)
        draft.prepare()
        _put_events(bag, draft)
        _put_signed(bag, draft)
        AccessLog(draft.access).close()
        write_whole(draft.unbundled, f"{found.origin}\n{found.events}\n".encode())
        draft.found(_charter(bag, found))
    return found


def _charter(bag: Bag, found: Found) -> Charter:
    try:
        charter = Charter.model_validate_json(whole(bag, CHARTER))
    except ValidationError as error:
        raise Broken(f"{CHARTER} 已损坏。", f"{CHARTER} is damaged.") from error
    first = [found.public_key, *found.earlier_keys][-1]
    if (charter.origin, charter.public_key) != (found.origin, first):
        raise Broken(f"{CHARTER} 属于另一个档案库。", f"{CHARTER} is of another archive.")
    return charter


def _put_events(bag: Bag, home: Home) -> None:
    named: dict[str, dict[str, Any]] = {}
    log, store = Log(home.log), EvidenceStore(home.evidence)
    try:
        log.take_in(_rows(bag, named))
    finally:
        log.close()
    for name in sorted(bag.names):
        if name.startswith(EVIDENCE):
            digest = name.removeprefix(EVIDENCE)
            about = named.get(digest, {"name": digest, "media_type": _NO_TYPE})
            content = b"".join(chunks(bag, name, lambda file: file.read(_PART)))
            store.put(content, name=about["name"], media_type=about["media_type"])


def _rows(bag: Bag, named: dict[str, dict[str, Any]]) -> Iterator[StoredRow]:
    """The events; on the way it is noted what their files are called."""
    for line in lines(bag, EVENTS):
        event = json.loads(line)
        for one in json.loads(event["state"]).get("evidence", ()):
            named.setdefault(one["sha256"], one)
        yield event["position"], event["stream"], event["version"], event["topic"], event["state"].encode()


def _put_signed(bag: Bag, home: Home) -> None:
    held = home.held
    held.checkpoints.mkdir()
    for name in sorted(bag.names):
        if name.startswith(CHECKPOINTS):
            write_whole(held.checkpoints / name.removeprefix(CHECKPOINTS), whole(bag, name))
    held.put_head(held.checkpoint(held.sizes()[-1]))
    if POLICY in bag.names:
        write_whole(home.policy, whole(bag, POLICY))
