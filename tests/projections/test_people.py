"""Everybody on file, found by part of a name, and what is on file of one."""

from datetime import date

import pytest

from domain.errors import Unknown
from domain.events.person import HonourRecorded, PersonFactChanged, PersonLeft, PostEnded, PostHeld
from domain.language import LeavingCause
from projections.people import people, person
from tests.projections.records import START, Records
from tests.projections.records import person as person_id

P = person_id(1)
DAY = date(2025, 1, 1)


@pytest.fixture
def staff(records: Records) -> Records:
    names = ["单晓珺", "欧阳·明", "欧阳修文", "𠮷田伟", "王伟", "王伟"]
    for number, name in enumerate(names, 1):
        records.register(number, name, subject="数学" if name == "王伟" else None, staff_number=f"T{number}")
    return records


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("欧阳", ["欧阳·明", "欧阳修文"]),
        ("晓珺", ["单晓珺"]),
        ("伟", ["王伟", "王伟", "𠮷田伟"]),
        ("𠮷", ["𠮷田伟"]),
        (" 王 伟 ", ["王伟", "王伟"]),
        ("数学", ["王伟", "王伟"]),
        ("t 3", ["欧阳修文"]),
        ("没有", []),
    ],
)
def test_any_part_of_a_name_finds(staff: Records, search: str, found: list[str]) -> None:
    assert sorted(line.name for line in people(staff.moment(DAY), search).people) == sorted(found)


def test_everybody_is_listed_with_place_and_leaving(staff: Records) -> None:
    staff.admit(1, "three")
    staff.record(person_id(2), PersonLeft(cause=LeavingCause.RETIRED), date(2024, 9, 1))
    lines = {line.person_id: line for line in people(staff.moment(DAY)).people}
    assert len(lines) == 6
    place = lines[P].place
    assert place is not None
    assert (place.tier, place.label, place.since, place.status_label) == ("three", "三", START, "在培")
    assert [line.left for line in lines.values()].count(True) == 1
    assert not any(line.left for line in people(staff.moment(date(2024, 8, 31))).people)


def test_a_new_name_is_found_from_its_day(staff: Records) -> None:
    changed = PersonFactChanged(field="name", was="单晓珺", now="单晓君", name="单晓君")
    staff.record(P, changed, date(2024, 9, 1))
    assert [line.person_id for line in people(staff.moment(DAY), "晓君").people] == [P]
    assert people(staff.moment(date(2024, 8, 31)), "晓君").people == ()


def test_one_name_everywhere_from_the_day_of_a_change_told_late(staff: Records) -> None:
    staff.record(P, PersonFactChanged(field="title", was=None, now="高级教师", name="单晓珺"), date(2024, 6, 1))
    staff.record(P, PersonFactChanged(field="name", was="单晓珺", now="单晓君", name="单晓君"), date(2024, 5, 15))
    for day, name in ((date(2024, 5, 14), "单晓珺"), (date(2024, 5, 15), "单晓君"), (DAY, "单晓君")):
        moment = staff.moment(day)
        seen = person(moment, P)
        assert [line.person_id for line in people(moment, name).people] == [P]
        assert seen.name == name == next(field.value for field in seen.fields if field.field == "name")
        assert moment.names([P]) == {P: name}


def test_a_corrected_registration_reaches_every_day_on_which_nothing_else_was_said(staff: Records) -> None:
    staff.record(P, PersonFactChanged(field="title", was=None, now="高级教师", name="单晓珺"), date(2024, 6, 1))
    staff.record(P, PersonFactChanged(field="subject", was=None, now="数学", name="单晓珺"), date(2024, 7, 1))
    staff.correct(person(staff.moment(DAY), P).fields[0].source, DAY, name="单小珺", subject="物理")
    for day, subject in ((date(2024, 1, 1), "物理"), (date(2024, 6, 1), "物理"), (date(2024, 7, 1), "数学")):
        assert [(line.name, line.subject) for line in people(staff.moment(day), "单").people] == [("单小珺", subject)]


def test_who_is_registered_today_has_a_name_on_every_earlier_day_but_not_in_what_was_known_then(staff: Records) -> None:
    assert person(staff.moment(date(2001, 1, 1)), P).name == "单晓珺"
    assert people(staff.moment(date(1950, 1, 1))).people == ()
    assert (person(staff.moment(DAY, "@0"), P).name, people(staff.moment(DAY, "@0")).people) == (None, ())


def test_a_person_has_every_field_with_its_event(staff: Records) -> None:
    changed = PersonFactChanged(field="title", was=None, now="高级教师", name="单晓珺")
    source = staff.record(P, changed, date(2024, 9, 1))
    seen = person(staff.moment(DAY), P)
    fields = {field.field: field for field in seen.fields}
    assert (fields["title"].label, fields["title"].value, fields["title"].source) == ("职称", "高级教师", source)
    assert (fields["gender"].value, fields["gender"].text, fields["gender"].text_en) == ("female", "女", "female")
    assert fields["title"].since == date(2024, 9, 1)
    assert seen.rests_on == source


def test_a_person_has_posts_honours_and_places(staff: Records) -> None:
    held = PostHeld(record="x-0000000000000001", post="homeroom_teacher", unit="高一")
    staff.record(P, held, date(2015, 9, 1))
    staff.record(P, PostEnded(record="x-0000000000000001"), date(2018, 9, 1))
    staff.record(P, HonourRecorded(record="x-0000000000000002", title="优秀班主任"), date(2017, 9, 10))
    staff.admit(1, "three")
    seen = person(staff.moment(DAY), P)
    [post], [honour], [place] = seen.posts, seen.honours, seen.memberships
    assert (post.label, post.label_en, post.since, post.ended_on) == (
        "班主任", "Homeroom teacher", date(2015, 9, 1), date(2018, 9, 1))  # fmt: skip
    assert (honour.title, honour.since, place.tier) == ("优秀班主任", date(2017, 9, 10), "three")


def test_before_the_registration_there_is_nothing_and_nobody_is_an_error(staff: Records) -> None:
    early = person(staff.moment(DAY, "@1"), P)
    assert (early.name, early.fields, early.memberships) == (None, (), ())
    with pytest.raises(Unknown):
        person(staff.moment(DAY), person_id(99))


def test_a_person_is_listed_with_the_staff_number_of_the_day(staff: Records) -> None:
    staff.record(P, PersonFactChanged(field="staff_number", was="T1", now="T9"), date(2024, 6, 1))
    for day, number in ((date(2024, 5, 31), "T1"), (date(2024, 6, 1), "T9")):
        assert [line.staff_number for line in people(staff.moment(day), "单").people] == [number]
