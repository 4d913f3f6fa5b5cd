"""Text has one form where it enters; what was typed otherwise is told, what is no text is refused by its field."""

import pytest

from domain import text
from domain.errors import Malformed
from domain.events.person import PersonRegistered
from domain.language import TextForm
from tests.support.stages import Programme

BASE = {"gender": "female", "birth_date": "1988-02-29"}


@pytest.mark.parametrize(
    ("typed", "form", "recorded"),
    [
        ("林　泉", TextForm.NAME, "林泉"),
        ("曾\u00a0楠", TextForm.NAME, "曾楠"),
        (" 单\u200b晓珺\ufeff", TextForm.NAME, "单晓珺"),
        ("阿依古丽 • 买买提", TextForm.NAME, "阿依古丽·买买提"),
        ("阿依古丽‧买买提", TextForm.NAME, "阿依古丽·买买提"),
        ("阿依古丽・买买提", TextForm.NAME, "阿依古丽·买买提"),
        ("John   Smith", TextForm.NAME, "John Smith"),
        ("李 John", TextForm.NAME, "李 John"),
        ("王\U0002cb5a", TextForm.NAME, "王\U0002cb5a"),
        ("\ufa19田", TextForm.NAME, "神田"),
        (" \uff54\uff10\uff10\uff10\uff12 ", TextForm.NUMBER, "T0002"),
        ("t 00\u200b02", TextForm.NUMBER, "T0002"),
        ("王\ufff9林\u2065\U000e0080\U0001d173\U0001bca0\ufff0\U000e0fff", TextForm.NAME, "王林"),
        ("王\u2800林", TextForm.NAME, "王林"),
        ("葛\U000e0100", TextForm.NAME, "葛\U000e0100"),
        ("cafe\u0301", TextForm.LINE, "caf\u00e9"),
        ("一、好\r\n二、\t稳", TextForm.TEXT, "一、好\n二、 稳"),
    ],
)
def test_every_spelling_comes_to_one(typed: str, form: TextForm, recorded: str) -> None:
    assert text.normal(typed, form) == recorded
    assert text.normal(recorded, form) == recorded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("林　泉", "林泉"),
        ("林\u2065\ufff9泉", "林泉"),
        ("⽟", "玉"),
        ("葛\U000e0100", "葛"),
        ("john SMITH", "John Smith"),
        ("﨑", "崎"),
    ],
)
def test_the_key_is_stricter_than_the_form(one: str, other: str) -> None:
    assert (text.key(one) == text.key(other)) == (other != "崎")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "郑\n甲", "name：只写一行，不能换行"),
        ("name", "\u200b\u2060", "name：没有看得见的文字"),
        ("name", "···", "name：没有看得见的文字"),
        ("name", "\u2065", "name：没有看得见的文字"),
        ("name", "\ufff0\U000e0080", "name：没有看得见的文字"),
        ("name", "\u0378", "name：没有看得见的文字"),
        ("name", "\u2800", "name：没有看得见的文字"),
        ("name", "王\ufffd", "name：含有代替读不出的文字的字符 U+FFFD"),
        ("title", "高级\ud800", "title：含有代替读不出的文字的字符 U+D800"),
        ("name", "王\U0002ffff", "name：含有控制字符 U+2FFFF"),
        ("name", "单\x00晓珺", "name：含有控制字符 U+0000"),
        ("name", "单\u202e晓珺", "name：含有改变书写方向的字符 U+202E"),
        ("staff_number", "X\t7", "staff_number：含有控制字符 U+0009"),
        ("native_place", "江苏\n南通", "native_place：只写一行，不能换行"),
    ],
)
def test_what_is_no_text_is_refused_by_its_field(school: Programme, field: str, typed: str, said: str) -> None:
    school.when("register-person", **{"name": "单晓珺"} | BASE | {field: typed}).then_fails(Malformed)
    assert said in str(school.error)


def test_what_was_typed_otherwise_is_told(school: Programme) -> None:
    reply = school.when("register-person", **BASE, name="林　泉", staff_number="t 7", reason="补 登\u200b").done()
    assert [(one.field, one.typed, one.recorded) for one in reply.remarks] == [
        ("name", "林　泉", "林泉"),
        ("staff_number", "t 7", "T7"),
        ("reason", "补 登\u200b", "补 登"),
    ]
    assert reply.events[0]["data"]["name"] == "林泉"


def test_what_needs_no_change_is_not_told(school: Programme) -> None:
    reply = school.when("register-person", **BASE, name="John Smith", staff_number="T7").done()
    assert reply.remarks == ()


def test_changes_and_corrections_are_read_in_the_form_of_what_they_change(school: Programme) -> None:
    person = school.person()
    number = {"person": person, "field": "staff_number", "now": " \uff549 "}
    assert school.given("change-person-fact", **number)["now"] == "T9"
    position = next(r.position for r in school.known.standing_in(person))
    changed = school.given("correct-event", position=position, changes={"name": "林　泉"}, reason="写错")
    assert changed["changes"] == {"name": "林泉"}
    school.when("correct-event", position=position, changes={"name": "林\n泉"}, reason="写错").then_fails(Malformed)
    assert "changes.name：只写一行" in str(school.error)


@pytest.mark.parametrize("now", ["王\x00林", "王\n林", "王\u202e林", "\u200b"])
def test_a_corrected_change_takes_no_text_that_the_change_refuses(school: Programme, now: str) -> None:
    person = school.person()
    school.given("change-person-fact", person=person, field="name", now="王木")
    position = school.log.head()
    school.when("correct-event", position=position, changes={"now": now}, reason="写错").then_fails(Malformed)
    changed = school.given("correct-event", position=position, changes={"now": "王　林"}, reason="写错")
    assert changed["changes"]["now"] == "王林"


def test_people_in_lists_are_named_by_name_and_number(school: Programme) -> None:
    for n in range(3):
        school.given("register-person", **BASE, name=f"委员{'甲乙丙'[n]}", staff_number=f"C{n}")
    named = ["name:委员甲", "staff:c1", "name:委员　丙"]
    held = school.given(
        "hold-meeting", batch=school.publish(), title="会", members=named, present=named, chair=named[0]
    )
    assert all(one.startswith("p-") for one in [*held["members"], held["chair"]])


def test_stored_text_is_read_exactly_as_it_is() -> None:
    stored = '{"person":"p-000000","name":"林　\\u200b泉\\n","gender":"male","birth_date":"1985-05-05"}'
    assert PersonRegistered.model_validate_json(stored).name == "林　\u200b泉"
