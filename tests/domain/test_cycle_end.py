"""期满: exactly one outcome per member and term, and what follows from it (E2)."""

from datetime import date
from typing import Any

import pytest

from domain.errors import Malformed, Unknown
from domain.language import EndCause, Origin, Status
from tests.support.scenario import BATCH, Day
from tests.support.stages import Programme, Turn, excepted, requested

DAY = "2027-03-01"
NEXT = "2027-second"


def publish_next(school: Programme) -> None:
    """The next batch, whose cycle begins the day after this one's ends."""
    school.publish(on="2027-03-01", edit=lambda text: text.replace("2024-", "2027-"))


def decided(school: Programme, tier: str, outcome: str, on: Day = DAY, **more: Any) -> None:
    school.given("decide-outcome", **school.outcome(tier, outcome, on, **more))


# Assessment


def test_the_leading_group_assesses_and_may_think_again(trained: Programme) -> None:
    assess = trained.about("four", text="完成任务")
    trained.when("assess-cycle", on=DAY, **assess).then_recorded("cycle-assessed")
    trained.when("assess-cycle", on=DAY, **assess).then_nothing()
    trained.when("assess-cycle", on=DAY, **assess | {"text": "完成任务，群众认可"}).then_recorded("cycle-assessed")
    trained.when("assess-cycle", on=DAY, **assess | {"person": trained.person()}).then_refused("H2")


def test_an_outcome_without_assessment_needs_a_reason(trained: Programme) -> None:
    resolution = trained.resolved(trained.members["four"], "outcome", DAY, outcome="terminated")
    told = {"on": DAY, **trained.about("four", outcome="terminated", resolution=resolution)}
    trained.when("decide-outcome", **told).then_needs("E2.assessment", "caution")
    trained.when("decide-outcome", reason="本人申请退出", **told).then_recorded(
        "outcome-decided", "membership-ended", cautions=["E2.assessment"]
    )


# When


@pytest.mark.parametrize(("day", "possible"), [("2026-12-12", False), ("2026-12-13", True)])
def test_outcomes_are_decided_from_three_months_before_the_end(trained: Programme, day: str, possible: bool) -> None:
    trained.when("decide-outcome", **trained.outcome("three", "promoted", day))
    trained.then_recorded("outcome-decided", "membership-ended") if possible else trained.then_refused("E2")


def test_a_vote_that_came_too_early_is_not_carried_out_later(trained: Programme) -> None:
    early = trained.outcome("three", "promoted", "2026-12-12")
    trained.when("decide-outcome", **early | {"on": "2026-12-20"}).then_refused("E2")


@pytest.mark.parametrize(
    ("day", "last_day"),
    [
        ("2027-01-10", "2027-03-13"),
        ("2027-03-13", "2027-03-13"),
        ("2027-03-14", "2027-03-13"),
        ("2027-05-01", "2027-04-30"),
    ],
)
@pytest.mark.parametrize("outcome", ["promoted", "terminated"])
def test_the_membership_ends_with_its_term_or_the_later_decision(
    trained: Programme, outcome: str, day: str, last_day: str
) -> None:
    decided(trained, "three", outcome, day)
    member = trained.membership(trained.members["three"])
    assert (member.status, member.cause, str(member.last_day)) == (Status.ENDED, EndCause(outcome), last_day)
    assert trained.membership(trained.members["three"], date.fromisoformat(last_day)).active


def test_until_the_planned_end_training_goes_on(trained: Programme) -> None:
    decided(trained, "five", "terminated", "2027-01-10")
    practice = trained.about("five", kind="clubs", text="指导天文社")
    trained.when("record-practice", on="2027-03-13", **practice).then_recorded("practice-recorded")
    trained.when("record-practice", on="2027-03-14", **practice).then_refused("H2")


def test_without_an_outcome_a_member_stays_after_the_planned_end(trained: Programme) -> None:
    assert trained.membership(trained.members["four"], "2027-06-01").active


# Exactly one


