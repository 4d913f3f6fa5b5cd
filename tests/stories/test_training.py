"""培养: what each tier is grown by, what falls due and is lacking, and the time in which a membership is suspended."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain import school as questions
from projections.conformance.findings import findings
from tests.support.scenario import BATCH
from tests.support.shown import Shown
from tests.support.stages import Programme, excepted

Show = Callable[[Programme], Shown]
PAIRING, REQUIREMENT = ("M3", "pairing", 2024), ("M4", "requirement", 2024)
FORM = ("D1", "material", 2024)


def mentor(school: Programme) -> str:
    return school.person("导师", posts=("middle_manager",))


def filed(school: Programme, tier: str, form: str, on: str, **more: Any) -> str:
    about = school.about(tier, form=form, title=form)
    return str(school.given("file-document", on=on, evidence=[school.file(form)], **about, **more)["record"])


# What is due within thirty days


def test_thirty_days_are_free_and_day_thirty_is_in_time(trained: Programme, show: Show) -> None:
    shown = show(trained)
    trained.at("2024-06-01")
    four, five = trained.members["four"], trained.members["five"]
    assert shown.gaps(four, on="2024-04-13") == shown.gaps(five, on="2024-04-13") == []
    assert sorted(shown.gaps(four, on="2024-04-14")) == [FORM, FORM, PAIRING]
    assert sorted(shown.gaps(five, on="2024-04-14")) == [FORM, FORM, REQUIREMENT]
    assert shown.gap_lines(four, on="2024-04-20")[0].days_over == 7


def test_who_is_paired_on_day_thirty_never_had_a_gap(trained: Programme, show: Show) -> None:
    shown, four = show(trained), trained.members["four"]
    paired = trained.about("four", mentor=mentor(trained), mentor_post="middle_manager")
    trained.given("pair-mentor", on="2024-04-13", **paired)
    trained.at("2024-06-01")
    assert PAIRING not in shown.gaps(four)


def test_a_pairing_recorded_late_closes_the_gap_that_was_seen_until_then(trained: Programme, show: Show) -> None:
    shown, four = show(trained), trained.members["four"]
    paired = trained.about("four", mentor=mentor(trained), mentor_post="middle_manager")
    trained.given("pair-mentor", on="2024-04-10", today="2024-05-20", **paired)
    assert PAIRING in shown.gaps(four, on="2024-05-01", known="2024-05-19")
    assert PAIRING not in shown.gaps(four, on="2024-05-01")
    assert shown.last(four).late


def test_a_pairing_withdrawn_opens_the_gap_again(trained: Programme, show: Show) -> None:
    shown, four = show(trained), trained.members["four"]
    paired = trained.about("four", mentor=mentor(trained), mentor_post="middle_manager")
    trained.given("pair-mentor", on="2024-04-10", **paired)
    position = shown.last(four).position
    trained.given("withdraw-event", on="2024-05-20", position=position, reason="结对的是另一人")
    assert PAIRING in shown.gaps(four)
    assert PAIRING not in shown.gaps(four, known="2024-05-19")


def test_an_amended_term_counts_from_its_day(trained: Programme, show: Show) -> None:
    """On the days before, the old number is still what was in force."""
    shown, four = show(trained), trained.members["four"]
    resolution = trained.resolved(None, "plan", "2024-04-15", text="放宽")
    changes = {"training.pairing_within_days": 45}
    told = {"batch": BATCH, "changes": changes, "resolution": resolution, "reason": "开学初工作集中"}
    trained.given("amend-plan", on="2024-04-15", **told)
    trained.at("2024-06-01")
    days = ("2024-04-14", "2024-04-15", "2024-04-28", "2024-04-29")
    assert [PAIRING in shown.gaps(four, on=day) for day in days] == [True, False, False, True]


# By the end of the year, and of the cycle


def test_every_area_of_study_is_due_in_every_year(trained: Programme, show: Show) -> None:
    shown, three = show(trained), trained.members["three"]
    session = {"batch": BATCH, "title": "师德专题", "areas": ["ethics", "political"], "hours": 3}
    made = trained.given("hold-study-session", on="2024-09-10", **session)
    lines = [{"person": three, "attendance": "present"}, {"person": trained.members["four"], "attendance": "absent"}]
    trained.given("record-attendance", on="2024-09-10", batch=BATCH, session=made["session"], lines=lines)
    trained.at("2025-06-01")

    def lacking(tier: str) -> int:
        return [(clause, year) for clause, _, year in shown.gaps(trained.members[tier])].count(("M1", 2024))

    assert [gap for gap in shown.gaps(three, on="2025-03-13") if gap[0] == "M1"] == []
    assert (lacking("three"), lacking("four"), lacking("five")) == (2, 4, 4)
    assert shown.dossier(three, on="2025-03-13").parts.training.total_hours == 3
    assert shown.dossier(three, on="2024-09-09").parts.training.total_hours == 0


def test_the_third_tier_goes_through_two_departments_by_the_end(trained: Programme, show: Show) -> None:
    shown, three = show(trained), trained.members["three"]
    departments = ("M2", "departments", 2026)
    for department, first, last in (("教务处", "2024-09-02", "2025-01-17"), ("德育处", "2025-09-01", "2026-01-16")):
        start = trained.given("start-placement", on=first, **trained.about("three", department=department, role="干事"))
        end = trained.about("three", record=start["record"], appraisal="认真负责")
        trained.given("end-placement", on=last, **end)
    trained.at("2027-04-01")
    assert departments not in shown.gaps(three)
    assert departments in shown.gaps(three, known="2025-08-31", on="2027-03-14")
    second = next(e.position for e in shown.history(three) if e.type == "placement-started" and "德育处" in e.sentence)
    trained.given("correct-event", position=second, changes={"department": "教务处"}, reason="部门写错")
    assert departments in shown.gaps(three)


def test_material_is_missing_present_returned_and_present_again(trained: Programme, show: Show) -> None:
    shown, five = show(trained), trained.members["five"]

    def state(on: str) -> list[str]:
        found = shown.dossier(five, on=on).parts.materials
        return [one.state for one in found if one.form == "information_form"]

    record = filed(trained, "five", "information_form", "2024-04-22")
    trained.given("return-document", on="2024-04-24", **trained.about("five", record=record, text="缺照片"))
    trained.given("accept-document", on="2024-04-29", **trained.about("five", record=record))
    days = ("2024-04-13", "2024-04-14", "2024-04-22", "2024-04-24", "2024-04-29")
    assert [state(day) for day in days] == [[], ["missing"], ["present"], ["returned"], ["present"]]
    (filed_form,) = [m for m in shown.dossier(five).parts.materials if m.form == "information_form"]
    assert shown.at().recorded(filed_form.source).event.KIND == "document-filed"
    assert [file.size for file in filed_form.files] == [len("information_form")]


# Suspension


@pytest.fixture
def suspended(trained: Programme) -> Programme:
    """The member of the fifth tier, away from 8 October 2024 until 6 January 2025."""
    trained.given("suspend-membership", on="2024-10-08", reason="借调", **trained.about("five"))
    trained.given("resume-membership", on="2025-01-06", **trained.about("five"))
    return trained


def test_who_is_suspended_stays_on_the_roster_marked_and_keeps_the_place(suspended: Programme, show: Show) -> None:
    shown, five = show(suspended), suspended.members["five"]
    days = ("2024-10-07", "2024-10-08", "2025-01-05", "2025-01-06")
    marks = [shown.marks(five, on=day)[0] for day in days]
    assert marks == ["active", "suspended", "suspended", "active"]
    assert {shown.places("five", on=day).active for day in days} == {1}
    pauses = [shown.membership(five, on=day).suspensions for day in ("2024-10-07", "2024-12-01", "2025-01-06")]
    spans = [[(pause.start, pause.end) for pause in found] for found in pauses]
    assert spans == [[], [(date(2024, 10, 8), None)], [(date(2024, 10, 8), date(2025, 1, 6))]]


def test_meanwhile_nothing_is_recorded_of_it_not_even_late(suspended: Programme) -> None:
    practice = suspended.about("five", kind="clubs", text="指导天文社")
    suspended.when("record-practice", on="2024-11-01", **practice).then_refused("H2")
    suspended.when("record-practice", on="2024-10-07", **practice).then_recorded("practice-recorded")
    suspended.when("record-practice", on="2025-01-06", **practice).then_recorded("practice-recorded")


def test_a_gap_whose_time_was_not_all_free_says_so(suspended: Programme, show: Show) -> None:
    shown, five = show(suspended), suspended.members["five"]
    suspended.at("2025-04-01")
    marked = {gap.code: gap.suspended for gap in shown.gap_lines(five) if gap.clause in {"M1", "M4"}}
    assert (marked["study_area"], marked["requirement"]) == (True, False)


def test_a_suspension_recorded_late_is_refused_where_later_records_stand(trained: Programme) -> None:
    practice = trained.about("five", kind="clubs", text="指导天文社")
    trained.given("record-practice", on="2024-11-01", **practice)
    told = trained.about("five", reason="借调")
    trained.when("suspend-membership", on="2024-10-08", today="2024-11-20", **told).then_refused("H2")
    trained.when("suspend-membership", on="2024-11-01", **told).then_recorded("membership-suspended")


def test_a_withdrawn_suspension_never_was(suspended: Programme, show: Show) -> None:
    shown, five = show(suspended), suspended.members["five"]
    resumed = shown.last(five).position
    suspended.given("withdraw-event", on="2025-02-03", position=resumed, reason="从未借调")
    assert shown.marks(five, on="2025-02-03")[0] == "suspended"
    suspended.given("withdraw-event", on="2025-02-03", position=resumed - 1, reason="从未借调")
    assert shown.marks(five, on="2024-11-01")[0] == "active"
    assert shown.marks(five, on="2024-11-01", known="2025-02-02")[0] == "suspended"


# Corrections of training


def test_a_corrected_day_moves_a_practice_to_its_year(trained: Programme, show: Show) -> None:
    shown, five = show(trained), trained.members["five"]
    practice = trained.about("five", kind="clubs", text="指导天文社")
    trained.given("record-practice", on="2025-03-20", **practice)
    position = shown.last(five).position
    trained.given("correct-event", on="2025-04-01", position=position, occurred_on="2025-03-12", reason="日期写错")
    in_year = {year: shown.year(year)[five].measures for year in (2024, 2025)}
    assert [len(in_year[2024]), len(in_year[2025])] == [1, 0]
    before = {year: shown.year(year, known="2025-03-31")[five].measures for year in (2024, 2025)}
    assert [len(before[2024]), len(before[2025])] == [0, 1]
    assert in_year[2024][0].source == position + 1, "the correction is where its content comes from"


def test_every_field_of_the_dossier_names_an_event_that_was_known(trained: Programme, show: Show) -> None:
    shown, four = show(trained), trained.members["four"]
    paired = trained.about("four", mentor=mentor(trained), mentor_post="middle_manager", goals="熟悉管理")
    trained.given("pair-mentor", on="2024-04-10", **paired)
    filed(trained, "four", "reflection", "2024-06-01", year=2024)
    for known in [entry.position for entry in shown.history(four)]:
        whole = shown.dossier(four, known=f"@{known}").model_dump()
        assert all(0 < source <= known for source in sources(whole["parts"]))


def sources(part: Any) -> list[int]:
    """Every position that a part of a dossier names."""
    if isinstance(part, dict):
        own = [part["source"], *part.get("sources", {}).values()] if "source" in part else []
        return own + [source for value in part.values() for source in sources(value)]
    return [source for item in part for source in sources(item)] if isinstance(part, list | tuple) else []


# Who stands by a trainee no longer


def gone(school: Programme, person: str, on: str) -> None:
    school.given("record-leaving", on=on, person=person, cause="transferred")


def test_a_mentor_who_left_covers_the_year_no_longer_from_that_day(trained: Programme, show: Show) -> None:
    shown, four, first = show(trained), trained.members["four"], mentor(trained)
    trained.given("pair-mentor", on="2024-04-01", **trained.about("four", mentor=first, mentor_post="middle_manager"))
    gone(trained, first, "2024-10-01")
    trained.at("2024-11-01")
    assert [PAIRING in shown.gaps(four, on=day) for day in ("2024-09-30", "2024-10-01")] == [False, True]
    line = next(gap for gap in shown.gap_lines(four) if gap.code == "pairing")
    assert "2024-10-01" in line.what
    second = trained.person("新导师", posts=("middle_manager",))
    again = trained.about("four", mentor=second, mentor_post="middle_manager")
    record = trained.last("mentor-paired", four)["record"]
    trained.given("close-pairing", **trained.about("four", record=record, summary="导师调离"))
    trained.given("pair-mentor", on="2024-11-01", reason="导师调离", **again)
    assert PAIRING not in shown.gaps(four)


def test_a_mentor_without_the_post_covers_no_longer_unless_another_one_holds(trained: Programme, show: Show) -> None:
    shown, four = show(trained), trained.members["four"]
    first = trained.person("导师", posts=("middle_manager", "grade_leader"))
    trained.given("pair-mentor", on="2024-04-01", **trained.about("four", mentor=first, mentor_post="middle_manager"))
    records = {post.post: post.record for post in questions.posts(trained.facts(), first)}
    trained.given("end-post", on="2024-09-01", person=first, record=records["middle_manager"])
    assert PAIRING not in shown.gaps(four)
    trained.given("end-post", on="2024-12-01", person=first, record=records["grade_leader"])
    assert PAIRING in shown.gaps(four)


@pytest.mark.parametrize("day", ["2025-03-14", "2025-05-01"])
def test_a_mentor_who_left_after_the_year_covered_it(trained: Programme, show: Show, day: str) -> None:
    shown, four, first = show(trained), trained.members["four"], mentor(trained)
    trained.given("pair-mentor", on="2024-04-01", **trained.about("four", mentor=first, mentor_post="middle_manager"))
    gone(trained, first, day)
    assert PAIRING not in shown.gaps(four)


def test_a_guide_who_left_guides_no_longer_and_a_unit_stays(trained: Programme, show: Show) -> None:
    shown, five, guide = show(trained), trained.members["five"], trained.person("书记", posts=("branch_secretary",))
    trained.given("assign-guide", on="2024-04-01", **trained.about("five", kind="branch_secretary", guide=guide))
    gone(trained, guide, "2024-10-01")
    trained.at("2024-11-01")
    lacking = ("M4", "guide", 2024)
    assert [lacking in shown.gaps(five, on=day) for day in ("2024-09-30", "2024-10-01")] == [False, True]
    trained.given("assign-guide", on="2024-11-01", **trained.about("five", kind="grade_division", unit="高一年级部"))
    assert lacking not in shown.gaps(five)


# Hours are the session's


def attended(school: Programme, **line: Any) -> int:
    """A session of two hours and who came; its position."""
    about = {"batch": BATCH, "title": "专题", "areas": ["ethics"], "hours": 2}
    session = school.given("hold-study-session", on="2024-05-01", **about)["session"]
    position = school.log.head()
    lines = [{"person": school.members["five"], "attendance": "present", **line}]
    school.given("record-attendance", on="2024-05-01", batch=BATCH, session=session, lines=lines)
    return position


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [({}, 2, 3), ({"hours": 2}, 2, 3), ({"hours": 1}, 1, 1), ({"attendance": "leave"}, 0, 0)],
    ids=["the session's", "the same number", "said otherwise", "on leave"],
)
def test_correcting_a_session_corrects_everybodys_hours(
    trained: Programme, show: Show, line: dict[str, Any], before: int, after: int
) -> None:
    shown, five = show(trained), trained.members["five"]
    position = attended(trained, **line)
    assert shown.year(2024)[five].hours == before
    trained.given("correct-event", on="2024-05-10", position=position, changes={"hours": 3}, reason="实为三小时")
    assert shown.year(2024)[five].hours == after
    assert shown.dossier(five).parts.training.total_hours == after
    assert f"{after}学时" in next(e.sentence for e in shown.history(five) if e.type == "attendance-recorded")


# The length of a membership


def test_another_length_than_the_cycles_is_an_exception(school: Programme, show: Show) -> None:
    admit = school.admissible("four")
    school.when("admit-candidate", **admit, ends_on="2026-03-13").then_needs(
        "O3.length", "exception", value="2026-03-13", limit="2027-03-13"
    )
    own = excepted("O3.length", by=admit["resolution"])
    school.when("admit-candidate", **admit, ends_on="2026-03-13", exceptions=own).then_recorded(
        "membership-started", cautions=["O3.length"]
    )
    assert str(school.membership(admit["person"]).ends_on) == "2026-03-13"
    assert [one.rule for one in findings(show(school).at()).findings] == []


def test_the_cycles_length_needs_nothing_and_none_ends_before_it_begins(school: Programme) -> None:
    admit = school.admissible("four")
    school.when("admit-candidate", **admit, ends_on="2024-03-13").then_refused("O3")
    school.when("admit-candidate", **admit, ends_on="2027-03-13").then_recorded("membership-started")
