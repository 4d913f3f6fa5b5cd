"""期满: every member's one outcome, what it does to the roster on which day, and how the next batch begins."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from projections.people import person as on_file
from projections.roster import roster
from tests.support.scenario import BATCH, Day
from tests.support.shown import Shown
from tests.support.stages import Programme

Show = Callable[[Programme], Shown]
NEXT = "2027-second"
LAST, AFTER = "2027-03-13", "2027-03-14"


def publish_next(school: Programme) -> None:
    """The next batch, whose cycle begins the day after this one's ends."""
    school.publish(on="2027-03-01", edit=lambda text: text.replace("2024-", "2027-"))


def decide(school: Programme, tier: str, outcome: str, on: Day = "2027-03-08", **more: Any) -> None:
    school.given("decide-outcome", **school.outcome(tier, outcome, on, **more))


@pytest.fixture
def decided(trained: Programme) -> Programme:
    """On 8 March 2027: three promoted, four advances into the next batch, five is extended by half a year."""
    publish_next(trained)
    decide(trained, "three", "promoted")
    decide(trained, "four", "advanced")
    decide(trained, "five", "extended", extended_to="2027-09-13")
    return trained


def test_until_the_last_planned_day_everybody_stays_with_the_outcome_beside(decided: Programme, show: Show) -> None:
    shown, people = show(decided), decided.members
    decided.at("2027-04-01")
    assert {shown.members(on="2027-03-07")[p].outcome for p in people.values()} == {None}
    assert {t: shown.members(on=LAST)[p].outcome for t, p in people.items()} == {
        "three": "promoted",
        "four": "advanced",
        "five": None,  # of the term it has now
    }
    assert set(shown.members(on=LAST)) == set(people.values())
    assert set(shown.members(on=AFTER)) == {people["five"]}
    assert shown.members(on=AFTER)[people["five"]].ends_on == date(2027, 9, 13)


def test_who_has_no_outcome_stays_and_is_overdue(trained: Programme, show: Show) -> None:
    shown, four = show(trained), trained.members["four"]
    trained.at("2027-05-01")
    assert [shown.marks(four, on=day) for day in (LAST, AFTER)] == [("active", False), ("active", True)]
    decide(trained, "four", "terminated", "2027-05-10")
    assert shown.marks(four, on="2027-05-09") == ("active", True)
    assert four not in shown.members(on="2027-05-10")
    assert shown.marks(four, on="2027-05-10", known="2027-05-09") == ("active", True)
    assert 2027 not in [entry.year for entry in shown.dossier(four).parts.assessments.years]


def test_a_suspended_member_is_marked_and_overdue_until_the_outcome(trained: Programme, show: Show) -> None:
    shown, five = show(trained), trained.members["five"]
    trained.given("assess-cycle", on="2027-02-20", person=five, batch=BATCH, text="完成任务")
    trained.given("suspend-membership", on="2027-03-01", reason="借调", **trained.about("five"))
    trained.at("2027-04-01")
    assert shown.marks(five) == ("suspended", True)
    resolution = trained.resolved(five, "outcome", "2027-04-01", outcome="terminated")
    told: dict[str, Any] = trained.about("five", outcome="terminated", resolution=resolution)
    trained.given("decide-outcome", on="2027-04-01", **told)
    assert five not in shown.members()


def test_the_extended_get_exactly_one_more_outcome(decided: Programme, show: Show) -> None:
    shown, five = show(decided), decided.members["five"]
    decided.at("2027-09-14")
    assert shown.marks(five, on="2027-09-13") == ("active", False)
    assert shown.marks(five, on="2027-09-14") == ("active", True)
    decide(decided, "five", "terminated", "2027-09-10")
    decided.when("decide-outcome", **decided.outcome("five", "promoted", "2027-09-11")).then_refused("E2")
    assert [five in shown.members(on=day) for day in ("2027-09-13", "2027-09-14")] == [True, False]
    register = shown.dossier(five).parts.training_register
    assert register.outcome is not None
    assert [one.outcome for one in (*register.earlier_outcomes, register.outcome)] == ["extended", "terminated"]
    assert shown.year(2027)[five].status == "ended"


