"""A connection that nobody holds by silence: a whole head in time, room for whoever comes, a problem for the rest.

uvicorn's own timer ends a connection that is idle between two requests; here it also runs from the connection's
beginning, and no half of a head stops it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from http import HTTPStatus

from fastapi.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from api.http import problems


class Connection(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, within `timeout_keep_alive` and `limit_concurrency` of its configuration."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            silent = min(self._silent(), key=lambda one: one[0], default=(0, None))[1]
            if silent is None:
                self._end(problems.crowded())
                return
            silent.timeout_keep_alive_handler()
            self.connections.discard(silent)
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _silent(self) -> Iterator[tuple[float, Connection]]:
        """The connections on which no request is under way, and until when each may be silent."""
        for one in self.connections:
            if isinstance(one, Connection) and one.timeout_keep_alive_task is not None:
                yield one.timeout_keep_alive_task.when(), one

    def data_received(self, data: bytes) -> None:
        """As uvicorn's, but only a whole head ends the wait for it."""
        self.conn.receive_data(data)
        self.handle_events()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing came, or half a head; an answer that nobody fetched is given up."""
        if self.transport.is_closing() or self.transport.get_write_buffer_size():
            self.transport.abort()
        elif self.conn.trailing_data[0]:
            self._end(problems.too_slow())
        else:
            super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - its own words are English alone
        """What cannot be read as HTTP is answered as a problem; nothing is put into an answer under way."""
        if _is_answering(self.cycle):
            self.transport.abort()
        else:
            self._end(problems.unreadable())

    def _end(self, answer: Response) -> None:
        phrase = HTTPStatus(answer.status_code).phrase
        lines = [f"HTTP/1.1 {answer.status_code} {phrase}".encode()]
        lines += [name + b": " + value for name, value in (*answer.raw_headers, (b"connection", b"close"))]
        self.transport.write(b"\r\n".join((*lines, b"", bytes(answer.body))))
        self.transport.close()


def _is_answering(cycle: RequestResponseCycle | None) -> bool:
    return cycle is not None and cycle.response_started and not cycle.response_complete
