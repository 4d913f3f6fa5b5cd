"""What is on file of a person (D1), posts as experience (T1), honours (S7), leaving (D3)."""

from pathlib import Path

from domain import school as questions
from domain.errors import Malformed, Unknown
from domain.language import EndCause, Status, VacancyCause
from tests.support.scenario import BATCH
from tests.support.stages import Programme

ON_FILE = {"name": "单晓珺", "gender": "female", "birth_date": "1988-02-29", "staff_number": "0231"}


def test_somebody_is_put_on_file_under_an_id_that_names_nobody(school: Programme) -> None:
    recorded = school.when("register-person", **ON_FILE).then_recorded("person-registered")
    assert recorded["person"].startswith("p-")
    assert questions.name_of(school.facts(), recorded["person"]) == "单晓珺"


def test_the_same_staff_number_and_name_are_on_file_already(school: Programme) -> None:
    school.given("register-person", **ON_FILE)
    school.when("register-person", **ON_FILE).then_nothing()


def test_a_staff_number_is_one_persons(school: Programme) -> None:
    school.given("register-person", **ON_FILE)
    school.when("register-person", **ON_FILE | {"name": "单晓君"}).then_refused("H1")


def test_a_birth_date_lies_in_the_past(school: Programme) -> None:
    for born in ("2024-03-01", "1899-12-31"):
        school.when("register-person", **ON_FILE | {"birth_date": born}).then_fails(Malformed)


def test_a_fact_changes_from_a_day_on(school: Programme) -> None:
    person = school.person()
    changed = {"person": person, "field": "title", "now": "高级教师"}
    school.when("change-person-fact", on="2024-05-01", **changed).then_recorded("person-fact-changed")
    assert questions.registration(school.facts("2024-04-30"), person)["title"].value is None
    assert questions.registration(school.facts("2024-05-01"), person)["title"].value == "高级教师"
    school.when("change-person-fact", **changed).then_nothing()


def test_a_changed_fact_must_be_one_and_stay_possible(school: Programme) -> None:
    person = school.person()
    school.when("change-person-fact", person=person, field="shoe_size", now="41").then_fails(Unknown)
    school.when("change-person-fact", person=person, field="gender", now="unknown").then_fails(Malformed)
    school.when("change-person-fact", person=person, field="name", now=None).then_fails(Malformed)
    school.when("change-person-fact", person="p-000000", field="title", now="x").then_fails(Unknown)


def test_a_post_is_held_from_its_day_to_its_end(school: Programme) -> None:
    person = school.person(posts=())
    post = {"person": person, "post": "grade_leader", "unit": "高一"}
    record = school.when("record-post", on="2020-09-01", **post).then_recorded("post-held")["record"]
    school.when("record-post", on="2020-09-01", **post).then_nothing()
    assert questions.holds_post(school.facts("2020-09-01"), person, "grade_leader")
    school.when("end-post", on="2022-07-01", person=person, record=record).then_recorded("post-ended")
    school.when("end-post", on="2022-07-01", person=person, record=record).then_nothing()
    assert questions.holds_post(school.facts("2022-06-30"), person, "grade_leader")
    assert not questions.holds_post(school.facts("2022-07-01"), person, "grade_leader")


def test_a_post_does_not_end_before_it_began(school: Programme) -> None:
    person = school.person(posts=())
    record = school.given("record-post", on="2020-09-01", person=person, post="officer")["record"]
    school.when("end-post", on="2020-08-31", person=person, record=record).then_refused("T1")
    school.when("end-post", person=person, record="x-000000").then_fails(Unknown)


def test_another_post_is_explained(school: Programme) -> None:
    person = school.person(posts=())
    school.when("record-post", person=person, post="other").then_fails(Malformed)
    school.when("record-post", person=person, post="other", text="图书馆馆长").then_recorded("post-held")


def test_an_honour_is_recorded_once_for_its_day(school: Programme) -> None:
    honour = {"person": school.person(), "title": "南通市优秀班主任", "level": "市级"}
    school.when("record-honour", on="2022-09-10", **honour).then_recorded("honour-recorded")
    school.when("record-honour", on="2022-09-10", **honour).then_nothing()
    school.when("record-honour", on="2023-09-10", **honour).then_recorded("honour-recorded")