def test_the_advanced_continue_in_the_third_batch_as_one_person(decided: Programme, show: Show) -> None:
    shown, four = show(decided), decided.members["four"]
    decided.given("advance-member", on="2027-03-18", **decided.about("four"))
    before, after = (roster(shown.at(day)) for day in ("2027-03-13", "2027-03-18"))
    assert (before.batch, after.batch) == (BATCH, NEXT)
    line = shown.members(batch=NEXT)[four]
    assert (line.tier, line.origin, line.since) == ("three", "advanced", date(2027, 3, 18))
    assert four not in shown.members(on="2027-03-17", batch=NEXT)
    assert four not in shown.members()

    second, third = (shown.dossier(four, batch=batch) for batch in (BATCH, NEXT))
    assert (second.tier, second.status, third.tier, third.status) == ("four", "ended", "three", "active")
    assert shown.dossier(four, batch=None).batch.id == NEXT
    assert [(place.batch, place.status) for place in on_file(shown.at(), four).memberships] == [
        (BATCH, "ended"),
        (NEXT, "active"),
    ]
    again = {"person": four, "batch": NEXT, "tier": "three", "source": "office", "unit": "教务处"}
    decided.when("nominate-candidate", reason="补推", **again).then_refused("H1")


def test_an_advance_without_a_next_plan_waits_for_it(trained: Programme, show: Show) -> None:
    shown, four = show(trained), trained.members["four"]
    decide(trained, "four", "advanced", "2027-02-20")
    outcome = shown.dossier(four).parts.training_register.outcome
    assert outcome is not None
    assert (outcome.to_tier, outcome.to_batch) == ("three", None)
    trained.when("advance-member", on="2027-03-14", **trained.about("four")).then_refused("E2")
    publish_next(trained)
    trained.when("advance-member", on="2027-03-14", **trained.about("four")).then_recorded("membership-started")
    assert shown.members(batch=NEXT)[four].tier == "three"


def test_the_batch_closes_when_the_last_one_has_an_end(decided: Programme, show: Show) -> None:
    shown = show(decided)
    decided.when("close-batch", on=AFTER, batch=BATCH).then_refused("E2")
    decide(decided, "five", "terminated", "2027-09-20")
    decided.when("close-batch", on="2027-09-20", batch=BATCH).then_recorded("batch-closed")
    assert shown.members() == {}
    assert shown.places("five").gap == 5, "the tiers are counted, though nobody fills them any more"
    assert shown.last(BATCH).type == "batch-closed"


def test_promotion_and_hand_over_follow_the_end(decided: Programme, show: Show) -> None:
    shown, three = show(decided), decided.members["three"]
    decided.when("hand-over-dossier", on="2027-03-10", **decided.about("three", to="市教育局")).then_refused("D1")
    decided.given("record-promotion", on="2027-03-22", **decided.about("three", post="教务处副主任"))
    decided.given("hand-over-dossier", on="2027-03-22", **decided.about("three", to="市教育局"))
    promotion = shown.dossier(three).parts.training_register.promotion
    assert promotion is not None
    assert (promotion.value, promotion.on) == ("教务处副主任", date(2027, 3, 22))
    assert shown.dossier(three, on="2027-03-21").parts.training_register.promotion is None
    practice = decided.about("three", kind="clubs", text="指导天文社", reason="另一梯队的措施")
    decided.when("record-practice", on="2027-03-22", **practice).then_refused("H2")
    decided.when("record-practice", on="2027-03-13", **practice).done()


def test_an_outcome_is_withdrawn_with_its_end_and_decided_anew(decided: Programme, show: Show) -> None:
    shown, three = show(decided), decided.members["three"]
    places = {entry.type: entry.position for entry in shown.history(three)}
    told: dict[str, Any] = {"on": "2027-03-20", "reason": "决议录错"}
    decided.when("withdraw-event", **told, position=places["outcome-decided"])
    decided.then_recorded("event-withdrawn", "event-withdrawn")
    assert shown.marks(three) == ("active", True)
    assert three not in shown.members(on="2027-03-20", known="2027-03-19")
    decide(decided, "three", "terminated", "2027-03-20")
    register = shown.dossier(three).parts.training_register
    assert register.outcome is not None
    assert (register.outcome.outcome, register.earlier_outcomes) == ("terminated", [])


def test_an_outcome_recorded_late_counts_from_its_day(trained: Programme, show: Show) -> None:
    shown, four = show(trained), trained.members["four"]
    about = {"person": four, "batch": BATCH}
    trained.given("assess-cycle", on="2027-03-01", **about, text="完成任务")
    resolution = trained.resolved(four, "outcome", "2027-03-08", outcome="terminated")
    told: dict[str, Any] = {**about, "outcome": "terminated", "resolution": resolution}
    trained.given("decide-outcome", on="2027-03-08", today="2027-04-20", **told)
    assert shown.marks(four, on="2027-04-01", known="2027-04-19") == ("active", True)
    assert four not in shown.members(on="2027-04-01")
    assert shown.members(on="2027-03-10")[four].outcome == "terminated"
    assert shown.history(four)[-1].late
