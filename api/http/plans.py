"""Which batches there are, and the plan of each. Every reading is written down before it is answered."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.http.asking import Opened
from api.http.moments import At
from api.http.problems import documented, in_path
from api.http.replies import read
from projections.batches import Batches, OneBatch, PlanInForce, batches, one_batch, plan_in_force

router = APIRouter(prefix="/v1/batches", tags=["batches"])

PROBLEMS = documented(404, 422, 503)
Key = Annotated[
    str,
    Path(pattern=r"^[0-9]{4}-[a-z0-9-]{1,40}$", description="A batch that `/v1/batches` lists"),
]


@router.get("", response_model=Batches, responses=documented(422, 503))
def list_batches(request: Request, opened: Opened, moment: At) -> Response:
    """Every batch with a published plan: its cycle, its phase, places and members."""
    return read(request, opened, moment, "batches", batches(moment))


@router.get("/{batch}", response_model=OneBatch, responses=PROBLEMS)
def show_batch(request: Request, opened: Opened, moment: At, batch: Key) -> Response:
    """One batch."""
    with in_path():
        found = one_batch(moment, batch)
    return read(request, opened, moment, "batches", found)


@router.get("/{batch}/plan", response_model=PlanInForce, responses=PROBLEMS)
def show_plan(request: Request, opened: Opened, moment: At, batch: Key) -> Response:
    """The plan in force at the moment asked for, with its digest and the amendments that stand."""
    with in_path():
        found = plan_in_force(moment, batch)
    return read(request, opened, moment, "plan", found)