def test_leaving_ends_the_membership_and_opens_its_place_at_once(trained: Programme) -> None:
    left = {"person": trained.members["three"], "cause": "transferred"}
    trained.when("record-leaving", on="2025-01-10", **left).then_recorded(
        "person-left", "membership-ended", "vacancy-opened"
    )
    trained.when("record-leaving", on="2025-01-10", **left).then_nothing()
    member = trained.membership(left["person"])
    assert (member.status, member.cause, str(member.last_day)) == (Status.ENDED, EndCause.LEFT_SCHOOL, "2025-01-09")
    assert trained.last("vacancy-opened", BATCH)["cause"] == VacancyCause.LEFT_SCHOOL


def test_who_leaves_without_a_place_only_leaves(school: Programme) -> None:
    person = school.person()
    school.when("record-leaving", person=person, cause="retired").then_recorded("person-left")
    school.when("record-leaving", person=person, cause="resigned").then_refused("D3")


def test_nobody_left_before_a_membership_that_began_later(trained: Programme) -> None:
    trained.when("record-leaving", on="2024-03-13", person=trained.members["five"], cause="resigned").then_refused("H2")


def test_a_leaving_told_later_is_taken_before_what_was_recorded_since(trained: Programme) -> None:
    talk = trained.about("four", talker=trained.committee[0], text="谈话")
    trained.given("hold-inspection-talk", on="2024-06-01", **talk)
    leaving = {"person": trained.members["four"], "cause": "resigned"}
    trained.when("record-leaving", on="2024-05-31", **leaving).then_recorded(
        "person-left", "membership-ended", "vacancy-opened"
    )
    assert str(trained.membership(trained.members["four"]).last_day) == "2024-05-30"


def test_the_party_branch_is_part_of_the_registration_and_changes_like_it(school: Programme) -> None:
    person = school.given("register-person", **ON_FILE, branch="第一党支部")["person"]
    changed = {"person": person, "field": "branch", "now": "第二党支部"}
    school.when("change-person-fact", on="2024-05-01", **changed).then_recorded("person-fact-changed")
    assert questions.registration(school.facts("2024-04-30"), person)["branch"].value == "第一党支部"
    assert questions.registration(school.facts(), person)["branch"].value == "第二党支部"


# Who is who


TWIN = {"name": "周宁", "gender": "male", "birth_date": "1985-05-05", "subject": "数学"}


def test_a_number_in_another_spelling_is_the_same_number(school: Programme) -> None:
    school.given("register-person", **ON_FILE)
    other = school.person()
    for number in (" 0231", "0 2 3 1", "\uff10\uff12\uff13\uff11"):
        changed = {"person": other, "field": "staff_number", "now": number}
        school.when("change-person-fact", **changed).then_refused("H1")
    assert "单晓珺（工号 0231，1988 年生）" in str(school.error)
    school.when("register-person", **TWIN, staff_number="02\u200b31").then_refused("H1")


def _with_a_number_for_a_month(school: Programme) -> tuple[str, str]:
    """Somebody who had T9 in January of 2023, and somebody else."""
    person, other = school.person("韩一"), school.person("韩二")
    number = {"person": person, "field": "staff_number"}
    school.given("change-person-fact", on="2023-01-01", **number, now="T9")
    school.given("change-person-fact", on="2023-02-01", **number, now=None)
    return person, other


def test_on_no_day_two_people_have_one_number(school: Programme) -> None:
    _, other = _with_a_number_for_a_month(school)
    number = {"person": other, "field": "staff_number", "now": "t 9"}
    for day in ("2022-12-01", "2023-01-15", "2023-01-31"):
        school.when("change-person-fact", on=day, **number).then_refused("H1")
    assert "到 2023-01-31 为止是韩一（" in str(school.error)
    school.when("register-person", **ON_FILE | {"staff_number": "T9"}).then_refused("H1")
    school.when("register-person", **TWIN).done()
    school.when("register-person", **TWIN, staff_number="T9").then_refused("H1")
    school.when("change-person-fact", on="2023-02-01", **number).then_recorded("person-fact-changed")


