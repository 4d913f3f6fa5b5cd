"""更正与撤销: what was put right on a person's record, field by field (H3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain import glossary
from domain.events.base import Recorded
from domain.events.record import EventWithdrawn
from domain.facts import amended, effective
from domain.glossary import Term
from domain.language import today
from projections.moment import Moment
from projections.sentences import Sentence, Teller
from projections.shape import Shape

_DAY = "occurred_on"


class Correction(Shape):
    """One field before and after, as recorded and in words; or a whole event, told, that was withdrawn."""

    on: date
    recorded_on: date
    of: int
    event: str
    event_label: str
    field: str | None
    what: str
    before: object
    before_text: str | None
    before_text_en: str | None
    after: object
    after_text: str | None
    after_text_en: str | None
    reason: str | None
    source: int


def corrections(moment: Moment, events: list[Recorded], teller: Teller) -> list[Correction]:
    """What the corrections and withdrawals among a person's events changed, in the order they were recorded."""
    found: list[Correction] = []
    for amendment in events:
        original = amended(amendment, moment.recorded)
        known = moment.amendments(original.position) if original else []
        if original and amendment in known:
            earlier = [other for other in known if other.position < amendment.position]
            before, _ = effective(original, earlier)
            after, _ = effective(original, [*earlier, amendment])
            if before and after:
                found += _changed(amendment, before, after, teller)
            elif before:
                told = teller.tell(before)
                what = glossary.event(EventWithdrawn.KIND).zh
                found.append(_entry(amendment, before, None, what, (told.zh, told), (None, None)))
    return found


def _changed(amendment: Recorded, before: Recorded, after: Recorded, teller: Teller) -> Iterator[Correction]:
    old, new = _content(before), _content(after)
    for field in new:
        if old[field] != new[field]:
            what = glossary.field(before.event.KIND, field).zh
            texts = [_text(teller, recorded, field) for recorded in (before, after)]
            yield _entry(amendment, before, field, what, (old[field], texts[0]), (new[field], texts[1]))


def _entry(
    amendment: Recorded,
    of: Recorded,
    field: str | None,
    what: str,
    before: tuple[object, Sentence | Term | None],
    after: tuple[object, Sentence | Term | None],
) -> Correction:
    return Correction(
        on=amendment.day,
        recorded_on=today(amendment.body.recorded_at),
        of=of.position,
        event=of.event.KIND,
        event_label=glossary.event(of.event.KIND).zh,
        field=field,
        what=what,
        before=before[0],
        before_text=(before[1] and before[1].zh) or None,
        before_text_en=(before[1] and before[1].en) or None,
        after=after[0],
        after_text=(after[1] and after[1].zh) or None,
        after_text_en=(after[1] and after[1].en) or None,
        reason=amendment.body.reason,
        source=amendment.position,
    )


def _content(recorded: Recorded) -> dict[str, object]:
    """What an event says, with its day."""
    return {_DAY: recorded.day.isoformat(), **recorded.event.model_dump(mode="json")}


def _text(teller: Teller, recorded: Recorded, field: str) -> Term:
    day = recorded.day.isoformat()
    return Term(day, day) if field == _DAY else teller.content(recorded, field)
