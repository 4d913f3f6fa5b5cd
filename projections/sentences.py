"""What happened, told in one sentence an event. The sentences stand in sentences.toml, one for every type."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from importlib import resources
from typing import Any, NamedTuple

from pydantic import BaseModel

from domain import glossary, school, votes
from domain.bounds import rule_name
from domain.events.base import INITIAL_ROUND, Event, Recorded
from domain.events.batch import PlanPublished
from domain.events.committee import ResolutionReached
from domain.events.disqualification import is_case
from domain.events.person import CODED, PostEnded, PostHeld
from domain.events.record import EventCorrected
from domain.events.training import (
    AttendanceRecorded,
    DocumentAccepted,
    DocumentFiled,
    DocumentReturned,
    GuideAssigned,
    MentoringActivityRecorded,
    MentorPaired,
    PairingClosed,
    PlacementEnded,
    PlacementStarted,
    PracticeRecorded,
    StudySessionHeld,
)
from domain.glossary import GLOSSARY, Term, label, word
from domain.language import END_OF_TIME, Matter
from domain.plan import Named, Plan
from projections.moment import Moment

_GAP = re.compile(r"\{(\w+)\}")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_COUNT = "_count"


class Sentence(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str


@cache
def sentences() -> dict[str, Sentence]:
    """The sentence of every type of event, with its gaps."""
    text = resources.files("projections").joinpath("sentences.toml").read_text(encoding="utf-8")
    return {kind: Sentence(*both) for kind, both in tomllib.loads(text).items()}


def gaps(kind: str) -> set[str]:
    """The gaps of a type's sentence."""
    return {gap for text in sentences()[kind] for gap in _GAP.findall(text)}


class Teller:
    """Tells events in the words of one moment: the names of its day and the labels of each batch's plan."""

    def __init__(self, moment: Moment) -> None:
        self._moment, self._names, self._facts = moment, moment.on(moment.as_of), moment.on(END_OF_TIME)
        self.name = cache(self._name)
        self.plan = cache(self._plan)

    def tell(self, recorded: Recorded) -> Sentence:
        """One sentence of what was recorded."""
        telling = _Telling(self, recorded)
        pattern = sentences()[recorded.event.KIND]
        return Sentence(_filled(pattern.zh, telling.zh), _filled(pattern.en, telling.en))

    def content(self, recorded: Recorded, field: str) -> Term:
        """What an event holds in one of its fields."""
        return _Telling(self, recorded).term(field)

    @property
    def rests_on(self) -> int:
        """The last position at which a name or label told so far changed."""
        return max(self._facts.rests_on, self._names.rests_on)

    def _name(self, person: str) -> str:
        return school.name_of(self._names, person)

    def _plan(self, batch: str | None) -> Plan | None:
        if batch is None:
            known = school.batches(self._facts)
            batch = known[-1].key if known else ""
        published = self._facts.one(batch, PlanPublished)
        return school.plan_in_force(self._facts, batch) if published else None

    def session_hours(self, batch: str, session: str) -> tuple[float, float]:
        """The hours of a session as they stand, and as they were recorded first."""
        row = self._facts.one(batch, StudySessionHeld, session)
        if row is None:
            return 0, 0
        return row.value.hours, getattr(self._moment.recorded(row.origin).event, "hours", row.value.hours)

    def recorded(self, position: int) -> Recorded:
        """An event as it was recorded."""
        return self._moment.recorded(position)

    def referred(self, subject: str, kind: type[Event], key: str) -> Event | None:
        """The event that made what another one names, None where it was withdrawn."""
        row = self._facts.one(subject, kind, key)
        return row.value if row else None


