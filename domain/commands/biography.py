"""What a change of what is on record makes of people: their numbers, their names, and the days of their posts."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from domain import school
from domain.errors import Refusal
from domain.events.base import Event
from domain.events.person import PersonFactChanged, PersonRegistered, PostEnded, PostHeld
from domain.facts import Facts
from domain.registration import check_namesakes, check_numbers


def check_biography(was: Facts, now: Facts, changed: Collection[int], *, another: bool) -> None:
    """Refuse what registering, changing or recording would have refused.

    `another` says that people who look alike are not one.
    """
    for person in _touched(was, changed, PersonRegistered, PersonFactChanged):
        check_numbers(was, now, person)
        if not another:
            check_namesakes(was, now, person)
    for person in _touched(was, changed, PostHeld, PostEnded):
        _check_posts(was, now, person)


def _touched(was: Facts, changed: Collection[int], *kinds: type[Event]) -> list[str]:
    recorded = (was.recorded(position) for position in changed)
    return sorted({one.stream for one in recorded if one and isinstance(one.event, kinds)})


def _check_posts(was: Facts, now: Facts, person: str) -> None:
    """No post ends before it begins (T1)."""
    before = {post.record for post in _turned_round(was, person)}
    for post in _turned_round(now, person):
        if post.record not in before:
            raise ends_before(post)


def _turned_round(facts: Facts, person: str) -> Iterator[school.Post]:
    for post in school.posts(facts.on(), person):
        if post.since and post.ended_on and post.ended_on < post.since:
            yield post


def ends_before(post: school.Post) -> Refusal:
    """The post's first day comes after the first without it."""
    return Refusal(
        "T1",
        f"这样该职务自 {post.since} 起，却已于 {post.ended_on} 结束。请连同另一日期一并更正（在一次提交中）。",
        f"So the post began on {post.since} and had ended on {post.ended_on}. Correct the other day as well, "
        "in one transaction.",
        value=post.ended_on,
        limit=post.since,
    )
