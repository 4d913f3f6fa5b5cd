"""`./run laws`: anything is tried, long and fast, and after every step the laws that a decision must keep are checked.

    ./run laws --steps 100000 --seed 7

Two processes; the files lie in memory where the system has a place for that. Every course is short and new, so that a
failure tells its own seed: `./run laws --course SEED` plays that one again.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from domain.errors import TiduiError
from domain.facts import is_amendment
from tests.stories.test_machine import AnyCourse
from tests.support import laws

COURSE = 60
MEMORY = Path("/dev/shm")


class Course(AnyCourse):
    """The same rules without rehearsals and views: only what decisions and findings rest on is checked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.checked = self.school.known.position

    def place(self) -> Path:
        return self.folder

    def begun(self) -> None:
        """No views: they are the short form's."""

    def teardown(self) -> None:
        self.school.close()

    def tries(self, command: str, ago: int, **told: Any) -> dict[str, Any] | None:
        reply = self.school.when(command, **self.when(ago, told)).reply
        self.counts["refused" if reply is None else "accepted" if reply.events else "so already"] += 1
        return dict(reply.events[0]["data"]) if reply and reply.events else None

    def together(self, sent: Any) -> None:
        try:
            reply = self.school.office.handle_together(sent)
            self.counts["accepted" if reply.events else "so already"] += 1
        except TiduiError:
            self.counts["refused"] += 1

    def check(self) -> None:
        """What was recorded since the last look, decided again; the whole again where today's knowledge is another."""
        known = self.school.known
        new = [recorded for recorded in known.log() if recorded.position > self.checked]
        if new:
            laws.decided_again_nothing_is_uncovered(known, self.checked)
            if any(is_amendment(r.event) or r.event.BIOGRAPHY for r in new):
                laws.by_todays_knowledge_each_finding_names_what_turned_it(known)
            laws.everybody_is_in_one_place(known)
            laws.nothing_names_what_is_gone(known)
            self.checked = known.position

    def at_the_end(self) -> None:
        """The laws that look at every day."""
        known = self.school.known
        assert laws.lines(known) == laws.lines(laws.fold(self.school.log))
        laws.no_seat_over_the_target_is_uncovered(known)
        laws.nothing_stands_after_an_end(known)
        laws.by_todays_knowledge_each_finding_names_what_turned_it(known)


class Found(NamedTuple):
    """A course that broke a law: the seed that plays it again, and what it said."""

    seed: int
    steps: int
    error: str


def play(seed: int) -> tuple[int, Counter[str], Found | None]:
    """One course from its seed."""
    chance = random.Random(seed)
    with TemporaryDirectory(dir=MEMORY if MEMORY.exists() else None) as folder:
        course, steps, found = Course(Path(folder)), 0, None
        try:
            rules = [rule for rule in course.rules if rule.function.__name__ != "cite_what_is_not"]
            while steps < COURSE:
                rule = chance.choice(rules)
                if all(condition(course) for condition in rule.preconditions):
                    steps += 1
                    rule.function(course, **{name: drawn(s, chance) for name, s in rule.arguments.items()})
                    course.check()
            course.at_the_end()
        except Exception:  # noqa: BLE001 - whatever it is, it is what was looked for
            found = Found(seed, steps, traceback.format_exc(limit=-6))
        finally:
            course.teardown()
        return steps, course.counts, found


def drawn(strategy: Any, chance: random.Random) -> Any:
    """A value of a strategy, by chance alone."""
    inner = getattr(strategy, "wrapped_strategy", strategy)
    if hasattr(inner, "elements"):
        return chance.choice(list(inner.elements))
    if hasattr(inner, "element_strategy"):
        size = chance.randint(inner.min_size, int(inner.max_size))
        return [drawn(inner.element_strategy, chance) for _ in range(size)]
    if hasattr(inner, "start"):
        return chance.randint(inner.start, inner.end)
    return chance.random() < 0.5


def main(words: list[str]) -> int:
    asked = argparse.ArgumentParser(prog="./run laws", description="Try anything, long; check the laws on the way.")
    asked.add_argument("--steps", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=None)
    asked.add_argument("--course", type=int, default=None, help="play one course again")
    asked.add_argument("--processes", type=int, default=2)
    told = asked.parse_args(words)
    if told.course is not None:
        return report([play(told.course)], told.course, time.perf_counter())
    seed = told.seed if told.seed is not None else random.SystemRandom().randrange(10**6)
    begun = time.perf_counter()
    _say(f"seed {seed}, {told.steps} steps")
    seeds = [seed * 1_000_000 + rank for rank in range(-(-told.steps // COURSE))]
    results = []
    with ProcessPoolExecutor(told.processes) as pool:
        for rank, result in enumerate(pool.map(play, seeds), 1):
            results.append(result)
            if result[2]:
                _say(f"course {result[2].seed}, step {result[2].steps}:\n{result[2].error}")
            if rank % 100 == 0:
                _say(f"  {rank * COURSE} steps, {time.perf_counter() - begun:.0f} s")
    return report(results, seed, begun)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def report(results: list[Any], seed: int, begun: float) -> int:
    """Seed, steps, what was accepted and refused, and what was found."""
    took, counts = time.perf_counter() - begun, sum((counts for _, counts, _ in results), Counter[str]())
    steps, found = sum(steps for steps, _, _ in results), [found for _, _, found in results if found]
    _say(f"seed {seed}: {steps} steps in {took:.0f} s ({steps / max(took, 0.001):.0f}/s), {dict(counts)}")
    _say(f"found: {len(found)}" + "".join(f"\n  --course {one.seed} (step {one.steps})" for one in found))
    if len(results) == 1 and found:
        _say(found[0].error)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
