"""纪实: which records the dossier tells one by one. All others stand in a table of their own, and in the attachment."""

from collections.abc import Iterable, Mapping
from typing import Any

Entry = Mapping[str, Any]

# Types of events that a table of the dossier shows line by line. A type that is not here is told.
IN_TABLES = {
    "information form": {"person-registered", "post-held", "post-ended", "honour-recorded"},
    "training register": {"mentoring-activity-recorded", "practice-recorded", "inspection-talk-held"},
    "assessments": {"eligibility-assessed", "appraisal-cited", "staff-opinion-recorded", "conduct-assessed"},
    "yearly forms": {"self-summary-submitted", "appraisal-tallied", "grade-proposed", "grade-acknowledged"},
    "training": {"attendance-recorded"},
    "materials": {"document-filed", "document-accepted", "document-returned"},
}
_IN_TABLES = set().union(*IN_TABLES.values())


def told(trail: Iterable[Entry]) -> list[Entry]:
    """What is told: every other type, and whatever was recorded late, corrected or withdrawn."""
    return [one for one in trail if one.get("type") not in _IN_TABLES or _remarkable(one)]


def _remarkable(one: Entry) -> bool:
    return any(one.get(mark) for mark in ("late", "corrected_by", "withdrawn_by", "overtaken_by"))
