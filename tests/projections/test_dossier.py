"""The dossier: every part of D1, each field with the event it comes from."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from domain.errors import Unknown
from domain.events.base import Event, Evidence
from domain.events.cycle_end import CycleAssessed, OutcomeDecided, PromotionRecorded
from domain.events.disqualification import AppealDecided, AppealLodged, DecisionNotified, DisqualificationDecided
from domain.events.membership import MembershipExtended, MembershipResumed, MembershipStarted, MembershipSuspended
from domain.events.person import HonourRecorded, PersonFactChanged, PostEnded, PostHeld
from domain.events.review import DeferredGradeResolved, GradeConfirmed, GradeProposed, GradeWaived
from domain.events.training import (
    AttendanceRecorded,
    DocumentAccepted,
    DocumentFiled,
    DocumentReturned,
    GuideAssigned,
    InspectionTalkHeld,
    MentoringActivityRecorded,
    MentorPaired,
    PairingClosed,
    PlacementEnded,
    PlacementStarted,
    PracticeRecorded,
    RequirementIssued,
    StudySessionHeld,
)
from domain.language import Attendance, EndCause, Grade, Origin, Outcome
from projections.dossier import content_hash, dossier
from tests.projections.records import BATCH, Records, person

P, MENTOR = person(1), person(2)


def shown(records: Records, as_of: str = "2025-03-20", known_at: str | None = None, who: str = P) -> dict[str, Any]:
    return dossier(records.moment(date.fromisoformat(as_of), known_at), who).model_dump(mode="json")


def member(records: Records) -> int:
    records.register(1, "单晓珺")
    records.register(2, "欧阳·明")
    records.nominate(1, "four")
    return records.admit(1, "four")


def fields(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "value" in part:
            yield part
        for inner in part.values():
            yield from fields(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from fields(inner)


def test_every_field_of_every_part_names_its_event(records: Records) -> None:
    member(records)
    found = list(fields(shown(records)["parts"]))
    assert len(found) > 30
    for field in found:
        assert field["label"], field
        assert all(records.log.get(position) for position in (field["source"], *field["sources"].values())), field


def test_it_names_the_person_the_batch_and_the_moment(records: Records) -> None:
    started = member(records)
    found = shown(records, known_at=f"@{started}")
    assert (found["name"], found["tier"], found["tier_label"], found["status"]) == ("单晓珺", "four", "四", "active")
    assert found["batch"]["cycle"] == {"start": "2024-03-14", "end": "2027-03-13"}
    assert (found["as_of"], found["known_at"], found["position"]) == ("2025-03-20", f"@{started}", started)
    assert found["parts"]["training_register"]["membership"]["source"] == started


def test_somebody_only_nominated_has_a_dossier(records: Records) -> None:
    records.register(1, "单晓珺")
    records.nominate(1)
    found = shown(records)
    assert (found["tier"], found["number"], found["parts"]["training_register"]["membership"]) == (None, None, None)
    assert [n["nominator"] for n in found["parts"]["assessments"]["selection"]["nominations"]] == ["教务处"]
    assert found["parts"]["materials"] == []


def test_age_counts_full_years_on_the_day(records: Records) -> None:
    records.register(1, "单晓珺", born=date(1988, 2, 29))
    ages = {
        day: {f["key"]: f for f in shown(records, day)["parts"]["information_form"]["fields"]}["age"]["value"]
        for day in ("2025-02-28", "2025-03-01")
    }
    assert ages == {"2025-02-28": 36, "2025-03-01": 37}


def test_a_correction_shows_with_both_contents_and_is_the_source(records: Records) -> None:
    member(records)
    first = records.record(
        P, GradeProposed(batch=BATCH, year=2024, grade=Grade.EXCELLENT, comment="好"), date(2025, 3, 1)
    )
    second = records.correct(first, date(2025, 3, 5), comment="很好")
    now, then = shown(records), shown(records, known_at=f"@{first}")
    assert now["parts"]["assessments"]["years"][0]["comment"] == "很好"
    assert now["parts"]["assessments"]["years"][0]["sources"]["comment"] == second
    assert then["parts"]["assessments"]["years"][0]["comment"] == "好"
    [entry] = now["corrections"]
    assert (entry["of"], entry["field"], entry["what"]) == (first, "comment", "评语")
    assert (entry["before"], entry["after"], entry["source"]) == ("好", "很好", second)
    assert then["corrections"] == []


def test_what_was_withdrawn_is_gone_and_the_withdrawal_tells_of_it(records: Records) -> None:
    member(records)
    paired = records.record(
        P,
        MentorPaired(batch=BATCH, record="x-00000001", year=2024, mentor=MENTOR, mentor_post="grade_leader"),
        date(2024, 4, 1),
    )
    [measure] = shown(records)["parts"]["training_register"]["measures"]
    assert (measure["title"], measure["source"]) == ("欧阳·明（年级组长）", paired)
    gone = records.withdraw(paired, date(2024, 4, 9))
    found = shown(records)
    assert found["parts"]["training_register"]["measures"] == []
    [entry] = found["corrections"]
    assert (entry["of"], entry["what"], entry["after"], entry["source"]) == (paired, "撤销", None, gone)
    assert entry["before"].startswith("单晓珺")


def test_a_second_correction_tells_only_what_it_changed_itself_and_in_words(records: Records) -> None:
    member(records)
    proposed = GradeProposed(batch=BATCH, year=2024, grade=Grade.EXCELLENT, comment="好")
    first = records.record(P, proposed, date(2025, 3, 1))
    records.correct(first, date(2025, 3, 2), comment="很好")
    records.correct(first, date(2025, 3, 3), comment="很好", grade="qualified", occurred_on=date(2025, 2, 28))
    found = [(e["what"], e["before_text"], e["after_text"]) for e in shown(records)["corrections"]]
    assert found == [("评语", "好", "很好"), ("日期", "2025-03-01", "2025-02-28"), ("评价意见", "优秀", "合格")]


def test_a_waived_grade_tells_its_reason(records: Records) -> None:
    member(records)
    records.record(P, GradeWaived(batch=BATCH, year=2024), date(2025, 3, 1), reason="入培不足半年")
    year = shown(records)["parts"]["assessments"]["years"][0]
    assert (year["grade"], year["absence_reason"]) == (None, "入培不足半年")


def test_materials_are_present_returned_or_missing_once_due(records: Records) -> None:
    member(records)
    filed = DocumentFiled(batch=BATCH, record="x-00000001", form="summary", title="总结", year=2024)
    records.record(P, filed, date(2025, 3, 1))
    states = {m["form"]: m["state"] for m in shown(records, "2025-03-13")["parts"]["materials"]}
    assert states == {"summary": "present", "information_form": "missing", "training_register": "missing"}
    returned = records.record(P, DocumentReturned(batch=BATCH, record="x-00000001", text="缺页"), date(2025, 3, 10))
    found = {m["form"]: m for m in shown(records, "2025-03-14")["parts"]["materials"]}
    assert (found["summary"]["state"], found["summary"]["comment"], found["summary"]["sources"]["state"]) == (
        "returned",
        "缺页",
        returned,
    )
    assert found["reflection"]["state"] == "missing"


def test_the_hash_changes_with_what_concerns_the_dossier_and_with_nothing_else(records: Records) -> None:
    member(records)
    before = shown(records)
    records.register(3, "仇红")
    records.nominate(3)
    records.admit(3, "five")
    after = shown(records)
    assert after["position"] > before["position"]
    assert (after["hash"], after["rests_on"]) == (before["hash"], before["rests_on"])
    records.correct(2, date(2025, 3, 1), ethnicity="回族")
    changed = shown(records)
    assert changed["hash"] != before["hash"]
    assert changed["rests_on"] == changed["position"]
    assert changed["hash"] == content_hash(changed)


def test_the_form_follows_changes_from_their_day(records: Records) -> None:
    records.register(1, "单晓珺", title="一级教师")
    changed = PersonFactChanged(field="title", was="一级教师", now="高级教师", name="单晓珺")
    position = records.record(P, changed, date(2025, 1, 1))

    def title(day: str) -> tuple[str, int]:
        field = next(f for f in shown(records, day)["parts"]["information_form"]["fields"] if f["key"] == "title")
        return field["value"], field["source"]

    assert title("2024-12-31") == ("一级教师", 2)
    assert title("2025-01-01") == ("高级教师", position)


def test_posts_and_honours_with_their_days(records: Records) -> None:
    records.register(1, "单晓珺")
    held = records.record(P, PostHeld(record="x-00000001", post="homeroom_teacher", unit="高一"), date(2015, 9, 1))
    ended = records.record(P, PostEnded(record="x-00000001"), date(2024, 9, 1))
    now = records.record(P, PostHeld(record="x-00000002", post="other", text="年级部副主任"), date(2021, 8, 1))
    records.record(P, HonourRecorded(record="x-00000003", title="优秀班主任", awarded_by="市教育局"), date(2022, 9, 10))
    form = shown(records)["parts"]["information_form"]
    [first, second] = form["posts"]
    assert (first["label"], first["text"], first["start"], first["end"]) == (
        "班主任",
        "高一班主任",
        "2015-09-01",
        "2024-09-01",
    )
    assert (first["source"], first["sources"], second["end"]) == (held, {"end": ended}, None)
    assert form["honours"][0]["text"] == "优秀班主任（市教育局）"
    current = next(f for f in form["fields"] if f["key"] == "current_posts")
    assert (current["value"], current["source"]) == (["年级部副主任"], now)


def test_the_register_holds_every_kind_of_measure(records: Records) -> None:
    member(records)
    first = date(2024, 5, 1)
    told: list[Event] = [
        PlacementStarted(batch=BATCH, record="x-00000001", department="教务处", role="干事"),
        PlacementEnded(batch=BATCH, record="x-00000001", appraisal="组织得力"),
        MentorPaired(
            batch=BATCH, record="x-00000002", year=2024, mentor=MENTOR, mentor_post="other", other_post="顾问"
        ),
        MentoringActivityRecorded(batch=BATCH, record="x-00000002", text="听课"),
        PairingClosed(batch=BATCH, record="x-00000002", summary="进步明显"),
        RequirementIssued(batch=BATCH, year=2024, text="联系一个年级部"),
        GuideAssigned(batch=BATCH, kind="branch_secretary", guide=MENTOR),
        PracticeRecorded(batch=BATCH, kind="clubs", text="模拟联合国"),
        InspectionTalkHeld(batch=BATCH, talker=MENTOR, text="三点希望"),
    ]
    at = {type(event): records.record(P, event, first) for event in told}
    found = {(m["kind"], m["title"]): m for m in shown(records)["parts"]["training_register"]["measures"]}
    assert set(found) == {
        ("placement", "教务处　干事"),
        ("mentoring", "欧阳·明（顾问）"),
        ("mentoring", "结对活动"),
        ("requirement", "培养要求"),
        ("guide", "党支部书记　欧阳·明"),
        ("practice", "学生社团指导"),
        ("talk", "考察谈话（欧阳·明）"),
    }
    placement = found["placement", "教务处　干事"]
    assert (placement["value"], placement["appraisal"], placement["end"], placement["source"]) == (
        "教务处",
        "组织得力",
        "2024-05-01",
        at[PlacementStarted],
    )
    assert placement["sources"] == {"end": at[PlacementEnded], "appraisal": at[PlacementEnded]}
    assert found["mentoring", "欧阳·明（顾问）"]["appraisal"] == "进步明显"


def test_sessions_with_hours_by_area(records: Records) -> None:
    member(records)
    session = StudySessionHeld(session="t-00000001", batch=BATCH, title="师德", areas=("ethics", "ability"), hours=3.0)
    held = records.record(BATCH, session, date(2024, 5, 1))
    attended = AttendanceRecorded(batch=BATCH, session="t-00000001", attendance=Attendance.PRESENT, hours=3.0)
    position = records.record(P, attended, date(2024, 5, 1))
    training = shown(records)["parts"]["training"]
    [entry] = training["sessions"]
    assert (entry["title"], entry["area_label"], entry["attended"], entry["label"]) == (
        "师德",
        "师德修养、业务能力",
        True,
        "出席",
    )
    assert (entry["source"], entry["sources"]["title"]) == (position, held)
    assert {a["area"]: a["hours"] for a in training["hours_by_area"]} == {
        "political": 0.0,
        "ethics": 3.0,
        "professional": 0.0,
        "ability": 3.0,
    }
    assert training["total_hours"] == 3.0
    records.correct(held, date(2024, 6, 1), title="师德师风")
    assert shown(records)["parts"]["training"]["sessions"][0]["title"] == "师德师风"


def test_a_filed_document_shows_its_file_and_its_acceptance(records: Records) -> None:
    member(records)
    file = Evidence(sha256="a" * 64, size=48231, media_type="application/pdf", name="总结.pdf")
    filed = DocumentFiled(batch=BATCH, record="x-00000001", form="summary", title="总结", year=2024)
    at = records.record(P, filed, date(2024, 12, 1), evidence=(file,))
    accepted = records.record(P, DocumentAccepted(batch=BATCH, record="x-00000001"), date(2024, 12, 5))
    found = next(m for m in shown(records)["parts"]["materials"] if m["form"] == "summary")
    assert (found["sha256"], found["size"], found["file_name"]) == ("a" * 64, 48231, "总结.pdf")
    assert (found["source"], found["sources"], found["due_on"]) == (at, {"state": accepted}, "2025-03-13")


def test_a_suspension_and_what_followed(records: Records) -> None:
    member(records)
    place = {"membership": records.membership(1), "batch": BATCH}
    records.record(P, MembershipSuspended(**place, text="借调"), date(2024, 6, 1))
    assert shown(records, "2024-06-15")["status"] == "suspended"
    resumed = records.record(P, MembershipResumed(**place), date(2024, 9, 1))
    [found] = shown(records)["parts"]["training_register"]["membership"]["suspensions"]
    assert (found["text"], found["start"], found["end"]) == ("借调", "2024-06-01", "2024-09-01")
    assert found["sources"] == {"end": resumed}
    assert shown(records)["status"] == "active"


def test_an_extension_and_the_outcome_after_it(records: Records) -> None:
    member(records)
    place: dict[str, Any] = {"membership": records.membership(1), "batch": BATCH}
    end, later = date(2027, 3, 13), date(2028, 3, 13)
    extended = OutcomeDecided(
        **place, outcome=Outcome.EXTENDED, resolution="r-00000001", term_ends_on=end, extended_to=later
    )
    records.record(P, extended, date(2027, 3, 1))
    records.record(P, MembershipExtended(**place, ends_on=later, resolution="r-00000001"), date(2027, 3, 1))
    records.record(P, CycleAssessed(**place, text="完成任务"), date(2028, 3, 1))
    last = OutcomeDecided(**place, outcome=Outcome.PROMOTED, resolution="r-00000002", term_ends_on=later)
    decided = records.record(P, last, date(2028, 3, 2))
    records.end(1, date(2028, 3, 14), EndCause.PROMOTED)
    records.record(P, PromotionRecorded(**place, post="年级部副主任"), date(2028, 4, 1))
    register = shown(records, "2028-04-01")["parts"]["training_register"]
    assert (register["outcome"]["outcome"], register["outcome"]["label"], register["outcome"]["text"]) == (
        "promoted",
        "提拔任用",
        "完成任务",
    )
    assert register["outcome"]["source"] == decided
    assert [outcome["extended_to"] for outcome in register["earlier_outcomes"]] == ["2028-03-13"]
    assert (register["membership"]["until"], register["membership"]["ended_on"]) == ("2028-03-13", "2028-03-14")
    assert register["promotion"]["value"] == "年级部副主任"
    assert [y["year"] for y in shown(records, "2028-04-01")["parts"]["assessments"]["years"]] == [
        2024,
        2025,
        2026,
        2027,
    ]


def test_a_disqualification_tells_the_decision_and_nothing_of_the_case(records: Records) -> None:
    member(records)
    case = {"case": "c-00000001", "batch": BATCH}
    membership, on = records.membership(1), date(2025, 1, 10)
    decision = DisqualificationDecided(
        **case, membership=membership, ground="integrity", facts_found="违规收受礼品", resolution="r-00000001"
    )
    told: list[Event] = [
        decision,
        DecisionNotified(**case),
        AppealLodged(**case, text="不服"),
        AppealDecided(**case, upheld=False, text="维持", resolution="r-00000002"),
    ]
    for event in told:
        records.record(P, event, on)
    records.end(1, on, EndCause.DISQUALIFIED)
    found = shown(records)
    assert (found["status"], found["parts"]["training_register"]["membership"]["cause_label"]) == ("ended", "取消资格")
    decisions = found["parts"]["training_register"]["decisions"]
    assert decisions[0]["text"] == "廉洁从教问题：违规收受礼品"
    assert [d["label"] for d in decisions] == ["取消培养资格决定", "告知本人", "申诉", "申诉决定"]


def test_a_resolved_grade_tells_what_it_was_before(records: Records) -> None:
    member(records)
    deferred = GradeConfirmed(batch=BATCH, year=2024, grade=Grade.DEFERRED, resolution="r-00000001")
    first = records.record(P, deferred, date(2025, 3, 10))
    resolved = DeferredGradeResolved(batch=BATCH, year=2024, grade=Grade.QUALIFIED, resolution="r-00000002")
    second = records.record(P, resolved, date(2025, 6, 1))
    year = shown(records, "2025-06-01")["parts"]["assessments"]["years"][0]
    assert (year["grade"], year["resolved_from"], year["deferred_on"], year["confirmed_on"]) == (
        "qualified",
        "deferred",
        "2025-03-10",
        "2025-06-01",
    )
    assert (year["source"], year["sources"]["deferred_on"]) == (second, first)
    assert shown(records, "2025-05-31")["parts"]["assessments"]["years"][0]["grade"] == "deferred"


@pytest.mark.parametrize(("as_of", "years"), [("2025-03-13", [2024]), ("2025-03-14", [2024, 2025])])
def test_a_year_appears_on_its_first_day(records: Records, as_of: str, years: list[int]) -> None:
    member(records)
    assert [year["year"] for year in shown(records, as_of)["parts"]["assessments"]["years"]] == years


def test_the_trail_tells_what_had_happened_by_the_day_and_marks_late_entries(records: Records) -> None:
    member(records)
    in_time, late = date(2024, 4, 1), date(2024, 5, 1)
    for day, recorded in ((in_time, date(2024, 4, 8)), (late, date(2024, 5, 9))):
        practice = PracticeRecorded(batch=BATCH, kind="clubs", text="模拟联合国")
        records.record(P, practice, day, recorded=recorded)
    trail = {t["occurred_on"]: t for t in shown(records)["trail"] if t["type"] == "practice-recorded"}
    assert {day: entry["late"] for day, entry in trail.items()} == {"2024-04-01": False, "2024-05-01": True}
    assert trail["2024-05-01"]["sentence"].startswith("单晓珺参加学生社团指导")
    assert "2024-05-01" not in {t["occurred_on"] for t in shown(records, "2024-04-30")["trail"]}


def test_somebody_who_advanced_has_a_dossier_in_each_batch(records: Records) -> None:
    member(records)
    records.end(1, date(2027, 3, 14), EndCause.ADVANCED)
    records.publish(batch_id="2027-third", starts_on="2027-03-14")
    advanced = MembershipStarted(
        membership="s-0000000000000099",
        batch="2027-third",
        tier="three",
        origin=Origin.ADVANCED,
        resolution="r-0000000000000005",
        ends_on=date(2030, 3, 13),
    )
    records.record(P, advanced, date(2027, 3, 14))
    moment = records.moment(date(2027, 4, 1))
    assert (dossier(moment, P).tier, dossier(moment, P).batch.id) == ("three", "2027-third")
    old = dossier(moment, P, BATCH)
    assert (old.tier, old.status, len(old.parts.assessments.years)) == ("four", "ended", 3)
    assert "membership-started" in {entry.type for entry in old.trail}
    assert len([entry for entry in dossier(moment, P).trail if entry.type == "candidate-nominated"]) == 0


def test_nobody_has_no_dossier(records: Records) -> None:
    with pytest.raises(Unknown):
        dossier(records.moment(date(2025, 1, 1)), person(404))
