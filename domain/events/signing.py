"""The key that signs the log, handed over from one to the next."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from domain.events.base import Event
from domain.language import Line

# What concerns the key and nothing else hangs on this stream.
KEYS = "keys"

Note = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class SigningKeyRotated(Event):
    """更换签名密钥: from here on the log is signed with the key of this public line.

    `handover` is a note signed by the old key and the new one; without it the event counts for nothing.
    """

    TOPIC = "signing-key-rotated/1"
    CLAUSE = "H5"
    AFTER_END = True
    WHILE_SUSPENDED = True

    public_key: Line
    handover: Note
