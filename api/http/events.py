"""The log itself, by position."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from api.access import Act
from api.http.asking import FURTHEST, After, Limit, Opened
from api.http.problems import documented, in_path
from api.http.replies import as_json, next_page
from api.registering import written_down
from domain.office import shown

router = APIRouter(prefix="/v1/events", tags=["events"])

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


@router.get("", response_model=Events, responses=documented(422, 503))
def list_events(
    request: Request,
    opened: Opened,
    after: After = 0,
    limit: Limit = 100,
    type: Annotated[str | None, Query(pattern=r"^[a-z-]{1,60}$", description="As in an event's `type`")] = None,
    subject: Annotated[
        str | None, Query(pattern=r"^[a-z0-9-]{1,60}$", description="A batch, a person or a case: every event about it")
    ] = None,
) -> Response:
    """The log in its order, a page at a time; a Link header leads to the next. The reading is written down."""
    if subject is None and type is None:
        found = opened.log.read(after, limit=limit + 1)
    else:
        places = opened.views.at().positions(after=after, limit=limit + 1, subject=subject, kind=type)
        found = [opened.log.get(position) for position in places]
    page = found[:limit]
    written_down(opened, Act.VIEW, "events", person=subject if subject and subject.startswith("p-") else None)
    following = page[-1].position if len(found) > limit else None
    content = {"events": [shown(recorded) for recorded in page], "next": following}
    return as_json(content, headers=next_page(request, following))


@router.get("/{position}", response_model=EventShown, responses=documented(404, 503))
def show_event(position: Position, opened: Opened) -> Response:
    """One event as it was recorded."""
    with in_path():
        found = opened.log.get(position)
    written_down(opened, Act.VIEW, "events", person=found.stream if found.stream.startswith("p-") else None)
    return as_json(shown(found))
