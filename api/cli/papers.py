"""Commands that make documents: which there are, and any one of them as a PDF."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from api import documents
from api.cli.app import (
    AsOfOption,
    BatchOption,
    HomeOption,
    JsonOption,
    KnownAtOption,
    OrderOption,
    PlainOption,
    app,
    archive,
    day,
    out,
    print_json,
    print_table,
    refuse_both,
)
from api.cli.show import find_person
from api.cli.speech import say
from domain.archive.disk import write_out
from exports.documents import DOCUMENTS
from projections.names import Order


@app.command("documents")
def documents_(json_: JsonOption = False) -> None:
    """Which documents there are."""
    if json_:
        print_json(documents.listed())
        return
    rows = [
        (one.kind, one.zh, one.en, one.clause, one.scope, ", ".join(sorted(one.asks))) for one in DOCUMENTS.values()
    ]
    print_table(say("文件", "Documents"), ("kind", "文件", "document", "条款", "scope", "asks"), rows)


@app.command("document")
def document_(
    kind: Annotated[str, typer.Argument(help="Which document, as `tidui documents` lists them")],
    person: Annotated[str | None, typer.Argument(help="A person's id or name; the whole batch by default")] = None,
    home: HomeOption = None,
    batch: BatchOption = None,
    tier: Annotated[str | None, typer.Option(help="One tier of the batch")] = None,
    year: Annotated[int | None, typer.Option(help="The training year, where a document has one")] = None,
    round: Annotated[str | None, typer.Option(help="`initial`, or a motion's id, where a document has one")] = None,
    meeting: Annotated[str | None, typer.Option(help="A meeting's id, where a document is of one")] = None,
    order: OrderOption = Order.STROKES,
    blank: Annotated[bool, typer.Option("--blank", help="The form, empty")] = False,
    plain: PlainOption = False,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the PDF to this file [KIND.pdf]")] = None,
    json_: JsonOption = False,
) -> None:
    """A document as a PDF, or its content as JSON. What is read of whom is written to the access log first."""
    refuse_both(json_, pdf=pdf)
    document = documents.named(kind)
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        who = find_person(opened, person) if person else None
        asked = {
            "batch": batch,
            "tier": tier,
            "person": who,
            "year": year,
            "round": round,
            "meeting": meeting,
            "order": order,
        }
        asked["blank"] = blank
        if json_:
            print_json(documents.view(opened, document, moment, **asked))
            return
        content = documents.export(opened, document, moment, plain=plain, **asked)
    file = pdf or Path(f"{kind}.pdf")
    write_out(file, content)
    out.print(f"{file}　{len(content) / 1024:.0f} KB　SHA-256 {sha256(content).hexdigest()}")
