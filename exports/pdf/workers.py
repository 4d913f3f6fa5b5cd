"""Warm processes that render: quick for every document after the first, and hard limits for hostile ones."""

import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Self, cast

from exports import worker_process
from exports.errors import LimitPassed, PressBusy, PressStopped
from exports.pdf import engine
from exports.pdf.manuscript import Manuscript
from exports.worker_process import WorkerEnded, WorkerProcess

_MOST = 16
_RETIRE_AFTER = 500  # documents; what the engine's C libraries keep is then given back
_FONTS = {"FONTCONFIG_FILE": str(Path(__file__).with_name("fonts.conf"))}  # no system font reaches a document


@dataclass(frozen=True)
class Limits(worker_process.Limits):
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
        self._idle: LifoQueue[WorkerProcess | None] = LifoQueue()
        self._busy, self._lock, self._stopped = set[WorkerProcess](), threading.Lock(), False
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
            worker = self._at_work(worker)
            return cast(bytes, worker.ask(manuscript))
        except WorkerEnded as ended:
            raise PressStopped() if self._stopped else self._passed(ended.code) from None
        finally:
            self._put_back(worker)

    def _at_work(self, worker: WorkerProcess | None) -> WorkerProcess:
        with self._lock:
            if self._stopped:
                raise PressStopped
            worker = worker or WorkerProcess("exports.pdf.worker", self.limits, _FONTS)
            self._busy.add(worker)
            return worker

    def _put_back(self, worker: WorkerProcess | None) -> None:
        if worker:
            with self._lock:
                self._busy.discard(worker)
            if self._stopped or worker.answered >= _RETIRE_AFTER:
                worker.end()
        self._idle.put(worker if worker and worker.fit else None)

    def _passed(self, code: int | None) -> LimitPassed:
        """Which limit the document passed."""
        limits = self.limits
        which_zh, which_en = {
            None: (f"{limits.wall_seconds:g} 秒", f"{limits.wall_seconds:g} s"),
            -signal.SIGXCPU: (f"处理器时间 {limits.cpu_seconds} 秒", f"{limits.cpu_seconds} s of CPU"),
        }.get(code, (f"内存 {limits.memory_bytes >> 20} MiB，{code}", f"{limits.memory_bytes >> 20} MiB, {code}"))
        return LimitPassed(
            f"排版超出限度（{which_zh}），已中止。请检查内容是否异常。",
            f"Setting the document passed its limit ({which_en}) and was stopped. Is its content unusual?",
        )

    def stop(self) -> None:
        """Nothing more is set; what is being set ends at once, and says so."""
        with self._lock:
            self._stopped = True
            for worker in self._busy:
                worker.kill()

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
