"""Vacancies: how many places are open, why, for how long, and how far filling them has come."""

from datetime import date

import pytest

from domain.events.batch import StepOpened
from domain.events.selection import CandidateNominated
from domain.events.vacancy import (
    MotionConsented,
    MotionRaised,
    MotionRefused,
    VacancyCancelled,
    VacancyFilled,
    VacancyOpened,
)
from domain.language import EndCause, Step, VacancyCause
from projections.vacancies import VacancyLine, vacancies
from tests.projections.records import BATCH, Records, person

V, D, R = "v-0000000000000001", "d-0000000000000001", "r-0000000000000001"
OPENED = date(2025, 9, 1)


@pytest.fixture
def vacated(records: Records) -> Records:
    for number in (1, 2, 3):
        records.register(number, f"教师{number}")
        records.admit(number, "three")
    records.end(1, OPENED, EndCause.DISQUALIFIED)
    opened = VacancyOpened(
        vacancy=V, batch=BATCH, tier="three", cause=VacancyCause.DISQUALIFIED, membership=Records.membership(1)
    )
    records.record(BATCH, opened, OPENED)
    return records


def only(records: Records, day: date) -> VacancyLine:
    [line] = vacancies(records.moment(day)).vacancies
    return line


def test_a_tier_has_target_active_gap_and_open(vacated: Records) -> None:
    tiers = {tier.tier: tier for tier in vacancies(vacated.moment(OPENED)).tiers}
    assert {code: (t.target, t.active, t.gap, t.open) for code, t in tiers.items()} == {
        "three": (3, 2, 1, 1),
        "four": (4, 0, 4, 0),
        "five": (5, 0, 5, 0),
    }


def test_a_vacancy_has_cause_age_and_who_left(vacated: Records) -> None:
    line = only(vacated, date(2025, 10, 1))
    assert (line.cause_label, line.since, line.age_days, line.stage_label, line.left_by_name) == (
        "取消资格", OPENED, 30, "待动议", "教师1")  # fmt: skip
    assert vacancies(vacated.moment(date(2025, 8, 31))).vacancies == ()


def test_its_stage_follows_what_happens(vacated: Records) -> None:
    steps = {
        date(2025, 9, 2): ("moved", MotionRaised(motion=D, batch=BATCH, vacancies=(V,), windows=(), text="增补")),
        date(2025, 9, 3): ("consented", MotionConsented(motion=D, batch=BATCH, resolution=R)),
        date(2025, 9, 5): ("nominating", StepOpened(batch=BATCH, step=Step.NOMINATE, round=D)),
        date(2025, 9, 6): ("assessing", StepOpened(batch=BATCH, step=Step.ASSESS, round=D)),
        date(2025, 9, 7): ("deciding", StepOpened(batch=BATCH, step=Step.DECIDE, round=D)),
    }
    sources = {day: vacated.record(BATCH, event, day) for day, (_, event) in steps.items()}
    vacated.register(4, "教师4")
    vacated.admit(4, "three", on=date(2025, 9, 10))
    filled = VacancyFilled(vacancy=V, batch=BATCH, membership=Records.membership(4))
    vacated.record(BATCH, filled, date(2025, 9, 10))
    for day, (stage, _) in steps.items():
        line = only(vacated, day)
        assert (line.stage, line.stage_since, line.stage_source, line.motion) == (stage, day, sources[day], D)
    line = only(vacated, date(2026, 1, 1))
    assert (line.stage, line.age_days, line.filled_by_name) == ("filled", 9, "教师4")
    assert vacancies(vacated.moment(date(2026, 1, 1))).tiers[0].open == 0


def test_a_nomination_alone_tells_that_the_round_is_under_way(vacated: Records) -> None:
    vacated.record(BATCH, MotionRaised(motion=D, batch=BATCH, vacancies=(V,), windows=(), text="增补"), OPENED)
    vacated.record(BATCH, MotionConsented(motion=D, batch=BATCH, resolution=R), OPENED)
    nominated = CandidateNominated(
        nomination="n-0000000000000001", batch=BATCH, round=D, tier="three", source="office", unit="教务处"
    )
    vacated.record(person(2), nominated, date(2025, 9, 4))
    assert only(vacated, date(2025, 9, 3)).stage == "consented"
    assert only(vacated, date(2025, 9, 4)).stage == "nominating"


def test_a_refused_motion_leaves_it_open(vacated: Records) -> None:
    vacated.record(BATCH, MotionRaised(motion=D, batch=BATCH, vacancies=(V,), windows=(), text="增补"), OPENED)
    vacated.record(BATCH, MotionRefused(motion=D, batch=BATCH, resolution=R), date(2025, 9, 3))
    assert only(vacated, date(2025, 9, 2)).stage == "moved"
    assert only(vacated, date(2025, 9, 3)).stage == "open"


def test_a_cancelled_one_is_no_longer_open(vacated: Records) -> None:
    vacated.record(BATCH, VacancyCancelled(vacancy=V, batch=BATCH), date(2025, 9, 3))
    assert only(vacated, date(2025, 9, 3)).stage == "cancelled"
    assert vacancies(vacated.moment(date(2025, 9, 3))).tiers[0].open == 0


def test_an_odd_tier_in_an_old_archive_breaks_no_view(vacated: Records) -> None:
    opened = VacancyOpened(vacancy="v-000001", batch=BATCH, tier="seven", cause=VacancyCause.INITIAL)
    vacated.record(BATCH, opened, OPENED)
    lines = {line.vacancy: line for line in vacancies(vacated.moment(OPENED)).vacancies}
    odd = lines["v-000001"]
    assert (odd.tier, odd.label, odd.label_en) == ("seven", "seven", "seven")
