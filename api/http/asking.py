"""What a request asks, taken strictly: known names once each, a body of the right type and size, a format."""

import codecs
import re
import unicodedata
from collections.abc import Mapping
from email.message import Message
from typing import Annotated, Any, cast
from urllib.parse import unquote_to_bytes

import anyio
from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from api.http.problems import NotOffered, TooLarge, TooSlow, WrongMediaType
from api.main import App
from domain.errors import Malformed
from domain.json_text import read_json
from projections.names import Order


async def _opened(request: Request) -> App:
    return cast(App, request.app.state.opened)


Opened = Annotated[App, Depends(_opened)]


MOST = 500
# Further than any log reaches, and within what the database and every JSON reader count exactly.
FURTHEST = 2**53 - 1
_NATURAL = re.compile("0|[1-9][0-9]*")


def _natural(value: Any) -> Any:
    """Digits alone: no sign, blank, underscore, leading zero or digit of another script."""
    if isinstance(value, str) and not _NATURAL.fullmatch(value):
        raise PydanticCustomError("int_parsing", "a whole number is written in digits alone, as in 12")
    return value


Natural = Annotated[int, BeforeValidator(_natural)]
After = Annotated[Natural, Query(ge=0, le=FURTHEST, description="A position; what follows it is shown")]
Ordered = Annotated[Order, Query(description="Names by strokes, as is customary, or by pinyin")]
Limit = Annotated[Natural, Query(ge=1, le=MOST, description="How many at most")]


async def strict_query(request: Request) -> None:
    """Each query name is one that this address knows, and stands there once."""
    try:
        text = unquote_to_bytes(request.scope["query_string"]).decode()
    except UnicodeDecodeError:
        raise Malformed("查询参数不是 UTF-8。", "The query is not UTF-8.") from None
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise Malformed("查询参数含有控制字符。", "The query holds control characters.")
    names = [name for name, _ in request.query_params.multi_items()]
    allowed = _query_names(request.scope["route"].dependant)
    if wrong := sorted(set(names) - allowed):
        known = ", ".join(sorted(allowed)) or "-"
        raise Malformed(
            f"没有这个查询参数：{', '.join(wrong)}。可用的有：{known}。",
            f"No such query name: {', '.join(wrong)}. There are: {known}.",
        )
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise Malformed(f"查询参数重复：{', '.join(doubled)}。", f"Query names given twice: {', '.join(doubled)}.")


def _query_names(dependant: Dependant) -> set[str]:
    own = {field.alias for field in dependant.query_params}
    return own.union(*map(_query_names, dependant.dependencies))


async def _json(request: Request, opened: Opened) -> bytes:
    media_type, charset = _content_type(request)
    if media_type != "application/json":
        raise WrongMediaType("请以 application/json 发送。", "Send application/json.")
    if charset not in ("", "utf-8", "utf8"):
        raise WrongMediaType("JSON 只接受 UTF-8，请去掉 charset 或用 utf-8。", "JSON is taken in UTF-8 alone.")
    body = await _read(request, opened.settings.body_limit, opened.settings.body_seconds)
    read_json(body)
    return body.removeprefix(codecs.BOM_UTF8)


def _content_type(request: Request) -> tuple[str, str]:
    """The media type of the body and its charset, in small letters."""
    header = Message()
    header["Content-Type"] = request.headers.get("content-type", "")
    charset = str(header.get_param("charset", ""))
    return header["Content-Type"].partition(";")[0].strip().lower(), charset.strip().lower()


async def _file(request: Request, opened: Opened) -> bytes:
    return await _read(request, opened.settings.evidence_limit, opened.settings.body_seconds)


JsonBody = Annotated[bytes, Depends(_json)]
FileBody = Annotated[bytes, Depends(_file)]


async def _read(request: Request, limit: int, seconds: float) -> bytes:
    """The body as it was sent, given up as soon as it passes the limit or its time."""
    try:
        with anyio.fail_after(seconds):
            return await _within(request, limit)
    except TimeoutError:
        raise TooSlow(f"内容没有在 {seconds:g} 秒内发完。", f"The body took over {seconds:g} s to come.") from None


async def _within(request: Request, limit: int) -> bytes:
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise WrongMediaType("请不要压缩内容（Content-Encoding）。", "Send the body without a Content-Encoding.")
    declared = request.headers.get("content-length", "")
    parts, size = [], int(declared) if declared.isdecimal() else 0
    if size <= limit:
        size = 0
        async for part in request.stream():
            parts.append(part)
            size += len(part)
            if size > limit:
                break
    if size > limit:
        raise TooLarge(f"内容超过 {limit} 字节。", f"The body passes {limit} bytes.")
    return b"".join(parts)


def chosen(request: Request, offered: Mapping[str, str]) -> str:
    """Which of the offered formats (media type to name) the Accept header prefers; the first where it is silent."""
    ranges = [_range(part) for part in request.headers.get("accept", "*/*").split(",")]
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    if _quality(best, ranges) == 0:
        kinds = ", ".join(offered)
        raise NotOffered(f"可用的格式：{kinds}。", f"Offered: {kinds}.")
    return offered[best]


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    given = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return name, float(given)
    except ValueError:
        return name, 0.0


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The q of the most specific range that covers the type."""
    kind = media_type.partition("/")[0]
    for wanted in (media_type, f"{kind}/*", "*/*"):
        found = [q for name, q in ranges if name == wanted]
        if found:
            return found[0]
    return 0.0
