"""One worker process: takes manuscripts from its pipe, gives finished bytes or a problem back, until it closes.

Started by workers.py.
"""

from domain.errors import TiduiError
from exports.errors import LimitPassed, WorkerFailed
from exports.pdf.manuscript import Manuscript
from exports.pdf.render import Renderer
from exports.worker_process import Answer, serve


def _prepared() -> Answer:
    """The renderer's answer; what is wanting on this machine is told of each document."""
    try:
        renderer = Renderer()
    except TiduiError as problem:
        return _refusing(problem)
    return lambda manuscript: _answer(renderer, manuscript)


def _refusing(problem: TiduiError) -> Answer:
    def refuse(_: Manuscript) -> bytes:
        raise problem

    return refuse


def _answer(renderer: Renderer, manuscript: Manuscript) -> bytes:
    try:
        return renderer.render(manuscript)
    except TiduiError:
        raise
    except (MemoryError, RecursionError) as error:
        raise LimitPassed(
            f"文档内容过大或嵌套过深，无法排版（{type(error).__name__}）。",
            f"The document is too large or too deeply nested to be set ({type(error).__name__}).",
        ) from None
    except Exception as error:  # noqa: BLE001 - whatever the engine raises must reach the caller as a problem
        raise WorkerFailed(f"排版失败：{error!r}", f"The document could not be set: {error!r}") from None


if __name__ == "__main__":
    serve(_prepared)