@dataclass
class _Telling:
    """One event on its way into words."""

    teller: Teller
    recorded: Recorded

    @property
    def event(self) -> Event:
        return self.recorded.event

    @cached_property
    def plan(self) -> Plan | None:
        return self.teller.plan(getattr(self.event, "batch", None))

    def zh(self, gap: str) -> str:
        """What a gap says in Chinese."""
        return self.term(gap).zh

    def en(self, gap: str) -> str:
        """And in English."""
        return self.term(gap, ", ").en

    def term(self, gap: str, between: str = "、") -> Term:
        if gap == "who":
            return _same(self.teller.name(self.recorded.stream) if self.recorded.stream.startswith("p-") else "")
        if gap == "plan":
            return Term(self.plan.name, self.plan.name_en) if self.plan else _same("")
        if gap == "changes" and isinstance(self.event, EventCorrected):
            return self._changes(self.event, between)
        if gap == "ballot" and isinstance(self.event, ResolutionReached):
            return self._ballot(self.event, between)
        if gap.endswith(_COUNT):
            return _same(len(getattr(self.event, gap.removesuffix(_COUNT))))
        attended = self.event if gap == "hours" and isinstance(self.event, AttendanceRecorded) else None
        return self._words(gap, self._hours(attended) if attended else getattr(self.event, gap), between)

    def _ballot(self, vote: ResolutionReached, between: str) -> Term:
        """What a vote was on besides matter and person: the tier, the year and its grade. No case is told (D2)."""
        named = ("text",) if vote.matter is Matter.PLAN else votes.FIELDS[vote.matter].allowed
        told = (name for name in named if name not in ("round", "case") and getattr(vote, name) is not None)
        terms = [(_BALLOT.get(name, Sentence("{}", "{}")), self.term(name)) for name in told]
        return Term(*(between.join(form[n].format(term[n]) for form, term in terms) for n in (0, 1)))

    def _changes(self, correction: EventCorrected, between: str) -> Term:
        """The fields that a correction gives; what was said in a case stays in the case (D2)."""
        fields = [] if is_case(self.recorded.stream) else list(self._corrected(correction))
        return Term(between.join(one.zh for one in fields), between.join(one.en for one in fields))

    def _corrected(self, correction: EventCorrected) -> Iterator[Term]:
        """Each field that a correction gives, as its event tells it."""
        original = self.teller.recorded(correction.target)
        becoming = correction.applied_to(original) if correction.fits(original) else None
        for name, value in correction.changes.items():
            called, said = glossary.field(original.event.KIND, name), _said_by_itself(name, value)
            if said is None and becoming and name in type(becoming.event).model_fields:
                said = _Telling(self.teller, becoming).term(name)
            told = said if said and said.zh else _same(value)
            yield Term(f"{called.zh}={told.zh}", f"{called.en}={told.en}")

    def _hours(self, attended: AttendanceRecorded) -> float:
        """What was recorded, or the hours of the session."""
        return attended.counted(*self.teller.session_hours(attended.batch, attended.session))

    def _words(self, name: str, value: Any, between: str) -> Term:
        if isinstance(value, tuple):
            terms = [self._words(name, item, between) for item in value]
            return Term(between.join(t.zh for t in terms), between.join(t.en for t in terms))
        if isinstance(value, str) and name in self.event.refs():
            return self._reference(name, value)
        if isinstance(value, StrEnum):
            return label(value)
        if isinstance(value, bool):
            return GLOSSARY["answer.upheld" if value else "answer.dismissed"]
        return self._plain(name, value, between)

    def _plain(self, name: str, value: Any, between: str) -> Term:
        if value is None:
            return _same("")
        if isinstance(value, Mapping):
            fields = [(word("field", str(key)), item) for key, item in value.items()]
            return Term(*(between.join(f"{term[n]}={item}" for term, item in fields) for n in (0, 1)))
        if isinstance(value, BaseModel):
            return _part(value)
        if name == "rule":
            return rule_name(str(value), self.plan)
        if name == "field":
            return word("field", str(value))
        return self._code(name, value)

    def _code(self, name: str, value: Any) -> Term:
        """A code in the plan's words; what is no code stays as it is."""
        codes = _CODES.get((type(self.event), name)) or _CODES.get((Event, name))
        named = codes(self.plan).get(value) if codes and self.plan else None
        return Term(named.label, named.label_en) if named else _same(value)

    def _reference(self, name: str, key: str) -> Term:
        kind = self.event.refs()[name]
        if kind == "person":
            return _same(self.teller.name(key))
        if kind == "motion":
            return GLOSSARY["origin.initial" if key == INITIAL_ROUND else "origin.supplement"]
        made = _REFERENTS.get(type(self.event))
        if made is None:
            return _same(key)
        subject = getattr(self.event, "batch", "") if made.of_batch else self.recorded.stream
        found = self.teller.referred(subject, made.kind, key)
        return _Telling(self.teller, self._as(found)).term(made.field) if found else _same(key)

    def _as(self, event: Event) -> Recorded:
        return Recorded(self.recorded.stream, 0, 0, self.recorded.body.model_copy(update={"data": event}))


