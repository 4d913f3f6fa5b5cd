"""How long somebody stood by a trainee: mentors until they leave or give up the post, guides until they leave."""

from __future__ import annotations

from datetime import date

from domain import school
from domain.events.person import PersonLeft
from domain.events.training import GuideAssigned, MentorPaired, PairingClosed
from domain.facts import Row
from projections.trainee import Trainee


def mentor_lost(trainee: Trainee, row: Row[MentorPaired]) -> date | None:
    """The day within the pairing's year from which the mentor was gone; none where the pairing was closed before."""
    paired, last = row.value, trainee.plan.year_bounds(row.value.year)[1]
    days = [_left(trainee, paired.mentor)]
    if paired.mentor_post != "other":
        days.append(_post_lost(trainee, paired.mentor, row.since))
    day = min((day for day in days if day and day >= row.since), default=None)
    closed = trainee.facts.one(trainee.person, PairingClosed, row.key)
    if day is None or day > last or (closed and closed.since <= day):
        return None
    return day


def guide_lost(trainee: Trainee, row: Row[GuideAssigned]) -> date | None:
    """The day from which a guide was gone; a unit stays."""
    guide = row.value
    return _left(trainee, guide.guide) if guide.guide and not guide.unit else None


def _left(trainee: Trainee, person: str) -> date | None:
    left = trainee.facts.one(person, PersonLeft)
    return left.since if left else None


def _post_lost(trainee: Trainee, person: str, since: date) -> date | None:
    """The first day from then on without any of the posts that mentors hold."""
    posts = [post for post in school.posts(trainee.facts, person) if post.post in trainee.plan.training.mentor_posts]
    ends = sorted(post.ended_on or date.max for post in posts)
    lacking = (day for day in ends if since <= day < date.max and not any(_held(post, day) for post in posts))
    return next(lacking, None)


def _held(post: school.Post, day: date) -> bool:
    return (post.since is None or post.since <= day) and (post.ended_on is None or post.ended_on > day)
