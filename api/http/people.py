"""People and what is on file about each. Every reading is written down before it is answered."""

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api import dossiers
from api.access import Act
from api.handouts import of_appointment
from api.http.asking import After, Limit, Opened, Ordered, chosen
from api.http.handouts import OFFERED, TABLES, Form, described, handed, offered, tabled
from api.http.moments import At, Batch
from api.http.problems import Responses, documented, in_path
from api.http.replies import is_known, next_page, not_modified, tag, view
from api.http.someone import Person
from api.main import App
from api.registering import written_down
from exports.tables import PEOPLE
from projections.dossier import Dossier
from projections.history import History, history
from projections.moment import Moment
from projections.names import Order
from projections.people import People, people, person
from projections.people import Person as PersonOnFile

router = APIRouter(prefix="/v1/people", tags=["people"])

PROBLEMS = documented(404, 422, 503)
Search = Annotated[
    str | None,
    Query(min_length=1, max_length=50, description="Part of a name or of a subject, or a staff number"),
]
_PDF: Responses = {
    200: {
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The dossier",
    }
}


@router.get("", response_model=People, responses=OFFERED)
def list_people(
    request: Request, opened: Opened, moment: At, q: Search = None, order: Ordered = Order.STROKES
) -> Response:
    """Everybody on file, or those whose name or subject contains `q`, or whose staff number it is.

    A file where the Accept header asks for one.
    """
    return offered(request, opened, moment, PEOPLE, people(moment, q, order), search=q, order=order)


@router.get(".{form}", response_class=Response, responses=TABLES)
def tabulate_people(
    request: Request, opened: Opened, moment: At, form: Form, q: Search = None, order: Ordered = Order.STROKES
) -> Response:
    """The same as a file for spreadsheets."""
    return tabled(request, opened, moment, PEOPLE, people(moment, q, order), form, search=q, order=order)


@router.get("/{person_id}", response_model=PersonOnFile, responses=PROBLEMS)
def show_person(request: Request, opened: Opened, moment: At, person_id: Person) -> Response:
    """The registration with its changes, posts, honours and memberships."""
    with in_path():
        found = person(moment, person_id)
    written_down(opened, Act.VIEW, "person", person=person_id, moment=moment)
    return view(request, found)


@router.get("/{person_id}/history", response_model=History, responses=PROBLEMS)
def show_history(
    request: Request, opened: Opened, moment: At, person_id: Person, after: After = 0, limit: Limit = 100
) -> Response:
    """What was recorded about a person, one sentence an event, a page at a time; a Link header leads to the next."""
    with in_path():
        person(moment, person_id)
    found = history(moment, person_id, after=after, limit=limit)
    written_down(opened, Act.VIEW, "history", person=person_id, moment=moment)
    reply = view(request, found)
    reply.headers.update(next_page(request, found.next))
    return reply


@router.get("/{person_id}/dossier", response_model=Dossier, responses=PROBLEMS | documented(406, 409) | _PDF)
def show_dossier(request: Request, opened: Opened, moment: At, person_id: Person, batch: Batch) -> Response:
    """The whole dossier, each field with the event it comes from. As a PDF where the Accept header asks for one."""
    form = chosen(request, {"application/json": "json", "application/pdf": "pdf"})
    answer = _print if form == "pdf" else _show
    reply = answer(request, opened, moment, person_id, batch)
    reply.headers["Vary"] = "Accept"
    return reply


@router.get("/{person_id}/dossier.pdf", response_class=Response, responses=PROBLEMS | documented(409) | _PDF)
def print_dossier(request: Request, opened: Opened, moment: At, person_id: Person, batch: Batch) -> Response:
    """The dossier in print, with its JSON attached."""
    return _print(request, opened, moment, person_id, batch)


@router.get("/{person_id}/appointment-form.lrmx", response_class=Response, responses=described("lrmx"))
def show_appointment_form(request: Request, opened: Opened, moment: At, person_id: Person, batch: Batch) -> Response:
    """干部任免审批表, as programs of personnel offices read it."""
    with in_path():
        found = dossiers.whole(opened, moment, person_id, batch)
    return handed(request, opened, moment, found, of_appointment(opened, found))


def _show(request: Request, opened: App, moment: Moment, person: str, batch: str | None) -> Response:
    with in_path():
        found = dossiers.whole(opened, moment, person, batch)
    written_down(opened, Act.VIEW, "dossier", person=person, moment=moment)
    return view(request, found)


def _print(request: Request, opened: App, moment: Moment, person: str, batch: str | None) -> Response:
    with in_path():
        found = dossiers.whole(opened, moment, person, batch)
    current = tag(request, found, "pdf")
    if is_known(request, current):
        written_down(opened, Act.EXPORT, "dossier", person=person, moment=moment)
        return not_modified(current)
    content = dossiers.printed(opened, found)
    written_down(opened, Act.EXPORT, "dossier", person=person, moment=moment, sha256=sha256(content).hexdigest())
    headers = {"ETag": current, "Content-Disposition": f'inline; filename="{person}.pdf"'}
    return Response(content, 200, headers, "application/pdf")
