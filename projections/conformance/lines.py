"""What is found, in the words and names that people read."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

from domain import glossary, school
from domain.events.base import Recorded
from domain.events.batch import PlanPublished
from domain.events.disqualification import ConcernRaised
from domain.events.record import EventCorrected, EventWithdrawn
from domain.events.selection import ExceptionGranted
from domain.facts import Facts
from domain.language import Departure, Severity, Verdict
from projections.conformance.deviation import SEVERITY, Deviation
from projections.conformance.missing import Lack
from projections.shape import Shape

_PERSON = re.compile(r"\bp-[0-9a-z]{6,26}\b")
_WEIGHT = list(Severity)


class FindingLine(Shape):
    """One finding. `positions` are the records it is about; `covered_by` the one that lets a crossed limit stand.

    `turned_by` are the corrections, and what was told late of people, that turned what today's knowledge comes to.
    """

    departure: Departure
    departure_label: str
    departure_label_en: str
    severity: Severity
    severity_label: str
    severity_label_en: str
    clause: str
    rule: str
    on: date
    positions: tuple[int, ...]
    person_id: str | None
    name: str | None
    value: str | None
    limit: str | None
    covered_by: int | None
    turned_by: tuple[int, ...] = ()
    text: str
    text_en: str

    @property
    def order(self) -> tuple[int, date, tuple[int, ...], str, str]:
        """The gravest first, then as it happened."""
        return _WEIGHT.index(self.severity), self.on, self.positions, self.rule, self.text


class Told:
    """Findings in words, with the names that people go by on a day."""

    def __init__(self, known: Facts, day: date) -> None:
        self._known, self._facts, names = known, known.on(), known.on(day)
        self._name = cache(lambda person: school.name_of(names, person))

    def concerns(self, found: Deviation, batch: str | None, until: date) -> bool:
        """Whether it is about the batch, and had happened by the day."""
        return found.about.day <= until and batch in (None, self._batch(found.about))

    def _batch(self, recorded: Recorded) -> str | None:
        """The batch that a record is of, through what it amends, and through its case."""
        event = recorded.event
        if isinstance(event, EventCorrected | EventWithdrawn):
            target = self._known.recorded(event.target)
            return self._batch(target) if target and target.position < recorded.position else None
        case = self._facts.one(recorded.stream, ConcernRaised)
        own = getattr(event, "batch", None) or (case.value.batch if case else None)
        return own or (recorded.stream if self._facts.one(recorded.stream, PlanPublished) else None)

    def _person(self, recorded: Recorded) -> str | None:
        case = self._facts.one(recorded.stream, ConcernRaised)
        person = case.value.person if case else recorded.stream
        return person if _PERSON.fullmatch(person) else None

    def deviation(self, found: Deviation) -> FindingLine:
        """A departure of records from the rules."""
        term, person = glossary.event(found.about.event.KIND), self._person(found.about)
        return FindingLine(
            **_labelled(found.departure),
            clause=found.clause,
            rule=found.rule,
            on=found.about.day,
            positions=found.positions,
            person_id=person,
            name=self._name(person) if person else None,
            value=found.value,
            limit=found.limit,
            covered_by=self._cover(found),
            turned_by=found.turned_by,
            text=self._named(f"{term.zh}：{found.zh}"),
            text_en=self._named(f"{term.en}: {found.en}"),
        )

    def lack(self, lack: Lack) -> FindingLine:
        """Something that was due."""
        return FindingLine(
            **_labelled(lack.departure),
            clause=lack.rule.partition(".")[0],
            rule=lack.rule,
            on=lack.on,
            positions=lack.sources,
            person_id=lack.person,
            name=self._name(lack.person) if lack.person else None,
            value=None,
            limit=str(lack.on),
            covered_by=lack.covered_by,
            text=lack.zh,
            text_en=lack.en,
        )

    def _cover(self, found: Deviation) -> int | None:
        """Where it is said that a crossed limit may stand: the grant, the resolution, or the reason given with it."""
        judgement = found.judgement
        if found.departure is not Departure.COVERED or judgement is None:
            return None
        if judgement.verdict is Verdict.CAUTION:
            return found.about.position
        batch = self._batch(found.about)
        grant = self._facts.one(found.about.stream, ExceptionGranted, f"{batch}/{judgement.rule}")
        resolution = self._known.maker("resolution", judgement.resolution) if judgement.resolution else None
        if grant:
            return grant.source
        if resolution:
            return resolution.position
        return None if judgement.missing() else found.about.position

    def _named(self, text: str) -> str:
        return _PERSON.sub(lambda match: self._name(match[0]), text)


def _labelled(departure: Departure) -> dict[str, Any]:
    severity = SEVERITY[departure]
    one, other = glossary.label(departure), glossary.label(severity)
    return {
        "departure": departure,
        "departure_label": one.zh,
        "departure_label_en": one.en,
        "severity": severity,
        "severity_label": other.zh,
        "severity_label_en": other.en,
    }
