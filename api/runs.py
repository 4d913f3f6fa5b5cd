"""A run over all documents of a batch that goes on by itself: started once, followed by whoever asks, however late."""

from __future__ import annotations

from itertools import chain
from threading import Event, Lock, Thread
from typing import Any

from api import batches
from api.batches import Run

Step = tuple[str, dict[str, Any]]


class Drawing:
    """A run under way, or over: what became of each document so far, without the files' names: they name people."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.steps: list[Step] = []
        self.over = self.whole = False

    def draw(self, stopping: Event) -> None:
        """Set every document and keep it, until all are or the service stops."""
        outcomes = batches.drawn(self.run)
        try:
            for done, outcome in enumerate(chain.from_iterable(outcomes), 1):
                line = {name: value for name, value in outcome.line.items() if name != "file"}
                self.steps.append((outcome.state, line | {"done": done, "of": len(self.run.of)}))
                if stopping.is_set():
                    return
            self.whole = True
        finally:
            outcomes.close()
            self.over = True

    def is_of(self, run: Run) -> bool:
        """Whether it answers the same question, of the same records."""
        mine, other = self.run.moment, run.moment
        return (self.run.batch, mine.as_of, mine.position) == (run.batch, other.as_of, other.position)


class Drawings:
    """The last run of each batch. One is under way at a time."""

    def __init__(self, stopping: Event) -> None:
        self._stopping, self._lock, self._last = stopping, Lock(), dict[str | None, Drawing]()

    def start(self, run: Run) -> Drawing | None:
        """Begin it, unless the same one is under way already; None while another one is."""
        with self._lock:
            under_way = next((one for one in self._last.values() if not one.over), None)
            if under_way:
                return under_way if under_way.is_of(run) else None
            drawing = self._last[run.batch] = Drawing(run)
            Thread(target=drawing.draw, args=(self._stopping,), name="documents").start()
            return drawing

    def last(self, batch: str | None) -> Drawing | None:
        """The last one that was begun for a batch."""
        return self._last.get(batch)
