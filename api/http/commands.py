"""Commands: what can be recorded, each with its JSON schema and an example, and the one way to record it."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from typing_extensions import TypedDict

from api.http.asking import Opened
from api.http.described import body_of
from api.http.events import EventShown
from api.http.lanes import BodyInTurn
from api.http.problems import NoSuchResource, documented, reading
from api.http.replies import as_json
from api.main import App
from domain.commands import COMMANDS
from domain.desk import Command, Request, validate
from domain.entry import Remark
from domain.language import Capacity, today
from domain.rules import Judgement

router = APIRouter(prefix="/v1/commands", tags=["commands"])

IdempotencyKey = Annotated[
    str | None,
    Header(pattern=r"^[!-~]{1,200}$", description="The same key and body give the first reply again"),
]
Name = Annotated[str, Path(description="A name of GET /v1/commands", json_schema_extra={"enum": sorted(COMMANDS)})]


class CommandBody(Request):
    """A command: its own `data` (see GET /v1/commands) and what accompanies it. Who acts is never in it."""

    data: dict[str, JsonValue]


class NamedCommand(BaseModel):
    """A command's name and its body."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="A name of GET /v1/commands")
    body: CommandBody


class CommandsBody(BaseModel):
    """Commands for one transaction: all or none, each on what the earlier ones leave.

    Corrections among them are judged by the state at the end.
    """

    model_config = ConfigDict(extra="forbid")

    commands: Annotated[tuple[NamedCommand, ...], Field(min_length=1, max_length=200)]


class CommandShown(TypedDict):
    """A command to send. `schema` is that of `data`; `example` is a whole body."""

    name: str
    clause: str
    label: str
    label_en: str
    reason_due: bool
    capacities: list[Capacity]
    schema: dict[str, Any]
    example: dict[str, Any]


class Commands(BaseModel):
    commands: tuple[CommandShown, ...]


class Answer(BaseModel):
    """The events as recorded, the head of the log, the cautions they stand under, and what was typed otherwise."""

    events: tuple[EventShown, ...]
    position: int
    cautions: tuple[Judgement, ...]
    remarks: tuple[Remark, ...]


def _example(command: type[Command], day: str) -> dict[str, Any]:
    capacity = min(command.CAPACITIES, key=list(Capacity).index)
    body: dict[str, Any] = {"occurred_on": day, "capacity": capacity}
    if command.REASON_DUE:
        body["reason"] = "……"
    return body | {"data": command.EXAMPLE}


@router.get("", responses=documented())
def list_commands(opened: Opened) -> Commands:
    """Every command with the clause it serves, its JSON schema and an example."""
    return Commands(commands=tuple(_shown(name, command, opened) for name, command in COMMANDS.items()))


@router.get("/{name}", responses=documented(404))
def show_command(name: Name, opened: Opened) -> CommandShown:
    """One command."""
    return _shown(name, _known(name), opened)


@router.post(
    "",
    response_model=Answer,
    status_code=201,
    responses=documented(408, 409, 412, 413, 415, 422, 503)
    | {200: {"model": Answer, "description": "Already so, or a dry run"}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CommandsBody"}}},
        }
    },
)
def record_together(
    body: BodyInTurn,
    opened: Opened,
    dry_run: Annotated[bool, Query(description="Judge them and record nothing")] = False,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Judge several commands and record them in one transaction, all or none; a problem tells the `index`."""
    with reading("body"):
        sent = CommandsBody.model_validate_json(body)
    commands = [(one.name, one.body.data, _request(one.body)) for one in sent.commands]
    reply = opened.office.handle_together(commands, key=idempotency_key, dry_run=dry_run)
    recorded = reply.events and not dry_run
    headers = {"Location": f"/v1/events/{reply.events[0]['position']}"} if recorded else {}
    return as_json(reply, 201 if recorded else 200, headers)


@router.post(
    "/{name}",
    response_model=Answer,
    status_code=201,
    responses=documented(404, 408, 409, 412, 413, 415, 422, 503)
    | {200: {"model": Answer, "description": "Already so, or a dry run"}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"anyOf": [{"$ref": f"#/components/schemas/{body_of(name)}"} for name in COMMANDS]},
                    "examples": {
                        name: {"summary": c.LABEL[0], "value": _example(c, "2024-03-01")}
                        for name, c in COMMANDS.items()
                    },
                }
            },
        }
    },
)
def record(
    name: Name,
    body: BodyInTurn,
    opened: Opened,
    dry_run: Annotated[bool, Query(description="Judge it and record nothing")] = False,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Judge a command and record what it decides: 201 with the events, 200 without any when it is already so."""
    _known(name)
    with reading("body"):
        command = CommandBody.model_validate_json(body)
    reply = opened.office.handle(name, command.data, _request(command), key=idempotency_key, dry_run=dry_run)
    recorded = reply.events and not dry_run
    headers = {"Location": f"/v1/events/{reply.events[0]['position']}"} if recorded else {}
    return as_json(reply, 201 if recorded else 200, headers)


def _request(command: CommandBody) -> Request:
    """What accompanies the data, its text in its one form."""
    return validate(Request, command.model_dump(mode="json", exclude={"data"}))


def _known(name: str) -> type[Command]:
    if name not in COMMANDS:
        raise NoSuchResource("没有这个命令，可用命令见 /v1/commands。", "No such command; see /v1/commands.")
    return COMMANDS[name]


def _shown(name: str, command: type[Command], opened: App) -> CommandShown:
    return CommandShown(
        name=name,
        clause=command.CLAUSE,
        label=command.LABEL[0],
        label_en=command.LABEL[1],
        reason_due=command.REASON_DUE,
        capacities=sorted(command.CAPACITIES),
        example=_example(command, today(opened.clock()).isoformat()),
        schema=command.model_json_schema(),
    )
