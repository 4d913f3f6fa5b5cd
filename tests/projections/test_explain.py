"""Why a field says what it says: the event, and what it said before that was known."""

from datetime import date
from pathlib import Path

import pytest

from api.main import App
from domain.errors import Unknown
from domain.events.record import EventCorrected, EventWithdrawn
from projections.dossier import dossier
from projections.explain import explain, explain_roster
from projections.flat import flat
from projections.people import people
from projections.roster import roster
from projections.trainee import trainee
from tests.support.story import at_its_end

BATCH = "2024-second"
DAY = date(2025, 6, 30)
POLITICAL = "training.hours_by_area.political"


@pytest.fixture(scope="module")
def opened(story_home: Path) -> App:  # type: ignore[misc]
    with at_its_end(story_home) as app:
        yield app


def who(opened: App, name: str) -> str:
    (found,) = people(opened.views.at(), name).people
    return found.person_id


def test_a_field_names_its_event_its_recorder_and_its_clause(opened: App) -> None:
    found = explain(opened.views.at(), who(opened, "顾晓玥"), "information_form.birth_date")
    (field,) = found.fields
    (said,) = field.said
    (cause,) = found.events
    assert (field.label, said.value) == ("出生日期", "1977-09-03")
    assert cause.event.position == said.source == said.known_from
    assert (cause.event.type, cause.event.recorded_by, cause.event.clause) == (
        "person-registered",
        "office_clerk",
        "D1",
    )
    assert opened.log.get(cause.event.position).body.recorded_at == cause.event.recorded_at


def test_what_a_field_said_before_an_appeal_was_upheld_is_told_with_the_event(opened: App) -> None:
    """曾志远 was disqualified, and the appeal upheld on 20 June 2025: of the same day it was once said otherwise."""
    found = explain(opened.views.at(DAY), who(opened, "曾志远"), "training_register.membership.status")
    said = [(one.text, one.value) for one in found.fields[0].said]
    assert said == [("在培", "active"), ("已结束", "ended"), ("在培", "active")]
    upheld = next(cause for cause in found.events if cause.event.position == found.fields[0].said[0].known_from)
    assert upheld.event.recorded_at.date() == date(2025, 6, 20)


def amendment(opened: App, kind: type[EventCorrected | EventWithdrawn]) -> tuple[int, int]:
    """The story's only correction, or withdrawal: its position, and that of what it amends."""
    ((position, event),) = [(one.position, one.event) for one in opened.log.scan() if isinstance(one.event, kind)]
    return position, event.target


def said(opened: App, name: str, field: str) -> list[tuple[object, int]]:
    (found,) = explain(opened.views.at(), who(opened, name), field).fields
    return [(one.value, one.known_from) for one in found.said]


def test_what_a_field_said_before_it_was_corrected_is_told_and_what_was_not_corrected_is_as_old_as_it_was(
    opened: App,
) -> None:
    corrected, registered = amendment(opened, EventCorrected)
    born = said(opened, "单明远", "information_form.birth_date")
    assert born == [("1983-06-16", corrected), ("1983-06-18", registered)]
    assert said(opened, "单明远", "information_form.gender") == [("male", registered)]


def test_what_was_withdrawn_is_told_as_gone_and_nothing_else_is(opened: App) -> None:
    withdrawn, recorded = amendment(opened, EventWithdrawn)
    honour = f"information_form.honours.@{recorded}"
    fields = explain(opened.views.at(), who(opened, "解雨桐")).fields
    assert [field.field for field in fields if field.said[0].source is None] == [honour, f"{honour}.on"]
    assert said(opened, "解雨桐", f"{honour}.on") == [(None, withdrawn), ("2024-10-10", recorded)]


def test_no_past_value_differs_from_what_the_dossier_said_then(opened: App) -> None:
    person, told = who(opened, "曾志远"), 0
    for field in explain(opened.views.at(DAY), person, "training_register").fields:
        for one in field.said:
            then = flat(trainee(opened.views.at(DAY, f"@{one.known_from}"), person, BATCH)).get(field.field)
            if then is not None or one.source is None:
                told += 1
                assert (then.value if then else None) == one.value, field.field
    assert told


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        ("性别", {"information_form.gender"}),
        ("gender", {"information_form.gender"}),
        ("training_register.membership.status", {"training_register.membership.status"}),
        ("training.hours_by_area.political", {POLITICAL, f"{POLITICAL}.hours"}),
    ],
)  # fmt: skip
def test_a_field_is_found_by_path_branch_label_or_last_name(opened: App, asked: str, paths: set[str]) -> None:
    found = explain(opened.views.at(), who(opened, "顾晓玥"), asked)
    assert {field.field for field in found.fields} == paths


def test_an_event_names_the_fields_that_it_made(opened: App) -> None:
    person = who(opened, "顾晓玥")
    registered = explain(opened.views.at(), person, "gender").fields[0].said[0].source
    made = explain(opened.views.at(), person, f"@{registered}").fields
    assert {"information_form.gender", "information_form.name"} <= {field.field for field in made}
    assert {field.said[0].source for field in made} == {registered}


def test_a_name_that_no_field_has_is_answered_with_the_nearest(opened: App) -> None:
    with pytest.raises(Unknown, match=r"information_form\.birth_date"):
        explain(opened.views.at(), who(opened, "顾晓玥"), "birth_data")


def test_every_field_of_the_dossier_is_explained(opened: App) -> None:
    """Each value that the information form shows is a field here, resting on the event that the form cites."""
    moment, person = opened.views.at(), who(opened, "顾晓玥")
    explained = {field.field: field.said[0] for field in explain(moment, person).fields}
    shown = [entry for entry in dossier(moment, person).parts.information_form.fields if entry.value not in (None, ())]
    assert shown
    for entry in shown:
        said = explained[f"information_form.{entry.key}"]
        assert said.source == entry.source


def test_every_line_of_the_roster_is_explained(opened: App) -> None:
    moment = opened.views.at(DAY)
    found = explain_roster(moment, BATCH)
    listed = [member for tier in roster(moment, BATCH).tiers for member in tier.members]
    assert [member.person_id for member in found.members] == [member.person_id for member in listed]
    for line, member in zip(found.members, listed, strict=True):
        said = {field.field: field.said[0] for field in line.fields}
        assert said["since"].value == member.since.isoformat()
        assert said["status"].text == member.status_label
    positions = {cause.event.position for cause in found.events}
    assert {one.source for line in found.members for field in line.fields for one in field.said} <= positions | {None}
