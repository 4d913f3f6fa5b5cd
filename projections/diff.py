"""What changed between two moments that differ in one of the two times.

Along `as_of` the day moves on and knowledge stands still: what happened. Along `known_at` the day stands still and
knowledge moves on: what was recorded, corrected, withdrawn.

Of one person every field of the dossier that changed is told, which is a read of that dossier at both moments. Of a
batch the roster is told in full, and of each dossier only which parts changed, how often and by which events: what
they say is in the dossiers, whose reading is written down person by person. Along `known_at` a dossier that nothing
touched is drawn once and not compared; along `as_of` each is drawn twice, since time itself changes ages and dues.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import ConfigDict
from pydantic import Field as Of

from domain import school
from domain.errors import Malformed, Unknown
from domain.events.selection import Entrant
from projections.cause import Cause, Causes
from projections.flat import Flat, Leaf, Plain, flat, flat_roster, label_of, origin
from projections.moment import Moment, Views
from projections.names import by_strokes
from projections.shape import Shape, View, answered
from projections.trainee import trainee

_Differing = tuple[str, Leaf | None, Leaf | None, tuple[int, ...]]  # a path, before and after, what made it so


class Axis(StrEnum):
    """Which of the two times moves."""

    AS_OF = "as_of"
    KNOWN_AT = "known_at"


class Change(Shape):
    """A field before and after, None where it was not there. No events where time passed, or a sum came out anew."""

    person_id: str
    name: str
    field: str
    label: str
    before: Plain
    before_text: str | None
    after: Plain
    after_text: str | None
    events: tuple[int, ...]


class PartChanged(Shape):
    """How many fields of one part of a person's dossier changed, and by which events."""

    person_id: str
    name: str
    part: str
    label: str
    fields: int
    events: tuple[int, ...]


class Diff(View):
    """`changes` are of the roster, or of the one dossier asked for; `parts` of every dossier of the batch."""

    model_config = ConfigDict(serialize_by_alias=True)

    axis: Axis
    from_: str = Of(serialization_alias="from")
    to: str
    batch: str | None
    person_id: str | None
    changes: tuple[Change, ...]
    parts: tuple[PartChanged, ...]
    events: tuple[Cause, ...]


class Span(NamedTuple):
    """Two moments, the earlier first, with what was asked for."""

    axis: Axis
    from_: str
    to: str
    first: Moment
    last: Moment


def span(
    views: Views, axis: Axis, from_: str, to: str, *, as_of: date | None = None, known_at: str | None = None
) -> Span:
    """The two moments. The time that moves is named by `from_` and `to`; the other one may be set."""
    if (as_of if axis is Axis.AS_OF else known_at) is not None:
        raise Malformed(
            f"沿 {axis} 比较时，起止即为 {axis}，不能另给。",
            f"Along {axis} the two ends say it: {axis} cannot be given as well.",
        )
    if axis is Axis.AS_OF:
        last = views.at(_day(to), known_at)
        first = views.at(_day(from_), f"@{last.position}")
        ordered = first.as_of <= last.as_of
    else:
        last = views.at(as_of, to)
        first = views.at(last.as_of, from_)
        ordered = first.position <= last.position
    if not ordered:
        raise Malformed(f"{from_} 在 {to} 之后，请对调。", f"{from_} is after {to}; turn them round.")
    return Span(axis, from_, to, first, last)


def diff_of_person(between: Span, person: str, batch: str | None = None) -> Diff:
    """Every field of one dossier that changed."""
    of, dossiers = trainee(between.last, person, batch), _Dossiers(between)
    found = [
        _change(person, of.name, path, old, new, made) for path, old, new, made in dossiers.differing(person, of.batch)
    ]
    return _answer(between, dossiers, batch=of.batch, person_id=person, changes=tuple(found), parts=())


def diff_of_batch(between: Span, batch: str | None = None) -> Diff:
    """The roster's changes in full, and which parts of the batch's dossiers changed."""
    batch = between.last.batch(batch)
    dossiers = _Dossiers(between)
    changes = tuple(_roster(between, batch)) if batch else ()
    parts = tuple(_parts(between, dossiers, batch)) if batch else ()
    return _answer(between, dossiers, batch=batch, person_id=None, changes=changes, parts=parts)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text if len(text) == len("2024-03-14") else "")
    except ValueError:
        raise Malformed(
            f"{text} 不是日期。沿 as_of 比较时写作 2024-03-14。", f"{text} is no day. Along as_of, write 2024-03-14."
        ) from None


