"""What a database of the archive is made of, held against what the product makes.

A trigger can record another text than the one that was decided, a view or a gutted guard can hide it: whatever stands
in the schema and was not put there by the product is named.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import NamedTuple

from domain.errors import Broken

_PARTS = "SELECT type, name, tbl_name, sql FROM sqlite_master"


class Part(NamedTuple):
    """A table, index, trigger or view."""

    kind: str
    name: str
    table: str
    sql: str


class SchemaDifference(NamedTuple):
    """A part that is not as the product makes it, or is missing."""

    part: Part
    zh: str
    en: str
    missing: bool = False


class AlteredSchema(Broken):
    """A database holds what the product did not put there."""


def schema_of(database: sqlite3.Connection) -> frozenset[Part]:
    """Every part of a database, its statement spelled with single spaces."""
    rows = database.execute(_PARTS)
    return frozenset(Part(row[0], row[1], row[2], " ".join((row[3] or "").split())) for row in rows)


def compare_schema(
    database: sqlite3.Connection, statements: Sequence[str], later: Sequence[str] = ()
) -> list[SchemaDifference]:
    """How a database differs from what the statements make. What `later` statements make may be missing in an older
    one; nothing else may be there.
    """
    parts, due, optional = schema_of(database), _made_by((*statements,)), _made_by((*statements, *later))
    names = {(part.kind, part.name) for part in optional}
    return list(_differences(parts, due, optional, names))


def refuse_altered(path: Path, differences: Sequence[SchemaDifference]) -> None:
    """Raise AlteredSchema where something is other than it should be. What is missing is put back at opening."""
    foreign = [one for one in differences if not one.missing]
    if not foreign:
        return
    first = foreign[0]
    raise AlteredSchema(
        f"{path} 的结构被改动：{first.zh}（共 {len(foreign)} 处）。没有打开。请运行 tidui verify 查明记录是否被改，"
        "并从备份恢复这个文件。",
        f"The schema of {path} was altered: {first.en} ({len(foreign)} in all). It was not opened. Run tidui verify "
        "to see whether records were altered, and restore this file from a backup.",
    )


@cache
def _made_by(statements: tuple[str, ...]) -> frozenset[Part]:
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in statements:
            database.execute(statement)
        return schema_of(database)


def _differences(
    parts: frozenset[Part], due: frozenset[Part], optional: frozenset[Part], names: set[tuple[str, str]]
) -> Iterator[SchemaDifference]:
    for part in sorted(parts - optional):
        if (part.kind, part.name) in names:
            yield SchemaDifference(
                part, f"{part.kind} {part.name} 与本软件所建的不同", f"the {part.kind} {part.name} is not the product's"
            )
        else:
            yield SchemaDifference(
                part,
                f"多出 {part.kind} {part.name}（在 {part.table} 上）",
                f"there is a foreign {part.kind} {part.name} on {part.table}",
            )
    there = {(part.kind, part.name) for part in parts}
    for part in sorted(due):
        if (part.kind, part.name) not in there:
            zh, en = f"缺少 {part.kind} {part.name}", f"the {part.kind} {part.name} is missing"
            yield SchemaDifference(part, zh, en, missing=True)
