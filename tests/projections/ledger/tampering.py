"""Attacks on an archive's files, by somebody who can write to them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from api import settings
from api.demo.narrator import SetClock
from api.main import App, init_home, open_home
from domain.commands.signing import RotateSigningKey
from domain.desk import Request
from domain.errors import Broken
from domain.events.base import Recorded
from domain.events.record import EventWithdrawn
from domain.language import SHANGHAI, Capacity, today
from projections.ledger import tree
from projections.ledger.attestation import parse_attestation
from projections.ledger.checkpoint import Checkpoint, parse_checkpoint
from projections.ledger.held import Held
from projections.ledger.keys import hand_over
from projections.ledger.note import PrivateKey, parse_note

EVENTS, EARLY = 30, 10
START = datetime(2024, 3, 1, 9, tzinfo=SHANGHAI)


def recorded(home: Path, count: int, *, start: int = 0, name: str = "王") -> None:
    """Register people, one a day; each first record of a day is under a checkpoint."""
    clock = SetClock(START + timedelta(days=start))
    with open_home(home, settings.load(), clock) as opened:
        for number in range(start, start + count):
            clock.now = START + timedelta(days=number)
            proof = opened.evidence.put(f"户口簿 {number}".encode(), name="户口簿.txt", media_type="text/plain").sha256
            request = Request(occurred_on=today(clock.now), capacity=Capacity.OFFICE_CLERK, evidence=(proof,))
            data = {"name": f"{name}{chr(0x4E00 + number)}", "gender": "female", "birth_date": "1985-03-02"}
            opened.office.handle("register-person", data, request)


def made(home: Path) -> Path:
    """An archive of EVENTS events, and beside it a copy of its log as it was at EARLY."""
    init_home(home, settings.load(), practice=True, seed="tamper")
    recorded(home, EARLY)
    with closing(sqlite3.connect(home / "archive.sqlite")) as source, closing(sqlite3.connect(old(home))) as target:
        source.backup(target)
    recorded(home, EVENTS - EARLY, start=EARLY)
    return home


def old(home: Path) -> Path:
    return home / "log-of-old.sqlite"


@contextmanager
def _rows(home: Path) -> Iterator[sqlite3.Connection]:
    """The table of events with everything that guards it gone, as whoever holds the file can have it."""
    with closing(sqlite3.connect(home / "archive.sqlite")) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        yield database
        for _, statement in triggers:
            database.execute(statement)
        database.commit()


def edit(home: Path, at: int) -> None:
    """Another birth date."""
    with _rows(home) as rows:
        change = "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), '1985', '1990') AS BLOB) "
        assert rows.execute(change + "WHERE rowid = ?", (at,)).rowcount == 1


def delete(home: Path, at: int) -> None:
    """An event less, the others as they were."""
    with _rows(home) as rows:
        rows.execute("DELETE FROM stored_events WHERE rowid = ?", (at,))


def close_up(home: Path, at: int) -> None:
    """An event less, and those behind it moved up."""
    with _rows(home) as rows:
        rows.execute("DELETE FROM stored_events WHERE rowid = ?", (at,))
        for place in range(at + 1, EVENTS + 1):
            rows.execute("UPDATE stored_events SET rowid = rowid - 1 WHERE rowid = ?", (place,))


def swap(home: Path, at: int) -> None:
    """Two events change places."""
    other = at - 1
    with _rows(home) as rows:
        for start, end in ((at, -2), (other, at), (-2, other)):
            rows.execute("UPDATE stored_events SET rowid = ? WHERE rowid = ?", (end, start))


def insert(home: Path, at: int) -> None:
    """One event more, and those behind it moved down."""
    with _rows(home) as rows:
        for place in range(EVENTS, at - 1, -1):
            rows.execute("UPDATE stored_events SET rowid = rowid + 1 WHERE rowid = ?", (place,))
        rows.execute(
            "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
            "SELECT ?, 'p-zzzzzzzzzzzzzzzz', 1, topic, state FROM stored_events WHERE rowid = ?",
            (at, at + 1),
        )


def replace(home: Path, at: int) -> None:
    """Somebody else's event in the place of one."""
    with _rows(home) as rows:
        rows.execute("UPDATE stored_events SET originator_id = 'p-zzzzzzzzzzzzzzzz' WHERE rowid = ?", (at,))


