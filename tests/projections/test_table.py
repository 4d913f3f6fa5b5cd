"""The table of facts says at every pair of times what a fold in memory says, and only events move it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.archive import Log
from domain.errors import Unknown
from domain.events import KINDS
from domain.events.base import SCHOOL, Body, Event, Recorded, Value
from domain.events.membership import MembershipEnded, MembershipStarted, MembershipSuspended
from domain.events.person import PersonFactChanged, PersonLeft, PersonRegistered
from domain.events.record import EventCorrected, EventWithdrawn
from domain.events.training import DocumentAccepted, DocumentReturned
from domain.facts import Facts, Reader, is_amendment
from domain.language import Capacity, EndCause, LeavingCause, Origin
from projections.reader import TableReader
from projections.runner import Runner
from tests.projections.records import BATCH, person

FIRST = date(2024, 3, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(-1, 8)]
PEOPLE = [person(1), person(2)]
SUBJECTS = [*PEOPLE, BATCH, SCHOOL]
CHAPTERS = ("person-", "known-", "membership-", "seat", "document-", "event-")
SAID = {name: kind for name, kind in KINDS.items() if name.startswith(CHAPTERS)}


class Shelf:
    """A log in memory."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []

    def add(self, stream: str, event: Event, on: date) -> None:
        position = len(self.events) + 1
        body = Body[Event](
            id=f"e-{position}",
            occurred_on=on,
            recorded_at=datetime(2024, 3, 10, tzinfo=UTC) + timedelta(minutes=position),
            recorded_by="clerk",
            capacity=Capacity.OFFICE_CLERK,
            basis=event.CLAUSE,
            correlation="k",
            data=event,
        )
        self.events.append(Recorded(stream, position, position, body))

    def head(self) -> int:
        return len(self.events)

    def get(self, position: int) -> Recorded:
        if not 0 < position <= len(self.events):
            raise Unknown("没有", "none")
        return self.events[position - 1]

    def read(self, after: int, upto: int | None = None, limit: int = 500) -> list[Recorded]:
        return self.events[after : min(after + limit, upto or len(self.events))]


@st.composite
def histories(draw: st.DrawFn) -> Shelf:
    """Events of a few people that say, change and take back the same facts, with corrections and withdrawals."""
    shelf = Shelf()
    for _ in range(draw(st.integers(1, 14))):
        who, on = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(DAYS[1:-1]))
        targets = [r for r in shelf.events if not is_amendment(r.event)]
        kind = draw(st.sampled_from(["fact", "fact", "amend", "amend"])) if targets else "fact"
        if kind == "fact":
            shelf.add(who, draw(facts(who)), on)
        else:
            target = draw(st.sampled_from(targets))
            shelf.add(target.stream, draw(amendments(shelf, target)), on)
    return shelf


@st.composite
def facts(draw: st.DrawFn, who: str) -> Event:
    text, key = draw(st.sampled_from(["甲", "乙"])), draw(st.sampled_from(["s-000001", "s-000002"]))
    record = key.replace("s-", "x-")
    return draw(
        st.sampled_from(
            [
                PersonRegistered(person=who, name=text, gender="male", birth_date=FIRST),
                PersonFactChanged(field="title", was=None, now=text, name=text),
                PersonFactChanged(field="name", was=None, now=text),
                PersonFactChanged(field="subject", was=text, now=None),
                PersonLeft(cause=LeavingCause.OTHER, text=text),
                DocumentAccepted(batch=BATCH, record=record),
                DocumentReturned(batch=BATCH, record=record, text=text),
                MembershipStarted(
                    membership=key,
                    batch=BATCH,
                    tier="three",
                    origin=Origin.INITIAL,
                    resolution="r-000001",
                    ends_on=draw(st.sampled_from(DAYS)),
                ),
                MembershipSuspended(membership=key, batch=BATCH, text=text),
                MembershipEnded(
                    membership=key, batch=BATCH, cause=EndCause.PROMOTED, effective_on=draw(st.sampled_from(DAYS))
                ),
            ]
        )
    )


