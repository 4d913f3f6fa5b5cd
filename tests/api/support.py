import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import httpx2

from api.http.serve import _listening, server_of
from api.main import App

Post = Callable[..., httpx2.Response]
Tidui = Callable[..., tuple[int, str, str]]  # what it exits with, its output, its errors


def is_problem(reply: httpx2.Response, status: int, kind: str) -> dict[str, Any]:
    """The problem that a reply holds, in both languages and marked as what it is."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = reply.json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:tidui:problem:{kind}"
    assert " / " in problem["title"]
    assert " / " in problem["detail"]
    return problem


@contextmanager
def serving(opened: App) -> Iterator[tuple[str, int]]:
    """The service as it is started for people, on a free port of this machine; it is stopped as a signal stops it."""
    with _listening("127.0.0.1", 0) as place:
        address: tuple[str, int] = place.getsockname()
        server = server_of(opened)
        thread = Thread(target=server.run, kwargs={"sockets": [place]})
        thread.start()
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join()


def answer_to(address: tuple[str, int], sent: bytes) -> bytes:
    """All that comes back on a connection until the other side closes it."""
    with socket.create_connection(address, timeout=60) as line:
        line.sendall(sent)
        return rest_of(line)


def rest_of(line: socket.socket) -> bytes:
    """What still comes on a connection; one that is reset ends as one that is closed."""
    reply = b""
    try:
        while part := line.recv(65536):
            reply += part
    except ConnectionResetError:
        pass
    return reply