def truncate(home: Path, at: int) -> None:
    """All from one event on is gone."""
    with _rows(home) as rows:
        rows.execute("DELETE FROM stored_events WHERE rowid >= ?", (at,))


def roll_back(home: Path, at: int) -> None:
    """The file as it was long ago."""
    del at
    for ending in ("", "-wal", "-shm"):
        (home / f"archive.sqlite{ending}").unlink(missing_ok=True)
    shutil.copy(old(home), home / "archive.sqlite")


def fork(home: Path, at: int) -> None:
    """All from one event on recorded otherwise."""
    truncate(home, at)
    recorded(home, EVENTS - at + 1, start=at - 1, name="李")


def skip(home: Path, at: int) -> None:
    """A number left out in the event's stream."""
    with _rows(home) as rows:
        rows.execute("UPDATE stored_events SET originator_version = originator_version + 1 WHERE rowid = ?", (at,))


def slip_in(home: Path, at: int) -> None:
    """An event more in the same stream, at a place that no reading of the log comes by."""
    with _rows(home) as rows:
        rows.execute(
            "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
            "SELECT -?, originator_id, 2, topic, state FROM stored_events WHERE rowid = ?",
            (at, at),
        )


def unform(home: Path, at: int) -> None:
    """Something in the event's row that is not of its kind."""
    with _rows(home) as rows:
        rows.execute("UPDATE stored_events SET originator_version = 'one' WHERE rowid = ?", (at,))


def as_text(home: Path, at: int) -> None:
    """The same words, as text where bytes were: what `replace` in SQL makes of them."""
    with _rows(home) as rows:
        rows.execute("UPDATE stored_events SET state = CAST(state AS TEXT) WHERE rowid = ?", (at,))


def withdraw_nothing(home: Path, at: int) -> None:
    """One event more: a withdrawal of what was never recorded."""
    with open_home(home, settings.load()) as opened:
        last = opened.log.get(at)
        of_nothing = {"data": EventWithdrawn(target=99, target_id="e-none"), "evidence": (), "correlation": "k-none"}
        body = last.body.model_copy(update=of_nothing)
        opened.log.append([Recorded(last.stream, last.version + 1, at + 1, body)])


def damage(home: Path) -> None:
    """The last pages of the file overwritten."""
    path = home / "archive.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + b"\x55" * (len(content) - len(content) // 2))


ATTACKS: dict[str, Callable[[Path, int], None]] = {
    "改动一条 / edit": edit,
    "删去一条 / delete": delete,
    "删去一条并补位 / delete and close up": close_up,
    "两条对调 / swap": swap,
    "插入一条 / insert": insert,
    "换成别人的 / replace": replace,
    "流中跳号 / gap in a stream": skip,
    "塞在日志之外 / slip in outside": slip_in,
    "毁坏一行 / break the row": unform,
    "截去末尾 / truncate": truncate,
    "退回旧文件 / roll back": roll_back,
    "另行续写 / fork": fork,
}


def alter_file(home: Path, at: int) -> None:
    """Other bytes in the file that supports an event."""
    _evidence(home, at).write_bytes("户口簿 0000".encode())


def remove_file(home: Path, at: int) -> None:
    """The file that supports an event is gone."""
    _evidence(home, at).unlink()


def _evidence(home: Path, at: int) -> Path:
    digest = sha256(f"户口簿 {at - 1}".encode()).hexdigest()
    return home / "evidence" / digest[:2] / digest


def alter_views(home: Path, at: int) -> None:
    """A name altered in the views that people look at."""
    with closing(sqlite3.connect(home / "views.sqlite")) as views:
        assert views.execute("UPDATE facts SET value = replace(value, '1985', '1990') WHERE source = ?", (at,)).rowcount
        views.commit()


def alter_tree(home: Path, at: int) -> None:
    """Another hash in the tree."""
    with closing(sqlite3.connect(home / "ledger.sqlite")) as nodes:
        (hashes,) = nodes.execute("SELECT hashes FROM tiles WHERE height = 0").fetchone()
        altered = hashes[: 32 * (at - 1)] + bytes(32) + hashes[32 * at :]
        nodes.execute("UPDATE tiles SET hashes = ? WHERE height = 0", (altered,))
        nodes.commit()


