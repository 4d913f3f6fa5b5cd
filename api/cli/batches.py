"""The command that exports all documents of a batch."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from api import batches
from api.batch_folder import to_folder
from api.cli.app import AsOfOption, BatchOption, HomeOption, KnownAtOption, app, archive, day, err, out, print_table
from api.cli.speech import say
from domain.errors import Broken

export = typer.Typer(help="Hand out many documents at once.", no_args_is_help=True)
app.add_typer(export, name="export")


@export.command("documents")
def export_documents(
    to: Annotated[Path, typer.Option("--to", help="The folder to write into")],
    home: HomeOption = None,
    batch: BatchOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
) -> None:
    """All documents of a batch as PDFs, with a manifest. What is unchanged is not drawn again; exit 1 if any fails."""
    with archive(home) as opened:
        run = batches.begin(opened, opened.views.at(day(as_of), known_at), batch)
        with closing(to_folder(run, to)) as made:
            total, shown = len(run.of), err.is_terminal
            bar = track(made, say("文件", "documents"), total=total, console=err, disable=not shown, transient=True)
            told = [(one.state, one.line) for one in bar]
    count = Counter(state for state, _ in told)
    made_, nothing = count["made"], count["nothing"]
    out.print(
        say(
            f"{made_} 份文件在 {to}/，清单 {batches.LIST}；{nothing} 份尚无记录可列",
            f"{made_} documents in {to}/, listed in {batches.LIST}; {nothing} have nothing to list yet",
        )
    )
    failed = [(line["file"], say(line["zh"], line["en"])) for state, line in told if state == "failed"]
    if failed:
        print_table(say("未能制作", "Not made"), ("文件", "原因"), failed)
        raise Broken(f"{len(failed)} 份文件未能制作。", f"{len(failed)} documents could not be made.")
