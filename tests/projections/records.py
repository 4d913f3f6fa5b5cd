"""An archive filled with hand-made events, for views that must not depend on what commands allow."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from domain.archive import Log
from domain.events.base import Body, Event, Evidence, Recorded
from domain.events.batch import PlanPublished
from domain.events.committee import MeetingHeld, ResolutionReached
from domain.events.membership import MembershipEnded, MembershipStarted
from domain.events.person import PersonRegistered
from domain.events.record import EventCorrected, EventWithdrawn
from domain.events.selection import CandidateNominated
from domain.language import Capacity, EndCause, Matter, Origin, Result
from domain.plan import read_plan, shipped_plan, validated
from domain.rules import Judgement
from projections.moment import Moment, Views

BATCH = "2024-second"
START = date(2024, 3, 14)
NOW = datetime(2027, 6, 1, 8, tzinfo=UTC)


def person(number: int) -> str:
    return f"p-{number:016d}"


class Records:
    """The log, what goes into it, and the views over it."""

    def __init__(self, folder: Path) -> None:
        self.log = Log(folder / "archive.sqlite")
        self.views = Views(folder / "views.sqlite", self.log, lambda: NOW)
        self.plan, self._digest = read_plan(shipped_plan())
        self._last = datetime(2000, 1, 1, tzinfo=UTC)

    def close(self) -> None:
        self.views.close()
        self.log.close()

    def record(
        self,
        stream: str,
        event: Event,
        on: date,
        *,
        recorded: date | None = None,
        reason: str | None = None,
        judgements: tuple[Judgement, ...] = (),
        evidence: tuple[Evidence, ...] = (),
    ) -> int:
        """Append an event; it is recorded at noon of its day, or later where the log has moved on."""
        position = self.log.head() + 1
        self._last = max(self._last, datetime.combine(recorded or on, time(4), UTC))
        body = Body[Event](
            id=f"e-{position:016d}",
            occurred_on=on,
            recorded_at=self._last,
            recorded_by="clerk",
            capacity=Capacity.OFFICE_CLERK,
            basis=type(event).CLAUSE,
            correlation=f"k-{position:016d}",
            reason=reason,
            judgements=judgements,
            evidence=evidence,
            data=event,
        )
        self.log.append([Recorded(stream, self.log.version(stream) + 1, position, body)])
        return position

    def moment(self, as_of: date | None = None, known_at: str | None = None) -> Moment:
        return self.views.at(as_of, known_at)

    def publish(self, batch_id: str = BATCH, starts_on: str = "2024-03-14") -> int:
        """Publish the plan of the second batch, or the same for another."""
        content = self.plan.model_dump(mode="json")
        content |= {"batch": batch_id, "cycle": content["cycle"] | {"starts_on": starts_on}}
        published = PlanPublished(batch=batch_id, plan=validated(content), file_sha256=self._digest)
        return self.record(batch_id, published, date(2024, 3, 1))

    def register(self, number: int, name: str, born: date = date(1985, 6, 12), **more: Any) -> int:
        who = PersonRegistered(person=person(number), name=name, gender="female", birth_date=born, **more)
        return self.record(person(number), who, date(2024, 2, 1))

    def nominate(self, number: int, tier: str = "three", on: date = date(2024, 3, 2), unit: str = "教务处") -> int:
        nominated = CandidateNominated(
            nomination=f"n-{self.log.head():016d}", batch=BATCH, round="initial", tier=tier, source="office", unit=unit
        )
        return self.record(person(number), nominated, on)

    def admit(self, number: int, tier: str, on: date = START, ends_on: date = date(2027, 3, 13)) -> int:
        """A meeting, a passed resolution and the membership; returns the membership's position."""
        meeting, resolution = f"m-{self.log.head():016d}", f"r-{self.log.head():016d}"
        board = tuple(person(900 + n) for n in range(9))
        held = MeetingHeld(
            meeting=meeting, batch=BATCH, title="党委会", members=board, present=board[:8], chair=board[0]
        )
        self.record(BATCH, held, on)
        vote = ResolutionReached(
            resolution=resolution,
            meeting=meeting,
            batch=BATCH,
            matter=Matter.ADMISSION,
            result=Result.PASSED,
            entitled=9,
            agree=8,
            disagree=0,
            abstain=0,
            round="initial",
            tier=tier,
        )
        self.record(person(number), vote, on)
        started = MembershipStarted(
            membership=self.membership(number),
            batch=BATCH,
            tier=tier,
            origin=Origin.INITIAL,
            resolution=resolution,
            ends_on=ends_on,
        )
        return self.record(person(number), started, on)

    def end(self, number: int, on: date, cause: EndCause = EndCause.LEFT_SCHOOL) -> int:
        ended = MembershipEnded(membership=self.membership(number), batch=BATCH, cause=cause, effective_on=on)
        return self.record(person(number), ended, on)

    def correct(self, target: int, on: date, reason: str = "录入有误", **changes: Any) -> int:
        original = self.log.get(target)
        day = changes.pop("occurred_on", None)
        correction = EventCorrected(target=target, target_id=original.body.id, occurred_on=day, changes=changes)
        return self.record(original.stream, correction, on, reason=reason)

    def withdraw(self, target: int, on: date, reason: str = "误录") -> int:
        original = self.log.get(target)
        return self.record(
            original.stream, EventWithdrawn(target=target, target_id=original.body.id), on, reason=reason
        )

    @staticmethod
    def membership(number: int) -> str:
        return f"s-{number:016d}"
