"""The HTTP service: every route, every error, the document that describes them."""

from importlib.metadata import version

from fastapi import Depends, FastAPI

from api.http import (
    batches,
    commands,
    document,
    documents,
    events,
    evidence,
    explaining,
    findings,
    health,
    lanes,
    people,
    pictures,
    plans,
    problems,
    proofs,
    views,
)
from api.http.asking import strict_query
from api.http.daily import lifespan
from api.http.door import Counts, Door
from api.http.head import Head
from api.http.integrity import Integrity
from api.http.stopping import Stopping
from api.main import App
from api.runs import Drawings

_DESCRIPTION = """后备干部培养档案。视图可问两个时间：as_of（当日情形）与 known_at（当时所知）。

The archive of a reserve-cadre programme. Every view takes two times: `as_of`, a day, shows what was so at its
end; `known_at`, a day, a time or an `@position`, shows what had been recorded by then. Errors are problem details
(RFC 9457). Nothing is ever edited: a correction is a record of its own.
"""


ROUTED = (
    plans,
    views,
    explaining,
    findings,
    pictures,
    people,
    batches,
    documents,
    commands,
    events,
    proofs,
    evidence,
    health,
)


def create(opened: App) -> FastAPI:
    """The service for one open archive."""
    service = FastAPI(
        title="梯队 Tidui",
        version=version("tidui"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan(opened),
        generate_unique_id_function=lambda route: route.name,
        responses=problems.documented(),
        dependencies=[Depends(strict_query), lanes.READING],
    )
    service.state.opened = opened
    service.state.counts = Counts()
    service.state.lanes = lanes.Lanes(opened.settings, opened.workers.processes)
    service.state.stopping = stopping = Stopping()
    service.state.drawings = Drawings(stopping.begun)
    problems.install(service)
    for module in ROUTED:
        service.include_router(module.router)
    document.install(service)
    service.state.routes = [*service.routes, *(route for module in ROUTED for route in module.router.routes)]
    service.add_middleware(Head)
    service.add_middleware(Integrity, opened=opened)
    service.add_middleware(Door, counts=service.state.counts, practice=opened.charter.practice)
    return service
