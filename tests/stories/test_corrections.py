"""更正与撤销: put right what was recorded, and the places, people and records of every other day still fit (H1-H3)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.scenario import BATCH
from tests.support.shown import Shown
from tests.support.stages import Programme

Show = Callable[[Programme], Shown]
WHY: dict[str, Any] = {"reason": "录入有误"}


def last(school: Programme, kind: str, stream: str) -> int:
    """The position of the last event of a kind in a stream."""
    return [r.position for r in school.log.stream(stream, school.log.head()) if kind == r.event.KIND][-1]


@pytest.fixture
def passed_on(school: Programme) -> tuple[str, str]:
    """The third tier is full; one leaves on 1 May, another is admitted for the 2nd and leaves on 1 June."""
    first, _, _ = (school.member("three") for _ in range(3))
    second = school.admissible("three")
    school.given("record-leaving", on="2024-05-01", person=first, cause="transferred")
    school.given("admit-candidate", on="2024-05-02", reason="多列一人", **second)
    school.given("record-leaving", on="2024-06-01", person=second["person"], cause="transferred")
    return first, second["person"]


def test_a_withdrawn_end_is_judged_by_the_places_of_the_days_in_between(
    school: Programme, show: Show, passed_on: tuple[str, str]
) -> None:
    """Today a place is free; on the days in between all were taken."""
    shown, (first, _) = show(school), passed_on
    ended = last(school, "membership-ended", first)
    school.when("withdraw-event", on="2024-07-01", position=ended, **WHY)
    school.then_recorded(*["event-withdrawn"] * 3, cautions=["T1.places"])
    assert [shown.places("three", on=day).active for day in ("2024-05-10", "2024-07-01")] == [4, 3]
    assert shown.crossed(first) == [("T1.places", "caution", None)]


def test_a_corrected_end_likewise(school: Programme, show: Show, passed_on: tuple[str, str]) -> None:
    shown, (first, _) = show(school), passed_on
    later = {"position": last(school, "membership-ended", first), "occurred_on": "2024-05-20"}
    school.when("correct-event", on="2024-07-01", **later, **WHY)
    school.then_recorded(*["event-corrected"] * 3, cautions=["T1.places"])
    assert [shown.places("three", on=day).active for day in ("2024-05-10", "2024-05-20")] == [4, 3]


def test_a_corrected_start_likewise(school: Programme, show: Show, passed_on: tuple[str, str]) -> None:
    shown, (_, second) = show(school), passed_on
    earlier = {"position": last(school, "membership-started", second), "occurred_on": "2024-04-20"}
    school.when("correct-event", on="2024-07-01", **earlier, **WHY)
    school.then_recorded("event-corrected", cautions=["T1.places"])
    assert shown.places("three", on="2024-04-25").active == 4


def test_a_suspension_is_not_corrected_to_before_later_records(trained: Programme) -> None:
    trained.given("record-practice", on="2024-09-10", **trained.about("five", kind="clubs", text="指导天文社"))
    practice = trained.log.head()
    trained.given("suspend-membership", on="2024-10-08", reason="借调", **trained.about("five"))
    suspended = trained.log.head()
    for day, possible in (("2024-09-01", False), ("2024-09-10", True)):
        trained.when("correct-event", on="2024-11-01", position=suspended, occurred_on=day, **WHY)
        trained.then_recorded("event-corrected") if possible else trained.then_refused("H2")
        assert possible or f"@{practice}" in str(trained.error)


def test_a_resumption_is_not_withdrawn_from_under_later_records(trained: Programme) -> None:
    trained.given("suspend-membership", on="2024-10-08", reason="借调", **trained.about("five"))
    trained.given("resume-membership", on="2025-01-06", **trained.about("five"))
    resumed = trained.log.head()
    trained.given("record-practice", on="2025-02-10", **trained.about("five", kind="clubs", text="指导天文社"))
    practice = trained.log.head()
    trained.when("withdraw-event", on="2025-03-01", position=resumed, **WHY).then_refused("H3")
    assert f"@{practice}" in str(trained.error)
    later = {"position": resumed, "occurred_on": "2025-02-20"}
    trained.when("correct-event", on="2025-03-01", **later, **WHY).then_refused("H3")
    trained.given("withdraw-event", on="2025-03-01", position=practice, **WHY)
    trained.when("withdraw-event", on="2025-03-01", position=resumed, **WHY).done()


def test_a_restoration_is_not_withdrawn_from_under_later_records(trained: Programme) -> None:
    five = trained.members["five"]
    case = trained.disqualified(five, "2024-09-02")
    trained.given("lodge-appeal", on="2024-09-10", person=five, case=case, text="请求复核")
    resolution = trained.resolved(five, "appeal", "2024-09-20")
    upheld = {"person": five, "case": case, "upheld": True, "text": "撤销原决定", "resolution": resolution}
    trained.given("decide-appeal", on="2024-09-20", **upheld)
    restored = last(trained, "membership-restored", five)
    trained.given("record-practice", on="2024-11-01", **trained.about("five", kind="clubs", text="指导天文社"))
    practice = trained.log.head()
    trained.when("withdraw-event", on="2024-12-01", position=restored, **WHY).then_refused("H3")
    assert f"@{practice}" in str(trained.error)


def test_a_start_is_not_corrected_into_another_membership(trained: Programme, show: Show) -> None:
    """Out of one batch and into the next: the second cannot begin before the first ends."""
    trained.publish(on="2027-03-01", edit=lambda text: text.replace("2024-", "2027-"))
    trained.given("decide-outcome", **trained.outcome("four", "advanced", "2027-03-08"))
    trained.given("advance-member", on="2027-03-18", **trained.about("four"))
    started, four = trained.log.head(), trained.members["four"]
    earlier: dict[str, Any] = {"position": started, "occurred_on": "2027-03-10"}
    trained.when("correct-event", on="2027-04-01", **earlier, **WHY).then_refused("H1")
    ended = last(trained, "membership-ended", four)
    later: dict[str, Any] = {"position": ended, "changes": {"effective_on": "2027-03-25"}}
    trained.when("correct-event", on="2027-04-01", **later, **WHY).then_refused("H3")
    shown = show(trained)
    assert four not in shown.members(on="2027-03-16")
    assert shown.members(on="2027-03-18", batch="2027-second")[four].since.isoformat() == "2027-03-18"
    assert BATCH