def test_a_number_that_went_over_is_not_given_back_by_a_correction(school: Programme) -> None:
    person, other = _with_a_number_for_a_month(school)
    ended = school.log.head()
    number = {"person": other, "field": "staff_number", "now": "T9"}
    school.given("change-person-fact", on="2023-02-10", **number)
    taken = school.log.head()
    school.when("withdraw-event", position=ended, reason="误").then_refused("H1")
    told = {"position": ended, "occurred_on": "2023-02-11", "reason": "日期有误"}
    school.when("correct-event", **told).then_refused("H1")
    school.when("correct-event", **told | {"occurred_on": "2023-02-10"}).then_recorded("event-corrected")
    told = {"position": taken, "occurred_on": "2023-02-09", "reason": "日期有误"}
    school.when("correct-event", **told).then_refused("H1")
    school.when("change-person-fact", on="2023-01-10", person=person, field="title", now="高级教师").done()
    school.when("withdraw-event", position=taken, reason="误").then_recorded("event-withdrawn")
    school.when("withdraw-event", position=ended, reason="误").then_recorded("event-withdrawn")


def test_a_correction_takes_nobody_elses_number(school: Programme) -> None:
    school.given("register-person", **ON_FILE)
    school.given("register-person", **TWIN, staff_number="0232")
    told = {"position": school.log.head(), "changes": {"staff_number": "0231"}, "reason": "写错"}
    school.when("correct-event", **told).then_refused("H1")
    school.when("correct-event", **told | {"changes": {"staff_number": "0233"}}).then_recorded("event-corrected")


def test_a_correction_makes_nobody_somebody_else(school: Programme) -> None:
    school.given("register-person", **TWIN)
    school.given("register-person", **TWIN | {"name": "周甯"})
    told = {"position": school.log.head(), "changes": {"name": "周　宁"}, "reason": "写错"}
    school.when("correct-event", **told).then_refused("D1")


def test_another_spelling_of_a_name_is_the_same_person(school: Programme) -> None:
    school.given("register-person", **TWIN | {"name": "林　泉"})
    school.when("register-person", **TWIN | {"name": "林泉"}).then_nothing()


def test_what_a_second_list_adds_completes_the_registration(school: Programme) -> None:
    person = school.given("register-person", **TWIN)["person"]
    added = school.when("register-person", **TWIN, title="一级教师", staff_number="7").then_recorded("event-corrected")
    assert added["changes"] == {"title": "一级教师", "staff_number": "7"}
    assert questions.registration(school.facts("2001-01-01"), person)["title"].value == "一级教师"
    school.when("register-person", **TWIN, title="一级教师").then_nothing()


def test_what_a_second_list_says_otherwise_is_asked(school: Programme) -> None:
    school.given("register-person", **TWIN, staff_number="7")
    school.when("register-person", **TWIN, staff_number="8").then_refused("H1")
    assert "周宁（工号 7，1985 年生）" in str(school.error)
    assert "same_as" in str(school.error)
    school.when("register-person", **TWIN, staff_number="8", same_as="new").then_refused("H1")
    told = {**TWIN, "staff_number": "8", "same_as": "new", "reason": "同名同日，另一人"}
    assert school.when("register-person", **told).then_recorded("person-registered")["same_as"] == "new"
    school.when("register-person", **TWIN, staff_number="7").then_nothing()
    school.when("register-person", **TWIN).then_refused("H1")


def test_the_answer_names_who_it_is(school: Programme) -> None:
    school.given("register-person", **TWIN, staff_number="7", title="一级教师")
    told = TWIN | {"title": "高级教师", "same_as": "7"}
    school.when("register-person", **told).then_refused("D1")
    assert "职称在案“一级教师”，此次“高级教师”" in str(school.error)
    school.when("register-person", **TWIN | {"gender": "female"}, same_as="7").then_refused("D1")
    assert "性别在案“男”，此次“女”" in str(school.error)
    school.when("register-person", **TWIN, degree="硕士", same_as="7").then_recorded("event-corrected")
    school.when("register-person", **TWIN, same_as="99").then_fails(Unknown)


