"""假如: the same history judged by another plan, and who would have been decided otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.events.batch import PlanAmended, PlanPublished
from domain.plan import Plan
from projections.conformance.findings import of_the_known
from projections.conformance.history import first_reading, judged_by
from projections.conformance.lines import FindingLine, Told
from projections.conformance.missing import Lack, missing, which
from projections.coverage import coverage
from projections.moment import Moment
from projections.reader import Source, TableReader
from projections.shape import Shape, View, answered
from projections.table import Segment, Times


class Concerned(Shape):
    """Somebody of whom something would have been decided otherwise, or would be due."""

    person_id: str
    name: str
    rules: tuple[str, ...]


class WhatIf(View):
    """By person, and line by line in the order of the log. What the other plan asks and was done anyway is not told."""

    batch: str
    people: tuple[Concerned, ...]
    otherwise: tuple[FindingLine, ...]


def what_if(moment: Moment, plan: Plan) -> WhatIf:
    """What another plan for a published batch comes to, decided again from the first event on."""
    log = moment.views.log
    told = Told(first_reading(log, moment.position).known, moment.as_of)
    decided = judged_by(log, moment.position, plan)
    lines = [told.deviation(d) for d in decided if told.concerns(d, None, moment.as_of)]
    lines.sort(key=lambda line: (line.positions, line.rule))
    lines += [told.lack(lack) for lack in _due_besides(of_the_known(moment), plan)]
    return WhatIf(
        batch=plan.batch,
        people=_people(lines),
        otherwise=tuple(lines),
        **answered(moment) | {"rests_on": moment.position},
    )


def _people(lines: Sequence[FindingLine]) -> tuple[Concerned, ...]:
    rules: dict[tuple[str, str], dict[str, None]] = {}
    for line in lines:
        if line.person_id:
            rules.setdefault((line.person_id, line.name or ""), {})[line.rule] = None
    return tuple(Concerned(person_id=p, name=name, rules=tuple(found)) for (p, name), found in rules.items())


def _due_besides(moment: Moment, plan: Plan) -> Iterator[Lack]:
    """What is lacking by the other plan and not by the one in force."""
    facts = TableReader(_UnderPlan(moment.views.runner, plan), moment.as_of, moment.position)
    lacking = {which(gap) for gap in coverage(moment, plan.batch).gaps}
    for gap in coverage(replace(moment, facts=facts), plan.batch).gaps:
        if which(gap) not in lacking:
            yield missing(moment, gap)


class _UnderPlan:
    """The same rows, with this plan published and never amended."""

    def __init__(self, source: Source, plan: Plan) -> None:
        self._source, self._plan = source, plan

    def rows(self, subject: str, kind: str, keys: Sequence[str] | None, at: Times) -> tuple[list[Segment], int]:
        """Rows of a kind, or of some of its keys."""
        rows, last = self._source.rows(subject, kind, keys, at)
        return self._read(subject, kind, rows), last

    def rows_of(
        self, subjects: Sequence[str], kinds: Sequence[str], at: Times
    ) -> tuple[dict[tuple[str, str], list[Segment]], int]:
        """Rows of several subjects and kinds in one look."""
        found, last = self._source.rows_of(subjects, kinds, at)
        return {(subject, kind): self._read(subject, kind, rows) for (subject, kind), rows in found.items()}, last

    def _read(self, subject: str, kind: str, rows: list[Segment]) -> list[Segment]:
        if subject != self._plan.batch or kind not in {PlanPublished.KIND, PlanAmended.KIND}:
            return rows
        return [] if kind == PlanAmended.KIND else [(row[0], self._published(row[1]), *row[2:]) for row in rows]

    def _published(self, value: str) -> str:
        return PlanPublished.model_validate_json(value).model_copy(update={"plan": self._plan}).model_dump_json()
