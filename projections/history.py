"""What was recorded, one sentence an event: of a person, of a batch, or all of it, in the order of the log."""

from __future__ import annotations

from datetime import date, datetime

from domain import glossary
from domain.events.base import Recorded
from domain.events.disqualification import is_case
from domain.events.record import EventCorrected, EventWithdrawn
from domain.facts import effective, is_amendment
from domain.language import Capacity, today
from projections.moment import Moment
from projections.overtaken import overtaken_by
from projections.sentences import Teller
from projections.shape import Shape, View, answered

PAGE = 100


class HistoryEntry(Shape):
    """One event as it was recorded, and what became of it.

    `occurred_on` is the day it counts from now, and `late` tells an entry recorded later than the plan allows
    without remark (补录). `corrected_by` and `withdrawn_by` are the positions of standing amendments, `overtaken_by`
    that of an end of the membership which came before what is told; `amends` is the event that an amendment concerns,
    `made` the id of what the event made: later commands name it.
    """

    position: int
    id: str
    type: str
    label: str
    label_en: str
    stream: str
    occurred_on: date
    recorded_at: datetime
    recorded_by: str
    recorded_by_label: str
    recorded_by_label_en: str
    capacity: Capacity
    capacity_label: str
    capacity_label_en: str
    clause: str
    sentence: str
    sentence_en: str
    reason: str | None
    document: str | None
    evidence: int
    made: str | None
    late: bool
    late_days: int
    corrected_by: int | None
    withdrawn_by: int | None
    overtaken_by: int | None
    amends: int | None


class History(View):
    """A page of entries. `next` is the position to ask on after, None at the end."""

    subject: str | None
    type: str | None
    entries: tuple[HistoryEntry, ...]
    next: int | None


def history(
    moment: Moment, subject: str | None = None, *, kind: str | None = None, after: int = 0, limit: int = PAGE
) -> History:
    """The events about a person, a batch or a case, or all, that had happened by the day, a page at a time."""
    found = moment.positions(after=after, limit=limit + 1, subject=subject, kind=kind)
    page, teller = found[:limit], Teller(moment)
    told = [
        entry(moment, teller, recorded, sealed=is_case(recorded.stream) and recorded.stream != subject)
        for recorded in map(moment.recorded, page)
    ]
    rests_on = max(moment.last_about(subject), teller.rests_on)
    return History(
        subject=subject,
        type=kind,
        entries=tuple(line for line in told if line.occurred_on <= moment.as_of),
        next=page[-1] if len(found) > limit else None,
        **answered(moment) | {"rests_on": rests_on},
    )


def entry(moment: Moment, teller: Teller, recorded: Recorded, *, sealed: bool = False) -> HistoryEntry:
    """One event as it is told at a moment. Of a sealed case the reasons are left out, too."""
    body, term = recorded.body, glossary.event(recorded.event.KIND)
    day, corrected_by, withdrawn_by = _fate(moment, recorded)
    sentence = teller.tell(recorded)
    late_days = (today(body.recorded_at) - day).days
    return HistoryEntry(
        position=recorded.position,
        id=body.id,
        type=recorded.event.KIND,
        label=term.zh,
        label_en=term.en,
        stream=recorded.stream,
        occurred_on=day,
        recorded_at=body.recorded_at,
        recorded_by=body.recorded_by,
        recorded_by_label=glossary.word("capacity", body.recorded_by).zh,
        recorded_by_label_en=glossary.word("capacity", body.recorded_by).en,
        capacity=body.capacity,
        capacity_label=glossary.label(body.capacity).zh,
        capacity_label_en=glossary.label(body.capacity).en,
        clause=body.basis,
        sentence=sentence.zh,
        sentence_en=sentence.en,
        reason=None if sealed else body.reason,
        document=None if sealed else body.document,
        evidence=len(body.evidence),
        made=recorded.event.key(recorded.position) if recorded.event.KEY else None,
        late=_is_late(teller, recorded, late_days),
        late_days=max(0, late_days),
        corrected_by=corrected_by,
        withdrawn_by=withdrawn_by,
        overtaken_by=None if withdrawn_by else overtaken_by(moment, recorded, day),
        amends=recorded.event.target if isinstance(recorded.event, EventCorrected | EventWithdrawn) else None,
    )


def _fate(moment: Moment, recorded: Recorded) -> tuple[date, int | None, int | None]:
    """The day an event counts from, and the positions of the correction and the withdrawal that stand."""
    if isinstance(recorded.event, EventCorrected):
        later = moment.amendments(recorded.event.target)
        return recorded.day, None, next((a.position for a in later if _withdraws(a, recorded.position)), None)
    standing, source = effective(recorded, moment.amendments(recorded.position))
    if standing is None:
        return recorded.day, None, source
    return standing.day, source if source != recorded.position else None, None


def _withdraws(amendment: Recorded, position: int) -> bool:
    return isinstance(amendment.event, EventWithdrawn) and amendment.event.target == position


def _is_late(teller: Teller, recorded: Recorded, days: int) -> bool:
    """补录: a fact of the programme, recorded later than the plan lets pass."""
    plan = teller.plan(getattr(recorded.event, "batch", None))
    biography = recorded.event.BIOGRAPHY or is_amendment(recorded.event)
    return plan is not None and not biography and days > plan.late_after_days
