"""What a running service does once a day by itself: it binds the register of accesses into the log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio
import structlog
from fastapi import FastAPI

from api.main import App
from domain.errors import TiduiError

_EVERY = 600  # seconds between looks at the calendar
_LOGGER = structlog.get_logger("tidui")


def bind_register(opened: App) -> None:
    """Bind the register where that was not done today; what goes wrong is logged, and tried again at the next look."""
    try:
        opened.binding.daily()
    except TiduiError as error:
        _LOGGER.warning("register_not_bound", reason=error.en)


def lifespan(opened: App) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Looks at the calendar as long as the service runs."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_look, opened)
            yield
            tasks.cancel_scope.cancel()

    return running


async def _look(opened: App) -> None:
    while True:
        await anyio.sleep(_EVERY)
        await anyio.to_thread.run_sync(bind_register, opened)
