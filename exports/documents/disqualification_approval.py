"""取消资格审批表: a verified case on one sheet, from the finding to the decision and what came after (D2).

Who raised the concern stays in the case: no paper names them.
"""

from collections.abc import Iterator
from typing import Any

from domain.events.base import SCHOOL
from domain.events.disqualification import (
    AppealDecided,
    AppealLodged,
    ConcernRaised,
    ConcernVerified,
    DecisionNotified,
    DisqualificationDecided,
    DisqualificationProposed,
    HearingWaived,
    KnownCase,
    PersonHeard,
)
from domain.facts import Row
from exports.documents.document import Asked, Sheet, of_records
from exports.documents.people import voted
from projections.parts.field import named_in
from projections.trainee import Trainee


def _sheets(trainee: Trainee, asked: Asked) -> Iterator[Sheet]:
    del asked
    for known in trainee.facts.all(SCHOOL, KnownCase):
        if (known.value.person, known.value.batch) == (trainee.person, trainee.batch):
            yield from _case(trainee, known.key)


def _case(trainee: Trainee, case: str) -> Iterator[Sheet]:
    """The case once it is verified; a concern that is unfounded, or not yet looked into, has no paper."""
    facts = trainee.facts
    raised, verified = facts.one(case, ConcernRaised), facts.one(case, ConcernVerified)
    if raised is None or verified is None:
        return
    decided = facts.one(trainee.person, DisqualificationDecided, case)
    settled = decided.value if decided else raised.value
    lodged, notified = (facts.one(trainee.person, kind, case) for kind in (AppealLodged, DecisionNotified))
    proposed = facts.one(case, DisqualificationProposed)
    content = {
        "ground": settled.other or named_in(trainee.plan.grounds, settled.ground),
        "ground_en": settled.other or named_in(trainee.plan.grounds, settled.ground, english=True),
        "raised": _told(raised, "text"),
        "verified": _told(verified, "facts_found") | _weight(verified),
        "heard": _told(facts.one(case, PersonHeard), "statement"),
        "waived": _waived(trainee, case),
        "proposed": _told(proposed, "text"),
        "decided": _resolved(trainee, decided, "facts_found"),
        "notified": {"on": notified.since.isoformat(), "source": notified.source} if notified else None,
        "appeal": _told(lodged, "text"),
        "settled": _resolved(trainee, facts.one(trainee.person, AppealDecided, case), "text"),
    }
    yield Sheet(content, (decided or proposed or verified).since, introduced=True)


def _told(row: Row[Any] | None, field: str) -> dict[str, Any]:
    """What a step said, and when."""
    if row is None:
        return {}
    return {"on": row.since.isoformat(), "text": getattr(row.value, field), "source": row.source}


def _weight(verified: Row[ConcernVerified]) -> dict[str, Any]:
    return {"impact": verified.value.impact, "loss": verified.value.loss}


def _waived(trainee: Trainee, case: str) -> dict[str, Any]:
    row = trainee.facts.one(case, HearingWaived)
    reason = trainee.moment.recorded(row.origin).body.reason if row else None
    return {"on": row.since.isoformat(), "text": reason, "source": row.source} if row else {}


def _resolved(trainee: Trainee, row: Row[Any] | None, field: str) -> dict[str, Any]:
    return _told(row, field) | voted(trainee.moment, trainee.person, row.value.resolution) if row else {}


DOCUMENT = of_records(
    "disqualification-approval", "取消后备干部培养资格审批表", "Approval of a disqualification", "D2", _sheets
)
