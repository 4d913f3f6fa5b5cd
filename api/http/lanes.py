"""So much is worked on at once, by kind, that none takes what another needs; the rest waits, but not for long.

A request gets its turn before a thread works on it: readings, prints, writings and runs each have lanes of their own.
What only says that the service lives has none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, cast

import anyio
from fastapi import Depends, Request

from api.http.asking import JsonBody
from api.http.problems import Crowded
from api.settings import Settings

_SAFE = frozenset({"GET", "HEAD"})
_FREE = frozenset({"/healthz", "/readyz", "/metrics"})
_PDF = "application/pdf"
_UPLOADS = 4  # files that are held at once


class Lane:
    """`at_once` at a time; `waiting` more wait in their order, each at most so many seconds."""

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        self._places = anyio.CapacityLimiter(at_once)
        self._waiting, self._seconds = waiting, seconds

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A place for as long as the context lasts; Crowded where none is to be had in time."""
        one = object()
        try:
            self._places.acquire_on_behalf_of_nowait(one)
        except anyio.WouldBlock:
            await self._wait(one)
        try:
            yield
        finally:
            self._places.release_on_behalf_of(one)

    async def _wait(self, one: object) -> None:
        if self._places.statistics().tasks_waiting >= self._waiting:
            raise Crowded
        with anyio.move_on_after(self._seconds) as waiting:
            await self._places.acquire_on_behalf_of(one)
        if waiting.cancelled_caught:
            raise Crowded


class Lanes:
    """The lanes of one service."""

    def __init__(self, settings: Settings, processes: int) -> None:
        queue = settings.queue_limit, settings.queue_seconds
        self.readings = Lane(settings.reading_limit, *queue)
        self.prints = Lane(settings.print_limit or processes + 1, *queue)
        self.writings = Lane(1, *queue)  # one decision at a time is the log's own order
        self.uploads = Lane(_UPLOADS, *queue)
        self.listeners = Lane(settings.listener_limit, 0, 0)
        self.runs = Lane(1, 0, 0)


def of(request: Request) -> Lanes:
    """The lanes of the service that a request came to."""
    return cast(Lanes, request.app.state.lanes)


async def _reading(request: Request) -> AsyncIterator[None]:
    """Every GET: what a PDF is made for waits with the prints, all else with the readings."""
    path, lanes = request.url.path, of(request)
    if request.method not in _SAFE or path in _FREE:
        yield
        return
    printed = path.endswith(".pdf") or _PDF in request.headers.get("accept", "")
    async with (lanes.prints if printed else lanes.readings).turn():
        yield


async def _in_turn(request: Request, body: JsonBody) -> AsyncIterator[bytes]:
    """The body, read before its turn came."""
    async with of(request).writings.turn():
        yield body


async def _uploading(request: Request) -> AsyncIterator[None]:
    async with of(request).uploads.turn():
        yield


async def _listening(request: Request) -> AsyncIterator[None]:
    async with of(request).listeners.turn():
        yield


async def _running(request: Request) -> AsyncIterator[None]:
    async with of(request).runs.turn():
        yield


READING = Depends(_reading, scope="function")
UPLOADING = Depends(_uploading, scope="function")
BodyInTurn = Annotated[bytes, Depends(_in_turn, scope="function")]
# These last until the last of the answer is sent.
LISTENING = Depends(_listening, scope="request")
RUNNING = Depends(_running, scope="request")
