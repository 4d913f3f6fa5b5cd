"""Which end counts (S5): the first one wins, what it overtakes is shown as overtaken, and the place opens once."""

from collections.abc import Callable

import pytest

from domain.events.vacancy import VacancyOpened
from domain.language import EndCause, VacancyCause
from tests.support.scenario import BATCH, Day
from tests.support.shown import Shown
from tests.support.stages import Programme

Show = Callable[[Programme], Shown]
LAST, AFTER = "2027-03-13", "2027-03-14"
POST = {"post": "教务处副主任"}


def decide(school: Programme, tier: str, outcome: str, on: Day = "2027-02-20", **more: object) -> None:
    school.given("decide-outcome", **school.outcome(tier, outcome, on, **more))


def leave(school: Programme, tier: str, on: Day, today: Day | None = None) -> None:
    school.given("record-leaving", on=on, today=today, person=school.members[tier], cause="resigned")


def outcome_marks(shown: Shown, person: str, **when: str) -> tuple[str, str | None]:
    outcome = shown.dossier(person, **when).parts.training_register.outcome
    assert outcome is not None
    return outcome.outcome, outcome.overtaken


def vacancies_of(school: Programme, tier: str) -> list[VacancyCause]:
    """Why places of a tier came open, in the order of recording."""
    opened = school.facts().all(BATCH, VacancyOpened)
    return [row.value.cause for row in sorted(opened, key=lambda row: row.origin) if row.value.tier == tier]


# The first end wins


def test_who_is_disqualified_before_the_terms_end_is_not_promoted(trained: Programme, show: Show) -> None:
    shown, three = show(trained), trained.members["three"]
    decide(trained, "three", "promoted")
    trained.disqualified(three, on="2027-03-05")
    trained.when("record-promotion", on="2027-03-22", **trained.about("three", **POST)).then_refused("E2")
    assert trained.membership(three).cause is EndCause.DISQUALIFIED
    assert outcome_marks(shown, three) == ("promoted", "disqualified")
    assert outcome_marks(shown, three, on="2027-03-04") == ("promoted", None)
    assert shown.membership(three).cause == "disqualified"
    marks = {entry.type: entry.overtaken_by for entry in shown.history(three)}
    ended = max(entry.position for entry in shown.history(three) if entry.type == "membership-ended")
    assert marks["outcome-decided"] == ended
    assert [e.overtaken_by for e in shown.history(three) if e.type == "membership-ended"] == [ended, None]


def test_an_outcome_that_nothing_overtakes_is_promoted(trained: Programme, show: Show) -> None:
    shown, three = show(trained), trained.members["three"]
    decide(trained, "three", "promoted")
    trained.when("record-promotion", on=LAST, **trained.about("three", **POST)).then_refused("E2")
    trained.when("record-promotion", on=AFTER, **trained.about("three", **POST)).then_recorded("promotion-recorded")
    assert outcome_marks(shown, three) == ("promoted", None)
    assert {entry.overtaken_by for entry in shown.history(three)} == {None}
    promotion = shown.dossier(three).parts.training_register.promotion
    assert promotion
    assert promotion.overtaken is None


@pytest.mark.parametrize(("day", "cause"), [("2027-03-12", EndCause.LEFT_SCHOOL), (LAST, EndCause.PROMOTED)])
def test_the_terms_last_day_is_not_before_its_end(trained: Programme, day: str, cause: EndCause) -> None:
    decide(trained, "three", "promoted")
    leave(trained, "three", day)
    trained.at("2027-03-22")
    assert trained.membership(trained.members["three"]).cause is cause
    assert len(vacancies_of(trained, "three")) == (cause is EndCause.LEFT_SCHOOL)


def test_without_an_outcome_the_last_day_ends_like_any_other(trained: Programme) -> None:
    leave(trained, "three", LAST)
    assert trained.membership(trained.members["three"]).cause is EndCause.LEFT_SCHOOL


def test_on_the_terms_last_day_an_outcome_is_withdrawn_before_a_disqualification(trained: Programme) -> None:
    decide(trained, "five", "terminated")
    about = trained.about("five", ground="complaints", raised_by="教师", text="反映")
    case = trained.given("raise-concern", on=LAST, **about)["case"]
    trained.given("verify-concern", on=LAST, case=case, facts_found="属实")
    trained.given("hear-person", on=LAST, case=case, statement="承认")
    trained.given("propose-disqualification", on=LAST, case=case, text="建议取消")
    resolution = trained.resolved(trained.members["five"], "disqualification", LAST)
    trained.when("decide-disqualification", on=LAST, case=case, resolution=resolution).then_refused("E2")


def test_an_extension_is_overtaken_too(trained: Programme, show: Show) -> None:
    shown, four = show(trained), trained.members["four"]
    decide(trained, "four", "extended", extended_to="2027-09-13")
    leave(trained, "four", "2027-03-01")
    assert outcome_marks(shown, four) == ("extended", "left_school")


def test_an_extension_that_began_is_not_overtaken(trained: Programme, show: Show) -> None:
    shown, four = show(trained), trained.members["four"]
    decide(trained, "four", "extended", extended_to="2027-09-13")
    leave(trained, "four", "2027-05-01")
    assert outcome_marks(shown, four) == ("extended", None)