def test_one_outcome_for_a_term(trained: Programme) -> None:
    told = trained.outcome("three", "promoted", DAY)
    trained.when("decide-outcome", **told).then_recorded("outcome-decided", "membership-ended")
    trained.when("decide-outcome", **told).then_nothing()
    trained.when("decide-outcome", **told | {"on": "2027-04-01"}).then_nothing()
    trained.at(DAY)
    trained.when("decide-outcome", **trained.outcome("three", "terminated", "2027-03-02")).then_refused("E2")


def test_who_is_not_in_training_gets_no_outcome(trained: Programme) -> None:
    person = trained.person()
    resolution = trained.resolved(person, "outcome", DAY, outcome="terminated")
    told = {"person": person, "batch": BATCH, "outcome": "terminated", "resolution": resolution}
    trained.when("decide-outcome", on=DAY, **told).then_refused("H2")


def test_an_outcome_rests_on_a_passed_resolution_of_the_same_outcome(trained: Programme) -> None:
    told = trained.outcome("three", "promoted", DAY)
    trained.when("decide-outcome", **told | {"outcome": "terminated"}).then_refused("R4")
    trained.when("decide-outcome", **told | {"resolution": "r-000000"}).then_fails(Unknown)
    votes = {"agree": 4, "disagree": 5, "outcome": "promoted"}
    failed = trained.resolved(trained.members["three"], "outcome", "2027-03-02", **votes)
    trained.when("decide-outcome", **told | {"on": "2027-03-02", "resolution": failed}).then_refused("R4")


def test_a_suspended_member_gets_an_outcome_but_no_extension(trained: Programme) -> None:
    told = trained.outcome("three", "terminated", DAY)
    extension = trained.outcome("four", "extended", DAY, extended_to="2027-09-13")
    for tier in ("three", "four"):
        trained.given("suspend-membership", on=DAY, reason="借调", **trained.about(tier))
    trained.when("decide-outcome", **told).then_recorded("outcome-decided", "membership-ended")
    trained.when("decide-outcome", **extension).then_refused("H2")


@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        ("extended", {}),
        ("promoted", {"extended_to": "2028-03-13"}),
        ("promoted", {"to_tier": "three"}),
        ("terminated", {"to_batch": NEXT}),
    ],
    ids=str,
)
def test_each_outcome_says_what_belongs_to_it(trained: Programme, outcome: str, more: dict[str, Any]) -> None:
    trained.when("decide-outcome", **trained.outcome("four", outcome, DAY, **more)).then_fails(Malformed)


# Extension


def test_an_extension_keeps_the_membership_with_a_new_end(trained: Programme) -> None:
    told = trained.outcome("four", "extended", DAY, extended_to="2028-03-13")
    trained.when("decide-outcome", **told).then_recorded("outcome-decided", "membership-extended")
    trained.when("decide-outcome", **told).then_nothing()
    member = trained.membership(trained.members["four"])
    assert (member.status, str(member.ends_on)) == (Status.ACTIVE, "2028-03-13")
    assert str(trained.membership(trained.members["four"], "2027-02-28").ends_on) == "2027-03-13"


def test_an_extension_goes_beyond_the_end_and_at_most_twelve_months(trained: Programme) -> None:
    short = trained.outcome("four", "extended", DAY, extended_to="2027-03-13")
    trained.when("decide-outcome", **short).then_refused("E2")
    long = short | {"extended_to": "2028-03-14"}
    trained.when("decide-outcome", **long).then_needs(
        "E2.extension", "exception", value="2028-03-14", limit="2028-03-13"
    )
    trained.when("decide-outcome", exceptions=excepted("E2.extension", by=long["resolution"]), **long).then_recorded(
        "outcome-decided", "membership-extended", cautions=["E2.extension"]
    )


def test_an_extension_goes_as_far_as_the_committee_voted(trained: Programme) -> None:
    told = trained.outcome("four", "extended", DAY, until="2027-06-13")
    trained.when("decide-outcome", **told | {"extended_to": "2027-09-13"}).then_refused("R4")
    trained.when("decide-outcome", **told).then_recorded("outcome-decided", "membership-extended")


