"""Warm processes that render: quick for every document after the first, and hard limits for hostile ones."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from pathlib import Path
from queue import Empty, LifoQueue
from tempfile import TemporaryDirectory
from typing import Self

from exports.errors import LimitPassed, PressBusy, unpacked
from exports.pdf import engine
from exports.pdf.manuscript import Manuscript

_HERE = Path(__file__).parent
_MOST = 16
_STARTING_SECONDS = 60.0
_RETIRE_AFTER = 500  # documents; what the engine's C libraries keep is then given back


@dataclass(frozen=True)
class Limits:
    """What one document may take. An ordinary dossier takes about 1.3 s of CPU and a third of a GiB."""

    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    memory_bytes: int = 1536 * 2**20


class Workers:
    """A small pool for any number of threads: by default a process for each core, up to 16. They start when first
    needed, and are replaced when killed.
    """

    def __init__(self, processes: int | None = None, limits: Limits | None = None) -> None:
        self.processes = processes or min(len(os.sched_getaffinity(0)), _MOST)
        self.limits = limits or Limits()
        self._idle: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(self.processes):
            self._idle.put(None)

    def render(self, manuscript: Manuscript) -> bytes:
        """The finished bytes; a typed problem when the content, a limit or this machine does not allow them."""
        engine.require()
        try:
            worker = self._idle.get(timeout=self.limits.wall_seconds)
        except Empty:
            raise PressBusy(
                "正在制作的文档较多，请稍后再试。", "Other documents are being made; try again in a moment."
            ) from None
        try:
            worker = worker or _Worker(self.limits)
            return worker.render(manuscript)
        finally:
            self._idle.put(worker if worker and worker.fit else None)

    def close(self) -> None:
        """Ends the idle processes."""
        while True:
            try:
                worker = self._idle.get_nowait()
            except Empty:
                return
            if worker:
                worker.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._made = 0
        self.fit = True
        self._folder = TemporaryDirectory(prefix="tidui-press-")  # the engine keeps fonts there, and leaves them
        folder = self._folder.name
        self._pipe, theirs = Pipe()
        words = map(str, (theirs.fileno(), limits.memory_bytes, folder))
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, with what it needs
                [sys.executable, "-P", "-m", "exports.pdf.worker", *words],
                pass_fds=[theirs.fileno()],
                env=_environment() | {"TMPDIR": folder},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )

    def render(self, manuscript: Manuscript) -> bytes:
        patience = self._limits.wall_seconds + (0 if self._made else _STARTING_SECONDS)
        try:
            self._pipe.send((self._limits.cpu_seconds, manuscript))
            if not self._pipe.poll(patience):
                raise self._stopped()
            answer = self._pipe.recv()
        except (EOFError, ConnectionError):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            raise self._stopped() from None
        self._made += 1
        if self._made >= _RETIRE_AFTER:
            self.end()
        if isinstance(answer, bytes):
            return answer
        raise unpacked(*answer)

    def _stopped(self) -> LimitPassed:
        """Ends the process, and tells which limit it passed."""
        code = self._process.poll()
        self.end()
        limits = self._limits
        which_zh, which_en = {
            None: (f"{limits.wall_seconds:g} 秒", f"{limits.wall_seconds:g} s"),
            -signal.SIGXCPU: (f"处理器时间 {limits.cpu_seconds} 秒", f"{limits.cpu_seconds} s of CPU"),
        }.get(code, (f"内存 {limits.memory_bytes >> 20} MiB，{code}", f"{limits.memory_bytes >> 20} MiB, {code}"))
        return LimitPassed(
            f"排版超出限度（{which_zh}），已中止。请检查内容是否异常。",
            f"Setting the document passed its limit ({which_en}) and was stopped. Is its content unusual?",
        )

    def end(self) -> None:
        self.fit = False
        self._pipe.close()
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()


def _environment() -> dict[str, str]:
    """The same for every worker, so that neither locale nor time zone nor a system font reaches a document."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    root = str(_HERE.parents[1])
    return kept | {
        "PYTHONPATH": root,
        "FONTCONFIG_FILE": str(_HERE / "fonts.conf"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
    }