def test_a_change_makes_nobody_somebody_else(school: Programme) -> None:
    school.given("register-person", **TWIN, staff_number="7")
    other = school.given("register-person", **TWIN | {"name": "周甯"})["person"]
    told = {"person": other, "field": "name", "now": "周 宁"}
    school.when("change-person-fact", **told).then_refused("H1")
    school.when("change-person-fact", **told, same_as="new", reason="依法更名").then_recorded("person-fact-changed")
    school.when("change-person-fact", person=other, field="title", now="高级教师").then_recorded("person-fact-changed")


def test_a_change_stays_possible(school: Programme) -> None:
    person = school.given("register-person", **TWIN)["person"]
    for field, now in (
        ("birth_date", "2054-01-01"), ("birth_date", "1850-01-01"), ("birth_date", "2015-01-01"),
        ("party_joined_on", "1985-05-05"), ("work_started_on", "1980-01-01"), ("work_started_on", "2054-01-01"),
    ):  # fmt: skip
        school.when("change-person-fact", person=person, field=field, now=now).then_fails(Malformed)
    school.when("change-person-fact", person=person, field="photo", now="0" * 64).then_fails(Unknown)
    school.when("change-person-fact", person=person, field="photo", now=school.photo()).done()
    school.when("change-person-fact", on="1985-05-04", person=person, field="title", now="教授").then_fails(Malformed)


def test_a_corrected_photo_is_one_that_the_archive_keeps(school: Programme) -> None:
    person = str(school.given("register-person", **TWIN)["person"])
    registered = school.log.head()
    wrong = {"position": registered, "changes": {"photo": "b" * 64}, "reason": "换照片"}
    school.when("correct-event", **wrong).then_fails(Unknown)
    school.given("correct-event", position=registered, changes={"photo": school.photo()}, reason="换照片")
    school.given("change-person-fact", person=person, field="photo", now=school.photo("red"))
    changed = {"position": school.log.head(), "changes": {"now": "d" * 64}, "reason": "换照片"}
    school.when("correct-event", **changed).then_fails(Unknown)


def test_a_corrected_birth_date_stays_possible(school: Programme) -> None:
    school.given("register-person", **TWIN)
    told = {"position": school.log.head(), "reason": "写错"}
    school.when("correct-event", **told, changes={"birth_date": "2054-01-01"}).then_fails(Malformed)
    school.when("correct-event", **told, changes={"birth_date": "1986-01-01"}).then_recorded("event-corrected")


# Posts by what they are called


def test_a_post_is_named_as_the_plan_calls_it(school: Programme) -> None:
    school.publish()
    person = school.person(posts=())
    for called in ("年级组长", "年级主任", "grade_leader"):
        school.when("record-post", on="2020-09-01", person=person, post=called)
        assert [p.post for p in questions.posts(school.facts(), person)] == ["grade_leader"]
    school.when("record-post", person=person, post="皇帝").then_fails(Unknown)
    assert "年级组长" in str(school.error)


def test_before_a_plan_a_code_is_taken_and_a_label_is_not(tmp_path: Path) -> None:
    school = Programme(tmp_path)
    person = school.person(posts=())
    school.when("record-post", person=person, post="年级组长").then_fails(Unknown)
    school.when("record-post", person=person, post="grade_leader").then_recorded("post-held")


def test_a_post_since_a_day_that_nobody_knows_counts_until_it_ends(school: Programme) -> None:
    person = school.person(posts=())
    post = {"person": person, "post": "grade_leader", "since_unknown": True}
    record = school.when("record-post", **post).then_recorded("post-held")["record"]
    school.when("record-post", **post).then_nothing()
    assert questions.posts(school.facts("2010-01-01"), person)[0].since is None
    school.when("end-post", on="2022-07-01", person=person, record=record).then_recorded("post-ended")
    assert not questions.holds_post(school.facts("2022-07-01"), person, "grade_leader")