def _differing(between: Span, before: Flat, after: Flat) -> Iterator[_Differing]:
    """The paths whose values differ, with both and what made it so; what is empty is as good as not there."""
    for path in {**after, **before}:
        old, new = before.get(path), after.get(path)
        if _value(old) != _value(new):
            yield path, old, new, _made(between, old, new or _ended(before, after, path))


def _ended(before: Flat, after: Flat, path: str) -> Leaf | None:
    """The status beside a field that is gone, where that changed: what changed it ended the field."""
    beside = "".join((*path.rpartition(".")[:2], "status"))
    return after.get(beside) if _value(before.get(beside)) != _value(after.get(beside)) else None


class _Dossiers:
    """Dossiers at both moments. `rests_on` is the last position at which anything in those looked at changed."""

    def __init__(self, between: Span) -> None:
        self._between, self.rests_on = between, 0

    def differing(self, person: str, batch: str) -> Sequence[_Differing]:
        """The fields of a person's dossier that differ."""
        last = _again(self._between.last)
        after = flat(trainee(last, person, batch))
        self.rests_on = max(self.rests_on, last.rests_on)
        if self._between.axis is Axis.KNOWN_AT and last.rests_on <= self._between.first.position:
            return ()
        try:
            before = flat(trainee(_again(self._between.first), person, batch))
        except Unknown:  # nobody of this id, or no such plan, was known yet
            before = {}
        return tuple(_differing(self._between, before, after))


def _again(moment: Moment) -> Moment:
    """The same moment, nothing looked at yet."""
    return moment.views.at(moment.as_of, f"@{moment.position}")


def _made(between: Span, old: Leaf | None, new: Leaf | None) -> tuple[int, ...]:
    """The events that turned one into the other: those recorded meanwhile, or the one that counts from then on."""
    named = {leaf.source for leaf in (old, new) if leaf}
    if between.axis is Axis.AS_OF:
        return tuple(sorted(named - {old.source if old else None}))
    bases = {origin(between.last, position) for position in named}
    touched = named | {one.position for base in bases for one in between.last.amendments(base)}
    return tuple(sorted(position for position in touched if position > between.first.position))


def _roster(between: Span, batch: str) -> Iterator[Change]:
    """Line by line, of everybody who has or had a place."""
    before, after = (flat_roster(moment, batch) for moment in (between.first, between.last))
    names = between.last.names([*before, *after])
    for person in {**after, **before}:
        for key, old, new, made in _differing(between, before.get(person, {}), after.get(person, {})):
            yield _change(person, names[person], key, old, new, made)


def _parts(between: Span, dossiers: _Dossiers, batch: str) -> Iterator[PartChanged]:
    facts = between.last.facts
    people = {row.value.person for row in facts.all(batch, Entrant)}
    people |= {member.person for member in school.members(facts, batch)}
    names = between.last.names(people)
    for person in sorted(people, key=lambda one: (by_strokes(names[one]), one)):
        changed: dict[str, list[tuple[int, ...]]] = defaultdict(list)
        for path, _, _, made in dossiers.differing(person, batch):
            changed[path.partition(".")[0]].append(made)
        for part, each in changed.items():
            events = tuple(sorted({position for made in each for position in made}))
            yield PartChanged(
                person_id=person, name=names[person], part=part, label=label_of(part), fields=len(each), events=events
            )


def _change(person: str, name: str, field: str, old: Leaf | None, new: Leaf | None, events: tuple[int, ...]) -> Change:
    leaf = new or old
    return Change(
        person_id=person,
        name=name,
        field=field,
        label=leaf.label if leaf else field,
        before=_value(old),
        before_text=old.text if old else None,
        after=_value(new),
        after_text=new.text if new else None,
        events=events,
    )


def _value(leaf: Leaf | None) -> Plain:
    return leaf.value if leaf else None


def _answer(between: Span, dossiers: _Dossiers, *, changes: tuple[Change, ...], **found: Any) -> Diff:
    """The answer, with every event told that changed what is shown."""
    causes = Causes(between.last)
    events = causes.of(position for change in changes for position in change.events)
    rests_on = max(causes.rests_on, between.first.rests_on, dossiers.rests_on)
    found |= answered(between.last) | {"rests_on": rests_on}
    return Diff(axis=between.axis, from_=between.from_, to=between.to, changes=changes, events=events, **found)
