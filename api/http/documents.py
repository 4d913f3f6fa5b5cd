"""The documents that a committee puts on the table, in print or as data. What is read of whom is written down first."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from api import documents
from api.access import Act
from api.http.asking import Natural, Opened, Ordered, chosen
from api.http.moments import At, Batch
from api.http.problems import Responses, documented, in_path
from api.http.replies import as_json, is_known, not_modified, tag, view
from api.http.someone import PersonAsked
from api.http.views import Round, Tier
from api.main import App
from exports.documents import Document, Paper
from projections.moment import Moment
from projections.names import Order

router = APIRouter(prefix="/v1/documents", tags=["documents"])

PROBLEMS = documented(404, 409, 422, 503)
Kind = Annotated[str, Path(pattern=r"^[a-z]+(-[a-z]+)*$", description="One of those that `/v1/documents` lists")]
Year = Annotated[Natural | None, Query(ge=1900, le=2999, description="The training year, where a document has one")]
MeetingAsked = Annotated[
    str | None, Query(pattern=r"^m-[0-9a-z]{6,26}$", description="One meeting, where a document is of one")
]
Blank = Annotated[bool, Query(description="The form, empty")]
Plain = Annotated[bool, Query(description="A print for people: nothing is attached to it")]
_PDF: Responses = {
    200: {
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The document",
    }
}


def _asked(
    batch: Batch,
    person: PersonAsked,
    tier: Tier = None,
    year: Year = None,
    round: Round = None,
    meeting: MeetingAsked = None,
    order: Ordered = Order.STROKES,
    blank: Blank = False,
) -> dict[str, Any]:
    asked = {"batch": batch, "person": person, "tier": tier, "year": year, "round": round, "meeting": meeting}
    return asked | {"order": order, "blank": blank}


AskedFor = Annotated[dict[str, Any], Depends(_asked)]


@router.get("", responses=documented(422, 503))
def list_documents() -> Response:
    """Which documents there are: kind, titles, clause, whom each is about, and what else it can be asked."""
    return as_json({"documents": documents.listed()})


@router.get("/{kind}.pdf", response_class=Response, responses=PROBLEMS | _PDF)
def print_document(
    request: Request, opened: Opened, moment: At, kind: Kind, asked: AskedFor, plain: Plain = False
) -> Response:
    """A document in print, with its content attached, or plain."""
    return _print(request, opened, moment, _named(kind), asked, plain=plain)


@router.get("/{kind}", response_model=Paper, responses=PROBLEMS | documented(406) | _PDF)
def show_document(request: Request, opened: Opened, moment: At, kind: Kind, asked: AskedFor) -> Response:
    """What a document says. As a PDF where the Accept header asks for one."""
    form = chosen(request, {"application/json": "json", "application/pdf": "pdf"})
    answer = _print if form == "pdf" else _show
    reply = answer(request, opened, moment, _named(kind), asked)
    reply.headers["Vary"] = "Accept"
    return reply


def _named(kind: str) -> Document:
    with in_path():
        return documents.named(kind)


def _show(request: Request, opened: App, moment: Moment, document: Document, asked: dict[str, Any]) -> Response:
    return view(request, documents.view(opened, document, moment, **asked))


def _print(
    request: Request, opened: App, moment: Moment, document: Document, asked: dict[str, Any], *, plain: bool = False
) -> Response:
    found = documents.content(opened, document, moment, **asked)
    current = tag(request, found, "plain.pdf" if plain else "pdf")
    if is_known(request, current):
        documents.register(opened, Act.EXPORT, document, found, moment)
        return not_modified(current)
    content = documents.printed(opened, document, found, plain=plain)
    documents.register(opened, Act.EXPORT, document, found, moment, content)
    headers = {"ETag": current, "Content-Disposition": f'inline; filename="{document.kind}.pdf"'}
    return Response(content, 200, headers, "application/pdf")
