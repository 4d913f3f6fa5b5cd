"""The story's timetable as a calendar, read again."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from api.main import App
from exports.calendar import calendar
from projections.shape import people_in
from projections.timetable import Timetable, timetable
from tests.support.story import BATCH, at_its_end

ORIGIN = "tidui/0123456789abcdef"


@pytest.fixture(scope="module")
def opened(story_home: Path) -> Iterator[App]:
    with at_its_end(story_home) as app:
        yield app


@pytest.fixture(scope="module")
def found(opened: App) -> Timetable:
    return timetable(opened.views.at(date(2026, 2, 10)), BATCH)


def test_every_step_stands_there_from_its_first_day_to_its_last(found: Timetable) -> None:
    events = {
        str(event["summary"]): (event.decoded("dtstart"), event.decoded("dtend") - timedelta(days=1))
        for event in Calendar.from_ical(calendar(found, "zh", ORIGIN)).walk("VEVENT")
    }
    planned = {f"{turn.label}：{s.label}": (s.starts_on, s.ends_on) for turn in found.rounds[:1] for s in turn.steps}
    assert planned
    assert planned.items() <= events.items()


def test_every_due_day_stands_there_with_whose_it_is(found: Timetable) -> None:
    events = {
        (str(e["summary"]), e.decoded("dtstart"))
        for e in Calendar.from_ical(calendar(found, "zh", ORIGIN)).walk("VEVENT")
    }
    terms = [due for due in found.due if due.clause == "E2"]
    assert {(f"{due.label}（{due.name}）", due.on) for due in terms} <= events
    assert set(people_in(found)) == {due.person_id for due in found.due} - {None}
    assert terms


def test_entries_have_names_of_their_own_and_no_name_of_a_person(found: Timetable) -> None:
    events = Calendar.from_ical(calendar(found, "en", ORIGIN)).walk("VEVENT")
    names = [str(event["uid"]) for event in events]
    assert (
        len(set(names))
        == len(names)
        == sum(len(t.steps) for t in found.rounds) + sum(d.clause != "W" for d in found.due) + len(found.tasks)
    )
    assert not any(due.name and due.name in name for due in found.due for name in names)


def test_the_same_timetable_gives_the_same_bytes_and_a_longer_term_moves_its_entry(found: Timetable) -> None:
    assert calendar(found, "zh", ORIGIN) == calendar(found, "zh", ORIGIN)
    (first, *_) = [due for due in found.due if due.clause == "E2"]
    later = first.model_copy(update={"on": first.on + timedelta(days=365), "name": "甲;乙,\n丙👍" + "长" * 80})
    moved = found.model_copy(update={"due": tuple(later if due is first else due for due in found.due)})
    before, after = (
        {str(e["uid"]): e for e in Calendar.from_ical(calendar(one, "zh", ORIGIN)).walk("VEVENT")}
        for one in (found, moved)
    )
    assert before.keys() == after.keys()
    (changed,) = (uid for uid in after if str(after[uid]["summary"]) != str(before[uid]["summary"]))
    assert after[changed].decoded("dtstart") == later.on
    assert later.name is not None
    assert later.name in str(after[changed]["summary"])


def test_before_there_is_a_plan_the_calendar_is_empty(found: Timetable) -> None:
    nothing = found.model_copy(update={"batch": None, "rounds": (), "due": (), "tasks": ()})
    assert Calendar.from_ical(calendar(nothing, "zh", ORIGIN)).walk("VEVENT") == []


def test_two_archives_with_one_plan_have_no_uid_in_common(found: Timetable) -> None:
    own, other = (
        {str(e["uid"]) for e in Calendar.from_ical(calendar(found, "zh", origin)).walk("VEVENT")}
        for origin in (ORIGIN, "tidui-practice/0123456789abcdef")
    )
    assert own
    assert not own & other
    assert all(uid.endswith(f"@{ORIGIN}") for uid in own)


@pytest.fixture(scope="module")
def early(opened: App) -> Timetable:
    """A month after the batch began: forms are due, nobody has a requirement or a grade of the year yet."""
    return timetable(opened.views.at(date(2024, 3, 20)), BATCH)


def test_what_each_member_still_lacks_stands_there_on_its_last_day(early: Timetable) -> None:
    told = {(str(e["summary"]), e.decoded("dtstart")) for e in Calendar.from_ical(_of(early)).walk("VEVENT")}
    assert {(f"{task.label}（{task.name}）", task.on) for task in early.tasks} <= told
    codes = {task.what.split(".")[1] for task in early.tasks}
    assert {"material", "pairing", "requirement", "grade"} <= codes


def test_nothing_is_to_be_done_before_there_are_members(opened: App) -> None:
    assert timetable(opened.views.at(date(2024, 3, 2)), BATCH).tasks == ()


@pytest.mark.parametrize(("language", "said"), [("zh", "截止2024年4月13日。"), ("en", "Due 13 Apr 2024.")])
def test_what_falls_due_is_told_a_week_and_a_day_ahead(early: Timetable, language: str, said: str) -> None:
    events = [e for e in Calendar.from_ical(_of(early, language)).walk("VEVENT") if "pairing" in str(e["uid"])]
    assert events
    for event in events:
        triggers = [alarm.decoded("trigger") for alarm in event.walk("VALARM")]
        assert triggers == [timedelta(days=-7, hours=9), timedelta(days=-1, hours=9)]
        assert said in str(event["description"])


def test_lines_are_folded(early: Timetable) -> None:
    assert max(map(len, _of(early).split(b"\r\n"))) <= 75


def _of(found: Timetable, language: str = "zh") -> bytes:
    return calendar(found, language, "tidui/test")


def test_what_was_typed_is_no_line_break(found: Timetable) -> None:
    due = next(due for due in found.due if due.name)
    typed = due.model_copy(update={"name": "a\\N\\n\\,b;c"})
    content = calendar(found.model_copy(update={"due": (typed,)}), "zh", ORIGIN)
    assert rb"a\\N\\n\\\,b\;c" in content.replace(b"\r\n ", b"")
    assert any(str(typed.name) in str(event["summary"]) for event in Calendar.from_ical(content).walk("VEVENT"))
