"""What this machine must have, looked at one by one: what was found, and what to do where it is wanting."""

import shutil
import socket
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypedDict
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from api.condition import Condition, stored
from api.home import Home
from api.integrity import describe_result, last_result
from domain.archive import StoredLog
from domain.clock import ClockLimits
from domain.errors import TiduiError, Unavailable
from exports.pdf import engine, fonts
from projections.ledger.fit import Misfit, misfit_of_log
from projections.ledger.nodes import Nodes
from projections.ledger.replays import copied

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 35, 0)  # RETURNING
LEAST_DISK_GIB = 1  # years of records, their documents and a backup fit in it


class Words(TypedDict):
    zh: str
    en: str


@dataclass(frozen=True)
class Check:
    """One look. `cure` says what to do when it is not ok."""

    name: str
    ok: bool
    finding: Words
    cure: Words


def checks(home: Path, port: int, host: str = "127.0.0.1", limits: ClockLimits | None = None) -> list[Check]:
    """Every look, for an archive kept in `home` and served at `host:port`. Leaves nothing behind."""
    return [
        _python(),
        _time_zone(),
        _sqlite(),
        _folder(_nearest_existing(home)),
        _disk(_nearest_existing(home)),
        _port(host, port),
        _pdf_library("pango", "PDF 排版库", "PDF layout library", "libpango-1.0-0", "libpangoft2-1.0-0"),
        # Without this one documents are made as well, but each takes ten seconds.
        _pdf_library("harfbuzz_subset", "PDF 字体子集库", "PDF font subsetting library", "libharfbuzz-subset0"),
        _fonts(),
        *(_archive(Home(home), limits) if Home(home).charter.exists() else ()),
    ]


def _archive(home: Home, limits: ClockLimits | None) -> list[Check]:
    """Every look at an archive that is there."""
    return [_signing_key(home), _fit(home), _verified(home), *_condition(home, limits)]


def render(checks: Iterable[Check], lang: Literal["zh", "en"]) -> str:
    """For people: a line for each look, and the cure under what is wanting."""
    return "\n".join(
        f"✓ {check.finding[lang]}" if check.ok else f"✗ {check.finding[lang]}\n  → {check.cure[lang]}"
        for check in checks
    )


def as_data(checks: Sequence[Check]) -> dict[str, Any]:
    """For machines."""
    return {"ok": all(check.ok for check in checks), "checks": [asdict(check) for check in checks]}


def _check(name: str, zh: str, en: str, *, trouble: str, cure: Words) -> Check:
    """A look at the thing called `zh` and `en`; `trouble`, if any, is in the system's own words."""
    finding = Words(zh=f"{zh}：{trouble}", en=f"{en}: {trouble}") if trouble else Words(zh=zh, en=en)
    return Check(name, not trouble, finding, cure)


def _python() -> Check:
    found = f"Python {_dotted(sys.version_info[:3])}"
    oldest = _dotted(OLDEST_PYTHON)
    trouble = f"< {oldest}" if sys.version_info < OLDEST_PYTHON else ""
    cure = Words(zh=f"请安装 Python {oldest} 或更新的版本。", en=f"Install Python {oldest} or newer.")
    return _check("python", found, found, trouble=trouble, cure=cure)


def _time_zone() -> Check:
    trouble = ""
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError as error:
        trouble = str(error.args[0])
    return _check(
        "time_zone", "时区 Asia/Shanghai", "Time zone Asia/Shanghai", trouble=trouble, cure=_install("tzdata")
    )


def _sqlite() -> Check:
    found = f"SQLite {sqlite3.sqlite_version}"
    oldest = _dotted(OLDEST_SQLITE)
    trouble = f"< {oldest}" if sqlite3.sqlite_version_info < OLDEST_SQLITE else ""
    cure = Words(zh=f"请换用带有 SQLite {oldest} 的 Python。", en=f"Use a Python that brings SQLite {oldest}.")
    return _check("sqlite", found, found, trouble=trouble, cure=cure)


