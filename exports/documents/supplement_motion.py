"""增补动议与审批表: which places are open and why, what the leading group moves, how the committee answers (D3)."""

from datetime import date
from typing import Any

from domain.errors import Unknown
from domain.events.vacancy import MotionConsented, MotionRaised, MotionRefused
from domain.facts import Row
from domain.glossary import label
from exports.documents.document import Asked, Content, collective
from exports.documents.people import named_on, voted
from projections.moment import Moment
from projections.vacancies import VacancyLine, vacancies


def _content(asked: Asked) -> Content:
    plan = asked.standing_plan()
    lines = {one.vacancy: one for one in vacancies(asked.moment, plan.batch).vacancies}
    motions = [
        _motion(asked, row, [lines[key] for key in row.value.vacancies])
        for row in asked.moment.facts.all(plan.batch, MotionRaised)
        if asked.round in (None, row.key)
        and (asked.tier is None or any(lines[key].tier == asked.tier for key in row.value.vacancies))
    ]
    if not motions:
        raise Unknown(
            f"{plan.name}当日还没有这样的增补动议。请换一天（as_of）或另一轮（round）。",
            "There is no such motion by that day. Ask for another day (as_of) or round.",
        )
    named = {who: name for one in motions for place in one["places"] for who, name in _people(place)}
    return {"motions": motions, "people": [{"person_id": who, "name": name} for who, name in named.items()]}


def _people(place: dict[str, Any]) -> list[tuple[str, str]]:
    return [(place[f"{who}_id"], place[who]) for who in ("left_by", "filled_by") if place[f"{who}_id"]]


def _motion(asked: Asked, row: Row[MotionRaised], places: list[VacancyLine]) -> dict[str, Any]:
    facts, batch = asked.moment.facts, row.value.batch
    consented, refused = facts.one(batch, MotionConsented, row.key), facts.one(batch, MotionRefused, row.key)
    answer = consented or refused
    day = answer.since if answer else row.since
    return {
        "on": row.since.isoformat(),
        "text": row.value.text,
        "document": asked.moment.recorded(row.origin).body.document,
        "places": [_place(asked.moment, one, row.key, day) for one in places],
        "windows": [
            {"label": label(one.step).zh, "from": one.starts_on.isoformat(), "to": one.ends_on.isoformat()}
            for one in row.value.windows
        ],
        "consented": bool(consented) if answer else None,
        "answer": {"on": answer.since.isoformat(), **voted(asked.moment, batch, answer.value.resolution)}
        if answer
        else None,
    }


def _place(moment: Moment, one: VacancyLine, motion: str, day: date) -> dict[str, Any]:
    """An open place. Who filled it is told where it was this motion's round that did."""
    filled = one.motion == motion and one.filled_by is not None
    left = named_on(moment, day, [one.left_by]) if one.left_by else {}
    came = named_on(moment, one.stage_since, [one.filled_by]) if one.filled_by else {}
    return {
        "tier_label": one.label,
        "cause_label": one.cause_label,
        "opened_on": one.since.isoformat(),
        "left_by": left.get(one.left_by or ""),
        "left_by_id": one.left_by,
        "filled_by": came.get(one.filled_by or "") if filled else None,
        "filled_by_id": one.filled_by if filled else None,
        "filled_on": one.stage_since.isoformat() if filled else None,
    }


DOCUMENT = collective(
    "supplement-motion", "后备干部增补动议与审批表", "Motion for a supplement", "D3", _content, asks=("round",)
)
