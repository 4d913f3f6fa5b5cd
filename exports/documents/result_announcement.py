"""结果公布: who was admitted in a round, tier by tier, as it is posted."""

from domain.events.base import INITIAL_ROUND
from domain.events.committee import NoticeOpened, ResultAnnounced
from exports.documents.document import Asked, Content, collective
from exports.documents.people import round_of


def _content(asked: Asked) -> Content:
    found, plan, facts = round_of(asked), asked.standing_plan(), asked.moment.facts
    passed = [one for one in found.candidates if one.result == "passed"]
    announced = [row for row in facts.all(plan.batch, ResultAnnounced) if row.value.round == found.round]
    notice = facts.one(plan.batch, NoticeOpened, found.round)
    tiers = [
        {"label": tier.label, "horizon": tier.horizon, "names": [one.name for one in passed if one.tier == code]}
        for code, tier in plan.tiers.items()
    ]
    return {
        "round": found.label,
        "is_supplement": found.round != INITIAL_ROUND,
        "plan": f"《{plan.school}{plan.name}培养计划方案》",
        "decided_on": sorted({one.voted_on for one in passed if one.voted_on}),
        "announced_on": announced[-1].since if announced else None,
        "notice": {"place": notice.value.place, "from": notice.since, "to": notice.value.last_day} if notice else None,
        "tiers": [tier for tier in tiers if tier["names"]],
        "people": [{"person_id": one.person_id, "name": one.name} for one in passed],
    }


DOCUMENT = collective(
    "result-announcement", "选拔结果公布", "Announcement of the result", "R4", _content, asks=("round",)
)
