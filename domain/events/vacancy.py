"""名额空缺与增补: the leading group moves, the committee consents, its round fills it (D3). Stream: the batch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict

from domain.events.base import BatchId, Event, Fact, MembershipId, MotionId, Recorded, ResolutionId, VacancyId
from domain.language import Code, Step, Text, VacancyCause


class VacancyOpened(Event):
    """名额空缺."""

    TOPIC = "vacancy-opened/1"
    CLAUSE = "D3"
    KEY = "vacancy"

    vacancy: VacancyId
    batch: BatchId
    tier: Code
    cause: VacancyCause
    membership: MembershipId | None = None


class RoundWindow(BaseModel):
    """A step's window in a supplement round."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    step: Step
    starts_on: date
    ends_on: date


class MotionRaised(Event):
    """增补动议 by the leading group; its round brings its own windows."""

    TOPIC = "motion-raised/1"
    CLAUSE = "D3"
    KEY = "motion"

    motion: MotionId
    batch: BatchId
    vacancies: tuple[VacancyId, ...]
    windows: tuple[RoundWindow, ...]
    text: Text


class MotionConsented(Event):
    """党委会同意增补."""

    TOPIC = "motion-consented/1"
    CLAUSE = "D3"

    motion: MotionId
    batch: BatchId
    resolution: ResolutionId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, MotionConsented, self.motion, self, rec.day)


class MotionRefused(Event):
    """党委会不同意增补."""

    TOPIC = "motion-refused/1"
    CLAUSE = "D3"

    motion: MotionId
    batch: BatchId
    resolution: ResolutionId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, MotionRefused, self.motion, self, rec.day)


class VacancyFilled(Event):
    """名额补足."""

    TOPIC = "vacancy-filled/1"
    CLAUSE = "D3"

    vacancy: VacancyId
    batch: BatchId
    membership: MembershipId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, VacancyFilled, self.vacancy, self, rec.day)


class VacancyCancelled(Event):
    """名额取消; the reason is the envelope's."""

    TOPIC = "vacancy-cancelled/1"
    CLAUSE = "D3"

    vacancy: VacancyId
    batch: BatchId

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        yield Fact(rec.stream, VacancyCancelled, self.vacancy, self, rec.day)
