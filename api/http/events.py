"""The log itself, by position."""

import asyncio
from collections.abc import AsyncIterator
from threading import Event
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict

from api.access import Act
from api.http import live
from api.http.asking import FURTHEST, After, Limit, Natural, Opened
from api.http.lanes import LISTENING
from api.http.problems import documented, in_path
from api.http.replies import as_json, next_page
from api.http.stopping import stopping_of
from api.main import App
from api.registering import written_down
from domain.errors import Malformed
from domain.events.base import Evidence, Recorded
from domain.office import shown
from domain.rules import Judgement

router = APIRouter(prefix="/v1/events", tags=["events"])

Position = Annotated[Natural, Path(ge=1, le=FURTHEST, description="The 1-based rank in the log")]

_AT_ONCE = 100
_PAUSE = 0.5  # seconds between two looks at the log
_QUIET = 30  # so many looks that found nothing, and a comment keeps the line open
_LOOKS = 7_200  # an hour of quiet, so that nobody is served who has long gone


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
    causation: str | None = None
    reason: str | None = None
    document: str | None = None
    judgements: tuple[Judgement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    clock: str | None = None
    clock_reason: str | None = None
    data: dict[str, Any]


class Events(BaseModel):
    """`next` is the `after` of the following page, null on the last one."""

    events: tuple[EventShown, ...]
    next: int | None


class Asked(BaseModel):
    """Which events: all, or those of a type, about a subject, by a recorder, resting on a clause."""

    type: str | None
    subject: str | None
    recorder: str | None
    clause: str | None

    def page(self, opened: App, after: int, limit: int) -> list[Recorded]:
        """The next of them in the order of the log."""
        if not self.model_dump(exclude_none=True):
            return opened.log.read(after, limit=limit)
        of = {"kind": self.type, "subject": self.subject, "recorder": self.recorder, "clause": self.clause}
        return opened.views.at().events(after=after, limit=limit, **of)

    def write_down(self, opened: App) -> None:
        """The reading goes to the access log first."""
        person = self.subject if self.subject and self.subject.startswith("p-") else None
        written_down(opened, Act.VIEW, "events", person=person)


def _asked(
    type: Annotated[str | None, Query(pattern=r"^[a-z-]{1,60}$", description="As in an event's `type`")] = None,
    subject: Annotated[
        str | None, Query(pattern=r"^[a-z0-9-]{1,60}$", description="A batch, a person or a case: every event about it")
    ] = None,
    recorder: Annotated[
        str | None, Query(pattern=r"^[a-z0-9_-]{1,60}$", description="As in an event's `recorded_by`")
    ] = None,
    clause: Annotated[
        str | None, Query(pattern=r"^[A-Za-z0-9.]{1,20}$", description="As in an event's `basis`")
    ] = None,
) -> Asked:
    return Asked(type=type, subject=subject, recorder=recorder, clause=clause)


Wanted = Annotated[Asked, Depends(_asked)]


@router.get("", response_model=Events, responses=documented(422, 503))
def list_events(request: Request, opened: Opened, wanted: Wanted, after: After = 0, limit: Limit = 100) -> Response:
    """The log in its order, a page at a time; a Link header leads to the next. The reading is written down."""
    found = wanted.page(opened, after, limit + 1)
    page = found[:limit]
    wanted.write_down(opened)
    following = page[-1].position if len(found) > limit else None
    content = {"events": [shown(recorded) for recorded in page], "next": following}
    return as_json(content, headers=next_page(request, following))


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses=documented(422, 503) | live.stream_of("Events"),
    dependencies=[LISTENING],
)
def stream_events(
    request: Request,
    opened: Opened,
    wanted: Wanted,
    after: After = 0,
    last_event_id: Annotated[
        str | None, Header(pattern=r"^[0-9]{1,16}$", description="The last position received; goes before `after`")
    ] = None,
) -> StreamingResponse:
    """The same as server-sent events, and each new one as it is recorded. `id` is the position, `event` the type."""
    wanted.write_down(opened)
    start, head = int(last_event_id) if last_event_id else after, opened.log.head()
    if start > head:
        raise Malformed(
            f"@{start} 超出档案末尾（现为 @{head}）。档案可能是由备份恢复的，请由 after=0 重新读起。",
            f"@{start} is beyond the last event, which is @{head}. The archive may have been restored from a backup: "
            "read again from after=0.",
        )
    lines = feed(opened, wanted, start, stopping_of(request.app).begun)
    return StreamingResponse(lines, headers=live.HEADERS, media_type=live.MEDIA_TYPE)


async def feed(opened: App, wanted: Asked, after: int, stopping: Event) -> AsyncIterator[str]:
    """Every event past a position; a comment where a while brought none.

    What nobody added to is not searched: while nothing is recorded, a look asks for the last position and no more. It
    ends when the service stops, and after an hour in which little came: whoever still listens takes it up again by
    `Last-Event-ID`.
    """
    idle = 0
    for _ in range(_LOOKS):
        if stopping.is_set():
            return
        head = await run_in_threadpool(opened.log.head)
        page = await run_in_threadpool(wanted.page, opened, after, _AT_ONCE) if head > after else []
        for recorded in page:
            after = recorded.position
            yield live.event(after, recorded.event.KIND, shown(recorded))
        if len(page) < _AT_ONCE:
            after = max(after, head)
        idle = 0 if page else idle + 1
        if idle % _QUIET == 1:
            yield live.COMMENT
        if not page:
            await asyncio.sleep(_PAUSE)


@router.get("/{position}", response_model=EventShown, responses=documented(404, 503))
def show_event(position: Position, opened: Opened) -> Response:
    """One event as it was recorded."""
    with in_path():
        found = opened.log.get(position)
    written_down(opened, Act.VIEW, "events", person=found.stream if found.stream.startswith("p-") else None)
    return as_json(shown(found))
