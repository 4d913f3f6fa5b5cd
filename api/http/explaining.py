"""Why fields say what they say, and what changed between two moments."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.http.asking import Opened
from api.http.moments import At, Batch, Day, Name
from api.http.problems import documented, in_path
from api.http.replies import read
from api.http.someone import Person, PersonAsked
from projections.diff import Axis, Diff, diff_of_batch, diff_of_person, span
from projections.explain import ExplainedRoster, Explanation, explain, explain_roster
from projections.people import person

router = APIRouter(prefix="/v1", tags=["explaining"])

PROBLEMS = documented(422, 503)
Field = Annotated[
    str | None,
    Query(min_length=1, max_length=200, description="A path, a branch of paths, a label, or `@position`; default all"),
]
End = Annotated[str, Query(max_length=40, description="A day; along `known_at` also a time or `@position`")]


@router.get("/people/{person_id}/explain", response_model=Explanation, responses=PROBLEMS | documented(404))
def explain_person(
    request: Request, opened: Opened, moment: At, person_id: Person, batch: Batch, field: Field = None
) -> Response:
    """For each field of a dossier: the event that made it, who recorded it when, and what the field said before."""
    with in_path():
        person(moment, person_id)
    found = explain(moment, person_id, field, batch)
    return read(request, opened, moment, "explain", found)


@router.get("/roster/explain", response_model=ExplainedRoster, responses=PROBLEMS)
def explain_members(request: Request, opened: Opened, moment: At, batch: Batch) -> Response:
    """The same for every line of a roster."""
    found = explain_roster(moment, batch)
    return read(request, opened, moment, "explain", found)


@router.get("/diff", response_model=Diff, responses=PROBLEMS)
def show_diff(
    request: Request,
    opened: Opened,
    from_: Annotated[End, Query(alias="from")],
    to: End,
    whose: PersonAsked,
    along: Annotated[Axis, Query(description="Which of the two times moves")] = Axis.AS_OF,
    batch: Name = None,
    as_of: Annotated[Day | None, Query(description="Along `known_at`: the day that stands still")] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="Along `as_of`: whose knowledge counts")] = None,
) -> Response:
    """What changed, from what to what, by which events: the roster and which parts of dossiers, or one dossier."""
    between = span(opened.views, along, from_, to, as_of=as_of, known_at=known_at)
    found = diff_of_person(between, whose, batch) if whose else diff_of_batch(between, batch)
    return read(request, opened, between.last, "diff", found)
