"""Runs the service on this machine's own address."""

import logging
import socket
import sys
from collections.abc import Callable

import h11
import structlog
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.http import problems
from api.http.door import LOOPBACK
from api.http.service import create
from api.http.stopping import stopping_of
from api.main import App
from api.own_log import error_output
from domain.errors import Unavailable


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
    with _listening(settings.host, settings.port) as place:
        host, port = place.getsockname()[:2]
        structlog.get_logger("tidui.http").info(
            "serving", host=host, port=port, loopback_only=True, practice=opened.charter.practice
        )
        listening(host, port)
        # Our own lines replace uvicorn's: those tell the query, and a query may hold a name.
        service = create(opened)
        config = uvicorn.Config(service, access_log=False, log_config=None, server_header=False, http=_Http)
        server, stopping = uvicorn.Server(config), stopping_of(service)
        stopping.stop = lambda: setattr(server, "should_exit", True)
        opened.after.catch_up()
        server.run(sockets=[place])
        if stopping.because:
            raise stopping.because


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise PortTaken(
            f"端口 {host}:{port} 无法使用（{error.strerror}）。请停止占用它的程序，或用 --port 换一个端口。",
            f"Port {host}:{port} cannot be used ({error.strerror}). Stop what uses it, or choose another with --port.",
        ) from error


class _Http(H11Protocol):
    """What cannot be read as HTTP is answered as a problem too."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - its own words are English alone
        answer = problems.unreadable()
        headers = [*answer.raw_headers, (b"connection", b"close")]
        for part in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(part) or b"")
        self.transport.close()


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
