"""A copy of an archive in use, by the databases' own online copy, read back before it is called one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from api.home import Home
from api.main import App
from domain.archive import Log
from domain.errors import Broken, Refusal, Unavailable


def back_up(opened: App, folder: Path) -> dict[str, Any]:
    """Copy log, signed heads, access log, files and charter into a new folder; the rest is made again."""
    target = Home(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Refusal("D1", f"{folder} 不是空文件夹，请另选一个。", f"{folder} is not empty; choose another.")
        opened.log.copy_to(target.log)
        opened.access.copy_to(target.access)
        for source, copy in ((opened.home.evidence, target.evidence), (opened.home.signed, target.signed)):
            if source.exists():
                shutil.copytree(source, copy)
        _copy_heads(opened.home, target)
        shutil.copy2(opened.home.charter, target.charter)
    except OSError as error:
        raise Unavailable(
            f"无法备份到 {folder}：{error.strerror}。", f"Cannot back up to {folder}: {error.strerror}."
        ) from error
    return {"folder": str(folder), "events": _read_back(target), "files": _count(target.evidence)}


def _copy_heads(home: Home, target: Home) -> None:
    """The signed heads and the witness policy go along; the signing key does not: who finds a backup must not sign."""
    if home.held.head_file.exists():
        shutil.copy2(home.held.head_file, target.held.head_file)
    if home.held.checkpoints.exists():
        shutil.copytree(home.held.checkpoints, target.held.checkpoints)
    if home.policy.exists():
        shutil.copy2(home.policy, target.policy)


def _read_back(target: Home) -> int:
    """Every event of the copy, validated; their number."""
    copy = Log(target.log)
    try:
        count = sum(1 for _ in copy.scan())
        if count != copy.head():
            raise Broken("备份中的记录序号不连续。", "The copy's positions have gaps.")
        return count
    finally:
        copy.close()


def _count(evidence: Path) -> int:
    return sum(1 for file in evidence.glob("*/*") if not file.suffix) if evidence.exists() else 0