def alter_checkpoint(home: Path, at: int) -> None:
    """Another root in a signed head."""
    path = home / "checkpoints" / f"{at:012}"
    origin, size, root, rest = path.read_text(encoding="utf-8").split("\n", 3)
    path.write_text("\n".join((origin, size, root[4:8] + root[:4] + root[8:], rest)), encoding="utf-8")


def alter_attestation(home: Path, at: int) -> None:
    """Another count of streams attested."""
    path = home / "checkpoints" / f"{at:012}.attestation"
    path.write_text(path.read_text(encoding="utf-8").replace(f"streams {at}", f"streams {at + 1}"), encoding="utf-8")


def attest_falsely(home: Path, at: int) -> None:
    """A view attested that was not so, signed with the archive's own key; only the last attestation is made again."""
    del at
    attest_falsely_before(home, EVENTS)


def attest_falsely_before(home: Path, at: int) -> None:
    """The same in the attestation of a size."""
    path = home / "checkpoints" / f"{at:012}.attestation"
    said = parse_attestation(parse_note(path.read_bytes()))
    path.write_text(str(Held(home).key().note(said._replace(views={"2024-second roster": "0" * 64}).text())))


def lose_attestation(home: Path, at: int) -> None:
    """Nothing stands beside a checkpoint."""
    (home / "checkpoints" / f"{at:012}.attestation").unlink()


def lose_head(home: Path, at: int) -> None:
    """The last head is gone."""
    del at
    (home / "head").unlink()


def usurp_key(home: Path, at: int) -> None:
    """A change of the key to the thief's own, by whoever has the database and not the key."""
    del at
    own = Held(home).key().public
    someone, thief = (PrivateKey(own.name, bytes([n] * 32)) for n in (1, 2))
    with open_home(home, settings.load(), SetClock(START + timedelta(days=EVENTS))) as opened:
        size = opened.log.head()
        note = hand_over(Checkpoint(own.name, size, bytes(32)), someone, thief)
        command = RotateSigningKey(after=size, public_key=str(thief.public), handover=str(note))
        opened.office.recorded = None
        day = today(opened.clock())
        opened.office.carry_out(command, Request(occurred_on=day, capacity=Capacity.ADMINISTRATOR, reason="换"))


BESIDE: dict[str, Callable[[Path, int], None]] = {
    "改动附件 / alter a file": alter_file,
    "取走附件 / remove a file": remove_file,
    "改动视图 / alter the views": alter_views,
    "改动树 / alter the tree": alter_tree,
    "改动检查点 / alter a checkpoint": alter_checkpoint,
    "改动存证 / alter an attestation": alter_attestation,
    "取走存证 / remove an attestation": lose_attestation,
    "虚假存证 / attest falsely": attest_falsely,
    "取走 head / remove the head": lose_head,
    "冒换密钥 / usurp the key": usurp_key,
}


def rebuild_tree(home: Path) -> None:
    """The tree made again over what is there now."""
    for file in (*home.glob("ledger.sqlite*"), *home.glob("views.sqlite*")):
        file.unlink()
    with open_home(home, settings.load()) as opened, suppress(Broken):  # no tree stands over a gap
        opened.ledger.nodes.catch_up()


def drop_heads(home: Path) -> None:
    """No signed head is left but those that the log still matches."""
    with open_home(home, settings.load()) as opened, suppress(Broken):
        size = opened.ledger.nodes.catch_up()
        held = opened.ledger.held
        kept = [s for s in held.sizes() if s <= size and _matches(opened, s)]
        for gone in set(held.sizes()) - set(kept):
            (held.checkpoints / f"{gone:012}").unlink()
            (held.checkpoints / f"{gone:012}.attestation").unlink()
        held.head_file.unlink(missing_ok=True)
        if kept:
            held.head_file.write_text(str(held.checkpoint(kept[-1])), encoding="utf-8")


def sign_again(home: Path) -> None:
    """Every head signed anew, with the archive's own key."""
    shutil.rmtree(home / "checkpoints", ignore_errors=True)
    (home / "head").unlink(missing_ok=True)
    with open_home(home, settings.load()) as opened, suppress(Broken):
        opened.ledger.checkpoint()


def _matches(opened: App, size: int) -> bool:
    return tree.root(size, opened.ledger.nodes.node) == parse_checkpoint(opened.ledger.held.checkpoint(size)).root
