"""取消与增补: a case by the book, the place it opens and how that is filled, an appeal, and somebody who leaves."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain.errors import Refusal
from tests.support.scenario import BATCH, Day
from tests.support.shown import Shown
from tests.support.stages import Programme, Turn

Show = Callable[[Programme], Shown]
SECRET = "多名教师联名反映其推诿工作"


@pytest.fixture
def case(trained: Programme) -> str:
    """The fourth tier's member: a concern on 7 April 2025, disqualified on the 24th, notified on the 28th."""
    four = trained.members["four"]
    concern = {"person": four, "batch": BATCH, "ground": "complaints", "raised_by": "高二年级组", "text": SECRET}
    case = str(trained.given("raise-concern", on="2025-04-07", capacity="discipline_officer", **concern)["case"])
    trained.given("verify-concern", on="2025-04-15", case=case, facts_found="三件事中两件属实")
    trained.given("hear-person", on="2025-04-18", case=case, statement="承认沟通不足")
    trained.given("propose-disqualification", on="2025-04-21", case=case, text="建议取消")
    resolution = trained.resolved(four, "disqualification", "2025-04-24")
    trained.given("decide-disqualification", on="2025-04-24", case=case, resolution=resolution)
    trained.given("notify-decision", on="2025-04-28", person=four, case=case)
    return case


def opened(trained: Programme) -> str:
    """The vacancy opened last."""
    return str(trained.last("vacancy-opened", BATCH)["vacancy"])


def fill(school: Programme, vacancy: str, turn: Turn, tier: str = "four") -> str:
    """Somebody through a supplement's round into the vacancy."""
    person = school.shortlisted(tier, turn)
    about: dict[str, Any] = {"round": turn.round, "tier": tier}
    resolution = school.resolved(person, "admission", turn.decide, **about)
    told = {"person": person, "batch": BATCH, **about, "resolution": resolution, "vacancy": vacancy}
    school.given("admit-candidate", on=turn.decide, **told)
    return person


def appeal(school: Programme, case: str, on: Day, *, upheld: bool = True) -> dict[str, Any]:
    """An appeal that the committee has voted on; what `decide-appeal` needs."""
    four = school.members["four"]
    school.given("lodge-appeal", on=on, person=four, case=case, text="请求复核", capacity="self")
    resolution = school.resolved(four, "appeal", on, upheld=upheld)
    return {"on": on, "person": four, "case": case, "upheld": upheld, "text": "撤销原决定", "resolution": resolution}


# Disqualified


def test_the_decision_ends_the_membership_and_opens_the_place_in_one_transaction(trained: Programme, case: str) -> None:
    decided = next(r for r in trained.log.scan() if r.event.KIND == "disqualification-decided")
    together = [r for r in trained.log.scan() if r.body.correlation == decided.body.correlation]
    assert [(r.event.KIND, r.stream) for r in together] == [
        ("disqualification-decided", trained.members["four"]),
        ("membership-ended", trained.members["four"]),
        ("vacancy-opened", BATCH),
    ]
    assert [r.position for r in together] == [decided.position + n for n in range(3)]
    assert case


def test_roster_and_places_before_and_from_the_day(trained: Programme, show: Show, case: str) -> None:
    shown, four = show(trained), trained.members["four"]
    assert [four in shown.members(on=day) for day in ("2025-04-23", "2025-04-24")] == [True, False]
    assert [shown.places("four", on=day).gap for day in ("2025-04-23", "2025-04-24")] == [3, 4]
    vacancy = shown.vacancies(on="2025-04-27")[opened(trained)]
    assert (vacancy.cause, vacancy.left_by, vacancy.age_days, vacancy.stage) == ("disqualified", four, 3, "open")
    trained.when("nominate-candidate", person=four, batch=BATCH, tier="four", source="office", unit="德育处")
    trained.then_refused("D2")
    assert case


def test_what_was_said_in_the_case_stays_in_it(trained: Programme, show: Show, case: str) -> None:
    shown, four = show(trained), trained.members["four"]
    assert SECRET not in shown.dossier(four).model_dump_json()
    assert all(SECRET not in entry.sentence for entry in [*shown.history(four), *shown.history(BATCH)])
    assert "concern-raised" in [entry.type for entry in shown.history(case)]
    assert not {"concern-raised", "person-heard"} & {entry.type for entry in shown.history(four)}
    decisions = shown.dossier(four).parts.training_register.decisions
    assert [decision.on for decision in decisions] == [date(2025, 4, 24), date(2025, 4, 28)]
    assert "三件事中两件属实" in str(decisions[0].text)


