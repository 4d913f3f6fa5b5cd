"""The same history by another plan: who would have been decided otherwise."""

from pathlib import Path

import pytest

from domain.errors import Unknown
from domain.plan import Plan, read_plan, shipped_plan
from projections.conformance.whatif import what_if
from tests.projections.conformance.conftest import Planted
from tests.support.story import at_its_end


def plan(old: str = "", new: str = "") -> Plan:
    text = shipped_plan().decode()
    assert old in text
    return read_plan(text.replace(old, new, 1).encode())[0]


def test_the_plan_that_was_published_decides_nothing_otherwise(story_home: Path) -> None:
    with at_its_end(story_home) as opened:
        found = what_if(opened.views.at(), plan())
    assert (found.otherwise, found.people) == ((), ())


def test_a_lower_age_asks_for_exceptions_that_nobody_granted(trained: Planted) -> None:
    found = what_if(trained.shown_at(), plan("years = 45", "years = 38"))
    (who,) = found.people
    assert (who.person_id, who.rules) == (trained.school.members["three"], ("T1.age",))
    told = [(line.departure.value, line.value, line.limit) for line in found.otherwise]
    otherwise, uncovered = (
        ("otherwise", "39", "38"),
        ("uncovered", "39", "38"),
    )  # assessed, shortlisted, voted, admitted
    assert told == [otherwise, uncovered, otherwise, uncovered]


def test_a_higher_age_would_have_needed_no_exception(story_home: Path) -> None:
    with at_its_end(story_home) as opened:
        found = what_if(opened.views.at(), plan("years = 45", "years = 50"))
    assert {(line.departure.value, line.rule) for line in found.otherwise} == {
        ("otherwise", "T1.age"),
        ("baseless", "T1"),  # the exception that was granted
    }
    assert len(found.people) == 1
    assert "按规则是“符合”（46岁，不超过50岁）" in found.otherwise[0].text


def test_what_another_plan_makes_due(trained: Planted) -> None:
    stricter = plan("pairing_within_days = 30", "pairing_within_days = 3")
    (line,) = what_if(trained.shown_at("2024-03-20"), stricter).otherwise
    assert (line.departure, line.rule, line.limit) == ("missing", "M3.pairing", "2024-03-17")
    assert line.person_id == trained.school.members["four"]


def test_a_plan_of_a_batch_that_nobody_published(trained: Planted) -> None:
    with pytest.raises(Unknown, match="2030-fourth"):
        what_if(trained.shown_at(), plan('batch = "2024-second"', 'batch = "2030-fourth"'))
