"""The running service: killed while it answers, told to stop with everybody still listening."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.language import today
from tests.faults import deeds
from tests.faults.fault import Fault, Result
from tests.faults.standing import problems
from tests.faults.victim import Victim, Work, started

_CLERKS, _LISTENERS, _GRACE = 2, 100, 10.0  # _GRACE: seconds within which a service that is told to stop has stopped
_EVERY = 20  # so many kills between two verifications of the whole


@contextmanager
def serving(home: Path, work: Work = deeds.serve) -> Iterator[tuple[Victim, int]]:
    """A service on an archive, and its port."""
    with started(work, home) as service:
        service.first()
        yield service, service.told.pop()


class Clerk(threading.Thread):
    """Posts people one after another until the service is gone; what was answered 201 is `acknowledged`."""

    def __init__(self, port: int, tag: str) -> None:
        super().__init__()
        self._port, self._tag = port, tag
        self.acknowledged: list[tuple[int, str]] = []
        self.refused: list[str] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            for number in range(100_000):
                status, said = posted(
                    connection, f"{self._tag}{chr(0x4E00 + number % 2000)}{chr(0x4E00 + number // 2000)}"
                )
                if status == http.HTTPStatus.CREATED:
                    self.acknowledged.append((said["events"][0]["position"], said["events"][0]["id"]))
                else:
                    self.refused.append(f"{status}: {said}")


def posted(connection: http.client.HTTPConnection, name: str) -> tuple[int, Any]:
    """One person put on file over a kept connection: the status, and what was answered."""
    body = {
        "occurred_on": today(datetime.now(UTC)).isoformat(),
        "capacity": "office_clerk",
        "data": {"name": name, "gender": "female", "birth_date": "1985-03-02"},
    }
    connection.request("POST", "/v1/commands/register-person", json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def killed(folder: Path, tries: int, chance: random.Random, work: Work = deeds.serve) -> Result:
    """Killed while two clerks record over HTTP."""
    home, result = deeds.found(folder / "home"), Result()
    for number in range(tries):
        with serving(home, work) as (service, port):
            clerks = [Clerk(port, f"{number}号{rank}") for rank in range(_CLERKS)]
            for clerk in clerks:
                clerk.start()
            service.wait(chance.uniform(0.05, 0.4))
            service.kill()
            for clerk in clerks:
                clerk.join()
        told = [one for clerk in clerks for one in clerk.acknowledged]
        verified = number % _EVERY == _EVERY - 1 or number == tries - 1
        found = problems(home, told, verified=verified) + [said for clerk in clerks for said in clerk.refused]
        result.add(found, *["acknowledged"] * len(told))
    return result


def killed_too_early(folder: Path, tries: int, chance: random.Random) -> Result:
    """The variant that answers before it records."""
    return killed(folder, tries, chance, deeds.serve_too_early)


def stopped(folder: Path, tries: int, chance: random.Random) -> Result:
    """Told to stop (SIGTERM) with a hundred listeners on the event stream and clerks at work."""
    home, result = deeds.found(folder / "home"), Result()
    for number in range(tries):
        with serving(home) as (service, port):
            listeners = [_listening(port) for _ in range(_LISTENERS)]
            clerk = Clerk(port, f"停{number}")
            clerk.start()
            service.wait(chance.uniform(0.1, 0.5))
            begun = time.monotonic()
            service.stop()
            ended, took = service.wait(2 * _GRACE), time.monotonic() - begun
            service.kill()
            clerk.join()
            for one in listeners:
                one.close()
        late = [] if ended and took <= _GRACE else [f"not ended {took:.1f} s after SIGTERM"]
        result.add(late + problems(home, clerk.acknowledged), *["acknowledged"] * len(clerk.acknowledged))
    return result


def _listening(port: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/v1/events/stream")
    connection.getresponse()
    return connection


FAULTS = (
    Fault(
        "kill: service",
        "what was answered 201 is there",
        killed,
        quick=4,
        whole=500,
        teeth=killed_too_early,
    ),
    Fault("stop: SIGTERM with 100 listeners", "it ends within 10 s and loses nothing", stopped, quick=0, whole=20),
)
