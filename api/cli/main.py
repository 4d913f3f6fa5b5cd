"""Puts every command on the command line and runs it."""

from __future__ import annotations

import json
import sys

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
    show,
    sign,
    witness,
)
from api.cli.app import app, err, problem
from api.demo import command as demo
from domain.errors import Refusal, TiduiError

# Importing a module puts its commands on `app`.
PAGES = (
    *(show, papers, batches, batch_views, explaining, pictures, judge),
    *(record, plan_views, importing, keep, prove, keys, witness, sign, demo),
)


def main() -> None:
    """Run the command line; every refusal is a sentence and exit 1, never a traceback."""
    try:
        app()
    except TiduiError as error:
        if "--json" in sys.argv:
            sys.stderr.write(json.dumps(problem(error), ensure_ascii=False) + "\n")
        else:
            clause = f"〔{error.clause}〕" if isinstance(error, Refusal) else ""
            err.print(f"{clause}{error.zh}\n{error.en}", style="red", markup=False)
        raise SystemExit(1) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except OSError as error:
        if error.filename is None:
            raise
        name, why = error.filename, error.strerror
        err.print(
            f"文件无法读写：{name}（{why}）。请检查路径和权限。\n"
            f"A file cannot be read or written: {name} ({why}). Check path and permissions.",
            markup=False,
        )
        raise SystemExit(1) from None
