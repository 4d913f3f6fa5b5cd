"""Every day that comes in lies within bounds: a life's, a cycle's, and those of what can be reckoned."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from domain import entry
from domain.errors import Malformed
from domain.language import add_months
from projections.conformance.findings import findings
from tests.support import stages
from tests.support.scenario import BATCH
from tests.support.shown import Shown
from tests.support.stages import Programme, excepted

FAR = "9999-12-31"


@pytest.fixture
def school(tmp_path: Path) -> Programme:
    return stages.published(tmp_path)


# What no plan reaches


def test_a_term_within_reach_is_taken_by_exception(school: Programme) -> None:
    admit = school.admissible()
    length = excepted("O3.length", by=admit["resolution"])
    school.when("admit-candidate", on="2024-03-14", **admit, ends_on="2028-03-13", exceptions=length).done()


def test_a_term_without_an_end_is_refused(school: Programme) -> None:
    admit = school.admissible()
    length = excepted("O3.length", by=admit["resolution"])
    school.when("admit-candidate", on="2024-03-14", **admit, ends_on=FAR, exceptions=length).then_fails(Malformed)
    assert "ends_on" in str(school.error)


def test_windows_of_a_motion_lie_within_reach_too(school: Programme) -> None:
    windows = [{"step": s, "starts_on": "2024-04-01", "ends_on": FAR} for s in ("nominate", "assess", "decide")]
    told = {"batch": BATCH, "vacancies": ["v-0000000000000000"], "windows": windows, "text": "建议增补"}
    school.when("raise-motion", on="2024-03-20", **told).then_fails(Malformed)


def test_a_plan_without_an_end_is_refused(school: Programme) -> None:
    with pytest.raises(Malformed, match=r"cycle\.starts_on"):
        school.publish(
            edit=lambda text: text.replace("starts_on = 2024-03-14\nmonths", "starts_on = 9990-03-14\nmonths")
        )


def test_an_archive_that_holds_such_a_term_is_still_read(school: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    admit = school.admissible()
    length = excepted("O3.length", by=admit["resolution"])
    with monkeypatch.context() as before:
        before.setattr(entry, "LAST_DAY", date(9999, 12, 31))
        school.given("admit-candidate", on="2024-03-14", **admit, ends_on=FAR, exceptions=length)
    shown = Shown(school)
    found = [line for line in findings(shown.at("2025-06-01")).findings if line.departure == "refused"]
    shown.close()
    assert [("日期须在" in line.text) for line in found] == [True]


def test_months_are_added_no_further_than_time_goes() -> None:
    assert add_months(date(9999, 12, 1), 1) == date(9999, 12, 31)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)


# The first round


def test_the_first_round_ends_with_the_cycle(school: Programme) -> None:
    step = {"batch": BATCH, "step": "decide", "starts_on": "2024-03-14", "reason": "分次"}
    school.when("reschedule-step", on="2024-03-05", **step, ends_on="2027-03-13").done()
    school.when("reschedule-step", on="2024-03-05", **step, ends_on="2027-03-14").then_refused("W")


def test_a_long_window_is_forecast_birthday_by_birthday(school: Programme) -> None:
    step = {"batch": BATCH, "step": "decide", "starts_on": "2024-03-14", "ends_on": "2027-03-13", "reason": "分次"}
    school.given("reschedule-step", on="2024-03-05", **step)
    person = school.nominee(born="1980-02-29")
    school.given("assess-eligibility", on="2024-03-12", person=person, batch=BATCH, tier="three")
    results = school.last("eligibility-assessed", person)["results"]
    told = [(r["verdict"], r["value"], r["on"]) for r in results if r["rule"] == "T1.age"]
    assert told == [("ok", "44", "2024-03-14"), ("exception", "46", "2026-03-01")]


# A life


def test_nobody_leaves_before_they_are_born(school: Programme) -> None:
    person = school.person(born="1985-05-01")
    school.when("record-leaving", on="1985-05-01", today="2024-03-02", person=person, cause="transferred")
    school.then_fails(Malformed)
    school.when("record-leaving", on="0001-01-01", person=person, cause="transferred").then_fails(Malformed)


def test_nobody_is_appointed_before_they_are_born(school: Programme) -> None:
    told = {"person": school.person(born="1985-05-01"), "group": "party_committee", "office": "委员"}
    school.when("appoint-group-member", on="1984-05-01", today="2024-03-02", **told).then_fails(Malformed)
    school.when("appoint-group-member", on="2020-05-01", **told).done()
