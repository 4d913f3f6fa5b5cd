"""查阅登记表: who read somebody's dossier, when, in which capacity and why, from the access log (D1)."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from domain.glossary import word
from exports.documents.document import Access, Asked, Sheet, ever_members, personal
from projections.parts.field import label
from projections.trainee import Trainee

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def _sheet(trainee: Trainee, asked: Asked) -> Sheet:
    found = [one for one in asked.accesses(trainee.person) if _known(asked, one)]
    return Sheet({"accesses": [_line(one) for one in found]}, asked.moment.as_of)


def _known(asked: Asked, one: Access) -> bool:
    """Whether it had happened by the day, and by the position known at where one is asked for."""
    known_at = asked.moment.known_at
    in_time = one.at.astimezone(_SHANGHAI).date() <= asked.moment.as_of
    return in_time and (known_at is None or (one.position or 0) <= asked.moment.position)


def _line(one: Access) -> dict[str, Any]:
    from exports.documents import DOCUMENTS  # noqa: PLC0415 - the register is one of them itself

    what = DOCUMENTS[one.what] if one.what in DOCUMENTS else word("access", one.what)
    return {
        "at": one.at.isoformat(timespec="minutes"),
        "who": label("capacity", one.who),
        "capacity": label("capacity", one.capacity),
        "act": f"act_{one.act}",
        "what": what.zh,
        "what_en": what.en,
        "reason": one.reason,
        "digits": one.sha256[:12] if one.sha256 else None,
    }


DOCUMENT = replace(
    personal("access-register", "后备干部档案查阅登记表", "Access register", "D1", _sheet, everybody=ever_members),
    in_batch=False,
)
