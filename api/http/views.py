"""The views of a batch. Every reading is written down before it is answered."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api.handouts import of_timetable
from api.http.asking import Natural, Opened, Ordered
from api.http.handouts import OFFERED, TABLES, Form, described, handed, offered, tabled
from api.http.moments import At, Batch
from api.http.problems import documented, in_path
from api.http.replies import read
from exports.tables import REVIEW, ROSTER, SELECTION, STRUCTURE
from projections.coverage import Coverage, coverage
from projections.exceptions import ExceptionsRegister, exceptions
from projections.names import Order
from projections.register import Registers, registers
from projections.roster import Roster, roster
from projections.selection import SelectionRecord, selection
from projections.structure import Structure, structure
from projections.timetable import Timetable, timetable
from projections.vacancies import Vacancies, vacancies
from projections.yearly_review import YearlyReview, yearly_review

router = APIRouter(prefix="/v1", tags=["views"])

PROBLEMS = documented(422, 503)
Year = Annotated[Natural, Path(ge=1900, le=2999, description="A training year")]
Round = Annotated[
    str | None, Query(pattern=r"^(initial|d-[0-9a-z]{6,26})$", description="`initial`, or a motion; by default all")
]
Tier = Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="One tier of the plan, by its code")]


@router.get("/roster", response_model=Roster, responses=OFFERED)
def show_roster(
    request: Request, opened: Opened, moment: At, batch: Batch, tier: Tier = None, order: Ordered = Order.STROKES
) -> Response:
    """Who is in which tier. As a file for spreadsheets where the Accept header asks for one."""
    return offered(request, opened, moment, ROSTER, roster(moment, batch, tier, order), tier=tier, order=order)


@router.get("/roster.{form}", response_class=Response, responses=TABLES)
def tabulate_roster(
    request: Request,
    opened: Opened,
    moment: At,
    form: Form,
    batch: Batch,
    tier: Tier = None,
    order: Ordered = Order.STROKES,
) -> Response:
    """The same as a file; a workbook's second sheet names the question, the last record it rests on, a checkpoint."""
    model = roster(moment, batch, tier, order)
    return tabled(request, opened, moment, ROSTER, model, form, tier=tier, order=order)


# Before the next one, to which `2024.csv` would be a year.
@router.get("/reviews/{year}.{form}", response_class=Response, responses=TABLES)
def tabulate_review(
    request: Request, opened: Opened, moment: At, year: Year, form: Form, batch: Batch, order: Ordered = Order.STROKES
) -> Response:
    """The yearly review as a file for spreadsheets; that it was read is written down for each member."""
    with in_path():
        model = yearly_review(moment, year, batch, order)
    return tabled(request, opened, moment, REVIEW, model, form, year=year, order=order)


@router.get("/reviews/{year}", response_model=YearlyReview, responses=OFFERED | documented(404))
def show_review(
    request: Request, opened: Opened, moment: At, year: Year, batch: Batch, order: Ordered = Order.STROKES
) -> Response:
    """The yearly review of a training year, named by the calendar year in which it begins; a file where asked for."""
    with in_path():
        model = yearly_review(moment, year, batch, order)
    return offered(request, opened, moment, REVIEW, model, year=year, order=order)


@router.get("/vacancies", response_model=Vacancies, responses=PROBLEMS)
def show_vacancies(request: Request, opened: Opened, moment: At, batch: Batch) -> Response:
    """Places against targets, and every open place with its cause, its age and how far its supplement has come."""
    return read(request, opened, moment, "vacancies", vacancies(moment, batch))


@router.get("/timetable", response_model=Timetable, responses=PROBLEMS)
def show_timetable(request: Request, opened: Opened, moment: At, batch: Batch) -> Response:
    """The steps of every round as planned and as they happened, and what is due."""
    return read(request, opened, moment, "timetable", timetable(moment, batch))


@router.get("/timetable.ics", response_class=Response, responses=described("ics"))
def show_calendar(request: Request, opened: Opened, moment: At, batch: Batch) -> Response:
    """The timetable and what is due, as a calendar; that it was read is written down for each it names."""
    found = timetable(moment, batch)
    return handed(request, opened, moment, found, of_timetable(opened, found))


@router.get("/gaps", response_model=Coverage, responses=PROBLEMS)
def show_gaps(request: Request, opened: Opened, moment: At, batch: Batch) -> Response:
    """What the plan asks for and is not there."""
    return read(request, opened, moment, "gaps", coverage(moment, batch))


@router.get("/selection", response_model=SelectionRecord, responses=OFFERED)
def show_selection(
    request: Request, opened: Opened, moment: At, batch: Batch, round: Round = None, order: Ordered = Order.STROKES
) -> Response:
    """Who was nominated by whom, assessed, shortlisted, voted on, admitted or not; a file where asked for."""
    model = selection(moment, batch, round, order)
    return offered(request, opened, moment, SELECTION, model, round=round, order=order)


@router.get("/selection.{form}", response_class=Response, responses=TABLES)
def tabulate_selection(
    request: Request,
    opened: Opened,
    moment: At,
    form: Form,
    batch: Batch,
    round: Round = None,
    order: Ordered = Order.STROKES,
) -> Response:
    """The same as a file for spreadsheets; that it was read is written down for each candidate."""
    model = selection(moment, batch, round, order)
    return tabled(request, opened, moment, SELECTION, model, form, round=round, order=order)


@router.get("/exceptions", response_model=ExceptionsRegister, responses=PROBLEMS)
def show_exceptions(request: Request, opened: Opened, moment: At, batch: Batch) -> Response:
    """The exceptions register: cautions and exceptions with their reasons and who granted them."""
    return read(request, opened, moment, "exceptions", exceptions(moment, batch))


@router.get("/register", response_model=Registers, responses=PROBLEMS)
def show_register(request: Request, opened: Opened, moment: At) -> Response:
    """The members of the Party committee and of the leading group on the day."""
    return read(request, opened, moment, "register", registers(moment))


@router.get("/structure", response_model=Structure, responses=OFFERED)
def show_structure(request: Request, opened: Opened, moment: At, batch: Batch) -> Response:
    """Age, gender, subject and Party branch, tier by tier, beside the whole staff; a file where asked for."""
    return offered(request, opened, moment, STRUCTURE, structure(moment, batch))


@router.get("/structure.{form}", response_class=Response, responses=TABLES)
def tabulate_structure(request: Request, opened: Opened, moment: At, form: Form, batch: Batch) -> Response:
    """The same as a file for spreadsheets."""
    return tabled(request, opened, moment, STRUCTURE, structure(moment, batch), form)
