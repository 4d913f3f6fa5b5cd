"""Runs the service on this machine's own address."""

from __future__ import annotations

import asyncio
import logging
import resource
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog
import uvicorn

from api.http.connection import Connection
from api.http.door import LOOPBACK
from api.http.service import create
from api.http.stopping import Stopping, stopping_of
from api.main import App
from api.own_log import error_output
from api.unforeseen import place
from domain.errors import Unavailable

_BACKLOG = 128  # of connections not yet taken; after an error asyncio tries, and tells, so many times
_OTHER_FILES = 512
_SELDOM = 60  # seconds
_UNFETCHED = 60_000  # milliseconds that an answer may lie unfetched before the system drops its connection
_log = structlog.get_logger("tidui.http")


class NotLoopback(Unavailable):
    """Without accounts the service is for this machine only."""


class PortTaken(Unavailable):
    """Something else listens there."""


def serve(opened: App, listening: Callable[[str, int], None]) -> None:
    """Serve an open archive until stopped. `listening` is told the address once it is bound."""
    settings = opened.settings
    if settings.host not in LOOPBACK:
        raise NotLoopback(
            f"尚无账号，只能在本机地址上提供服务，不能用 {settings.host}。请用 --host 127.0.0.1。",
            f"There are no accounts yet: only this machine's own address is served, not {settings.host}. "
            "Use --host 127.0.0.1.",
        )
    _log_in_json()
    _room_for(settings.connection_limit)
    with _listening(settings.host, settings.port) as bound:
        host, port = bound.getsockname()[:2]
        _log.info("serving", host=host, port=port, loopback_only=True, practice=opened.charter.practice)
        listening(host, port)
        server = server_of(opened)
        opened.after.catch_up()
        server.run(sockets=[bound])
        if server.stopping.because:
            raise server.stopping.because


def server_of(opened: App) -> Server:
    """What answers for an open archive, within the limits of its settings."""
    settings, service = opened.settings, create(opened)
    config = uvicorn.Config(
        service,
        access_log=False,  # our own lines replace uvicorn's: those tell the query, and a query may hold a name
        log_config=None,
        server_header=False,
        http=Connection,
        ws="none",
        backlog=_BACKLOG,
        limit_concurrency=settings.connection_limit + 1,  # `Connection` keeps below it
        timeout_keep_alive=settings.idle_seconds,
        timeout_graceful_shutdown=settings.stop_seconds,
    )
    return Server(config, opened, stopping_of(service))


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: only where it is does asyncio send what is small at once (TCP_NODELAY).
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNFETCHED)
        bound.bind((host, port))
        bound.listen(_BACKLOG)
    except OSError as error:
        bound.close()
        raise PortTaken(
            f"端口 {host}:{port} 无法使用（{error.strerror}）。请停止占用它的程序，或用 --port 换一个端口。",
            f"Port {host}:{port} cannot be used ({error.strerror}). Stop what uses it, or choose another with --port.",
        ) from error
    return bound


class Server(uvicorn.Server):
    """Ends within the time set for it: streams by themselves, documents that are still being set with their process."""

    def __init__(self, config: uvicorn.Config, opened: App, stopping: Stopping) -> None:
        super().__init__(config)
        self._opened, self.stopping = opened, stopping
        stopping.stop = lambda: setattr(self, "should_exit", True)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().set_exception_handler(_Errors())
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.stopping.begun.set()
        await super().shutdown(sockets)
        self._opened.workers.stop()


class _Errors:
    """What goes wrong on the wire, a line each; of what repeats itself one a minute, with how often it came."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._count, self._told = clock, Counter[str](), dict[str, float]()

    def __call__(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        about = f"{context.get('message')}: {type(error).__name__}"
        self._count[about] += 1
        if self._clock() - self._told.get(about, -_SELDOM) >= _SELDOM:
            self._told[about] = self._clock()
            told = place(error) if isinstance(error, Exception) else {}
            _log.error("connection_failed", message=context.get("message"), times=self._count.pop(about), **told)


def _room_for(connections: int) -> None:
    """As many files may be open as connections ask for, as far as the machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def _log_in_json() -> None:
    """One JSON object a line on the error output, uvicorn's own words included."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=error_output,
    )
