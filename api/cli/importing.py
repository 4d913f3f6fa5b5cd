"""Commands that import from files: staff and nominations. Nothing is recorded while any row has a problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from api.cli.app import ActorOption, BatchOption, HomeOption, JsonOption, app, archive, out, print_json
from api.cli.show import find_person
from api.main import App
from api.nominations_file import nomination_of, read_nominations
from api.sheet_file import Row, key, refuse_if_any
from api.staff_file import read_staff, staff_key
from domain.desk import Request
from domain.errors import Refusal, TiduiError, Unknown
from domain.events.base import INITIAL_ROUND, SCHOOL
from domain.events.person import StaffNumber
from domain.language import today
from domain.office import parse
from domain.plan import Plan

imports = typer.Typer(help="导入 / import from files", no_args_is_help=True)
app.add_typer(imports, name="import")

TableFile = Annotated[Path, typer.Argument(help="A CSV (UTF-8 or GB18030) or XLSX file with a header row")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only say what would be recorded")]


class Wanted(NamedTuple):
    """What a row asks to be recorded; the key makes a second import of it harmless."""

    row: Row
    data: dict[str, Any]
    request: Request
    key: str


@imports.command("staff")
def import_staff(
    file: TableFile,
    home: HomeOption = None,
    actor: ActorOption = None,
    dry_run: DryRunOption = False,
    json_: JsonOption = False,
) -> None:
    """Put staff on file from a CSV or XLSX file. Nothing is recorded while any row has a problem."""
    rows = read_staff(file)
    with archive(home, actor) as opened:
        request = Request(occurred_on=today(opened.clock()), capacity=opened.settings.capacity)
        wanted = [Wanted(row, row.data, request, staff_key(row)) for row in rows]
        done = _bring_in(opened, file, "register-person", wanted, dry_run=dry_run)
    _tell(file, done, as_json=json_)


@imports.command("nominations")
def import_nominations(
    file: TableFile,
    home: HomeOption = None,
    actor: ActorOption = None,
    batch: BatchOption = None,
    round: Annotated[str, typer.Option(help="`initial`, or a motion's id")] = INITIAL_ROUND,
    dry_run: DryRunOption = False,
    json_: JsonOption = False,
) -> None:
    """Record nominations from a CSV or XLSX file. Nothing is recorded while any row has a problem."""
    rows = read_nominations(file)
    with archive(home, actor) as opened:
        wanted, problems = [], []
        plan = _plan(opened, batch)
        for row in rows:
            try:
                wanted.append(_nomination(opened, plan, round, row))
            except TiduiError as error:
                problems.append(_named(row, error))
        refuse_if_any(file.name, problems)
        done = _bring_in(opened, file, "nominate-candidate", wanted, dry_run=dry_run)
    _tell(file, done, as_json=json_)


def _plan(opened: App, asked: str | None) -> Plan:
    moment = opened.views.at()
    batch = moment.batch(asked)
    plan = moment.plan(batch) if batch else None
    if plan is None:
        raise Unknown("还没有公布方案。请先 tidui plan publish。", "No plan is published: tidui plan publish.")
    return plan


def _someone(opened: App, text: str) -> str:
    """The id of a person by staff number, id or name."""
    holder = opened.office.known().on().one(SCHOOL, StaffNumber, text)
    return holder.value.person if holder else find_person(opened, text)


def _nomination(opened: App, plan: Plan, round: str, row: Row) -> Wanted:
    data = nomination_of(row, plan, round, lambda text: _someone(opened, text))
    request = Request(
        occurred_on=date.fromisoformat(row.data["nominated_on"]),
        capacity=opened.settings.capacity,
        reason=row.data.get("reason"),
        document=row.data.get("document"),
    )
    return Wanted(row, data, request, key("nomination", [data, request.model_dump(mode="json")]))


def _bring_in(opened: App, file: Path, command: str, wanted: list[Wanted], *, dry_run: bool) -> dict[str, Any]:
    """Judge every row, then record them all in one transaction; each problem is named by its row.

    A row that was imported before, on whatever day, is passed over.
    """
    fresh = [one for one in wanted if opened.log.receipt(one.key) is None]
    refuse_if_any(file.name, list(_problems(opened, command, fresh)))
    new = 0
    if not dry_run:
        with opened.office.together(len(fresh) + 1):
            new = sum(bool(opened.office.handle(command, one.data, one.request, key=one.key).events) for one in fresh)
    return {"rows": len(wanted), "recorded": new, "dry_run": dry_run, "head": opened.log.head()}


def _problems(opened: App, command: str, wanted: Iterable[Wanted]) -> Iterator[str]:
    known = opened.office.known()
    for one in wanted:
        try:
            opened.office.decide(known, parse(command, one.data), one.request)
        except TiduiError as error:
            yield _named(one.row, error)


def _named(row: Row, error: TiduiError) -> str:
    clause = f"〔{error.clause}〕" if isinstance(error, Refusal) else ""
    return f"第 {row.number} 行：{clause}{error.zh}"


def _tell(file: Path, done: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(done)
    else:
        told = "（试运行，未记录）" if done["dry_run"] else "，已登记"
        out.print(f"{file.name}：{done['rows']} 行没有问题{told}", markup=False)
