"""A copy of an archive in use: what points before what it points to, verified whole before it is called one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from api.home import Home
from api.main import App
from api.proving import check_archive
from domain.archive.disk import drafted, make_folder, sweep, sync, sync_all
from domain.errors import Broken, Refusal, Unavailable


def back_up(opened: App, folder: Path) -> dict[str, Any]:
    """Copy signed heads, log, access log, files and charter into a new folder; the rest is made again.

    The charter comes last: until then the folder is no archive.
    """
    try:
        make_folder(folder)
        sweep(folder)
        if any(folder.iterdir()):
            raise Refusal("D1", f"{folder} 不是空文件夹，请另选一个。", f"{folder} is not empty; choose another.")
        with drafted(folder) as draft:
            done = _copied(opened, Home(draft))
            sync_all(draft)
            for path in sorted(draft.iterdir(), key=lambda path: path == Home(draft).charter):
                path.replace(folder / path.name)
        sync(folder)
    except OSError as error:
        raise Unavailable(
            f"无法备份到 {folder}：{error.strerror}。", f"Cannot back up to {folder}: {error.strerror}."
        ) from error
    return {"folder": str(folder), **done}


def _copied(opened: App, target: Home) -> dict[str, int]:
    """Meanwhile others go on recording and signing, and whatever they add lies behind what is copied already.

    A head names checkpoints, a checkpoint events and lines of the access log, an event lines of the access log, and
    files; so they are copied in that order.
    """
    home = opened.home
    opened.after.catch_up()  # a checkpoint that was cut off in the middle is signed first
    with home.held.alone():
        _copy_heads(home, target)
    opened.log.copy_to(target.log)
    opened.access.copy_to(target.access)
    for source, copy in ((home.evidence, target.evidence), (home.signed, target.signed)):
        if source.exists():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns(".*"))
    shutil.copyfile(home.charter, target.charter)
    return _verified(target)


def _copy_heads(home: Home, target: Home) -> None:
    """The signed heads and the witness policy go along; the signing key does not: who finds a backup must not sign."""
    if home.held.head_file.exists():
        shutil.copyfile(home.held.head_file, target.held.head_file)
    if home.held.checkpoints.exists():
        shutil.copytree(home.held.checkpoints, target.held.checkpoints, ignore=shutil.ignore_patterns(".*"))
    for file, copy in ((home.policy, target.policy), (home.unbundled, target.unbundled)):
        if file.exists():
            shutil.copyfile(file, copy)


def _verified(target: Home) -> dict[str, int]:
    """That the copy holds, as `verify` says."""
    _, report = check_archive(target, [])
    if report.problems:
        first = report.problems[0]
        raise Broken(
            f"备份校验不成立，没有留下备份：{first.zh}请对档案库运行 tidui verify。",
            f"The copy does not verify, and is not kept: {first.en} Run tidui verify on the archive.",
        )
    for path in target.folder.glob("*.sqlite-*"):  # left by reading; all is in the file itself
        path.unlink()
    return {"events": report.events, "files": report.files}
