"""Server-sent events: how each is written, which headers keep them coming, and how a stream of them is described."""

import json
from collections.abc import Mapping
from typing import Any

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
