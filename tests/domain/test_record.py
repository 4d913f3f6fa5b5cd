"""更正与撤销: any content, its day included; never what others rest on (H3)."""

import pytest

from domain.errors import DependentsStand, Malformed, Unknown
from domain.events.person import HonourRecorded, PersonRegistered
from tests.support.scenario import BATCH
from tests.support.stages import Programme

WHY = {"reason": "录入错误"}


def position(school: Programme, event: str, stream: str) -> int:
    """Where the last event of a type stands in a stream."""
    return [r.position for r in school.log.stream(stream, school.log.head()) if event == r.event.KIND][-1]


def dependents(school: Programme) -> list[str]:
    """The types of the events that stand in the way."""
    assert isinstance(school.error, DependentsStand)
    found = [school.known.recorded(p) for p in school.error.dependents]
    return [recorded.event.KIND for recorded in found if recorded]


@pytest.fixture
def honour(school: Programme) -> int:
    person = school.person()
    school.given("record-honour", on="2022-09-10", person=person, title="优秀教师")
    return school.log.head()


def title(school: Programme) -> str:
    (person,) = [r.stream for r in school.log.scan() if r.event.KIND == "honour-recorded"]
    (row,) = school.facts().all(person, HonourRecorded)
    return f"{row.since} {row.value.title}"


def test_content_and_day_are_corrected_with_a_reason(school: Programme, honour: int) -> None:
    school.when("correct-event", position=honour, changes={"title": "优秀班主任"}).then_refused("H3")
    school.when("correct-event", position=honour, changes={"title": "优秀班主任"}, **WHY).then_recorded(
        "event-corrected"
    )
    school.when("correct-event", position=honour, changes={"title": "优秀班主任"}, **WHY).then_nothing()
    school.when("correct-event", position=honour, occurred_on="2022-09-09", **WHY).then_recorded("event-corrected")
    assert title(school) == "2022-09-09 优秀班主任"  # the earlier correction of another field stays


def test_who_recorded_it_and_when_is_never_corrected(school: Programme, honour: int) -> None:
    before = school.known.recorded(honour)
    school.given("correct-event", today="2024-03-05", position=honour, changes={"title": "优秀班主任"}, **WHY)
    after = school.known.standing(honour)
    assert before is not None
    assert after is not None
    assert (after.body.recorded_at, after.body.recorded_by, after.body.id) == (
        before.body.recorded_at,
        before.body.recorded_by,
        before.body.id,
    )
    for field in ("recorded_at", "recorded_by", "capacity"):
        school.when("correct-event", position=honour, changes={field: "x"}, **WHY).then_fails(Malformed)


def test_a_correction_is_of_the_form_of_its_event(school: Programme, honour: int) -> None:
    school.when("correct-event", position=honour, changes={"title": ""}, **WHY).then_fails(Malformed)
    school.when("correct-event", position=honour, changes={"colour": "red"}, **WHY).then_fails(Malformed)
    school.when("correct-event", position=honour, changes={"record": "x-000000"}, **WHY).then_refused("H3")
    school.when("correct-event", position=9999, changes={"title": "x"}, **WHY).then_fails(Unknown)


def test_no_corrected_day_lies_ahead(school: Programme, honour: int) -> None:
    school.when("correct-event", position=honour, occurred_on="2024-03-02", today="2024-03-01", **WHY).then_refused(
        "H4"
    )


def test_an_event_is_withdrawn_once_and_for_good(school: Programme, honour: int) -> None:
    school.when("withdraw-event", position=honour).then_refused("H3")
    school.when("withdraw-event", position=honour, **WHY).then_recorded("event-withdrawn")
    school.when("withdraw-event", position=honour, **WHY).then_nothing()
    school.when("correct-event", position=honour, changes={"title": "x"}, **WHY).then_refused("H3")
    school.when("withdraw-event", position=school.log.head(), **WHY).then_refused("H3")


def test_a_correction_is_withdrawn_not_corrected(school: Programme, honour: int) -> None:
    school.given("correct-event", position=honour, changes={"title": "优秀班主任"}, **WHY)
    correction = school.log.head()
    school.when("correct-event", position=correction, changes={"title": "x"}, **WHY).then_refused("H3")
    school.when("withdraw-event", position=correction, **WHY).then_recorded("event-withdrawn")
    school.when("withdraw-event", position=correction, **WHY).then_nothing()
    assert title(school) == "2022-09-10 优秀教师"


def test_what_others_rest_on_is_withdrawn_after_them(trained: Programme) -> None:
    person = trained.members["four"]
    resolution = position(trained, "resolution-reached", person)
    trained.when("withdraw-event", position=resolution, **WHY)
    assert dependents(trained) == ["membership-started"]


def test_a_resolution_is_not_turned_under_what_rests_on_it(trained: Programme) -> None:
    resolution = position(trained, "resolution-reached", trained.members["four"])
    turned = {"agree": 4, "disagree": 5}
    trained.when("correct-event", position=resolution, changes={"result": "failed"}, **WHY).then_refused("H3")
    trained.when("correct-event", position=resolution, changes=turned, **WHY)
    assert "membership-started" in dependents(trained)
    trained.when("correct-event", position=resolution, changes={"text": "附会议纪要"}, **WHY).done()


@pytest.mark.parametrize(
    ("event", "resting"),
    [
        ("candidate-nominated", "eligibility-assessed"),
        ("eligibility-assessed", "candidate-shortlisted"),
        ("candidate-shortlisted", "membership-started"),
        ("resolution-reached", "membership-started"),
        ("person-registered", "membership-started"),
    ],
)
def test_each_step_of_a_selection_rests_on_the_one_before(trained: Programme, event: str, resting: str) -> None:
    trained.when("withdraw-event", position=position(trained, event, trained.members["four"]), **WHY)
    assert resting in dependents(trained)


