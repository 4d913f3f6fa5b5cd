from collections.abc import Callable
from typing import Any

import httpx2

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
