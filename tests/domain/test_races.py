"""Whoever comes at the same time: the last seat is taken once in 200 rounds, a person once, a key once."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from domain import school as questions
from domain.errors import TiduiError
from tests.support.scenario import BATCH
from tests.support.stages import Programme, Turn, excepted

DAY = "2024-03-20"
TARGET = 3
Tried = Callable[[Programme], str]


def attempt(school: Programme, command: str, **told: Any) -> str:
    """What came of it, in a word: recorded, already, or what stood in the way."""
    school.when(command, on=DAY, **told)
    if isinstance(school.error, TiduiError):
        judgements = getattr(school.error, "judgements", ())
        return str(judgements[0].rule) if judgements else str(getattr(school.error, "clause", school.error))
    return "recorded" if school.done().events else "already"


@pytest.fixture
def contested(school: Programme) -> Programme:
    """One seat of tier three is left."""
    with school.office.together():
        for _ in range(TARGET - 1):
            school.member("three")
    return school


@pytest.fixture
def desks(contested: Programme) -> Iterator[list[Programme]]:
    """Four clerks at once: two at each of two offices, as in two processes on one archive."""
    with ExitStack() as stack:
        offices = [stack.enter_context(closing(Programme(contested.folder, today=DAY))) for _ in range(2)]
        clerks = [stack.enter_context(closing(Programme(contested.folder, today=DAY))) for _ in range(4)]
        for index, clerk in enumerate(clerks):
            clerk.office = offices[index % 2].office
        yield clerks


def together(desks: list[Programme], tries: list[Tried]) -> list[str]:
    barrier = Barrier(len(tries))

    def one(desk: Programme, tried: Tried) -> str:
        barrier.wait()
        return tried(desk)

    with ThreadPoolExecutor(len(tries)) as pool:
        return sorted(pool.map(one, desks, tries))


def admitting(admit: dict[str, str], **more: Any) -> Tried:
    return lambda desk: attempt(desk, "admit-candidate", **admit, **more)


def settle(school: Programme, waiting: list[dict[str, str]]) -> None:
    """Exactly one of those who tried is in; the plan has one more seat for the next round."""
    seated = [admit for admit in waiting if questions.active_membership(school.facts(), admit["person"])]
    target = questions.plan_in_force(school.facts(), BATCH).tier("three").target
    assert questions.taken(school.facts(), BATCH, "three") == target
    assert len(seated) == 1
    amend = {"changes": {"tiers.three.target": target + 1}, "reason": "增加名额"}
    resolution = school.resolved(None, "plan", DAY, text=f"增至{target + 1}人")
    school.given("amend-plan", on=DAY, batch=BATCH, resolution=resolution, **amend)
    waiting.remove(seated[0])


def candidates(school: Programme, count: int) -> list[dict[str, str]]:
    with school.office.together():
        return [school.admissible("three") for _ in range(count)]


@pytest.mark.slow
def test_the_last_seat_is_taken_once_by_threads(contested: Programme, desks: list[Programme]) -> None:
    rounds = 150
    waiting = candidates(contested, rounds + 3)
    for _ in range(rounds):
        outcomes = together(desks, [admitting(admit) for admit in waiting[:4]])
        assert outcomes == ["T1.places", "T1.places", "T1.places", "recorded"]
        settle(contested, waiting)


def clerk(folder: Path, pipe: Connection) -> None:
    """Another process on the same archive: admits whom it is told to."""
    school = Programme(folder, today=DAY)
    while admit := pipe.recv():
        pipe.send(attempt(school, "admit-candidate", **admit))
    school.close()


@pytest.mark.slow
def test_the_last_seat_is_taken_once_by_processes(contested: Programme, desks: list[Programme]) -> None:
    """Two processes and two threads of a third."""
    rounds = 50
    waiting = candidates(contested, rounds + 3)
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(2)]
    clerks = [context.Process(target=clerk, args=(contested.folder, theirs)) for _, theirs in pipes]
    for process in clerks:
        process.start()
    for _ in range(rounds):
        for (ours, _), admit in zip(pipes, waiting, strict=False):
            ours.send(admit)
        here = together(desks[:2], [admitting(admit) for admit in waiting[2:4]])
        outcomes = [*here, *(ours.recv() for ours, _ in pipes)]
        assert sorted(outcomes) == ["T1.places", "T1.places", "T1.places", "recorded"]
        settle(contested, waiting)
    for (ours, _), process in zip(pipes, clerks, strict=True):
        ours.send(None)
        process.join(timeout=10)
        assert process.exitcode == 0


def test_one_person_takes_one_seat_in_two_batches(contested: Programme, desks: list[Programme]) -> None:
    contested.publish(edit=lambda text: text.replace(BATCH, "2024-pilot"))
    for _ in range(20):
        with contested.office.together():
            here = contested.admissible("four")
            there = contested.admissible("four", Turn(batch="2024-pilot"), person=here["person"])
        tries = [
            admitting(one, reason="急", exceptions=excepted("T2.places", by=one["resolution"])) for one in (here, there)
        ]
        outcomes = together(desks, tries)
        assert outcomes == ["H1", "recorded"]
        contested.given("record-leaving", on=DAY, person=here["person"], cause="transferred")


def test_one_key_records_once(contested: Programme, desks: list[Programme]) -> None:
    told = {"gender": "female", "birth_date": "1988-02-29"}
    for number in range(10):
        before = contested.log.head()

        def register(desk: Programme, number: int = number) -> str:
            reply = desk.when("register-person", on=DAY, key=f"k{number}", name=f"新人{number}", **told).done()
            return reply.model_dump_json()

        assert len(set(together(desks, [register] * 4))) == 1
        assert contested.log.head() == before + 1


def test_the_log_of_a_race_reads_back_whole(contested: Programme, desks: list[Programme]) -> None:
    for waiting in [candidates(contested, 4) for _ in range(3)]:
        together(desks, [admitting(admit, reason="急") for admit in waiting])
    log = list(contested.log.scan())
    assert [recorded.position for recorded in log] == list(range(1, len(log) + 1))
    for stream in {recorded.stream for recorded in log}:
        versions = [recorded.version for recorded in log if recorded.stream == stream]
        assert versions == list(range(1, len(versions) + 1))
    # one more than the target was covered by its reason, nobody came beyond
    assert questions.taken(contested.facts(), BATCH, "three") == TARGET + 1
