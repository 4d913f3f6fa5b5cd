"""The composition root: opens an archive and puts together what the command line and HTTP work with."""

from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from api.access import AccessLog
from api.access.binding import RegisterBinding
from api.after import AfterRecording
from api.home import Charter, Home, founding
from api.locking import held_alone, shared
from api.places import Place, place_of
from api.settings import Settings
from api.signed import SignedDocuments
from domain.archive import EvidenceStore, Log
from domain.clock import ClockLimits
from domain.errors import Malformed
from domain.office import Clock, Ids, Office
from exports.pdf.kept import KeptDocuments
from exports.pdf.workers import Workers
from projections.ledger.ledger import Ledger
from projections.ledger.nodes import Nodes
from projections.ledger.note import parse_public
from projections.moment import Views


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
    after: AfterRecording
    let_go: ExitStack

    def close(self) -> None:
        self.let_go.close()

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
    with held_alone(folder):
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
    with ExitStack() as opening:
        opening.enter_context(shared(folder))
        place = place_of(home, settings.access_log, opening)
        return _open(home, place, founded, settings, clock, opening)


def _open(
    home: Home, place: Place, founded: Charter, settings: Settings, clock: Clock | None, opening: ExitStack
) -> App:
    """What is opened is closed in the opposite order, also when the rest cannot be opened."""
    log, moved = opening.enter_context(closing(place.log)), clock is not None
    clock = clock or _clock(settings, practice=founded.practice, told=_told(log) if founded.practice else None)
    evidence = EvidenceStore(home.evidence)
    access = opening.enter_context(closing(AccessLog(place.access)))
    views = opening.enter_context(closing(Views(place.views, log, clock)))
    first = parse_public(founded.public_key)
    nodes, bound = Nodes(place.ledger, log), place.access == home.access and not home.unbundled.exists()
    register = access if bound else None
    ledger = opening.enter_context(closing(Ledger(home.held, nodes, log, views, first, founded.digest, register)))
    ledger.find_misfit()
    office = Office(log, evidence, clock, Ids(founded.seed), settings.actor)
    office.clock_limits = None if founded.practice else clock_limits(settings)
    binding = RegisterBinding(office, log, access, active=(not founded.practice or moved) and bound)
    office.recorded = after = AfterRecording(ledger, binding, log)
    workers = opening.enter_context(closing(Workers(settings.pdf_workers)))
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
        press=KeptDocuments(place.kept, workers, settings.kept_limit),
        workers=workers,
        after=after,
        let_go=opening.pop_all(),
    )


def clock_limits(settings: Settings) -> ClockLimits:
    """How far the machine's clock may be from the last record."""
    return ClockLimits(timedelta(days=settings.clock_behind_days), timedelta(days=settings.clock_ahead_days))


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