def test_a_membership_without_consequences_is_withdrawn(trained: Programme) -> None:
    person = trained.members["four"]
    started = position(trained, "membership-started", person)
    trained.given(
        "hold-inspection-talk", on="2024-05-01", **trained.about("four", talker=trained.committee[0], text="好")
    )
    trained.when("withdraw-event", position=started, **WHY)
    assert dependents(trained) == ["inspection-talk-held"]
    trained.given("withdraw-event", position=position(trained, "inspection-talk-held", person), **WHY)
    trained.when("withdraw-event", position=started, **WHY).then_recorded("event-withdrawn")
    resolution = trained.last("resolution-reached", person)["resolution"]
    admit = {"person": person, "batch": BATCH, "tier": "four", "resolution": resolution}
    trained.when("admit-candidate", **admit).then_recorded("membership-started")


def test_a_second_nomination_carries_what_follows(trained: Programme) -> None:
    person = trained.nominee("four")
    second = {"person": person, "batch": BATCH, "tier": "four", "source": "office", "unit": "德育处", "reason": "补"}
    trained.given("nominate-candidate", **second)
    trained.assessed("four", person=person)
    first = position(trained, "candidate-nominated", person)
    trained.when("withdraw-event", position=first, **WHY).then_recorded("event-withdrawn")


def test_a_grade_rests_on_its_proposal_and_carries_its_resolution(trained: Programme) -> None:
    trained.given("open-review", on="2025-03-01", batch=BATCH, year=2024)
    of = trained.about("four", year=2024)
    trained.given("propose-grade", **of, grade="deferred", comment="建议")
    about = {"year": 2024, "grade": "deferred"}
    vote = trained.resolved(trained.members["four"], "grade", "2025-03-06", **about)
    trained.given("confirm-grade", on="2025-03-06", **of, grade="deferred", resolution=vote)
    trained.when("withdraw-event", position=position(trained, "grade-proposed", of["person"]), **WHY)
    assert dependents(trained) == ["grade-confirmed"]
    trained.given("acknowledge-grade", **of)
    trained.when("withdraw-event", position=position(trained, "grade-confirmed", of["person"]), **WHY)
    assert dependents(trained) == ["grade-acknowledged"]


def test_an_outcome_is_withdrawn_after_what_followed_from_it(trained: Programme) -> None:
    person = trained.members["three"]
    trained.given("decide-outcome", **trained.outcome("three", "promoted", "2027-03-01"))
    outcome, ended = trained.log.head() - 1, trained.log.head()
    trained.given("record-promotion", on="2027-03-20", **trained.about("three", post="教务处副主任"))
    for at in (outcome, ended):
        trained.when("withdraw-event", position=at, **WHY)
        assert dependents(trained) == ["promotion-recorded"]
    trained.given("withdraw-event", position=position(trained, "promotion-recorded", person), **WHY)
    trained.when("withdraw-event", position=ended, **WHY).then_recorded("event-withdrawn", "event-withdrawn")
    trained.when("withdraw-event", position=outcome, **WHY).then_nothing()
    assert trained.membership(person).active
    trained.when("decide-outcome", **trained.outcome("three", "terminated", "2027-03-21")).done()


def test_a_withdrawn_end_judges_places_and_memberships_anew(trained: Programme) -> None:
    trained.vacated("three", on="2024-05-01")
    ended = position(trained, "membership-ended", trained.members["three"])
    for _ in range(3):
        trained.given("admit-candidate", **trained.admissible("three") | {"on": "2024-05-02", "reason": "多列一人"})
    trained.when("withdraw-event", position=ended, **WHY)
    trained.then_recorded(*["event-withdrawn"] * 3, cautions=["T1.places"])


def test_what_one_command_recorded_side_by_side_is_withdrawn_apart(trained: Programme) -> None:
    session = {"batch": BATCH, "title": "专题学习", "areas": ["ethics"], "hours": 2}
    held = trained.given("hold-study-session", on="2024-04-10", **session)["session"]
    lines = [{"person": person, "attendance": "present"} for person in trained.members.values()]
    trained.given("record-attendance", batch=BATCH, session=held, lines=lines)
    first = position(trained, "attendance-recorded", trained.members["three"])
    trained.when("withdraw-event", position=first, **WHY).then_recorded("event-withdrawn")


def test_a_membership_is_not_corrected_into_another_tier_than_was_voted(trained: Programme) -> None:
    started = position(trained, "membership-started", trained.members["four"])
    trained.when("correct-event", position=started, changes={"tier": "five"}, **WHY).then_refused("R4")


def test_a_corrected_day_stays_before_what_rests_on_it(trained: Programme) -> None:
    nominated = position(trained, "candidate-nominated", trained.members["four"])
    later = {"position": nominated, "occurred_on": "2024-03-13", "reason": "推荐表补交"}
    trained.when("correct-event", on="2024-03-20", **later)
    assert "eligibility-assessed" in dependents(trained)


def test_a_correction_names_only_what_is_on_record(trained: Programme) -> None:
    started = position(trained, "membership-started", trained.members["four"])
    trained.when("correct-event", position=started, changes={"resolution": "r-000000"}, **WHY).then_refused("H3")


def test_a_corrected_birth_date_never_redecides(trained: Programme) -> None:
    person = trained.members["four"]
    registered = position(trained, "person-registered", person)
    trained.given("correct-event", position=registered, changes={"birth_date": "1970-01-01"}, **WHY)
    row = trained.facts().one(person, PersonRegistered)
    assert row is not None
    assert str(row.value.birth_date) == "1970-01-01"
    assert trained.membership(person).active
