"""One worker process: takes manuscripts from its pipe, gives finished bytes or a problem back, until it closes.

Started by workers.py as `python -P -m exports.pdf.worker DESCRIPTOR MEMORY_BYTES FOLDER`: without -P a file in the
current folder, a stranger's perhaps, would be taken for one of the modules.
"""

import resource
import sys
from multiprocessing.connection import Connection
from shutil import rmtree

from domain.errors import TiduiError
from exports.errors import LimitPassed, WorkerFailed, packed
from exports.pdf.manuscript import Manuscript
from exports.pdf.render import Renderer


def main(descriptor: int, memory_bytes: int, folder: str) -> None:
    try:
        _serve(Connection(descriptor), memory_bytes)
    finally:
        rmtree(folder, ignore_errors=True)  # whoever started this may have been killed


def _serve(pipe: Connection, memory_bytes: int) -> None:
    try:
        renderer: Renderer | TiduiError = Renderer()
    except TiduiError as problem:
        renderer = problem
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    while True:
        try:
            cpu_seconds, manuscript = pipe.recv()
        except EOFError:
            return
        _allow_cpu(cpu_seconds)
        answer = _answer(renderer, manuscript)
        pipe.send(packed(answer) if isinstance(answer, TiduiError) else answer)


def _answer(renderer: Renderer | TiduiError, manuscript: Manuscript) -> bytes | TiduiError:
    if isinstance(renderer, TiduiError):
        return renderer
    try:
        return renderer.render(manuscript)
    except TiduiError as problem:
        return problem
    except (MemoryError, RecursionError) as error:
        return LimitPassed(
            f"文档内容过大或嵌套过深，无法排版（{type(error).__name__}）。",
            f"The document is too large or too deeply nested to be set ({type(error).__name__}).",
        )
    except Exception as error:  # noqa: BLE001 - whatever the engine raises must reach the caller as a problem
        return WorkerFailed(f"排版失败：{error!r}", f"The document could not be set: {error!r}")


def _allow_cpu(seconds: int) -> None:
    """The kernel ends the process when this one document has used its share."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
