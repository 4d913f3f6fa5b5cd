"""The evidence bundle of an archive: checked whole first, written beside its place, registered, and only then there."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from api.access import Act
from api.main import App
from api.proving import check_archive
from api.registering import written_down
from domain.archive.disk import sweep, written_whole
from domain.archive.log import PAGE
from domain.errors import Broken, Malformed, Unknown
from domain.language import today
from exports import verify, verify_bag, verify_bundle
from exports.bundle import ATTACHED, TOLD, Bundle, Put, into_folder, into_zip, told
from exports.four_tests import UNREACHED, Looked
from exports.sheet import csv_lines
from exports.tables import ROSTER
from exports.verify_bundle import CHARTER, CHECKPOINTS, EVIDENCE, POLICY
from exports.verify_log import EVENTS, HASH, PROOFS, event_line, proof_line
from projections.history import HistoryEntry, history
from projections.ledger.attestation import parse_attestation
from projections.ledger.checkpoint import parse_checkpoint
from projections.ledger.note import Note
from projections.ledger.scan import Progress
from projections.moment import Moment
from projections.roster import Roster, roster
from projections.shape import canonical


def bundle(opened: App, target: Path, progress: Progress | None = None) -> str:
    """Write a bundle, a folder or a ZIP by its name; the SHA-256 it is registered under: the ZIP's, or of a folder
    that of the manifest which lists all manifests.
    """
    if target.exists():
        raise Malformed(f"{target} 已存在，请另选一个名字。", f"{target} exists; choose another name.")
    note = opened.ledger.checkpoint()
    looked = _looked(opened, note, progress)
    size = parse_checkpoint(note).size
    day = today(opened.views.recorded(size).body.recorded_at)
    moment = opened.views.at(day, f"@{size}")
    base = f"{opened.charter.origin.replace('/', '-')}-{size}"
    sweep(target.absolute().parent)
    with written_whole(target.absolute()) as draft:
        if target.suffix.lower() == ".zip":
            with zipfile.ZipFile(draft, "w") as packed:
                _write(opened, moment, looked, note, into_zip(packed, base))
            with draft.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        else:
            digest = _write(opened, moment, looked, note, into_folder(draft))
        _register(opened, moment, digest)
    return digest


@dataclass(frozen=True)
class Kept:
    """What somebody knows who was given a bundle: the published key, heads from before, witnesses' public lines."""

    key: str | None = None
    heads: tuple[Path, ...] = ()
    witnesses: tuple[str, ...] = ()


@contextmanager
def checked(path: Path, kept: Kept | None = None) -> Iterator[tuple[verify_bag.Bag, verify_bundle.Found]]:
    """A bundle that holds, open, and what was found in it. Raises Broken."""
    known = kept or Kept()
    try:
        heads = {str(head): head.read_bytes() for head in known.heads}
        with verify_bag.bag_in(path) as bag:
            yield bag, verify_bundle.check(bag, known.key, heads, known.witnesses)
    except verify.Failed as error:
        raise Broken(f"{path.name}：{error.args[0]}。", f"{path.name}: {error.args[1]}.") from error


def check_bundle(path: Path, kept: Kept | None = None) -> verify_bundle.Found:
    """What a bundle proves. Raises Broken."""
    with checked(path, kept) as (_, found):
        return found


@dataclass
class _Named:
    """What the events name, met while they go by."""

    hashes: dict[str, int] = field(default_factory=dict)
    plans: dict[str, bytes] = field(default_factory=dict)


def _write(opened: App, moment: Moment, looked: Looked, note: Note, put: Put) -> str:
    made, named = Bundle(put, looked), _Named()
    made.stream(EVENTS, _events(opened, made.looked, named))
    made.stream(PROOFS, (proof_line(at, opened.ledger.under(at, note)[1]) for at in range(1, moment.position + 1)))
    made.add(CHARTER, opened.home.charter.read_bytes())
    _put_signed(opened, made)
    _put_attachments(opened, made, named)
    made.stream("data/history.csv", map(str.encode, csv_lines(TOLD, map(told, _entries(moment)))))
    for batch, plan in sorted(named.plans.items()):
        made.add(f"data/plan/{batch}.json", plan)
        for year, found in _rosters(opened, moment, batch):
            made.add(f"data/rosters/{batch}-{year}.json", canonical(found.model_dump(mode="json")))
            made.add(f"data/rosters/{batch}-{year}.csv", ROSTER.csv(found, "zh"))
    key = str(opened.ledger.keys().at(moment.position))
    return made.close(key, moment.as_of, lambda text: str(opened.ledger.vouch(text, moment.position)).encode())


