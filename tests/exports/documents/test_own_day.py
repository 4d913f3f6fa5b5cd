"""A paper is of its own day: an announcement of its meeting's, a head of its form's, whatever came later."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Unknown
from domain.events.committee import NoticeClosed, NoticeOpened, ResolutionReached, ResultAnnounced
from domain.events.person import PersonFactChanged
from domain.events.review import GradeConfirmed, ReviewOpened
from domain.events.selection import NominationWithdrawn
from domain.events.training import MentorPaired, PlacementEnded, PlacementStarted
from domain.language import Grade, Matter, Result
from exports.documents import DOCUMENTS, Asked, Scope, model_of
from exports.documents.of_batch import wanted
from tests.projections.records import BATCH, START, Records, person

FIRST, SECOND = date(2024, 3, 14), date(2024, 5, 6)
LATER = date(2026, 9, 1)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    kept = Records(tmp_path)
    kept.publish()
    kept.register(1, "单晓珺", title="二级教师")
    kept.register(2, "欧阳明")
    for number, day in ((1, FIRST), (2, SECOND)):
        kept.nominate(number)
        kept.admit(number, "three", on=day)
    yield kept
    kept.close()


def told(records: Records, kind: str, as_of: date | None = None, **asked: Any) -> dict[str, Any]:
    return model_of(DOCUMENTS[kind], Asked(moment=records.moment(as_of), batch=BATCH, **asked)).model_dump(mode="json")


def letters(records: Records, as_of: date | None = None, **asked: Any) -> list[dict[str, Any]]:
    return list(told(records, "result-announcement", as_of, **asked)["content"]["announcements"])


def change(records: Records, number: int, field: str, to: str, on: date) -> None:
    records.record(person(number), PersonFactChanged(field=field, was=None, now=to), on)


def test_two_meetings_of_a_round_make_two_announcements(records: Records) -> None:
    first, second = letters(records)
    assert (first["decided_on"], first["tiers"][0]["names"]) == ("2024-03-14", ["单晓珺"])
    assert (second["decided_on"], second["tiers"][0]["names"]) == ("2024-05-06", ["欧阳明"])
    assert letters(records, meeting=second["meeting"]) == [second]
    assert letters(records, as_of=date(2024, 4, 1)) == [first]


def test_each_is_dated_by_its_own_announcement(records: Records) -> None:
    second = letters(records)[1]
    announced = ResultAnnounced(batch=BATCH, round="initial", meeting=second["meeting"], channel="校园网")
    records.record(BATCH, announced, date(2024, 5, 8))
    assert [one["announced_on"] for one in letters(records)] == [None, "2024-05-08"]


def test_each_is_a_file_of_its_own_in_the_folder_of_the_batch(records: Records) -> None:
    files = [one for one in wanted(records.moment(), BATCH) if one.document.kind == "result-announcement"]
    assert [one.file.rpartition("-20")[2] for one in files] == ["24-03-14.pdf", "24-05-06.pdf"]
    assert [one.meeting for one in files] == [one["meeting"] for one in letters(records)]


def test_who_was_passed_and_is_not_admitted_is_counted_and_named_only_in_a_notice(records: Records) -> None:
    records.register(3, "解晓")
    nomination = records.nominate(3)
    started = records.admit(3, "three", on=SECOND)
    records.withdraw(started, date(2024, 5, 7))
    assert "解晓" not in str(letters(records))
    records.record(
        BATCH, NoticeOpened(batch=BATCH, round="initial", place="公告栏", last_day=date(2024, 5, 15)), SECOND
    )
    shown = letters(records, as_of=date(2024, 5, 10))[-1]
    assert (shown["proposed"], [one["name"] for one in shown["people"]]) == (True, ["解晓"])
    records.record(BATCH, NoticeClosed(batch=BATCH, round="initial"), date(2024, 5, 16))
    assert "解晓" not in str(letters(records))
    made = records.log.get(nomination).event
    records.record(person(3), NominationWithdrawn(batch=BATCH, nomination=made.nomination), date(2024, 5, 20))  # type: ignore[attr-defined]
    assert sum(one["pending"] for one in letters(records)) == 0


def test_whoever_is_still_to_be_admitted_is_counted(records: Records) -> None:
    records.register(3, "解晓")
    records.nominate(3)
    meeting = letters(records)[1]["meeting"]
    counts: dict[str, Any] = {"entitled": 9, "agree": 8, "disagree": 0, "abstain": 0}
    about: dict[str, Any] = {"batch": BATCH, "round": "initial", "tier": "three", "matter": Matter.ADMISSION}
    passed = ResolutionReached(
        resolution="r-00000000000third", meeting=meeting, result=Result.PASSED, **about, **counts
    )
    records.record(person(3), passed, SECOND)
    first, second = letters(records)
    assert (first["pending"], second["pending"]) == (0, 1)
    assert [one["name"] for one in second["people"]] == ["欧阳明"]


def test_with_nobody_admitted_there_is_nothing_to_announce(tmp_path: Path) -> None:
    kept = Records(tmp_path)
    kept.publish()
    kept.register(1, "单晓珺")
    kept.nominate(1)
    with pytest.raises(Unknown, match="Nothing is to be announced"):
        letters(kept)
    kept.close()


def test_the_name_in_an_announcement_is_that_of_its_day(records: Records) -> None:
    change(records, 1, "name", "单晓君", LATER)
    assert letters(records)[0]["tiers"][0]["names"] == ["单晓珺"]


def test_the_head_of_a_yearly_form_is_of_the_grade_s_day(records: Records) -> None:
    records.record(BATCH, ReviewOpened(batch=BATCH, year=2024), date(2025, 3, 1))
    graded = GradeConfirmed(batch=BATCH, year=2024, grade=Grade.QUALIFIED, resolution="r-0000000000000001")
    records.record(person(1), graded, date(2025, 3, 20))
    change(records, 1, "title", "一级教师", date(2025, 9, 1))
    change(records, 1, "title", "高级教师", LATER)
    [form] = told(records, "annual-evaluation", person=person(1), year=2024)["people"]
    assert (form["day"], form["about"]["title"], form["about"]["age"]) == ("2025-03-20", "二级教师", "39")
    [later] = told(records, "annual-evaluation", person=person(1), year=2025)["people"]
    assert (later["day"], later["about"]["title"], later["about"]["age"]) == ("2026-03-13", "一级教师", "40")


def test_an_open_year_s_form_is_of_the_day_asked_about(records: Records) -> None:
    [form] = told(records, "annual-evaluation", as_of=date(2024, 9, 1), person=person(1), year=2024)["people"]
    assert (form["day"], form["about"]["age"]) == ("2024-09-01", "39")


def test_a_placement_and_a_pairing_are_of_their_days(records: Records) -> None:
    placed = PlacementStarted(record="x-0000000000000001", batch=BATCH, department="教务处", role="干事")
    records.record(person(1), placed, date(2024, 9, 1))
    records.record(
        person(1), PlacementEnded(record="x-0000000000000001", batch=BATCH, appraisal="称职"), date(2025, 1, 20)
    )
    paired = MentorPaired(
        record="x-0000000000000002", batch=BATCH, mentor=person(2), mentor_post="grade_leader", year=2024
    )
    records.record(person(1), paired, date(2024, 4, 1))
    change(records, 1, "title", "一级教师", LATER)
    change(records, 2, "name", "欧阳铭", LATER)
    [placement] = told(records, "placement-appraisal", person=person(1))["people"]
    assert (placement["day"], placement["about"]["title"]) == ("2025-01-20", "二级教师")
    [pairing] = told(records, "pairing-agreement", person=person(1))["people"]
    assert (pairing["day"], pairing["mentor"]["name"]) == ("2024-04-01", "欧阳明")


def test_a_selection_paper_is_of_its_step(records: Records) -> None:
    change(records, 1, "title", "一级教师", LATER)
    [first, _] = told(records, "nomination-summary")["content"]["people"]
    assert first["day"] == "2024-03-02"
    [form] = told(records, "comprehensive-assessment", person=person(1))["people"]
    assert (form["day"], form["about"]["title"]) == ("2024-03-02", "二级教师")


def test_what_is_of_no_earlier_day_is_of_the_day_asked_about(records: Records) -> None:
    change(records, 1, "title", "一级教师", date(2026, 1, 1))
    for kind, of in DOCUMENTS.items():
        if of.scope is Scope.PERSON and kind in ("information-form", "training-register", "access-register"):
            [sheet] = told(records, kind, as_of=date(2026, 3, 1), person=person(1))["people"]
            assert sheet["day"] == "2026-03-01", kind


def test_a_register_of_who_left_is_of_the_last_day(records: Records) -> None:
    records.end(1, date(2025, 6, 1))
    [sheet] = told(records, "training-register", person=person(1))["people"]
    assert sheet["day"] == "2025-05-31"


def test_the_paper_rests_on_what_its_head_was_read_from(records: Records) -> None:
    before = told(records, "annual-evaluation", person=person(1), year=2024)["rests_on"]
    change(records, 1, "title", "中级", START)
    assert told(records, "annual-evaluation", person=person(1), year=2024)["rests_on"] > before


# Pictures in papers


def test_the_picture_in_the_committees_materials_is_of_the_rounds_day(records: Records) -> None:
    before = told(records, "committee-materials", as_of=date(2024, 6, 1))["content"]
    change(records, 1, "name", "单晓君", LATER)
    after = told(records, "committee-materials", as_of=LATER)["content"]
    assert ages_shown(after) == ages_shown(before)
    rows = {(one["name"], one["about"]["age"]["value"]) for one in after["people"]}
    assert {(one["name"], one["age"]) for one in ages_shown(after)} == rows


def ages_shown(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for tier in content["ages"]["tiers"] for one in tier["people"]]


def test_the_picture_in_a_years_summary_is_of_the_years_last_day(records: Records) -> None:
    change(records, 1, "name", "单晓君", LATER)
    content = told(records, "annual-review-summary", as_of=LATER, year=2024)["content"]
    shown = {one["name"] for tier in content["hours"]["tiers"] for one in tier["people"]}
    assert shown == {one["name"] for one in content["people"]} == {"单晓珺", "欧阳明"}
    assert content["hours"]["as_of"] == content["people"][0]["day"] == "2025-03-13"
