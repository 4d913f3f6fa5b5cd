"""What holds for every command: the day, the capacity, the key, the version seen, the dry run, the envelope."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import KeyReused, Malformed, Stale, Unknown
from tests.support.scenario import BATCH
from tests.support.stages import Programme

HONOUR = {"title": "南通市优秀班主任"}


def test_an_unknown_command(school: Programme) -> None:
    school.when("promote-everybody").then_fails(Unknown)


def test_every_wrong_field_is_named(school: Programme) -> None:
    school.when("register-person", name="", gender="f", colour="red").then_fails(Malformed)
    assert isinstance(school.error, Malformed)
    for field in ("name", "gender", "birth_date", "colour"):
        assert field in school.error.zh


# H4


def test_no_fact_is_dated_after_today(school: Programme) -> None:
    person = school.person()
    school.when("record-honour", on="2024-03-02", today="2024-03-01", person=person, **HONOUR).then_refused("H4")
    school.when("record-honour", on="2024-03-01", person=person, **HONOUR).done()


def test_today_is_the_day_in_shanghai(school: Programme) -> None:
    person = school.person()
    school.now = datetime(2024, 3, 1, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    school.when("record-honour", on="2024-03-02", person=person, **HONOUR).then_recorded("honour-recorded")
    assert school.done().events[0]["recorded_at"] == "2024-03-01T16:00:00.000000Z"


# Capacity and reason


def test_an_auditor_records_nothing(school: Programme) -> None:
    school.when("record-honour", capacity="auditor", person=school.person(), **HONOUR).then_refused("O2")


def test_a_capacity_is_one_of_those_there_are(school: Programme) -> None:
    school.when("record-honour", capacity="janitor", person=school.person(), **HONOUR).then_fails(Malformed)


def test_the_envelope_says_who_when_and_on_what_basis(school: Programme) -> None:
    told = {"person": school.person(), **HONOUR}
    sha = school.file()
    school.when(
        "record-honour", on="2023-09-10", today="2024-03-02", reason="补", document="证1", evidence=[sha], **told
    )
    event = school.done().events[0]
    assert event["occurred_on"] == "2023-09-10"
    assert event["recorded_at"] == "2024-03-02T01:00:00.000000Z"
    assert (event["recorded_by"], event["capacity"], event["basis"]) == ("office", "office_clerk", "S7")
    assert (event["reason"], event["document"], event["evidence"][0]["sha256"]) == ("补", "证1", sha)
    assert event["position"] == school.done().position == school.log.head()


def test_recorded_at_never_decreases(school: Programme) -> None:
    person = school.person()
    school.now = school.now + timedelta(hours=5)
    first = school.when("record-honour", person=person, **HONOUR).done().events[0]
    school.now = school.now - timedelta(hours=3)
    second = school.when("record-honour", person=person, title="校优秀教师").done().events[0]
    assert first["recorded_at"] == second["recorded_at"]


def test_what_one_command_records_is_recorded_at_once_and_belongs_together(trained: Programme) -> None:
    events = (
        trained.when("record-leaving", on="2024-05-01", person=trained.members["three"], cause="died").done().events
    )
    assert len({event["correlation"] for event in events}) == 1
    assert [event["position"] for event in events] == [trained.head + 1, trained.head + 2, trained.head + 3]


# The key


def test_the_same_key_and_body_give_the_first_reply(school: Programme) -> None:
    told = {"name": "单晓珺", "gender": "female", "birth_date": "1988-02-29"}
    first = school.when("register-person", key="k1", **told).done()
    head = school.log.head()
    assert school.when("register-person", key="k1", **told).done() == first
    assert school.log.head() == head
    assert school.when("register-person", key="k2", **told).done() != first


def test_the_same_key_with_another_body(school: Programme) -> None:
    told = {"name": "单晓珺", "gender": "female", "birth_date": "1988-02-29"}
    school.given("register-person", key="k1", **told)
    school.when("register-person", key="k1", **told | {"name": "单晓君"}).then_fails(KeyReused)
    school.when("register-person", key="k1", reason="另一封", **told).then_fails(KeyReused)


def test_a_key_remembers_that_it_was_already_so(school: Programme) -> None:
    told = {"person": school.person(), **HONOUR}
    school.given("record-honour", **told)
    school.when("record-honour", key="k1", **told).then_nothing()
    school.when("record-honour", key="k1", **told).then_nothing()


def test_a_refusal_uses_up_no_key(school: Programme) -> None:
    told = {"person": school.person(), **HONOUR}
    school.when("record-honour", key="k1", on="2024-03-02", today="2024-03-01", **told).then_refused("H4")
    school.when("record-honour", key="k1", on="2024-03-02", **told).then_recorded("honour-recorded")


def test_a_key_outlives_the_office(school: Programme) -> None:
    told = {"person": school.person(), **HONOUR}
    first = school.when("record-honour", key="k1", **told).done()
    school.close()
    again = Programme(school.folder)
    assert again.when("record-honour", key="k1", **told).done() == first
    again.close()


# The version seen


def test_a_stale_writer_looks_again(school: Programme) -> None:
    person = school.person(posts=())
    told = {"person": person, **HONOUR}
    school.when("record-honour", seen={person: 1}, **told).then_recorded("honour-recorded")
    school.when("record-honour", seen={person: 1}, **told | {"title": "校优秀教师"}).then_fails(Stale)
    school.when("record-honour", seen={person: 2}, **told | {"title": "校优秀教师"}).done()
    school.when("record-honour", seen={"p-000000": 0}, **told | {"title": "县优秀教师"}).done()


# The dry run


def test_a_dry_run_says_what_would_be_and_records_nothing(school: Programme) -> None:
    late = {"person": school.person(), "batch": BATCH, "tier": "three", "source": "office", "unit": "教务处"}
    told = {"on": "2024-03-07", "reason": "出差", **late}
    tried = school.when("nominate-candidate", dry_run=True, **told).done()
    assert [j.rule for j in tried.cautions] == ["W.nominate"]
    assert tried.position == school.log.head() == school.head
    recorded = school.when("nominate-candidate", **told).done()
    assert recorded.events[0] == tried.events[0]


def test_a_dry_run_is_refused_for_the_same_reasons(school: Programme) -> None:
    late = {"person": school.person(), "batch": BATCH, "tier": "three", "source": "office", "unit": "教务处"}
    school.when("nominate-candidate", dry_run=True, on="2024-03-07", **late).then_needs("W.nominate", "caution")


def test_a_dry_run_uses_up_no_key(school: Programme) -> None:
    told = {"person": school.person(), **HONOUR}
    school.when("record-honour", key="k1", dry_run=True, **told).done()
    school.when("record-honour", key="k1", **told).then_recorded("honour-recorded")


# Seeds


def test_one_seed_gives_the_same_bytes(tmp_path_factory: pytest.TempPathFactory) -> None:
    logs = []
    for _ in range(2):
        school = Programme(tmp_path_factory.mktemp("seeded"))
        school.found()
        school.member("four")
        logs.append([(r.stream, r.version, r.body) for r in school.log.scan()])
        school.close()
    assert logs[0] == logs[1]


def test_without_a_seed_ids_are_chance(tmp_path_factory: pytest.TempPathFactory) -> None:
    people = set()
    for _ in range(2):
        school = Programme(tmp_path_factory.mktemp("chance"), seed=None)
        people.add(school.person(posts=()))
        school.close()
    assert len(people) == 2
