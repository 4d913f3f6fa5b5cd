"""Everything that goes wrong, as RFC 9457 problem details in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from api.http.stopping import stopping_of
from domain.archive import Conflict
from domain.errors import (
    Ambiguous,
    Broken,
    DependentsStand,
    KeyReused,
    Malformed,
    Refusal,
    Stale,
    TiduiError,
    Unavailable,
    Unknown,
    Unsupported,
)
from domain.language import Verdict
from domain.malformed import malformed
from domain.rules import Judgement
from exports.errors import PressBusy, Unprintable, WorkerFailed

MEDIA_TYPE = "application/problem+json"
Responses = dict[int | str, dict[str, Any]]
_URN = "urn:tidui:problem:"
_BUSY = f"{_URN}busy"
_UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE
_SOON, _LATER = "1", "10"  # seconds after which to ask again: when it is busy, when something is wanting


class NoSuchResource(TiduiError):
    """The address names something that is not there."""


class TooLarge(TiduiError):
    """The body is larger than may be sent here."""


class WrongMediaType(TiduiError):
    """The body is not of a type that is read here."""


class NotOffered(TiduiError):
    """No format that is offered here is one that was asked for."""


class Misdirected(TiduiError):
    """The request was meant for another host, or comes from another site's page."""


class Crowded(Unavailable):
    """More is asked at once than is worked on at once; the same request may come again in a moment."""

    def __init__(self) -> None:
        super().__init__("请求较多，请稍后再试。", "Many requests wait already; try again in a moment.")


class TooSlow(TiduiError):
    """The body did not come in time."""


class RunMissing(TiduiError):
    """What a run makes is asked for, and no run made it."""


class RunUnderWay(TiduiError):
    """Another run over documents goes on; there is one at a time."""


# The first class of an error's line that stands here decides: status, name of the type, title.
_KINDS: dict[type[Exception], tuple[int, str, str]] = {
    Unsupported: (409, "support-missing", "尚缺理由或例外依据 / A reason or an exception is missing"),
    DependentsStand: (409, "dependents-stand", "另有记录以此为依据 / Other records rest on it"),
    Refusal: (409, "refused", "按规定不能办理 / Refused by the plan or a house rule"),
    Stale: (412, "stale", "记录已有变动 / The record has moved on"),
    KeyReused: (422, "key-reused", "幂等键已用于另一内容 / The idempotency key came with another body"),
    Malformed: (422, "malformed", "内容不合要求 / Not of the form asked for"),
    Unknown: (422, "unknown", "没有所指的事物 / It names something unknown"),
    Conflict: (503, "busy", "档案库正忙 / The archive is busy"),
    PressBusy: (503, "busy", "正忙 / Busy"),
    Crowded: (503, "busy", "正忙 / Busy"),
    Unavailable: (503, "unavailable", "暂不可用 / Not available"),
    WorkerFailed: (500, "worker-failed", "排版程序出错 / The typesetting failed"),
    Unprintable: (409, "unprintable", "内容无法排版 / The content cannot be printed"),
    Broken: (500, "broken", "已存数据无法读取 / Stored data cannot be read"),
    NoSuchResource: (404, "not-found", "没有这个资源 / Not found"),
    NotOffered: (406, "not-offered", "没有所要的格式 / Not in any format asked for"),
    TooSlow: (408, "too-slow", "内容来得太慢 / Too slow"),
    RunMissing: (409, "run-missing", "尚未制作 / Not made yet"),
    RunUnderWay: (409, "run-under-way", "正在制作 / A run is under way"),
    TooLarge: (413, "too-large", "内容过大 / Too large"),
    WrongMediaType: (415, "media-type", "内容类型不对 / Wrong media type"),
    Misdirected: (421, "misdirected", "请求不应由此处理 / Not meant for this host"),
    TiduiError: (500, "failed", "未能完成 / It failed"),
}
_HTTP: dict[int, tuple[str, str, str]] = {
    400: (
        "malformed",
        "不是完好的请求 / No sound request",
        "请求不合 HTTP 的写法。 / It is not written as HTTP.",
    ),
    408: (
        "too-slow",
        "请求来得太慢 / Too slow",
        "请求没有按时写完。 / The request did not come in time.",
    ),
    404: ("not-found", "没有这个地址 / Not found", "没有这个地址，可用地址见 /docs。 / No such address; see /docs."),
    405: ("method", "不能用这个方法 / Method not allowed", "这个地址不接受此方法。 / Not a method of this address."),
}
_NAMES = ", ".join(dict.fromkeys(f"{name} ({status})" for status, name, _ in _KINDS.values()))


