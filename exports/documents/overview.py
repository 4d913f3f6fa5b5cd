"""培养工作图览: a batch in pictures, for those who would rather look than read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.errors import Malformed
from exports.documents.document import Asked, Content, collective
from exports.paper import Model
from exports.pictures import PICTURES, drawn, part
from exports.wording import Words
from projections.shape import people_in


def _content(asked: Asked) -> Content:
    if asked.tier:
        raise Malformed("培养工作图览不分梯队，请去掉 tier。", "The pictures are of all tiers: leave tier out.")
    found = {kind: picture.ask(asked.moment, asked.batch) for kind, picture in PICTURES.items()}
    people = dict.fromkeys(person for view in found.values() for person in people_in(view))
    return {
        "pictures": {kind: part(view) for kind, view in found.items()},
        "people": [{"person_id": person} for person in people],
    }


def _values(piece: Model, say: Words) -> Mapping[str, Any]:
    return {"drawn": [drawn(kind, content, say) for kind, content in piece["pictures"].items()]}


DOCUMENT = replace(
    collective("overview", "培养工作图览", "The programme in pictures", "E1", _content, _values), has_blank=False
)
