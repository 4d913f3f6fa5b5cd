"""What every event carries, and how an event becomes facts.

An `Event` is what happened, one frozen class per type. A `Recorded` is an event in its place in the log
with its envelope. A `Fact` is what an event says about a subject from a day on; views and decisions read facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, SerializeAsAny, StringConstraints

from domain.language import Capacity, Clause, Line, Sha256, Text
from domain.rules import Judgement


class Ref(NamedTuple):
    """Marks a field that names something another event made, so that dependents can be found (H3)."""

    kind: str


PersonId = Annotated[str, StringConstraints(pattern=r"^p-[0-9a-z]{6,26}$"), Ref("person")]
BatchId = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[a-z0-9-]{1,40}$"), Ref("batch")]
CaseId = Annotated[str, StringConstraints(pattern=r"^c-[0-9a-z]{6,26}$"), Ref("case")]
NominationId = Annotated[str, StringConstraints(pattern=r"^n-[0-9a-z]{6,26}$"), Ref("nomination")]
MeetingId = Annotated[str, StringConstraints(pattern=r"^m-[0-9a-z]{6,26}$"), Ref("meeting")]
ResolutionId = Annotated[str, StringConstraints(pattern=r"^r-[0-9a-z]{6,26}$"), Ref("resolution")]
MembershipId = Annotated[str, StringConstraints(pattern=r"^s-[0-9a-z]{6,26}$"), Ref("membership")]
SessionId = Annotated[str, StringConstraints(pattern=r"^t-[0-9a-z]{6,26}$"), Ref("session")]
RecordId = Annotated[str, StringConstraints(pattern=r"^x-[0-9a-z]{6,26}$"), Ref("record")]
VacancyId = Annotated[str, StringConstraints(pattern=r"^v-[0-9a-z]{6,26}$"), Ref("vacancy")]
MotionId = Annotated[str, StringConstraints(pattern=r"^d-[0-9a-z]{6,26}$"), Ref("motion")]

# The first selection of a batch, or the motion whose places a supplement round fills (D3).
Round = Annotated[str, StringConstraints(pattern=r"^(initial|d-[0-9a-z]{6,26})$"), Ref("motion")]
INITIAL_ROUND = "initial"

# What is known of the whole school (who is on file, which batches there are) hangs on this subject.
SCHOOL = "school"


class Value(BaseModel):
    """Something a fact holds. `KIND` names it in the table of facts and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    KIND: ClassVar[str]

    def search_key(self) -> str | None:
        """The text by which readers look it up among all of its kind, None where nobody does."""
        return None


V = TypeVar("V", bound=Value)


class Fact(NamedTuple):
    """From the day `since`, `subject` has `value` under (kind, key); None means: no longer."""

    subject: str
    kind: type[Value]
    key: str
    value: Value | None
    since: date


class Event(Value):
    """What happened. Subclasses set their own `TOPIC` (name/schema version) and `CLAUSE`.

    `KEY` names the field that holds the id of the thing this event makes; without one, the event's
    position is its key. `AFTER_END` and `WHILE_SUSPENDED` tell where house rule H2 lets it stand.
    """

    TOPIC: ClassVar[str]
    CLAUSE: ClassVar[str]
    KEY: ClassVar[str | None] = None
    NEEDS_MEMBERSHIP: ClassVar[bool] = False
    AFTER_END: ClassVar[bool] = False
    WHILE_SUSPENDED: ClassVar[bool] = False
    BIOGRAPHY: ClassVar[bool] = False
    # Fields that repeat what other records say: no decision rests on them.
    COPIES: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "TOPIC" in cls.__dict__:
            cls.KIND = cls.TOPIC.partition("/")[0]

    def facts(self, rec: Recorded) -> Iterator[Fact]:
        """What the event says. By default it stands as a whole under its stream and key."""
        yield self.fact(rec, rec.stream)

    def fact(self, rec: Recorded, subject: str) -> Fact:
        """The event itself as a fact about `subject`."""
        return Fact(subject, type(self), self.key(rec.position), self, rec.day)

    def key(self, position: int) -> str:
        """The id of what the event made, else its position."""
        return str(getattr(self, self.KEY)) if self.KEY else str(position)

    def mentions(self) -> Iterator[tuple[str, str]]:
        """The things that others made and this event names: kind and key."""
        for name, kind in type(self).refs().items():
            value = getattr(self, name)
            for key in (value,) if isinstance(value, str) else value or ():
                yield kind, key

    def stands_after_close(self) -> bool:
        """Whether a closed batch still takes it: what may stand after an end (M2)."""
        return type(self).AFTER_END

    @classmethod
    def refs(cls) -> dict[str, str]:
        """Fields that name what others made: field name -> kind."""
        found = cls.__dict__.get("_REFS")
        if found is None:
            found = {
                name: mark.kind
                for name, field in cls.model_fields.items()
                for mark in _marks(field)
                if isinstance(mark, Ref) and name != cls.KEY
            }
            cls._REFS = found  # type: ignore[attr-defined]
        return found


def _marks(field: Any) -> list[Any]:
    """The metadata of a field, also of `X | None`."""
    inner = [mark for arg in getattr(field.annotation, "__args__", ()) for mark in getattr(arg, "__metadata__", ())]
    return [*field.metadata, *inner]


class Evidence(BaseModel):
    """A file that supports an event. The bytes lie beside the log under their SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sha256: Sha256
    size: int
    media_type: Line
    name: Line


E_co = TypeVar("E_co", bound=Event, covariant=True)


def _utc(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


Instant = Annotated[datetime, PlainSerializer(_utc)]


class Body(BaseModel, Generic[E_co]):
    """An event with its envelope, exactly what is stored. Days are Shanghai days, `recorded_at` is UTC."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Line
    occurred_on: date
    recorded_at: Instant
    recorded_by: Line
    capacity: Capacity
    basis: Clause
    correlation: Line
    causation: Line | None = None
    reason: Text | None = None
    document: Line | None = None
    judgements: tuple[Judgement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    # What the machine's clock said where that is not `recorded_at`; why it was followed where it was far off (H3).
    clock: Instant | None = None
    clock_reason: Text | None = None
    data: SerializeAsAny[E_co]


class Recorded(NamedTuple):
    """An event in its place. `position` is its 1-based rank in the log, `version` its place in the stream."""

    stream: str
    version: int
    position: int
    body: Body[Event]

    @property
    def event(self) -> Event:
        """What happened."""
        return self.body.data

    @property
    def day(self) -> date:
        """The Shanghai day it counts from."""
        return self.body.occurred_on

    @property
    def originator_id(self) -> str:
        """The stream, in the eventsourcing library's word."""
        return self.stream

    @property
    def originator_version(self) -> int:
        """The place in the stream, likewise."""
        return self.version

    def mentions(self) -> Iterator[tuple[str, str]]:
        """What the event names, and the resolutions that its exceptions rest on."""
        yield from self.event.mentions()
        yield from (("resolution", j.resolution) for j in self.body.judgements if j.resolution)

    def facts(self) -> Iterator[Fact]:
        """Everything the event says, the judgements in its envelope included."""
        yield from self.event.facts(self)
        for judgement in self.body.judgements:
            yield Fact(
                self.stream,
                Judged,
                f"{self.position}/{judgement.rule}",
                Judged(judgement=judgement, batch=getattr(self.event, "batch", None)),
                self.day,
            )


class Judged(Value):
    """A caution or exception that an event was recorded under."""

    KIND = "judged"

    judgement: Judgement
    batch: BatchId | None = None