def test_a_vote_that_names_no_last_day_covers_any_within_the_plan(trained: Programme) -> None:
    told = trained.outcome("four", "extended", DAY)
    trained.when("decide-outcome", **told | {"extended_to": "2028-03-14"}).then_needs("E2.extension", "exception")
    trained.when("decide-outcome", **told | {"extended_to": "2027-09-13"}).then_recorded(
        "outcome-decided", "membership-extended"
    )


def test_no_vote_but_one_on_an_extension_names_a_last_day(trained: Programme) -> None:
    votes = {"agree": 9, "disagree": 0, "abstain": 0, "meeting": trained.meeting(DAY), "matter": "outcome"}
    ballot = {"on": DAY, "person": trained.members["four"], "batch": BATCH, **votes}
    trained.when("pass-resolution", **ballot, outcome="promoted", extended_to="2027-09-13").then_fails(Malformed)


def test_a_vote_on_a_longer_extension_leaves_a_shorter_one(trained: Programme) -> None:
    told = trained.outcome("four", "extended", DAY, until="2027-06-13")
    lost = {"outcome": "extended", "extended_to": "2027-12-13", "agree": 2, "disagree": 7}
    trained.resolved(trained.members["four"], "outcome", "2027-03-02", **lost)
    trained.when("decide-outcome", **told).then_recorded("outcome-decided", "membership-extended")


# A vote before the outcome took effect


def test_no_promotion_follows_an_outcome_that_was_voted_down_before_it_took_effect(trained: Programme) -> None:
    decided(trained, "three", "promoted")
    person = trained.members["three"]
    trained.resolved(person, "outcome", "2027-03-08", outcome="promoted", agree=1, disagree=8)
    post = {"person": person, "batch": BATCH, "post": "教务处副主任"}
    trained.when("record-promotion", on="2027-03-20", **post).then_refused("R4")


def test_nobody_advances_by_an_outcome_that_gave_way_to_another(trained: Programme) -> None:
    publish_next(trained)
    decided(trained, "four", "advanced", to_batch=NEXT)
    trained.resolved(trained.members["four"], "outcome", "2027-03-08", outcome="terminated")
    trained.when("advance-member", on="2027-03-20", person=trained.members["four"], batch=BATCH).then_refused("R4")


@pytest.mark.parametrize(("day", "agree"), [("2027-03-15", 1), ("2027-03-08", 9)])
def test_a_vote_after_that_or_for_the_same_leaves_the_outcome(trained: Programme, day: str, agree: int) -> None:
    decided(trained, "three", "promoted")
    person = trained.members["three"]
    trained.resolved(person, "outcome", day, outcome="promoted", agree=agree, disagree=9 - agree)
    post = {"person": person, "batch": BATCH, "post": "教务处副主任"}
    trained.when("record-promotion", on="2027-03-20", **post).then_recorded("promotion-recorded")


def test_the_outcome_is_withdrawn_and_decided_anew(trained: Programme) -> None:
    told = trained.outcome("three", "promoted", DAY)
    trained.given("decide-outcome", **told)
    position = trained.log.head() - 1
    anew = trained.resolved(trained.members["three"], "outcome", "2027-03-08", outcome="terminated")
    other = told | {"on": "2027-03-08", "outcome": "terminated", "resolution": anew}
    trained.when("decide-outcome", **other).then_refused("E2")
    trained.given("withdraw-event", on="2027-03-08", position=position, reason="党委会另有决定")
    trained.when("decide-outcome", **other).then_recorded("outcome-decided", "membership-ended")


