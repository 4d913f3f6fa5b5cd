"""Commands that draw: which pictures there are, and any one of them as SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api import pictures
from api.cli.app import (
    AsOfOption,
    BatchOption,
    HomeOption,
    JsonOption,
    KnownAtOption,
    app,
    archive,
    day,
    out,
    print_json,
    print_table,
    refuse_both,
)
from api.cli.speech import say
from domain.archive.disk import write_out


@app.command("pictures")
def pictures_(json_: JsonOption = False) -> None:
    """Which pictures there are."""
    if json_:
        print_json(pictures.listed())
        return
    rows = [(one["kind"], one["label"], one["label_en"], ", ".join(one["asks"])) for one in pictures.listed()]
    print_table(say("图", "Pictures"), ("kind", "图", "picture", "asks"), rows)


@app.command("picture")
def picture_(
    kind: Annotated[str, typer.Argument(help="Which picture, as `tidui pictures` lists them")],
    home: HomeOption = None,
    batch: BatchOption = None,
    year: Annotated[int | None, typer.Option(help="The training year, where a picture has one")] = None,
    round: Annotated[str | None, typer.Option(help="`initial`, or a motion's id, where a picture has one")] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Where to write it [KIND.svg]")] = None,
    json_: JsonOption = False,
) -> None:
    """A picture as SVG, or what it is drawn from as JSON. Of whom it tells is written to the access log first."""
    refuse_both(json_, svg=svg)
    picture = pictures.named(kind)
    with archive(home) as opened:
        found = pictures.view(opened, picture, opened.views.at(day(as_of), known_at), batch, year=year, round=round)
        drawn = picture.svg(found, opened.settings.lang)
    if json_:
        print_json(found)
        return
    file = svg or Path(f"{kind}.svg")
    write_out(file, drawn.encode())
    out.print(f"{file}　{len(drawn) / 1024:.0f} KB", markup=False)
