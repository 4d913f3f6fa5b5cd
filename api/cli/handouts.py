"""Options that write a view to a file instead of showing it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer

from api import handouts
from api.cli.app import out
from api.handouts import Handout, TableForm
from api.main import App
from domain.archive.disk import write_out
from exports.tables import Table
from projections.moment import Moment
from projections.shape import View

XlsxOption = Annotated[Path | None, typer.Option("--xlsx", help="Write an Excel workbook to this file")]
CsvOption = Annotated[Path | None, typer.Option("--csv", help="Write a table for spreadsheets to this file")]


def write(opened: App, moment: Moment, handout: Handout, path: Path) -> None:
    """The file, written down before it is written."""
    content = handouts.export(opened, moment, handout)
    write_out(path, content)
    out.print(f"{path}　SHA-256 {sha256(content).hexdigest()}", markup=False)


def wrote(
    opened: App, moment: Moment, table: Table, found: View, *, xlsx: Path | None, csv: Path | None, **asked: Any
) -> bool:
    """Whether files for spreadsheets were asked for."""
    files: dict[TableForm, Path | None] = {"xlsx": xlsx, "csv": csv}
    for form, path in files.items():
        if path:
            write(opened, moment, handouts.of_table(opened, moment, table, found, form, asked), path)
    return bool(xlsx or csv)
