"""Why a field says what it says: the event that made it, who recorded it, when it happened, since when it was known.

What a field said before is what it said, of the same day, until that was recorded. So the same view is asked again
with `known_at` a position earlier, and so on, down to the first record. Between two looks nothing can have changed
it: a value changes with the event that makes it, or with a correction or withdrawal of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from functools import cache

from domain.errors import Unknown
from domain.events.record import EventCorrected, EventWithdrawn
from projections.cause import Cause, Causes
from projections.flat import Flat, Leaf, Plain, flat, flat_roster
from projections.moment import Moment
from projections.roster import roster
from projections.shape import Shape, View, answered
from projections.trainee import trainee

_NEAREST = 6


class Said(Shape):
    """What a field said from one record on, until the next. No `source` where it was not there."""

    known_from: int
    value: Plain
    text: str | None
    source: int | None


class Explained(Shape):
    """A field: what it says comes first, then what it said before."""

    field: str
    label: str
    said: tuple[Said, ...]


class Explanation(View):
    """A person's fields; `events` are all that `source` and `known_from` name."""

    person_id: str
    name: str
    batch: str
    field: str | None
    fields: tuple[Explained, ...]
    events: tuple[Cause, ...]


class ExplainedMember(Shape):
    """A line of the roster."""

    person_id: str
    name: str
    fields: tuple[Explained, ...]


class ExplainedRoster(View):
    """Every line of a batch's roster."""

    batch: str | None
    members: tuple[ExplainedMember, ...]
    events: tuple[Cause, ...]


def explain(moment: Moment, person: str, field: str | None = None, batch: str | None = None) -> Explanation:
    """A field of a dossier, or a branch of fields, or all; Unknown, with the nearest names, where there is none."""
    of, causes = trainee(moment, person, batch), Causes(moment)
    past = _Past(moment, person, lambda earlier: flat(trainee(earlier, person, of.batch)))
    known = past.known() or flat(of)
    fields = tuple(past.explained(path, known[path]) for path in (_meant(known, field) if field else known))
    return Explanation(
        person_id=person,
        name=of.name,
        batch=of.batch,
        field=field,
        fields=fields,
        events=causes.of(_named(fields)),
        **answered(moment) | {"rests_on": causes.rests_on},
    )


def explain_roster(moment: Moment, batch: str | None = None, tier: str | None = None) -> ExplainedRoster:
    """Every member of a batch: tier, since when, where from, status, end of the term."""
    found, causes = roster(moment, batch, tier), Causes(moment)
    past = _Past(moment, found.batch or "", lambda earlier: _lines(earlier, found.batch))
    listed = [member for entry in found.tiers for member in entry.members]
    members = tuple(
        ExplainedMember(person_id=one.person_id, name=one.name, fields=tuple(past.line(one.person_id)))
        for one in listed
    )
    events = causes.of(place for member in members for place in _named(member.fields))
    answer = answered(moment) | {"rests_on": causes.rests_on}
    return ExplainedRoster(batch=found.batch, members=members, events=events, **answer)


def _lines(moment: Moment, batch: str | None) -> Flat:
    found = flat_roster(moment, batch) if batch else {}
    return {f"{person}.{key}": leaf for person, line in found.items() for key, leaf in line.items()}


def _named(fields: Iterable[Explained]) -> set[int]:
    said = [one for field in fields for one in field.said]
    return {one.known_from for one in said} | {one.source for one in said if one.source}


class _Past:
    """What fields say of one day, and what they said of it earlier."""

    def __init__(self, moment: Moment, subject: str, read: Callable[[Moment], Flat]) -> None:
        self._moment, self._read, self._at = moment, read, cache(self._look)
        kinds = (EventCorrected.KIND, EventWithdrawn.KIND)
        self._amended = [
            place for kind in kinds for place in moment.positions(subject=subject, kind=kind, limit=moment.position)
        ]

    def known(self) -> Flat:
        """The fields that there are, and those that went with a correction or withdrawal."""
        gone: Flat = {}
        for place in self._amended:
            after = self._at(place)
            gone |= {path: leaf for path, leaf in self._at(place - 1).items() if path not in after}
        return gone | self._at(self._moment.position)

    def explained(self, path: str, leaf: Leaf) -> Explained:
        """The field under a path."""
        return Explained(field=path, label=leaf.label, said=tuple(self._said(path)))

    def line(self, person: str) -> Iterator[Explained]:
        """The fields of a person's line in a roster, without the person in their names."""
        for path, leaf in self.known().items():
            whose, _, field = path.partition(".")
            if whose == person:
                yield self.explained(path, leaf).model_copy(update={"field": field})

    def _said(self, path: str) -> list[Said]:
        """From the last to the first."""
        found: list[Said] = []
        position = self._moment.position
        while position > 0:
            leaf = self._at(position).get(path)
            known_from = max([leaf.source if leaf else 0, *(place for place in self._amended if place <= position)])
            said = _said(leaf, known_from)
            if found and (found[-1].value, found[-1].text) == (said.value, said.text):
                said = found.pop().model_copy(update={"known_from": known_from})
            found.append(said)
            position = known_from - 1
        return found if found[-1].source else found[:-1]

    def _look(self, position: int) -> Flat:
        try:
            return self._read(self._moment.views.at(self._moment.as_of, f"@{position}"))
        except Unknown:  # nobody of this id, or no such plan, was known yet
            return {}


def _said(leaf: Leaf | None, known_from: int) -> Said:
    if leaf is None:
        return Said(known_from=known_from, value=None, text=None, source=None)
    return Said(known_from=known_from, value=leaf.value, text=leaf.text, source=leaf.source)


def _meant(known: Flat, asked: str) -> list[str]:
    """The paths under a name: a path, what a field is called, an event that made fields, or the end of a path."""
    exact = [path for path in known if path == asked or path.startswith(f"{asked}.")]
    called = [path for path, leaf in known.items() if asked in (leaf.label, f"@{leaf.source}")]
    ending = [path for path in known if path.endswith(f".{asked}") or known[path].label.endswith(f"·{asked}")]
    shortest = min((path.count(".") for path in ending), default=0)
    found = exact or called or [path for path in ending if path.count(".") == shortest]
    if not found:
        near = _nearest(known, asked)
        raise Unknown(
            f"此时的档案中没有“{asked}”这一项。相近的有：{'、'.join(near)}。不写项目可列出全部。",
            f"The dossier has no field {asked} at this moment. The nearest are: {', '.join(near)}. "
            "Leave it out to list them all.",
        )
    return found


def _nearest(known: Flat, asked: str) -> list[str]:
    """The names most like the one asked for: of those that end alike, the first."""

    def likeness(path: str) -> float:
        names = (path, path.rpartition(".")[2], known[path].label)
        return max(SequenceMatcher(None, asked, name).ratio() for name in names)

    by_end: dict[str, str] = {}
    for path in sorted(known, key=likeness, reverse=True):
        by_end.setdefault(path.rpartition(".")[2], path)
    return list(by_end.values())[:_NEAREST]
