"""What an earlier end of the membership overtook: it stays on record, and is marked (S5)."""

from __future__ import annotations

from datetime import date

from domain import school
from domain.events.base import Recorded
from domain.events.cycle_end import OutcomeDecided, PromotionRecorded
from domain.events.disqualification import DisqualificationDecided
from domain.events.membership import MembershipEnded, MembershipStarted
from domain.events.review import DeferredGradeResolved, GradeConfirmed, GradeProposed
from domain.facts import Row
from domain.language import EndCause
from domain.plan import Plan
from projections.moment import Moment


def overtaken_by(moment: Moment, recorded: Recorded, day: date) -> int | None:
    """The position of the end that came before what an event tells of its day; none while the membership stands."""
    event, batch = recorded.event, getattr(recorded.event, "batch", None)
    if batch in (None, recorded.stream) or isinstance(event, MembershipStarted):
        return None
    of_batch = [m for m in school.members(moment.facts, recorded.stream) if m.batch == batch]
    if not of_batch or of_batch[-1].active or not _overtakes(of_batch[-1], moment.plan(batch), recorded, day):
        return None
    return of_batch[-1].source


def _overtakes(member: school.Member, plan: Plan | None, recorded: Recorded, day: date) -> bool:
    event = recorded.event
    if isinstance(event, OutcomeDecided):
        return school.overtaken(member, Row("", event, day, recorded.position, recorded.position))
    if isinstance(event, MembershipEnded):
        same = (event.cause, event.effective_on) == (member.cause, member.status_since)
        return event.effective_on >= member.status_since and not same
    if isinstance(event, GradeProposed | GradeConfirmed | DeferredGradeResolved):
        return plan is not None and member.status_since <= min(day, plan.year_bounds(event.year)[1])
    if isinstance(event, PromotionRecorded):
        return member.cause is not EndCause.PROMOTED
    if isinstance(event, DisqualificationDecided):
        return member.status_since <= day and member.cause is not EndCause.DISQUALIFIED
    return not event.AFTER_END and member.status_since < day
