"""名册: the members of the Party committee and of the leading group on the day, group by group (R4, O1)."""

from __future__ import annotations

from datetime import date

from domain import register
from domain.glossary import label
from domain.language import Group
from projections.moment import Moment
from projections.shape import Shape, View, answered


class RegisteredMember(Shape):
    """Somebody's office since a day. `record` is what a release names."""

    person_id: str
    name: str
    office: str
    since: date
    record: str
    source: int


class RegisterOfGroup(Shape):
    """One group. Without a register each meeting's own list counts."""

    group: Group
    label: str
    label_en: str
    kept: bool
    members: tuple[RegisteredMember, ...]


class Registers(View):
    """The registers."""

    groups: tuple[RegisterOfGroup, ...]


def registers(moment: Moment) -> Registers:
    """Who is a member of which group on the day."""
    return Registers(groups=tuple(_group(moment, group) for group in Group), **answered(moment))


def _group(moment: Moment, group: Group) -> RegisterOfGroup:
    rows, words = register.seats(moment.facts, group), label(group)
    names = moment.names([row.value.person for row in rows])
    return RegisterOfGroup(
        group=group,
        label=words.zh,
        label_en=words.en,
        kept=register.is_kept(moment.facts, group),
        members=tuple(
            RegisteredMember(
                person_id=row.value.person,
                name=names[row.value.person],
                office=row.value.office,
                since=row.since,
                record=row.key,
                source=row.source,
            )
            for row in rows
        ),
    )
