"""The views of a batch."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.http.asking import Opened, chosen
from api.http.moments import At, Batch
from api.http.problems import Responses, documented
from api.http.replies import is_known, not_modified, tag, view
from exports.roster import roster_csv
from projections.exceptions import ExceptionsRegister, exceptions
from projections.roster import Roster, roster

router = APIRouter(prefix="/v1", tags=["views"])

PROBLEMS = documented(422, 503)
Tier = Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="One tier of the plan, by its code")]
_CSV: Responses = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The roster"}}


@router.get("/roster", response_model=Roster, responses=PROBLEMS | documented(406) | _CSV)
def show_roster(request: Request, opened: Opened, moment: At, batch: Batch, tier: Tier = None) -> Response:
    """Who is in which tier. As a table where the Accept header asks for text/csv."""
    form = chosen(request, {"application/json": "json", "text/csv": "csv"})
    model = roster(moment, batch, tier)
    reply = _csv(request, model, opened.settings.lang) if form == "csv" else view(request, model)
    reply.headers["Vary"] = "Accept"
    return reply


@router.get("/roster.csv", response_class=Response, responses=PROBLEMS | _CSV)
def show_roster_csv(request: Request, opened: Opened, moment: At, batch: Batch, tier: Tier = None) -> Response:
    """The same as a table, with a byte order mark for Excel and formulas made harmless."""
    return _csv(request, roster(moment, batch, tier), opened.settings.lang)


@router.get("/exceptions", response_model=ExceptionsRegister, responses=PROBLEMS)
def show_exceptions(request: Request, moment: At, batch: Batch) -> Response:
    """The exceptions register: cautions and exceptions with their reasons and who granted them."""
    return view(request, exceptions(moment, batch))


def _csv(request: Request, model: Roster, language: str) -> Response:
    current = tag(request, model, "csv")
    if is_known(request, current):
        return not_modified(current)
    headers = {"ETag": current, "Content-Disposition": 'attachment; filename="roster.csv"'}
    return Response(roster_csv(model, language), 200, headers, "text/csv")
