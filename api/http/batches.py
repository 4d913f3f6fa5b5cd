"""All documents of a batch over HTTP: a run that draws them, its progress, and what it made as a ZIP that streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import closing
from threading import Event
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api import batches
from api.access import Act
from api.http import live
from api.http.asking import Opened
from api.http.lanes import LISTENING, RUNNING
from api.http.moments import At, Batch
from api.http.problems import Responses, RunMissing, RunUnderWay, documented
from api.http.stopping import stopping_of
from api.registering import written_down
from api.runs import Drawing, Drawings

router = APIRouter(prefix="/v1", tags=["documents"])

PROBLEMS = documented(409, 422, 503)
_PAUSE = 0.2  # seconds between two looks at a run
_ZIP: Responses = {
    200: {
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The documents, with a manifest",
    }
}


class RunBegun(BaseModel):
    """A run under way, the moment that all its documents are of, and how many they are."""

    batch: str | None
    as_of: str
    known_at: str | None
    position: int
    of: int


def _drawings(request: Request) -> Drawings:
    return cast(Drawings, request.app.state.drawings)


Kept = Annotated[Drawings, Depends(_drawings)]


@router.post("/documents/runs", status_code=202, response_model=RunBegun, responses=PROBLEMS)
def start_documents(response: Response, opened: Opened, drawings: Kept, moment: At, batch: Batch) -> RunBegun:
    """Draw every document of a batch and keep it; progress and ZIP have addresses of their own. One run at a time."""
    run = batches.begin(opened, moment, batch)
    written_down(opened, Act.VIEW, "documents", moment=moment)
    drawing = drawings.start(run)
    if drawing is None:
        raise RunUnderWay(
            "正在制作另一批文件，一次只能制作一批；请等它完成（/v1/documents/progress）再来。",
            "Another run is under way, and there is one at a time: wait for its end (/v1/documents/progress).",
        )
    response.headers["Location"] = f"/v1/documents/progress?batch={run.batch}"
    told = drawing.run.moment
    return RunBegun(
        batch=run.batch,
        as_of=told.as_of.isoformat(),
        known_at=told.known_at,
        position=told.position,
        of=len(drawing.run.of),
    )


@router.get(
    "/documents/progress",
    response_class=StreamingResponse,
    responses=PROBLEMS | live.stream_of("A step a document"),
    dependencies=[LISTENING],
)
def draw_documents(request: Request, opened: Opened, drawings: Kept, moment: At, batch: Batch) -> StreamingResponse:
    """What the last run of a batch has come to, an event a document, to its end. It starts none."""
    drawing = drawings.last(moment.batch(batch))
    if drawing is None:
        raise _missing()
    written_down(opened, Act.VIEW, "documents", moment=moment)
    steps = _steps(drawing, stopping_of(request.app).begun)
    return StreamingResponse(steps, headers=live.HEADERS, media_type=live.MEDIA_TYPE)


@router.get("/documents.zip", response_class=StreamingResponse, responses=PROBLEMS | _ZIP, dependencies=[RUNNING])
def zip_documents(request: Request, opened: Opened, drawings: Kept, moment: At, batch: Batch) -> StreamingResponse:
    """Every document that the last run of a batch made, where nothing was recorded since.

    Each is written down as it is handed out; the manifest names what failed and why.
    """
    run = batches.begin(opened, moment, batch)
    drawing = drawings.last(run.batch)
    if drawing is None or not (drawing.whole and drawing.is_of(run)):
        raise _missing()
    headers = {"Content-Disposition": f'attachment; filename="{run.batch}.zip"', "Cache-Control": "no-store"}
    parts = _until_stopped(batches.to_zip(drawing.run), stopping_of(request.app).begun)
    return live.WorkedOut(parts, headers=headers, media_type="application/zip")


async def _steps(drawing: Drawing, stopping: Event) -> AsyncIterator[str]:
    told = 0
    while not stopping.is_set():
        over = drawing.over
        for kind, line in drawing.steps[told:]:
            told += 1
            yield live.event(told, kind, line)
        if over:
            return
        await asyncio.sleep(_PAUSE)


def _until_stopped(parts: Generator[bytes, None, None], stopping: Event) -> Generator[bytes, None, None]:
    with closing(parts):
        for part in parts:
            if stopping.is_set():
                raise live.Cut
            yield part


def _missing() -> RunMissing:
    return RunMissing(
        "没有制作过此时的这批文件，或制作还没有完成。请先 POST /v1/documents/runs，再看 /v1/documents/progress。",
        "No run made the documents of this batch as they are now, or it goes on. POST /v1/documents/runs first, and "
        "follow /v1/documents/progress.",
    )
