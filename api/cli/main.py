"""Puts every command on the command line and runs it."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress

import structlog

from api.cli import (
    batch_views,
    batches,
    explaining,
    importing,
    judge,
    keep,
    keys,
    papers,
    pictures,
    plan_views,
    prove,
    record,
    register,
    show,
    sign,
    terminal,
    usage,
    witness,
)
from api.cli.app import app, err, problem
from api.cli.speech import say
from api.cli.terminal import OutputLost
from api.cli.usage import MISUSED, Misused
from api.demo import command as demo
from api.own_log import error_output
from domain.errors import Malformed, Refusal, TiduiError, Unavailable

# Importing a module puts its commands on `app`.
PAGES = (
    *(show, papers, batches, batch_views, explaining, pictures, judge),
    *(record, plan_views, importing, keep, prove, keys, register, witness, sign, demo),
)


def main() -> None:
    """Run the command line; every refusal is a sentence and exit 1, never a traceback."""
    os.umask(0o077)  # whatever is written is for its owner alone
    structlog.configure(logger_factory=error_output)
    try:
        terminal.prepare()
        _run()
    except Misused as error:
        _tell(error)
        raise SystemExit(MISUSED) from None
    except TiduiError as error:
        _tell(error)
    except UnicodeError:
        _tell(Malformed("有文字不是 UTF-8。请核对输入。", "Some of the text is not UTF-8. Check what was given."))
    except OSError as error:
        _tell(_unreadable(error))
    raise SystemExit(1)


def _run() -> None:
    """Ends the process as the command says, once its output is written out."""
    try:
        usage.run(app)
    except SystemExit:
        terminal.flush()
        raise


def _tell(error: TiduiError) -> None:
    """Say on the error output what went wrong, as far as that can be written."""
    with suppress(OutputLost, OSError):
        if "--json" in sys.argv:
            terminal.write(json.dumps(problem(error), ensure_ascii=False) + "\n", sys.stderr)
        else:
            clause = f"〔{error.clause}〕" if isinstance(error, Refusal) else ""
            err.print(say(f"{clause}{error.zh}\n{error.en}", f"{clause}{error.en}"), style="red")
    with suppress(OutputLost):
        terminal.flush()
    terminal.flush_errors()


def _unreadable(error: OSError) -> Unavailable:
    name, why = error.filename or "—", error.strerror or str(error)
    return Unavailable(
        f"文件无法读写：{name}（{why}）。请检查路径、权限和磁盘空间。",
        f"A file cannot be read or written: {name} ({why}). Check path, permissions and the room on the disk.",
    )