@st.composite
def amendments(draw: st.DrawFn, shelf: Shelf, target: Recorded) -> Event:
    """A correction of contents or day, a withdrawal, or the withdrawal of an earlier correction."""
    named: dict[str, Any] = {"target": target.position, "target_id": target.body.id}
    beyond = len(shelf.events) + draw(st.integers(1, 2))  # itself, or what is still to come
    corrections = [r for r in shelf.events if isinstance(r.event, EventCorrected) and r.event.target == target.position]
    choices: list[Event] = [
        EventWithdrawn(**named),
        EventCorrected(**named, occurred_on=draw(st.sampled_from(DAYS)), changes={}),
        EventCorrected(**named, changes={"batch": 7, "name": 7}),  # what no event can be
        EventWithdrawn(target=beyond, target_id=f"e-{beyond:06}"),
        EventWithdrawn(target=target.position, target_id="e-000000"),
    ]
    if "text" in type(target.event).model_fields:
        choices.append(EventCorrected(**named, changes={"text": "丙"}))
    if "now" in type(target.event).model_fields:
        choices.append(EventCorrected(**named, changes={"now": "丁"}))
    if "membership" in type(target.event).model_fields:
        choices.append(EventCorrected(**named, changes={"membership": "s-000002"}))
    if corrections:
        last = corrections[-1]
        choices.append(EventWithdrawn(target=last.position, target_id=last.body.id))
    return draw(st.sampled_from(choices))


@contextmanager
def running(shelf: Shelf) -> Iterator[Runner]:
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(Path(folder) / "views.sqlite", cast(Log, shelf))
        yield runner
        runner.close()


def everything(reader: Reader) -> dict[tuple[str, str], list[Any]]:
    """All that a reader says of everybody, also asked for key by key."""
    found: dict[tuple[str, str], list[Any]] = {}
    for subject in SUBJECTS:
        for name, kind in SAID.items():
            rows = reader.all(subject, kind)
            if rows:
                found[subject, name] = rows
            assert [reader.one(subject, kind, row.key) for row in rows] == rows
    return found


@settings(max_examples=60, deadline=None)
@given(histories())
def test_table_equals_the_fold_for_every_day_and_position(shelf: Shelf) -> None:
    with running(shelf) as runner:
        runner.catch_up()
        folded = Facts()
        for position in range(shelf.head() + 1):
            if position:
                folded.apply(shelf.get(position))
            for day in DAYS:
                assert everything(TableReader(runner, day, position)) == everything(folded.on(day))


@settings(max_examples=40, deadline=None)
@given(histories())
def test_pages_of_any_size_give_the_same_bytes(shelf: Shelf) -> None:
    whole = shelf.events
    with running(shelf) as at_once:
        at_once.catch_up()
        expected = at_once.digest()
        at_once.rebuild()
        assert at_once.digest() == expected
    with running(shelf) as one_by_one:
        for position in range(1, len(whole) + 1):
            shelf.events = whole[:position]
            one_by_one.catch_up()
        assert one_by_one.digest() == expected


@settings(max_examples=40, deadline=None)
@given(histories(), st.sampled_from(PEOPLE))
def test_what_an_answer_rests_on_moves_whenever_the_answer_does(shelf: Shelf, who: str) -> None:
    kinds: list[type[Value]] = [PersonRegistered, PersonLeft, DocumentAccepted, MembershipSuspended]
    with running(shelf) as runner:
        runner.catch_up()
        for kind in kinds:
            before: tuple[int, Any] = (0, [])
            for position in range(shelf.head() + 1):
                reader = TableReader(runner, DAYS[4], position)
                rows = reader.all(who, kind)
                assert reader.rests_on <= position
                assert (reader.rests_on == before[0]) <= (rows == before[1])
                before = reader.rests_on, rows


@settings(max_examples=20, deadline=None)
@given(histories())
def test_reading_ahead_changes_no_answer(shelf: Shelf) -> None:
    with running(shelf) as runner:
        position = runner.catch_up()
        ahead = TableReader(runner, DAYS[4], position)
        ahead.read_ahead(SUBJECTS, *SAID.values())
        plain = TableReader(runner, DAYS[4], position)
        assert everything(ahead) == everything(plain)
        assert ahead.rests_on == plain.rests_on
