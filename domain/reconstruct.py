"""From what was recorded back to the command it came from, so that the same rules can decide it again.

Events carry nearly all that their command said: fields of one name mean one thing. What a command says otherwise it
tells itself (`Command.inputs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from domain.desk import LEADING, Bundle, Command, Request
from domain.events.base import Event, Recorded
from domain.facts import Facts
from domain.rules import GrantedException


def bundles(events: Iterable[Recorded]) -> Iterator[list[Recorded]]:
    """What one command recorded, command by command."""
    for _, bundle in groupby(events, lambda recorded: recorded.body.correlation):
        yield list(bundle)


def command_type(event: Event) -> type[Command] | None:
    """The command whose records begin with an event; None where the event only follows from others."""
    return next((command for command in LEADING.get(type(event), ()) if command.leads_to(event)), None)


def command_of(bundle: Bundle, known: Facts) -> Command | None:
    """The command that the records came from; None where no command leads to them. Raises ValidationError."""
    first = bundle[0]
    command = command_type(first.event)
    if command is None:
        return None
    values = {"person": first.stream, **dict(first.event), **command.inputs(bundle, known)}
    return command.model_validate({name: values[name] for name in command.model_fields if name in values})


def request_of(bundle: Bundle) -> Request:
    """What accompanied the command. Each judgement tells the reason, approver and resolution that were given for it."""
    body = bundle[0].body
    given = {
        j.rule: GrantedException(rule=j.rule, reason=j.reason, approver=j.approver, resolution=j.resolution)
        for j in reversed(body.judgements)
        if j.reason
    }
    return Request(
        occurred_on=body.occurred_on,
        capacity=body.capacity,
        reason=body.reason,
        document=body.document,
        exceptions=tuple(given.values()),
        evidence=tuple(file.sha256 for file in body.evidence),
        causation=body.causation,
    )
