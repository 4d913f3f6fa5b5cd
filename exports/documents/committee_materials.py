"""党委会讨论材料: the shortlisted side by side, age and experience against the rule, exceptions in plain sight,
a ballot paper and the lines of a resolution to fill in.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from exports.documents.document import Asked, Content, collective
from exports.documents.people import introduced, round_of
from exports.paper import Model
from exports.pictures import drawn, part
from exports.wording import Words, percent
from projections.ages import ages
from projections.exceptions import exceptions_of
from projections.selection import Candidate

# What the table has no place for; it stands in the assessment of each candidate.
_LEFT_OUT: dict[str, Any] = dict.fromkeys(("round", "conduct", "staff_opinions", "components", "votes"), True) | {
    "ballot": {"meeting", "expected", "present", "issued", "returned", "invalid"}
}


def _content(asked: Asked) -> Content:
    found, plan = round_of(asked), asked.standing_plan()
    people = [_candidate(asked, plan.batch, one) for one in found.candidates if one.shortlisted_on]
    tiers = [
        {"tier": code, "label": tier.label, "horizon": tier.horizon, "target": tier.target}
        for code, tier in plan.tiers.items()
        if any(one["tier"] == code for one in people)
    ]
    days = {one["person_id"]: date.fromisoformat(one["day"]) for one in people}
    last = max(days.values(), default=asked.moment.as_of)
    shown = asked.moment.back_on(last, lambda then: part(ages(then, plan.batch, found.round, days), days))
    return {"round": found.label, "tiers": tiers, "people": people, "ages": shown}


def _candidate(asked: Asked, batch: str, one: Candidate) -> dict[str, Any]:
    """What the table shows of one candidate. Of the exceptions only those that the selection asks for."""
    course = one.candidacy.model_dump(mode="json", exclude=_LEFT_OUT)
    crossed = {rule["rule"] for rule in course["eligibility"] if rule["verdict"] != "ok"}
    found = exceptions_of(asked.moment, one.person_id, batch)
    day = one.voted_on or one.shortlisted_on or asked.moment.as_of
    return introduced(asked, one, day) | {
        "candidacy": course,
        "conduct": {str(finding): count for finding, count in one.conduct.items()},
        "exceptions": [entry.model_dump(mode="json") for entry in found if entry.rule in crossed],
    }


def _values(content: Model, say: Words) -> Mapping[str, Any]:
    people, tiers = content.get("people") or (), content.get("tiers") or ()
    return {
        "tables": [(tier, [one for one in people if one["tier"] == tier["tier"]]) for tier in tiers],
        "exceptions": [(one["name"], entry) for one in people for entry in one["exceptions"]],
        "votes": {one["person_id"]: _votes(one["candidacy"]["ballot"], say) for one in people},
        "ages": drawn("ages", content["ages"], say) if people else "",
    }


def _votes(ballot: Model | None, say: Words) -> str:
    if ballot is None:
        return ""
    return say["pause"].join(
        say.phrase("votes_of", label=say[vote], count=ballot[vote], percent=percent(ballot[vote], ballot["valid"]))
        for vote in ("agree", "disagree", "abstain")
    )


DOCUMENT = collective(
    "committee-materials",
    "党委会讨论材料",
    "Materials for the Party committee",
    "R4",
    _content,
    _values,
    asks=("round",),
)
