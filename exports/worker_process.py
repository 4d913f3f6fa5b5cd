"""Processes for work that hostile content could break: bounded memory, CPU and time, a clean environment, no way to
reach what started them but a pipe. Whatever ends such a process ends nothing else.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any

from domain.errors import TiduiError
from exports.errors import packed, unpacked

_ROOT = Path(__file__).parents[1]
_STARTING_SECONDS = 60.0

Answer = Callable[[Any], Any]


@dataclass(frozen=True)
class Limits:
    """What one question may take."""

    cpu_seconds: int
    wall_seconds: float
    memory_bytes: int


class WorkerEnded(Exception):
    """The process ended before it answered, with this code; without one it took too long and was ended."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class WorkerProcess:
    """One process that runs a module which calls `serve`, and the pipe to it."""

    def __init__(self, module: str, limits: Limits, environment: dict[str, str] | None = None) -> None:
        self.answered, self.fit, self._limits = 0, True, limits
        self._folder = TemporaryDirectory(prefix="tidui-work-")  # what libraries leave there goes with it
        self._pipe, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own module, with what it needs
                _words(module, theirs, limits, self._folder.name),
                pass_fds=[theirs.fileno()],
                env=_environment() | (environment or {}) | {"TMPDIR": self._folder.name},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )

    def ask(self, question: Any) -> Any:
        """What it answers; its problem as it raised it, WorkerEnded where it did not live to tell."""
        patience = self._limits.wall_seconds + (0 if self.answered else _STARTING_SECONDS)
        try:
            self._pipe.send((self._limits.cpu_seconds, question))
            if not self._pipe.poll(patience):
                raise self._ended()
            answer, problem = self._pipe.recv()
        except (EOFError, ConnectionError):
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
            raise self._ended() from None
        self.answered += 1
        if problem is not None:
            raise unpacked(*problem)
        return answer

    def _ended(self) -> WorkerEnded:
        code = self.process.poll()
        self.end()
        return WorkerEnded(code)

    def kill(self) -> None:
        """From another thread: whoever waits for an answer learns that there is none."""
        self.fit = False
        self.process.kill()

    def end(self) -> None:
        """Let go of it; nobody may wait for an answer."""
        self.fit = False
        self._pipe.close()
        self.process.kill()
        self.process.wait()
        self._folder.cleanup()


def _words(module: str, theirs: Connection, limits: Limits, folder: str) -> list[str]:
    # -P: a module in the current folder, whoever put it there, is none of ours.
    return [sys.executable, "-P", "-m", module, *map(str, (theirs.fileno(), limits.memory_bytes, folder))]


def _environment() -> dict[str, str]:
    """The same for every worker: neither locale nor time zone nor anybody's settings reach it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}


def serve(prepare: Callable[[], Answer]) -> None:
    """The other end: answer until the pipe closes. What `prepare` loads does not count against the memory."""
    descriptor, memory_bytes, folder = sys.argv[1:]
    try:
        _serve(Connection(int(descriptor)), int(memory_bytes), prepare())
    finally:
        rmtree(folder, ignore_errors=True)  # whoever started this may have been killed


def _serve(pipe: Connection, memory_bytes: int, answer: Answer) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            cpu_seconds, question = pipe.recv()
        except EOFError:
            return
        _allow_cpu(cpu_seconds)
        pipe.send(_told(answer, question))


def _told(answer: Answer, question: Any) -> tuple[Any, Any]:
    """The answer, or the problem that it came to."""
    try:
        return answer(question), None
    except TiduiError as problem:
        return None, packed(problem)


def _allow_cpu(seconds: int) -> None:
    """The kernel ends the process when this one question has used its share."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
