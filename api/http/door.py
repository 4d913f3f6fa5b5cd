"""What every request passes: it is for this host, it gets an id, it is counted, and logged without its query."""

import secrets
import time
from collections import Counter, defaultdict
from urllib.parse import urlsplit

import structlog
from fastapi.responses import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from api.http.live import Cut
from api.http.problems import Misdirected
from api.http.stopping import stopping_of
from api.unforeseen import place

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})  # from our own pages, or from nobody's: typed, or kept as a bookmark
_DRAWN = {  # what a browser draws itself needs more than nothing
    "application/pdf": "frame-ancestors 'none'",
    "image/svg+xml": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "text/html": "frame-ancestors 'none'",
}
_POLICY = "default-src 'none'; frame-ancestors 'none'"
_log = structlog.get_logger("tidui.http")


class Counts:
    """Requests by method, route and status, and the time they took by route."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests[method if method in {*_SAFE, "POST"} else "other", route, status] += 1
        self.seconds[route] += seconds


class Door:
    """Outermost. An error that nobody foresaw becomes a problem here, and its place a line in the log."""

    def __init__(self, app: ASGIApp, counts: Counts, *, practice: bool) -> None:
        self._app = app
        self._counts = counts
        self._practice = practice

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, started, status = secrets.token_hex(8), time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._mark(MutableHeaders(scope=message), request_id)
            await send(message)

        try:
            answer = _turned_away(scope) or self._app
            await answer(scope, receive, sending)
        except (ClientDisconnect, Cut) as error:
            _log.info("broken_off", request_id=request_id, **place(error))
        except Exception as error:
            stopping_of(scope["app"]).note(error)
            _log.error("failed", request_id=request_id, **place(error))
            if status:
                raise
            await problems.failed()(scope, receive, sending)
        finally:
            self._note(scope, status, time.perf_counter() - started, request_id)

    def _mark(self, headers: MutableHeaders, request_id: str) -> None:
        headers["X-Request-Id"] = request_id
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Referrer-Policy"] = "no-referrer"
        kind = headers.get("Content-Type", "").partition(";")[0]
        headers.setdefault("Content-Security-Policy", _DRAWN.get(kind, _POLICY))
        headers.setdefault("Cache-Control", "private, no-cache")
        if self._practice:
            headers["Tidui-Practice"] = "yes"

    def _note(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        route = getattr(scope.get("route"), "path", "-")
        self._counts.add(scope["method"], route, status, seconds)
        milliseconds = round(1000 * seconds, 1)
        _log.info("request", method=scope["method"], route=route, status=status, ms=milliseconds, request_id=request_id)


def _turned_away(scope: Scope) -> Response | None:
    """A page of another site must neither read nor write here, by whatever name it found this address."""
    headers = Headers(scope=scope)
    host, origin = headers.get("host", ""), headers.get("origin")
    if _name(host) not in LOOPBACK:
        zh, en = "只接受对本机地址的请求。", "Only requests to this machine's own address are taken."
    elif scope["method"] not in _SAFE and origin is not None and origin not in {f"http://{host}", f"https://{host}"}:
        zh, en = "不接受其他网站发来的请求。", "Requests from another site's pages are not taken."
    elif headers.get("sec-fetch-site", "none") not in _OURS and not _leads_to_a_page(scope, headers):
        zh, en = (
            "不接受其他网站的页面发来的请求。请在地址栏中直接打开这个地址。",
            "Requests from another site's pages are not taken: open the address itself, in the address bar.",
        )
    else:
        return None
    return problems.response_of(Misdirected(zh, en))


def _leads_to_a_page(scope: Scope, headers: Headers) -> bool:
    """Whether somebody follows a link to one of our pages; what is on record is never reached by a link from abroad."""
    goes = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return goes and scope["method"] in _SAFE and not scope["path"].startswith("/v1/")


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
