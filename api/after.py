"""What follows a record: it is bound, and signed when it is due. What is recorded is recorded, whatever comes of this.

What fails is logged, told by `readyz` and `doctor`, and made up for with the next record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from api.access.binding import RegisterBinding
from api.unforeseen import place
from domain.archive import Log
from domain.errors import TiduiError
from domain.events.base import Recorded
from projections.ledger.ledger import Ledger
from projections.ledger.overdue import overdue

_LOGGER = structlog.get_logger("tidui")


class AfterRecording:
    """Told of each transaction once it is on the disk. Raises nothing."""

    def __init__(self, ledger: Ledger, binding: RegisterBinding, log: Log) -> None:
        self._ledger, self._binding, self._log = ledger, binding, log
        self._owed = True  # until it is known: an earlier program may have been cut off
        self.troubles: dict[str, str] = {}

    def __call__(self, placed: Sequence[Recorded]) -> None:
        position = placed[-1].position
        self._attempt("register_not_bound", position, lambda: self._binding.after(placed))
        self._attempt("checkpoint_failed", position, lambda: self._sign(placed))

    def catch_up(self) -> None:
        """Sign what was due and is not signed."""
        self._attempt("checkpoint_failed", 0, lambda: self._sign(()))

    def _sign(self, placed: Sequence[Recorded]) -> None:
        if (placed and self._ledger.is_due(placed)) or (self._owed and overdue(self._log, self._ledger.held)):
            self._owed = True
            self._ledger.checkpoint()
        self._owed = False

    def _attempt(self, what: str, position: int, act: Callable[[], None]) -> None:
        try:
            act()
        except TiduiError as error:
            self._note(what, position, str(error), reason=error.en)
        except Exception as error:  # noqa: BLE001 - nothing may make an error of what is recorded
            self._note(what, position, type(error).__name__, **place(error))
        else:
            self.troubles.pop(what, None)

    def _note(self, what: str, position: int, told: str, **more: object) -> None:
        self.troubles[what] = told
        _LOGGER.warning(what, position=position, **more)
