"""One way in which the history departs from what the rules come to, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from domain import glossary
from domain.bounds import rule_name, wording
from domain.desk import Happening
from domain.errors import Refusal, TiduiError
from domain.events.base import Event, Recorded
from domain.language import Departure, Severity, Verdict
from domain.rules import Judgement

SEVERITY = {
    Departure.REFUSED: Severity.SERIOUS,
    Departure.UNCOVERED: Severity.SERIOUS,
    Departure.OTHERWISE: Severity.SERIOUS,
    Departure.BASELESS: Severity.SERIOUS,
    Departure.MISJUDGED: Severity.MODERATE,
    Departure.UNEXPLAINED: Severity.MODERATE,
    Departure.REPEATED: Severity.MODERATE,
    Departure.MISSING: Severity.MODERATE,
    Departure.LATE: Severity.REMARK,
    Departure.OUTDATED: Severity.REMARK,
    Departure.COVERED: Severity.REMARK,
}
_LONGEST = 80


class Deviation(NamedTuple):
    """What departs. `about` is the record that it is said of, `stood` and `judgement` what a rule said and says.

    `turned_by` are the corrections, and what was told late of people, by which today's knowledge is another.
    """

    departure: Departure
    clause: str
    rule: str
    about: Recorded
    positions: tuple[int, ...]
    zh: str
    en: str
    value: str | None = None
    limit: str | None = None
    stood: Judgement | None = None
    judgement: Judgement | None = None
    turned_by: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes it the same in another reading of the history."""
        return self.departure, self.rule, self.about.position


def _said(departure: Departure, bundle: Sequence[Recorded], zh: str, en: str, clause: str | None = None) -> Deviation:
    clause = clause or type(bundle[0].event).CLAUSE
    return Deviation(departure, clause, clause, bundle[0], tuple(r.position for r in bundle), zh, en)


def refused(bundle: Sequence[Recorded], clause: str, error: TiduiError) -> Deviation:
    """A rule does not allow what was recorded, or it names what is not there."""
    said = _said(Departure.REFUSED, bundle, error.zh, error.en, clause)
    value, limit = (error.value, error.limit) if isinstance(error, Refusal) else (None, None)
    return said._replace(value=_text(value), limit=_text(limit))


def unsupported(bundle: Sequence[Recorded], judgement: Judgement) -> Deviation:
    """A limit was crossed without what that asks for."""
    exception = judgement.verdict is Verdict.EXCEPTION
    departure = Departure.UNCOVERED if exception else Departure.UNEXPLAINED
    return _judged(departure, bundle, judgement, f"{judgement.zh()}。", f"{judgement.en()}.")


def covered(bundle: Sequence[Recorded], judgement: Judgement) -> Deviation:
    """A limit was crossed, with what that asks for."""
    said = wording(judgement).sentence
    zh = f"{said.zh}，理由：{judgement.reason}"
    en = f"{said.en}, because: {judgement.reason}"
    return _judged(Departure.COVERED, bundle, judgement, zh, en)


def misjudged(bundle: Sequence[Recorded], stood: Judgement | None, judgement: Judgement | None) -> Deviation:
    """The judgement in the envelope is another than the rule's, lacks, or should not be there."""
    return _other_judgement(Departure.MISJUDGED, bundle, stood, judgement)


def other_result(recorded: Recorded, stood: Judgement | None, judgement: Judgement | None) -> Deviation:
    """A result that is stored as the event's own content is another than the rule's."""
    return _other_judgement(Departure.OTHERWISE, [recorded], stood, judgement)


def _other_judgement(
    departure: Departure, bundle: Sequence[Recorded], stood: Judgement | None, judgement: Judgement | None
) -> Deviation:
    one = judgement or stood
    assert one is not None, "one of them differs from the other"
    rule = rule_name(one.rule)
    zh = f"{rule.zh}：记录的判定是{_verdict_zh(stood)}，按规则是{_verdict_zh(judgement)}。"
    en = f"{rule.en}: recorded as {_verdict_en(stood)}, by the rule {_verdict_en(judgement)}."
    return _judged(departure, bundle, one, zh, en)._replace(stood=stood, judgement=judgement)


def _judged(departure: Departure, bundle: Sequence[Recorded], judgement: Judgement, zh: str, en: str) -> Deviation:
    said = _said(departure, bundle, zh, en, judgement.clause)
    return said._replace(rule=judgement.rule, value=judgement.value, limit=judgement.limit, judgement=judgement)


def _verdict_zh(judgement: Judgement | None) -> str:
    if judgement is None:
        return "无"
    return f"“{glossary.label(judgement.verdict).zh}”（{wording(judgement).stands.zh}）"


def _verdict_en(judgement: Judgement | None) -> str:
    if judgement is None:
        return "none"
    return f"{glossary.label(judgement.verdict).en} ({wording(judgement).stands.en})"


def repeated(bundle: Sequence[Recorded]) -> Deviation:
    """It was so already."""
    zh, en = "此前已是如此，本不应再记。", "It was so already; nothing more was to be recorded."
    return _said(Departure.REPEATED, bundle, zh, en)


def baseless(recorded: Recorded) -> Deviation:
    """No decision leads to such a record."""
    term = glossary.event(recorded.event.KIND)
    zh, en = f"没有决定会产生这条“{term.zh}”记录。", f"No decision leads to this record: {term.en}."
    return _said(Departure.BASELESS, [recorded], zh, en)


def omitted(bundle: Sequence[Recorded], happening: Happening) -> Deviation:
    """What the decision also comes to is not among its records."""
    term = glossary.event(type(happening.event).KIND)
    zh, en = f"这一决定还应产生“{term.zh}”，没有记录。", f"The decision also comes to “{term.en}”, which is not there."
    return _said(Departure.OTHERWISE, bundle, zh, en, type(happening.event).CLAUSE)


def other_content(recorded: Recorded, name: str, stands: object, comes_to: object) -> Deviation:
    """A field holds another value than the one that the decision comes to."""
    term = glossary.field(recorded.event.KIND, name)
    value, limit = _text(stands), _text(comes_to)
    zh = f"“{term.zh}”记为 {value or '空'}，按规则是 {limit or '空'}。"
    en = f"{term.en}: recorded as {value or 'nothing'}, by the rules {limit or 'nothing'}."
    return _said(Departure.OTHERWISE, [recorded], zh, en)._replace(value=value, limit=limit)


def _text(value: object) -> str | None:
    return None if value is None else str(value)[:_LONGEST]


def content(event: Event) -> dict[str, object]:
    """The fields of an event as plain data, mere copies left out."""
    return event.model_dump(mode="json", exclude=set(event.COPIES))
