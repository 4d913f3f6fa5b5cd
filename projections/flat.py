"""A dossier as one flat list: every field under a dotted path, with the event that made it.

A path is that of the dossier's JSON. Only what stands in a list is named by what it is (`information_form.birth_date`,
`assessments.years.2024.grade`), else by the position at which it was first recorded (`training_register.measures.@17`),
so that a path means the same at every moment. A field's own value has the path of the field, and what stands beside
it follows (`assessments.years.2024.proposed`). What is empty is no field. Labels are none either: they follow from
codes. Nor are corrections and the trail: they are what explains fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from domain import school
from domain.events.record import EventCorrected
from domain.glossary import field as contents
from domain.glossary import word
from domain.plan import Plan
from projections.dossier import parts_of
from projections.exceptions import exceptions_of
from projections.moment import Moment
from projections.parts.field import label, named_in
from projections.parts.materials import MISSING
from projections.trainee import Trainee

Plain = str | int | float | bool | list[str] | None


class Leaf(NamedTuple):
    """One field: its value, how a code reads, what it is called, the event that made it."""

    value: Plain
    text: str | None
    label: str
    source: int


Flat = dict[str, Leaf]

_SAID = {"value", "label", "source", "sources", "key"}  # said about a field, no fields of their own
_READ_BY = {"areas": "area_label"}  # where it is not called by the code's own name
_UNNAMED = {"fields"}  # a list whose items stand directly under the part
_NAMED_BY = {
    "fields": "key",
    "nominations": "nomination",
    "eligibility": "rule",
    "conduct": "code",
    "components": "kind",
    "years": "year",
    "hours_by_area": "area",
    "files": "sha256",
}


def flat(of: Trainee) -> Flat:
    """Every field of a person's dossier in one batch at one moment."""
    exceptions = [entry.model_dump(mode="json") for entry in exceptions_of(of.moment, of.person, of.batch)]
    content = {**parts_of(of).model_dump(mode="json"), "exceptions": exceptions}
    found = dict(_Walk(of.moment).fields(content, _At()))
    photo = of.registered["photo"]
    if photo.value is not None:
        found["photo"] = Leaf(photo.value, None, label("field", "photo"), photo.source)
    return found


def flat_roster(moment: Moment, batch: str) -> dict[str, Flat]:
    """The line of everybody who has or had a place in a batch, by person."""
    plan = moment.plan(batch)
    return {one.person: _line(one, plan) for one in school.members(moment.facts, batch)} if plan else {}


def _line(member: school.Member, plan: Plan) -> Flat:
    ended = label("end_cause", member.cause) if member.cause else None
    said: dict[str, tuple[str | None, str | None, int]] = {
        "tier": (member.tier, named_in(plan.tiers, member.tier), member.started_source),
        "since": (member.since.isoformat(), None, member.started_source),
        "origin": (member.origin, label("origin", member.origin), member.started_source),
        "status": (member.status, label("status", member.status), member.source),
        "cause": (member.cause, ended, member.source),
        "ends_on": (member.ends_on.isoformat(), None, member.term_source),
    }
    return {key: Leaf(value, text, label_of(key), source) for key, (value, text, source) in said.items() if value}


def origin(moment: Moment, source: int) -> int:
    """Where the thing was first recorded that an event made or corrected."""
    event = moment.recorded(source).event
    return event.target if isinstance(event, EventCorrected) else source


class _At(NamedTuple):
    """Where the walk has come to: path, what it is called, the event it rests on, how a code there reads."""

    path: str = ""
    label: str = ""
    source: int | None = None
    text: str | None = None

    def item(self, name: str) -> _At:
        return self._replace(path=_joined(".", self.path, name))

    def key(self, key: str, source: int | None, text: str | None) -> _At:
        if key in _UNNAMED:
            return self
        called = _joined("·", self.label, label_of(key)) if source is not None else ""
        return _At(_joined(".", self.path, key), called, source, text)


def _joined(mark: str, *names: str) -> str:
    return mark.join(filter(None, names))


def label_of(key: str) -> str:
    """What a key is called: as part of a dossier, else as in the events."""
    found = word("part", key)
    return found.zh if found.zh != key else contents("", key).zh


class _Walk:
    """Takes the plain content of a dossier apart."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def fields(self, node: Any, at: _At, key: str = "") -> Iterator[tuple[str, Leaf]]:
        """Those of a node; `key` is the one that it stands under."""
        if isinstance(node, Mapping):
            yield from self._object(node, at)
        elif isinstance(node, list) and (not node or isinstance(node[0], Mapping)):
            yield from self._items(node, at, key)
        elif node is not None and at.source is not None:
            yield at.path, Leaf(node, at.text, at.label, at.source)

    def _object(self, node: Mapping[str, Any], at: _At) -> Iterator[tuple[str, Leaf]]:
        source = node.get("source", at.source)
        at = at._replace(label=node.get("label", at.label), source=source)
        told, text = _reading(node)
        if "value" in node and (node["value"], text) != (None, None):
            yield at.path, Leaf(node["value"], text, at.label, node["source"])
        for key, inner in node.items():
            if key not in _SAID and key != told and not key.endswith(("_label", "_en")):
                below = at.key(
                    key, node.get("sources", {}).get(key, source), node.get(_READ_BY.get(key, f"{key}_label"))
                )
                yield from self.fields(inner, below, key)

    def _items(self, items: Sequence[Mapping[str, Any]], at: _At, key: str) -> Iterator[tuple[str, Leaf]]:
        taken = Counter[str]()
        for item in items:
            name = self._name(item, key)
            taken[name] += 1
            inner = {part: value for part, value in item.items() if part != _NAMED_BY.get(key)}
            yield from self._object(inner, at.item(name if taken[name] == 1 else f"{name}~{taken[name]}"))

    def _name(self, item: Mapping[str, Any], key: str) -> str:
        if key in _NAMED_BY:
            return str(item[_NAMED_BY[key]])
        if item.get("state") == MISSING:
            return "-".join(str(item[part]) for part in ("form", "year") if item[part] is not None)
        return f"@{origin(self._moment, item['source'])}"


def _reading(node: Mapping[str, Any]) -> tuple[str, str | None]:
    """How the value of a field reads, and the key that says so: a code that it repeats, its title, or its text."""
    codes = [f"{key}_label" for key in node if f"{key}_label" in node and node[key] == node.get("value")]
    told = next((key for key in (*codes, "title", "text") if node.get(key)), "")
    return told, node.get(told)
