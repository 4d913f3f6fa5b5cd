"""How an archive is: what `doctor` and `readyz` both look at and tell, each in the same words."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import NamedTuple

from api.home import Home
from domain.archive import Log, StoredLog
from domain.archive.disk import open_to_others
from domain.clock import ClockLimits, clock_trouble
from domain.errors import TiduiError
from projections.ledger.held import Held
from projections.ledger.overdue import overdue


class Condition(NamedTuple):
    """What was found, in Chinese and English, and what to do where it is wanting."""

    ok: bool
    zh: str
    en: str
    cure_zh: str = ""
    cure_en: str = ""


def signed_in_time(log: Log, held: Held) -> Condition:
    """Whether every decision, every change of key and every day's first record is under a checkpoint."""
    cure = ("请运行 tidui checkpoint；补签前记录照常。", "Run tidui checkpoint; what is recorded is safe meanwhile.")
    try:
        position = overdue(log, held)
    except TiduiError as error:
        return Condition(False, error.zh, error.en, *cure)
    if position is None:
        return Condition(True, "应签的都已签署", "All that was due is signed")
    return Condition(
        False, f"@{position} 起应签而未签署", f"A checkpoint is due since @{position}, and is not there", *cure
    )


def clock(log: Log, limits: ClockLimits | None, now: datetime | None = None) -> Condition:
    """The machine's clock against the last record; a practice archive has no limits."""
    if limits is None:
        return Condition(True, "演练档案库，不看时钟", "A practice archive: the clock does not matter")
    head = log.head()
    told = clock_trouble(now or datetime.now(UTC), log.get(head) if head else None, limits)
    if told is None:
        return Condition(True, "时钟与最后一条记录相合", "The clock agrees with the last record")
    return Condition(
        False,
        *told,
        "请核对本机时钟。时钟无误时，每次记录须说明理由：clock_reason（命令行 --clock-reason）。",
        "Put the machine's clock right. Where it is right, each record needs its reason: clock_reason (--clock-reason "
        "on the command line).",
    )


def modes(home: Home) -> Condition:
    """Whether others on this machine may read what lies in the folder."""
    wide = open_to_others(home.folder)
    cure = (f"请运行：chmod -R go-rwx {home.folder}", f"Run: chmod -R go-rwx {home.folder}")
    if not wide:
        return Condition(True, "文件只有本人能读写", "Files are for their owner alone")
    zh = f"别人也能读取 {len(wide)} 个文件或文件夹，如 {wide[0]}"
    return Condition(False, zh, f"Others can read {len(wide)} files or folders, as {wide[0]}", *cure)


def stored(home: Home, limits: ClockLimits | None) -> dict[str, Condition]:
    """All of it for an archive that nobody has to have open."""
    with closing(StoredLog(home.log)) as log:
        return {"signed_in_time": signed_in_time(log, home.held), "clock": clock(log, limits), "modes": modes(home)}
