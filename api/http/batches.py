"""All documents of a batch over HTTP: as a ZIP that streams, and the progress of drawing them."""

from collections.abc import Generator
from itertools import chain

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api import batches
from api.access import Act
from api.http import live
from api.http.asking import Opened
from api.http.moments import At, Batch
from api.http.problems import Responses, documented
from api.registering import written_down

router = APIRouter(prefix="/v1", tags=["documents"])

PROBLEMS = documented(422, 503)
_ZIP: Responses = {
    200: {
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The documents, with a manifest",
    }
}


@router.get("/documents.zip", response_class=StreamingResponse, responses=PROBLEMS | _ZIP)
def zip_documents(opened: Opened, moment: At, batch: Batch) -> StreamingResponse:
    """Every document of a batch. Each is written down as it is handed out; the manifest names what failed and why."""
    run = batches.begin(opened, moment, batch)
    headers = {"Content-Disposition": f'attachment; filename="{run.batch}.zip"', "Cache-Control": "no-store"}
    return live.WorkedOut(batches.to_zip(run), headers=headers, media_type="application/zip")


@router.get(
    "/documents/progress",
    response_class=StreamingResponse,
    responses=PROBLEMS | live.stream_of("A step a document"),
)
def draw_documents(opened: Opened, moment: At, batch: Batch) -> StreamingResponse:
    """Draw every document of a batch and keep it, an event a document: the ZIP then comes at once."""
    run = batches.begin(opened, moment, batch)
    written_down(opened, Act.VIEW, "documents", moment=moment)
    return live.WorkedOut(_steps(run), headers=live.HEADERS, media_type=live.MEDIA_TYPE)


def _steps(run: batches.Run) -> Generator[str, None, None]:
    for done, outcome in enumerate(chain.from_iterable(batches.drawn(run)), 1):
        line = {name: value for name, value in outcome.line.items() if name != "file"}  # that names a person
        yield live.event(done, outcome.state, line | {"done": done, "of": len(run.of)})
