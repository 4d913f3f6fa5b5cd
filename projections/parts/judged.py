"""What a rule judged, in words beside the codes that a judgement keeps."""

from __future__ import annotations

from typing import Any

from domain.bounds import Judged, wording
from domain.plan import Plan


def in_words(judged: Judged, plan: Plan | None) -> dict[str, Any]:
    """The fields of a view that say a judgement, by the plan that it was judged under."""
    said = wording(judged, plan)
    return {
        "label": said.rule.zh,
        "label_en": said.rule.en,
        "text": said.value.zh,
        "text_en": said.value.en,
        "limit_text": said.requirement.zh if said.requirement else None,
        "judged_label": said.stands.zh,
        "judged_label_en": said.stands.en,
    }
