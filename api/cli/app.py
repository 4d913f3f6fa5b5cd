"""What every command shares: options, opening the archive, printing for people and machines, errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.table import Table

from api.cli.screen_words import COLUMNS, EMPTY
from api.cli.speech import say
from api.cli.terminal import Terminal, write
from api.home import Home
from api.integrity import describe_result, last_result, warnings
from api.main import App, open_home
from api.settings import Settings, load
from domain.desk import validate
from domain.entry import Entry
from domain.errors import Malformed, Refusal, TiduiError, Unsupported
from domain.language import Text
from projections.ledger.fit import Misfit
from projections.names import Order

app = typer.Typer(
    name="tidui",
    help="An append-only archive of a reserve-cadre programme: nothing is ever edited, any day can be seen again.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"tidui {version('tidui')}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version and stop")
    ] = False,
) -> None:
    """See `help` above."""


@app.command("version")
def version_() -> None:
    """The version of the software."""
    _show_version(wanted=True)


HomeOption = Annotated[Path | None, typer.Option("--home", help="The archive's folder [TIDUI_HOME, default var/tidui]")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON for machines instead of a table")]
ActorOption = Annotated[str | None, typer.Option("--actor", help="Who acts [TIDUI_ACTOR, default office_clerk]")]

ClockReasonOption = Annotated[
    str | None, typer.Option("--clock-reason", help="Why the clock is right, where it is far from the last record")
]


def parse_day(text: str) -> datetime:
    """A day as an option; misuse in both languages where it is none."""
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise typer.BadParameter(f"{text} 不是日期，请写作 2024-03-14 / {text} is no day: write 2024-03-14") from error


AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", parser=parse_day, metavar="DAY", help="What was so at the end of this day [today]"),
]
KnownAtOption = Annotated[
    str | None, typer.Option("--known-at", help="As it was known at a day, a time or @POSITION [now]")
]
OrderOption = Annotated[Order, typer.Option("--order", help="Names by strokes, or by pinyin")]
PlainOption = Annotated[bool, typer.Option("--plain", help="A print for people: nothing is attached to it")]
BatchOption = Annotated[str | None, typer.Option("--batch", help="Batch [the latest whose cycle holds the day]")]

out = Terminal(sys.stdout)
err = Terminal(sys.stderr, stderr=True)


def settings(home: Path | None = None, actor: str | None = None, **more: Any) -> Settings:
    """Settings with this call's options before the environment's."""
    return load(home=home, actor=actor, **more)


class _Reasoned(Entry):
    """What an option gives for every command of a call."""

    clock_reason: Text | None


@contextmanager
def archive(home: Path | None, actor: str | None = None, **more: Any) -> Iterator[App]:
    """The archive of the call, closed at its end. A practice archive says so on the error output."""
    reason = validate(_Reasoned, {"clock_reason": more.pop("clock_reason", None)}).clock_reason
    chosen = settings(home, actor, **more)
    with open_home(chosen.home, chosen) as opened:
        opened.office.clock_reason = reason
        if opened.charter.practice:
            err.print(say("演练档案 / practice archive", "practice archive"), style="yellow")
        warn(opened.home, opened.ledger.misfit)
        yield opened


def warn(home: Home, misfit: Misfit | None) -> None:
    """Say on the error output what does not fit what was signed, and what a failed `verify` found; on a terminal also
    when the last one was.
    """
    if err.is_terminal:
        err.print(say(*describe_result(last_result(home.verified), datetime.now(UTC))), style="dim")
    for one in warnings(home, misfit):
        err.print(say(f"✗ {one.zh}\n  {one.en}", f"✗ {one.en}"), style="red")


def day(moment: datetime | None) -> date | None:
    """The day of an option."""
    return moment.date() if moment else None


def refuse_both(as_json: bool, **files: Path | None) -> None:
    """--json shows on the output what a file would hold: who asks for both would get one of them; so of one path."""
    paths = [path.resolve() for path in files.values() if path]
    if len(paths) > len(set(paths)):
        raise Malformed(f"{paths[0]} 写了两次，请各用一个文件名。", f"{paths[0]} is given twice: name two files.")
    if as_json and (named := [f"--{name}" for name, path in files.items() if path]):
        given = " ".join(named)
        raise Malformed(
            f"--json 不与 {given} 同用：请去掉其中之一。", f"--json goes without {given}: leave one of them out."
        )


def print_json(value: BaseModel | Mapping[str, Any] | Sequence[Any]) -> None:
    """Plain JSON on standard output, Chinese readable."""
    data = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], empty: str = "") -> None:
    """A table for people; where there is nothing, what would be there and how it comes."""
    if empty and not rows:
        out.print(f"{title}\n{say(*EMPTY[empty])}")
        return
    table = Table(title=title, title_justify="left", show_edge=False)
    for column in columns:  # a path or a sentence that is cut off is of no use
        table.add_column(say(column, COLUMNS.get(column, column)), overflow="fold")
    for row in rows:
        table.add_row(*map(_cell, row))
    out.print(table)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    return "" if value is None else str(value)


def problem(error: TiduiError) -> dict[str, Any]:
    """An error as data, the same names as over HTTP."""
    found: dict[str, Any] = {"error": type(error).__name__, "zh": error.zh, "en": error.en}
    if isinstance(error, Refusal):
        found["clause"] = error.clause
    if isinstance(error, Unsupported):
        found["rules"] = [j.model_dump(mode="json") | {"needs": j.missing()} for j in error.judgements]
    return found
