"""The yearly review: each member of a training year, what was done, and the grade or why there is none."""

from datetime import date, timedelta

import pytest

from domain.errors import Unknown
from domain.events.review import (
    AppraisalTallied,
    DeferredGradeResolved,
    GradeConfirmed,
    GradeProposed,
    GradeWaived,
    ReviewOpened,
    SelfSummarySubmitted,
)
from domain.events.training import (
    AttendanceRecorded,
    DocumentFiled,
    GuideAssigned,
    MentorPaired,
    PlacementEnded,
    PlacementStarted,
    PracticeRecorded,
    RequirementIssued,
    StudySessionHeld,
)
from domain.language import Attendance, EndCause, Grade
from projections.yearly_review import YearMember, yearly_review
from tests.projections.records import BATCH, START, Records, person

P, MENTOR = person(1), person(2)
YEAR_END = date(2025, 3, 13)
AFTER = date(2025, 6, 1)


def trainee(records: Records, tier: str, on: date = START, number: int = 1) -> None:
    records.register(number, f"教师{number}")
    records.nominate(number, tier)
    records.admit(number, tier, on)


def reviewed(records: Records, year: int = 2024, as_of: date = AFTER, known_at: str | None = None) -> list[YearMember]:
    return yearly_review(records.moment(as_of, known_at), year).members


def confirm(records: Records, grade: Grade, year: int = 2024, on: date = date(2025, 3, 10)) -> int:
    confirmed = GradeConfirmed(batch=BATCH, year=year, grade=grade, resolution="r-00000001")
    return records.record(P, confirmed, on)


def test_it_says_for_which_year_and_moment_it_answers(records: Records) -> None:
    trainee(records, "four")
    opened = records.record(BATCH, ReviewOpened(batch=BATCH, year=2024), date(2025, 3, 1))
    found = yearly_review(records.moment(AFTER, f"@{opened}"), 2024).model_dump(mode="json")
    assert (found["batch"], found["year"], found["from"], found["to"]) == (BATCH, 2024, "2024-03-14", "2025-03-13")
    assert (found["as_of"], found["known_at"], found["position"]) == ("2025-06-01", f"@{opened}", opened)
    assert (found["opened_on"], found["closed_on"]) == ("2025-03-01", None)


def test_a_year_outside_the_cycle_is_unknown(records: Records) -> None:
    trainee(records, "four")
    with pytest.raises(Unknown, match="2027"):
        yearly_review(records.moment(AFTER), 2027)


@pytest.mark.parametrize(("joined", "listed"), [(YEAR_END, True), (YEAR_END + timedelta(days=1), False)])
def test_who_joined_on_the_last_day_belongs_to_the_year(records: Records, joined: date, listed: bool) -> None:
    trainee(records, "four", joined)
    assert bool(reviewed(records)) is listed


@pytest.mark.parametrize(
    ("off", "listed"), [(YEAR_END + timedelta(days=1), False), (YEAR_END + timedelta(days=2), True)]
)
def test_who_left_on_the_first_day_of_a_year_is_not_in_it(records: Records, off: date, listed: bool) -> None:
    trainee(records, "four")
    records.end(1, off, EndCause.DISQUALIFIED)
    assert bool(reviewed(records, 2025)) is listed
    assert len(reviewed(records, 2024)) == 1


def test_members_stand_tier_by_tier(records: Records) -> None:
    for number, tier in enumerate(("five", "three", "four"), 1):
        trainee(records, tier, number=number)
    assert [member.tier for member in reviewed(records)] == ["three", "four", "five"]


def test_the_grade_with_everything_that_led_to_it(records: Records) -> None:
    trainee(records, "four")
    records.record(P, SelfSummarySubmitted(batch=BATCH, year=2024, text="一年来……"), date(2025, 3, 1))
    tally = AppraisalTallied(
        batch=BATCH,
        year=2024,
        expected=46,
        present=45,
        issued=45,
        returned=44,
        valid=44,
        invalid=0,
        excellent=30,
        qualified=12,
        deferred=1,
        termination_recommended=1,
    )
    tallied = records.record(P, tally, date(2025, 3, 2))
    records.record(P, GradeProposed(batch=BATCH, year=2024, grade=Grade.EXCELLENT, comment="好"), date(2025, 3, 5))
    confirmed = confirm(records, Grade.EXCELLENT)
    [member] = reviewed(records)
    assert (member.grade, member.grade_label, member.summary, member.comment) == ("excellent", "优秀", "一年来……", "好")
    assert member.tally is not None
    assert (member.tally.excellent, member.sources["tally"], member.source) == (30, tallied, confirmed)
    assert not member.overdue


def test_a_waived_grade_has_its_reason(records: Records) -> None:
    trainee(records, "four", date(2024, 11, 1))
    records.record(P, GradeWaived(batch=BATCH, year=2024), YEAR_END, reason="入培不足六个月")
    [member] = reviewed(records)
    assert (member.grade, member.reason, member.overdue) == (None, "入培不足六个月", False)


def test_no_grade_is_overdue_after_the_year(records: Records) -> None:
    trainee(records, "four")
    assert not reviewed(records, as_of=YEAR_END)[0].overdue
    assert reviewed(records, as_of=YEAR_END + timedelta(days=1))[0].overdue


