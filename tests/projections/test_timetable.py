"""The timetable: planned and actual, in days, and what falls due."""

from datetime import date

from domain.events.batch import StepClosed, StepOpened, StepRescheduled
from domain.events.committee import ResultAnnounced
from domain.events.review import GradeConfirmed
from domain.events.selection import CandidateNominated
from domain.events.vacancy import MotionRaised, RoundWindow
from domain.language import Grade, Step
from projections.timetable import Due, StepLine, timetable
from tests.projections.records import BATCH, START, Records, person

D = "d-0000000000000001"


def step(records: Records, which: Step, on: date = START, round_: int = 0) -> StepLine:
    return next(line for line in timetable(records.moment(on)).rounds[round_].steps if line.step is which)


def due(records: Records, on: date, what: str) -> list[Due]:
    return [entry for entry in timetable(records.moment(on)).due if entry.what == what]


def test_the_plan_s_windows_stand_until_something_happens(records: Records) -> None:
    line = step(records, Step.ASSESS)
    assert (line.starts_on, line.ends_on, line.opened_on, line.start_variance) == (
        date(2024, 3, 6), date(2024, 3, 13), None, None)  # fmt: skip
    assert (line.label, line.rescheduled, line.source) == ("综合考评", False, 1)


def test_the_publication_is_the_announcement(records: Records) -> None:
    line = step(records, Step.ANNOUNCE)
    assert (line.opened_on, line.closed_on, line.start_variance, line.opened_source) == (
        date(2024, 3, 1), date(2024, 3, 1), 0, 1)  # fmt: skip


def test_variance_counts_days_late_and_early(records: Records) -> None:
    opened = records.record(BATCH, StepOpened(batch=BATCH, step=Step.NOMINATE, round="initial"), date(2024, 3, 2))
    records.record(BATCH, StepClosed(batch=BATCH, step=Step.NOMINATE, round="initial"), date(2024, 3, 4))
    line = step(records, Step.NOMINATE)
    assert (line.start_variance, line.end_variance, line.opened_source) == (1, -1, opened)
    assert step(records, Step.NOMINATE, date(2024, 3, 3)).closed_on is None


def test_a_rescheduled_step_keeps_its_first_window(records: Records) -> None:
    moved = StepRescheduled(
        batch=BATCH, step=Step.ASSESS, round="initial", starts_on=date(2024, 3, 7), ends_on=date(2024, 3, 15)
    )
    position = records.record(BATCH, moved, date(2024, 3, 5))
    line = step(records, Step.ASSESS)
    assert (line.rescheduled, line.ends_on, line.first_ends_on, line.source) == (
        True, date(2024, 3, 15), date(2024, 3, 13), position)  # fmt: skip
    assert not step(records, Step.ASSESS, date(2024, 3, 4)).rescheduled


def test_a_motion_brings_a_round_of_its_own(records: Records) -> None:
    window = RoundWindow(step=Step.NOMINATE, starts_on=date(2025, 9, 5), ends_on=date(2025, 9, 9))
    motion = MotionRaised(motion=D, batch=BATCH, vacancies=(), windows=(window,), text="增补")
    records.record(BATCH, motion, date(2025, 9, 1))
    seen = timetable(records.moment(date(2025, 9, 1)))
    assert [(each.round, each.label) for each in seen.rounds] == [("initial", "首轮选拔"), (D, "增补")]
    assert step(records, Step.NOMINATE, date(2025, 9, 1), 1).starts_on == date(2025, 9, 5)
    [entry] = due(records, date(2025, 9, 1), "step.nominate")
    assert (entry.on, entry.days_left) == (date(2025, 9, 9), 8)


def test_a_supplement_shows_the_days_of_what_was_recorded_of_it(records: Records) -> None:
    window = RoundWindow(step=Step.NOMINATE, starts_on=date(2025, 9, 5), ends_on=date(2025, 9, 9))
    records.record(
        BATCH, MotionRaised(motion=D, batch=BATCH, vacancies=(), windows=(window,), text="增补"), window.starts_on
    )
    records.register(1, "单晓珺")
    last = 0
    for number, day in enumerate((date(2025, 9, 6), date(2025, 9, 8))):
        one = CandidateNominated(
            nomination=f"n-00000000000000a{number}",
            batch=BATCH,
            round=D,
            tier="four",
            source="office",
            unit=f"处室{number}",
        )
        last = records.record(person(1), one, day)
    under_way = step(records, Step.NOMINATE, date(2025, 9, 8), 1)
    assert (under_way.opened_on, under_way.closed_on, under_way.start_variance) == (date(2025, 9, 6), None, 1)
    over = step(records, Step.NOMINATE, date(2025, 9, 10), 1)
    assert (over.closed_on, over.closed_source, over.end_variance) == (date(2025, 9, 8), last, -1)
    assert step(records, Step.NOMINATE, date(2025, 9, 10)).opened_on is None


def test_what_somebody_opened_and_closed_has_those_days(records: Records) -> None:
    records.register(1, "单晓珺")
    records.nominate(1, on=date(2024, 3, 3))
    records.record(BATCH, StepOpened(batch=BATCH, step=Step.NOMINATE, round="initial"), date(2024, 3, 2))
    assert step(records, Step.NOMINATE).opened_on == date(2024, 3, 2)


def test_an_announcement_is_due_until_it_is_made(records: Records) -> None:
    records.register(1, "单晓珺")
    records.admit(1, "three")
    [entry] = due(records, date(2024, 3, 22), "term.announcement")
    assert (entry.on, entry.overdue, entry.clause) == (date(2024, 3, 21), True, "R4")
    made = ResultAnnounced(batch=BATCH, round="initial", meeting="m-0000000000000001", channel="公告栏")
    records.record(BATCH, made, date(2024, 3, 22))
    assert due(records, date(2024, 3, 22), "term.announcement") == []


def test_deferred_grades_and_planned_ends_are_due_by_person(records: Records) -> None:
    records.register(1, "单晓珺")
    records.admit(1, "three")
    graded = GradeConfirmed(batch=BATCH, year=2024, grade=Grade.DEFERRED, resolution="r-0000000000000009")
    records.record(person(1), graded, date(2025, 3, 20))
    on = date(2025, 4, 1)
    [deferred], [ends], [year] = (
        due(records, on, what) for what in ("grade.deferred", "term.cycle_end", "term.training_year")
    )
    assert (deferred.on, deferred.name) == (date(2025, 9, 20), "单晓珺")
    assert (ends.on, ends.person_id) == (date(2027, 3, 13), person(1))
    assert (year.on, year.overdue) == (date(2026, 3, 13), False)


def test_before_the_plan_there_is_none(records: Records) -> None:
    assert timetable(records.moment(START, "@0")).rounds == ()
