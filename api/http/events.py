"""The log itself, by position."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from api.http.asking import Opened
from api.http.problems import documented, in_path
from domain.archive import Log
from domain.events.base import Recorded
from domain.office import shown

router = APIRouter(prefix="/v1/events", tags=["events"])

MOST = 500
# Further than any log reaches, and within what the database and every JSON reader count exactly.
FURTHEST = 2**53 - 1
Position = Annotated[int, Path(ge=1, le=FURTHEST, description="The 1-based rank in the log")]


class EventShown(BaseModel):
    """An event in its place, with its envelope. `reason`, `document`, `judgements`, `evidence` where there are any."""

    model_config = ConfigDict(extra="allow")

    position: int
    id: str
    type: str
    stream: str
    version: int
    occurred_on: str
    recorded_at: str
    recorded_by: str
    capacity: str
    basis: str
    correlation: str
    data: dict[str, Any]


class Events(BaseModel):
    """`next` is the `after` of the following page, null on the last one."""

    events: tuple[EventShown, ...]
    next: int | None


@router.get("", response_model=Events, responses=documented(422))
def list_events(
    request: Request,
    opened: Opened,
    after: Annotated[int, Query(ge=0, le=FURTHEST, description="A position; what follows it is shown")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    type: Annotated[str | None, Query(pattern=r"^[a-z-]{1,60}$", description="As in an event's `type`")] = None,
    subject: Annotated[
        str | None, Query(pattern=r"^[a-z0-9-]{1,60}$", description="A stream: a batch, a person or a case")
    ] = None,
) -> Response:
    """The log in its order, a page at a time; a Link header leads to the next."""
    matching = (r for r in _scan(opened.log, after, subject) if type in (None, r.event.KIND))
    found = list(islice(matching, limit + 1))
    page = found[:limit]
    following = page[-1].position if len(found) > limit else None
    content = Events.model_validate({"events": [shown(r) for r in page], "next": following})
    headers = {}
    if following is not None:
        query = urlencode({**request.query_params, "after": following})
        headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
    return Response(content.model_dump_json(), 200, headers, "application/json")


@router.get("/{position}", responses=documented(404))
def show_event(position: Position, opened: Opened) -> EventShown:
    """One event as it was recorded."""
    with in_path():
        return EventShown.model_validate(shown(opened.log.get(position)))


def _scan(log: Log, after: int, subject: str | None) -> Iterator[Recorded]:
    if subject is None:
        return log.scan(after)
    return (recorded for recorded in log.stream(subject, log.head()) if recorded.position > after)