def test_a_deferred_grade_shows_until_when_and_then_its_result(records: Records) -> None:
    trainee(records, "four")
    deferred = confirm(records, Grade.DEFERRED)
    [before] = reviewed(records)
    assert (before.grade, before.resolve_by, before.overdue) == ("deferred", date(2025, 9, 10), False)
    assert reviewed(records, as_of=date(2025, 9, 11))[0].overdue
    resolved = DeferredGradeResolved(batch=BATCH, year=2024, grade=Grade.QUALIFIED, resolution="r-00000002")
    position = records.record(P, resolved, date(2025, 9, 1))
    [after] = reviewed(records, as_of=date(2025, 9, 11))
    assert (after.grade, after.resolved_from, after.confirmed_on) == ("qualified", "deferred", date(2025, 9, 1))
    assert (after.source, after.sources["deferred_on"], after.overdue) == (position, deferred, False)


def test_earlier_grades_stand_beside(records: Records) -> None:
    trainee(records, "four")
    first = confirm(records, Grade.QUALIFIED)
    confirm(records, Grade.EXCELLENT, 2025, date(2026, 3, 10))
    [member] = reviewed(records, 2025, date(2026, 6, 1))
    assert [(prior.year, prior.value, prior.source) for prior in member.prior] == [(2024, "qualified", first)]


def test_a_corrected_grade_and_what_was_known_before(records: Records) -> None:
    trainee(records, "four")
    confirmed = confirm(records, Grade.QUALIFIED)
    corrected = records.correct(confirmed, date(2025, 3, 20), grade="excellent")
    assert (reviewed(records)[0].grade, reviewed(records)[0].source) == ("excellent", corrected)
    assert reviewed(records, known_at=f"@{confirmed}")[0].grade == "qualified"
    records.withdraw(corrected, date(2025, 3, 21))
    assert (reviewed(records)[0].grade, reviewed(records)[0].source) == ("qualified", confirmed)


def test_hours_of_the_year_by_area_and_in_all(records: Records) -> None:
    trainee(records, "four")
    for number, (on, areas) in enumerate(
        [(YEAR_END, ("political", "ethics")), (YEAR_END + timedelta(days=1), ("ability",))]
    ):
        session = f"t-{number:08d}"
        held = StudySessionHeld(session=session, batch=BATCH, title="学习", areas=areas, hours=3.0)
        records.record(BATCH, held, on)
        attended = AttendanceRecorded(batch=BATCH, session=session, attendance=Attendance.PRESENT, hours=3.0)
        records.record(P, attended, on)
    [member] = reviewed(records)
    assert member.hours == 3.0
    assert {area.area: area.hours for area in member.hours_by_area} == {
        "political": 3.0,
        "ethics": 3.0,
        "professional": 0.0,
        "ability": 0.0,
    }


def test_placements_count_departments_and_reach_into_the_next_year(records: Records) -> None:
    trainee(records, "three")
    started = PlacementStarted(batch=BATCH, record="x-00000001", department="教务处", role="干事")
    records.record(P, started, date(2025, 3, 1))
    records.record(P, PlacementEnded(batch=BATCH, record="x-00000001", appraisal="好"), date(2025, 5, 1))
    for year, done in ((2024, True), (2025, True)):
        [member] = reviewed(records, year)
        assert (len(member.measures), member.tier_measure.done, member.tier_measure.departments) == (1, done, 1)
    assert reviewed(records)[0].tier_measure.departments_due == 2
    [later] = reviewed(records, 2026, date(2026, 6, 1))
    assert (later.measures, later.tier_measure.done) == ([], False)


def test_one_pairing_is_the_measure_of_its_year(records: Records) -> None:
    trainee(records, "four")
    paired = MentorPaired(batch=BATCH, record="x-00000001", year=2024, mentor=MENTOR, mentor_post="grade_leader")
    records.record(P, paired, date(2024, 4, 1))
    assert reviewed(records)[0].tier_measure.done
    assert not reviewed(records, 2025)[0].tier_measure.done


def test_self_development_is_requirement_guide_and_practice(records: Records) -> None:
    trainee(records, "five")
    events = (
        RequirementIssued(batch=BATCH, year=2024, text="联系年级部"),
        GuideAssigned(batch=BATCH, kind="union_group", unit="工会小组"),
        PracticeRecorded(batch=BATCH, kind="clubs", text="社团"),
    )
    for event in events:
        assert not reviewed(records)[0].tier_measure.done
        records.record(P, event, date(2024, 5, 1))
    assert reviewed(records)[0].tier_measure.done
    assert [one.kind for one in reviewed(records, 2025)[0].measures] == ["guide"]


def test_material_and_gaps_of_the_year(records: Records) -> None:
    trainee(records, "four")
    filed = DocumentFiled(batch=BATCH, record="x-00000001", form="summary", title="总结", year=2024)
    records.record(P, filed, YEAR_END)
    [member] = reviewed(records)
    assert {one.form: one.state for one in member.materials}["summary"] == "present"
    assert {gap.year for gap in member.gaps} == {2024}
    assert "E1" in {gap.clause for gap in member.gaps}
