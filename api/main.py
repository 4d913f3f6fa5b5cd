"""The composition root: opens an archive and puts together what the command line and HTTP work with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import structlog

from api.access import AccessLog
from api.access.binding import RegisterBinding
from api.home import Charter, Home, founding
from api.settings import Settings
from api.signed import SignedDocuments
from domain.archive import EvidenceStore, Log
from domain.errors import Malformed, TiduiError
from domain.events.base import Recorded
from domain.office import Clock, Ids, Office
from exports.pdf.kept import KeptDocuments
from exports.pdf.workers import Workers
from projections.ledger.ledger import Ledger
from projections.ledger.nodes import Nodes
from projections.ledger.note import parse_public
from projections.moment import Views

_LOGGER = structlog.get_logger("tidui")


@dataclass(frozen=True)
class App:
    """One open archive. Close it, or use it as a context."""

    home: Home
    charter: Charter
    settings: Settings
    clock: Clock
    log: Log
    evidence: EvidenceStore
    signed: SignedDocuments
    office: Office
    views: Views
    ledger: Ledger
    access: AccessLog
    binding: RegisterBinding
    press: KeptDocuments
    workers: Workers

    def close(self) -> None:
        self.workers.close()
        self.ledger.close()
        self.views.close()
        self.access.close()
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def init_home(
    folder: Path,
    settings: Settings,
    *,
    practice: bool = False,
    seed: str | None = None,
) -> Charter:
    """Make a new archive in a folder. Only one made with `practice` has a seed and may stand still in time."""
    home = Home(folder)
    now = _clock(settings, practice=practice)()
    founded, key = founding(practice=practice, seed=seed, now=now)
    home.prepare()
    home.held.keep_key(key)
    Log(home.log).close()
    AccessLog(home.access).close()
    home.found(founded)
    return founded


def open_home(folder: Path, settings: Settings, clock: Clock | None = None) -> App:
    """Open the archive in a folder. `clock` moves a practice archive's time from within, as the demo does."""
    home = Home(folder)
    founded = home.read_charter()
    if clock is not None and not founded.practice:
        raise ValueError("only a practice archive takes another clock than the machine's")
    home.require_register()
    log, moved = Log(home.log), clock is not None
    clock = clock or _clock(settings, practice=founded.practice, told=_told(log) if founded.practice else None)
    evidence = EvidenceStore(home.evidence)
    views, access = Views(home.views, log, clock), AccessLog(home.access)
    first = parse_public(founded.public_key)
    ledger = Ledger(
        home.held,
        Nodes(home.ledger, log),
        log,
        views,
        first,
        founded.digest,
        None if home.unbundled.exists() else access,
    )
    ledger.find_misfit()
    office = Office(log, evidence, clock, Ids(founded.seed), settings.actor)
    binding = RegisterBinding(
        office, log, access, active=(not founded.practice or moved) and not home.unbundled.exists()
    )
    office.recorded = _sign_when_due(ledger, binding)
    workers = Workers(settings.pdf_workers)
    return App(
        home=home,
        charter=founded,
        settings=settings,
        clock=clock,
        log=log,
        evidence=evidence,
        signed=SignedDocuments(home.signed),
        office=office,
        views=views,
        ledger=ledger,
        access=access,
        binding=binding,
        press=KeptDocuments(home.kept, workers),
        workers=workers,
    )


def _sign_when_due(ledger: Ledger, binding: RegisterBinding) -> Callable[[Sequence[Recorded]], None]:
    """A checkpoint with each committee decision and each day's first record, which binds the register of accesses
    too. What is recorded stays recorded when it cannot be signed: the next record tries again, and the log and
    `doctor` tell of it meanwhile.
    """

    def recorded(placed: Sequence[Recorded]) -> None:
        try:
            binding.after(placed)
        except TiduiError as error:
            _LOGGER.warning("register_not_bound", position=placed[-1].position, reason=error.en)
        try:
            if ledger.is_due(placed):
                ledger.checkpoint()
        except TiduiError as error:
            _LOGGER.warning("checkpoint_failed", position=placed[-1].position, reason=error.en)

    return recorded


def _told(log: Log) -> datetime | None:
    """When the last event was recorded; a practice archive's story may have run ahead of the machine's clock."""
    head = log.head()
    return log.get(head).body.recorded_at if head else None


def _clock(settings: Settings, *, practice: bool, told: datetime | None = None) -> Clock:
    """The machine's clock; in a practice archive the time that was set, else never before what it tells of."""
    still = settings.clock
    if still is None:
        return lambda: max(datetime.now(UTC), told or datetime.min.replace(tzinfo=UTC))
    if not practice:
        raise Malformed(
            "TIDUI_CLOCK 只对练习档案库有效（tidui init --practice）。请取消这个设置。",
            "Only a practice archive (tidui init --practice) obeys TIDUI_CLOCK. Unset it.",
        )
    return lambda: still
