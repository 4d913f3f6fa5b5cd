"""Commands that record: the plan, and any command by its name."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.app import (
    ActorOption,
    ClockReasonOption,
    HomeOption,
    JsonOption,
    app,
    archive,
    out,
    parse_day,
    print_json,
    print_table,
)
from api.cli.speech import say
from domain.commands import COMMANDS
from domain.desk import Request, validate
from domain.errors import Malformed, TiduiError, Unknown
from domain.json_text import read_json
from domain.office import Reply
from domain.plan import read_plan_file, shipped_plan

plan = typer.Typer(help="Check, publish and show a plan.", no_args_is_help=True)
app.add_typer(plan, name="plan")

PlanFile = Annotated[Path, typer.Argument(help="A TOML file, or 2024-second for the one that is shipped")]


@plan.command("check")
def plan_check(file: PlanFile, json_: JsonOption = False) -> None:
    """Check a plan file; every problem is named by its key."""
    found, digest = read_plan_file(file)
    if json_:
        print_json({"batch": found.batch, "sha256": digest, "plan": found.model_dump(mode="json")})
        return
    tiers = [
        (say(t.label, t.label_en), code, t.target, t.clause, say(t.horizon, t.horizon_en))
        for code, t in found.tiers.items()
    ]
    print_table(
        say(f"{found.name}（{found.batch}） 没有问题", f"{found.name_en} ({found.batch}): no problem"),
        ("梯队", "代码", "目标", "条款", "使用"),
        tiers,
    )


@plan.command("publish")
def plan_publish(
    file: PlanFile,
    home: HomeOption = None,
    actor: ActorOption = None,
    clock_reason: ClockReasonOption = None,
    on: Annotated[
        datetime | None, typer.Option(parser=parse_day, metavar="DAY", help="The day of publication [the plan's]")
    ] = None,
    document: Annotated[str | None, typer.Option(help="The document's number")] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is published late, where it is")] = None,
    audience: Annotated[str | None, typer.Option(help="To whom it is announced")] = None,
    channel: Annotated[str | None, typer.Option(help="How it is announced")] = None,
    json_: JsonOption = False,
) -> None:
    """Publish a plan: freezes every rule into the log."""
    found, _ = read_plan_file(file)
    content = shipped_plan() if str(file) == "2024-second" else file.read_bytes()
    data = {"toml": content.decode("utf-8-sig"), "audience": audience, "channel": channel}
    with archive(home, actor, clock_reason=clock_reason) as opened:
        published = on.date() if on else found.published_on
        request = Request(occurred_on=published, capacity=opened.settings.capacity, document=document, reason=reason)
        tell(
            opened.office.handle("publish-plan", data, request),
            json_,
            say(f"{found.name}：方案已公布", f"{found.name_en}: plan published"),
        )


@app.command("record")
def record(
    command: Annotated[str, typer.Argument(help="A command's name, for example nominate-candidate")] = "",
    body: Annotated[str | None, typer.Option("--json", help="FILE or - : the body, the same as over HTTP")] = None,
    home: HomeOption = None,
    actor: ActorOption = None,
    clock_reason: ClockReasonOption = None,
    key: Annotated[str | None, typer.Option("--key", help="Idempotency key: a repeat gives the first reply")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge it, record nothing")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List all commands")] = False,
    example: Annotated[bool, typer.Option("--example", help="Print an example body of the command")] = False,
) -> None:
    """Record a command from a JSON body, or several in one transaction; prints what was recorded as JSON.

    Without a command's name the body is a list of {"command", "body"}, or one on each line: all or none.
    """
    if list_:
        rows = [(name, cls.LABEL[0], cls.LABEL[1], cls.CLAUSE) for name, cls in sorted(COMMANDS.items())]
        print_table("", ("命令", "中文", "English", "条款"), rows)
        return
    if not command and body is not None:
        sent = read_commands(body)
        print_json(record_together(sent, home, actor, key=key, dry_run=dry_run, clock_reason=clock_reason))
        return
    if command not in COMMANDS:
        raise Unknown(
            f"没有“{command}”这个命令，见 tidui record --list。", f"No command {command}; see tidui record --list."
        )
    if example:
        print_json(example_body(command))
        return
    data, request = parse_body(read_body(body))
    with archive(home, actor, clock_reason=clock_reason) as opened:
        print_json(opened.office.handle(command, data, request, key=key, dry_run=dry_run))


def record_together(
    sent: list[Any],
    home: HomeOption,
    actor: ActorOption,
    *,
    key: str | None,
    dry_run: bool,
    clock_reason: str | None = None,
) -> Reply:
    """Several commands in one transaction, all or none; what is refused tells the place of its command."""
    with archive(home, actor, clock_reason=clock_reason) as opened:
        commands = []
        for place, one in enumerate(sent, 1):
            name, body = _named(place, one)
            data, request = parse_body(body)
            commands.append((name, data, request))
        try:
            return opened.office.handle_together(commands, key=key, dry_run=dry_run)
        except TiduiError as error:
            if error.place is not None:
                error.zh, error.en = f"第 {error.place + 1} 项：{error.zh}", f"No. {error.place + 1}: {error.en}"
            raise


def _named(place: int, one: Any) -> tuple[str, Any]:
    if isinstance(one, dict) and isinstance(name := one.get("command", one.get("name")), str) and "body" in one:
        return name, one["body"]
    raise Malformed(f"第 {place} 项须有 command 和 body。", f"No. {place} needs command and body.")


def read_commands(source: str | None) -> list[Any]:
    """A JSON list of commands with their bodies, or one on each line."""
    content = read_bytes(source)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        found = read_json(content)
    else:
        found = [read_json(line) for line in content.split(b"\n") if line.strip()]
    if not found:
        raise Malformed("没有命令。", "There is no command.")
    return list(found)


def example_body(command: str) -> dict[str, Any]:
    """A body to start from."""
    reason = {"reason": "…"} if COMMANDS[command].REASON_DUE else {}
    return {"occurred_on": "2024-03-02", "capacity": "office_clerk", **reason, "data": COMMANDS[command].EXAMPLE}


def read_body(source: str | None) -> Any:
    """The JSON of a file or standard input."""
    return read_json(read_bytes(source))


def read_bytes(source: str | None) -> bytes:
    """What a file or standard input holds."""
    try:
        return Path(source).read_bytes() if source and source != "-" else sys.stdin.buffer.read()
    except OSError as error:
        raise Malformed(f"读不到 JSON 内容：{error}", f"Cannot read the JSON body: {error}") from error


def parse_body(body: Any) -> tuple[Any, Request]:
    """A command's data and what accompanies it."""
    if not isinstance(body, dict) or "data" not in body:
        raise Malformed("内容须为 JSON 对象，并有 data。", "The body is a JSON object with data.")
    return body["data"], validate(Request, {name: value for name, value in body.items() if name != "data"})


def tell(reply: Reply, as_json: bool, sentence: str) -> None:
    """What a command came to."""
    if as_json:
        print_json(reply)
    else:
        said = (
            f"{sentence}（@{reply.position}）"
            if reply.events
            else say("已是如此，未作记录 / already so", "already so: nothing recorded")
        )
        out.print(said)
