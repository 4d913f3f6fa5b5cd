"""The exceptions register: every caution and exception, with its reason and who let it stand (T1, W, R4, D3 …)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain import school
from domain.bounds import rule_name
from domain.events.base import Judged
from domain.events.selection import Entrant, ExceptionGranted
from domain.facts import Row
from domain.language import Verdict
from domain.plan import Plan
from projections.moment import Moment
from projections.names import by_strokes
from projections.parts.field import Field, label, sources
from projections.parts.judged import in_words
from projections.parts.resolved import Resolved, resolved
from projections.shape import View, answered


class ExceptionEntry(Field):
    """A rule that was crossed: `value` against `limit`. A caution needs nobody's consent: `granted` is None."""

    on: date
    rule: str
    clause: str
    verdict: str
    verdict_label: str
    limit: str | None
    text: str | None = None
    limit_text: str | None = None
    label_en: str
    text_en: str | None = None
    judged_label: str | None = None
    judged_label_en: str | None = None
    reason: str | None
    approver: str | None
    resolution: str | None
    resolved: Resolved | None = None
    granted: bool | None


class PersonException(ExceptionEntry):
    """The same in the register, where it says whose it is; nobody's where it concerns the batch."""

    person_id: str | None
    name: str | None


class ExceptionsRegister(View):
    """All of a batch."""

    batch: str | None
    exceptions: list[PersonException]


def exceptions(moment: Moment, batch: str | None = None) -> ExceptionsRegister:
    """Cautions and exceptions of the batch and of everybody who entered it, by day."""
    batch = moment.batch(batch)
    found = sorted(_of_batch(moment, batch), key=lambda entry: (entry.on, entry.source, entry.rule)) if batch else []
    return ExceptionsRegister(batch=batch, exceptions=found, **answered(moment))


def _of_batch(moment: Moment, batch: str) -> list[PersonException]:
    entrants = {row.value.person for row in moment.facts.all(batch, Entrant)}
    names = moment.names(entrants | {member.person for member in school.members(moment.facts, batch)})
    people = sorted(names, key=lambda person: (by_strokes(names[person]), person))
    return [
        PersonException(
            person_id=None if subject == batch else subject,
            name=names.get(subject),
            **dict(entry),
        )
        for subject in [batch, *people]
        for entry in exceptions_of(moment, subject, batch)
    ]


def exceptions_of(moment: Moment, subject: str, batch: str) -> list[ExceptionEntry]:
    """Cautions and exceptions on a person's record, or the batch's own, by day."""
    judged = [row for row in moment.facts.all(subject, Judged) if row.value.batch in (None, batch)]
    granted = [row for row in moment.facts.all(subject, ExceptionGranted) if row.value.batch == batch]
    if not judged and not granted:
        return []
    of = _Of(moment, subject, batch)
    found = [*of.judged(judged, {row.value.rule: row for row in granted}), *of.granted_alone(judged, granted)]
    return sorted(found, key=lambda entry: (entry.on, entry.source, entry.rule))


@dataclass(frozen=True)
class _Of:
    """Whose record it is, and the batch whose plan tells what its codes mean."""

    moment: Moment
    subject: str
    batch: str

    def plan_on(self, day: date) -> Plan | None:
        return self.moment.plan_on(self.batch, day)

    def judged(
        self, rows: Iterable[Row[Judged]], granted: dict[str, Row[ExceptionGranted]]
    ) -> Iterator[ExceptionEntry]:
        for row in rows:
            judgement = row.value.judgement
            if judgement.verdict is Verdict.OK:
                continue
            asked = judgement.verdict is Verdict.EXCEPTION
            grant = granted.get(judgement.rule) if asked else None
            resolution = grant.value.resolution if grant else judgement.resolution
            yield ExceptionEntry(
                value=judgement.value,
                on=row.since,
                rule=judgement.rule,
                clause=judgement.clause,
                verdict=judgement.verdict,
                verdict_label=label("verdict", judgement.verdict),
                limit=judgement.limit,
                reason=judgement.reason,
                approver=grant.value.approver if grant else judgement.approver,
                resolution=resolution,
                resolved=resolved(self.moment, self.subject, resolution),
                granted=(grant is not None or not judgement.missing()) if asked else None,
                source=row.source,
                sources=sources(approver=grant.source, resolution=grant.source, granted=grant.source) if grant else {},
                **in_words(judgement, self.plan_on(judgement.on)),
            )

    def granted_alone(
        self, judged: Iterable[Row[Judged]], granted: Iterable[Row[ExceptionGranted]]
    ) -> Iterator[ExceptionEntry]:
        """Exceptions granted although nothing recorded has asked for them."""
        asked = {row.value.judgement.rule for row in judged if row.value.judgement.verdict is Verdict.EXCEPTION}
        for row in granted:
            if row.value.rule in asked:
                continue
            named = rule_name(row.value.rule, self.plan_on(row.since))
            yield ExceptionEntry(
                value=None,
                label=named.zh,
                label_en=named.en,
                on=row.since,
                rule=row.value.rule,
                clause=row.value.rule.partition(".")[0],
                verdict=Verdict.EXCEPTION,
                verdict_label=label("verdict", Verdict.EXCEPTION),
                limit=None,
                reason=self.moment.recorded(row.origin).body.reason,
                approver=row.value.approver,
                resolution=row.value.resolution,
                resolved=resolved(self.moment, self.subject, row.value.resolution),
                granted=True,
                source=row.source,
            )