class _Made(NamedTuple):
    """Where the thing lies that an event refers to, and the field that says what it was."""

    kind: type[Event]
    field: str
    of_batch: bool = False


_REFERENTS: dict[type[Event], _Made] = {
    PostEnded: _Made(PostHeld, "post"),
    PlacementEnded: _Made(PlacementStarted, "department"),
    PairingClosed: _Made(MentorPaired, "mentor"),
    MentoringActivityRecorded: _Made(MentorPaired, "mentor"),
    DocumentAccepted: _Made(DocumentFiled, "title"),
    DocumentReturned: _Made(DocumentFiled, "title"),
    AttendanceRecorded: _Made(StudySessionHeld, "title", of_batch=True),
}

_BALLOT = {
    "tier": Sentence("“{}”梯队", "tier {}"),
    "year": Sentence("{}年度", "{}"),
    "extended_to": Sentence("至{}", "until {}"),
}

Codes = Callable[[Plan], Mapping[str, Named]]
_CODES: dict[tuple[type[Event], str], Codes] = {
    (Event, "tier"): lambda plan: plan.tiers,
    (Event, "to_tier"): lambda plan: plan.tiers,
    (Event, "source"): lambda plan: plan.sources,
    (Event, "ground"): lambda plan: plan.grounds,
    (Event, "mentor_post"): lambda plan: plan.posts,
    (Event, "form"): lambda plan: plan.forms,
    (Event, "areas"): lambda plan: plan.training.areas,
    (PostHeld, "post"): lambda plan: plan.posts,
    (GuideAssigned, "kind"): lambda plan: plan.training.guides,
    (PracticeRecorded, "kind"): lambda plan: plan.training.practice,
}


def _said_by_itself(name: str, value: Any) -> Term | None:
    """A value that reads the same in every event."""
    if value is None or isinstance(value, bool):
        return {None: Term("空", "nothing"), True: Term("是", "yes"), False: Term("否", "no")}[value]
    return word(name, value) if name in CODED and isinstance(value, str) else None


def _part(value: BaseModel) -> Term:
    """A line of a list within an event: its code with what was found."""
    code, found = getattr(value, "code", None), getattr(value, "finding", None)
    if code is None or found is None:
        return _same("")
    return Term(f"{code}{label(found).zh}", f"{code} {label(found).en}")


def _same(value: object) -> Term:
    if isinstance(value, date):
        return Term(f"{value.year}年{value.month}月{value.day}日", value.isoformat())
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return Term(text, text)


def _filled(pattern: str, say: Callable[[str], str]) -> str:
    """The pattern with its gaps filled; a bracket with nothing to say is left out."""

    def optional(bracket: re.Match[str]) -> str:
        said = {gap: say(gap) for gap in _GAP.findall(bracket[1])}
        return bracket[1] if all(said.values()) else ""

    return _GAP.sub(lambda gap: say(gap[1]), _BRACKETS.sub(optional, pattern))
