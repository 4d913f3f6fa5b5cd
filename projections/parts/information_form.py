"""信息表: who the person is, the posts held and the honours received."""

from __future__ import annotations

from datetime import date

from domain import school
from domain.events.person import HonourRecorded
from domain.language import full_years
from domain.plan import Plan
from projections.parts.field import Field, label, named_in, sources
from projections.shape import Shape
from projections.trainee import Trainee

_NOT_PRINTED = {"photo"}


class Entry(Field):
    """A line of the form. `text` is how the value reads."""

    key: str
    text: str | None


class PostEntry(Field):
    """A post from its first day to its last; no end while it is held."""

    text: str
    unit: str | None
    start: date | None
    end: date | None


class HonourEntry(Field):
    """An honour on the day it was given."""

    text: str
    level: str | None
    on: date


class InformationForm(Shape):
    """The form as it stands on the day."""

    fields: list[Entry]
    posts: list[PostEntry]
    honours: list[HonourEntry]
    family: list[Field]


def information_form(trainee: Trainee) -> InformationForm:
    """The registration with its changes, age in full years on the day, posts and honours."""
    posts = school.posts(trainee.facts, trainee.person)
    return InformationForm(
        fields=[*_registered(trainee), _current_posts(trainee, posts)],
        posts=[_post(trainee.plan, post) for post in posts],
        honours=_honours(trainee),
        family=[],
    )


def _registered(trainee: Trainee) -> list[Entry]:
    found: list[Entry] = []
    for key, field in trainee.registered.items():
        if key in _NOT_PRINTED:
            continue
        text = label(key, field.value) if key in ("gender", "party_status") and field.value else field.value
        found.append(Entry(key=key, label=label("field", key), value=field.value, text=text, source=field.source))
        if key == "birth_date":
            age = full_years(date.fromisoformat(str(field.value)), trainee.as_of)
            found.append(Entry(key="age", label=label("field", "age"), value=age, text=str(age), source=field.source))
    return found


def _current_posts(trainee: Trainee, posts: list[school.Post]) -> Entry:
    """What is held on the day; made by the last event that gave or ended a post."""
    names = tuple(_name(trainee.plan, post) for post in posts if post.ended_on is None)
    made = [max(post.source, post.ended_source or 0) for post in posts]
    source = max(made, default=trainee.registered["name"].source)
    return Entry(
        key="current_posts", label=label("field", "current_posts"), value=names, text="；".join(names), source=source
    )


def _post(plan: Plan, post: school.Post) -> PostEntry:
    return PostEntry(
        value=post.post,
        label=named_in(plan.posts, post.post),
        text=_name(plan, post),
        unit=post.unit,
        start=post.since,
        end=post.ended_on,
        source=post.source,
        sources=sources(end=post.ended_source),
    )


def _name(plan: Plan, post: school.Post) -> str:
    """The post as one says it: its own words where it has them, with the unit."""
    return f"{post.unit or ''}{post.text or named_in(plan.posts, post.post)}"


def _honours(trainee: Trainee) -> list[HonourEntry]:
    return [
        HonourEntry(
            value=row.value.title,
            label=label("field", "honour"),
            text=f"{row.value.title}（{row.value.awarded_by}）" if row.value.awarded_by else row.value.title,
            level=row.value.level,
            on=row.since,
            source=row.source,
        )
        for row in trainee.facts.all(trainee.person, HonourRecorded)
    ]
