"""The gaps: what is due, from which day, and for whom; the last day is in time."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.events.committee import ResultAnnounced
from domain.events.membership import MembershipExtended, MembershipResumed, MembershipSuspended
from domain.events.review import DeferredGradeResolved, GradeConfirmed, GradeWaived
from domain.events.training import (
    AttendanceRecorded,
    DocumentFiled,
    DocumentReturned,
    GuideAssigned,
    MentorPaired,
    PlacementStarted,
    PracticeRecorded,
    RequirementIssued,
    StudySessionHeld,
)
from domain.language import Attendance, Grade
from projections.coverage import Gap, coverage
from tests.projections.records import BATCH, START, Records, person

P, MENTOR = person(1), person(2)
YEAR_END = date(2025, 3, 13)
END = date(2027, 3, 13)


def gaps(records: Records, as_of: date, known_at: str | None = None, **only: Any) -> list[Gap]:
    found = coverage(records.moment(as_of, known_at), BATCH).gaps
    return [gap for gap in found if all(getattr(gap, key) == value for key, value in only.items())]


def trainee(records: Records, tier: str, on: date = START, **more: Any) -> None:
    records.register(1, "单晓珺")
    records.nominate(1, tier)
    records.admit(1, tier, on, **more)


def pair(records: Records, on: date, year: int = 2024) -> int:
    paired = MentorPaired(batch=BATCH, record=f"x-{year:08d}", year=year, mentor=MENTOR, mentor_post="grade_leader")
    return records.record(P, paired, on)


def study(records: Records, on: date, *areas: str, attendance: Attendance = Attendance.PRESENT) -> None:
    session = f"t-{records.log.head():08d}"
    hours = 2.0 if attendance is Attendance.PRESENT else 0.0
    records.record(BATCH, StudySessionHeld(session=session, batch=BATCH, title="学习", areas=areas, hours=2.0), on)
    attended = AttendanceRecorded(batch=BATCH, session=session, attendance=attendance, hours=hours)
    records.record(P, attended, on)


@pytest.mark.parametrize(("day", "open"), [(30, False), (31, True)])
def test_thirty_days_for_a_pairing_the_last_of_them_in_time(records: Records, day: int, open: bool) -> None:
    trainee(records, "four")
    found = gaps(records, START + timedelta(days=day), code="pairing")
    assert bool(found) is open
    if open:
        assert (found[0].clause, found[0].due_on, found[0].days_over) == ("M3", date(2024, 4, 13), 1)


def test_the_thirty_days_run_from_the_joining_when_that_is_later(records: Records) -> None:
    joined = date(2025, 3, 1)
    trainee(records, "four", joined)
    found = gaps(records, date(2025, 6, 1), code="pairing")
    assert [(gap.year, gap.due_on) for gap in found] == [(2024, date(2025, 3, 31)), (2025, date(2025, 4, 13))]


def test_who_joins_late_owes_nothing_for_the_years_before(records: Records) -> None:
    trainee(records, "five", date(2025, 6, 1))
    assert {gap.year for gap in gaps(records, date(2026, 3, 14))} == {2025}


def test_a_late_pairing_closes_the_gap_from_its_day_and_for_its_year_only(records: Records) -> None:
    trainee(records, "four")
    pair(records, date(2024, 5, 2))
    assert len(gaps(records, date(2024, 5, 1), code="pairing")) == 1
    assert gaps(records, date(2024, 5, 2), code="pairing") == []
    assert [gap.year for gap in gaps(records, date(2025, 4, 14), code="pairing")] == [2025]


def test_what_was_not_known_then_was_a_gap_then(records: Records) -> None:
    trainee(records, "four")
    paired = pair(records, date(2024, 4, 1))
    assert gaps(records, date(2024, 5, 1), code="pairing") == []
    assert len(gaps(records, date(2024, 5, 1), f"@{paired - 1}", code="pairing")) == 1
    records.withdraw(paired, date(2024, 6, 1))
    assert len(gaps(records, date(2024, 5, 1), code="pairing")) == 1
    assert gaps(records, date(2024, 5, 1), f"@{paired}", code="pairing") == []


def test_every_area_of_study_once_a_year_by_its_end(records: Records) -> None:
    trainee(records, "four")
    study(records, YEAR_END, "political", "ethics")
    study(records, date(2024, 9, 1), "ability", attendance=Attendance.ABSENT)
    assert gaps(records, YEAR_END, code="study_area") == []
    found = gaps(records, YEAR_END + timedelta(days=1), code="study_area")
    assert [gap.what_en for gap in found] == [
        "No study in 2024: Professional level",
        "No study in 2024: Working ability",
    ]
    study(records, YEAR_END + timedelta(days=1), "ability")
    assert len(gaps(records, date(2025, 4, 1), code="study_area", year=2024)) == 2


def test_a_corrected_day_moves_the_study_into_another_year(records: Records) -> None:
    trainee(records, "four")
    study(records, YEAR_END, "political")
    session, attended = records.log.head() - 1, records.log.head()
    as_of = date(2025, 4, 1)
    before = len(gaps(records, as_of, code="study_area"))
    for target in (session, attended):
        records.correct(target, as_of, occurred_on=YEAR_END + timedelta(days=1))
    assert len(gaps(records, as_of, code="study_area")) == before + 1


def test_departments_by_the_end_of_the_cycle(records: Records) -> None:
    trainee(records, "three")
    for number, department in enumerate(("教务处", "教务处")):
        started = PlacementStarted(batch=BATCH, record=f"x-{number:08d}", department=department, role="干事")
        records.record(P, started, date(2024, 5, 1))
    assert gaps(records, END, code="departments") == []
    [gap] = gaps(records, END + timedelta(days=1), code="departments")
    assert (gap.clause, gap.what, gap.due_on) == ("M2", "岗位锻炼 1 个部门，应有 2 个", END)
    another = PlacementStarted(batch=BATCH, record="x-00000009", department="德育处", role="干事")
    records.record(P, another, date(2025, 5, 1))
    assert gaps(records, END + timedelta(days=1), code="departments") == []


def test_an_extended_member_has_until_the_new_end(records: Records) -> None:
    trainee(records, "three")
    later = date(2028, 3, 13)
    extended = MembershipExtended(membership=records.membership(1), batch=BATCH, ends_on=later, resolution="r-00000001")
    records.record(P, extended, date(2027, 3, 1))
    assert gaps(records, END + timedelta(days=1), code="departments") == []
    assert gaps(records, later + timedelta(days=1), code="departments")[0].due_on == later
    assert {gap.year for gap in gaps(records, later + timedelta(days=1), code="grade")} == {2024, 2025, 2026, 2027}


def test_self_development_asks_for_requirement_guide_and_every_kind_of_practice(records: Records) -> None:
    trainee(records, "five")
    records.record(P, RequirementIssued(batch=BATCH, year=2024, text="联系一个年级部"), START + timedelta(days=30))
    records.record(P, GuideAssigned(batch=BATCH, kind="union_group", unit="工会小组"), YEAR_END)
    for kind in ("clubs", "other"):
        records.record(P, PracticeRecorded(batch=BATCH, kind=kind, other="其他", text="…"), date(2026, 1, 1))
    assert gaps(records, date(2025, 3, 20), clause="M4") == []
    assert [(g.code, g.due_on) for g in gaps(records, date(2025, 4, 14), clause="M4")] == [
        ("requirement", date(2025, 4, 13))
    ]
    practice = gaps(records, END + timedelta(days=1), code="practice")
    assert {gap.what_en.removeprefix("No practice: ") for gap in practice} == {
        "Class management",
        "Student management",
        "Lesson-preparation group",
        "Party branch activities",
    }


def test_without_a_guide_each_year_has_its_gap(records: Records) -> None:
    trainee(records, "five")
    assert [gap.year for gap in gaps(records, date(2026, 3, 14), code="guide")] == [2024, 2025]


def test_forms_after_joining_and_by_the_end_of_each_year(records: Records) -> None:
    trainee(records, "four")
    records.record(
        P,
        DocumentFiled(batch=BATCH, record="x-00000001", form="information_form", title="表", year=2024),
        date(2024, 4, 13),
    )
    assert gaps(records, date(2024, 4, 13), clause="D1") == []
    assert [gap.what for gap in gaps(records, date(2024, 4, 14), clause="D1")] == ["培养登记表没有归档"]
    assert len(gaps(records, YEAR_END + timedelta(days=1), clause="D1", year=2024)) == 5


def test_a_returned_form_is_a_gap_until_another_is_filed(records: Records) -> None:
    trainee(records, "four")
    as_of = date(2025, 4, 1)
    for number in (1, 2):
        records.record(
            P, DocumentFiled(batch=BATCH, record=f"x-{number:08d}", form="summary", title="总结", year=2024), YEAR_END
        )
        found = [gap.what for gap in gaps(records, as_of, clause="D1", year=2024) if "总结" in gap.what]
        assert found == []
        if number == 1:
            records.record(P, DocumentReturned(batch=BATCH, record="x-00000001", text="缺页"), YEAR_END)
            found = [gap.what for gap in gaps(records, as_of, clause="D1", year=2024) if "总结" in gap.what]
            assert found == ["2024年度总结退回后没有补交"]


def test_a_grade_or_a_reason_for_none_by_the_years_end(records: Records) -> None:
    trainee(records, "four")
    assert gaps(records, YEAR_END, clause="E1") == []
    assert [gap.code for gap in gaps(records, YEAR_END + timedelta(days=1), clause="E1")] == ["grade"]
    records.record(P, GradeWaived(batch=BATCH, year=2024), YEAR_END, reason="入培不足半年")
    assert gaps(records, YEAR_END + timedelta(days=1), clause="E1") == []


def test_six_months_for_a_deferred_grade(records: Records) -> None:
    trainee(records, "four")
    deferred = GradeConfirmed(batch=BATCH, year=2024, grade=Grade.DEFERRED, resolution="r-00000001")
    records.record(P, deferred, date(2025, 3, 10))
    assert gaps(records, date(2025, 9, 10), clause="E1") == []
    [gap] = gaps(records, date(2025, 9, 11), clause="E1")
    assert (gap.code, gap.year, gap.due_on) == ("deferred_grade", 2024, date(2025, 9, 10))
    resolved = DeferredGradeResolved(batch=BATCH, year=2024, grade=Grade.QUALIFIED, resolution="r-00000002")
    records.record(P, resolved, date(2025, 9, 11))
    assert gaps(records, date(2025, 9, 11), clause="E1") == []


def test_who_left_keeps_the_gaps_from_before_and_gets_no_new_ones(records: Records) -> None:
    trainee(records, "four")
    records.end(1, YEAR_END)
    found = gaps(records, date(2026, 4, 1), person_id=P)
    assert {gap.clause for gap in found} == {"M3", "D1"}
    assert {gap.due_on for gap in found} == {date(2024, 4, 13)}
    assert {gap.status for gap in found} == {"ended"}


def test_time_of_a_suspension_is_marked(records: Records) -> None:
    trainee(records, "four")
    membership = records.membership(1)
    records.record(P, MembershipSuspended(membership=membership, batch=BATCH), date(2024, 5, 1))
    records.record(P, MembershipResumed(membership=membership, batch=BATCH), date(2024, 6, 1))
    found = gaps(records, date(2025, 4, 20))
    assert {(gap.code, gap.year): gap.suspended for gap in found if gap.code in ("pairing", "grade")} == {
        ("pairing", 2024): False,
        ("grade", 2024): True,
        ("pairing", 2025): False,
    }


def test_the_result_is_announced_within_seven_days(records: Records) -> None:
    trainee(records, "four")
    meeting = f"m-{3:016d}"
    assert gaps(records, date(2024, 3, 21), clause="R4") == []
    [gap] = gaps(records, date(2024, 3, 22), clause="R4")
    assert (gap.person_id, gap.due_on) == (None, date(2024, 3, 21))
    announced = ResultAnnounced(batch=BATCH, round="initial", meeting=meeting, channel="公开栏")
    records.record(BATCH, announced, date(2024, 3, 25))
    assert gaps(records, date(2024, 3, 25), clause="R4") == []


def test_the_numbers_are_those_of_the_plan(records: Records) -> None:
    trainee(records, "four")
    records.correct(
        1, date(2024, 3, 20), plan=records.plan.amended({"training.pairing_within_days": 5}).model_dump(mode="json")
    )
    assert gaps(records, START + timedelta(days=5), code="pairing") == []
    assert len(gaps(records, START + timedelta(days=6), code="pairing")) == 1


def test_without_a_plan_there_are_no_gaps(records: Records) -> None:
    assert coverage(records.moment(date(2024, 2, 1))).gaps == []
