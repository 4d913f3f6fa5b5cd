"""Taking a place, keeping it, being suspended from it (R4, H1, H2, places)."""

from typing import Any

import pytest

from domain.errors import Unknown
from domain.language import Origin, Status
from tests.support.scenario import BATCH
from tests.support.stages import Programme, Turn, excepted

OTHER = "2024-pilot"
IN_OTHER = Turn(batch=OTHER)


def other_batch(school: Programme) -> None:
    """A second batch in the same weeks: rare, and the reason for H1."""
    school.publish(edit=lambda text: text.replace(BATCH, OTHER))


def test_a_passed_resolution_admits(school: Programme) -> None:
    admit = school.admissible("four")
    school.when("admit-candidate", **admit).then_recorded("membership-started")
    school.when("admit-candidate", **admit).then_nothing()
    member = school.membership(admit["person"])
    assert (member.tier, member.origin, member.status) == ("four", Origin.INITIAL, Status.ACTIVE)
    assert (str(member.since), str(member.ends_on)) == ("2024-03-14", "2027-03-13")


def test_without_a_passed_resolution_nobody_is_admitted(school: Programme) -> None:
    admit = school.admissible("four")
    school.when("admit-candidate", **admit | {"resolution": "r-000000"}).then_fails(Unknown)
    school.when("admit-candidate", **admit | {"tier": "three"}).then_refused("R4")
    school.when("admit-candidate", **school.admissible("three") | {"person": admit["person"]}).then_fails(Unknown)
    failed = school.shortlisted("five")
    votes = {"agree": 4, "disagree": 5, "tier": "five", "round": "initial"}
    resolution = school.resolved(failed, "admission", "2024-03-14", **votes)
    against = {"person": failed, "batch": BATCH, "tier": "five", "resolution": resolution}
    school.when("admit-candidate", **against).then_refused("R4")


def test_a_resolution_of_a_later_day_admits_nobody_yet(school: Programme) -> None:
    school.when("admit-candidate", on="2024-03-13", **school.admissible()).then_fails(Unknown)


def test_a_resolution_is_carried_out_once(school: Programme) -> None:
    admit = school.admissible("four")
    school.given("admit-candidate", **admit)
    school.disqualified(admit["person"], on="2024-05-01")
    school.when("admit-candidate", on="2024-06-01", **admit).then_refused("R4")


def test_who_left_since_the_vote_is_not_admitted(school: Programme) -> None:
    admit = school.admissible()
    school.given("record-leaving", on="2024-03-15", person=admit["person"], cause="resigned")
    school.when("admit-candidate", on="2024-03-16", **admit).then_refused("R4")


def test_one_active_membership_per_person_across_batches(school: Programme) -> None:
    other_batch(school)
    first = school.admissible("four")
    second = school.admissible("four", IN_OTHER, person=first["person"])
    school.given("admit-candidate", **first)
    school.when("admit-candidate", on="2024-03-20", **second).then_refused("H1")


def test_a_back_dated_admission_does_not_overlap_a_membership_that_has_ended(school: Programme) -> None:
    other_batch(school)
    first = school.admissible("four")
    second = school.admissible("four", IN_OTHER, person=first["person"])
    school.given("admit-candidate", on="2024-04-01", **first)
    school.disqualified(first["person"], on="2024-06-01")
    for day in ("2024-03-20", "2024-04-15"):  # before it began, and while it lasted
        school.when("admit-candidate", on=day, **second).then_refused("H1")
    school.when("admit-candidate", on="2024-06-01", **second).then_recorded("membership-started")


def test_a_cycle_that_is_over_takes_nobody(school: Programme) -> None:
    school.when("admit-candidate", on="2027-03-14", **school.admissible()).then_refused("O3")


def filled(school: Programme, tier: str, target: int) -> None:
    for _ in range(target):
        school.member(tier)


def test_places_to_the_target_one_more_with_a_reason_beyond_with_an_exception(school: Programme) -> None:
    admissible = [school.admissible("three") for _ in range(5)]
    for admit in admissible[:3]:
        school.when("admit-candidate", **admit).then_recorded("membership-started")
    fourth, fifth = admissible[3:]
    school.when("admit-candidate", **fourth).then_needs("T1.places", "caution", value="4", limit="3")
    school.when("admit-candidate", reason="人选突出", **fourth).then_recorded(
        "membership-started", cautions=["T1.places"]
    )
    school.when("admit-candidate", reason="x", **fifth).then_needs("T1.places", "exception", value="5", limit="4")
    school.when("admit-candidate", exceptions=excepted("T1.places", by=fifth["resolution"]), **fifth).then_recorded(
        "membership-started", cautions=["T1.places"]
    )


