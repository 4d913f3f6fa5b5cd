"""Options that write a view to files for spreadsheets instead of showing it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer

from api import tables
from api.cli.app import out
from api.main import App
from exports.tables import Table
from projections.moment import Moment
from projections.shape import View

XlsxOption = Annotated[Path | None, typer.Option("--xlsx", help="Write an Excel workbook to this file")]
CsvOption = Annotated[Path | None, typer.Option("--csv", help="Write a table for spreadsheets to this file")]


def wrote(
    opened: App, moment: Moment, table: Table, found: View, *, xlsx: Path | None, csv: Path | None, **asked: Any
) -> bool:
    """Whether files were asked for; each is written down before it is written."""
    files: dict[tables.Form, Path | None] = {"xlsx": xlsx, "csv": csv}
    for form, path in files.items():
        if path:
            content = tables.export(opened, moment, table, found, form, asked)
            path.write_bytes(content)
            out.print(f"{path}　SHA-256 {sha256(content).hexdigest()}", markup=False)
    return bool(xlsx or csv)
