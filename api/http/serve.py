"""Runs the service on this machine's own address."""

import logging
import sys

import structlog
import uvicorn

from api.http.door import LOOPBACK
from api.http.service import create
from api.main import App
from domain.errors import Unavailable


class NotLoopback(Unavailable):
    """Without accounts the service is for this machine only."""


def serve(opened: App) -> None:
    """Serve an open archive until stopped."""
    settings = opened.settings
    if settings.host not in LOOPBACK:
        raise NotLoopback(
            f"尚无账号，只能在本机地址上提供服务，不能用 {settings.host}。请用 --host 127.0.0.1。",
            f"There are no accounts yet: only this machine's own address is served, not {settings.host}. "
            "Use --host 127.0.0.1.",
        )
    _log_in_json()
    structlog.get_logger("tidui.http").info(
        "serving", host=settings.host, port=settings.port, loopback_only=True, practice=opened.charter.practice
    )
    # Our own lines replace uvicorn's: those tell the query, and a query may hold a name.
    uvicorn.run(
        create(opened),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
    )


def _log_in_json() -> None:
    """One JSON object a line on the error output, uvicorn's own words included."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
