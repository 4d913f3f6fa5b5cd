"""Where the history departs from the plan. It tells of people, so the reading is written down first."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import Act
from api.http.asking import Opened, chosen
from api.http.moments import At, Batch
from api.http.problems import Responses, documented
from api.http.replies import is_known, not_modified, tag, view
from api.registering import written_down
from exports.findings import findings_csv
from projections.conformance.findings import Findings, findings

router = APIRouter(prefix="/v1", tags=["views"])

PROBLEMS = documented(422, 503)
Covered = Annotated[bool, Query(description="Whether limits that were crossed with support are listed as well")]
_CSV: Responses = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The findings"}}


@router.get("/findings", response_model=Findings, responses=PROBLEMS | documented(406) | _CSV)
def show_findings(request: Request, opened: Opened, moment: At, batch: Batch, covered: Covered = False) -> Response:
    """What departs from the rules or is due and not there, in all batches or one. As a table where asked for."""
    form = chosen(request, {"application/json": "json", "text/csv": "csv"})
    written_down(opened, Act.VIEW, "findings", moment=moment)
    model = findings(moment, batch, covered=covered)
    reply = _csv(request, model, opened.settings.lang) if form == "csv" else view(request, model)
    reply.headers["Vary"] = "Accept"
    return reply


@router.get("/findings.csv", response_class=Response, responses=PROBLEMS | _CSV)
def show_findings_csv(request: Request, opened: Opened, moment: At, batch: Batch, covered: Covered = False) -> Response:
    """The same as a table, with a byte order mark for Excel and formulas made harmless."""
    written_down(opened, Act.VIEW, "findings", moment=moment)
    return _csv(request, findings(moment, batch, covered=covered), opened.settings.lang)


def _csv(request: Request, model: Findings, language: str) -> Response:
    current = tag(request, model, "csv")
    if is_known(request, current):
        return not_modified(current)
    headers = {"ETag": current, "Content-Disposition": 'attachment; filename="findings.csv"'}
    return Response(findings_csv((*model.findings, *model.covered), language), 200, headers, "text/csv")