def test_after_an_extension_exactly_one_more_outcome_follows(trained: Programme) -> None:
    decided(trained, "four", "extended", extended_to="2027-09-13")
    early = trained.outcome("four", "terminated", "2027-06-12")
    trained.when("decide-outcome", **early).then_refused("E2")
    told = trained.outcome("four", "terminated", "2027-06-13")
    trained.when("decide-outcome", **told).then_recorded("outcome-decided", "membership-ended")
    trained.when("decide-outcome", **trained.outcome("four", "promoted", "2027-06-14")).then_refused("E2")
    assert str(trained.membership(trained.members["four"]).last_day) == "2027-09-13"


def test_a_second_extension_is_an_exception(trained: Programme) -> None:
    decided(trained, "four", "extended", extended_to="2027-09-13")
    again = trained.outcome("four", "extended", "2027-09-01", extended_to="2028-03-13")
    trained.when("decide-outcome", **again).then_needs("E2.extensions", "exception", value="2", limit="1")
    trained.when("decide-outcome", exceptions=excepted("E2.extensions", by=again["resolution"]), **again).then_recorded(
        "outcome-decided", "membership-extended", cautions=["E2.extensions"]
    )


def test_one_resolution_extends_once(trained: Programme) -> None:
    told = trained.outcome("four", "extended", DAY, extended_to="2027-09-13")
    trained.given("decide-outcome", **told)
    again = told | {"on": "2027-09-01", "extended_to": "2028-03-13"}
    trained.when("decide-outcome", exceptions=excepted("E2.extensions", by=again["resolution"]), **again).then_refused(
        "E2"
    )


# A higher tier


def test_the_next_tier_in_the_next_batch(trained: Programme) -> None:
    publish_next(trained)
    decided(trained, "four", "advanced", "2027-03-02")
    outcome = trained.last("outcome-decided", trained.members["four"])
    assert (outcome["to_tier"], outcome["to_batch"]) == ("three", NEXT)
    assert trained.membership(trained.members["four"]).cause is EndCause.ADVANCED


def test_three_has_no_higher_tier(trained: Programme) -> None:
    trained.when("decide-outcome", **trained.outcome("three", "advanced", DAY)).then_refused("E2")
    told = trained.outcome("four", "advanced", DAY)
    for tier in ("five", "four"):
        trained.when("decide-outcome", **told, to_tier=tier).then_refused("E2")


def test_skipping_a_tier_is_an_exception(trained: Programme) -> None:
    skip = trained.outcome("five", "advanced", DAY, to_tier="three")
    trained.when("decide-outcome", **skip).then_needs("E2.skipped", "exception", value="three", limit="four")
    trained.when("decide-outcome", exceptions=excepted("E2.skipped", by=skip["resolution"]), **skip).then_recorded(
        "outcome-decided", "membership-ended", cautions=["E2.skipped"]
    )


def test_a_batch_to_continue_in_is_another_one_and_published(trained: Programme) -> None:
    told = trained.outcome("four", "advanced", DAY)
    trained.when("decide-outcome", **told, to_batch=BATCH).then_refused("E2")
    trained.when("decide-outcome", **told, to_batch=NEXT).then_fails(Unknown)
    publish_next(trained)
    trained.when("decide-outcome", **told, to_batch=NEXT).then_recorded("outcome-decided", "membership-ended")


def test_an_advanced_member_starts_in_the_next_batch(trained: Programme) -> None:
    publish_next(trained)
    decided(trained, "four", "advanced", "2027-03-02")
    trained.when("advance-member", on="2027-03-13", **trained.about("four")).then_refused("H1")
    started = trained.when("advance-member", on="2027-03-14", **trained.about("four")).then_recorded(
        "membership-started"
    )
    assert (started["batch"], started["tier"], started["ends_on"]) == (NEXT, "three", "2030-03-13")
    trained.when("advance-member", on="2027-03-14", **trained.about("four")).then_nothing()
    member = trained.membership(trained.members["four"])
    assert (member.origin, str(member.since)) == (Origin.ADVANCED, "2027-03-14")


