"""The views of a batch."""

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api.access import Act
from api.http.asking import Opened, Ordered, chosen
from api.http.moments import At, Batch
from api.http.problems import Responses, documented, in_path
from api.http.replies import is_known, not_modified, tag, view
from api.main import App
from api.registering import written_down
from exports.roster import roster_csv, roster_xlsx
from projections.coverage import Coverage, coverage
from projections.exceptions import ExceptionsRegister, exceptions
from projections.moment import Moment
from projections.names import Order
from projections.roster import Roster, roster
from projections.selection import SelectionRecord, selection
from projections.timetable import Timetable, timetable
from projections.vacancies import Vacancies, vacancies
from projections.yearly_review import YearlyReview, yearly_review

router = APIRouter(prefix="/v1", tags=["views"])

PROBLEMS = documented(422, 503)
Year = Annotated[int, Path(ge=1900, le=2999, description="A training year")]
Round = Annotated[
    str | None, Query(pattern=r"^(initial|d-[0-9a-z]{6,26})$", description="`initial`, or a motion; by default all")
]
Tier = Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="One tier of the plan, by its code")]
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_XLSX: Responses = {
    200: {
        "content": {_SPREADSHEET: {"schema": {"type": "string", "format": "binary"}}},
        "description": "The roster",
    }
}
_CSV: Responses = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The roster"}}


@router.get("/roster", response_model=Roster, responses=PROBLEMS | documented(406) | _CSV)
def show_roster(
    request: Request, opened: Opened, moment: At, batch: Batch, tier: Tier = None, order: Ordered = Order.STROKES
) -> Response:
    """Who is in which tier. As a table where the Accept header asks for text/csv."""
    form = chosen(request, {"application/json": "json", "text/csv": "csv"})
    model = roster(moment, batch, tier, order)
    reply = _csv(request, opened, moment, model) if form == "csv" else view(request, model)
    reply.headers["Vary"] = "Accept"
    return reply


@router.get("/roster.csv", response_class=Response, responses=PROBLEMS | _CSV)
def show_roster_csv(
    request: Request, opened: Opened, moment: At, batch: Batch, tier: Tier = None, order: Ordered = Order.STROKES
) -> Response:
    """The same as a table, with a byte order mark for Excel and formulas made harmless."""
    return _csv(request, opened, moment, roster(moment, batch, tier, order))


@router.get("/roster.xlsx", response_class=Response, responses=PROBLEMS | documented(409) | _XLSX)
def show_roster_xlsx(
    request: Request, opened: Opened, moment: At, batch: Batch, tier: Tier = None, order: Ordered = Order.STROKES
) -> Response:
    """The same as an Excel workbook; a second sheet names the question, the position and the checkpoint."""
    return _xlsx(request, opened, moment, roster(moment, batch, tier, order))


@router.get("/reviews/{year}", response_model=YearlyReview, responses=PROBLEMS | documented(404))
def show_review(request: Request, moment: At, year: Year, batch: Batch, order: Ordered = Order.STROKES) -> Response:
    """The yearly review of a training year, named by the calendar year in which it begins."""
    with in_path():
        return view(request, yearly_review(moment, year, batch, order))


@router.get("/vacancies", response_model=Vacancies, responses=PROBLEMS)
def show_vacancies(request: Request, moment: At, batch: Batch) -> Response:
    """Places against targets, and every open place with its cause, its age and how far its supplement has come."""
    return view(request, vacancies(moment, batch))


@router.get("/timetable", response_model=Timetable, responses=PROBLEMS)
def show_timetable(request: Request, moment: At, batch: Batch) -> Response:
    """The steps of every round as planned and as they happened, and what is due."""
    return view(request, timetable(moment, batch))


@router.get("/gaps", response_model=Coverage, responses=PROBLEMS)
def show_gaps(request: Request, moment: At, batch: Batch) -> Response:
    """What the plan asks for and is not there."""
    return view(request, coverage(moment, batch))


@router.get("/selection", response_model=SelectionRecord, responses=PROBLEMS)
def show_selection(
    request: Request, moment: At, batch: Batch, round: Round = None, order: Ordered = Order.STROKES
) -> Response:
    """Who was nominated by whom, assessed, shortlisted, voted on, admitted or not."""
    return view(request, selection(moment, batch, round, order))


@router.get("/exceptions", response_model=ExceptionsRegister, responses=PROBLEMS)
def show_exceptions(request: Request, moment: At, batch: Batch) -> Response:
    """The exceptions register: cautions and exceptions with their reasons and who granted them."""
    return view(request, exceptions(moment, batch))


def _csv(request: Request, opened: App, moment: Moment, model: Roster) -> Response:
    return _file(request, opened, moment, model, "csv", lambda: roster_csv(model, opened.settings.lang).encode())


def _xlsx(request: Request, opened: App, moment: Moment, model: Roster) -> Response:
    def content() -> bytes:
        return roster_xlsx(model, str(opened.ledger.covered(model.position)), opened.settings.lang)

    return _file(request, opened, moment, model, "xlsx", content)


def _file(
    request: Request, opened: App, moment: Moment, model: Roster, form: str, made: Callable[[], bytes]
) -> Response:
    """The roster as a file, written down before it is handed out; or 304, written down as well."""
    current = tag(request, model, form)
    if is_known(request, current):
        written_down(opened, Act.EXPORT, "roster", moment=moment)
        return not_modified(current)
    content = made()
    written_down(opened, Act.EXPORT, "roster", moment=moment, sha256=sha256(content).hexdigest())
    headers = {"ETag": current, "Content-Disposition": f'attachment; filename="roster.{form}"'}
    return Response(content, 200, headers, "text/csv" if form == "csv" else _SPREADSHEET)