def test_who_left_before_does_not_advance(trained: Programme, show: Show) -> None:
    trained.publish(on="2027-03-01", edit=lambda text: text.replace("2024-", "2027-"))
    decide(trained, "four", "advanced", "2027-03-02")
    trained.disqualified(trained.members["four"], on="2027-03-05")
    trained.when("advance-member", on="2027-03-14", **trained.about("four")).then_refused("D2")
    assert outcome_marks(show(trained), trained.members["four"]) == ("advanced", "disqualified")


# Told later


def test_a_leaving_told_after_the_promotion_is_taken_and_marks_what_it_overtakes(
    trained: Programme, show: Show
) -> None:
    shown, three = show(trained), trained.members["three"]
    decide(trained, "three", "promoted")
    trained.given("record-promotion", on="2027-03-22", **trained.about("three", **POST))
    leave(trained, "three", "2027-03-01", today="2027-04-01")
    assert outcome_marks(shown, three) == ("promoted", "left_school")
    promotion = shown.dossier(three).parts.training_register.promotion
    assert promotion
    assert promotion.overtaken == "left_school"
    assert outcome_marks(shown, three, known="2027-03-31") == ("promoted", None)
    marked = {entry.type for entry in shown.history(three) if entry.overtaken_by}
    assert marked == {"outcome-decided", "membership-ended", "promotion-recorded"}


def test_a_leaving_told_after_a_disqualification_opens_the_place_once(trained: Programme, show: Show) -> None:
    shown, five = show(trained), trained.members["five"]
    trained.disqualified(five, on="2025-04-07")
    leave(trained, "five", "2025-03-20", today="2025-05-01")
    assert shown.membership(five).cause == "left_school"
    assert vacancies_of(trained, "five") == [VacancyCause.DISQUALIFIED]
    assert "disqualification-decided" in {e.type for e in shown.history(five) if e.overtaken_by}
    case = trained.last("disqualification-decided", five)["case"]
    trained.given("lodge-appeal", on="2025-05-02", person=five, case=case, text="请求复核")
    upheld = {"person": five, "case": case, "upheld": True, "text": "撤销"}
    resolution = trained.resolved(five, "appeal", "2025-05-10")
    trained.when("decide-appeal", on="2025-05-10", **upheld, resolution=resolution).then_refused("D2")


def test_what_a_leaving_overtakes_stays_and_is_marked(trained: Programme, show: Show) -> None:
    shown, five = show(trained), trained.members["five"]
    for day in ("2024-05-01", "2024-07-01"):
        trained.given("record-practice", on=day, **trained.about("five", kind="clubs", text=f"指导 {day}"))
    leave(trained, "five", "2024-06-01", today="2024-08-01")
    marks = [(str(e.occurred_on), bool(e.overtaken_by)) for e in shown.history(five) if e.type == "practice-recorded"]
    assert marks == [("2024-05-01", False), ("2024-07-01", True)]


def test_nobody_left_before_being_restored(trained: Programme) -> None:
    five = trained.members["five"]
    case = trained.disqualified(five, on="2025-04-07")
    trained.given("lodge-appeal", on="2025-04-10", person=five, case=case, text="请求复核")
    upheld = {"person": five, "case": case, "upheld": True, "text": "撤销"}
    trained.given("decide-appeal", on="2025-05-10", **upheld, resolution=trained.resolved(five, "appeal", "2025-05-10"))
    trained.when("record-leaving", on="2025-05-01", person=five, cause="resigned").then_refused("H2")
    leave(trained, "five", "2025-06-01")
    assert vacancies_of(trained, "five") == [VacancyCause.DISQUALIFIED, VacancyCause.LEFT_SCHOOL]


# The post of who was promoted


def posts(shown: Shown, person: str, **when: str) -> object:
    form = shown.dossier(person, **when).parts.information_form
    return next(field.value for field in form.fields if field.key == "current_posts")


def test_a_promotion_gives_the_post_from_its_day_on(trained: Programme, show: Show) -> None:
    shown, three = show(trained), trained.members["three"]
    decide(trained, "three", "promoted")
    trained.given("record-promotion", on="2027-03-22", **trained.about("three", **POST, post_code="middle_manager"))
    assert posts(shown, three, on="2027-03-21") == ("班主任",)
    assert posts(shown, three) == ("班主任", "教务处副主任")
    trained.when(
        "record-post", on="2027-03-22", person=three, post="middle_manager", text="教务处副主任"
    ).then_nothing()
    record = next(e for e in shown.dossier(three).parts.information_form.posts if e.text == "教务处副主任")
    assert (record.value, str(record.start)) == ("middle_manager", "2027-03-22")


def test_a_post_told_by_itself_is_not_doubled_by_the_promotion(trained: Programme, show: Show) -> None:
    shown, three = show(trained), trained.members["three"]
    decide(trained, "three", "promoted")
    told = {"post": "middle_manager", "unit": "教务处", "text": "副主任"}
    trained.given("record-post", on="2027-03-22", person=three, **told)
    trained.given("record-promotion", on="2027-03-22", **trained.about("three", **POST))
    assert posts(shown, three) == ("班主任", "教务处副主任")
