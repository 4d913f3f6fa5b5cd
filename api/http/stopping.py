"""What ends the service: a file taken from under it. The request that meets that is answered, then it stops."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from domain.archive import Displaced


class Stopping:
    """Why the service ends, once it has to. `stop` is given by what runs it."""

    def __init__(self) -> None:
        self.because: Displaced | None = None
        self.stop: Callable[[], None] | None = None

    def note(self, error: Exception) -> None:
        """End the service where an error says that its files are no longer there."""
        if isinstance(error, Displaced):
            self.because = self.because or error
            if self.stop:
                self.stop()


def stopping_of(service: FastAPI) -> Stopping:
    """The service's own."""
    found: Stopping = service.state.stopping
    return found
