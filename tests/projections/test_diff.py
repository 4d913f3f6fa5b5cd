"""What changed between two moments, along either time."""

from datetime import date
from pathlib import Path

import pytest

from api.main import App
from domain.errors import Malformed
from projections.diff import Axis, diff_of_batch, diff_of_person, span
from projections.flat import flat
from projections.people import people
from projections.roster import roster
from projections.trainee import trainee
from tests.support.story import at_its_end

BATCH = "2024-second"


@pytest.fixture(scope="module")
def opened(story_home: Path) -> App:  # type: ignore[misc]
    with at_its_end(story_home) as app:
        yield app


def who(opened: App, name: str) -> str:
    (found,) = people(opened.views.at(), name).people
    return found.person_id


def test_along_the_days_a_supplement_enters_the_roster_by_one_event(opened: App) -> None:
    found = diff_of_batch(span(opened.views, Axis.AS_OF, "2024-06-30", "2024-12-31"), BATCH)
    entered = {one.person_id for one in found.changes if one.field == "tier" and one.before is None}
    before, after = (
        {m.person_id for tier in roster(opened.views.at(date.fromisoformat(day)), BATCH).tiers for m in tier.members}
        for day in ("2024-06-30", "2024-12-31")
    )
    assert entered == after - before
    made = {position for one in found.changes if one.person_id in entered for position in one.events}
    assert {cause.event.type for cause in found.events if cause.event.position in made} == {"membership-started"}


def test_along_knowledge_an_upheld_appeal_changes_the_same_day(opened: App) -> None:
    between = span(opened.views, Axis.KNOWN_AT, "2025-06-15", "2025-07-30", as_of=date(2025, 6, 30))
    found = diff_of_batch(between, BATCH)
    assert [(one.name, one.field, one.before, one.after) for one in found.changes] == [
        ("曾志远", "status", "ended", "active"),
        ("曾志远", "cause", "disqualified", None),
    ]
    (cause,) = found.events
    assert {one.events for one in found.changes} == {(cause.event.position,)}
    assert cause.event.recorded_at.date() == date(2025, 6, 20)
    assert "training_register" in {part.part for part in found.parts if part.name == "曾志远"}
    one = diff_of_person(between, who(opened, "曾志远"))
    gone = {change.field.rpartition(".")[2]: change.events for change in one.changes if change.after is None}
    assert gone == dict.fromkeys(("cause", "ended_on"), (cause.event.position,))


def test_along_knowledge_a_withdrawal_takes_away_what_was_withdrawn_and_is_the_event_named(opened: App) -> None:
    (withdrawal,) = [recorded for recorded in opened.log.scan() if recorded.event.KIND == "event-withdrawn"]
    between = span(opened.views, Axis.KNOWN_AT, f"@{withdrawal.position - 1}", f"@{withdrawal.position}")
    changes = diff_of_person(between, who(opened, "解雨桐")).changes
    assert [(one.before, one.after, one.events) for one in changes] == [
        ("市级教学能手", None, (withdrawal.position,)),
        ("2024-10-10", None, (withdrawal.position,)),
    ]


def test_one_persons_changes_are_exactly_the_fields_that_differ(opened: App) -> None:
    person = who(opened, "顾晓玥")
    found = diff_of_person(span(opened.views, Axis.AS_OF, "2024-06-30", "2025-06-30"), person)
    before, after = (
        flat(trainee(opened.views.at(date.fromisoformat(day)), person, BATCH)) for day in ("2024-06-30", "2025-06-30")
    )
    value = {path: (before[path].value if path in before else None) for path in before | after}
    differ = {path for path, was in value.items() if was != (after[path].value if path in after else None)}
    assert {one.field for one in found.changes} == differ
    assert differ
    age = next(one for one in found.changes if one.field == "information_form.age")
    assert (age.before, age.after, age.events) == (46, 47, ())


def test_the_time_that_does_not_move_stands_still_at_both_ends(opened: App) -> None:
    days = span(opened.views, Axis.AS_OF, "2024-06-30", "2025-06-30", known_at="2025-06-15")
    assert days.first.position == days.last.position == opened.views.at(None, "2025-06-15").position
    known = span(opened.views, Axis.KNOWN_AT, "2025-06-15", "2025-07-30", as_of=date(2025, 6, 30))
    assert known.first.as_of == known.last.as_of == date(2025, 6, 30)


def test_between_a_moment_and_itself_nothing_changed(opened: App) -> None:
    found = diff_of_batch(span(opened.views, Axis.AS_OF, "2025-06-30", "2025-06-30"), BATCH)
    assert (found.changes, found.parts, found.events) == ((), (), ())


@pytest.mark.parametrize(
    ("axis", "from_", "to", "also"),
    [
        (Axis.AS_OF, "2025-06-30", "2024-06-30", {}),
        (Axis.AS_OF, "@3", "2024-06-30", {}),
        (Axis.AS_OF, "2024-06-31", "2024-07-30", {}),
        (Axis.KNOWN_AT, "@30", "@3", {}),
        (Axis.KNOWN_AT, "yesterday", "@3", {}),
        (Axis.KNOWN_AT, "@3", "@5", {"known_at": "@4"}),
        (Axis.AS_OF, "2024-06-30", "2024-07-30", {"as_of": date(2024, 7, 1)}),
    ],
)  # fmt: skip
def test_ends_that_cannot_be(opened: App, axis: Axis, from_: str, to: str, also: dict[str, date | str]) -> None:
    with pytest.raises(Malformed):
        span(opened.views, axis, from_, to, **also)  # type: ignore[arg-type]  # as a caller might