# Supplement


def test_the_place_is_filled_step_by_step(trained: Programme, show: Show, case: str) -> None:
    shown, vacancy = show(trained), opened(trained)
    turn = trained.moved(vacancy, on="2025-05-12")
    with pytest.raises(Refusal, match=r"\[D3\]"):
        trained.nominee("four", turn)
    consent = trained.resolved(None, "supplement", "2025-05-14", round=turn.round)
    trained.given("consent-to-motion", on="2025-05-14", batch=BATCH, motion=turn.round, resolution=consent)
    for step, day in (("nominate", turn.nominate), ("assess", turn.assess), ("decide", turn.decide)):
        trained.given("open-step", on=day, batch=BATCH, step=step, round=turn.round)
    person = fill(trained, vacancy, turn)

    days = ["2025-05-11", "2025-05-12", "2025-05-14", turn.nominate, turn.assess, turn.decide]
    stages = [shown.filling(vacancy, on=day) for day in days]
    assert stages == ["open", "moved", "consented", "nominating", "assessing", "filled"]
    filled = shown.vacancies()[vacancy]
    assert (filled.filled_by, filled.motion) == (person, turn.round)
    assert (shown.members()[person].origin, shown.places("four").gap) == ("supplement", 3)
    assert shown.stage(person, turn=turn.round) == "admitted"
    assert shown.stage(person) is None, "not in the first round"
    assert case


def test_a_refused_motion_leaves_the_place_open_for_another(trained: Programme, show: Show) -> None:
    shown, vacancy = show(trained), trained.vacated("four", "2025-05-05")
    turn = trained.moved(vacancy, on="2025-05-12")
    against = {"agree": 2, "disagree": 7}
    resolution = trained.resolved(None, "supplement", "2025-05-14", round=turn.round, **against)
    trained.given("refuse-motion", on="2025-05-14", batch=BATCH, motion=turn.round, resolution=resolution)
    assert [shown.filling(vacancy, on=day) for day in ("2025-05-13", "2025-05-14")] == ["moved", "open"]
    again = trained.consented(vacancy, on="2025-06-02")
    fill(trained, vacancy, again)
    assert shown.filling(vacancy) == "filled"


def test_a_cancelled_vacancy_grows_no_older(trained: Programme, show: Show) -> None:
    shown, vacancy = show(trained), trained.vacated("three", "2026-04-20")
    trained.given("cancel-vacancy", on="2026-05-11", batch=BATCH, vacancy=vacancy, reason="距周期结束不足一年")
    trained.at("2026-08-01")
    line = shown.vacancies()[vacancy]
    assert (line.stage, line.age_days) == ("cancelled", 21)
    assert (shown.places("three").gap, shown.places("three").open) == (3, 0)


# Appeal


def test_an_upheld_appeal_restores_from_its_day_and_cancels_the_open_place(
    trained: Programme, show: Show, case: str
) -> None:
    shown, four, vacancy = show(trained), trained.members["four"], opened(trained)
    trained.given("decide-appeal", **appeal(trained, case, "2025-06-20"))
    days = ("2025-04-23", "2025-04-24", "2025-06-19", "2025-06-20")
    assert [four in shown.members(on=day) for day in days] == [True, False, False, True]
    assert shown.filling(vacancy) == "cancelled"
    assert shown.members()[four].since == date(2024, 3, 14)
    practice = {"person": four, "batch": BATCH, "mentor": trained.person(posts=("middle_manager",))}
    trained.when("pair-mentor", on="2025-05-01", mentor_post="middle_manager", **practice).then_refused("H2")
    trained.when("pair-mentor", on="2025-06-20", mentor_post="middle_manager", **practice).done()


