"""A clean school, and the means to put into its log what no command would record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.desk import Request, validate
from domain.events.base import Body, Event, Recorded
from domain.office import parse
from domain.transaction import Draft
from projections.conformance.findings import Findings, findings
from tests.support import stages
from tests.support.scenario import ENVELOPE, Day, a_day, plain
from tests.support.shown import Shown
from tests.support.stages import Programme

Found = tuple[str, str, tuple[int, ...]]


class Planted:
    """One school, with breaches planted by hand."""

    def __init__(self, school: Programme) -> None:
        self.school, self._shown = school, Shown(school)

    def close(self) -> None:
        self._shown.close()
        self.school.close()

    def drafts(self, command: str, /, *, on: Day, **told: Any) -> list[Draft]:
        """What a command would record, without recording it."""
        school = self.school
        school.at(max(school.today, a_day(on)))
        envelope = {"occurred_on": on, "capacity": "office_clerk"} | {n: told.pop(n) for n in ENVELOPE & told.keys()}
        request = validate(Request, plain(envelope))
        return school.office.decide(school.known, parse(command, plain(told)), request)[0]

    def plant(self, *drafts: Draft) -> tuple[int, ...]:
        """Append records as they are, past every rule; their positions."""
        log = self.school.log
        placed: list[Recorded] = []
        for draft in drafts:
            version = log.version(draft.stream) + sum(r.stream == draft.stream for r in placed) + 1
            placed.append(Recorded(draft.stream, version, log.head() + len(placed) + 1, draft.body))
        log.append(placed)
        return tuple(recorded.position for recorded in placed)

    def all(self, on: Day | None = None, known: str | None = None, **asked: Any) -> Findings:
        return findings(self._shown.at(on, known), **asked)

    def found(self, on: Day | None = None, known: str | None = None) -> list[Found]:
        """What is found: the departure, the rule, the records."""
        return [(line.departure.value, line.rule, line.positions) for line in self.all(on, known).findings]

    def shown_at(self, on: Day | None = None) -> Any:
        return self._shown.at(on)


def having(draft: Draft, **changes: Any) -> Draft:
    """The draft with fields of its event, or of its envelope, changed."""
    body, event = draft.body, draft.body.data
    own = {name: changes.pop(name) for name in changes.keys() & type(event).model_fields.keys()}
    told = {name: getattr(body, name) for name in Body.model_fields} | changes
    return Draft(draft.stream, Body[Event](**told | {"data": event.model_copy(update=own)}))


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Planted]:
    """The plan published, a committee and its leading group; 1 March 2024."""
    planted = Planted(stages.published(tmp_path / "school"))
    yield planted
    planted.close()


@pytest.fixture
def trained(tmp_path: Path) -> Iterator[Planted]:
    """The same, with one member of each tier since 14 March 2024."""
    planted = Planted(stages.in_training(tmp_path / "school"))
    yield planted
    planted.close()
