"""For whoever runs the service: is it up, is it ready, and numbers for Prometheus."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel

from api.condition import clock, signed_in_time
from api.doctor import LEAST_DISK_GIB
from api.http.asking import Opened
from api.http.door import Counts
from api.http.stopping import stopping_of
from api.integrity import describe_result, last_result
from api.main import App
from domain.archive import Displaced
from domain.errors import TiduiError
from exports.pdf import engine

router = APIRouter(tags=["health"])


class Health(BaseModel):
    ok: bool
    origin: str
    practice: bool


class Look(BaseModel):
    name: str
    ok: bool
    finding: str


class Readiness(BaseModel):
    ok: bool
    checks: tuple[Look, ...]


@router.get("/healthz")
async def healthz(opened: Opened) -> Health:
    """The service answers."""
    return Health(ok=True, origin=opened.charter.origin, practice=opened.charter.practice)


@router.get(
    "/readyz", response_model=Readiness, responses={503: {"model": Readiness, "description": "Something is wanting"}}
)
def readyz(request: Request, opened: Opened) -> Response:
    """Log, views, access log, what was signed, the clock, the last `verify`, the disk, what PDFs need, one by one."""
    try:
        opened.log.require_in_place()
        opened.access.require_in_place()
    except Displaced as error:
        stopping_of(request.app).note(error)
    looks = tuple(_looks(opened))
    ready = Readiness(ok=all(look.ok for look in looks), checks=looks)
    return Response(ready.model_dump_json(), 200 if ready.ok else 503, media_type="application/json")


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request, opened: Opened) -> PlainTextResponse:
    """Counters in the Prometheus text format. Nothing in them is about a person."""
    counts = cast(Counts, request.app.state.counts)
    return PlainTextResponse("\n".join([*_lines(counts), *_gauges(opened), ""]), media_type="text/plain; version=0.0.4")


def _looks(opened: App) -> Iterator[Look]:
    free = shutil.disk_usage(opened.home.folder).free / (1 << 30)
    missing = " ".join(engine.missing_packages())
    yield _tried("log", opened.log.check_writable)
    yield _tried("views", lambda: f"lag {opened.views.runner.lag()}")
    yield _tried("access_log", opened.access.check)
    yield _guarded("fit", lambda: _fit(opened))
    yield _guarded("after_recording", lambda: _after(opened))
    yield _guarded("clock", lambda: _clock(opened))
    yield _verified(opened)
    yield Look(name="disk", ok=free >= LEAST_DISK_GIB, finding=f"{free:.1f} GiB")
    yield Look(name="pdf", ok=not missing, finding=f"apt-get install {missing}" if missing else "ok")


def _fit(opened: App) -> Look:
    """The ends of the log and of the register, held against what was signed last."""
    try:
        misfit = opened.ledger.find_misfit()
    except TiduiError as error:
        return Look(name="fit", ok=False, finding=str(error))
    return Look(name="fit", ok=misfit is None, finding=f"{misfit.zh} / {misfit.en}" if misfit else "ok")


def _after(opened: App) -> Look:
    """Whether what follows a record came about: that it was bound and signed. Neither keeps it from being recorded."""
    found = signed_in_time(opened.log, opened.home.held)
    told = "; ".join([f"{found.zh} / {found.en}", *(f"{what}: {why}" for what, why in opened.after.troubles.items())])
    return Look(name="after_recording", ok=found.ok and not opened.after.troubles, finding=told)


def _clock(opened: App) -> Look:
    """A clock that is off keeps nobody from reading, and from recording only without a reason: it is told."""
    found = clock(opened.log, opened.office.clock_limits, opened.clock())
    return Look(name="clock", ok=True, finding=f"{found.zh} / {found.en}")


def _verified(opened: App) -> Look:
    """What the last `verify` found, and how long ago."""
    result = last_result(opened.home.verified)
    zh, en = describe_result(result, datetime.now(UTC))
    return Look(name="verified", ok=result is None or result.ok, finding=f"{zh} / {en}")


def _tried(name: str, look: Callable[[], str]) -> Look:
    return _guarded(name, lambda: Look(name=name, ok=True, finding=look()))


def _guarded(name: str, look: Callable[[], Look]) -> Look:
    try:
        return look()
    except TiduiError as error:
        return Look(name=name, ok=False, finding=str(error))


def _lines(counts: Counts) -> Iterator[str]:
    yield "# TYPE tidui_http_requests_total counter"
    for (method, route, status), count in sorted(counts.requests.items()):
        yield f'tidui_http_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}'
    yield "# TYPE tidui_http_seconds_total counter"
    for route, seconds in sorted(counts.seconds.items()):
        yield f'tidui_http_seconds_total{{route="{route}"}} {seconds:.6f}'


def _gauges(opened: App) -> Iterator[str]:
    for name, value in (("tidui_log_position", opened.log.head()), ("tidui_views_lag", opened.views.runner.lag())):
        yield f"# TYPE {name} gauge"
        yield f"{name} {value}"
