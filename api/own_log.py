"""Where the lines of the program's own log go: the error output. Where nobody takes them any more, they are dropped."""

from __future__ import annotations

import sys
from contextlib import suppress


class ErrorOutput:
    """Looked up anew for each line. Writing raises nothing: a line that is lost makes no error of what was done."""

    def msg(self, message: str) -> None:
        with suppress(OSError, ValueError):  # a broken pipe, a full disk; a closed file
            sys.stderr.write(f"{message}\n")
            sys.stderr.flush()

    log = debug = info = warn = warning = error = critical = fatal = exception = failure = msg


def error_output(*_: object) -> ErrorOutput:
    """As structlog asks for one."""
    return ErrorOutput()