def test_an_upheld_appeal_into_a_full_tier_is_judged_by_the_places(trained: Programme, show: Show, case: str) -> None:
    """Four in the tier of four, then the restored one: a reason; after a fifth, an exception."""
    shown, four, vacancy = show(trained), trained.members["four"], opened(trained)
    for _ in range(3):
        trained.member("four")
    fill(trained, vacancy, trained.consented(vacancy, on="2025-05-12"))
    assert (shown.places("four").active, shown.places("four").gap) == (4, 0)

    upheld = appeal(trained, case, "2025-06-20")
    trained.when("decide-appeal", **upheld).then_needs("T2.places", "caution", value="5", limit="4")
    trained.given("decide-appeal", reason="名额已补足，暂多一人", **upheld)
    assert (shown.places("four").active, shown.tiers()["four"].active) == (5, 5)
    assert shown.filling(vacancy) == "filled", "what was filled stays so"
    assert shown.crossed(four) == [("T2.places", "caution", None)]
    assert [e.reason for e in shown.members()[four].exceptions] == ["名额已补足，暂多一人"]
    assert (shown.places("four", on="2025-06-19").active, shown.members()[four].status) == (4, "active")

    sixth = trained.admissible("four")
    trained.when("admit-candidate", on="2025-06-30", **sixth).then_needs("T2.places", "exception", value="6", limit="5")


def test_a_rejected_appeal_changes_nothing_but_the_record(trained: Programme, show: Show, case: str) -> None:
    shown, four = show(trained), trained.members["four"]
    trained.given("decide-appeal", **appeal(trained, case, "2025-06-20", upheld=False) | {"text": "维持原决定"})
    assert four not in shown.members()
    assert shown.filling(opened(trained)) == "open"
    assert shown.membership(four).cause == "disqualified"
    assert [d.text for d in shown.dossier(four).parts.training_register.decisions][-1] == "维持原决定"


def test_a_restored_member_may_be_disqualified_again(trained: Programme, show: Show, case: str) -> None:
    shown, four = show(trained), trained.members["four"]
    trained.given("decide-appeal", **appeal(trained, case, "2025-06-20"))
    second = trained.disqualified(four, "2025-09-10")
    assert second != case
    days = ("2025-06-20", "2025-09-09", "2025-09-10")
    assert [four in shown.members(on=day) for day in days] == [True, True, False]
    assert len([line for line in shown.vacancies().values() if line.left_by == four]) == 2


# Leaving


def test_leaving_opens_the_place_with_it(trained: Programme, show: Show) -> None:
    shown, three = show(trained), trained.members["three"]
    trained.when("record-leaving", on="2025-08-20", person=three, cause="transferred")
    trained.then_recorded("person-left", "membership-ended", "vacancy-opened")
    assert shown.vacancies()[opened(trained)].cause == "left_school"
    assert [shown.places("three", on=day).active for day in ("2025-08-19", "2025-08-20")] == [1, 0]


def test_a_leaving_recorded_late_empties_the_roster_of_its_day(trained: Programme, show: Show) -> None:
    shown, three = show(trained), trained.members["three"]
    trained.given("record-leaving", on="2025-08-20", today="2025-10-08", person=three, cause="transferred")
    assert three in shown.members(on="2025-09-01", known="2025-10-07")
    assert three not in shown.members(on="2025-09-01")
    assert shown.vacancies(on="2025-09-01", known="2025-10-07") == {}
    assert [line.age_days for line in shown.vacancies(on="2025-09-01").values()] == [12]
    late = [entry.type for entry in shown.history(BATCH) if entry.late and entry.occurred_on == date(2025, 8, 20)]
    assert late == ["membership-ended", "vacancy-opened"]


def test_a_late_leaving_is_taken_before_later_training_and_marks_it(trained: Programme, show: Show) -> None:
    shown, five = show(trained), trained.members["five"]
    trained.given("record-practice", on="2025-09-10", **trained.about("five", kind="clubs", text="指导天文社"))
    trained.given("record-leaving", on="2025-08-20", today="2025-10-08", person=five, cause="resigned")
    assert shown.membership(five).ended_on == date(2025, 8, 20)
    assert {entry.type for entry in shown.history(five) if entry.overtaken_by} == {"practice-recorded"}


def test_a_leaving_is_withdrawn_with_the_end_that_it_brought(trained: Programme, show: Show) -> None:
    shown, three = show(trained), trained.members["three"]
    trained.given("record-leaving", on="2025-08-20", person=three, cause="transferred")
    head = trained.log.head()
    told: dict[str, Any] = {"on": "2025-09-01", "reason": "调动取消"}
    trained.when("withdraw-event", **told, position=head).then_recorded(*["event-withdrawn"] * 3)
    trained.when("withdraw-event", **told, position=head - 2).then_nothing()
    assert shown.marks(three) == ("active", False)
    assert shown.vacancies() == {}
    assert three not in shown.members(on="2025-08-25", known="2025-08-31")