def test_while_the_next_plan_is_not_published_an_advanced_member_waits(trained: Programme) -> None:
    decided(trained, "four", "advanced", "2027-02-20")
    assert trained.last("outcome-decided", trained.members["four"])["to_batch"] is None
    trained.when("advance-member", on="2027-03-14", **trained.about("four")).then_refused("E2")
    trained.publish(on="2027-09-01", edit=lambda text: text.replace("2024-03-14\nmonths", "2027-09-14\nmonths").replace(
        'batch = "2024-second"', f'batch = "{NEXT}"'))  # fmt: skip
    trained.when("advance-member", on="2027-09-13", **trained.about("four")).then_refused("E2")
    trained.when("advance-member", on="2027-09-14", **trained.about("four")).then_recorded("membership-started")


def test_who_was_not_to_advance_does_not(trained: Programme) -> None:
    publish_next(trained)
    trained.when("advance-member", on="2027-03-14", **trained.about("four")).then_refused("E2")
    trained.at("2027-03-02")
    decided(trained, "four", "terminated", "2027-03-02")
    trained.when("advance-member", on="2027-03-14", **trained.about("four")).then_refused("E2")


def test_age_is_judged_on_the_start(trained: Programme) -> None:
    publish_next(trained)
    trained.members["old"] = trained.member("four", born="1981-03-15", asked=requested("T2.age"))
    decided(trained, "old", "advanced", "2027-03-02")
    trained.when("advance-member", on="2027-03-15", **trained.about("old")).then_needs(
        "T1.age", "exception", value="46", limit="45"
    )
    trained.when("advance-member", on="2027-03-14", **trained.about("old")).then_recorded("membership-started")


def test_places_are_judged_on_the_start(trained: Programme) -> None:
    publish_next(trained)
    decided(trained, "four", "advanced", "2027-03-02")
    turn = Turn(NEXT, nominate="2027-03-04", assess="2027-03-12", decide="2027-03-14")
    for _ in range(3):
        trained.member("three", turn)
    trained.when("advance-member", on="2027-03-14", **trained.about("four")).then_needs(
        "T1.places", "caution", value="4", limit="3"
    )
    trained.when("advance-member", reason="人选突出", **trained.about("four")).then_recorded(
        "membership-started", cautions=["T1.places"]
    )


def test_who_left_or_was_disqualified_meanwhile_does_not_advance(trained: Programme) -> None:
    publish_next(trained)
    for tier in ("four", "five"):
        decided(trained, tier, "advanced", "2027-03-02")
    trained.given("record-leaving", on="2027-03-05", person=trained.members["four"], cause="resigned")
    trained.disqualified(trained.members["five"], on="2027-03-05")
    trained.when("advance-member", on="2027-03-14", **trained.about("four")).then_refused("R4")
    trained.when("advance-member", on="2027-03-14", **trained.about("five")).then_refused("D2")


# Afterwards


def test_a_promotion_follows_its_outcome(trained: Programme) -> None:
    promotion = trained.about("three", post="教务处副主任")
    trained.when("record-promotion", on="2027-03-20", **promotion).then_refused("E2")
    trained.at(DAY)
    decided(trained, "three", "promoted")
    decided(trained, "four", "terminated")
    trained.when("record-promotion", on="2027-03-20", **promotion).then_recorded("promotion-recorded")
    trained.when("record-promotion", **promotion).then_nothing()
    trained.when("record-promotion", **promotion | {"post": "德育处副主任"}).then_refused("E2")
    trained.when("record-promotion", **promotion | trained.about("four")).then_refused("E2")


def test_a_dossier_is_handed_over_after_the_end(trained: Programme) -> None:
    decided(trained, "three", "promoted")
    hand_over = trained.about("three", to="组织人事处")
    trained.when("hand-over-dossier", on="2027-03-13", **hand_over).then_refused("D1")
    trained.when("hand-over-dossier", on="2027-03-14", **hand_over).then_recorded("dossier-handed-over")
    trained.when("hand-over-dossier", **hand_over).then_nothing()
    trained.when("hand-over-dossier", **hand_over | {"person": trained.person()}).then_refused("D1")
