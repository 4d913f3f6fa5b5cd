"""Other ways to read the same history: as its corrections leave it, and by another plan.

Each is a sequence of events to replay. What a reading decides otherwise than the records, where the first reading
does not, is what that way of reading finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.desk import Bundle
from domain.events.base import Event, Recorded
from domain.events.batch import PlanAmended, PlanPublished
from domain.events.record import EventCorrected
from domain.events.selection import EligibilityAssessed
from domain.language import Departure
from domain.plan import Plan
from projections.conformance.deviation import Deviation
from projections.conformance.replay import Again


def by_plan(plan: Plan, events: Iterable[Recorded]) -> Iterator[Recorded]:
    """The same events, with this plan published in place of its batch's own; amendments change nothing in it."""
    of_the_plan: set[int] = set()
    for recorded in events:
        changed = _under(plan, recorded.event, of_the_plan)
        if changed is not recorded.event:
            of_the_plan.add(recorded.position)
        yield having(recorded, changed)


def _under(plan: Plan, event: Event, of_the_plan: set[int]) -> Event:
    """The event as it would read had this plan been published."""
    if isinstance(event, PlanPublished) and event.batch == plan.batch:
        return event.model_copy(update={"plan": plan})
    amends = isinstance(event, PlanAmended) and event.batch == plan.batch
    if amends or (isinstance(event, EventCorrected) and event.target in of_the_plan):
        return event.model_copy(update={"changes": {}})
    return event


def having(recorded: Recorded, event: Event) -> Recorded:
    """The record with this event in its envelope."""
    if event is recorded.event:
        return recorded
    return recorded._replace(body=recorded.body.model_copy(update={"data": event}))


def as_decided(bundle: Bundle, again: Again) -> Iterable[Recorded]:
    """What is taken as so for everything later: what the rules come to, where that is the same kind of records."""
    shape = [(h.stream, type(h.event)) for h in again.happenings]
    if shape != [(recorded.stream, type(recorded.event)) for recorded in bundle]:
        return bundle
    return [having(recorded, happening.event) for recorded, happening in zip(bundle, again.happenings, strict=True)]


def otherwise(again: Again, first: Again | None) -> list[Deviation]:
    """What this reading decides otherwise and the first did not: another decision, not just another way to it."""
    known = {d.key for d in first.deviations} if first else set()
    return [d for d in again.deviations if d.key not in known and _matters(d)]


def _matters(found: Deviation) -> bool:
    if found.departure is Departure.MISJUDGED:
        return False
    if found.departure is not Departure.OTHERWISE:
        return True
    verdicts = [judgement.verdict for judgement in (found.stood, found.judgement) if judgement]
    if verdicts:
        return len(set(verdicts)) > 1
    return not isinstance(found.about.event, EligibilityAssessed)
