"""Replies that come as they are made. Of server-sent events: how each is written, which headers keep them coming, and
how a stream of them is described.
"""

import json
from collections.abc import Generator, Mapping
from typing import Any

import anyio
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.http.problems import Responses

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
COMMENT = ": \n\n"

_EVENT = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("id", "event", "data")},
    "required": ["id", "event", "data"],
}


def event(number: int, kind: str, data: Mapping[str, Any]) -> str:
    """One event as it is sent."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"id: {number}\nevent: {kind}\ndata: {text}\n\n"


def stream_of(what: str) -> Responses:
    """What a route that sends events answers with."""
    return {200: {"content": {MEDIA_TYPE: {"schema": _EVENT}}, "description": what}}


class Cut(Exception):
    """An answer that ends before its end."""


class WorkedOut(StreamingResponse):
    """What takes work to make. When nobody takes it any more the work ends, there and then."""

    def __init__(self, work: Generator[str | bytes, None, None], **how: Any) -> None:
        super().__init__(work, **how)
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(self._work.close)
