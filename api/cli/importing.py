"""Commands that import from files: staff and nominations. Nothing is recorded while any row has a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from api import nominations_file, staff_file
from api.cli.app import ActorOption, ClockReasonOption, HomeOption, JsonOption, app, archive, err, out, print_json
from api.cli.show import find_person
from api.cli.speech import say
from api.main import App
from api.nominations_file import nomination_of, read_nominations
from api.sheet_file import Row, Rows, key, refuse_if_any
from api.sheets.table import Told
from api.staff_file import held_since, posts_of, read_staff, registration_of, staff_key
from domain import school, text
from domain.commands.person import RegisterPerson, known_post
from domain.desk import Command, Request, validate
from domain.entry import Remark
from domain.errors import Malformed, Refusal, TiduiError, Unknown
from domain.events.base import INITIAL_ROUND
from domain.events.batch import BatchClosed
from domain.events.record import EventCorrected
from domain.events.vacancy import MotionRaised
from domain.facts import Facts
from domain.glossary import field as contents
from domain.glossary import word
from domain.language import today
from domain.office import parse
from domain.plan import Plan
from domain.transaction import Draft, placed_after

imports = typer.Typer(help="Put lists on file: staff, nominations.", no_args_is_help=True)
app.add_typer(imports, name="import")

TableFile = Annotated[Path, typer.Argument(help="A CSV (UTF-8 or GB18030) or XLSX file with a header row")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only say what would be recorded")]


# What the columns are called in which the fields stand; the first of several.
_CALLED = {field: called for called, field in reversed((nominations_file.COLUMNS | staff_file.COLUMNS).items())}


class Post(NamedTuple):
    """A post that a row says somebody holds, and what it is called there."""

    called: str
    data: dict[str, Any]
    request: Request


class Wanted(NamedTuple):
    """What a row asks to be recorded; the key makes a second import of it harmless."""

    data: dict[str, Any]
    request: Request
    key: str
    row: Row
    posts: tuple[Post, ...] = ()


@imports.command("staff")
def import_staff(
    file: TableFile,
    home: HomeOption = None,
    actor: ActorOption = None,
    clock_reason: ClockReasonOption = None,
    dry_run: DryRunOption = False,
    json_: JsonOption = False,
) -> None:
    """Put staff on file from a CSV or XLSX file. Nothing is recorded while any row has a problem."""
    rows = read_staff(file)
    with archive(home, actor, clock_reason=clock_reason) as opened:

        def ask(row: Row) -> Wanted:
            envelope: dict[str, Any] = {name: row.data[name] for name in ("reason",) if name in row.data}
            envelope |= {"occurred_on": str(today(opened.clock())), "capacity": opened.settings.capacity}
            posts = tuple(_posts(opened, row, envelope)) if posts_of(row) else ()
            return Wanted(registration_of(row.data), validate(Request, envelope), staff_key(row), row, posts)

        done = _bring_in(opened, file, "register-person", rows, ask, dry_run=dry_run)
    _tell(file, done, as_json=json_)


@imports.command("nominations")
def import_nominations(
    file: TableFile,
    home: HomeOption = None,
    actor: ActorOption = None,
    clock_reason: ClockReasonOption = None,
    batch: Annotated[str | None, typer.Option("--batch", help="Batch [the only one that is not closed]")] = None,
    round: Annotated[str, typer.Option(help="`initial`, or a motion's id")] = INITIAL_ROUND,
    dry_run: DryRunOption = False,
    json_: JsonOption = False,
) -> None:
    """Record nominations from a CSV or XLSX file. Nothing is recorded while any row has a problem."""
    rows = read_nominations(file)
    with archive(home, actor, clock_reason=clock_reason) as opened:
        nominations = _Nominations(opened, _plan(opened, batch, round), round)
        done = _bring_in(opened, file, "nominate-candidate", rows, nominations.ask, dry_run=dry_run)
    _tell(file, done, as_json=json_)


def _plan(opened: App, asked: str | None, round: str) -> Plan:
    """The plan of the batch that is named, that the motion is of, or that alone goes on."""
    facts = opened.office.known().on()
    batches = [asked] if asked else [row.key for row in school.batches(facts)]
    if round != INITIAL_ROUND:
        batches = [batch for batch in batches if facts.one(batch, MotionRaised, round)]
    elif not asked:
        batches = [batch for batch in batches if not facts.all(batch, BatchClosed)]
    if not batches:
        raise Unknown(
            f"没有可推荐的批次（轮次 {round}）。请先 tidui plan publish，或核对 --batch 与 --round。",
            f"No batch takes nominations in round {round}: tidui plan publish, or mind --batch and --round.",
        )
    if len(batches) > 1:
        named = " ".join(batches)
        raise Malformed(f"未结束的批次有 {named}，请用 --batch 写明。", f"{named} go on: say which with --batch.")
    return school.plan_in_force(facts, batches[0])


class _Nominations:
    """Rows as nominations of one round. In one file nobody nominates the same person twice."""

    def __init__(self, opened: App, plan: Plan, round: str) -> None:
        self._opened, self._plan, self._round = opened, plan, round
        self._seen: dict[tuple[str | None, ...], int] = {}

    def ask(self, row: Row) -> Wanted:
        """What the row asks to be recorded."""
        data = nomination_of(row, self._plan, self._round, partial(find_person, self._opened))
        named = (data.get(name) for name in ("person", "source", "nominator", "unit", "other"))
        same = tuple(text.key(said) if said else None for said in named)
        first = self._seen.setdefault(same, row.number)
        if first != row.number:
            raise Malformed(
                f"与第 {first} 行重复：人选、推荐来源、推荐人或单位都相同，请只留一行。",
                f"The same nomination as in row {first}: leave one of them out.",
            )
        envelope: dict[str, Any] = {name: row.data[name] for name in ("reason", "document") if name in row.data}
        envelope |= {"occurred_on": row.data["nominated_on"], "capacity": self._opened.settings.capacity}
        request = validate(Request, envelope)
        return Wanted(data, request, key("nomination", [data, request.model_dump(mode="json")]), row)


def _bring_in(
    opened: App, file: Path, command: str, rows: Rows, ask: Callable[[Row], Wanted], *, dry_run: bool
) -> dict[str, Any]:
    """Judge every row, then record them all in one transaction; each problem is named by its row.

    A row that was imported before, on whatever day, or is on record otherwise, is passed over.
    """
    fresh, problems, passed = list[Wanted](), [], []
    notes = [*rows.notes]
    ahead = opened.office.known().copy()
    for row in rows:
        try:
            one = ask(row)
            asked = parse(command, one.data)
            notes += [_otherwise(row, remark) for remark in asked.remarks + one.request.remarks]
            if opened.log.receipt(one.key) is None and (lacking := _decided(opened, ahead, asked, one, notes)):
                fresh.append(lacking)
            else:
                passed.append(row.number)
        except TiduiError as error:
            problems.append(_named(row, error))
    refuse_if_any(file.name, problems)
    if not dry_run:
        with opened.office.together(len(fresh) + 1):
            for one in fresh:
                _record(opened, command, one)
    counted = {"rows": len(rows), "new": len(fresh), "recorded": 0 if dry_run else len(fresh), "passed_over": passed}
    told = [note._asdict() for note in notes]
    return counted | {"notes": told, "dry_run": dry_run, "head": opened.log.head()}


def _posts(opened: App, row: Row, envelope: dict[str, Any]) -> Iterator[Post]:
    """The posts of a row, each from its day, or from a day that nobody knows."""
    since = held_since(row)
    request = validate(Request, envelope | ({"occurred_on": since} if since else {}))
    for post in posts_of(row):
        code = known_post(opened.office.known().on(), post)
        yield Post(post, {"post": code, "since_unknown": since is None}, request)


def _decided(opened: App, ahead: Facts, asked: Command, one: Wanted, notes: list[Told]) -> Wanted | None:
    """What a row asks for that is not on record, on what the rows above it leave; of what only completes a record it
    is told.
    """
    drafts = _taken_in(opened, ahead, asked, one.request)
    if drafts and isinstance(completed := drafts[0].body.data, EventCorrected):
        fields = [word("field", name) for name in completed.changes if name in one.data]
        zh, en = "、".join(f.zh for f in fields), ", ".join(f.en for f in fields)
        notes.append(
            Told(
                f"第 {one.row.number} 行：此人已在案，补入{zh}。",
                f"Row {one.row.number}: on file already; {en} is added.",
            )
        )
    person = drafts[0].stream if drafts else _person(ahead, one) if one.posts else ""
    posts = tuple(post for post in one.posts if _lacks(opened, ahead, person, post))
    return one._replace(posts=posts) if drafts or posts else None


def _taken_in(opened: App, ahead: Facts, asked: Command, request: Request) -> Sequence[Draft]:
    """What a command comes to, on record from now on for the rows below."""
    drafts = opened.office.decide(ahead, asked, request)[0]
    for recorded in placed_after(drafts, ahead):
        ahead.apply(recorded)
    return drafts


def _lacks(opened: App, ahead: Facts, person: str, post: Post) -> bool:
    """Whether a post that somebody holds is not on record; a question where it is, from another day on."""
    since = None if post.data["since_unknown"] else post.request.occurred_on
    held = [
        one
        for one in school.posts(ahead.on(), person)
        if one.post == post.data["post"] and one.text is None and one.ended_on is None
    ]
    if held and (since is None or any(one.since == since for one in held)):
        return False
    if held:
        raise _since_otherwise(post.called, held[0].since, since)
    asked = parse("record-post", {"person": person, **post.data})
    return bool(_taken_in(opened, ahead, asked, post.request))


def _since_otherwise(called: str, on_file: date | None, since: date | None) -> Refusal:
    stands, stands_en = (str(on_file), str(on_file)) if on_file else ("不详", "an unknown day")
    return Refusal(
        "T1",
        f"现任{called}在案自 {stands} 起，此次写自 {since} 起。写错的改此行，登记有误用 correct-event；"
        "曾离任再任的，先用 end-post 登记离任。",
        f"{called} is on file since {stands_en}, here since {since}. Mend the row, or the record by correct-event; who "
        "laid the post down in between: record that first by end-post.",
    )


def _record(opened: App, command: str, one: Wanted) -> None:
    """Record what a row asks for, and then the posts of whom it is about."""
    reply = opened.office.handle(command, one.data, one.request, key=one.key)
    if one.posts:
        person = reply.events[0]["stream"] if reply.events else _person(opened.office.known(), one)
        for post in one.posts:
            opened.office.handle("record-post", {"person": person, **post.data}, post.request)


def _person(known: Facts, one: Wanted) -> str:
    """Whom a row is about that asks for no registration."""
    command = parse("register-person", one.data)
    assert isinstance(command, RegisterPerson)
    return command.on_file(known) or ""


def _otherwise(row: Row, remark: Remark) -> Told:
    """What is recorded in another form than it was typed in."""
    field = contents("", remark.field)
    called = _CALLED.get(remark.field, field.zh)
    return Told(
        f"第 {row.number} 行：{called}“{remark.typed}”按规范记作“{remark.recorded}”。",
        f"Row {row.number}: {field.en} “{remark.typed}” is recorded as “{remark.recorded}”.",
    )


def _named(row: Row, error: TiduiError) -> Told:
    clause = f"〔{error.clause}〕" if isinstance(error, Refusal) else ""
    return Told(f"第 {row.number} 行：{clause}{error.zh}", f"Row {row.number}: {clause}{error.en}")


def _tell(file: Path, done: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(done)
        return
    for note in done["notes"]:
        err.print(say(f"{note['zh']}\n{note['en']}", note["en"]), style="yellow")
    passed, rows, new = done["passed_over"], done["rows"], done["new"]
    zh, en = ("试运行，未记录；可登记", "would record") if done["dry_run"] else ("已登记", "recorded")
    rest = say(
        f"，另 {len(passed)} 行已在案，不再登记（第 {_listed(passed)} 行）",
        f"; {len(passed)} on file already (rows {_listed(passed)})",
    )
    said = say(f"{file.name}：{rows} 行没有问题，{zh} {new} 行", f"{file.name}: {rows} rows, {en} {new}")
    out.print(said + (rest if passed else ""))


def _listed(numbers: Sequence[int]) -> str:
    """Row numbers, those that follow each other as a span."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    listed = (f"{first}—{last}" if last > first else str(first) for first, last in spans)
    return say("、", ", ").join(listed)