@pytest.mark.parametrize("missing", ["approver", "resolution"])
def test_an_exception_has_all_its_parts(school: Programme, missing: str) -> None:
    filled(school, "three", 4)
    fifth = school.admissible("three")
    exception = {k: v for k, v in excepted("T1.places", by=fifth["resolution"])[0].items() if k != missing}
    school.when("admit-candidate", exceptions=[exception], **fifth).then_needs("T1.places", "exception")
    assert missing in str([j.missing() for j in school.error.judgements])  # type: ignore[union-attr]


def test_a_back_dated_admission_counts_who_came_later(school: Programme) -> None:
    admissible = [school.admissible("three") for _ in range(4)]
    for day, admit in zip(("2024-04-01", "2024-04-02", "2024-04-03"), admissible[:3], strict=True):
        school.given("admit-candidate", on=day, **admit)
    school.when("admit-candidate", on="2024-03-20", **admissible[3]).then_needs("T1.places", "caution", value="4")


def test_a_place_that_came_free_counts_no_longer(school: Programme) -> None:
    filled(school, "three", 3)
    leaver, fourth = school.member("four"), school.admissible("three")
    school.given("record-leaving", on="2024-04-01", person=leaver, cause="resigned")
    school.when("admit-candidate", on="2024-04-02", **fourth).then_needs("T1.places", "caution")


def test_exceptions_are_granted_at_the_latest_by_the_resolution_that_admits(school: Programme) -> None:
    person = school.shortlisted(born="1977-05-01", asked=[{"rule": "T1.age", "reason": "突出"}])
    admit = {"person": person, "batch": BATCH, "tier": "three"}
    resolution = school.resolved(person, "admission", "2024-03-14", tier="three", round="initial")
    school.when("admit-candidate", **admit, resolution=resolution).then_recorded("membership-started")


def test_a_granted_exception_is_withdrawn_with_the_vote_that_granted_it(school: Programme) -> None:
    person = school.shortlisted(born="1977-05-01", asked=[{"rule": "T1.age", "reason": "突出"}])
    resolution = school.resolved(person, "admission", "2024-03-14", tier="three", round="initial")
    granted = next(r for r in school.known.log() if r.event.KIND == "exception-granted")
    school.when("withdraw-event", position=granted.position, reason="决议未及此项")
    school.then_recorded("event-withdrawn", "event-withdrawn")
    admit = {"person": person, "batch": BATCH, "tier": "three", "resolution": resolution}
    school.when("admit-candidate", **admit).then_fails(Unknown)


# Suspended and ended


def test_a_suspended_member_keeps_the_place_and_comes_back(trained: Programme) -> None:
    member = trained.about("four")
    trained.when("suspend-membership", on="2024-09-01", **member).then_refused("H2")
    trained.when("suspend-membership", reason="借调", **member).then_recorded("membership-suspended")
    trained.when("suspend-membership", reason="借调", **member).then_nothing()
    assert trained.membership(member["person"]).status is Status.SUSPENDED
    trained.when("resume-membership", on="2025-01-01", **member).then_recorded("membership-resumed")
    trained.when("resume-membership", **member).then_nothing()
    assert trained.membership(member["person"], "2024-12-31").status is Status.SUSPENDED
    assert trained.membership(member["person"]).status is Status.ACTIVE


def test_who_is_not_in_training_is_not_suspended(trained: Programme) -> None:
    outsider = {"person": trained.person(), "batch": BATCH}
    trained.when("suspend-membership", reason="借调", **outsider).then_refused("H2")
    trained.when("resume-membership", **outsider).then_refused("H2")


def practice(school: Programme, **more: Any) -> dict[str, Any]:
    return school.about("five", kind="clubs", text="指导天文社") | more


