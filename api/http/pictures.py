"""Pictures of a batch as SVG. Of whom one tells by name is written down first."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api import pictures
from api.http.asking import Natural, Opened
from api.http.moments import At, Batch
from api.http.problems import Responses, documented, in_path
from api.http.replies import as_json, is_known, not_modified, tag
from api.http.views import Round

router = APIRouter(prefix="/v1/pictures", tags=["pictures"])

PROBLEMS = documented(404, 422, 503)
Kind = Annotated[str, Path(pattern=r"^[a-z]+(-[a-z]+)*$", description="One of those that `/v1/pictures` lists")]
Year = Annotated[Natural | None, Query(ge=1900, le=2999, description="The training year, where a picture has one")]
_SVG: Responses = {200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}, "description": "The picture"}}


@router.get("", responses=documented(422, 503))
def list_pictures() -> Response:
    """Which pictures there are: kind, titles, and what else each can be asked."""
    return as_json({"pictures": pictures.listed()})


@router.get("/{kind}.svg", response_class=Response, responses=PROBLEMS | _SVG)
def show_picture(
    request: Request, opened: Opened, moment: At, kind: Kind, batch: Batch, year: Year = None, round: Round = None
) -> Response:
    """A picture, with a title and a description in words."""
    with in_path():
        picture = pictures.named(kind)
    found = pictures.view(opened, picture, moment, batch, year=year, round=round)
    current = tag(request, found, f"svg-{opened.settings.lang}")
    if is_known(request, current):
        return not_modified(current)
    return Response(picture.svg(found, opened.settings.lang), 200, {"ETag": current}, "image/svg+xml")
