"""All documents of a batch over HTTP: as a ZIP that streams, and the progress of drawing them."""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api import batches
from api.access import Act
from api.http import live
from api.http.asking import Opened
from api.http.moments import At, Batch
from api.http.problems import Responses, documented
from api.main import App
from api.registering import written_down
from projections.moment import Moment

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
    of = batches.wanted(moment, batch)
    headers = {"Content-Disposition": f'attachment; filename="{moment.batch(batch)}.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(batches.to_zip(opened, moment, batch, of), headers=headers, media_type="application/zip")


@router.get(
    "/documents/progress",
    response_class=StreamingResponse,
    responses=PROBLEMS | live.stream_of("A step a document"),
)
def draw_documents(opened: Opened, moment: At, batch: Batch) -> StreamingResponse:
    """Draw every document of a batch and keep it, an event a document: the ZIP then comes at once."""
    of = batches.wanted(moment, batch)
    written_down(opened, Act.VIEW, "documents", moment=moment)
    steps = _steps(opened, moment, batch, of)
    return StreamingResponse(steps, headers=live.HEADERS, media_type=live.MEDIA_TYPE)


def _steps(opened: App, moment: Moment, batch: str | None, of: list[batches.Wanted]) -> Iterator[str]:
    for done, outcome in enumerate(batches.drawn(opened, moment, batch, of), 1):
        line = outcome.line()
        del line["file"]  # it names a person
        yield live.event(done, outcome.state, line | {"done": done, "of": len(of)})