class Rule(BaseModel):
    """A rule that was crossed, and what is needed to record it all the same."""

    rule: str
    verdict: Verdict
    value: str
    limit: str
    needs: tuple[str, ...]


class Problem(BaseModel):
    """RFC 9457. `clause` is there where a rule refuses, `rules` where a reason or an exception is missing.

    `index` is the place, from 0, of the command that is refused among several sent together.
    """

    type: str = Field(description=f"`{_URN}` and one of: {_NAMES}", examples=[f"{_URN}refused"])
    title: str
    status: int
    detail: str
    clause: str | None = None
    rules: tuple[Rule, ...] | None = None
    dependents: tuple[int, ...] | None = None
    index: int | None = None


def problem_of(error: TiduiError) -> Problem:
    """What an error of ours is answered with."""
    status, name, title = next(_KINDS[kind] for kind in type(error).__mro__ if kind in _KINDS)
    return Problem(
        type=_URN + name,
        title=title,
        status=status,
        detail=f"{error.zh} / {error.en}",
        clause=error.clause if isinstance(error, Refusal) else None,
        rules=tuple(map(_rule, error.judgements)) if isinstance(error, Unsupported) else None,
        dependents=error.dependents if isinstance(error, DependentsStand) else None,
        index=error.place,
    )


def response_of(error: TiduiError) -> Response:
    """The same as a response."""
    problem = problem_of(error)
    headers = {"Retry-After": _SOON if problem.type == _BUSY else _LATER} if problem.status == _UNAVAILABLE else {}
    if problem.status == HTTPStatus.REQUEST_TIMEOUT:
        headers["Connection"] = "close"  # the rest of the body is not waited for
    return _response(problem, headers)


def failed() -> Response:
    """What nobody foresaw. The request's id leads to its line in the log."""
    detail = (
        "未能完成。请把 X-Request-Id 告诉管理员。 / It failed. Tell the administrator the X-Request-Id of this reply."
    )
    return _response(Problem(type=_URN + "failed", title="未能完成 / It failed", status=500, detail=detail), {})


def unreadable() -> Response:
    """What is no request at all."""
    return _plain(400, {})


def crowded() -> Response:
    """What nobody has time for."""
    return response_of(Crowded())


def too_slow() -> Response:
    """Half a request, after which nothing came."""
    return _plain(408, {})


def install(service: FastAPI) -> None:
    """Every error of the service goes through here."""

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, TiduiError)
        stopping_of(request.app).note(error)
        return response_of(error)

    async def form(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if any(e["loc"][0] == "path" for e in error.errors()):
            return _plain(404, {})
        return response_of(malformed(error.errors()))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_methods(request))
        return _plain(error.status_code, headers)

    service.add_exception_handler(TiduiError, ours)
    service.add_exception_handler(RequestValidationError, form)
    service.add_exception_handler(HTTPException, http)


def _methods(request: Request) -> list[str]:
    """What the address takes, on whichever of its routes."""
    routes = [one for one in request.app.state.routes if isinstance(one, Route)]
    matching = [one for one in routes if one.matches(request.scope)[0] is not Match.NONE]
    methods = {method for one in matching for method in one.methods or ()}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def documented(*statuses: int) -> Responses:
    """The problems of a route, for the OpenAPI document."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses} | {
        "default": {"description": "Any other problem", "content": content}
    }


@contextmanager
def in_path() -> Iterator[None]:
    """What is unknown here was named by the address."""
    try:
        yield
    except Ambiguous:
        raise
    except Unknown as error:
        raise NoSuchResource(error.zh, error.en) from error


@contextmanager
def reading(what: str) -> Iterator[None]:
    """A body that pydantic reads: Malformed when it is not of the form."""
    try:
        yield
    except ValidationError as error:
        raise malformed({**e, "loc": (what, *e["loc"])} for e in error.errors(include_url=False)) from None


def _rule(judgement: Judgement) -> Rule:
    return Rule(
        rule=judgement.rule,
        verdict=judgement.verdict,
        value=judgement.value,
        limit=judgement.limit,
        needs=judgement.missing(),
    )


def _plain(status: int, headers: dict[str, str]) -> Response:
    phrase = HTTPStatus(status).phrase
    name, title, detail = _HTTP.get(status, ("http", phrase, phrase))
    return _response(Problem(type=_URN + name, title=title, status=status, detail=detail), headers)


def _response(problem: Problem, headers: dict[str, str]) -> Response:
    content = problem.model_dump_json(exclude_none=True)
    return Response(content, problem.status, {"Cache-Control": "no-store", **headers}, MEDIA_TYPE)
