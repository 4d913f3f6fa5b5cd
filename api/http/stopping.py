"""How the service ends: by a signal, or by a file taken from under it: whoever meets that is answered first."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from fastapi import FastAPI

from domain.archive import Displaced


class Stopping:
    """Why the service ends, once it has to. `stop` is given by what runs it; `begun` ends streams and runs."""

    def __init__(self) -> None:
        self.begun = Event()
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