def test_nothing_is_recorded_of_a_suspended_member_for_the_time(trained: Programme) -> None:
    trained.given("suspend-membership", on="2024-09-01", reason="借调", **trained.about("five"))
    trained.when("record-practice", on="2024-10-01", **practice(trained)).then_refused("H2")
    trained.when("record-practice", on="2024-08-31", **practice(trained)).then_recorded("practice-recorded")
    trained.given("resume-membership", on="2025-01-01", **trained.about("five"))
    trained.when("record-practice", on="2025-01-01", **practice(trained)).then_recorded("practice-recorded")
    trained.when("record-practice", on="2024-12-31", **practice(trained)).then_refused("H2")


def test_nothing_is_recorded_after_the_end_but_late_records_of_earlier_days(trained: Programme) -> None:
    trained.vacated("five", on="2024-09-01")
    trained.when("record-practice", on="2024-09-01", **practice(trained)).then_refused("H2")
    trained.when("record-practice", on="2024-08-31", **practice(trained)).then_recorded("practice-recorded")


def test_nothing_is_recorded_before_the_beginning(trained: Programme) -> None:
    trained.when("record-practice", on="2024-03-13", **practice(trained)).then_refused("H2")
    trained.given("record-practice", on="2024-03-14", **practice(trained))
    position = trained.log.head()
    trained.when("correct-event", position=position, occurred_on="2024-03-10", reason="日期误记").then_refused("H2")


def test_a_suspension_does_not_slip_in_before_what_was_recorded_since(trained: Programme) -> None:
    trained.given("record-practice", on="2024-10-01", **practice(trained))
    trained.when("suspend-membership", on="2024-09-30", reason="借调", **trained.about("five")).then_refused("H2")
    trained.when("suspend-membership", on="2024-10-01", reason="借调", **trained.about("five")).done()


# Supplement


def test_a_supplement_runs_in_the_order_moved_consented_selected(trained: Programme) -> None:
    vacancy = trained.vacated("four", on="2025-05-06")
    turn = trained.moved(vacancy, on="2025-05-07")
    early = {"person": trained.person(), "batch": BATCH, "round": turn.round, "tier": "four", "source": "office"}
    trained.when("nominate-candidate", on=turn.nominate, unit="教务处", **early).then_refused("D3")
    held = trained.meeting("2025-05-08")
    votes = {"matter": "supplement", "agree": 9, "disagree": 0, "abstain": 0}
    about = {"batch": BATCH, "meeting": held, "round": turn.round}
    resolution = trained.given("pass-resolution", on="2025-05-08", **about, **votes)["resolution"]
    consent = {"batch": BATCH, "motion": turn.round, "resolution": resolution}
    trained.when("consent-to-motion", on="2025-05-08", **consent).then_recorded("motion-consented")
    trained.when("consent-to-motion", on="2025-05-08", **consent).then_nothing()
    admit = trained.admissible("four", turn)
    trained.when("admit-candidate", **admit).then_refused("D3")
    trained.when("admit-candidate", **admit, vacancy=vacancy).then_recorded("membership-started", "vacancy-filled")
    trained.when("admit-candidate", **admit, vacancy=vacancy).then_nothing()
    assert trained.membership(admit["person"]).origin is Origin.SUPPLEMENT


def test_a_vacancy_is_filled_once_and_in_its_tier(trained: Programme) -> None:
    turn = trained.consented(vacancy := trained.vacated("four", on="2025-05-06"), on="2025-05-07")
    first, second = (trained.admissible("four", turn) for _ in range(2))
    trained.given("admit-candidate", **first, vacancy=vacancy)
    trained.when("admit-candidate", **second, vacancy=vacancy).then_refused("D3")


def test_a_first_round_fills_no_vacancy(trained: Programme) -> None:
    admit, vacancy = trained.admissible("four"), trained.vacated("four", on="2024-03-20")
    trained.when("admit-candidate", **admit, vacancy=vacancy).then_refused("D3")


def test_age_in_a_supplement_is_judged_on_its_own_committees_day(trained: Programme) -> None:
    turn = trained.consented(trained.vacated("three", on="2025-05-06"), on="2025-05-07")
    person = trained.assessed("three", turn, born="1979-05-25")  # 46 on 28 May 2025, the day of the round's committee
    shortlist = {"on": turn.assess, "person": person, "batch": BATCH, "round": turn.round, "tier": "three"}
    trained.when("shortlist-candidate", **shortlist).then_needs("T1.age", "exception", value="46")