def _looked(opened: App, note: Note, progress: Progress | None) -> Looked:
    """What the check of the whole archive found; nothing is bundled of one that does not verify."""
    _, report = check_archive(opened.home, [], progress)
    if broken := [one for one in report.problems if one.code != UNREACHED]:
        first = broken[0]
        raise Broken(
            f"档案库校验不成立，不能打包：{first.zh}请运行 tidui verify。",
            f"The archive does not verify, so it cannot be bundled: {first.en} Run tidui verify.",
        )
    said = parse_attestation(opened.ledger.held.attestation(parse_checkpoint(note).size))
    return Looked(said.checkpoint, report, len(opened.ledger.held.sizes()), said.streams, len(said.views), said.code)


def _events(opened: App, looked: Looked, named: _Named) -> Iterator[bytes]:
    after = 0
    while rows := opened.log.rows(after, looked.head.size, PAGE):
        for position, stream, version, topic, state in rows:
            looked.topics.add(topic)
            for digest in HASH.findall(state.decode()):
                named.hashes.setdefault(digest, position)
            if topic.startswith("plan-published/"):
                content = json.loads(state)
                named.plans[content["data"]["batch"]] = canonical(content["data"]["plan"])
            yield event_line(position, stream, version, topic, state.decode())
        after = rows[-1][0]


def _put_signed(opened: App, made: Bundle) -> None:
    held, size = opened.ledger.held, made.looked.head.size
    for at in (one for one in held.sizes() if one <= size):
        made.add(f"{CHECKPOINTS}{at:012}", str(held.checkpoint(at)).encode())
        made.add(f"{CHECKPOINTS}{at:012}.attestation", str(held.attestation(at)).encode())
    for at in (one for one in held.cosigned_sizes() if one <= size):
        made.add(f"{CHECKPOINTS}{at:012}.cosigned", str(held.cosigned(at)).encode())
    if opened.home.policy.exists():
        made.add(POLICY, opened.home.policy.read_bytes())


def _put_attachments(opened: App, made: Bundle, named: _Named) -> None:
    """Whatever the archive keeps of what events name; a hash may also be that of something kept elsewhere."""
    rows = []
    for digest, position in sorted(named.hashes.items()):
        with suppress(Unknown):
            about = opened.evidence.describe(digest)
            content = opened.evidence.get(digest)
            made.looked.attachment(digest, about.media_type, content)
            made.add(EVIDENCE + digest, content)
            rows.append((*about.model_dump().values(), position))
    made.stream("data/evidence.csv", map(str.encode, csv_lines(ATTACHED, rows)))


def _entries(moment: Moment) -> Iterator[HistoryEntry]:
    """Every event in a sentence, a page at a time."""
    after: int | None = 0
    while after is not None:
        page = history(moment, after=after, limit=PAGE)
        yield from page.entries
        after = page.next


def _rosters(opened: App, moment: Moment, batch: str) -> Iterator[tuple[int, Roster]]:
    """The members at the end of each training year, or today; after the cycle as long as there are any."""
    plan = moment.plan(batch)
    if plan is None:  # its publication was withdrawn
        return
    for year in plan.years(moment.as_of):
        first, last = plan.year_bounds(year)
        found = roster(opened.views.at(min(last, moment.as_of), f"@{moment.position}"), batch)
        if first > plan.cycle.ends_on and not any(tier.members for tier in found.tiers):
            return
        yield year, found


def _register(opened: App, moment: Moment, digest: str) -> None:
    """Write the export down for each whose matter is in it; once where there is nobody yet."""
    people = [stream for stream, _ in opened.log.heads(moment.position) if stream.startswith("p-")]
    written_down(opened, Act.EXPORT, "bundle", people=people, moment=moment, sha256=digest)
