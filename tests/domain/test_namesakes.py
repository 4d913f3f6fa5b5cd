"""Corrections, changes and withdrawals ask who is who as a registration does (D1, H1); posts end after they begin."""

from typing import Any

import pytest

from domain.desk import Request
from domain.errors import Refusal
from domain.language import Capacity
from domain.office import Reply
from tests.support.scenario import Scenario, plain
from tests.support.stages import Programme

WHY = {"reason": "录入错误"}
ZHOU = {"name": "周宁", "gender": "male", "birth_date": "1985-05-01"}


@pytest.fixture
def other(school: Programme) -> str:
    """Somebody besides 周宁 of the same birth date who was registered as 周甯."""
    school.given("register-person", **ZHOU, staff_number="7")
    return str(school.given("register-person", **ZHOU | {"name": "周甯"})["person"])


def renamed(school: Scenario, person: str, now: str, on: str = "2024-03-02") -> int:
    """A change of name; where it stands in the log."""
    school.given("change-person-fact", on=on, person=person, field="name", now=now)
    return school.log.head()


def sent(school: Programme, *commands: tuple[str, dict[str, Any]]) -> Reply:
    """Commands sent together, today."""
    request = Request(occurred_on=school.today, capacity=Capacity.OFFICE_CLERK, reason=WHY["reason"])
    return school.office.handle_together([(name, plain(told), request) for name, told in commands])


# Names in force after the change


def test_a_birth_date_is_corrected_to_a_namesakes_by_the_name_in_force(school: Programme) -> None:
    school.given("register-person", **ZHOU, staff_number="7")
    other = str(school.given("register-person", **ZHOU | {"name": "周甯", "birth_date": "1985-05-02"})["person"])
    registered = school.log.head()
    renamed(school, other, "周宁")
    told = {"position": registered, **WHY}
    school.when("correct-event", **told, changes={"birth_date": "1985-05-01"}).then_refused("H1")
    assert "周宁（工号 7，1985 年生）" in str(school.error)
    school.when("correct-event", **told, changes={"birth_date": "1985-05-03"}).then_recorded("event-corrected")
    another = {"birth_date": "1985-05-01", "same_as": "new"}
    school.when("correct-event", **told, changes=another).then_recorded("event-corrected")


def test_a_withdrawn_change_of_name_leaves_no_namesake_unasked(school: Programme) -> None:
    person = str(school.given("register-person", **ZHOU | {"name": "周甲"})["person"])
    first = renamed(school, person, "周乙")
    school.given("register-person", **ZHOU, staff_number="7")
    second = renamed(school, person, "周丙", on="2024-03-03")
    school.given("correct-event", position=first, changes={"now": "周丁"}, **WHY)
    school.when("correct-event", position=second, changes={"now": "周宁"}, **WHY).then_refused("H1")
    school.when("withdraw-event", position=second, **WHY).then_recorded("event-withdrawn")


def test_a_name_that_comes_back_by_a_withdrawal_is_asked_about(school: Programme) -> None:
    twin = str(school.given("register-person", **ZHOU | {"birth_date": "1985-05-02"})["person"])
    school.given("change-person-fact", person=twin, field="birth_date", now="1985-05-03")
    changed = school.log.head()
    school.given("register-person", **ZHOU | {"birth_date": "1985-05-02"}, staff_number="7")
    school.when("withdraw-event", position=changed, **WHY).then_refused("H1")
    told = school.when("withdraw-event", position=changed, same_as="new", **WHY).then_recorded("event-withdrawn")
    assert told["same_as"] == "new"


def test_who_was_alike_before_is_not_asked_about_again(school: Programme, other: str) -> None:
    told = {"person": other, "field": "name", "now": "周宁", "same_as": "new", "reason": "依法更名"}
    school.given("change-person-fact", on="2024-03-02", **told)
    position = school.log.head()
    school.when("correct-event", position=position, occurred_on="2024-03-01", **WHY).then_recorded("event-corrected")
    school.when("change-person-fact", on="2024-03-03", person=other, field="name", now="周寧").done()


def test_in_one_transaction_the_state_at_its_end_is_judged(school: Programme) -> None:
    first = str(school.given("register-person", **ZHOU | {"name": "周甲"})["person"])
    registered = school.log.head()
    school.given("register-person", **ZHOU | {"birth_date": "1985-05-02"})
    with pytest.raises(Refusal, match=r"\[H1\]"):
        sent(
            school,
            ("change-person-fact", {"person": first, "field": "name", "now": "周宁"}),
            ("correct-event", {"position": registered, "changes": {"birth_date": "1985-05-02"}}),
        )


# A former name is a name


def test_a_list_of_before_a_change_of_name_registers_nobody_anew(school: Programme) -> None:
    person = str(school.given("register-person", **ZHOU, staff_number="7")["person"])
    renamed(school, person, "周安")
    school.when("register-person", **ZHOU).then_refused("H1")
    assert "周安（工号 7，1985 年生）" in str(school.error)
    school.when("register-person", **ZHOU, staff_number="7").then_refused("D1")
    assert "姓名在案“周安”，此次“周宁”" in str(school.error)
    another = {"staff_number": "8", "same_as": "new", "reason": "同名同日，另一人"}
    school.when("register-person", **ZHOU, **another).then_recorded("person-registered")
    school.when("register-person", **ZHOU | {"birth_date": "1985-05-02"}).then_recorded("person-registered")


def test_a_name_taken_on_that_somebody_once_had_is_asked_about(school: Programme, other: str) -> None:
    renamed(school, other, "周安")
    third = str(school.given("register-person", **ZHOU | {"name": "周泰"})["person"])
    told = {"person": third, "field": "name", "now": "周甯"}
    school.when("change-person-fact", **told).then_refused("H1")
    school.when("change-person-fact", **told, same_as="new", reason="依法更名").then_recorded("person-fact-changed")


# A post's days


@pytest.mark.parametrize(
    ("changes", "clause"), [({"occurred_on": "2022-01-01"}, "H3"), ({"changes": {"since_unknown": False}}, "T1")]
)
def test_no_correction_makes_a_post_end_before_it_begins(
    school: Programme, changes: dict[str, object], clause: str
) -> None:
    person = school.person(posts=())
    unknown = {"since_unknown": True} if "changes" in changes else {}
    post = {"person": person, "post": "homeroom_teacher", **unknown}
    record = school.given("record-post", on="2022-01-01" if unknown else "2018-09-01", **post)["record"]
    held = school.log.head()
    school.given("end-post", on="2019-01-01", person=person, record=record)
    ended = school.log.head()
    school.when("correct-event", position=held, **changes, **WHY).then_refused(clause)
    reply = sent(
        school,
        ("correct-event", {"position": held, **changes}),
        ("correct-event", {"position": ended, "occurred_on": "2023-01-01"}),
    )
    assert [event["type"] for event in reply.events] == ["event-corrected"] * 2


def test_an_end_is_not_corrected_to_before_the_beginning(school: Programme) -> None:
    person = school.person(posts=())
    record = school.given("record-post", on="2018-09-01", person=person, post="homeroom_teacher")["record"]
    school.given("end-post", on="2019-01-01", person=person, record=record)
    told = {"position": school.log.head(), **WHY}
    school.when("correct-event", **told, occurred_on="2018-08-31").then_refused("T1")
    school.when("correct-event", **told, occurred_on="2018-09-01").then_recorded("event-corrected")