def _folder(folder: Path) -> Check:
    """Some network folders lack what a write-ahead log needs; trying is the only way to know."""
    trouble = ""
    try:
        with (
            TemporaryDirectory(prefix="doctor-", dir=folder) as place,
            closing(sqlite3.connect(Path(place, "trial.db"))) as database,
        ):
            (mode,) = database.execute("PRAGMA journal_mode = WAL").fetchone()
            database.execute("CREATE TABLE trial (n)")
            trouble = "" if mode == "wal" else f"journal_mode = {mode}"
    except (OSError, sqlite3.Error) as error:
        trouble = str(error)
    cure = Words(
        zh="请用 --home 换一个本机磁盘上可写的目录。",
        en="Choose with --home a folder on a disk of this machine that this account may write to.",
    )
    return _check("folder", f"数据目录 {folder}", f"Folder for the archive {folder}", trouble=trouble, cure=cure)


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free / (1 << 30)
    trouble = f"< {LEAST_DISK_GIB} GiB" if free < LEAST_DISK_GIB else ""
    cure = Words(zh=f"请腾出至少 {LEAST_DISK_GIB} GiB。", en=f"Make at least {LEAST_DISK_GIB} GiB free.")
    return _check("disk", f"磁盘剩余 {free:.1f} GiB", f"Free disk {free:.1f} GiB", trouble=trouble, cure=cure)


def _port(host: str, port: int) -> Check:
    trouble = ""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        trouble = str(error)
    cure = Words(
        zh="请停止占用它的程序（也许本系统已在运行），或用 --port 换一个端口。",
        en="Stop what uses it (this software, perhaps), or choose another with --port.",
    )
    return _check("port", f"端口 {host}:{port}", f"Port {host}:{port}", trouble=trouble, cure=cure)


def _pdf_library(name: str, zh: str, en: str, *packages: str) -> Check:
    missing = [package for package in engine.missing_packages() if package in packages]
    return _check(name, zh, en, trouble=" ".join(missing), cure=_install(*packages))


def _fonts() -> Check:
    cure = _install("--reinstall", *sorted({face.package for face in fonts.FACES}))
    try:
        fonts.load_all()
    except Unavailable as error:
        return Check("fonts", ok=False, finding=Words(zh=error.zh, en=error.en), cure=cure)
    return _check("fonts", "PDF 字体", "PDF fonts", trouble="", cure=cure)


def _nearest_existing(home: Path) -> Path:
    """Where the home is, or where it would be made."""
    return next(place for place in (home.resolve(), *home.resolve().parents) if place.exists())


def _dotted(version: Iterable[int]) -> str:
    return ".".join(map(str, version))


def _install(*packages: str) -> Words:
    line = f"sudo apt-get install {' '.join(packages)}"
    return Words(zh=f"请运行：{line}", en=f"Run: {line}")


def _signing_key(home: Home) -> Check:
    """Without it what is recorded goes on being recorded, but is not signed."""
    try:
        line = home.keys().latest
        trouble = "" if home.held.holds(line) else str(line)
    except TiduiError as error:
        trouble = error.en
    cure = Words(
        zh=f"请把这个公钥的密钥放回 {home.held.key_file}，并运行 chmod 600：没有它，记录照常，但不再签署。",
        en=f"Put the key of this public line back as {home.held.key_file} and run chmod 600: without it what is "
        "recorded is not signed.",
    )
    return _check("signing_key", "签名密钥", "Signing key", trouble=trouble, cure=cure)


def _condition(home: Home, limits: ClockLimits | None) -> Iterator[Check]:
    """What `readyz` looks at too, and who may read the files."""
    try:
        found = stored(home, None if home.read_charter().practice else limits or ClockLimits())
    except TiduiError as error:
        found = {"log": Condition(False, error.zh, error.en, "请运行 tidui verify。", "Run tidui verify.")}
    for name, one in found.items():
        yield Check(name, one.ok, Words(zh=one.zh, en=one.en), Words(zh=one.cure_zh, en=one.cure_en))


def _fit(home: Home) -> Check:
    """The log's end, held against what was signed last."""
    try:
        with closing(StoredLog(home.log)) as log, TemporaryDirectory() as place:
            nodes = Nodes(copied(home.ledger, Path(place)), log)
            try:
                misfit = misfit_of_log(log, home.held, nodes, home.keys())
            finally:
                nodes.close()
    except TiduiError as error:
        misfit = Misfit("log", error.zh, error.en)
    zh, en = (misfit.zh, misfit.en) if misfit else ("日志与最后的检查点相符", "The log ends as it was signed")
    cure = Words(zh="请运行 tidui verify。", en="Run tidui verify.")
    return Check("fit", misfit is None, Words(zh=zh, en=en), cure)


def _verified(home: Home) -> Check:
    """What the last `verify` found, and how long ago."""
    result = last_result(home.verified)
    zh, en = describe_result(result, datetime.now(UTC))
    cure = Words(zh="请运行 tidui verify。", en="Run tidui verify.")
    return Check("verified", result is None or result.ok, Words(zh=zh, en=en), cure)
