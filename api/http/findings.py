"""Where the history departs from the plan. It tells of people, so the reading is written down first."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.handouts import of_findings
from api.http.asking import Opened, chosen
from api.http.handouts import described, handed
from api.http.moments import At, Batch
from api.http.problems import Responses, documented
from api.http.replies import read
from api.main import App
from projections.conformance.findings import Findings, findings
from projections.moment import Moment

router = APIRouter(prefix="/v1", tags=["views"])

PROBLEMS = documented(422, 503)
Covered = Annotated[bool, Query(description="Whether limits that were crossed with support are listed as well")]
_CSV: Responses = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The findings"}}


@router.get("/findings", response_model=Findings, responses=PROBLEMS | documented(406) | _CSV)
def show_findings(request: Request, opened: Opened, moment: At, batch: Batch, covered: Covered = False) -> Response:
    """What departs from the rules or is due and not there, in all batches or one. As a table where asked for."""
    form = chosen(request, {"application/json": "json", "text/csv": "csv"})
    found = findings(moment, batch, covered=covered)
    reply = _csv(request, opened, moment, found) if form == "csv" else read(request, opened, moment, "findings", found)
    reply.headers["Vary"] = "Accept"
    return reply


@router.get("/findings.csv", response_class=Response, responses=described("csv"))
def show_findings_csv(request: Request, opened: Opened, moment: At, batch: Batch, covered: Covered = False) -> Response:
    """The same as a table, with a byte order mark for Excel and formulas made harmless."""
    return _csv(request, opened, moment, findings(moment, batch, covered=covered))


def _csv(request: Request, opened: App, moment: Moment, found: Findings) -> Response:
    lines = (*found.findings, *found.covered)
    return handed(request, opened, moment, found, of_findings(opened, found, lines))
