"""The register of accesses, bound into the log: how long it is, and the last hash of its chain."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.events.base import Event

# What concerns the register and nothing else hangs on this stream.
ACCESSES = "accesses"


class AccessRegisterBound(Event):
    """查阅登记入链: the register of accesses had so many lines, and its chain ended with this hash.

    `restarted` tells that the lines bound before are gone, and that the chain begins anew.
    """

    TOPIC = "access-register-bound/1"
    CLAUSE = "H6"
    AFTER_END = True
    WHILE_SUSPENDED = True

    lines: Annotated[int, Field(ge=0)]
    head: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    restarted: bool = False
