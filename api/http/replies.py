"""What a request is answered with: JSON as the log and the views have it, and a tag that tells when it changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from api.main import App
from api.registering import viewed
from projections.moment import Moment
from projections.shape import View


def next_page(request: Request, after: int | None) -> dict[str, str]:
    """The Link header that leads on, with all that was asked for."""
    if after is None:
        return {}
    query = urlencode({**request.query_params, "after": after})
    return {"Link": f'<{request.url.path}?{query}>; rel="next"'}


def as_json(
    content: BaseModel | Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A model, or plain data, as it is."""
    if isinstance(content, BaseModel):
        text = content.model_dump_json()
    else:
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers, "application/json")


def tag(request: Request, model: BaseModel, form: str = "json") -> str:
    """Names what an answer says, the head of the log left out: an unrelated event leaves it."""
    parts = [request.app.version, form, model.model_dump_json(exclude={"position"})]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f'W/"{digest[:32]}"'


def is_known(request: Request, current: str) -> bool:
    """Whether who asks has the answer with this tag already."""
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    return bool(known & {"*", current.removeprefix("W/")})


def not_modified(current: str) -> Response:
    """The answer to who has it already."""
    return Response(status_code=304, headers={"ETag": current})


def read(request: Request, opened: App, moment: Moment, what: str, found: View) -> Response:
    """A view as JSON, or 304; the reading is written down first."""
    viewed(opened, what, found, moment)
    return view(request, found)


def view(request: Request, model: BaseModel) -> Response:
    """What was written down to be read, as JSON, or 304."""
    current = tag(request, model)
    if is_known(request, current):
        return not_modified(current)
    return as_json(model, headers={"ETag": current})
