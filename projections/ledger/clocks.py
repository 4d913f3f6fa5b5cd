"""Which records were stamped while the machine's clock was ahead. They stay as they are, and are named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.events.base import Recorded
from domain.language import SHANGHAI
from projections.ledger.report import places

_FAR = timedelta(days=1)
_SEVERAL = 4


@dataclass
class Run:
    """Records of one time, the first of which gave it to the others. `clock` is what the clock said for the last."""

    recorded_at: datetime
    first: int
    last: int
    correlations: list[str]
    after: int | None = None  # the first that was recorded by itself and bears the same time
    clock: datetime | None = None

    @property
    def was_ahead(self) -> bool:
        """Whether the time is not that of all who bear it. Where no clock stands beside, several must bear it: two
        programs may record within a moment.
        """
        if self.clock is not None:
            return self.recorded_at - self.clock > _FAR
        return len(self.correlations) >= _SEVERAL

    def told(self) -> str:
        """The run in Chinese and English."""
        stamped = f"{self.recorded_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        which = places(self.after or self.first, self.last)
        clock = f"{self.clock.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if self.clock else None
        zh = f"，而时钟最后为 {clock}" if clock else ""
        en = f", while the clock came to say {clock}" if clock else ""
        return (
            f"@{self.first} 的时间 {stamped} 超前：其后 {which} 沿用它{zh}。 / "
            f"@{self.first} was stamped ahead, {stamped}: {which} bear its time{en}."
        )


class Clocks:
    """Sees the records in their order."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._ahead: list[Run] = []

    def see(self, recorded: Recorded) -> None:
        """The next record."""
        body, run = recorded.body, self._run
        if run is None or body.recorded_at != run.recorded_at:
            self._close()
            self._run = Run(body.recorded_at, recorded.position, recorded.position, [body.correlation])
            return
        run.last = recorded.position
        if body.correlation not in run.correlations:
            run.correlations.append(body.correlation)
            run.after = run.after or recorded.position
        run.clock = body.clock or run.clock

    def told(self) -> Iterator[str]:
        """Each run of more than one record that cannot have been recorded at the one time they bear."""
        self._close()
        for run in self._ahead:
            yield run.told()

    def _close(self) -> None:
        run, self._run = self._run, None
        if run and run.after and run.was_ahead:
            self._ahead.append(run)
